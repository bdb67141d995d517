"""The types of sources: known by name, and loaded when a configuration names them."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Final

from pytest_fitness.config.kinds import Source

BUILT_IN: Final = {
    "command": "command",
    "file": "file.source",
    "http_json": "http_json",
    "memcached": "memcached",
    "openmetrics": "openmetrics.source",
    "process": "process.source",
    "prometheus": "prometheus.source",
    "python": "python",
    "redis": "redis.source",
    "sql": "sql.source",
}


class Sources(Mapping[str, Source]):
    """The sources of plugins, and the built-in ones, which few runs need and none needs all of.

    Args:
        added: those of plugins.
        load: yields the sources that a module registers.
    """

    def __init__(
        self, added: Mapping[str, Source], load: Callable[[str], Iterable[Source]]
    ) -> None:
        self._found = dict(added)
        self._load = load

    def __getitem__(self, name: str) -> Source:
        if name not in self._found:
            module = f"pytest_fitness.sources.{BUILT_IN[name]}"
            self._found |= {source.name: source for source in self._load(module)}
        return self._found[name]

    def __iter__(self) -> Iterator[str]:
        return iter(dict.fromkeys((*BUILT_IN, *self._found)))

    def __len__(self) -> int:
        return len(BUILT_IN.keys() | self._found.keys())
