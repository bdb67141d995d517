"""Contracts of import-linter: read, judged quickly where that can be, and checked."""
