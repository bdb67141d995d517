"""What stands behind ``load:``, and what its limits may be about."""

import re
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Final, NamedTuple

from pytest_fitness import units
from pytest_fitness.config.options import key
from pytest_fitness.config.reader import suggest
from pytest_fitness.config.values import Amount, Integer
from pytest_fitness.load.options import (
    TargetOptions,
    plan_of,
    requests_of,
    target_problems,
)
from pytest_fitness.load.plan import LoadPlan, Stage
from pytest_fitness.measures.loading import time_problems

_METRICS: Final = {
    "p50": units.SECONDS,
    "p95": units.SECONDS,
    "p99": units.SECONDS,
    "max": units.SECONDS,
    "mean": units.SECONDS,
    "throughput": units.RATE,
    "error_rate": units.RATIO,
}
_PERCENTILE: Final = re.compile(r"p(\d{1,2}(?:\.\d{1,3})?)")
_PART: Final = re.compile(r"(?P<metric>[^\[\]]+)(?:\[(?P<request>[^\[\]]+)\])?")


class LoadOptions(TargetOptions):
    """What stands behind ``load:``."""

    users: int = key(Integer(1, 100_000), "How many virtual users there are.")
    duration: float = key(
        Amount(units.SECONDS), "How long it is measured, after the warm-up.", default=30.0
    )
    warm_up: float = key(
        Amount(units.SECONDS), "How long all users are there before it is measured.", default=2.0
    )


class Metric(NamedTuple):
    """What a limit is about.

    Attributes:
        name: as it is written, without the request.
        percent: of a percentile, 0 to 100.
        request: the name of the requests it is about; None for all of them.
    """

    name: str
    percent: float | None
    request: str | None

    @property
    def unit(self) -> str:
        """The unit of its value."""
        return _METRICS.get(self.name, units.SECONDS)


def metric_of(part: str) -> Metric:
    """What a part such as ``p95`` or ``error_rate[/checkout]`` is about.

    Raises:
        ValueError: there is no such thing.
    """
    match = _PART.fullmatch(part)
    if match is None:
        raise ValueError(f"{part!r} is no limit of a load: write p95, or p95[NAME OF A REQUEST]")
    name = match["metric"].strip()
    percentile = _PERCENTILE.fullmatch(name)
    percent = float(percentile[1]) if percentile else None
    if name not in _METRICS and not percent:
        raise ValueError(f"unknown limit {name!r} of a load. {suggest(name, _METRICS)}")
    return Metric(name, percent, match["request"])


def named(wanted: str, names: Iterable[str]) -> str:
    """The name of some requests; the method before it may be left out where that is clear.

    Raises:
        LookupError: there is none, or several.
    """
    known = sorted(names)
    if wanted in known:
        return wanted
    found = [name for name in known if name.partition(" ")[2] == wanted]
    if len(found) == 1:
        return found[0]
    if found:
        raise LookupError(f"{wanted!r} may be {' or '.join(found)}: write one of them")
    raise LookupError(f"there were no requests named {wanted!r}. {suggest(wanted, known)}")


def require_request(options: LoadOptions, metric: Metric) -> None:
    """Refuse a name that none of the requests has; those of a locustfile show when it runs.

    Raises:
        ValueError: there is none, or several.
    """
    if metric.request is None or options.locustfile is not None:
        return
    try:
        named(metric.request, [request.name for request in requests_of(options)])
    except LookupError as error:
        raise ValueError(str(error).replace("were no", "are no")) from error


def load_problems(options: LoadOptions) -> Iterator[str]:
    """What is wrong with options that are each valid by themselves."""
    yield from target_problems(options)
    yield from time_problems(options, "duration", "warm_up")


def load_plan(options: LoadOptions, root: Path) -> LoadPlan:
    """The load: one stage."""
    stage = Stage(options.users, options.warm_up + options.duration, options.warm_up)
    return plan_of(options, (stage,), root)
