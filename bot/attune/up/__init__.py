"""The switch: everything of one machine started, watched and stopped together."""
