"""``fitness.yaml`` to a :class:`Config`, with every problem gathered before anything runs."""

from collections.abc import Callable, Mapping
from pathlib import Path
from types import MappingProxyType
from typing import TYPE_CHECKING, Final, NamedTuple

from pytest_fitness.config.document import load
from pytest_fitness.config.functions import decode_function
from pytest_fitness.config.history import HistoryOptions, HistoryValue
from pytest_fitness.config.kinds import Kind, Source, SourceEntry
from pytest_fitness.config.nodes import Mapping as MappingNode
from pytest_fitness.config.nodes import Node
from pytest_fitness.config.options import Options, Record, key
from pytest_fitness.config.questions import Question, QuestionValue
from pytest_fitness.config.reader import Invalid, Reader, describe
from pytest_fitness.config.values import Choice, ListOf, Text
from pytest_fitness.errors import ConfigError, FitnessError
from pytest_fitness.model import FitnessFunction

if TYPE_CHECKING:
    from pytest_fitness.config.marked.tests import MarkedTest

DEFAULT_NAME: Final = "fitness.yaml"
# A name or an address of version 4, or one of version 6.
_HOST: Final = r"\w([\w.-]*\w)?|([0-9A-Fa-f]*:){2,}[0-9A-Fa-f.]*"
MODULE: Final = r"[^\W\d]\w*(\.[^\W\d]\w*)*"


class CodebaseOptions(Options):
    """The code that static kinds read; it is never imported."""

    packages: tuple[str, ...] = key(
        ListOf(Text("a package such as shop or shop.web", MODULE)),
        "The top-level packages to analyse.",
        default=(),
    )
    source: tuple[str, ...] | None = key(
        ListOf(Text("a directory")),
        "Where the packages lie; by default src/ if it exists, and the directory of this file.",
        default=None,
    )
    exclude: tuple[str, ...] = key(
        ListOf(Text("a module or glob such as shop.legacy.**")),
        "Modules that are left out, as if their files were not there.",
        default=(),
    )


class Registry(NamedTuple):
    """The kinds and sources that are known, by name."""

    kinds: Mapping[str, Kind]
    sources: Mapping[str, Source]


class Config(NamedTuple):
    """A valid ``fitness.yaml``.

    Attributes:
        path: the file; ``root`` is its directory, where relative paths start.
        tests: the functions that are tests of the project.
        history: a path or URL; the usual one where that is None.
        default_branch: as the file names it.
    """

    path: Path
    functions: tuple[FitnessFunction, ...]
    codebase: CodebaseOptions = CodebaseOptions()
    sources: Mapping[str, SourceEntry] = MappingProxyType({})
    baseline: Path | None = None
    history: str | None = None
    default_branch: str | None = None
    users: Question | None = None
    secrets: Mapping[str, str] = MappingProxyType({})
    tests: "tuple[MarkedTest, ...]" = ()

    @property
    def root(self) -> Path:
        """The directory of the file."""
        return self.path.parent


class TopOptions(Options):
    """The keys at the top of the file, but for ``functions`` and ``sources``."""

    version: str = key(Choice("1", what="version"), "The version of this format.", default="1")
    plugins: tuple[str, ...] = key(
        ListOf(Text("a module such as tools.fitness", MODULE)),
        "Modules of this project that add kinds or sources.",
        default=(),
    )
    codebase: CodebaseOptions = key(
        Record(CodebaseOptions), "The code to analyse.", default=CodebaseOptions()
    )
    baseline: str = key(
        Text("a path"), "The file of frozen violations.", default="fitness-baseline.json"
    )
    allow_hosts: tuple[str, ...] = key(
        ListOf(Text("a host such as staging.example.org, without scheme, port and path", _HOST)),
        "Hosts that may be put under load; without it, only this machine.",
        default=(),
    )
    history: HistoryOptions = key(
        HistoryValue(), "Where measurements are remembered.", default=HistoryOptions()
    )
    tests: tuple[str, ...] = key(
        ListOf(Text("a file or directory such as tests/fitness")),
        "Where the tests marked `fitness` lie: functions written in Python.",
        default=(),
    )


_TOP_KEYS: Final = (*TopOptions.keys, "sources", "users", "functions")
SHORTEST_SECRET: Final = 3
"""What came from the environment and is no longer than that is shown: else all texts were garbled.
"""
Register = Callable[[tuple[str, ...], Path], Registry]


