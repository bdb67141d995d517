"""Histories of which the truth is known: with a step, and without one."""

import math
import random
from collections.abc import Callable

Make = Callable[[int, random.Random], list[float]]


def constant(points: int, _: random.Random) -> list[float]:
    """A static measure that never changes."""
    return [100.0] * points


def independent(points: int, generator: random.Random) -> list[float]:
    """Noise of 3 % around one level."""
    return [generator.gauss(100, 3) for _ in range(points)]


def spiky(points: int, generator: random.Random) -> list[float]:
    """Noise of 2 %, where three values in a hundred are 60 % too high."""
    return [
        generator.gauss(100, 2) + (60 if generator.random() < 0.03 else 0) for _ in range(points)
    ]


def correlated(points: int, generator: random.Random) -> list[float]:
    """Noise that keeps 0.6 of the error before."""
    error, values = 0.0, []
    for _ in range(points):
        error = 0.6 * error + generator.gauss(0, 3)
        values.append(100 + error)
    return values


def drifting(points: int, generator: random.Random) -> list[float]:
    """A rise of 0.2 % with each point, amid noise of 3 %."""
    return [generator.gauss(100 + 0.2 * place, 3) for place in range(points)]


def seasonal(points: int, generator: random.Random) -> list[float]:
    """A wave of 8 % over 24 points, amid noise of 2 %."""
    return [
        generator.gauss(100 + 8 * math.sin(math.tau * place / 24), 2) for place in range(points)
    ]


WITHOUT_STEP: dict[str, Make] = {
    "constant": constant,
    "independent noise": independent,
    "spikes": spiky,
    "noise alike (AR .6)": correlated,
    "drift": drifting,
    "season": seasonal,
}


def step_at(points: int) -> int:
    """Where the histories with a step have theirs."""
    return points * 2 // 3


def stepped(percent: float, noise: float = 3.0) -> Make:
    """Histories that rise after two thirds."""

    def make(points: int, generator: random.Random) -> list[float]:
        levels = [100 + percent * (place >= step_at(points)) for place in range(points)]
        return [generator.gauss(level, noise) if noise else level for level in levels]

    return make


def many(make: Make, count: int, points: int, seed: int) -> list[list[float]]:
    """Different histories of one kind."""
    generator = random.Random(seed)
    return [make(points, generator) for _ in range(count)]


def just_stepped(
    percent: float, count: int, before: int, after: int, seed: int
) -> list[list[float]]:
    """Histories whose newest points, that many, are the first ones of a new level.

    With more points after the step, the histories of one seed go on.
    """
    histories = []
    for number in range(count):
        generator = random.Random(f"{seed} {number}")
        levels = [100.0] * before + [100.0 + percent] * after
        histories.append([generator.gauss(level, 3) for level in levels])
    return histories
