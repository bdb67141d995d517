"""The text formats of metrics: Prometheus's own, and OpenMetrics."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Final

PROMETHEUS: Final = "text/plain; version=0.0.4; charset=utf-8"
OPEN_METRICS: Final = "application/openmetrics-text; version=1.0.0; charset=utf-8"

_ESCAPES: Final = str.maketrans({"\\": r"\\", "\n": r"\n", '"': r"\""})


@dataclass(frozen=True, slots=True)
class Sample:
    """One number of a metric; the suffix is what its name has beyond that of the metric."""

    value: float
    suffix: str = ""
    labels: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Metric:
    """All numbers of one name."""

    name: str
    kind: str
    about: str
    samples: tuple[Sample, ...]


def counter(name: str, about: str, value: float) -> Metric:
    """A single number that only grows; its samples are called ``name_total``."""
    return Metric(name, "counter", about, (Sample(value, "_total"),))


def gauge(name: str, about: str, value: float) -> Metric:
    """A single number that rises and falls."""
    return Metric(name, "gauge", about, (Sample(value),))


def chosen_format(accept: str) -> str:
    """The format for a client that accepts this; Prometheus's own unless it names the other."""
    return OPEN_METRICS if "application/openmetrics-text" in accept else PROMETHEUS


def expose(metrics: Iterable[Metric], content_type: str) -> str:
    """The text of some metrics in a format."""
    lines = [line for metric in metrics for line in _lines(metric, content_type)]
    if content_type == OPEN_METRICS:
        lines.append("# EOF")
    return "\n".join([*lines, ""])


def _lines(metric: Metric, content_type: str) -> Iterator[str]:
    # Only OpenMetrics has a name for a counter that is not the name of its sample.
    total = metric.kind == "counter" and content_type != OPEN_METRICS
    head = f"{metric.name}_total" if total else metric.name
    yield f"# HELP {head} {metric.about}"
    yield f"# TYPE {head} {metric.kind}"
    for sample in metric.samples:
        yield f"{metric.name}{sample.suffix}{_labels(sample.labels)} {sample.value!r}"


def _labels(labels: Mapping[str, str]) -> str:
    inner = ",".join(f'{name}="{text.translate(_ESCAPES)}"' for name, text in labels.items())
    return f"{{{inner}}}" if inner else ""
