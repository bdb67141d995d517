"""A load is made once for all limits, and what became of its target is told."""

from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pytest_fitness.config.options import key
from pytest_fitness.config.values import Amount
from pytest_fitness.errors import FitnessError, MeasureError, NoDataError
from pytest_fitness.load.options import TargetOptions
from pytest_fitness.measures.loading import loaded_once, time_problems
from pytest_fitness.units import SECONDS


class Source:
    """A process that lives until it is told to have ended."""

    def __init__(self) -> None:
        self.ended: MeasureError | None = None

    def up(self) -> int:
        if self.ended is not None:
            raise self.ended
        return 7


class Run:
    """Of a run, what a load asks for; what is computed once is kept."""

    def __init__(self) -> None:
        self.shop = Source()
        self._kept: dict[str, Any] = {}

    def source(self, name: str) -> Source:
        assert name == "shop"
        return self.shop

    def once(self, key: str, compute: Callable[[], Any]) -> Any:
        if key not in self._kept:
            self._kept[key] = compute()
        return self._kept[key]


ENDED = MeasureError("the command 'shop' ended with status 3; its log is empty", "Look at why.")


def failing(error: FitnessError, calls: list[int] | None = None) -> Callable[[], list[Any]]:
    def load() -> list[Any]:
        if calls is not None:
            calls.append(1)
        raise error

    return load


def raised(run: Run, load: Callable[[], list[Any]], target: str | None = "shop") -> FitnessError:
    with pytest.raises(FitnessError) as caught:
        loaded_once("load", target, run, load)  # type: ignore[arg-type]
    return caught.value


def test_what_was_found_is_found_once() -> None:
    run, calls = Run(), []

    def load() -> list[Any]:
        calls.append(1)
        return [1, 2]

    for _ in range(3):
        assert loaded_once("load", "shop", run, load) == [1, 2]  # type: ignore[arg-type]
    assert calls == [1]
    assert loaded_once("another", None, run, lambda: [3]) == [3]  # type: ignore[arg-type]


@pytest.mark.parametrize("error", [MeasureError("broke", "mend"), NoDataError("empty", "fill")])
def test_what_failed_fails_once_with_the_same_words(error: FitnessError) -> None:
    run, calls = Run(), list[int]()
    for _ in range(2):
        found = raised(run, failing(error, calls))
        assert type(found) is type(error)
        assert (found.message, found.hint) == (error.message, error.hint)
    assert calls == [1]


def test_a_target_that_ended_under_a_load_has_not_stood_it_whatever_it_had_answered() -> None:
    run = Run()

    def load() -> list[Any]:
        run.shop.ended = ENDED
        return ["all is well"]

    found = raised(run, load)
    assert isinstance(found, MeasureError)
    assert found.message == f"shop did not outlive the load: {ENDED.message}"
    assert found.hint == "Look at why."


def test_how_a_target_ended_is_told_where_the_load_failed() -> None:
    run = Run()
    run.shop.ended = ENDED
    found = raised(run, failing(MeasureError("it stopped answering", "It crashed.")))
    assert found.message == "it stopped answering"
    assert found.hint == f"shop: {ENDED.message}. Look at why."


def test_how_a_target_ended_is_not_told_twice() -> None:
    run = Run()
    run.shop.ended = ENDED
    found = raised(run, failing(MeasureError(ENDED.message)))
    assert (found.message, found.hint) == (ENDED.message, "Look at why.")


def test_of_a_target_that_lives_nothing_is_told() -> None:
    found = raised(Run(), failing(MeasureError("it stopped answering", "It crashed.")))
    assert found.hint == "It crashed."


def test_what_is_no_fault_of_a_measurement_goes_on_as_it_is() -> None:
    def load() -> list[Any]:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        loaded_once("load", None, Run(), load)  # type: ignore[arg-type]


class Times(TargetOptions):
    """A kind of load with two times."""

    hold: float = key(Amount(SECONDS), "How long it is measured.")
    settle: float = key(Amount(SECONDS), "How long it is not.")


def times(hold: float, settle: float) -> Times:
    return Times(url="http://localhost", hold=hold, settle=settle)


DAY = 86_400.0


@pytest.mark.parametrize(
    ("hold", "settle", "said"),
    [
        (8.0, 3.0, []),
        (DAY, 0.0, []),
        (0.0, 0.0, ["`hold` is more than 0s, and at most 24h"]),
        (DAY + 1, DAY, ["`hold` is more than 0s, and at most 24h"]),
        (1.0, -1.0, ["`settle` lies between 0s and 24h"]),
        (-1.0, DAY + 1, ["`hold` is more than 0s, and at most 24h",
                         "`settle` lies between 0s and 24h"]),
        (float("nan"), 0.0, ["`hold` is more than 0s, and at most 24h"]),
        (float("inf"), 0.0, ["`hold` is more than 0s, and at most 24h"]),
    ],
)  # fmt: skip
def test_times_that_cannot_be(hold: float, settle: float, said: list[str]) -> None:
    assert list(time_problems(times(hold, settle), "hold", "settle")) == said


@settings(deadline=None)
@given(st.floats(), st.floats())
def test_each_problem_of_a_time_begins_with_its_key(hold: float, settle: float) -> None:
    found = list(time_problems(times(hold, settle), "hold", "settle"))
    assert [problem.split("`")[1] for problem in found] == [
        name
        for name, sound in (("hold", 0 < hold <= DAY), ("settle", 0 <= settle <= DAY))
        if not sound
    ]
