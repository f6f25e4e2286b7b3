"""Custom actions of the layer, registered by importing this package."""
