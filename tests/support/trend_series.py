"""Histories of which the truth is known."""

import math
import random
from collections.abc import Callable

Make = Callable[[random.Random], list[float]]


def flat(points: int = 100, noise: float = 3.0) -> Make:
    """Independent noise around 100."""
    return lambda generator: [100 + generator.gauss(0, noise) for _ in range(points)]


def stepped(*levels: tuple[float, int], noise: float = 3.0) -> Make:
    """Levels, each for so many points, with noise."""

    def make(generator: random.Random) -> list[float]:
        truth = [level for level, points in levels for _ in range(points)]
        return [level + generator.gauss(0, noise) for level in truth]

    return make


def correlated(points: int = 100, likeness: float = 0.6) -> Make:
    """Noise that resembles the value before."""

    def make(generator: random.Random) -> list[float]:
        error, values = 0.0, []
        for _ in range(points):
            error = likeness * error + generator.gauss(0, 3)
            values.append(100 + error)
        return values

    return make


def spiky(points: int = 100, share: float = 0.03) -> Make:
    """Noise in which some values are far too high."""
    return lambda generator: [
        100 + generator.gauss(0, 2) + 60 * (generator.random() < share) for _ in range(points)
    ]


def drifting(points: int = 100, pace: float = 0.2) -> Make:
    """A straight line with noise."""
    return lambda generator: [100 + pace * at + generator.gauss(0, 3) for at in range(points)]


def seasonal(points: int = 100) -> Make:
    """A wave of 24 points, with noise."""
    return lambda generator: [
        100 + 8 * math.sin(2 * math.pi * at / 24) + generator.gauss(0, 2) for at in range(points)
    ]


def several(make: Make, count: int, seed: int = 1) -> list[list[float]]:
    """Different histories of one kind."""
    generator = random.Random(seed)
    return [make(generator) for _ in range(count)]
