"""What decoding a node needs: where problems go, and the environment that fills ``${VAR}``."""

import difflib
import os
import re
from collections.abc import Iterable, Mapping
from typing import Any, Final

from pytest_fitness.config.nodes import Mapping as MappingNode
from pytest_fitness.config.nodes import Node, Scalar, Sequence, find_entry
from pytest_fitness.config.variables import expand
from pytest_fitness.errors import Location, Problem
from pytest_fitness.units import shorten


class Invalid:
    """What a node decodes to once its problem has been reported."""


INVALID: Final = Invalid()
# What an unquoted scalar of YAML 1.2 may be to mean nothing.
NULLS: Final = frozenset({"", "~", "null", "Null", "NULL"})
_BLAMED: Final = re.compile(r"`([\w.-]+)[`:]")


class Reader:
    """Gathers the problems of one file.

    Args:
        shown: how messages name the file.
        environment: where ``${VAR}`` is looked up; the process's own by default.

    Attributes:
        filled: the variables that were filled in, by their values.
    """

    def __init__(self, shown: str, environment: Mapping[str, str] | None = None) -> None:
        self.shown = shown
        self.environment = dict(os.environ if environment is None else environment)
        self.problems: list[Problem] = []
        # What live questions may name; None stands for one whose own problems are told.
        self.sources: dict[str, Any] = {}
        self.users: Any = None
        # Hosts that may be put under load, beside this one.
        self.allow_hosts: tuple[str, ...] = ()
        self.filled: dict[str, str] = {}

    def location(self, node: Node) -> Location:
        """Where a node stands."""
        return Location(self.shown, node.line, node.column)

    def problem(self, node: Node, message: str, hint: str | None = None) -> Invalid:
        """Report a problem at a node; returns what the node then decodes to."""
        self.problems.append(Problem(self.location(node), message, hint))
        return INVALID

    def blame(self, message: str, within: Iterable[Node], otherwise: Node) -> Node:
        """Where a message belongs: to the key in backticks that it begins with, if one does.

        Args:
            message: `` `limits.leak` takes `max` ``, or `` `hold: 0s` is too short ``.
            within: where that key is looked for, one after the other.
            otherwise: what is to blame where no key is named, or it was left out.
        """
        match = _BLAMED.match(message)
        found = (find_entry(node, match[1]) for node in within) if match else ()
        return next((entry[0] for entry in found if entry is not None), otherwise)

    def text(self, node: Node, wanted: str) -> str | Invalid:
        """The text of a scalar with its variables filled in."""
        if not isinstance(node, Scalar) or is_null(node):
            return self.problem(node, f"expected {wanted}, found {describe(node)}")
        try:
            return expand(node.text, self.environment, self.filled)
        except KeyError as error:
            name = error.args[0]
            return self.problem(
                node,
                f"the environment variable {name} is not set, or empty",
                f"Set {name}, or give a default: ${{{name}:-default}}.",
            )

    def unknown(self, node: Node, what: str, name: str, known: Iterable[str]) -> Invalid:
        """Report a name that is not one of the known ones, with the nearest that is."""
        return self.problem(node, f"unknown {what} {describe(node)}", suggest(name, known))


def describe(node: Node) -> str:
    """What a node is, in words; a value is quoted as it was written, variables unexpanded."""
    if isinstance(node, MappingNode):
        return "a mapping" if node.entries else "an empty mapping"
    if isinstance(node, Sequence):
        return f"a list of {len(node.items)}" if node.items else "an empty list"
    return "nothing" if is_null(node) else repr(shorten(node.text))


def is_null(node: Scalar) -> bool:
    """Whether a value was left out, or written as YAML's null."""
    return not node.quoted and node.text in NULLS


def suggest(name: str, known: Iterable[str]) -> str:
    """The sentence that names the nearest known name, or all of them."""
    names = sorted(known)
    near = difflib.get_close_matches(name[:100], names, n=1, cutoff=0.6)
    if near:
        return f"Did you mean {near[0]!r}?"
    listed = ", ".join(names[:30])
    return f"Known: {listed}{', …' if len(names) > 30 else ''}." if names else "There are none."
