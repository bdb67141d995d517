"""``load``: virtual users against HTTP, and limits on what they see."""

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

from pytest_fitness import units
from pytest_fitness.config.kinds import Context, Kind
from pytest_fitness.config.options import Record
from pytest_fitness.hookspecs import hookimpl
from pytest_fitness.measures.load.options import (
    LoadOptions,
    load_plan,
    load_problems,
    metric_of,
    require_request,
)
from pytest_fitness.measures.loading import loaded_once
from pytest_fitness.model import Check, FitnessFunction, Gate, Measurement

if TYPE_CHECKING:
    from collections.abc import Callable

    from pytest_fitness.load.result import Tick


class Load(Kind):
    """One load for all limits of a function: percentiles, mean, throughput, share of failures."""

    name = "load"
    about = "what virtual users see of a system over HTTP: latencies, throughput, failures"
    options = Record(LoadOptions)
    gates = (Gate.CI, Gate.PRE_DEPLOY)
    of_machine = True
    takes_several = True
    takes_baseline = False
    alone = True

    def unit(self, options: LoadOptions, part: str | None) -> str:
        """The unit of a part; there is no limit without one."""
        if part is None:
            raise ValueError("`load` measures several numbers: write `limits: {p95: {max: 500ms}}`")
        metric = metric_of(part)
        require_request(options, metric)
        return metric.unit

    def problems(self, function: FitnessFunction) -> Iterator[str]:
        """What cannot be carried out."""
        yield from load_problems(function.options)

    def needs(self, function: FitnessFunction) -> Iterator[str]:
        """The source that is started before."""
        if function.options.target is not None:
            yield function.options.target

    def duration(self, function: FitnessFunction) -> float:
        """What the plan takes."""
        from pytest_fitness.load.plan import planned_seconds

        return planned_seconds(load_plan(function.options, Path()))

    def measure(self, function: FitnessFunction, check: Check, context: Context) -> Measurement:
        """Run the load, once for all limits, and take one number of it."""
        from pytest_fitness.load.result import stage_from_builtins
        from pytest_fitness.measures.load.measuring import measurement

        assert check.part is not None, "the loader refuses a limit without a name"
        found = loaded_once(
            _key(function, context),
            function.options.target,
            context,
            lambda: _run(function, context),
        )
        result = stage_from_builtins(found[0])
        return measurement(result, metric_of(check.part), check, function.confidence)


def _key(function: FitnessFunction, context: Context) -> str:
    """What tells this load from others; hashed, as a request may hold secrets."""
    import hashlib

    options: LoadOptions = function.options
    told = repr((load_plan(options, context.root), options.target)).encode()
    return f"load {hashlib.blake2b(told, digest_size=16).hexdigest()}"


def _run(function: FitnessFunction, context: Context) -> list[Any]:
    """The results of all stages, as builtins."""
    from pytest_fitness.load.engine import run_load
    from pytest_fitness.load.plan import planned_seconds
    from pytest_fitness.load.result import stage_to_builtins

    target = function.options.target
    if target is not None:
        context.source(target).up()
    plan = load_plan(function.options, context.root)
    stages = run_load(plan, _teller(function, planned_seconds(plan), context))
    return [stage_to_builtins(stage) for stage in stages]


def _teller(
    function: FitnessFunction, planned: float, context: Context
) -> "Callable[[Tick], None]":
    """Shows what goes on to a person who waits."""
    ends: list[float] = []

    def tell(tick: "Tick") -> None:
        if not ends:
            ends.append(tick.moment + planned)
        left = units.format_value(float(round(max(0.0, ends[0] - tick.moment))), units.SECONDS)
        context.progress(f"load {function.id}: {_shown(tick)}, {left} left")

    return tell


def _shown(tick: "Tick") -> str:
    p95 = "" if tick.p95 is None else f", p95 {units.format_value(tick.p95, units.SECONDS)}"
    failures = f", {tick.failures:,} failures" if tick.failures else ""
    return f"{tick.users:,} users, {tick.rate:,.0f}/s{p95}{failures}"


@hookimpl
def fitness_kinds() -> list[Kind]:
    """The kind of this module."""
    return [Load()]
