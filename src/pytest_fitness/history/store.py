"""Where the history is kept: one small interface, whatever stands behind it."""

import re
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Protocol, Self

from pytest_fitness.errors import HistoryError
from pytest_fitness.history.records import Point, Result, Run, Trail

SCHEME = re.compile(r"([a-z][a-z0-9+.-]+):", re.IGNORECASE)
USER_AND_PASSWORD = re.compile(r"(?is)^((?:[a-z][a-z0-9+.-]*:/+)?+)([^:]*):.*@")
PASSWORD_OPTION = re.compile(r"(pass(?:word|wd)=)[^&\s]*", re.IGNORECASE)
SQLITE = "sqlite:///"


class Store(Protocol):
    """A history that is open. Every method raises ``HistoryError`` where it cannot do its work."""

    def append(self, run: Run, results: Iterable[Result]) -> int:
        """Remember a run with all its results, or nothing of it; returns the id of the run."""
        ...

    def trails(self, series: Sequence[str], count: int) -> Mapping[str, Trail]:
        """The newest ``count`` numbers of each series, oldest first; none for an unknown one."""
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

    def close(self) -> None:
        """Let go of the history; closing twice is fine."""
        ...

    def __enter__(self) -> Self: ...

    def __exit__(self, *exc_info: object) -> None: ...


def open_store(url_or_path: str | Path, base: Path | None = None) -> Store:
    """Open a history, and begin one where there is none.

    Args:
        url_or_path: a path, or ``sqlite:///relative/path``, or ``sqlite:////absolute/path``.
        base: what relative paths start from; the working directory by default.

    Raises:
        HistoryError: it cannot be opened, or belongs to something else; it is left as it was.
    """
    from pytest_fitness.history.sqlite import SqliteStore

    return SqliteStore(_locate(url_or_path, base))


def open_existing(url_or_path: str | Path, base: Path | None = None) -> Store | None:
    """Open a history to look at it; None where there is none, and none is begun.

    Raises:
        HistoryError: as for :func:`open_store`.
    """
    path = _locate(url_or_path, base)
    return open_store(path) if path.exists() else None


def redact(url: str) -> str:
    """The URL without its password; rather too much is hidden than too little."""
    hidden = USER_AND_PASSWORD.sub(r"\1\2:***@", url)
    return PASSWORD_OPTION.sub(r"\1***", hidden)


def _locate(url_or_path: str | Path, base: Path | None) -> Path:
    path = url_or_path if isinstance(url_or_path, Path) else _path_of(url_or_path)
    return (base or Path.cwd()) / path


def _path_of(url: str) -> Path:
    if url.startswith(SQLITE) and len(url) > len(SQLITE):
        return Path(url.removeprefix(SQLITE))
    scheme = SCHEME.match(url)
    if not url or "\0" in url or scheme:
        raise HistoryError(
            f"the history {redact(url)!r} cannot be opened: {_complaint(scheme and scheme[1])}",
            hint="write a path (.fitness/history.db), or sqlite:/// and a path after it",
        )
    return Path(url)


def _complaint(scheme: str | None) -> str:
    if scheme is None:
        return "that is not a path"
    if scheme.lower() == "sqlite":
        return "a path after three slashes is expected"
    return "only SQLite is available in this version"
