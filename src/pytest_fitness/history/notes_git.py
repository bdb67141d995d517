"""A reference of git's notes: read and written by git itself, many notes at a time."""

import re
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Final, NamedTuple

from pytest_fitness.errors import HistoryError, MeasureError
from pytest_fitness.history.repository import Repository
from pytest_fitness.processes.running import Finished, Runner

SECONDS: Final = 120.0
LARGEST_NOTE: Final = 32_000_000
_AT_ONCE: Final = 64_000_000
# A list of all notes has some hundred bytes for each.
_MOST_OUTPUT: Final = 2 * _AT_ONCE
_TRIES: Final = 50
_WHO: Final = b"pytest-fitness <pytest-fitness@localhost>"
_MESSAGE: Final = b"pytest-fitness: what runs measured"
OBJECT: Final = re.compile(r"[0-9a-f]{40}|[0-9a-f]{64}")


class Note(NamedTuple):
    """What a commit's note became.

    Attributes:
        commit: what it is a note of.
        path: where it lies in the tree of notes.
        before: the object it was; empty for none.
        after: the object it is; empty for none.
    """

    commit: str
    path: str
    before: str
    after: str

    @property
    def is_one(self) -> bool:
        """Whether it is a note, and not a file that somebody put among them."""
        return OBJECT.fullmatch(self.commit) is not None


