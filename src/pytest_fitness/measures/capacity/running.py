"""The search: one number of users after another is put upon the system."""

import math
from collections.abc import Callable
from typing import Final

from pytest_fitness.config.kinds import Context
from pytest_fitness.errors import MeasureError, NoDataError
from pytest_fitness.judge.capacity import Standing, capacity, next_users, recovered_after
from pytest_fitness.load.engine import run_load
from pytest_fitness.load.figures import is_busy
from pytest_fitness.load.options import plan_of
from pytest_fitness.load.plan import Stage
from pytest_fitness.load.result import StageResult, Tick
from pytest_fitness.measures.capacity.budget import figures, standing
from pytest_fitness.measures.capacity.options import CapacityOptions
from pytest_fitness.measures.capacity.result import Climb, Recovery, Step, in_users
from pytest_fitness.units import SECONDS, format_value

# The budget has recovered when it holds for so many windows of so many seconds.
_LASTING: Final = 3
_WINDOW: Final = 1.0


class Searching:
    """Climbs until the budget breaks, narrows down where it did, and watches it recover.

    Args:
        options: what is loaded, how, and the budget.
        confidence: how sure it has to be that the budget broke.
        name: whose search it is, for the line that a person sees.
        context: the run.
    """

    def __init__(
        self, options: CapacityOptions, confidence: float, name: str, context: Context
    ) -> None:
        self._options = options
        self._confidence = confidence
        self._name = name
        self._context = context
        self._steps: list[Step] = []

    def run(self, watched: float) -> Climb:
        """Find the capacity.

        Args:
            watched: for how many seconds at most the recovery is watched; 0 for not at all.

        Raises:
            NoDataError: nothing was answered at the very first step.
            MeasureError: the load could not be made.
        """
        if self._options.target is not None:
            self._context.source(self._options.target).up()
        self._load(*map(self._stage, self._options.steps), after_stage=self._goes_on)
        while (users := next_users(self._options.steps, self._found().tried)) is not None:
            self._load(self._stage(users), after_stage=self._goes_on)
        return self._found()._replace(recovery=self._recovery(watched) if watched else None)

    def _found(self) -> Climb:
        return Climb(tuple(self._steps), None)

    def _stage(self, users: int) -> Stage:
        options = self._options
        return Stage(users, options.warm_up + options.hold, options.warm_up)

    def _goes_on(self, stage: StageResult) -> bool:
        """Take in the result of a step; whether there is any point in climbing on."""
        if not self._steps:
            _require_answers(stage)
        found = figures(stage, self._options.budget, self._confidence)
        total = stage.total
        step = Step(
            stage.users,
            standing(found, self._options.budget, busy=is_busy(stage)),
            ", ".join(map(str, found)) or "no answer at all",
            (total.count - total.failures) / stage.seconds,
            total.count,
            _remarks(stage),
        )
        self._steps.append(step)
        return step.standing is not Standing.PAST

    def _recovery(self, watched: float) -> Recovery:
        first, peak = self._options.steps[0], max(step.users for step in self._steps)
        windows = [Stage(first, _WINDOW)] * (math.ceil(watched / _WINDOW) + _LASTING)
        top, *after = self._load(self._stage(peak), *windows)
        budget = self._options.budget
        within = [
            standing(figures(stage, budget, self._confidence), budget) is Standing.WITHIN
            for stage in after
        ]
        place = recovered_after(within, _LASTING)
        ended = top.began + top.seconds
        if place is None:
            over = after[-1].began + after[-1].seconds
            return Recovery(over - ended, False, first, peak)
        return Recovery(max(0.0, after[place].began - ended), True, first, peak)

    def _load(
        self, *stages: Stage, after_stage: Callable[[StageResult], bool] | None = None
    ) -> tuple[StageResult, ...]:
        plan = plan_of(self._options, stages, self._context.root)
        try:
            return run_load(plan, self._watch, after_stage)
        except MeasureError as error:
            if not self._steps:
                raise
            most = capacity(self._found().tried).users
            raise MeasureError(
                f"after {in_users(self._steps[-1].users)}: {error.message}"
                f" ({in_users(most)} had been within the budget)",
                error.hint,
            ) from error

    def _watch(self, tick: Tick) -> None:
        p95 = "" if tick.p95 is None else f", p95 {format_value(tick.p95, SECONDS)}"
        step = f"{len(self._steps) + 1}. step, {tick.users:,} users, {tick.rate:,.0f}/s{p95}"
        self._context.progress(f"capacity {self._name}: {step}")


def _require_answers(stage: StageResult) -> None:
    """At the very first step, something has to be answered."""
    total = stage.total
    if not total.count:
        raise NoDataError(
            f"no answer to {in_users(stage.users)} in {format_value(stage.seconds, SECONDS)}",
            "Raise `hold`, or start with fewer users.",
        )
    if total.failures == total.count:
        said = f": {stage.errors[0][0]}" if stage.errors else ""
        raise MeasureError(
            f"all {total.count:,} requests of {in_users(stage.users)} failed{said}",
            "Is the path right, and what does its log say?",
        )


def _remarks(stage: StageResult) -> str:
    """What the reader of a step should know: what failed, and whether the load could keep up."""
    said = [f"{count:,} times {words}" for words, count in stage.errors[:1]]
    if is_busy(stage):
        said.append(f"the load itself used {stage.busy:.0%} of a core: add `workers`")
    return "; ".join((*said, *stage.notes))
