"""The ear: what one turn shows, and which words say so."""
