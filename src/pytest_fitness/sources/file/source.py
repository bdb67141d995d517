"""The source ``file``: which file it is, and what may be asked of it."""

from collections.abc import Iterator
from pathlib import Path, PurePath
from typing import Any, Final

from pytest_fitness.config.kinds import Source
from pytest_fitness.config.options import Record
from pytest_fitness.hookspecs import hookimpl
from pytest_fitness.sources.file.options import FileOptions, FileQuery
from pytest_fitness.sources.support.jmes import path_problem

_SUFFIXES: Final = {".json": "json", ".csv": "csv", ".tsv": "csv"}


class File(Source):
    """What another tool has left in a file."""

    name = "file"
    about = "numbers in a JSON or CSV file, with or without times"
    options = Record(FileOptions)
    query = FileQuery

    def open(self, options: FileOptions, root: Path) -> Any:
        """A client that reads the file when it is asked."""
        from pytest_fitness.sources.file.client import FileClient

        return FileClient(root, options.path, format_of(options))

    def keeps_time(self, options: FileOptions, query: FileQuery) -> bool:  # noqa: ARG002
        """Rows with a column of times do; what a path leads to may."""
        return query.path is not None or query.time is not None

    def problems(self, options: FileOptions) -> Iterator[str]:
        """A suffix that says nothing needs the format."""
        if format_of(options) is None:
            yield "`format` is needed (json or csv), as the suffix of `path` does not tell"

    def query_problems(self, query: FileQuery) -> Iterator[str]:
        """JSON is asked by a path, CSV by a column."""
        if (query.path is None) == (query.column is None):
            yield "exactly one of `path` (JSON) and `column` (CSV) is needed"
        elif query.path is not None:
            if query.where is not None or query.time is not None:
                yield "`where` and `time` belong to `column`"
            problem = path_problem(query.path, "file")
            if problem:
                yield f"`path` {problem}"


def format_of(options: FileOptions) -> str | None:
    """What a file is: json or csv."""
    return options.format or _SUFFIXES.get(PurePath(options.path).suffix.lower())


@hookimpl
def fitness_sources() -> list[Source]:
    """The source of this module."""
    return [File()]
