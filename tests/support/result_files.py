"""Reading files that other tools really wrote (tests/assets/results)."""

from os import utime
from pathlib import Path

import pytest

from pytest_fitness.errors import MeasureError
from pytest_fitness.results import formats
from pytest_fitness.results.opened import ResultFile
from pytest_fitness.results.reading import Readings

ASSETS = Path(__file__).parent.parent / "assets" / "results"
THEN = 1_700_000_000.0


def asset(name: str) -> Path:
    return ASSETS / name


def read_asset(name: str, confidence: float = 0.95) -> Readings:
    """The numbers of a file that a tool wrote."""
    return formats.read(ResultFile(asset(name), name), None, confidence)


def opened(directory: Path, content: str | bytes, name: str = "r.out") -> ResultFile:
    """A file with a content, last changed `THEN`."""
    path = directory / name
    path.write_bytes(content.encode() if isinstance(content, str) else content)
    utime(path, (THEN, THEN))
    return ResultFile(path, name)


def read_text(directory: Path, content: str | bytes, confidence: float = 0.95) -> Readings:
    return formats.read(opened(directory, content), None, confidence)


def refused(directory: Path, content: str | bytes, format: str | None = None) -> MeasureError:  # noqa: A002
    """The error of reading a content."""
    with pytest.raises(MeasureError) as caught:
        formats.read(opened(directory, content), format)
    assert caught.value.hint
    assert caught.value.message.startswith("r.out:")
    return caught.value
