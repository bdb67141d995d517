"""Histories whose elasticity is known."""

import math
import random
from collections.abc import Callable, Sequence

from pytest_fitness.answers import Points

HOUR = 3600.0
WEEK = 168


def correlated(count: int, rho: float, generator: random.Random) -> list[float]:
    """A stationary AR(1) process of mean 0 and standard deviation 1."""
    value = generator.gauss(0, 1)
    values = [value]
    for _ in range(count - 1):
        value = rho * value + math.sqrt(1 - rho * rho) * generator.gauss(0, 1)
        values.append(value)
    return values


def hourly(logarithms: Sequence[float], scale: float = 1.0, start: float = 0.0) -> Points:
    """A value an hour."""
    return tuple(
        (start + HOUR * place, scale * math.exp(value)) for place, value in enumerate(logarithms)
    )


def steady(growth: float, count: int = WEEK) -> list[float]:
    """Logarithms of users that grow at a constant rate."""
    return [math.log(growth) * place / (count - 1) for place in range(count)]


def daily(growth: float, count: int = WEEK, swing: float = 0.4) -> list[float]:
    """The same with a daily cycle on top."""
    cycle = [swing * math.sin(2 * math.pi * place / 24) for place in range(count)]
    return [level + up for level, up in zip(steady(growth, count), cycle, strict=True)]


def flat(count: int = WEEK) -> list[float]:
    """Users that never change."""
    return [0.0] * count


def history(
    users: Sequence[float],
    true: float = 1.0,
    *,
    noise: float = 0.0,
    rho: float = 0.0,
    leak: float = 0.0,
    seed: int = 1,
    curve: Callable[[float], float] = float,
) -> tuple[Points, Points]:
    """Memory and users; ``leak`` is what the logarithm of memory grows by in a day."""
    errors = correlated(len(users), rho, random.Random(seed))
    memory = [
        true * curve(user) + noise * error + leak * place / 24
        for place, (user, error) in enumerate(zip(users, errors, strict=True))
    ]
    return hourly(memory, 5e8), hourly(users, 1000)
