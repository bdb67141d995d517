"""The rows of a CSV file, one after the other, by the names of their columns."""

import csv
from collections.abc import Iterable, Iterator

from pytest_fitness.results.opened import ResultFile


def require_columns(file: ResultFile, needed: Iterable[str], hint: str) -> None:
    """Refuse a file whose first line does not name all columns that are needed.

    Raises:
        MeasureError: one is missing, or the line is no CSV.
    """
    try:
        columns = next(csv.reader([file.first_line]), [])
    except csv.Error as error:
        raise file.problem(f"no valid CSV: {error}", line=1) from error
    for name in needed:
        if name not in columns:
            raise file.problem(f"the column {name!r} is missing", hint, line=1)


def rows(file: ResultFile) -> Iterator[tuple[int, dict[str, str]]]:
    """Each row after the first, with the number of the line that it ends on.

    Raises:
        MeasureError: a row has other columns than the first, or is no CSV.
    """
    reader = csv.reader((line for _, line in file.lines()), strict=True)
    try:
        columns = next(reader, [])
        for cells in reader:
            if not cells:
                continue
            if len(cells) != len(columns):
                raise file.problem(
                    f"{len(cells)} cells, where the first line has {len(columns)}",
                    line=reader.line_num,
                )
            yield reader.line_num, dict(zip(columns, cells, strict=True))
    except csv.Error as error:
        raise file.problem(f"no valid CSV: {error}", line=reader.line_num) from error
