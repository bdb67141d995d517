"""One answer for all the questions about a moment."""

import time
from concurrent.futures import ThreadPoolExecutor

import pytest

from pytest_fitness.errors import MeasureError, UnreachableError
from pytest_fitness.sources.support.bursts import Burst


class Counted:
    def __init__(self, error: MeasureError | None = None) -> None:
        self.fetched: list[str] = []
        self.error = error

    def __call__(self, name: str) -> int:
        self.fetched.append(name)
        if self.error:
            raise self.error
        return len(self.fetched)


def test_a_moment_is_fetched_once_by_all_threads() -> None:
    counted = Counted()
    burst = Burst(counted)
    before = time.time()
    with ThreadPoolExecutor(8) as pool:
        found = list(pool.map(lambda _: burst.get(5.0, "all"), range(100)))
    assert {one.value for one in found} == {1}
    assert len({one.time for one in found}) == 1
    assert before <= found[0].time <= time.time()


def test_names_are_fetched_apart_and_moments_anew() -> None:
    counted = Counted()
    burst = Burst(counted)
    for moment, name in ((5.0, "a"), (5.0, "b"), (5.0, "a"), (6.0, "a"), (6.0, "a")):
        burst.get(moment, name)
    assert counted.fetched == ["a", "b", "a"]


def test_an_error_is_remembered_and_raised_as_a_new_one_each_time() -> None:
    counted = Counted(UnreachableError("it is gone", "Start it."))
    burst = Burst(counted)
    raised = []
    for _ in range(3):
        with pytest.raises(UnreachableError, match="it is gone") as caught:
            burst.get(5.0, "all")
        assert caught.value.hint == "Start it."
        raised.append(caught.value)
    assert counted.fetched == ["all"]
    assert len({id(error) for error in raised}) == 3
    counted.error = None
    assert burst.get(6.0, "all").value == 2


def test_a_defect_is_not_remembered() -> None:
    def fetch(name: str) -> int:
        raise ZeroDivisionError

    burst = Burst(fetch)
    for _ in range(2):
        with pytest.raises(ZeroDivisionError):
            burst.get(5.0, "all")
