"""The types of values that only keys about a load can take."""

import json
from typing import Any, NamedTuple

from pytest_fitness.config.nodes import Node, Scalar
from pytest_fitness.config.reader import Invalid, Reader
from pytest_fitness.config.values import Anything, Schema, Text


class Body:
    """A text, or builtins that are sent as JSON."""

    def decode(self, node: Node, reader: Reader) -> Any:
        """The text."""
        if isinstance(node, Scalar):
            return Text().decode(node, reader)
        found = Anything().decode(node, reader)
        return found if isinstance(found, Invalid) else Json(json.dumps(found))

    def schema(self) -> Schema:
        """A string, or what becomes JSON."""
        return {"type": ["string", "object", "array"]}


class Json(str):
    """A text that is JSON."""

    __slots__ = ()


class ProcessSource:
    """A source that is started before the load."""

    def decode(self, node: Node, reader: Reader) -> str | Invalid:
        """The name of the source."""
        name = reader.text(node, "one of `sources:`")
        if isinstance(name, Invalid):
            return name
        if name not in reader.sources:
            return reader.unknown(node, "source", name, reader.sources)
        entry = reader.sources[name]
        if entry is not None and entry.source.name != "process":
            hint = "Name a `process` source, which starts what is put under load."
            return reader.problem(node, f"{name} is a {entry.source.name} source", hint)
        return name

    def schema(self) -> Schema:
        """A string."""
        return Text().schema()


class Locustfile(NamedTuple):
    """Virtual users of the team's own, and the other hosts that they may load."""

    path: str
    hosts: tuple[str, ...] = ()


class LocustfilePath:
    """A path; where its users go shows when they do, so what the file allows goes with it."""

    _text = Text("a path")

    def decode(self, node: Node, reader: Reader) -> Locustfile | Invalid:
        """The path, and the hosts."""
        path = self._text.decode(node, reader)
        if isinstance(path, Invalid):
            return path
        return Locustfile(path, tuple(map(str.lower, reader.allow_hosts)))

    def schema(self) -> Schema:
        """A string."""
        return self._text.schema()
