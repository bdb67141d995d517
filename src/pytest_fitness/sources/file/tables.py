"""CSV: a column of numbers, with or without a column of times."""

import csv
import io
import itertools
import re
from collections.abc import Iterator, Mapping
from typing import Final, NamedTuple

from pytest_fitness.answers import Points
from pytest_fitness.errors import MeasureError
from pytest_fitness.sources.file.values import Gathering, number
from pytest_fitness.units import shorten

MOST_ROWS: Final = 5_000_000
_DELIMITERS: Final = ",;\t"
_QUOTED: Final = re.compile(r'"[^"]*"')
_SHOWN: Final = 5


class Row(NamedTuple):
    """The cells of a row, without the blanks around them; ``line`` is where it ends."""

    line: int
    cells: list[str]


class Table:
    """A CSV file, whose first line names the columns.

    Cells are divided by a comma, a semicolon or a tab: by which of them the first line has most.
    The rows are read for each question: as objects they would take twenty times as much memory.

    Args:
        shown: what messages call the file.

    Raises:
        MeasureError: there are no columns.
    """

    def __init__(self, body: bytes, shown: str) -> None:
        self._body = body
        self._shown = shown
        try:
            body.decode()
        except UnicodeDecodeError as error:
            line = body.count(b"\n", 0, error.start) + 1
            raise self._problem(line, "no UTF-8") from error
        first = next((line for line in self._text() if line.strip()), "")
        self._delimiter = max(_DELIMITERS, key=_QUOTED.sub("", first).count)
        self._columns: list[str] = next((row.cells for row in self._rows()), [])
        if not self._columns:
            raise self._problem(1, "there is no line that names the columns")

    def number(self, column: str, where: Mapping[str, str]) -> float | str:
        """The number of the one row that is meant, or why there is none.

        Raises:
            MeasureError: there are several rows, or it is no number, or the file is broken.
        """
        at = self._index(column)
        rows = list(itertools.islice(self._matching(where), _SHOWN))
        if not rows:
            return "no row matches" if where else "there is no row"
        if len(rows) > 1:
            lines = ", ".join(str(row.line) for row in rows)
            raise MeasureError(
                f"{self._shown}: several rows match (lines {lines}{', …' * (len(rows) == _SHOWN)})",
                "Name one by `where`, or the column of their times by `time`.",
            )
        line, cells = rows[0]
        if not cells[at]:
            return f"line {line} has nothing in the column {column!r}"
        try:
            return number(cells[at])
        except ValueError as error:
            raise self._problem(line, str(error)) from error

    def points(self, column: str, where: Mapping[str, str], time: str) -> Points:
        """The numbers of the rows that are meant, in time; a blank cell is a gap.

        Raises:
            MeasureError: one is no number or has no time, or the file is broken.
        """
        at, time_at = self._index(column), self._index(time)
        gathering = Gathering()
        for line, cells in self._matching(where):
            if cells[at]:
                try:
                    gathering.add(f"line {line}", cells[time_at], cells[at])
                except ValueError as error:
                    raise self._problem(line, str(error)) from error
        return gathering.points()

    def _matching(self, where: Mapping[str, str]) -> Iterator[Row]:
        wanted = [(self._index(name), text) for name, text in where.items()]
        for row in itertools.islice(self._rows(), 1, None):
            if len(row.cells) != len(self._columns):
                raise self._problem(row.line, self._ragged(row.cells))
            if all(row.cells[index] == text for index, text in wanted):
                yield row

    def _index(self, name: str) -> int:
        if self._columns.count(name) == 1:
            return self._columns.index(name)
        if name in self._columns:
            raise MeasureError(f"{self._shown} has several columns {name!r}", "Rename one of them.")
        known = shorten(", ".join(self._columns), 200)
        raise MeasureError(f"{self._shown} has no column {name!r}", f"Its columns are {known}.")

    def _rows(self) -> Iterator[Row]:
        """All rows, also the first; without empty lines."""
        reader = csv.reader(self._text(), delimiter=self._delimiter, strict=True)
        try:
            for count, cells in enumerate(reader):
                cleaned = [cell.strip() for cell in cells]
                if count > MOST_ROWS:
                    raise self._problem(reader.line_num, f"there are more than {MOST_ROWS:,} rows")
                if len(cleaned) > 1 or any(cleaned):
                    yield Row(reader.line_num, cleaned)
        except csv.Error as error:
            raise self._problem(reader.line_num, str(error)) from error

    def _text(self) -> Iterator[str]:
        """The lines, whatever ends them."""
        yield from io.TextIOWrapper(io.BytesIO(self._body), encoding="utf-8-sig", newline="")

    def _ragged(self, cells: list[str]) -> str:
        said = f"{len(cells)} cells, where the first line has {len(self._columns)}"
        if len(cells) > len(self._columns) and self._delimiter == ",":
            said += "; a decimal comma has to be a point"
        return said

    def _problem(self, line: int, why: str) -> MeasureError:
        return MeasureError(f"{self._shown}:{line}: {why}", "Look at what writes it.")
