"""``coupling``: who depends on whom, and how far a change can travel."""

from collections.abc import Iterator
from typing import Final

from pytest_fitness import units
from pytest_fitness.config.kinds import Context, Kind
from pytest_fitness.config.values import Choice, Flag, ListOf, MapOf, Options, Record, Text, key
from pytest_fitness.hookspecs import hookimpl
from pytest_fitness.measures.measured import measured
from pytest_fitness.model import Check, FitnessFunction, Measurement

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


class Coupling(Kind):
    """Cycles, Martin's and Lakos's measures, fan-in and fan-out, propagation cost, autonomy."""

    name = "coupling"
    about = "who depends on whom, measured on the import graph"
    options = Record(CouplingOptions)

    def unit(self, options: CouplingOptions, part: str | None) -> str:
        """A share for ratios, else a plain number."""
        super().unit(options, part)
        return units.RATIO if options.measure in SHARES else units.COUNT

    def problems(self, function: FitnessFunction) -> Iterator[str]:
        """The elements are chosen in one way, and ``shared`` names components."""
        options: CouplingOptions = function.options
        chosen = [name for name in ("package", "modules", "components") if getattr(options, name)]
        if len(chosen) > 1:
            yield f"`{chosen[0]}` and `{chosen[1]}` choose different things; keep one of them"
        unknown = set(options.shared) - (options.components or {}).keys()
        if unknown:
            yield f"`shared` names {min(unknown)!r}, which is no component"
        if options.measure == "autonomy" and not options.components:
            yield "`autonomy` needs `components`"

    def measure(self, function: FitnessFunction, check: Check, context: Context) -> Measurement:
        """Measure, or remember what the same code measured before."""
        codebase = context.codebase
        options: CouplingOptions = function.options

        def measure() -> Measurement:
            from pytest_fitness.measures.coupling.measuring import measure_coupling

            return measure_coupling(options, check, codebase)

        return measured(codebase, f"coupling {options} {check.limit} {check.warn}", measure)


@hookimpl
def fitness_kinds() -> list[Kind]:
    """The kind of this module."""
    return [Coupling()]
