"""The shop over HTTP: JSON for its users, metrics for those who run it."""
