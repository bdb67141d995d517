"""k6: the summary in its three forms, and the stream of ``--out json``.

Numbers are named ``METRIC.STATISTIC``: ``http_req_duration.p95``, ``http_req_failed.rate``. The
forms are those of ``--summary-export`` (values lie in the metric itself), of the ``data`` that
``handleSummary`` gets (they lie in ``values``), and of ``--new-machine-readable-summary`` (the
metrics are a list below ``results``).
"""

import math
from collections.abc import Iterator, Mapping
from typing import Any, Final

from pytest_fitness import units
from pytest_fitness.results.intervals import share
from pytest_fitness.results.opened import ResultFile
from pytest_fitness.results.reading import (
    Reading,
    count_of,
    moment_of,
    named,
    number_of,
    percent_of,
    percentile_name,
    seconds_of,
    split,
)

_TIMES: Final = (
    "http_req_",
    "grpc_req_duration",
    "iteration_duration",
    "group_duration",
    "ws_connecting",
    "ws_session_duration",
    "ws_ping",
    "browser_http_req_duration",
    "browser_web_vital_",
)
_SHARES: Final = frozenset(
    {"http_req_failed", "checks", "checks_failed", "checks_succeeded", "browser_http_req_failed"}
)
_COUNTERS: Final = frozenset({"http_reqs", "iterations", "dropped_iterations", "checks_total"})
_DATA: Final = frozenset(
    {"data_sent", "data_received", "browser_data_sent", "browser_data_received"}
)
_GAUGES: Final = frozenset({"vus", "vus_max"})
_TREND: Final = frozenset({"avg", "min", "med", "max"})
_COUNTS: Final = frozenset({"count", "passes", "fails"})


def unit_of(name: str) -> str | None:
    """The unit of a number of k6's own metrics; None for one of a script's own.

    Raises:
        ValueError: the name does not end with a statistic of k6.
    """
    subject, statistic = split(name)
    metric = subject.partition("{")[0]
    is_value = statistic in _TREND or statistic == "value" or percent_of(statistic) is not None
    if not metric or not (is_value or statistic == "rate" or statistic in _COUNTS):
        raise ValueError("is no name of k6, such as http_req_duration.p95 or http_req_failed.rate")
    if statistic in _COUNTS:
        return units.BYTES if metric in _DATA else units.COUNT
    if statistic == "rate":
        if metric in _SHARES:
            return units.RATIO
        return units.RATE if metric in _COUNTERS | _DATA else None
    if metric in _GAUGES:
        return units.COUNT
    return units.SECONDS if _is_time(metric) else None


def unit_in(contains: object, metric: str) -> str | None:
    """The unit of the values of a metric, by what the file says that it contains."""
    if contains == "time" or _is_time(metric.partition("{")[0]):
        return units.SECONDS
    if contains == "data" or metric in _DATA:
        return units.BYTES
    return units.COUNT if metric in _GAUGES else None


def in_unit(value: float, unit: str | None) -> float:
    """A value as k6 writes it, in its base unit."""
    return seconds_of(value) if unit == units.SECONDS else value


def claims(file: ResultFile) -> bool:
    """Whether it is a summary or a stream of k6."""
    from pytest_fitness.results import k6_stream

    if file.looks != "json":
        return False
    return k6_stream.claims(file) or bool(list(_metrics(file.document)))


def read(file: ResultFile, confidence: float) -> dict[str, Reading]:
    """The numbers of all metrics, those with tags included.

    Raises:
        MeasureError: it is broken, or of a version that is not known.
    """
    from pytest_fitness.results import k6_stream

    if k6_stream.claims(file):
        return k6_stream.read(file, confidence)
    document = file.document
    if "results" in document and not str(document.get("version", "1.")).startswith("1."):
        raise file.problem(f"version {document['version']!r} of k6's summary is not known")
    moment = moment_of(_mapping(document.get("metadata")).get("generatedAt"))
    return named(
        (name, _readings(name, metric, confidence, moment)) for name, metric in _metrics(document)
    )


def _metrics(document: Any) -> Iterator[tuple[str, Mapping[str, Any]]]:
    """Each metric with its name, in whatever form it is written."""
    metrics = _mapping(document).get("metrics")
    if isinstance(metrics, dict):
        yield from ((name, each) for name, each in metrics.items() if isinstance(each, dict))
        return
    results = _mapping(_mapping(document).get("results"))
    for group in (results, _mapping(results.get("checks"))):
        listed = group.get("metrics")
        for each in listed if isinstance(listed, list) else ():
            if isinstance(each, dict) and isinstance(each.get("name"), str):
                yield each["name"], each


def _mapping(value: object) -> Mapping[str, Any]:
    return value if isinstance(value, dict) else {}


def _readings(
    name: str, metric: Mapping[str, Any], confidence: float, moment: float | None
) -> dict[str, Reading]:
    values = _mapping(metric.get("values", metric))
    unit = unit_in(metric.get("contains"), name)
    if "passes" in values or "matches" in values:
        return _share(values, confidence, moment)
    if metric.get("type") == "counter" or ("count" in values and "avg" not in values):
        return _counter(values, unit, moment)
    samples = count_of(values["count"]) if "count" in values else 1
    found = {}
    for key, value in values.items():
        statistic = percentile_name(key) or key
        if statistic in _TREND or statistic == "value" or percent_of(statistic) is not None:
            found[statistic] = Reading(in_unit(number_of(value), unit), unit, samples, None, moment)
    if "count" in values:
        found["count"] = Reading(float(samples), units.COUNT, 1, None, moment)
    return found


def _share(
    values: Mapping[str, Any], confidence: float, moment: float | None
) -> dict[str, Reading]:
    """A Rate: ``passes`` and ``fails``, or ``matches`` and ``total``."""
    passes = number_of(values.get("passes", values.get("matches")))
    total = (
        number_of(values["total"]) if "total" in values else passes + number_of(values.get("fails"))
    )
    fails = total - passes
    known = 0 if math.isnan(total) else int(total)
    return {
        "rate": share(passes, total, confidence, moment),
        "passes": Reading(passes, units.COUNT, known, None, moment),
        "fails": Reading(fails, units.COUNT, known, None, moment),
    }


def _counter(
    values: Mapping[str, Any], unit: str | None, moment: float | None
) -> dict[str, Reading]:
    found = {"count": Reading(number_of(values.get("count")), unit or units.COUNT, 1, None, moment)}
    if "rate" in values:
        found["rate"] = Reading(number_of(values["rate"]), units.RATE, 1, None, moment)
    return found


def _is_time(metric: str) -> bool:
    return metric.startswith(_TIMES) and metric not in _SHARES | _DATA
