"""What ``coupling`` is told."""

from typing import Final

from pytest_fitness import units
from pytest_fitness.config.options import Options, key
from pytest_fitness.config.values import Choice, Flag, ListOf, MapOf, Text

OF_ELEMENT: Final = (
    "afferent", "efferent", "instability", "abstractness", "distance",
    "fan_in", "fan_out", "autonomy",
)  # fmt: skip
OF_GRAPH: Final = ("cycles", "depth", "propagation_cost", "ccd", "acd", "nccd")
SHARES: Final = frozenset(
    {"instability", "abstractness", "distance", "autonomy", "propagation_cost"}
)
_GLOB: Final = Text("a module or glob such as shop.web or shop.*.models")


class CouplingOptions(Options):
    """What is measured, and between what."""

    measure: str = key(
        Choice(*OF_ELEMENT, *OF_GRAPH, what="measure"), "What is measured; see the docs for each."
    )
    package: str | None = key(
        Text("a package such as shop.web"), "One package and all below it.", default=None
    )
    modules: str | None = key(_GLOB, "The modules that match a glob, each by itself.", default=None)
    components: dict[str, tuple[str, ...]] | None = key(
        MapOf(ListOf(_GLOB), "component"),
        "Groups of modules by name; each is measured as a whole.",
        default=None,
    )
    shared: tuple[str, ...] = key(
        ListOf(Text("the name of a component")),
        "Components that any other may use; they count as its own for autonomy.",
        default=(),
    )
    type_checking: bool = key(
        Flag(), "Whether imports under `if TYPE_CHECKING:` count.", default=True
    )


def unit_of(options: CouplingOptions) -> str:
    """The unit of what is judged."""
    return units.RATIO if options.measure in SHARES else units.COUNT