def load_config(
    path: Path,
    register: Register,
    *,
    shown: str | None = None,
    environment: Mapping[str, str] | None = None,
) -> Config:
    """Read and validate a ``fitness.yaml``.

    Args:
        path: the file.
        register: yields the kinds and sources, given the plugins the file names and its directory.
        shown: how messages name the file; its name by default.
        environment: where ``${VAR}`` is looked up; the process's own by default.

    Raises:
        ConfigError: with every problem found.
    """
    shown = shown or path.name
    root = load(path, shown)
    reader = Reader(shown, environment)
    top = _decode_top(root, reader)
    reader.allow_hosts = top.allow_hosts
    try:
        registry = register(top.plugins, path.parent)
    except FitnessError as error:
        reader.problem(root.get("plugins") or root, error.message, error.hint)
        raise ConfigError(reader.problems) from error
    sources = _decode_sources(root.get("sources"), registry, reader)
    reader.users = _decode_users(root.get("users"), reader)
    functions = _decode_functions(root, registry, reader)
    tests = _read_tests(root, path.parent, functions, reader) if top.tests else ()
    if reader.problems:
        raise ConfigError(reader.problems)
    return Config(
        path=path,
        functions=functions,
        codebase=top.codebase,
        sources=sources,
        baseline=path.parent / top.baseline,
        history=top.history.location,
        default_branch=top.history.branch,
        users=reader.users if isinstance(reader.users, Question) else None,
        secrets={
            value: name for value, name in reader.filled.items() if len(value) > SHORTEST_SECRET
        },
        tests=tests,
    )


def _decode_top(root: MappingNode, reader: Reader) -> TopOptions:
    values = {}
    for name, value in root.entries:
        declared = TopOptions.keys.get(name.text)
        if declared is not None:
            decoded = declared.value.decode(value, reader)
            if not isinstance(decoded, Invalid):
                values[name.text] = decoded
        elif name.text not in _TOP_KEYS:
            reader.unknown(name, "key", name.text, _TOP_KEYS)
    return TopOptions(**values)


def _decode_sources(
    node: Node | None, registry: Registry, reader: Reader
) -> dict[str, SourceEntry]:
    entries: dict[str, SourceEntry] = {}
    if node is None:
        return entries
    if not isinstance(node, MappingNode):
        reader.problem(node, f"expected a mapping, found {describe(node)}")
        return entries
    for name, value in node.entries:
        reader.sources[name.text] = None
        if not isinstance(value, MappingNode) or len(value.entries) != 1:
            hint = "Write `NAME: {TYPE: {…}}` with one type of source."
            reader.problem(value, "expected one type of source", hint)
            continue
        type_name, options_node = value.entries[0]
        source = registry.sources.get(type_name.text)
        if source is None:
            reader.unknown(type_name, "source", type_name.text, registry.sources)
            continue
        options = source.options.decode(options_node, reader)
        if not isinstance(options, Invalid):
            for message in source.problems(options):
                place = reader.blame(message, [options_node], type_name)
                reader.problem(place, f"{name.text}: {message}")
            entries[name.text] = SourceEntry(source, options)
            reader.sources[name.text] = entries[name.text]
    return entries


def _read_tests(
    root: MappingNode, directory: Path, functions: tuple[FitnessFunction, ...], reader: Reader
) -> "tuple[MarkedTest, ...]":
    from pytest_fitness.config.marked.tests import read_tests

    return read_tests(root.get("tests"), directory, functions, reader)


def _decode_users(node: Node | None, reader: Reader) -> Question | Invalid | None:
    return None if node is None else QuestionValue().decode(node, reader)


def _decode_functions(
    root: MappingNode, registry: Registry, reader: Reader
) -> tuple[FitnessFunction, ...]:
    node = root.get("functions")
    if node is None and root.get("tests") is not None:
        return ()
    if node is None:
        reader.problem(root, "there are no `functions:`", "Run `pytest-fitness init` for a start.")
        return ()
    if not isinstance(node, MappingNode) or not node.entries:
        hint = "Write one rule a key: `functions: {no-cycles: {…}}`."
        reader.problem(node, f"expected a mapping of functions, found {describe(node)}", hint)
        return ()
    decoded = (decode_function(*entry, registry.kinds, reader) for entry in node.entries)
    return tuple(function for function in decoded if not isinstance(function, Invalid))
