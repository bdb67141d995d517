"""The kind ``coupling``."""
