"""Answering from files of what was scraped."""

import glob
import threading
from pathlib import Path
from typing import Final

from pytest_fitness.answers import Answer, Client, Points, Window
from pytest_fitness.errors import MeasureError
from pytest_fitness.sources.openmetrics import answering
from pytest_fitness.sources.openmetrics.options import OpenMetricsQuery
from pytest_fitness.sources.openmetrics.reading import Exposition, ends_as_openmetrics
from pytest_fitness.sources.openmetrics.selector import parse_selector
from pytest_fitness.sources.openmetrics.store import Held, Store
from pytest_fitness.sources.support.bounded_files import LIMIT, Stamp, read_bounded, stamp

MOST_FILES: Final = 1000


class FilesClient(Client):
    """Files, read when they are first asked about, and again when they have changed.

    A sample with a time of its own belongs to that time. One without belongs to the time at which
    its file was last changed; that tells a file that nobody writes any more.

    Args:
        root: where a relative path starts.
        pattern: a path, or a glob.
        is_newest_now: the newest of the times in the files is the present. All samples with times
            are then answered as far before the end of the window asked for as they are before
            that; samples without times stay where they are.
    """

    def __init__(self, root: Path, pattern: str, *, is_newest_now: bool) -> None:
        self._root = root
        self._pattern = pattern
        self._is_newest_now = is_newest_now
        self._lock = threading.Lock()
        self._stamps: list[Stamp] = []
        self._store = Store()

    def ask(self, query: OpenMetricsQuery, window: Window) -> Answer:
        """The samples of the window; of a series without times its one sample in any case."""
        selector = parse_selector(query.metric)
        with self._lock:
            store = self._current()

            def points(held: Held) -> Points:
                if not held.is_timed:
                    return answering.within(held, window) or answering.newest(held)
                if not self._is_newest_now:
                    return answering.within(held, window)
                seen = answering.within(held, window._replace(end=store.newest))
                return answering.moved(seen, store.newest, window.end)

            return answering.answer(store, selector, points)

    def close(self) -> None:
        """Forget what was read."""
        with self._lock:
            self._stamps, self._store = [], Store()

    def _current(self) -> Store:
        paths = self._paths()
        stamps = [stamp(self._root / path, path) for path in paths]
        if stamps != self._stamps:
            self._store = self._read(paths)
            self._stamps = stamps
        return self._store

    def _paths(self) -> list[str]:
        """The files, as messages call them."""
        if not glob.has_magic(self._pattern) or (self._root / self._pattern).is_file():
            return [self._pattern]
        # Path.glob() takes no absolute pattern.
        found = sorted(glob.glob(self._pattern, root_dir=self._root, recursive=True))  # noqa: PTH207
        paths = [path for path in found if (self._root / path).is_file()]
        if not paths:
            raise MeasureError(
                f"no file matches {self._pattern}",
                "A relative path starts at fitness.yaml; look at whether what writes it has run.",
            )
        if len(paths) > MOST_FILES:
            raise MeasureError(
                f"{self._pattern} matches more than {MOST_FILES:,} files", "Name fewer."
            )
        return paths

    def _read(self, paths: list[str]) -> Store:
        store = Store()
        exposition = Exposition(store)
        left = LIMIT
        for path in paths:
            body, modified = read_bounded(self._root / path, path, left)
            left -= len(body)
            exposition.read(body, path, modified, openmetrics=ends_as_openmetrics(body))
        return store
