"""Score the trend detector, and Apache Otava beside it: ``make bench-trend``.

    python benchmarks/trend.py [--series 1000] [--seed 2] [--without-otava] [--work DIRECTORY]

Histories without a step tell false alarms, those with one how many are found, and how soon. The
detector's constants were chosen with seed 1; figures to be believed come from another. Costs are
processor time on one core. A missed target is reported, and is the exit status.
"""

import argparse
import math
import sys
from collections.abc import Callable, Iterable, Sequence
from functools import partial
from pathlib import Path
from statistics import median

from pytest_fitness.judge.trend import suspicion
from support import trend_series as series
from support.trend_detectors import Detector, otava, ours

_CHECKOUT = Path(__file__).resolve().parents[1]
POINTS = 100
BEFORE = 30
LONGEST = 30
FALSE_ALARMS = 0.03
_NEAR = 5
_TIMES = 5
Histories = Sequence[list[float]]
Figure = Callable[[Detector], float]


class Score:
    """Prints a row a figure, ours and theirs, and counts the targets that are missed."""

    def __init__(self, theirs: Detector | None) -> None:
        self.missed = 0
        self.theirs = theirs
        print(f"{'':<44} {'ours':>9} {'Otava':>9}  target")

    def row(
        self, what: str, figure: Figure, *, most: float = math.inf, least: float = -math.inf
    ) -> None:
        """One figure of both detectors."""
        other = None if self.theirs is None else figure(self.theirs)
        self.told(what, figure(ours), other, most=most, least=least)

    def told(
        self,
        what: str,
        own: float,
        other: float | None = None,
        *,
        most: float = math.inf,
        least: float = -math.inf,
    ) -> None:
        """A figure that is known already."""
        met = least <= own <= most
        self.missed += not met
        bounds = [f"at most {most}"] * (most < math.inf) + [f"at least {least}"] * (least > 0)
        mark = ("ok" if met else "MISSED") if bounds else ""
        theirs = "" if other is None else f"{other:.3f}"
        print(f"{what:<44} {own:9.3f} {theirs:>9}  {' '.join(bounds)}  {mark}".rstrip(), flush=True)


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--series", type=int, default=1000, help="of each kind")
    parser.add_argument("--seed", type=int, default=2)
    parser.add_argument("--without-otava", action="store_true")
    parser.add_argument("--work", type=Path, default=_CHECKOUT / "build" / "trend")
    options = parser.parse_args()
    theirs = None if options.without_otava else otava(options.work.resolve())
    score = Score(theirs)
    accuracy(score, options.series, options.seed)
    delays(score, min(options.series, 200), options.seed)
    costs(score, options.seed)
    print(f"\n{score.missed} targets missed")
    return min(score.missed, 1)


def accuracy(score: Score, count: int, seed: int) -> None:
    """False alarms, and steps that are found."""
    for name, make in series.WITHOUT_STEP.items():
        histories = series.many(make, count, POINTS, seed)
        score.row(f"false alarms, {name}", partial(alarms, histories), most=FALSE_ALARMS)
    for name, make, least in (
        ("found, 5 % amid 3 % noise", series.stepped(5), 0.95),
        ("found, 10 % amid 3 % noise", series.stepped(10), 0.95),
        ("found, 1 % without noise", series.stepped(1, noise=0.0), 1.0),
    ):
        histories = series.many(make, count, POINTS, seed)
        score.row(name, partial(found, histories), least=least)


def delays(score: Score, count: int, seed: int) -> None:
    """How soon a step is suspected and confirmed, and whether a spike is taken for one."""
    suspected = median(until_suspected(10, count, seed))
    score.told("points until 10 % are suspected (median)", suspected, most=2)
    for percent, most in ((5, math.inf), (10, 4), (20, 4)):
        figure = partial(until_confirmed_usually, percent, count, seed)
        score.row(f"points until {percent} % are confirmed (median)", figure, most=most)
    spiked = [[*each, 140.0] for each in series.many(series.independent, count, BEFORE, seed)]
    score.row("a last point 40 % too high is confirmed", partial(newest_told, spiked), most=0)


def costs(score: Score, seed: int) -> None:
    """Seconds for a thousand series, and for a long one."""
    histories = series.many(series.independent, 1000, 200, seed)
    own = quickest(histories)
    other = None if score.theirs is None else score.theirs(histories).seconds
    score.told("seconds for 1,000 series of 200 points", own, other, most=0.3)
    if other is not None:
        score.told("times as fast as Otava", other / own, least=10)
    with_steps = quickest(series.many(series.stepped(5), 1000, 200, seed))
    score.told("the same with a step in each", with_steps)
    for name, make in (("without a step", series.independent), ("with a step", series.stepped(5))):
        seconds = quickest(series.many(make, 1, 100_000, seed))
        score.told(f"seconds for 100,000 points {name}", seconds, most=0.2)


def quickest(histories: Histories) -> float:
    """The least seconds of ours, of several times: what else goes on only adds to it."""
    return min(ours(histories).seconds for _ in range(_TIMES))


def alarms(histories: Histories, detect: Detector) -> float:
    """In what share anything was found."""
    return share(bool(points) for points in detect(histories).points)


def found(histories: Histories, detect: Detector) -> float:
    """In what share a point was found near the true one."""
    at = series.step_at(POINTS)
    points = detect(histories).points
    return share(any(abs(point - at) <= _NEAR for point in each) for each in points)


def newest_told(histories: Histories, detect: Detector) -> float:
    """In what share the last point, or the one before it, was told."""
    last = len(histories[0]) - 1
    return share(any(at >= last - 1 for at in each) for each in detect(histories).points)


def until_confirmed_usually(percent: float, count: int, seed: int, detect: Detector) -> float:
    """How many points it takes, as a median."""
    return median(until_confirmed(detect, percent, count, seed))


def until_confirmed(detect: Detector, percent: float, count: int, seed: int) -> list[float]:
    """How many points it takes, for each history; infinite where thirty are not enough."""
    lasted = [math.inf] * count
    for after in range(LONGEST, 0, -1):
        histories = series.just_stepped(percent, count, BEFORE, after, seed)
        for number, points in enumerate(detect(histories).points):
            if any(abs(point - BEFORE) <= 2 for point in points):
                lasted[number] = after
    return lasted


def until_suspected(percent: float, count: int, seed: int) -> list[float]:
    """How many points it takes until something is suspected, or else confirmed."""
    lasted = until_confirmed(ours, percent, count, seed)
    for after in (3, 2, 1):
        histories = series.just_stepped(percent, count, BEFORE, after, seed)
        for number, history in enumerate(histories):
            suspected = suspicion(history)
            if suspected is not None and abs(suspected.at - BEFORE) <= 2:
                lasted[number] = min(lasted[number], after)
    return lasted


def share(of: Iterable[bool]) -> float:
    """How many of them are true."""
    told = list(of)
    return sum(told) / len(told)


if __name__ == "__main__":
    sys.exit(main())
