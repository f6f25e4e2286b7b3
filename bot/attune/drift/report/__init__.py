"""The look back as a page: sentences first, then charts, then tables to drill into."""
