"""What holds for every store: what goes in comes out again, in the order of time."""

import math
from collections.abc import Iterator

import pytest

from histories import MACHINE, History, history, recorded, result, run, store
from pytest_fitness.errors import HistoryError
from pytest_fitness.history.records import (
    RUN_IDS_PER_MILLISECOND,
    Commit,
    Environment,
    Point,
    Recorded,
    Result,
    Run,
    Status,
)
from pytest_fitness.history.store import Store, open_existing
from pytest_fitness.model import Outcome

__all__ = ["history", "store"]

WHOLE = Run(
    started_ms=1_700_000_000_123,
    environment=MACHINE,
    commit=Commit("c0ffee" * 6 + "0000", "main", dirty=False),
    gate="ci",
    versions='{"python": "3.11.7"}',
    status=Status.ABORTED,
)


def test_a_new_history_is_empty(store: Store) -> None:
    assert store.series() == {}
    assert store.runs(10) == []
    assert list(store.recorded()) == []
    assert list(store.problems) == []


def test_looking_begins_no_history(history: History) -> None:
    before = sorted(history.base.rglob("*"))
    assert open_existing(history.url, history.base) is None
    assert sorted(history.base.rglob("*")) == before


def test_what_was_begun_is_found_again(history: History) -> None:
    with history.open() as store:
        store.append(WHOLE, [result("a")])
    found = open_existing(history.url, history.base)
    assert found is not None
    with found:
        assert found.series() == {"a": 1}


def test_a_point_carries_everything_that_was_said_about_it(store: Store) -> None:
    verdict = Result("layers", 3.0, "count", "failed", violations=3, frozen=2**40)
    run_id = store.append(run(1_700_000_000_123), [verdict])
    assert store.points("layers", 5) == [
        Point(run_id, 1_700_000_000_123, 3.0, "count", "failed", 3, 2**40)
    ]


def test_an_outcome_of_the_model_comes_back_as_its_text(store: Store) -> None:
    for moment in (1, 2):
        store.append(run(moment), [Result("a", None, "s", Outcome.NO_DATA)])
    assert [point.outcome for point in store.points("a", 2)] == ["no data", "no data"]


def test_runs_come_back_whole_and_by_their_ids(store: Store) -> None:
    other = Run(1_700_000_000_124, Environment("77"))
    first, second = (store.append(one, [result("a")]) for one in (WHOLE, other))
    assert store.runs(10) == [other._replace(id=second), WHOLE._replace(id=first)]
    assert store.runs_of([first, 77]) == {first: WHOLE._replace(id=first)}
    assert store.runs_of([]) == {}
    assert first // RUN_IDS_PER_MILLISECOND == WHOLE.started_ms


@pytest.mark.parametrize("dirty", [None, True, False])
def test_not_known_is_kept_apart_from_clean(store: Store, dirty: bool | None) -> None:
    store.append(run(5, dirty=dirty), [])
    assert store.runs(1)[0].commit.dirty is dirty


def test_runs_are_in_the_order_of_time_whenever_they_came(store: Store) -> None:
    for moment in (10, 30, 20):
        store.append(run(moment), [result("a", moment)])
    assert store.trails(["a"], 3)["a"].values == (10.0, 20.0, 30.0)
    assert store.trails(["a"], 2)["a"].values == (20.0, 30.0)
    assert [each.results[0].value for each in store.recorded()] == [10.0, 20.0, 30.0]


def test_runs_of_the_same_millisecond_do_not_collide(store: Store) -> None:
    ids = [store.append(run(7), [result("a", count)]) for count in range(5)]
    assert len(set(ids)) == 5
    assert set(store.trails(["a"], 9)["a"].values) == {0, 1, 2, 3, 4}
    assert store.trails(["a"], 9)["a"].run_ids == tuple(sorted(ids))


def test_each_series_is_asked_for_by_itself(store: Store) -> None:
    store.append(run(1), [result("a", 1), result("load::p95", 2)])
    store.append(run(2), [result("load::p95", 3)])
    trails = store.trails(["a", "load::p95", "unheard-of"], 10)
    assert {name: trail.values for name, trail in trails.items()} == {
        "a": (1.0,),
        "load::p95": (2.0, 3.0),
        "unheard-of": (),
    }
    assert store.points("unheard-of", 3) == []
    assert list(store.series().items()) == [("a", 1), ("load::p95", 2)]


