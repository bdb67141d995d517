"""What k6's metrics are measured in."""

from typing import Final

from pytest_fitness import units
from pytest_fitness.results.reading import percent_of, seconds_of, split

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
_VALUES: Final = frozenset({"avg", "min", "med", "max", "value"})
_COUNTS: Final = frozenset({"count", "passes", "fails"})


def unit_of(name: str) -> str | None:
    """The unit of a number of k6's own metrics; None for one of a script's own.

    Raises:
        ValueError: the name does not end with a statistic of k6.
    """
    subject, statistic = split(name)
    metric = subject.partition("{")[0]
    if not metric or not (is_value(statistic) or statistic in {"rate", *_COUNTS}):
        raise ValueError("is no name of k6, such as http_req_duration.p95 or http_req_failed.rate")
    if statistic == "rate":
        return _unit_of_rate(metric)
    if statistic in _COUNTS:
        return units.BYTES if metric in _DATA else units.COUNT
    if metric in _GAUGES:
        return units.COUNT
    return units.SECONDS if _is_time(metric) else None


def is_value(statistic: str) -> bool:
    """Whether a statistic is a value of the metric, rather than a number of events."""
    return statistic in _VALUES or percent_of(statistic) is not None


def _unit_of_rate(metric: str) -> str | None:
    if metric in _SHARES:
        return units.RATIO
    return units.RATE if metric in _COUNTERS | _DATA else None


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


def _is_time(metric: str) -> bool:
    return metric.startswith(_TIMES) and metric not in _SHARES | {"browser_web_vital_cls"}
