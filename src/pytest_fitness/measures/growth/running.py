"""The experiment: users come in steps, and a number is read all the while."""

import time
from statistics import median
from typing import Final

from pytest_fitness.config.kinds import Context
from pytest_fitness.errors import MeasureError, NoDataError
from pytest_fitness.judge.leaks import Hold
from pytest_fitness.load.engine import run_load
from pytest_fitness.load.options import plan_of
from pytest_fitness.load.plan import Stage
from pytest_fitness.load.result import StageResult, Tick
from pytest_fitness.measures.growth.experiment import Experiment
from pytest_fitness.measures.growth.options import READINGS_A_SECOND, ExperimentOptions
from pytest_fitness.measures.growth.readings import Readings, read_now

_IDLE_READINGS: Final = 3
_MOST_FAILURES: Final = 0.5


def run_experiment(options: ExperimentOptions, name: str, context: Context) -> Experiment:
    """Put the system under load, step by step.

    Args:
        options: what is loaded, and what is read.
        name: whose experiment it is, for the line that a person sees.
        context: the run.

    Raises:
        NoDataError: there is nothing to read.
        MeasureError: it could not be loaded, or not be read.
    """
    load = options.experiment
    if load.target is not None:
        context.source(load.target).up()
    idle = _idle(options, context)
    stages = tuple(Stage(users, load.settle + load.hold, load.settle) for users in load.steps)
    with Readings(options.of, context, 1 / READINGS_A_SECOND) as readings:
        place = ""

        def watch(tick: Tick) -> None:
            nonlocal place
            place = f"step {tick.stage + 1} of {len(stages)}, {stages[tick.stage].users} users"
            readings.points()  # to stop a load of which nothing can be learnt
            step = f"step {tick.stage + 1} of {len(stages)}"
            context.progress(f"growth {name}: {step}, {tick.users} users, {tick.rate:,.0f}/s")

        try:
            results = run_load(plan_of(load, stages, context.root), watch, _serves)
            points = readings.points()
        except (MeasureError, NoDataError) as error:
            if not place:
                raise
            raise type(error)(f"{place}: {error.message}", error.hint) from error
    return Experiment(
        users=tuple(result.users for result in results),
        holds=tuple(_hold(result, points) for result in results),
        idle=idle,
        requests=sum(result.total.count for result in results),
        failures=sum(result.total.failures for result in results),
        began=results[0].began - load.settle,
    )


def _idle(options: ExperimentOptions, context: Context) -> float:
    found = [read_now(options.of, context)]
    if not options.experiment.beyond_idle:
        return found[0]
    while len(found) < _IDLE_READINGS:
        time.sleep(1 / READINGS_A_SECOND)
        found.append(read_now(options.of, context))
    return median(found)


def _hold(result: StageResult, points: tuple[tuple[float, float], ...]) -> Hold:
    end = result.began + result.seconds
    within = tuple(point for point in points if result.began <= point[0] <= end)
    return Hold(within, result.total.count / result.seconds if result.seconds > 0 else 0.0)


def _serves(stage: StageResult) -> bool:
    """Whether it is worth going on: the users are served, and not refused."""
    total = stage.total
    if total.failures > _MOST_FAILURES * total.count:
        said = f": {stage.errors[0][0]}" if stage.errors else ""
        raise MeasureError(
            f"{total.failures:,} of {total.count:,} requests of {stage.users:,} users failed{said}",
            "What a system holds that refuses its users says nothing about them.",
        )
    return True
