"""Import-linter contracts that a repository already has, read as import-linter reads them."""

import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, Final, NamedTuple

from pytest_fitness.codebase.contracts.formats import (
    EXAMPLE,
    fail,
    read_ini,
    read_toml,
    toml_section,
)
from pytest_fitness.errors import ConfigError, Location, Problem

FILE_NAMES: Final = ("setup.cfg", ".importlinter", "pyproject.toml")
"""Where import-linter looks, in its order."""

_HEADER: Final = re.compile(r"\s*\[\[?\s*(?P<name>[^\[\]]+?)\s*\]\]?\s*(?:[#;].*)?$")


class Contract(NamedTuple):
    """One contract: a slug to select it by, and its options as import-linter takes them."""

    id: str
    name: str
    type: str
    options: dict[str, Any]
    location: Location


class ContractFile(NamedTuple):
    """The contracts of one file and the options that hold for all of them."""

    path: str
    session_options: dict[str, Any]
    contracts: tuple[Contract, ...]

    @property
    def root_packages(self) -> tuple[str, ...]:
        """The packages that the contracts speak of."""
        packages = self.session_options["root_packages"]
        return (packages,) if isinstance(packages, str) else tuple(packages)

    @property
    def include_external_packages(self) -> bool:
        """Whether the contracts need external packages in the graph."""
        return self.session_options.get("include_external_packages") in {"True", "true"}

    @property
    def exclude_type_checking_imports(self) -> bool:
        """Whether imports for type checkers only are left out of the graph."""
        return self.session_options.get("exclude_type_checking_imports") in {"True", "true"}


def find_contract_file(directory: Path) -> Path | None:
    """The file in a directory that import-linter would take its contracts from."""
    for name in FILE_NAMES:
        path = directory / name
        if path.is_file() and _has_section(path):
            return path
    return None


def read_contracts(path: Path, shown: str | None = None) -> ContractFile:
    """Read the contracts of ``pyproject.toml``, ``.importlinter``, ``setup.cfg`` or alike.

    Args:
        path: the file.
        shown: how messages name the file; its path by default.

    Raises:
        ConfigError: the file cannot be used; carries every problem with its place.
    """
    shown = shown or str(path)
    try:
        text = path.read_text(encoding="utf-8")
    except FileNotFoundError:
        fail(shown, 1, "there is no such file", f"contracts are read from {', '.join(FILE_NAMES)}")
    except (OSError, UnicodeDecodeError) as error:
        fail(shown, 1, f"cannot be read: {error}")
    read = read_toml if path.suffix == ".toml" else read_ini
    session, options = read(shown, text)
    return _build(shown, session, options, _Lines(text))


def normalise_options(options: Mapping[str, Any]) -> dict[str, Any]:
    """Options as import-linter expects them from a file: no booleans and no numbers.

    A real boolean is silently taken for false by some of its fields and crashes others.
    """
    return {name: _as_text(value) for name, value in options.items() if value is not None}


def slugs(names: list[str]) -> list[str]:
    """For each name an id fit for a test id, different from all others."""
    taken: set[str] = set()
    found = []
    for name in names:
        base = re.sub(r"[^a-z0-9._-]+", "-", name.lower()).strip("-._") or "contract"
        slug, number = base, 1
        while slug in taken:
            number += 1
            slug = f"{base}-{number}"
        taken.add(slug)
        found.append(slug)
    return found


def _as_text(value: Any) -> Any:
    if isinstance(value, list | tuple):
        return [_as_text(item) for item in value]
    return str(value) if isinstance(value, bool | int | float) else value


def _has_section(path: Path) -> bool:
    text = path.read_text(encoding="utf-8", errors="replace")
    if path.suffix != ".toml":
        return "importlinter" in _Lines(text).headers
    import tomllib

    try:
        return "importlinter" in text and bool(toml_section(tomllib.loads(text)))
    except tomllib.TOMLDecodeError:
        # Whoever reads the file gets to see the error.
        return True


class _Lines:
    """The line on which each section of a file starts."""

    def __init__(self, text: str) -> None:
        self.headers: dict[str, list[int]] = {}
        for number, line in enumerate(text.splitlines(), start=1):
            if match := _HEADER.match(line):
                self.headers.setdefault(match["name"].replace(" ", ""), []).append(number)

    def of(self, *names: str, nth: int = 0) -> int:
        for name in names:
            lines = self.headers.get(name.replace(" ", ""), [])
            if nth < len(lines):
                return lines[nth]
        return 1


def _build(shown: str, session: dict[str, Any], options: list[Any], lines: _Lines) -> ContractFile:
    top = lines.of("importlinter", "tool.importlinter")
    places = [Location(shown, line) for line in _contract_lines(options, lines, top)]
    problems = list(_session_problems(Location(shown, top), session, options))
    for place, contract in zip(places, options, strict=True):
        problems += _contract_problems(place, contract)
    if problems:
        raise ConfigError(problems)
    ids = slugs([str(contract.get("id", contract["name"])) for contract in options])
    return ContractFile(
        path=shown,
        session_options=_with_root_packages(session),
        contracts=tuple(
            Contract(slug, str(contract["name"]), str(contract["type"]), contract, place)
            for slug, contract, place in zip(ids, options, places, strict=True)
        ),
    )


def _contract_lines(options: list[Any], lines: _Lines, top: int) -> list[int]:
    found = []
    for number, contract in enumerate(options):
        section = f"importlinter:contract:{contract.get('id')}" if _is_table(contract) else ""
        line = lines.of(section) if section.replace(" ", "") in lines.headers else 0
        found.append(line or lines.of("tool.importlinter.contracts", nth=number) or top)
    return found


def _session_problems(
    place: Location, session: Mapping[str, Any], options: list[Any]
) -> Iterator[Problem]:
    if "root_packages" not in session and "root_package" not in session:
        yield Problem(place, "no root package is named", "add root_package = <your package>")
    if not options:
        yield Problem(
            place,
            "there is no contract",
            "write [[tool.importlinter.contracts]] or [importlinter:contract:<id>]",
        )


def _contract_problems(place: Location, contract: Any) -> Iterator[Problem]:
    if not _is_table(contract):
        yield Problem(place, "a contract has to be a table", EXAMPLE)
        return
    for key in ("name", "type"):
        if not isinstance(contract.get(key), str):
            yield Problem(place, f"the contract has no {key}", EXAMPLE)


def _is_table(value: object) -> bool:
    return isinstance(value, dict)


def _with_root_packages(session: dict[str, Any]) -> dict[str, Any]:
    session = dict(session)
    single = session.pop("root_package", None)
    session.setdefault("root_packages", [single])
    return session
