"""The history in the notes of the repository itself: a line for each run, on its commit.

What is read comes from an SQLite file beside, which follows the notes by what changed in them.
"""

import itertools
import json
import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from pathlib import Path
from types import MappingProxyType
from typing import Final, NamedTuple, Self

from pytest_fitness.errors import HistoryError
from pytest_fitness.files import replace_text
from pytest_fitness.history.lines import read_line, write_line
from pytest_fitness.history.notes_git import LARGEST_NOTE, OBJECT, Note, Notes
from pytest_fitness.history.notes_reading import Reader, lines_of
from pytest_fitness.history.records import (
    RUN_IDS_PER_MILLISECOND,
    Point,
    Recorded,
    Reference,
    Result,
    Run,
    Trail,
)
from pytest_fitness.history.repository import find_repository
from pytest_fitness.history.sqlite import SqliteStore

_REFERENCE: Final = re.compile(r"refs/notes/[\w-]+([./][\w-]+)*(?<!\.lock)")
LARGEST_RUN: Final = LARGEST_NOTE // 8
# The empty tree stands for runs without a commit: no repository has to be told of it.
_NO_COMMIT: Final = "4b825dc642cb6eb9a060e54bf8d69288fbee4904"


class Seen(NamedTuple):
    """Up to where the index follows the notes.

    Attributes:
        file: where the index is.
        notes: the commit of notes that it has all of.
        problems: what was left out, by the commit whose note it is in.
    """

    file: str
    notes: str | None = None
    problems: Mapping[str, Sequence[str]] = MappingProxyType({})


