"""The two formats that contracts of import-linter are written in, as it reads them."""

import re
from typing import TYPE_CHECKING, Any, Final, NoReturn

from pytest_fitness.errors import ConfigError, Location, Problem

if TYPE_CHECKING:
    import configparser

EXAMPLE: Final = "each contract needs a name and a type (layers, forbidden, independence, ...)"
_NO_SECTION: Final = "Add one, or remove this function."


def read_toml(shown: str, text: str) -> tuple[dict[str, Any], list[Any]]:
    """The options of the session, and those of each contract, of a TOML file."""
    import tomllib

    try:
        data = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        line, column = _toml_position(str(error), text)
        fail(shown, line, f"is not valid TOML: {error}", column=column)
    session = toml_section(data)
    if not session:
        fail(shown, 1, "has no [tool.importlinter] section", _NO_SECTION)
    contracts = session.pop("contracts", [])
    if not isinstance(contracts, list):
        fail(shown, 1, "tool.importlinter.contracts has to be an array of tables", EXAMPLE)
    contracts = [_booleans(item) if isinstance(item, dict) else item for item in contracts]
    return _booleans(session), contracts


def _booleans(options: dict[str, Any]) -> dict[str, Any]:
    return {
        name: str(value) if isinstance(value, bool) else value for name, value in options.items()
    }


def toml_section(data: dict[str, Any]) -> dict[str, Any]:
    """The section of import-linter; empty where there is none."""
    tool = data.get("tool")
    section = tool.get("importlinter") if isinstance(tool, dict) else None
    return section if isinstance(section, dict) else {}


def _toml_position(message: str, text: str) -> tuple[int, int]:
    match = re.search(r"line (\d+), column (\d+)", message)
    return (int(match[1]), int(match[2])) if match else (max(len(text.splitlines()), 1), 1)


def read_ini(shown: str, text: str) -> tuple[dict[str, Any], list[Any]]:
    """The options of the session, and those of each contract, of an INI file."""
    import configparser

    # Interpolation and the DEFAULT section are part of how import-linter reads such a file.
    parser = configparser.ConfigParser()
    try:
        parser.read_string(text, source=shown)
        sections = {name: _ini_options(parser[name]) for name in parser.sections() if _ours(name)}
    except configparser.Error as error:
        fail(shown, _ini_line(error), f"is not a valid INI file: {error.message.splitlines()[0]}")
    if "importlinter" not in sections:
        fail(shown, 1, "has no [importlinter] section", _NO_SECTION)
    session = sections.pop("importlinter")
    return session, [{"id": name.split(":")[-1]} | found for name, found in sections.items()]


def _ours(section: str) -> bool:
    return section == "importlinter" or section.startswith("importlinter:")


def _ini_options(section: "configparser.SectionProxy") -> dict[str, Any]:
    return {
        name: value.strip().split("\n") if "\n" in value else value
        for name, value in section.items()
    }


def _ini_line(error: "configparser.Error") -> int:
    line = getattr(error, "lineno", None)
    errors = getattr(error, "errors", None)
    return line or (errors[0][0] if errors else 1)


def fail(shown: str, line: int, message: str, hint: str | None = None, column: int = 1) -> NoReturn:
    """Refuse a file, at a place in it."""
    raise ConfigError([Problem(Location(shown, line, column), message, hint)])
