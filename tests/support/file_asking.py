"""Asking files of JSON and CSV."""

from os import utime
from pathlib import Path
from typing import Any

import pytest

from pytest_fitness.answers import Answer, Points, Window
from pytest_fitness.errors import MeasureError
from pytest_fitness.sources.file.options import FileOptions, FileQuery
from pytest_fitness.sources.file.source import File

SOURCE = File()
THEN = 1_700_000_000.0
NOW = Window(THEN)


def ask_file(
    file: Path, content: str | bytes, window: Window = NOW, kind: str | None = None, **query: Any
) -> Answer:
    """The answer of a file with a content, last changed `THEN`."""
    file.write_bytes(content.encode() if isinstance(content, str) else content)
    utime(file, (THEN, THEN))
    client = SOURCE.open(FileOptions(path=file.name, format=kind), file.parent)
    try:
        answer: Answer = client.ask(FileQuery(**query), window)
        return answer
    finally:
        client.close()


def points_of(answer: Answer) -> Points:
    """The points of the one series."""
    [series] = answer.series
    assert series.labels == ()
    assert all(type(number) is float for point in series.points for number in point)
    return series.points


def refused(file: Path, content: str | bytes, **query: Any) -> MeasureError:
    with pytest.raises(MeasureError) as caught:
        ask_file(file, content, **query)
    assert caught.value.hint
    return caught.value
