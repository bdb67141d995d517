"""Putting a system under work: virtual users over HTTP, and what they see."""
