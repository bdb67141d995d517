"""A parser's events to a tree of nodes, with bounds on what a document may ask for."""

from collections.abc import Iterator
from typing import Any, Final, NoReturn

from pytest_fitness.config.nodes import Mapping, Node, Scalar, Sequence
from pytest_fitness.errors import ConfigError, Location, Problem
from pytest_fitness.units import shorten

MAX_NODES: Final = 2_000_000
MAX_DEPTH: Final = 40


class Composer:
    """Builds the tree of one document; ``shown`` is how messages name the file."""

    def __init__(self, shown: str) -> None:
        self.shown = shown
        self.problems: list[Problem] = []
        self.anchors: dict[str, Node | None] = {}
        self.nodes = 0
        self.root: Node | None = None
        self.stack: list[tuple[Mapping | Sequence, Scalar | None, str | None]] = []
        self.key: Scalar | None = None

    def compose(self, text: str) -> Mapping:
        """The tree of a text.

        Raises:
            ConfigError: the text is no document of ours.
        """
        import yaml

        loader: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
        try:
            root = self._build(yaml.parse(text, Loader=loader))
        except yaml.YAMLError as error:
            self._explain(error, text)
        if root is None:
            self._stop(1, 1, "the file is empty", "Run `pytest-fitness init` to write a first one.")
        if not isinstance(root, Mapping):
            self._stop(root.line, root.column, "expected keys such as `functions:` at the top")
        if self.problems:
            raise ConfigError(self.problems)
        return root

    def _build(self, events: Iterator[Any]) -> Node | None:
        import yaml

        starts = (yaml.MappingStartEvent, yaml.SequenceStartEvent)
        ends = (yaml.MappingEndEvent, yaml.SequenceEndEvent)
        documents = 0
        for event in events:
            kind = type(event)
            if kind is yaml.ScalarEvent:
                self._attach(self._scalar(event))
            elif kind in starts:
                self._open(event, Mapping if kind is yaml.MappingStartEvent else Sequence)
            elif kind in ends:
                self._attach(self._close())
            elif kind is yaml.AliasEvent:
                self._attach(self._alias(event))
            elif kind is yaml.DocumentStartEvent:
                documents += 1
                if documents > 1:
                    line = event.start_mark.line + 1
                    self._stop(line, 1, "a second document starts here; only one is read")
        empty = isinstance(self.root, Scalar) and not self.root.text
        return None if empty else self.root

    def _open(self, event: Any, kind: type[Mapping] | type[Sequence]) -> None:
        self._check(event)
        node = kind(event.start_mark.line + 1, event.start_mark.column + 1)
        if event.anchor is not None:
            self.anchors[event.anchor] = None
        self.stack.append((node, self.key, event.anchor))
        self.key = None
        self._count(node)
        if len(self.stack) > MAX_DEPTH:
            self._stop(node.line, node.column, f"nested more than {MAX_DEPTH} levels deep")

    def _close(self) -> Node:
        node, self.key, anchor = self.stack.pop()
        if anchor is not None:
            self.anchors[anchor] = node
        if isinstance(node, Mapping):
            self._finish(node)
        return node

    def _attach(self, node: Node) -> None:
        if not self.stack:
            self.root = node
            return
        parent = self.stack[-1][0]
        parent.weight += node.weight
        parent.height = max(parent.height, node.height + 1)
        if isinstance(parent, Sequence):
            parent.items.append(node)
        elif self.key is not None:
            parent.entries.append((self.key, node))
            self.key = None
        elif isinstance(node, Scalar):
            self.key = node
        else:
            self._stop(node.line, node.column, "a key must be a plain name")

    def _scalar(self, event: Any) -> Scalar:
        mark = event.start_mark
        if event.tag is not None or event.anchor is not None:
            self._check(event)
        quoted = bool(event.style)
        scalar = Scalar(event.value, mark.line + 1, mark.column + 1, quoted=quoted)
        if event.anchor is not None:
            self.anchors[event.anchor] = scalar
        self._count(scalar)
        return scalar

    def _check(self, event: Any) -> None:
        if event.tag is not None and event.tag != "!":
            mark = event.start_mark
            self._stop(
                mark.line + 1,
                mark.column + 1,
                f"the tag {shorten(event.tag)!r} is not allowed",
                "Only plain values, lists and mappings are read; remove the tag.",
            )

    def _alias(self, event: Any) -> Node:
        mark = event.start_mark
        node = self.anchors.get(event.anchor)
        name = f"the alias *{shorten(event.anchor)}"
        if node is None:
            known = "contains itself" if event.anchor in self.anchors else "is not defined above"
            self._stop(mark.line + 1, mark.column + 1, f"{name} {known}")
        if len(self.stack) + node.height > MAX_DEPTH:
            message = f"with {name}, this is nested more than {MAX_DEPTH} levels deep"
            self._stop(mark.line + 1, mark.column + 1, message)
        self._count(node, node.weight)
        return node

    def _count(self, node: Node, weight: int = 1) -> None:
        self.nodes += weight
        if self.nodes > MAX_NODES:
            self._stop(
                node.line,
                node.column,
                f"more than {MAX_NODES:,} values once its aliases are expanded",
            )

    def _finish(self, mapping: Mapping) -> None:
        """Report duplicate keys, and fill in what ``<<`` merges."""
        seen: dict[str, Scalar] = {}
        own: list[tuple[Scalar, Node]] = []
        merged: list[tuple[Scalar, Node]] = []
        for key, value in mapping.entries:
            if key.text == "<<" and not key.quoted:
                merged += self._merged(value)
                continue
            own.append((key, value))
            if key.text in seen:
                self.problems.append(
                    Problem(
                        Location(self.shown, key.line, key.column),
                        f"the key {shorten(key.text)!r} stands here a second time",
                        f"It was first given in line {seen[key.text].line}; keep one of them.",
                    )
                )
            else:
                seen[key.text] = key
        for key, value in merged:
            if key.text not in seen:
                seen[key.text] = key
                own.append((key, value))
        mapping.entries = own

    def _merged(self, value: Node) -> list[tuple[Scalar, Node]]:
        sources = value.items if isinstance(value, Sequence) else [value]
        entries: list[tuple[Scalar, Node]] = []
        for source in sources:
            if not isinstance(source, Mapping):
                self._stop(value.line, value.column, "`<<` merges mappings only")
            entries += source.entries
        return entries

    def _explain(self, error: Any, text: str) -> NoReturn:
        mark = getattr(error, "problem_mark", None)
        if mark is None:
            self._stop_at_position(error, text)
        line, column = mark.line + 1, mark.column + 1
        lines = text.splitlines()
        source = lines[mark.line] if mark.line < len(lines) else ""
        if source[mark.column : column] == "\t":
            message = "a tab stands where YAML wants spaces"
            self._stop(line, column, message, "Indent with spaces.")
        context = f" {error.context}" if error.context else ""
        self._stop(line, column, f"not valid YAML: {error.problem}{context}")

    def _stop_at_position(self, error: Any, text: str) -> NoReturn:
        position = getattr(error, "position", None) or 0
        before = text[:position]
        if getattr(error, "encoding", None) != "unicode":  # libyaml counts bytes
            before = text.encode()[:position].decode("utf-8", "ignore")
        column = len(before) - before.rfind("\n")
        reason = getattr(error, "reason", None) or error
        self._stop(before.count("\n") + 1, column, f"not valid YAML: {reason}")

    def _stop(self, line: int, column: int, message: str, hint: str | None = None) -> NoReturn:
        location = Location(self.shown, line, column)
        raise ConfigError([*self.problems, Problem(location, message, hint)])
