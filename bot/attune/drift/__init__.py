"""The look back: how the bot's conduct changes over time."""
