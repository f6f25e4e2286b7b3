"""The counter: the web application of agents and supervisors."""
