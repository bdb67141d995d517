"""Judging: pure, without I/O, clock or pytest."""
