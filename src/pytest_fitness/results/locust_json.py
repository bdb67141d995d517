"""Locust's JSON: counts of rounded times, of which its statistics are made."""

import math
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Final, NamedTuple, Self

from pytest_fitness.results.locust_readings import Counts, Entry, readings
from pytest_fitness.results.reading import count_of, moment_of, number_of

ALL: Final = "Aggregated"
_PERCENTS: Final = (50, 66, 75, 80, 90, 95, 98, 99, 99.9, 99.99, 100)


class _Sums(NamedTuple):
    """Some requests: how many, how long altogether (in milliseconds), when."""

    requests: float
    failures: float
    took: float
    size: float
    least: float
    most: float
    start: float
    end: float
    times: Mapping[float, int]

    @classmethod
    def of(cls, entry: Mapping[str, Any]) -> Self:
        """The sums of one entry of the file."""
        times = entry.get("response_times")
        counted = times.items() if isinstance(times, dict) else ()
        return cls(
            requests=number_of(entry.get("num_requests")),
            failures=number_of(entry.get("num_failures")),
            took=number_of(entry.get("total_response_time")),
            size=number_of(entry.get("total_content_length")),
            least=number_of(entry.get("min_response_time")),
            most=number_of(entry.get("max_response_time")),
            start=number_of(entry.get("start_time")),
            end=number_of(entry.get("last_request_timestamp")),
            times={number_of(time): count_of(count) for time, count in counted},
        )

    @classmethod
    def together(cls, parts: Sequence[Self]) -> Self:
        """The sums of all of them."""
        times: Counter[float] = Counter()
        for part in parts:
            times.update(part.times)
        return cls(
            requests=math.fsum(part.requests for part in parts),
            failures=math.fsum(part.failures for part in parts),
            took=math.fsum(part.took for part in parts),
            size=math.fsum(part.size for part in parts),
            least=_known(min, (part.least for part in parts)),
            most=_known(max, (part.most for part in parts)),
            start=_known(min, (part.start for part in parts)),
            end=_known(max, (part.end for part in parts)),
            times=times,
        )


def entries(document: Sequence[Mapping[str, Any]], confidence: float) -> list[Entry]:
    """The statistics of each entry, and of all of them together."""
    sums = [_Sums.of(each) for each in document]
    named = [(str(each.get("method")), str(each.get("name"))) for each in document]
    return [
        (method, name, _readings(each, confidence))
        for (method, name), each in zip(
            [*named, ("", ALL)], [*sums, _Sums.together(sums)], strict=True
        )
    ]


def _known(choose: Any, values: Iterable[float]) -> float:
    known = [value for value in values if not math.isnan(value)]
    return float(choose(known)) if known else math.nan


def _readings(sums: _Sums, confidence: float) -> dict[str, Any]:
    some = sums.requests > 0
    seconds = sums.end - sums.start
    ordered = sorted(sums.times.items())
    times = {f"p{percent:g}": _percentile(ordered, percent) for percent in _PERCENTS}
    times |= {
        "median": times["p50"],
        "average": sums.took / sums.requests if some else math.nan,
        "min": sums.least if some else math.nan,
        "max": sums.most if some else math.nan,
    }
    counts = Counts(
        sums.requests,
        sums.failures,
        sums.requests / seconds if seconds > 0 else math.nan,
        sums.failures / seconds if seconds > 0 else math.nan,
        sums.size / sums.requests if some else math.nan,
    )
    return readings(times, counts, confidence, moment_of(sums.end))


def _percentile(ordered: Sequence[tuple[float, int]], percent: float) -> float:
    """A percentile as Locust takes it: the value that ``int(n * percent / 100)`` others precede."""
    count = sum(times for _, times in ordered)
    before = min(int(count * percent / 100), count - 1)
    for value, times in ordered:
        before -= times
        if before < 0:
            return value
    return math.nan
