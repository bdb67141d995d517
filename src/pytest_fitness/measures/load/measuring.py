"""What a load saw, as a measurement of one limit."""

import math
from typing import Final

from pytest_fitness.errors import MeasureError, NoDataError
from pytest_fitness.judge.latencies import (
    Interval,
    fewest_values,
    percentile_ranks,
    resemblance,
)
from pytest_fitness.load import figures
from pytest_fitness.load.result import StageResult, Timings
from pytest_fitness.measures.load.options import Metric, named
from pytest_fitness.model import Check, Limit, Measurement
from pytest_fitness.units import RATE, RATIO, SECONDS, format_value

_SHOWN_ERRORS: Final = 5
# So many answers and more tell no more than one.
_MOODY: Final = 2.0
_SETTLES: Final = "a longer `duration` would tell"


def measurement(
    result: StageResult, metric: Metric, check: Check, confidence: float
) -> Measurement:
    """The number of one limit, and how sure it is.

    Raises:
        NoDataError: no request was made, or none of that name.
        MeasureError: all requests failed, so that nothing else can be told.
    """
    timings, which = _chosen(result, metric)
    _require_answers(timings, metric, result)
    found = _measured(timings, metric, check, result.seconds, confidence)
    subject = (
        f"{timings.count:,} requests{which} by {result.users:,} users in"
        f" {format_value(round(result.seconds, 1), SECONDS)}"
    )
    found = found._replace(
        samples=timings.count, subject=subject, notes=_notes(result), settles=_SETTLES
    )
    return _doubted(found, result, check)


def _chosen(result: StageResult, metric: Metric) -> tuple[Timings, str]:
    if not result.total.count:
        hint = "; ".join(result.notes) or "Do the users wait longer than the load takes?"
        raise NoDataError(f"{result.users:,} users made no request that ended in time", hint)
    if metric.request is None:
        return result.total, ""
    try:
        name = named(metric.request, result.by_name)
    except LookupError as error:
        raise NoDataError(str(error), "Names were: " + ", ".join(sorted(result.by_name))) from error
    return result.by_name[name], f" {name}"


def _require_answers(timings: Timings, metric: Metric, result: StageResult) -> None:
    if timings.failures == timings.count and metric.name != "error_rate":
        text, _ = result.errors[0] if result.errors else ("", 0)
        raise MeasureError(
            f"all {timings.count:,} requests failed: {text}",
            "How fast it fails says nothing. Is the path right, and what does its log say?",
        )


def _measured(
    timings: Timings, metric: Metric, check: Check, seconds: float, confidence: float
) -> Measurement:
    if metric.percent is not None:
        return _percentile(timings, metric.percent, check, confidence)
    if metric.name == "throughput":
        value, interval = figures.throughput(timings, seconds, confidence)
        return Measurement(value, RATE, interval=interval)
    if metric.name == "error_rate":
        value, interval = figures.error_rate(timings, confidence)
        return Measurement(value, RATIO, interval=interval)
    if metric.name == "mean":
        value, interval = figures.mean(timings, seconds, confidence)
        return Measurement(value, SECONDS, interval=interval)
    return Measurement(timings.times.max, SECONDS)


def _percentile(timings: Timings, percent: float, check: Check, confidence: float) -> Measurement:
    value = timings.times.percentile(percent)
    alike = resemblance(timings.slices)
    low, high = percentile_ranks(timings.count / alike, percent, confidence)
    least = timings.times.at_rank(_rank(low, alike, timings)) if low else 0.0
    if high:
        most = timings.times.at_rank(_rank(high, alike, timings))
        return Measurement(value, SECONDS, interval=_around(value, (least, most)))
    limit, interval = check.limit, (min(least, value), math.inf)
    # Within a limit it need not be told how far; answers that come in waves hide only the far end.
    is_within = limit is not None and limit.allows(value)
    enough = timings.count >= fewest_values(percent, confidence)
    if limit is not None and (limit.excludes(interval) or (is_within and enough)):
        return Measurement(value, SECONDS, interval=(interval[0], timings.times.max))
    wanted = math.ceil(fewest_values(percent, confidence) * alike)
    moody = ", as those of one time resemble each other" if alike > _MOODY else ""
    undecided = (
        f"{timings.count:,} requests are too few for p{percent:g}{moody}: it takes about {wanted:,}"
    )
    return Measurement(value, SECONDS, undecided=undecided)


def _rank(rank: int, alike: float, timings: Timings) -> int:
    """The place among all answers, of which so many tell as much as one."""
    return min(max(1, round(rank * alike)), timings.count)


def _around(value: float, interval: Interval) -> Interval:
    return min(interval[0], value), max(interval[1], value)


def _doubted(found: Measurement, result: StageResult, check: Check) -> Measurement:
    """A limit that is broken while the load itself was at its limit shows nothing."""
    if not figures.is_busy(result) or found.undecided or not _is_past(check.limit, found.value):
        return found
    undecided = (
        f"{format_value(found.value, found.unit)}, but the load itself used {result.busy:.0%} of a"
        " core: it may be what was slow"
    )
    return found._replace(undecided=undecided)


def _is_past(limit: Limit | None, value: float | None) -> bool:
    return limit is not None and value is not None and not limit.allows(value)


def _notes(result: StageResult) -> tuple[str, ...]:
    errors = [f"{text} ({count:,} times)" for text, count in result.errors[:_SHOWN_ERRORS]]
    busy = []
    if figures.is_busy(result):
        busy = [
            f"the load used {result.busy:.0%} of a core; share it between processes: `workers: 2`"
        ]
    return (*errors, *result.notes, *busy)
