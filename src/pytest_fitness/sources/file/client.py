"""Answering from a JSON or CSV file."""

import threading
from pathlib import Path
from typing import Any

from pytest_fitness.answers import Answer, Client, Points, Series, Window
from pytest_fitness.errors import MeasureError
from pytest_fitness.sources.file.documents import parse_document, points_at
from pytest_fitness.sources.file.options import FileQuery
from pytest_fitness.sources.file.tables import Table
from pytest_fitness.sources.support.bounded_files import Stamp, read_bounded, stamp


class FileClient(Client):
    """A file, read when it is first asked about, and again when it has changed.

    A number without a time belongs to the time at which the file was last changed; that tells a
    file that nobody writes any more.
    """

    def __init__(self, root: Path, path: str, kind: str | None) -> None:
        self._path = root / path
        self._shown = path
        self._is_table = kind == "csv"
        self._lock = threading.Lock()
        self._stamp: Stamp | None = None
        self._content: Any = None
        self._modified = 0.0

    def ask(self, query: FileQuery, window: Window) -> Answer:
        """The points of the window; a number without a time in any case."""
        if self._is_table == (query.column is None):
            kind, wanted = ("CSV", "column") if self._is_table else ("JSON", "path")
            raise MeasureError(f"{self._shown} is {kind}", f"Ask it by `{wanted}`.")
        with self._lock:
            self._refresh()
            found, modified = self._find(query), self._modified
        if isinstance(found, str):
            return Answer(notes=(f"{self._shown}: {found}",))
        if isinstance(found, float):
            return Answer((Series(((modified, found),)),))
        return Answer((Series(_within(found, window)),))

    def close(self) -> None:
        """Forget what was read."""
        with self._lock:
            self._stamp = self._content = None

    def _find(self, query: FileQuery) -> Points | float | str:
        if query.column is None:
            return points_at(str(query.path), self._content, self._shown)
        table: Table = self._content
        where = query.where or {}
        if query.time is None:
            return table.number(query.column, where)
        return table.points(query.column, where, query.time)

    def _refresh(self) -> None:
        current = stamp(self._path, self._shown)
        if current != self._stamp:
            self._stamp = None
            body, self._modified = read_bounded(self._path, self._shown)
            parse = Table if self._is_table else parse_document
            self._content = parse(body, self._shown)
            self._stamp = current


def _within(points: Points, window: Window) -> Points:
    """The points of a window; the newest one before its end, where it asks for that."""
    until = tuple(point for point in points if point[0] <= window.end)
    if not window.seconds:
        return until[-1:]
    return tuple(point for point in until if point[0] > window.end - window.seconds)