class Notes:
    """One reference such as ``refs/notes/fitness``.

    Raises:
        HistoryError: on every use, where git fails.
    """

    def __init__(self, reference: str, directory: Path, repository: Repository) -> None:
        self.reference = reference
        self._directory = directory
        self._repository = repository
        self._runner = Runner(_MOST_OUTPUT)

    def newest(self) -> str | None:
        """The commit of notes that the reference names, read from a file; None without one."""
        return self._repository.reference(self.reference)

    def changes(self, before: str | None, after: str) -> list[Note]:
        """What changed between two commits of notes; all notes where there was none before."""
        if before is None:
            entries = (
                self._git("ls-tree", "-r", "-z", "--full-tree", after)
                .output.decode("utf-8", "replace")
                .split("\0")
            )
            notes = [_listed(entry) for entry in entries if entry]
            return [note for note in notes if note.is_one]
        options = ("-r", "-z", "--raw", "--no-renames", "--no-abbrev")
        parts = self._parts("diff-tree", *options, before, after)
        notes = [_changed(*pair) for pair in zip(parts[::2], parts[1::2], strict=False)]
        return [note for note in notes if note.is_one]

    def has(self, commit: str) -> bool:
        """Whether a commit of notes is still in the repository."""
        return self._run("cat-file", "-e", f"{commit}^{{commit}}").status == 0

    def texts(self, objects: Sequence[str]) -> Iterator[tuple[str, bytes | None]]:
        """Notes by their objects, and what they say; None for one that is too large."""
        sizes = self._sizes(objects) if objects else {}
        batch: list[str] = []
        total = 0
        for each in objects:
            if sizes[each] > LARGEST_NOTE:
                yield each, None
                continue
            total += sizes[each]
            if total > _AT_ONCE:
                yield from self._read(batch)
                batch, total = [], sizes[each]
            batch.append(each)
        yield from self._read(batch)

    def add(self, lines: Mapping[str, Sequence[bytes]]) -> None:
        """Add lines to the notes of some commits, and lose none that others add meanwhile."""
        for _ in range(_TRIES):
            before = self.newest()
            done = self._run(
                "fast-import", "--quiet", "--date-format=now", stdin=self._import(before, lines)
            )
            if done.status == 0:
                return
            if self.newest() == before:
                raise self._failed("fast-import", done)
        raise HistoryError(
            f"the notes {self.reference} could not be written: others were quicker {_TRIES} times",
            "run again",
        )

    def _import(self, before: str | None, lines: Mapping[str, Sequence[bytes]]) -> bytes:
        """What fast-import is told: it takes the reference on only from where it was."""
        known = {note.commit: note for note in self.changes(None, before)} if before else {}
        texts = dict(self.texts([known[commit].after for commit in lines if commit in known]))
        told = [b"commit " + self.reference.encode(), b"committer " + _WHO + b" now"]
        told += [b"data %d" % len(_MESSAGE), _MESSAGE]
        told += [b"from " + before.encode()] if before else []
        for commit, added in lines.items():
            note = known.get(commit)
            text = _continued(commit, texts[note.after] if note else b"", added)
            path = note.path if note else f"{commit[:2]}/{commit[2:]}"
            told += [b"M 100644 inline " + path.encode(), b"data %d" % len(text), text]
        return b"\n".join(told) + b"\n"

    def _sizes(self, objects: Sequence[str]) -> dict[str, int]:
        asked = "".join(f"{each}\n" for each in objects).encode()
        told = self._git("cat-file", "--batch-check=%(objectsize)", stdin=asked).output
        return dict(zip(objects, map(int, told.split()), strict=True))

    def _read(self, objects: Sequence[str]) -> Iterator[tuple[str, bytes]]:
        if not objects:
            return
        asked = "".join(f"{each}\n" for each in objects).encode()
        told = self._git("cat-file", "--batch=%(objectsize)", stdin=asked).output
        place = 0
        for each in objects:
            begin = told.index(b"\n", place) + 1
            place = begin + int(told[place:begin])
            yield each, told[begin:place]
            place += 1  # the end of the line after it

    def _parts(self, *command: str) -> list[str]:
        return self._git(*command).output.decode("utf-8", "replace").split("\0")

    def _git(self, *command: str, stdin: bytes = b"") -> Finished:
        done = self._run(*command, stdin=stdin)
        if done.status != 0 or done.how != "itself":
            raise self._failed(command[0], done)
        return done

    def _run(self, *command: str, stdin: bytes = b"") -> Finished:
        place = f"--git-dir={self._repository.common}"
        with tempfile.TemporaryFile() as given:
            given.write(stdin)
            given.seek(0)
            try:
                return self._runner.run(
                    ["git", place, "--no-pager", *command],
                    cwd=self._directory,
                    env={"GIT_TERMINAL_PROMPT": "0", "LC_ALL": "C"},
                    timeout=SECONDS,
                    stdin=given,
                )
            except MeasureError as error:
                raise HistoryError(f"{self._unusable()}: {error.message}", error.hint) from error

    def _failed(self, command: str, done: Finished) -> HistoryError:
        ended = {"time": f"took over {SECONDS:.0f} s", "output": "had too much to tell"}
        why = ended.get(done.how) or done.errors.strip() or f"ended with {done.status}"
        hint = "see what `git fsck` says of the repository"
        return HistoryError(f"{self._unusable()}: git {command}: {why}", hint)

    def _unusable(self) -> str:
        return f"the history in the notes {self.reference} cannot be used"


def _continued(commit: str, text: bytes | None, added: Sequence[bytes]) -> bytes:
    """A note with further lines; what was there may end without the end of its line."""
    if text is not None:
        text += b"\n" if text and not text.endswith(b"\n") else b""
        text += b"".join(line + b"\n" for line in added)
    if text is None or len(text) > LARGEST_NOTE:
        raise HistoryError(
            f"the note of commit {commit[:12]} would have over {LARGEST_NOTE:,} bytes",
            "keep the history in a file or in PostgreSQL; `pytest-fitness history export` has all",
        )
    return text


def _listed(entry: str) -> Note:
    words, _, path = entry.partition("\t")
    return Note(path.replace("/", ""), path, "", words.split()[2])


def _changed(words: str, path: str) -> Note:
    before, after = (each if each.strip("0") else "" for each in words.split()[2:4])
    return Note(path.replace("/", ""), path, before, after)
