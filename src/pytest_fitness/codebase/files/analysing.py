"""Analysing files one after another, in whichever process it is asked for."""

from collections.abc import Iterable
from typing import Any

from pytest_fitness.codebase.files.facts import FileFacts
from pytest_fitness.codebase.files.inspection import analyse
from pytest_fitness.codebase.files.reading import digest_of, read_file
from pytest_fitness.collector import collector_paused

# A file's digest (None if it cannot be read) with its facts, packed for another process.
PackedFile = tuple[bytes | None, tuple[Any, ...]]


def analyse_each(paths: Iterable[str]) -> list[PackedFile]:
    """Read and analyse each file."""
    with collector_paused():
        return [_analyse_file(path) for path in paths]


def _analyse_file(path: str) -> PackedFile:
    content = read_file(path)
    if isinstance(content, FileFacts):
        return None, content.pack()
    return digest_of(content), analyse(content).pack()
