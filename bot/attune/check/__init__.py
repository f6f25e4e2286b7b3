"""`attune check`: is everything in place? Rasa only warns about much that silently takes the layer away."""
