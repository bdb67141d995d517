"""``tests:`` to the functions that the marked tests below it are."""

import os
from collections.abc import Iterable, Iterator
from pathlib import Path, PurePath
from typing import Final, NamedTuple

from pytest_fitness.config.common import COMMON_KEYS
from pytest_fitness.config.functions import ID, decode_function
from pytest_fitness.config.limits import LIMIT_KEYS
from pytest_fitness.config.marked.files import marked_source, python_files
from pytest_fitness.config.marked.kind import MarkerOptions, Tested, written_units
from pytest_fitness.config.marked.nodes import marker_node
from pytest_fitness.config.marked.syntax import MarkedDefinition, Markers, read_markers
from pytest_fitness.config.nodes import Mapping, Node, Scalar, Sequence
from pytest_fitness.config.reader import INVALID, Invalid, Reader
from pytest_fitness.model import FitnessFunction

_OWN: Final = ("id", *MarkerOptions.keys)
_KEYS: Final = frozenset({*COMMON_KEYS, *LIMIT_KEYS, "warn", "limits", *_OWN}) - {"for", "baseline"}
_AS_DECORATOR: Final = (
    "Write `@pytest.mark.fitness(…)` above each test; `**LIMITS` shares what several have in common"
)


class MarkedTest(NamedTuple):
    """A fitness function that is a test.

    Attributes:
        path: the file of the test.
        name: as pytest selects it: ``TestSearch::test_speed``.
    """

    function: FitnessFunction
    kind: Tested
    path: Path
    name: str


def read_tests(
    node: Node | None, root: Path, taken: Iterable[FitnessFunction], reader: Reader
) -> tuple[MarkedTest, ...]:
    """The marked tests of all files below what ``tests:`` names, all problems reported.

    Args:
        node: the value of ``tests``.
        root: the directory that its paths start from.
        taken: the functions that have an id already.
        reader: of the file that names the tests.
    """
    items = node.items if isinstance(node, Sequence) else [node] if node is not None else []
    files: dict[Path, tuple[Markers, Reader]] = {}
    for item in items:
        for path, markers, of_file in _read_below(item, root, reader):
            files.setdefault(path, (markers, of_file))
    ids = {function.id: str(function.location) for function in taken}
    found: list[MarkedTest] = []
    for path, (markers, of_file) in files.items():
        found += _tests_of(path, markers, of_file, ids)
        reader.problems += of_file.problems
        reader.filled |= of_file.filled
    return tuple(found)


def _read_below(node: Node, root: Path, reader: Reader) -> Iterator[tuple[Path, Markers, Reader]]:
    given = reader.text(node, "a path")
    if isinstance(given, Invalid):
        return
    if not (root / given).exists():
        reader.problem(node, f"there is no file or directory {given}")
        return
    any_test = False
    try:
        for found in _read_files(root / given, root, reader):
            any_test = True
            yield found
    except OSError as error:
        reader.problem(node, f"{error.filename or given} cannot be read: {error.strerror or error}")
    except ValueError as error:
        reader.problem(node, f"{given} {error}", "Name the files or directories of the tests.")
    else:
        if not any_test:
            hint = "Mark one: `@pytest.mark.fitness(max=…)`; or leave the path out."
            reader.problem(node, f"no test marked `fitness` in {given}", hint)


def _read_files(start: Path, root: Path, reader: Reader) -> Iterator[tuple[Path, Markers, Reader]]:
    """The files in which there is anything to say about markers."""
    for path in python_files(start):
        source = marked_source(path)
        if source is None:
            continue
        of_file = _beside(reader, _shown(path, root, reader))
        markers = _parse(source, of_file)
        if markers.tests or markers.strays or of_file.problems:
            yield Path(os.path.abspath(path)), markers, of_file  # noqa: PTH100 - as pytest does


