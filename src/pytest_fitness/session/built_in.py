"""The built-in kinds and sources: known by name, and loaded when a configuration names them."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Final, TypeVar

from pytest_fitness.config.kinds import Kind, Source

KINDS: Final = {
    "contract": "contracts",
    "contracts": "contracts",
    "coupling": "coupling.kind",
    "complexity": "complexity.kind",
    "metric": "metric",
    "ratio": "ratio",
    "growth": "growth",
    "benchmark": "benchmark.kind",
    "load": "load.kind",
    "capacity": "capacity.kind",
    "recorded": "recorded.kind",
}
SOURCES: Final = {
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
Named = TypeVar("Named", Kind, Source)


class Registered(Mapping[str, Named]):
    """What plugins add, and the built-in ones, which few runs need and none needs all of.

    Args:
        added: those of plugins.
        built_in: the module of each built-in one.
        load: yields those that a module registers.
    """

    def __init__(
        self,
        added: Mapping[str, Named],
        built_in: Mapping[str, str],
        load: Callable[[str], Iterable[Named]],
    ) -> None:
        self._found: dict[str, Named] = dict(added)
        self._built_in = built_in
        self._load: Callable[[str], Iterable[Named]] = load

    def __getitem__(self, name: str) -> Named:
        if name not in self._found:
            self._found |= {each.name: each for each in self._load(self._built_in[name])}
        return self._found[name]

    def __contains__(self, name: object) -> bool:
        return name in self._found or name in self._built_in

    def __iter__(self) -> Iterator[str]:
        return iter(dict.fromkeys((*self._built_in, *self._found)))

    def __len__(self) -> int:
        return len(self._built_in.keys() | self._found.keys())
