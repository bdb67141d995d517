"""What the source ``file`` is told and asked."""

from pytest_fitness.config.options import Options, key
from pytest_fitness.config.values import Choice, MapOf, Text


class FileOptions(Options):
    """Which file, and what it is."""

    path: str = key(Text("a path"), "The file; a relative path starts at fitness.yaml.")
    format: str | None = key(
        Choice("json", "csv", what="format"),
        "What it is; told by its suffix by default.",
        default=None,
    )


class FileQuery(Options):
    """Which number of the file, or which series."""

    path: str | None = key(
        Text("a JMESPath such as queue.depth"),
        "JSON: where the number stands, as JMESPath; or a list of objects with `time` and `value`.",
        default=None,
    )
    column: str | None = key(Text("a column"), "CSV: the column of the number.", default=None)
    where: dict[str, str] | None = key(
        MapOf(Text()), "CSV: which rows are meant: columns and their texts.", default=None
    )
    time: str | None = key(
        Text("a column"),
        "CSV: the column of the times, which makes a series of the rows: ISO 8601 with an offset, "
        "or seconds or milliseconds since 1970.",
        default=None,
    )
