"""Reading what Prometheus answers."""

import math
from collections.abc import Iterator
from typing import Any, Final

from pytest_fitness.answers import Answer, Points, Series
from pytest_fitness.errors import MeasureError
from pytest_fitness.units import shorten

MOST_SAMPLES: Final = 5_000_000
_MOST_NOTES: Final = 10


def read_answer(document: Any, shown: str) -> Answer:
    """The series and notes of an answer of success.

    Raises:
        MeasureError: it is not as Prometheus answers, has too many samples, or other values than
            numbers.
    """
    try:
        if document["status"] != "success":
            raise ValueError(document["status"])
        kind, result = document["data"]["resultType"], document["data"]["result"]
        if kind not in ("scalar", "vector", "matrix", "string"):
            raise ValueError(kind)
        if kind == "string":
            raise MeasureError("the query yields a string", "Ask for numbers.")
        if kind == "scalar":
            return Answer((Series((_point(result),)),), _notes(document))
        _require_few(kind, result)
        series = tuple(_series(each, kind) for each in result)
        return Answer(series, _notes(document))
    except (LookupError, TypeError, ValueError, AttributeError) as error:
        raise MeasureError(
            f"{shown} does not answer as Prometheus does",
            "Look at the url of the source: the address up to /api/v1, with its prefix if any.",
        ) from error


def _require_few(kind: str, result: list[dict[str, Any]]) -> None:
    count = len(result) if kind == "vector" else sum(len(each.get("values", ())) for each in result)
    if count > MOST_SAMPLES:
        raise MeasureError(
            f"the answer has {count:,} samples, more than {MOST_SAMPLES:,}",
            "Ask for less: fewer series, or a shorter time.",
        )


def _series(found: dict[str, Any], kind: str) -> Series:
    labels = tuple(sorted(found["metric"].items()))
    if not all(isinstance(value, str) for _, value in labels):
        raise TypeError("labels are texts")
    if "histogram" in found or "histograms" in found:
        raise MeasureError(
            f"{shorten(_written(labels))} is a native histogram, which is no number",
            "Ask for one of its numbers: histogram_quantile(0.95, ...), histogram_count(...).",
        )
    pairs = [found["value"]] if kind == "vector" else found["values"]
    return Series(_points(pairs), labels)


def _points(pairs: list[Any]) -> Points:
    """Oldest first, and one for each time, also where several servers were asked for them."""
    return tuple(sorted(dict(map(_point, pairs)).items()))


def _point(pair: Any) -> tuple[float, float]:
    time, value = pair
    if isinstance(time, bool) or not isinstance(value, str) or not math.isfinite(time):
        raise TypeError("a time and a text were expected")
    return float(time), float(value)


def _notes(document: dict[str, Any]) -> tuple[str, ...]:
    """Warnings and hints of the server, each once."""
    said = dict.fromkeys(_said(document))
    return tuple(shorten(each, 300) for each in list(said)[:_MOST_NOTES])


def _said(document: dict[str, Any]) -> Iterator[str]:
    if document.get("isPartial") is True:  # VictoriaMetrics
        yield "the answer is partial: a part of its storage did not answer"
    for name in ("warnings", "infos"):
        yield from map(str, document.get(name) or ())


def _written(labels: tuple[tuple[str, str], ...]) -> str:
    named = dict(labels)
    name = named.pop("__name__", "")
    return f"{name}{{{', '.join(f'{key}={value!r}' for key, value in named.items())}}}"
