"""The search against systems that are computed: what is tried, when it ends, what goes wrong."""

import math
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pytest_fitness.errors import MeasureError, NoDataError
from pytest_fitness.judge.capacity import PRECISION, Standing
from pytest_fitness.load.plan import LoadPlan, Stage
from pytest_fitness.load.recording import Tally
from pytest_fitness.load.result import StageResult, Tick
from pytest_fitness.measures.capacity import finding, running
from pytest_fitness.measures.capacity.options import CapacityOptions
from pytest_fitness.measures.capacity.result import Climb
from pytest_fitness.measures.capacity.running import Searching
from pytest_fitness.model import Limit

BUDGET = (("p95", Limit(high=0.5)), ("error_rate", Limit(high=0.01)))
Answer = Callable[[int], float | None]


class Run:
    """Of a run, what a search asks for."""

    root = Path("/nowhere")

    def __init__(self) -> None:
        self.shown: list[str] = []

    def progress(self, text: str) -> None:
        self.shown.append(text)


class System:
    """Answers so many users in so many seconds; None is a failure at once.

    Attributes:
        loads: the users of each stage of each load.
        dies_at: with so many users it is gone in the middle of a load.
        gone_after: after so many loads it is gone.
        busy: the share of a core that the load uses.
        tired: how many seconds after the peak it goes on to be slow.
    """

    def __init__(self, answer: Answer) -> None:
        self.answer = answer
        self.loads: list[list[int]] = []
        self.dies_at = math.inf
        self.gone_after = math.inf
        self.busy = 0.1
        self.tired = 0
        self.clock = 0.0

    def load(
        self, plan: LoadPlan, on_tick: Any, after_stage: Any = None
    ) -> tuple[StageResult, ...]:
        if len(self.loads) >= self.gone_after:
            raise MeasureError("nobody listens on shop:80")
        self.loads.append([])
        results: list[StageResult] = []
        peak = max(stage.users for stage in plan.stages)
        rest = self.tired
        for number, stage in enumerate(plan.stages):
            if stage.users >= self.dies_at:
                raise MeasureError("http://shop stopped answering", "It crashed.")
            self.loads[-1].append(stage.users)
            on_tick(Tick(self.clock, number, True, stage.users, 10.0, 0.1, 0))
            is_after = bool(results) and after_stage is None and stage.users < peak
            slow = is_after and rest > 0
            rest -= is_after
            results.append(self._result(stage, 9.0 if slow else self.answer(stage.users)))
            if after_stage is not None and not after_stage(results[-1]):
                break
        return tuple(results)

    def _result(self, stage: Stage, takes: float | None) -> StageResult:
        seconds = stage.seconds - stage.warm_up
        began, self.clock = self.clock + stage.warm_up, self.clock + stage.seconds
        tally = Tally()
        for place in range(400):
            tally.add(takes or 0.01, place % 20, failed=takes is None)
        errors = (("GET /: status 503", 400),) if takes is None else ()
        return StageResult(
            stage.users, seconds, tally.timings(), {}, errors, began=began, busy=self.busy
        )


@pytest.fixture
def run() -> Run:
    return Run()


def searched(
    system: System, steps: tuple[int, ...], *, watched: float = 0.0, run: Run | None = None
) -> Climb:
    options = CapacityOptions(url="http://shop", steps=steps, budget=BUDGET, hold=4.0)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(running, "run_load", system.load)
        return Searching(options, 0.95, "room", run or Run()).run(watched)  # type: ignore[arg-type]


def limited_to(users: int) -> Answer:
    return lambda count: 0.1 if count <= users else 0.9


ladders = st.lists(st.integers(1, 5_000), min_size=1, max_size=8, unique=True).map(
    lambda steps: tuple(sorted(steps))
)


@settings(max_examples=60, deadline=None)
@given(ladders, st.integers(0, 6_000))
def test_what_is_found_is_never_more_than_the_truth_and_hardly_less(
    steps: tuple[int, ...], truth: int
) -> None:
    system = System(limited_to(truth))
    found = finding.of_users(searched(system, steps), BUDGET)
    low, high = found.interval or (0.0, 0.0)
    assert low == found.value
    assert low <= max(truth, 0)
    if truth >= steps[-1]:
        assert (low, high) == (steps[-1], math.inf)
    else:
        assert low <= truth <= high
        assert high + 1 - low <= max(1, PRECISION * (high + 1))


@settings(max_examples=60, deadline=None)
@given(ladders, st.integers(0, 6_000))
def test_no_number_is_tried_twice_nor_any_step_after_the_one_that_broke(
    steps: tuple[int, ...], truth: int
) -> None:
    system = System(limited_to(truth))
    searched(system, steps)
    tried = [users for load in system.loads for users in load]
    assert len(set(tried)) == len(tried)
    assert sum(users in steps and users > truth for users in system.loads[0]) <= 1
    # Halving: each further load is of one number, and there are few of them.
    assert all(len(load) == 1 for load in system.loads[1:])
    assert len(system.loads) <= 2 + math.log2(max(steps))


