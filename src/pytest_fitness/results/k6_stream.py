"""k6's stream of ``--out json``: a line for each metric and for each point, read as it comes."""

import json
import math
from typing import Any, Final

from pytest_fitness import units
from pytest_fitness.results.intervals import share
from pytest_fitness.results.k6_units import in_unit, unit_in
from pytest_fitness.results.opened import ResultFile
from pytest_fitness.results.reading import Reading, moment_of, named, number_of
from pytest_fitness.results.spread import Spread

MOST_METRICS: Final = 1_000
LONGEST_NAME: Final = 1_000
_PERCENTS: Final = (50, 75, 90, 95, 99, 99.9)


class _Metric:
    """One metric of the stream."""

    def __init__(self, kind: str, contains: str) -> None:
        self.kind = kind
        self.contains = contains
        self.spread = Spread()
        self.last = math.nan
        self.passes = 0


def claims(file: ResultFile) -> bool:
    """Whether it begins with a metric or a point."""
    if not file.first_line.startswith("{"):
        return False
    try:
        first = json.loads(file.first_line)
    except (ValueError, RecursionError):
        return False
    return isinstance(first, dict) and first.get("type") in ("Metric", "Point") and "data" in first


def read(file: ResultFile, confidence: float) -> dict[str, Reading]:
    """The same numbers as a summary has, and further percentiles.

    ``rate`` of a counter is by the time from the first point to the last, which is a little less
    than what k6 divides by.

    Raises:
        MeasureError: a line is broken; it has more metrics than can be kept.
    """
    metrics: dict[str, _Metric] = {}
    first, last = math.inf, -math.inf
    for number, line in file.lines():
        if not line.strip():
            continue
        try:
            item = json.loads(line)
            name, data = str(item["metric"])[:LONGEST_NAME], item["data"]
            if item["type"] == "Metric":
                metrics[name] = _Metric(data["type"], data["contains"])
            elif item["type"] == "Point":
                moment = _add(metrics[name], data)
                first, last = min(first, moment), max(last, moment)
        except (ValueError, KeyError, TypeError, RecursionError) as error:
            hint = "k6 may have been stopped while it wrote; run it again."
            raise file.problem(f"no line of k6: {_why(error)}", hint, line=number) from error
        if len(metrics) > MOST_METRICS:
            raise file.problem(f"it has more than {MOST_METRICS:,} metrics", line=number)
    seconds = last - first
    return named(
        (name, _readings(name, metric, seconds, confidence, last if seconds >= 0 else None))
        for name, metric in metrics.items()
    )


def _add(metric: _Metric, data: Any) -> float:
    """Add a point; its time."""
    value = number_of(data["value"])
    moment = moment_of(data["time"])
    if not math.isfinite(value) or moment is None:
        raise ValueError("its value or its time is none")
    metric.spread.add(value)
    metric.last = value
    metric.passes += value != 0
    return moment


def _why(error: Exception) -> str:
    if isinstance(error, KeyError):
        return f"{error} is missing"
    if isinstance(error, json.JSONDecodeError):
        return f"{error.msg} at column {error.colno}"
    return str(error) or "it is nested too deep"


def _readings(
    name: str, metric: _Metric, seconds: float, confidence: float, moment: float | None
) -> dict[str, Reading]:
    unit = unit_in(metric.contains, name)
    spread = metric.spread
    count = spread.count
    if metric.kind == "rate":
        fails = count - metric.passes
        return {
            "rate": share(metric.passes, count, confidence, moment),
            "passes": Reading(float(metric.passes), units.COUNT, count, None, moment),
            "fails": Reading(float(fails), units.COUNT, count, None, moment),
        }
    if metric.kind == "counter":
        rate = spread.sum / seconds if seconds > 0 else math.nan
        return {
            "count": Reading(spread.sum, unit or units.COUNT, 1, None, moment),
            "rate": Reading(rate, units.RATE, 1, None, moment),
        }
    if not count:
        return {}
    values = {"min": spread.min, "max": spread.max}
    if metric.kind == "gauge":
        values["value"] = metric.last
    else:
        values |= {"avg": spread.mean, "med": spread.percentile(50)}
        values |= {f"p{percent:g}": spread.percentile(percent) for percent in _PERCENTS}
    found = {
        key: Reading(in_unit(value, unit), unit, count, None, moment)
        for key, value in values.items()
    }
    return found | {"count": Reading(float(count), units.COUNT, 1, None, moment)}
