"""``pytest-fitness history export|import``: a history as lines of JSON, from any store to any."""

import sys
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import IO, Final

from pytest_fitness.commands.output import plural
from pytest_fitness.commands.reading import locate_config, read_config
from pytest_fitness.errors import FitnessError, HistoryError
from pytest_fitness.history.lines import LONGEST, read_line, write_line
from pytest_fitness.history.records import Recorded
from pytest_fitness.history.store import open_existing, open_store
from pytest_fitness.session.recorder import DEFAULT

STANDARD: Final = "-"


def export_history(here: Path, config: str | None, target: str | None, url: str | None) -> int:
    """Write every run as a line, to a file that must not exist yet or to the standard output.

    Raises:
        FitnessError: there is no history, or the file exists or cannot be written.
    """
    settings = read_config(locate_config(config, here), here)
    store = open_existing(url or settings.history or DEFAULT, base=settings.root)
    if store is None:
        raise FitnessError("nothing is remembered yet", "Run `pytest --fitness` first.")
    with store, ExitStack() as files:
        to_file = target not in (None, STANDARD)
        out = files.enter_context(_new(here / str(target))) if to_file else sys.stdout
        count = 0
        for each in store.recorded():
            out.write(write_line(each) + "\n")
            count += 1
    _tell(f"{plural(count, 'run')} exported")
    return 0


def import_history(here: Path, config: str | None, source: str | None, url: str | None) -> int:
    """Add every run of a file, or of the standard input, that is not known yet; or none.

    Raises:
        FitnessError: a line is damaged, or the history cannot take it.
    """
    settings = read_config(locate_config(config, here), here)
    with ExitStack() as opened:
        if source in (None, STANDARD):
            read = _Reading(sys.stdin.buffer, "standard input")
        else:
            read = _Reading(opened.enter_context(_old(here / str(source))), str(source))
        location = url or settings.history or DEFAULT
        store = opened.enter_context(open_store(location, base=settings.root))
        added = store.extend(read)
    _tell(f"{plural(added, 'run')} imported, {read.count - added:,} known already")
    return 0


class _Reading:
    """The runs of a file; iterated once."""

    def __init__(self, lines: IO[bytes], name: str) -> None:
        self.count = 0
        self._lines = lines
        self._name = name

    def __iter__(self) -> Iterator[Recorded]:
        number = 0
        while line := self._lines.readline(LONGEST + 1):
            number += 1
            if not line.strip():
                continue
            self.count += 1
            yield self._read(line, number)

    def _read(self, line: bytes, number: int) -> Recorded:
        try:
            return read_line(line.decode())
        except UnicodeDecodeError as error:
            why, hint = f"it is not UTF-8: {error.reason}", None
        except HistoryError as error:
            why, hint = error.message, error.hint
        raise FitnessError(
            f"{self._name}:{number}: the line is damaged: {why}",
            f"{hint or 'Mend the line, or take it out'}; nothing was imported.",
        )


def _new(path: Path) -> IO[str]:
    try:
        return path.open("x", encoding="ascii", newline="\n")
    except FileExistsError:
        raise FitnessError(
            f"{path} exists", "Name another file, or move it away; it was not changed."
        ) from None
    except OSError as error:
        raise FitnessError(f"{path} cannot be written: {error.strerror or error}") from error


def _old(path: Path) -> IO[bytes]:
    try:
        return path.open("rb")
    except OSError as error:
        raise FitnessError(f"{path} cannot be read: {error.strerror or error}") from error


def _tell(text: str) -> None:
    # The standard output may be the export itself.
    sys.stderr.write(f"{text}\n")
