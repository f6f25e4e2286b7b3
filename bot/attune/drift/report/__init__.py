"""The look back as a page and as JSON."""
