"""``growth``: how fast one number grows with another."""

from pytest_fitness.measures.growth.kind import fitness_kinds

__all__ = ["fitness_kinds"]