@pytest.mark.parametrize("count", [0, -1])
def test_no_points_are_no_points(store: Store, count: int) -> None:
    store.append(run(1), [result("a")])
    assert store.points("a", count) == []
    assert store.trails(["a"], count)["a"].values == ()
    assert store.runs(count) == []


def test_a_series_cannot_occur_twice_in_a_run(store: Store) -> None:
    with pytest.raises(HistoryError, match="'a' occurs twice"):
        store.append(run(1), [result("a", 1), result("b", 1), result("a", 2)])
    assert store.runs(5) == []


def test_what_is_not_a_number_is_no_value_and_keeps_its_outcome(store: Store) -> None:
    store.append(run(1), [Result("a", math.nan, "s", "no data")])
    (point,) = store.points("a", 1)
    assert (point.value, point.outcome) == (None, "no data")


@pytest.mark.parametrize("value", [math.inf, -math.inf, None, 0.1, -1e308, 5e-324])
def test_every_other_value_is_kept_as_it_is(store: Store, value: float | None) -> None:
    store.append(run(1), [result("a", value)])
    assert store.trails(["a"], 1)["a"].values == (value,)


def test_names_and_units_may_hold_any_text(store: Store) -> None:
    odd = "größe'; DROP TABLE run; --\n\r\u2028 %s 日本"
    store.append(Run(1, MACHINE, Commit(branch=odd)), [Result(odd, 1, odd, odd)])
    (point,) = store.points(odd, 1)
    assert (point.unit, point.outcome, store.runs(1)[0].commit.branch) == (odd, odd, odd)


@pytest.mark.parametrize("odd", ["half \udc80", "\ud800"], ids=["low", "high"])
def test_half_a_character_is_refused_and_leaves_nothing_behind(store: Store, odd: str) -> None:
    with pytest.raises(HistoryError):
        store.append(run(1), [result("a"), result(odd)])
    assert store.runs(1) == []
    assert store.series() == {}


def test_a_run_without_results_is_remembered(store: Store) -> None:
    store.append(run(1), [])
    assert len(store.runs(5)) == 1
    assert [each.results for each in store.recorded()] == [()]


def test_a_run_without_a_commit_is_remembered(store: Store) -> None:
    store.append(Run(1, MACHINE), [result("a")])
    assert store.runs(1)[0].commit == Commit()


def test_what_is_recorded_comes_out_as_it_went_in(store: Store) -> None:
    given = [
        Recorded(WHOLE, (Result("a", 1.5, "s", "passed", 1, 2), Result("b", None, "", "no data"))),
        Recorded(Run(1_700_000_000_200, Environment("77")), ()),
    ]
    assert store.extend(given) == 2
    assert [each.same(one) for each, one in zip(store.recorded(), given, strict=True)] == [True] * 2


def test_runs_that_are_known_are_not_doubled(store: Store) -> None:
    store.append(run(1), [result("a", 1)])
    new = [recorded(1, a=1), recorded(1, a=2), recorded(2, a=1), recorded(2, a=1)]
    assert store.extend(new) == 2
    assert store.extend(new) == 0
    assert store.series() == {"a": 3}


def test_all_runs_are_taken_or_none(store: Store) -> None:
    def broken() -> Iterator[Recorded]:
        yield recorded(1, a=1)
        raise HistoryError("the file ends in the middle")

    with pytest.raises(HistoryError, match="in the middle"):
        store.extend(broken())
    assert store.runs(5) == []


def test_another_store_sees_what_one_wrote(history: History, store: Store) -> None:
    store.append(run(1), [result("a", 1)])
    with history.open() as other:
        assert other.series() == {"a": 1}
        other.append(run(2), [result("a", 2)])
    with history.open() as third:
        assert third.trails(["a"], 5)["a"].values == (1.0, 2.0)


def test_closing_twice_is_fine(history: History) -> None:
    store = history.open()
    store.close()
    store.close()
    with pytest.raises(HistoryError, match="closed"):
        store.runs(1)
