"""The kind ``growth``: observed in the past, or found by experiment."""

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any, Final

from pytest_fitness import units
from pytest_fitness.config.kinds import Asked, Context, Kind
from pytest_fitness.config.reader import suggest
from pytest_fitness.hookspecs import hookimpl
from pytest_fitness.measures.growth.options import (
    ExperimentOptions,
    GrowthValue,
    ObservedOptions,
    experiment_problems,
    observed_problems,
)
from pytest_fitness.measures.loading import loaded_once
from pytest_fitness.model import Check, FitnessFunction, Gate, Measurement

if TYPE_CHECKING:
    from pytest_fitness.measures.growth.finding import Found

_PARTS: Final = ("elasticity", "leak")
# What a load takes to begin and to end.
_AROUND: Final = 5.0

GrowthOptions = ObservedOptions | ExperimentOptions


class Growth(Kind):
    """Elasticity: 1 is as fast as the other, 2 is its square, 0 is not at all."""

    name = "growth"
    about = "how fast one number grows with another: memory with users, cost with orders"
    options = GrowthValue()
    gates = (Gate.PRE_DEPLOY, Gate.SCHEDULED)
    takes_baseline = False
    takes_several = True

    def unit(self, options: GrowthOptions, part: str | None) -> str:
        """A plain number; a leak is a share a day, by experiment an amount a minute."""
        if part in (None, "elasticity"):
            return units.COUNT
        if part != "leak":
            raise ValueError(f"growth has no {part!r}. {suggest(str(part), _PARTS)}")
        return options.of.unit if isinstance(options, ExperimentOptions) else units.RATIO

    def problems(self, function: FitnessFunction) -> Iterator[str]:
        """Questions that cannot be asked, and loads that cannot be made."""
        options: GrowthOptions = function.options
        if isinstance(options, ExperimentOptions):
            yield from experiment_problems(options)
        else:
            yield from observed_problems(options)
        limit, _ = function.limits.get("leak", (None, None))
        if limit is not None and limit.high is None:
            yield "`limits.leak`: `leak` takes `max`"

    def questions(self, function: FitnessFunction, now: float) -> Iterator[Asked]:
        """Both questions, where the past is asked."""
        from pytest_fitness.measures.live import asked

        options: GrowthOptions = function.options
        if isinstance(options, ObservedOptions):
            for question in (options.of, options.per):
                yield asked(question, now, options.over + (question.over or 0.0))

    def goes_alone(self, function: FitnessFunction) -> bool:
        """An experiment does."""
        return _is_experiment(function)

    def needs(self, function: FitnessFunction) -> Iterator[str]:
        """What is read during an experiment, and what is started for it."""
        options: GrowthOptions = function.options
        if isinstance(options, ExperimentOptions):
            yield options.of.source
            if options.experiment.target is not None:
                yield options.experiment.target

    def duration(self, function: FitnessFunction) -> float:
        """All steps of an experiment."""
        options: GrowthOptions = function.options
        if isinstance(options, ObservedOptions):
            return 0.0
        load = options.experiment
        spawning = max(load.steps) / load.spawn_rate
        return _AROUND + spawning + len(load.steps) * (load.settle + load.hold)

    def measure(self, function: FitnessFunction, check: Check, context: Context) -> Measurement:
        """Ask for both series, or make them; and compare how they moved."""
        from pytest_fitness.measures.growth.finding import measured

        find = _by_experiment if _is_experiment(function) else _in_the_past
        return measured(find(function, context), function, check)


def _is_experiment(function: FitnessFunction) -> bool:
    return isinstance(function.options, ExperimentOptions)


def _in_the_past(function: FitnessFunction, context: Context) -> "Found":
    from pytest_fitness.measures.growth.finding import observed
    from pytest_fitness.measures.live import values_in_time

    options: ObservedOptions = function.options
    of, per = (values_in_time(q, context, options.over) for q in (options.of, options.per))
    return observed(of, per, (options.of.shown, options.per.shown), function.confidence)


def _by_experiment(function: FitnessFunction, context: Context) -> "Found":
    from pytest_fitness.measures.growth.experiment import experiment_from_builtins
    from pytest_fitness.measures.growth.finding import experimented

    options: ExperimentOptions = function.options

    def run() -> list[Any]:
        from pytest_fitness.measures.growth.running import run_experiment

        return run_experiment(options, function.id, context).to_builtins()

    found = loaded_once(f"growth {function.id}", options.experiment.target, context, run)
    return experimented(
        experiment_from_builtins(found),
        options.of.shown,
        options.of.unit,
        function.confidence,
        beyond_idle=options.experiment.beyond_idle,
    )


@hookimpl
def fitness_kinds() -> list[Kind]:
    """The kind of this module."""
    return [Growth()]
