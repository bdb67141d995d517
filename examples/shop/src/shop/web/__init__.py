"""The shop over HTTP: pages, JSON for programs, metrics for those who run it."""
