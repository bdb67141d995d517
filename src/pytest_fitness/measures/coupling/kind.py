"""``coupling``: who depends on whom, and how far a change can travel."""

from collections.abc import Iterable, Iterator

from pytest_fitness.config.kinds import Context, Kind
from pytest_fitness.config.options import Record
from pytest_fitness.hookspecs import hookimpl
from pytest_fitness.measures.coupling.options import CouplingOptions, unit_of
from pytest_fitness.measures.measured import measured
from pytest_fitness.model import Check, FitnessFunction, Measurement, Place


class Coupling(Kind):
    """Cycles, Martin's and Lakos's measures, fan-in and fan-out, propagation cost, autonomy."""

    name = "coupling"
    about = "who depends on whom, measured on the import graph"
    options = Record(CouplingOptions)
    static = True
    measures_anew = False

    def unit(self, options: CouplingOptions, part: str | None) -> str:
        """A share for ratios, else a plain number."""
        super().unit(options, part)
        return unit_of(options)

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

    def elements(self, function: FitnessFunction, context: Context) -> Iterable[Place]:
        """Every import between what is measured."""
        from pytest_fitness.measures.coupling.measuring import all_imports

        return all_imports(function.options, context.codebase)


@hookimpl
def fitness_kinds() -> list[Kind]:
    """The kind of this module."""
    return [Coupling()]
