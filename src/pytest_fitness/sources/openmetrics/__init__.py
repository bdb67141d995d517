"""``openmetrics``: what a program exposes about itself, and files of it."""
