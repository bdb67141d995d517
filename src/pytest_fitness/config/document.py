"""A YAML file to a tree of nodes that know where they stand.

Only what a configuration needs: mappings, lists, scalars, anchors. Scalars stay text, and the
schema that reads them decides what they mean, so that ``no`` can be a name and ``1.10`` a version.
Everything that a hostile file could do (tags, aliases that explode, endless nesting, sheer size)
ends in a :class:`ConfigError` before it costs time or memory.
"""

from pathlib import Path
from typing import Final, NoReturn

from pytest_fitness.collector import collector_paused
from pytest_fitness.config.composer import Composer
from pytest_fitness.config.nodes import Mapping
from pytest_fitness.errors import ConfigError, Location, Problem

MAX_BYTES: Final = 16_000_000


def load(path: Path, shown: str) -> Mapping:
    """Read a YAML file; ``shown`` is how messages name it.

    Raises:
        ConfigError: with every duplicate key, or with the first thing that makes it unreadable.
    """
    text = _read(path, shown)
    with collector_paused():
        return Composer(shown).compose(text)


def _read(path: Path, shown: str) -> str:
    try:
        size = path.stat().st_size
        if size > MAX_BYTES:
            _refuse(shown, 1, 1, f"the file has {size:,} bytes; {MAX_BYTES:,} are read at the most")
        data = path.read_bytes()
    except OSError as error:
        _refuse(shown, 1, 1, f"cannot be read: {error.strerror or error}")
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        before = data[: error.start]
        column = error.start - (before.rfind(b"\n") + 1) + 1
        _refuse(
            shown,
            before.count(b"\n") + 1,
            column,
            f"byte 0x{data[error.start]:02x} is not UTF-8",
            "Save the file as UTF-8.",
        )


def _refuse(shown: str, line: int, column: int, message: str, hint: str | None = None) -> NoReturn:
    raise ConfigError([Problem(Location(shown, line, column), message, hint)])
