"""The kind ``complexity``."""
