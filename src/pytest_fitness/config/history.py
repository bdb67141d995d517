"""The key ``history``: where measurements are remembered, and which branch others are judged by."""

from typing import NamedTuple

from pytest_fitness.config.nodes import Mapping, Node
from pytest_fitness.config.options import Options, decode_record, key, record_schema
from pytest_fitness.config.reader import Invalid, Reader
from pytest_fitness.config.values import Schema, Text

_WHERE = Text("a path or URL")
_NOTES = Text("a reference such as refs/notes/fitness", r"refs/notes/\S+|\$\{\w+.*")


class HistoryOptions(Options):
    """Where measurements are remembered, and what trends are judged against."""

    url: str | None = key(_WHERE, "A path, or a URL such as postgresql://…", default=None)
    git: str | None = key(
        _NOTES, "A reference of the repository's own notes, in place of a URL.", default=None
    )
    branch: str | None = key(
        Text("a branch such as main"),
        "The default branch, whose runs all others are judged against; found in git by default.",
        default=None,
    )

    @property
    def location(self) -> str | None:
        """The path or URL; None for the usual one."""
        return f"git:{self.git}" if self.git else self.url


class HistoryValue(NamedTuple):
    """A path or URL, or a mapping that says more."""

    def decode(self, node: Node, reader: Reader) -> HistoryOptions | Invalid:
        """The options."""
        if not isinstance(node, Mapping):
            url = _WHERE.decode(node, reader)
            return url if isinstance(url, Invalid) else HistoryOptions(url=url)
        options: HistoryOptions | Invalid = decode_record(HistoryOptions, node, reader)
        if isinstance(options, HistoryOptions) and options.url and options.git:
            return reader.problem(node, "a history has a `url` or is in `git`, not both")
        return options

    def schema(self) -> Schema:
        """A string or an object."""
        return {"anyOf": [_WHERE.schema(), record_schema(HistoryOptions)]}
