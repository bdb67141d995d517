"""The kind ``recorded``."""
