"""What notes say: runs, and what is damaged."""

from collections.abc import Iterator

from pytest_fitness.errors import HistoryError
from pytest_fitness.history.lines import read_line
from pytest_fitness.history.notes_git import LARGEST_NOTE, Note
from pytest_fitness.history.records import Recorded


class Reader:
    """Reads notes, and remembers what was wrong with each."""

    def __init__(self, reference: str) -> None:
        self._name = reference.removeprefix("refs/notes/")
        self.problems: dict[str, list[str]] = {}

    def runs(self, note: Note, text: bytes | None) -> Iterator[Recorded]:
        """The runs of a note, without what is damaged."""
        self.problems[note.commit] = []
        if text is None:
            self._complain(note, f"has over {LARGEST_NOTE:,} bytes", "the note was left out")
        for number, line in enumerate((text or b"").splitlines(), 1):
            if not line.strip():
                continue
            try:
                yield read_line(_decoded(line))
            except HistoryError as error:
                what = f"line {number} is damaged: {error.message}"
                self._complain(note, what, "the line was left out")

    def _complain(self, note: Note, what: str, so: str) -> None:
        show = f"git notes --ref={self._name} show {note.commit[:12]}"
        self.problems[note.commit].append(
            f"the note of commit {note.commit[:12]}: {what}; {so} (see `{show}`)"
        )


def lines_of(text: bytes | None) -> set[bytes]:
    """The lines of a note in no order, as merging leaves them; none where there is no note."""
    return {line for line in (text or b"").splitlines() if line.strip()}


def _decoded(line: bytes) -> str:
    try:
        return line.decode()
    except UnicodeDecodeError as error:
        raise HistoryError(f"it is not UTF-8: {error.reason}") from error