class NotesStore:
    """The store for a team without a database.

    Args:
        notes: where it is kept.
        directory: the index lies in ``.fitness`` below it.
    """

    def __init__(self, notes: Notes, directory: Path) -> None:
        self._notes = notes
        self._place = directory / ".fitness"
        self._name = notes.reference.removeprefix("refs/").replace("/", "-")
        self._seen = self._read_seen()
        self._index = SqliteStore(self._place / self._seen.file)
        try:
            self._follow()
        except BaseException:
            self.close()
            raise

    @classmethod
    def open(cls, reference: str, directory: Path) -> Self:
        """Open a history in the repository that a directory lies in; its index is begun."""
        return cls(_notes_in(reference, directory), directory)

    @classmethod
    def open_existing(cls, reference: str, directory: Path) -> Self | None:
        """Open a history to look at it; None where there are no notes, and nothing is begun."""
        notes = _notes_in(reference, directory)
        return cls(notes, directory) if notes.newest() else None

    @property
    def problems(self) -> list[str]:
        """What is damaged and was left out, a sentence each."""
        return [told for each in self._seen.problems.values() for told in each]

    def append(self, run: Run, results: Iterable[Result]) -> int:
        """Remember a run with all its results, or nothing of it; returns the id of the run."""
        run = run._replace(id=None)
        self.extend([Recorded(run, tuple(results))])
        first = run.started_ms * RUN_IDS_PER_MILLISECOND
        known = self._index.runs_of(range(first, first + RUN_IDS_PER_MILLISECOND))
        return max(run_id for run_id, each in known.items() if each._replace(id=None) == run)

    def extend(self, recorded: Iterable[Recorded]) -> int:
        """Remember those runs that are not known yet, or none; returns how many they were."""
        lines: defaultdict[str, dict[bytes, None]] = defaultdict(dict)
        for each in recorded:
            lines[_commit(each.run)][_line(each)] = None
        known = self._lines_of(set(lines))
        new = {
            commit: [line for line in added if line not in known[commit]]
            for commit, added in lines.items()
        }
        if any(new.values()):
            self._notes.add({commit: added for commit, added in new.items() if added})
            self._follow()
        return sum(map(len, new.values()))

    def trails(
        self, series: Sequence[str], count: int, reference: Reference | None = None
    ) -> dict[str, Trail]:
        """The newest ``count`` numbers of each series, oldest first; none for an unknown one.

        Args:
            series: their names.
            count: how many numbers at most.
            reference: only its runs, and what was measured without doubt; by default all runs.
        """
        return self._index.trails(series, count, reference)

    def points(self, series: str, count: int) -> list[Point]:
        """All that is known of the newest ``count`` results of one series, oldest first."""
        return self._index.points(series, count)

    def series(self) -> dict[str, int]:
        """The names of all series, sorted, with the number of their points."""
        return self._index.series()

    def runs(self, limit: int) -> list[Run]:
        """The newest runs, newest first."""
        return self._index.runs(limit)

    def runs_of(self, ids: Iterable[int]) -> dict[int, Run]:
        """Those of some runs that are known, by their ids."""
        return self._index.runs_of(ids)

    def recorded(self) -> Iterator[Recorded]:
        """Every run with its results, oldest first, as they were at one moment."""
        return self._index.recorded()

    def close(self) -> None:
        """Let go of the index; closing twice is fine."""
        self._index.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *exc_info: object) -> None:
        self.close()

    def _lines_of(self, commits: set[str]) -> Mapping[str, set[bytes]]:
        """The lines that the notes of some commits have."""
        newest = self._notes.newest()
        notes = self._notes.changes(None, newest) if newest else []
        found = [note for note in notes if note.commit in commits]
        texts = dict(self._notes.texts([note.after for note in found]))
        lines: defaultdict[str, set[bytes]] = defaultdict(set)
        for note in found:
            lines[note.commit] = lines_of(texts[note.after])
        return lines

    def _follow(self) -> None:
        """Take into the index what the notes have got since it was looked at last."""
        newest, before = self._notes.newest(), self._seen.notes
        if newest == before:
            return None
        if newest is None or (before is not None and not self._notes.has(before)):
            return self._begin_anew()
        notes = self._notes.changes(before, newest)
        if self._lost_lines([note for note in notes if note.before]):
            return self._begin_anew()
        read = Reader(self._notes.reference)
        self._index.extend(self._read(notes, read))
        problems = {**self._seen.problems, **read.problems}
        self._note(Seen(self._seen.file, newest, {c: told for c, told in problems.items() if told}))
        return None

    def _read(self, notes: Sequence[Note], reader: "Reader") -> Iterator[Recorded]:
        by_object = defaultdict(list)
        for note in notes:
            by_object[note.after].append(note)
        for each, text in self._notes.texts([one for one in by_object if one]):
            for note in by_object[each]:
                yield from reader.runs(note, text)

    def _lost_lines(self, notes: Sequence[Note]) -> bool:
        """Whether some note has lost one of its lines."""
        old = dict(self._notes.texts([note.before for note in notes]))
        new = dict(self._notes.texts([note.after for note in notes if note.after]))
        kept = (lines_of(old[note.before]) <= lines_of(new.get(note.after)) for note in notes)
        return not all(kept)

    def _begin_anew(self) -> None:
        """Where notes were taken back, the index cannot follow."""
        self._index.close()
        old = self._place / self._seen.file
        names = (f"{self._name}-{number}.db" for number in itertools.count(2))
        self._seen = Seen(next(name for name in names if not (self._place / name).exists()))
        self._index = SqliteStore(self._place / self._seen.file)
        self._note(self._seen)
        self._follow()
        for ending in ("", "-wal", "-shm"):
            with suppress(OSError):
                old.with_name(f"{old.name}{ending}").unlink()

    def _read_seen(self) -> Seen:
        with suppress(OSError, ValueError, TypeError):
            seen = Seen(**json.loads((self._place / f"{self._name}.json").read_text("utf-8")))
            if (self._place / seen.file).is_file():
                return seen
        return Seen(f"{self._name}.db")

    def _note(self, seen: Seen) -> None:
        try:
            replace_text(
                self._place / f"{self._name}.json",
                json.dumps(seen._replace(problems=dict(seen.problems))._asdict()),
            )
        except OSError as error:
            raise HistoryError(f"{self._place} cannot be written: {error}") from error
        self._seen = seen


def _notes_in(reference: str, directory: Path) -> Notes:
    if not _REFERENCE.fullmatch(reference):
        raise HistoryError(
            f"the history 'git:{reference}' cannot be opened: that is no reference of notes",
            "write git:refs/notes/ and a name, as in git:refs/notes/fitness",
        )
    repository = find_repository(directory.absolute())
    if repository is None:
        raise HistoryError(
            f"the history git:{reference} cannot be opened: {directory} is in no git repository",
            "begin one with `git init`, or keep the history in a file",
        )
    return Notes(reference, directory, repository)


def _commit(run: Run) -> str:
    commit = run.commit.id or ""
    return commit if OBJECT.fullmatch(commit) else _NO_COMMIT


def _line(recorded: Recorded) -> bytes:
    text = write_line(recorded)
    if len(text) > LARGEST_RUN:
        raise HistoryError(
            f"the run has {len(text):,} bytes; a note takes {LARGEST_RUN:,} of one run",
            "keep the history in a file or in PostgreSQL",
        )
    read_line(text)  # what could not be read again is not written
    return text.encode()