def test_steps_are_climbed_in_one_load() -> None:
    system = System(limited_to(100))
    searched(system, (10, 20, 40))
    assert system.loads == [[10, 20, 40]]


def test_a_gap_of_one_user_is_not_halved() -> None:
    system = System(limited_to(4))
    climb = searched(system, (4, 5))
    assert system.loads == [[4, 5]]
    assert finding.of_users(climb, BUDGET).interval == (4, 4)


def test_a_target_that_dies_in_the_last_step_has_no_capacity() -> None:
    system = System(limited_to(100))
    system.dies_at = 5
    with pytest.raises(MeasureError) as raised:
        searched(system, (4, 5))
    assert raised.value.message == (
        "after 4 users: http://shop stopped answering (4 users had been within the budget)"
    )
    assert raised.value.hint == "It crashed."


def test_a_target_that_dies_at_the_first_step_is_told_as_it_is() -> None:
    system = System(limited_to(100))
    system.dies_at = 4
    with pytest.raises(MeasureError) as raised:
        searched(system, (4, 5))
    assert raised.value.message == "http://shop stopped answering"


def test_a_target_that_dies_while_it_is_narrowed_down_says_what_had_been_found() -> None:
    system = System(limited_to(12))
    system.gone_after = 2
    with pytest.raises(MeasureError, match=r"after 15 users: nobody .*\(10 users had been"):
        searched(system, (10, 20))


def test_a_target_that_dies_as_it_recovers_is_an_error_too() -> None:
    system = System(limited_to(4))
    system.gone_after = 1
    with pytest.raises(MeasureError, match="after 5 users: nobody listens"):
        searched(system, (4, 5), watched=3.0)


def test_failures_from_the_first_user_on_are_an_error_with_the_most_frequent_one() -> None:
    with pytest.raises(MeasureError) as raised:
        searched(System(lambda _: None), (1, 2))
    assert raised.value.message == "all 400 requests of 1 user failed: GET /: status 503"


def test_failures_of_a_later_step_break_the_budget_and_are_remarked() -> None:
    system = System(lambda users: 0.1 if users < 5 else None)
    climb = searched(system, (4, 5))
    assert [step.standing for step in climb.steps] == [Standing.WITHIN, Standing.PAST]
    assert climb.steps[1].remarks == "400 times GET /: status 503"
    assert climb.steps[1].rate == 0


def test_no_answer_to_the_first_step_is_no_data(monkeypatch: pytest.MonkeyPatch) -> None:
    system = System(limited_to(9))
    nothing = StageResult(2, 4.0, Tally().timings(), {})
    monkeypatch.setattr(system, "_result", lambda *_: nothing)
    with pytest.raises(NoDataError, match="no answer to 2 users in 4s"):
        searched(system, (2, 4))


def test_no_answer_to_a_later_step_is_past_every_budget(monkeypatch: pytest.MonkeyPatch) -> None:
    system = System(limited_to(9))
    answered = system._result
    nothing = StageResult(5, 4.0, Tally().timings(), {})
    monkeypatch.setattr(
        system, "_result", lambda stage, takes: nothing if stage.users > 4 else answered(stage, 0.1)
    )
    climb = searched(system, (4, 5))
    assert climb.steps[1].standing is Standing.PAST
    assert climb.steps[1].shown == "no answer at all"


def test_a_load_that_is_busy_itself_goes_on_and_says_so() -> None:
    system = System(limited_to(4))
    system.busy = 0.97
    climb = searched(system, (4, 8))
    assert [step.standing for step in climb.steps][:2] == [Standing.WITHIN, Standing.UNCLEAR]
    assert "the load itself used 97% of a core: add `workers`" in climb.steps[1].remarks
    assert finding.of_users(climb, BUDGET).interval == (climb.steps[0].users, math.inf) or (
        max(step.users for step in climb.steps if step.standing is Standing.WITHIN) == 4
    )


@pytest.mark.parametrize("tired", [0, 1, 3])
def test_a_recovery_takes_until_the_budget_holds_again_and_goes_on_to(tired: int) -> None:
    system = System(limited_to(4))
    system.tired = tired
    recovery = searched(system, (4, 8), watched=5.0).recovery
    assert recovery is not None
    assert recovery.recovered
    assert recovery.seconds == pytest.approx(tired)
    assert (recovery.users, recovery.peak) == (4, 8)


def test_a_recovery_that_does_not_come_is_told_with_how_long_it_was_watched() -> None:
    system = System(limited_to(4))
    system.tired = 100
    recovery = searched(system, (4, 8), watched=5.0).recovery
    assert recovery is not None
    assert not recovery.recovered
    assert recovery.seconds == pytest.approx(8.0)


def test_a_recovery_is_watched_only_where_that_is_wanted() -> None:
    system = System(limited_to(4))
    assert searched(system, (4, 8)).recovery is None
    assert 4 not in [users for load in system.loads[1:] for users in load]


def test_who_waits_sees_each_step(run: Run) -> None:
    searched(System(limited_to(4)), (4, 5), run=run)
    assert run.shown == [
        "capacity room: 1. step, 4 users, 10/s, p95 100ms",
        "capacity room: 2. step, 5 users, 10/s, p95 100ms",
    ]
