"""How often the interval of an elasticity holds the true value, on simulated histories.

Users grow over a week, by so many times: in each third of the histories at a constant rate, by a
constant number a day, or with a daily cycle on top. Memory grows exactly as they do (elasticity
1.0), times noise: of so many per cent, each error correlated with the one before it (AR(1)).

Printed for each cell: the share of intervals that hold the true value, the share that lie wholly
above it (false alarms of superlinear growth), their median width, and the share of histories in
which a leak was named, though there is none. Exit status 1 where coverage is outside 90 to 98 %,
or false alarms exceed 2.5 %: in a cell by three standard errors, and in all cells of the same
number of points and correlation by two.
"""

import argparse
import itertools
import math
import multiprocessing
import random
import sys
import time
from collections.abc import Callable
from statistics import median
from typing import NamedTuple

from pytest_fitness.answers import Points
from pytest_fitness.judge.elasticity import elasticity

NOISES = (0.02, 0.05, 0.10)
CORRELATIONS = (0.0, 0.5, 0.9)
GROWTHS = (1.2, 3.0, 10.0)
SIZES = (50, 168, 500, 2000)
LOWEST, HIGHEST, ALARMS = 0.90, 0.98, 0.025
WEEK = 7 * 86400.0

PATHS: tuple[Callable[[float, float], float], ...] = (
    lambda growth, share: math.log(growth) * share,
    lambda growth, share: math.log1p((growth - 1) * share),
    lambda growth, share: math.log(growth) * (share + 0.2 * math.sin(14 * math.pi * share)),
)


class Cell(NamedTuple):
    """One kind of history."""

    points: int
    correlation: float
    growth: float
    noise: float


class Found(NamedTuple):
    """What came of its histories; ``widths`` are those of the intervals."""

    histories: int
    covered: int
    alarms: int
    leaks: int
    widths: list[float]


def correlated(count: int, correlation: float, generator: random.Random) -> list[float]:
    """A stationary AR(1) process of mean 0 and standard deviation 1."""
    value = generator.gauss(0, 1)
    rest, values = math.sqrt(1 - correlation**2), [value]
    for _ in range(count - 1):
        value = correlation * value + rest * generator.gauss(0, 1)
        values.append(value)
    return values


def history(
    cell: Cell, number: int, generator: random.Random, true: float = 1.0
) -> tuple[Points, Points]:
    """Memory and users over a week."""
    path = PATHS[number % len(PATHS)]
    shares = [place / (cell.points - 1) for place in range(cell.points)]
    users = [path(cell.growth, share) for share in shares]
    errors = correlated(cell.points, cell.correlation, generator)
    times = [WEEK * share for share in shares]
    memory = [
        5e8 * math.exp(true * user + math.log1p(max(cell.noise * error, -0.9)))
        for user, error in zip(users, errors, strict=True)
    ]
    return (
        tuple(zip(times, memory, strict=True)),
        tuple((at, 1000 * math.exp(user)) for at, user in zip(times, users, strict=True)),
    )


def simulate(cell: Cell, histories: int, seed: int) -> Found:
    generator = random.Random(f"{seed} {cell}")
    covered = alarms = leaks = 0
    widths = []
    for number in range(histories):
        result = elasticity(*history(cell, number, generator))
        assert result.low is not None, result.undecided
        assert result.high is not None, result.undecided
        covered += result.low <= 1.0 <= result.high
        alarms += result.low > 1.0
        leaks += result.leak
        widths.append(result.high - result.low)
    return Found(histories, covered, alarms, leaks, widths)


def together(found: list[Found]) -> Found:
    return Found(
        sum(each.histories for each in found),
        sum(each.covered for each in found),
        sum(each.alarms for each in found),
        sum(each.leaks for each in found),
        [width for each in found for width in each.widths],
    )


def is_good(found: Found, errors: float) -> bool:
    """Whether the figures are as they should be, give or take so many standard errors."""
    count = found.histories

    def slack(share: float) -> float:
        return errors * math.sqrt(share * (1 - share) / count)

    coverage = found.covered / count
    return LOWEST - slack(LOWEST) <= coverage <= HIGHEST + slack(
        HIGHEST
    ) and found.alarms / count <= ALARMS + slack(ALARMS)


def figures(found: Found) -> str:
    count = found.histories
    return (
        f"{found.covered / count:8.1%} {found.alarms / count:7.1%} {median(found.widths):8.3f}"
        f" {found.leaks / count:7.1%}"
    )


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--histories", type=int, default=150, help="in each cell")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--processes", type=int, default=2)
    options = parser.parse_args()
    cells = [Cell(*each) for each in itertools.product(SIZES, CORRELATIONS, GROWTHS, NOISES)]
    started = time.perf_counter()
    print("points  AR(1)  growth  noise  coverage  alarms    width   leaks")
    with multiprocessing.Pool(options.processes) as pool:
        jobs = [(cell, options.histories, options.seed) for cell in cells]
        found = dict(zip(cells, pool.starmap(simulate, jobs, chunksize=1), strict=True))
    for cell, each in found.items():
        mark = "" if is_good(each, 3) else "  MISSED"
        left = f"{cell.points:6} {cell.correlation:6} {cell.growth:6}x {cell.noise:6.0%}"
        print(f"{left}  {figures(each)}{mark}")
    print()
    missed = sum(not is_good(each, 3) for each in found.values())
    for size in SIZES:
        for correlation in CORRELATIONS:
            of_size = [
                each
                for cell, each in found.items()
                if (cell.points, cell.correlation) == (size, correlation)
            ]
            whole = together(of_size)
            missed += not is_good(whole, 2)
            mark = "" if is_good(whole, 2) else "  MISSED"
            print(f"{size:6} {correlation:6}     all    all  {figures(whole)}{mark}")
    whole = together(list(found.values()))
    print(f"   all    all     all    all  {figures(whole)}")
    seconds = time.perf_counter() - started
    print(f"\n{whole.histories:,} histories in {seconds:.0f} s; {missed} figures missed")
    return min(missed, 1)


if __name__ == "__main__":
    sys.exit(main())
