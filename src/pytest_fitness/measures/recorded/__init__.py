"""The kind ``recorded``."""

from pytest_fitness.measures.recorded.kind import fitness_kinds

__all__ = ["fitness_kinds"]