def _beside(reader: Reader, shown: str) -> Reader:
    """A reader of another file, with all that the first one knows."""
    other = Reader(shown, reader.environment)
    other.sources, other.users, other.allow_hosts = (
        reader.sources,
        reader.users,
        reader.allow_hosts,
    )
    return other


def _parse(source: bytes, reader: Reader) -> Markers:
    try:
        return read_markers(source)
    except SyntaxError as error:
        place = Scalar("", error.lineno or 1, error.offset or 1)
        reader.problem(place, f"this is no Python: {error.msg}")
    except ValueError as error:
        reader.problem(Scalar("", 1, 1), f"the file {error}")
    return Markers((), (), {})


def _shown(path: Path, root: Path, reader: Reader) -> str:
    """The file as messages name it, beside the one that names the tests."""
    inside = path.relative_to(root) if path.is_relative_to(root) else path
    return PurePath(reader.shown).parent.joinpath(inside).as_posix()


def _tests_of(
    path: Path, markers: Markers, reader: Reader, ids: dict[str, str]
) -> Iterator[MarkedTest]:
    for stray in markers.strays:
        place = Scalar("", stray.lineno, stray.col_offset + 1)
        reader.problem(
            place, "the marker `fitness` is read only where it decorates a test", _AS_DECORATOR
        )
    for test in markers.tests:
        found = _decode(test, markers, reader, ids)
        if not isinstance(found, Invalid):
            yield MarkedTest(*found, path, test.name)


def _decode(
    test: MarkedDefinition, markers: Markers, reader: Reader, ids: dict[str, str]
) -> tuple[FitnessFunction, Tested] | Invalid:
    before = len(reader.problems)
    node = marker_node(test.markers[0], markers.constants, reader)
    if len(test.markers) > 1:
        place = Scalar("", test.definition.lineno, test.definition.col_offset + 1)
        reader.problem(place, "two markers `fitness` on one test", "`limits` has room for both.")
    for argument, _ in node.entries:
        if argument.text not in _KEYS:
            reader.unknown(argument, "argument", argument.text, _KEYS)
    if len(reader.problems) > before:
        return INVALID
    name = _id_of(test, node, reader)
    if isinstance(name, Invalid) or _is_taken(name, ids, reader):
        return INVALID
    kind = Tested(written_units(node))
    function = decode_function(name, _as_entry(node), {kind.name: kind}, reader)
    return function if isinstance(function, Invalid) else (function, kind)


def _id_of(test: MarkedDefinition, node: Mapping, reader: Reader) -> Scalar | Invalid:
    """The id, standing where the test does."""
    own = node.get("id")
    derived = test.definition.name.removeprefix("test_").replace("_", "-").lower()
    text = derived if own is None else reader.text(own, "an id such as search-speed")
    place: Node = own or Scalar("", test.definition.lineno, test.definition.col_offset + 1)
    if isinstance(text, Invalid):
        return INVALID
    if not ID.fullmatch(text):
        hint = 'Write one of lower-case letters, digits, `.`, `_` and `-`: `id="search-speed"`.'
        return reader.problem(place, f"{text[:60]!r} is not a valid id", hint)
    return Scalar(text, test.definition.lineno, test.definition.col_offset + 1)


def _is_taken(name: Scalar, ids: dict[str, str], reader: Reader) -> bool:
    if name.text in ids:
        hint = f'It is taken by {ids[name.text]}; name this one: `id="…"`.'
        reader.problem(name, f"there are two functions {name.text!r}", hint)
        return True
    ids[name.text] = str(reader.location(name))
    return False


def _as_entry(node: Mapping) -> Mapping:
    """The marker as it would stand in the file: its kind beside limits and common keys."""
    entry = Mapping(node.line, node.column)
    kind = Mapping(node.line, node.column)
    for name, value in node.entries:
        if name.text in MarkerOptions.keys:
            kind.entries.append((name, value))
        elif name.text != "id":
            entry.entries.append((name, value))
    entry.entries.append((Scalar(Tested.name, node.line, node.column), kind))
    return entry
