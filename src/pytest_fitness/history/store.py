"""Where the history is kept: one small interface, whatever stands behind it."""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Protocol, Self

from pytest_fitness.errors import HistoryError
from pytest_fitness.history.records import Point, Recorded, Reference, Result, Run, Trail
from pytest_fitness.history.urls import redact

SCHEME = re.compile(r"([a-z][a-z0-9+.-]+):", re.IGNORECASE)
SQLITE = "sqlite:///"
POSTGRESQL = ("postgresql", "postgres", "postgresql+psycopg")
GIT = "git"


class Store(Protocol):
    """A history that is open. Every method raises ``HistoryError`` where it cannot do its work."""

    @property
    def problems(self) -> Sequence[str]:
        """What is damaged and was left out, a sentence each."""
        ...

    def append(self, run: Run, results: Iterable[Result]) -> int:
        """Remember a run with all its results, or nothing of it; returns the id of the run."""
        ...

    def extend(self, recorded: Iterable[Recorded]) -> int:
        """Remember those runs that are not known yet, or none; returns how many they were."""
        ...

    def trails(
        self, series: Sequence[str], count: int, reference: Reference | None = None
    ) -> Mapping[str, Trail]:
        """The newest ``count`` numbers of each series, oldest first; none for an unknown one.

        Args:
            series: their names.
            count: how many numbers at most.
            reference: only its runs, and what was measured without doubt; by default all runs.
        """
        ...

    def points(self, series: str, count: int) -> Sequence[Point]:
        """All that is known of the newest ``count`` results of one series, oldest first."""
        ...

    def series(self) -> dict[str, int]:
        """The names of all series, sorted, with the number of their points."""
        ...

    def runs(self, limit: int) -> list[Run]:
        """The newest runs, newest first."""
        ...

    def runs_of(self, ids: Iterable[int]) -> Mapping[int, Run]:
        """Those of some runs that are known, by their ids."""
        ...

    def recorded(self) -> Iterator[Recorded]:
        """Every run with its results, oldest first, as they were at one moment."""
        ...

    def close(self) -> None:
        """Let go of the history; closing twice is fine."""
        ...

    def __enter__(self) -> Self: ...

    def __exit__(self, *exc_info: object) -> None: ...


def open_store(url_or_path: str | Path, base: Path | None = None) -> Store:
    """Open a history, and begin one where there is none.

    Args:
        url_or_path: a path, or ``sqlite:///relative/path``, or ``sqlite:////absolute/path``, or
            ``postgresql://USER@HOST/DATABASE``, or ``git:refs/notes/NAME``.
        base: what relative paths start from, and where the repository is; the working directory
            by default.

    Raises:
        HistoryError: it cannot be opened, or belongs to something else; it is left as it was.
    """
    base = base or Path.cwd()
    scheme = _scheme(url_or_path)
    if scheme in POSTGRESQL and "://" in str(url_or_path):
        from pytest_fitness.history.postgres import PostgresStore

        return PostgresStore.open(str(url_or_path))
    if scheme == GIT:
        from pytest_fitness.history.git_notes import NotesStore

        return NotesStore.open(str(url_or_path).partition(":")[2], base)
    from pytest_fitness.history.sqlite import SqliteStore

    return SqliteStore(base / _path_of(url_or_path))


def open_existing(url_or_path: str | Path, base: Path | None = None) -> Store | None:
    """Open a history to look at it; None where there is none, and none is begun.

    Raises:
        HistoryError: as for :func:`open_store`.
    """
    base = base or Path.cwd()
    scheme = _scheme(url_or_path)
    if scheme in POSTGRESQL and "://" in str(url_or_path):
        from pytest_fitness.history.postgres import PostgresStore

        return PostgresStore.open_existing(str(url_or_path))
    if scheme == GIT:
        from pytest_fitness.history.git_notes import NotesStore

        return NotesStore.open_existing(str(url_or_path).partition(":")[2], base)
    path = base / _path_of(url_or_path)
    return open_store(path) if path.exists() else None


def _scheme(url_or_path: str | Path) -> str | None:
    found = SCHEME.match(url_or_path) if isinstance(url_or_path, str) else None
    return found[1].lower() if found else None


def _path_of(url: str | Path) -> Path:
    if isinstance(url, Path):
        return url
    if url.startswith(SQLITE) and len(url) > len(SQLITE):
        return Path(url.removeprefix(SQLITE))
    scheme = _scheme(url)
    if not url or "\0" in url or scheme:
        raise HistoryError(
            f"the history {redact(url)!r} cannot be opened: {_complaint(scheme)}",
            hint="write a path (.fitness/history.db), sqlite:/// and a path after it,"
            " postgresql://USER@HOST/DATABASE, or git:refs/notes/NAME",
        )
    return Path(url)


def _complaint(scheme: str | None) -> str:
    if scheme is None:
        return "that is not a path"
    if scheme == "sqlite":
        return "a path after three slashes is expected"
    if scheme in POSTGRESQL:
        return "two slashes after the colon are expected"
    return f"{scheme} is none of sqlite, postgresql and git"
