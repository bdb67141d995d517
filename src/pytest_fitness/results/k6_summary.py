"""k6's summary in its three forms.

They are those of ``--summary-export`` (values lie in the metric itself), of the ``data`` that
``handleSummary`` gets (they lie in ``values``), and of ``--new-machine-readable-summary`` (the
metrics are a list below ``results``).
"""

from collections.abc import Iterator, Mapping
from typing import Any

from pytest_fitness import units
from pytest_fitness.results.intervals import share
from pytest_fitness.results.k6_units import in_unit, is_value, unit_in
from pytest_fitness.results.opened import ResultFile
from pytest_fitness.results.reading import (
    Reading,
    count_of,
    moment_of,
    named,
    number_of,
    percentile_name,
)


def claims(file: ResultFile) -> bool:
    """Whether it has metrics."""
    return file.looks == "json" and any(True for _ in _metrics(file.document))


def read(file: ResultFile, confidence: float) -> dict[str, Reading]:
    """The numbers of all metrics, those with tags included.

    Raises:
        MeasureError: it is broken, or of a version that is not known.
    """
    document = file.document
    if "results" in document and not str(document.get("version", "1.")).startswith("1."):
        raise file.problem(f"version {document['version']!r} of k6's summary is not known")
    metrics = list(_metrics(document))
    file.require_few(len(metrics))
    moment = moment_of(_mapping(document.get("metadata")).get("generatedAt"))
    return named((name, _readings(name, metric, confidence, moment)) for name, metric in metrics)


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
    if metric.get("type") == "counter" or {"count", "rate"} <= values.keys():
        return _counter(values, unit, moment)
    return _values(values, unit, moment)


def _values(
    values: Mapping[str, Any], unit: str | None, moment: float | None
) -> dict[str, Reading]:
    """A Trend or a Gauge."""
    found = {}
    samples = count_of(values["count"]) if "count" in values else 1
    for key, value in values.items():
        statistic = percentile_name(key) or key
        if is_value(statistic):
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
    known = count_of(total)
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
