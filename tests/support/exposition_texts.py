"""Texts as programs expose them, and asking files of them."""

from collections.abc import Iterator
from contextlib import contextmanager
from os import utime
from pathlib import Path
from typing import Any

from pytest_fitness.answers import Answer, Client, Points, Window
from pytest_fitness.sources.openmetrics.options import OpenMetricsOptions, OpenMetricsQuery
from pytest_fitness.sources.openmetrics.source import OpenMetrics

SOURCE = OpenMetrics()
# A moment that has passed, so that nothing depends on today.
THEN = 1_700_000_000.0
NOW = Window(THEN)


@contextmanager
def opened(root: Path, **options: Any) -> Iterator[Client]:
    client: Client = SOURCE.open(OpenMetricsOptions(**options), root)
    try:
        yield client
    finally:
        client.close()


def written(path: Path, text: str | bytes, modified: float = THEN) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(text.encode() if isinstance(text, str) else text)
    utime(path, (modified, modified))
    return path


def asked(
    root: Path, text: str | bytes, metric: str, window: Window = NOW, **options: Any
) -> Answer:
    """The answer of a file with a text, last changed `THEN`."""
    written(root / "metrics.txt", text)
    with opened(root, file="metrics.txt", **options) as client:
        return client.ask(OpenMetricsQuery(metric=metric), window)


def by_labels(answer: Answer) -> dict[str, Points]:
    """The points of each series; its labels as one text."""
    found = {
        ",".join(f"{name}={value}" for name, value in series.labels): series.points
        for series in answer.series
    }
    assert len(found) == len(answer.series)
    return found


def values(answer: Answer) -> dict[str, float]:
    """The value of each series, which has one."""
    found = {}
    for labels, points in by_labels(answer).items():
        [(_, found[labels])] = points
    return found


def timed(*samples: tuple[float, float], name: str = "up") -> str:
    """OpenMetrics with one series."""
    lines = [f"{name} {value} {time}\n" for time, value in samples]
    return "".join([*lines, "# EOF\n"])
