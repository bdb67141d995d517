"""The runs that others are judged against: which they are, whatever store they are in."""

import tempfile
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from histories import MACHINE, history, recorded, result, run, store
from pytest_fitness.history.records import TRUSTED, Commit, Recorded, Reference, Result, Run, Status
from pytest_fitness.history.sqlite import SqliteStore
from pytest_fitness.history.store import Store

__all__ = ["history", "store"]

MAIN = Reference("main")


def values(store: Store, count: int = 9, reference: Reference = MAIN) -> tuple[float | None, ...]:
    return store.trails(["a"], count, reference)["a"].values


@pytest.mark.parametrize(
    ("commit", "status", "held"),
    [
        (Commit("1", "main", dirty=False), Status.COMPLETE, True),
        (Commit("1", "topic", dirty=False), Status.COMPLETE, False),
        (Commit("1", "main", dirty=True), Status.COMPLETE, False),
        (Commit("1", "main", dirty=False), Status.ABORTED, False),
        (Commit("1", None, dirty=False), Status.COMPLETE, True),
        (Commit(), Status.COMPLETE, True),
        (Commit(), Status.ABORTED, False),
    ],
    ids=["main", "topic", "dirty", "aborted", "detached", "no-git", "no-git-aborted"],
)
def test_a_run_counts_where_nothing_speaks_against_it(
    store: Store, commit: Commit, status: Status, held: bool
) -> None:
    one = Run(5, MACHINE, commit, status=status)
    store.append(one, [result("a", 1)])
    assert MAIN.holds(one) is held
    assert values(store) == ((1.0,) if held else ())


@pytest.mark.parametrize("outcome", ["passed", "warned", "failed"])
def test_what_was_measured_stays_even_where_it_broke_the_limit(store: Store, outcome: str) -> None:
    run_id = store.append(run(1), [result("a", 1, outcome)])
    trail = store.trails(["a"], 3, MAIN)["a"]
    assert trail.values == (1.0,)
    assert trail.failed == ({run_id} if outcome == "failed" else set())
    assert trail.unit == "s"


@pytest.mark.parametrize("outcome", ["inconclusive", "no data", "error", "dormant"])
def test_what_cannot_be_trusted_is_left_out(store: Store, outcome: str) -> None:
    store.append(run(1), [result("a", 1)])
    store.append(run(2), [result("a", 99, outcome)])
    store.append(run(3), [result("a", 3)])
    assert values(store) == (1.0, 3.0)
    assert store.trails(["a"], 9)["a"].values == (1.0, 99.0, 3.0)


def test_the_newest_come_oldest_first(store: Store) -> None:
    ids = [store.append(run(moment), [result("a", moment)]) for moment in range(6)]
    trail = store.trails(["a", "unheard-of"], 3, MAIN)
    assert trail["a"].values == (3.0, 4.0, 5.0)
    assert trail["a"].run_ids == tuple(ids[3:])
    assert trail["unheard-of"].values == ()
    assert values(store, 0) == values(store, -1) == ()


def test_other_branches_do_not_push_it_out(store: Store) -> None:
    for moment in range(30):
        branch = "main" if moment % 10 == 0 else f"topic-{moment}"
        store.append(run(moment, branch), [result("a", moment)])
    assert values(store, 2) == (10.0, 20.0)


def test_runs_that_reached_only_others_do_not_push_it_out(store: Store) -> None:
    """As many runs as are asked for, and none of them measured this series."""
    for moment in range(4):
        store.append(run(moment), [result("a", moment)])
    for moment in range(4, 10):
        store.append(run(moment), [result("b", moment)])
    assert values(store, 3) == (1.0, 2.0, 3.0)
    assert store.trails(["b"], 2, MAIN)["b"].values == (8.0, 9.0)


def test_a_unit_that_changed_begins_the_trail_anew(store: Store) -> None:
    for moment, unit in enumerate(["ms", "s", "ms", "ms"]):
        store.append(run(moment), [Result("a", moment, unit, "passed")])
    trail = store.trails(["a"], 9, MAIN)["a"]
    assert (trail.values, trail.unit) == ((2.0, 3.0), "ms")


def test_another_default_branch_is_another_reference(store: Store) -> None:
    """As after a branch was renamed; and what is added later finds its place as well."""
    for moment, branch in enumerate(["master", "master", "main"]):
        store.append(run(moment, branch), [result("a", moment)])
    assert values(store, reference=Reference("master")) == (0.0, 1.0)
    assert values(store, reference=MAIN) == (2.0,)
    store.append(run(7, "master"), [result("a", 7)])
    assert values(store, reference=Reference("master")) == (0.0, 1.0, 7.0)
    assert values(store, reference=Reference()) == (0.0, 1.0, 2.0, 7.0)
    assert store.trails(["a"], 9)["a"].values == (0.0, 1.0, 2.0, 7.0)
    assert store.series() == {"a": 4}


def test_what_is_imported_finds_its_place(store: Store) -> None:
    store.append(run(1, "topic"), [result("a", 1)])
    assert values(store) == ()
    store.extend([recorded(0, a=0), recorded(2, a=2)])
    assert values(store) == (0.0, 2.0)


branches = st.sampled_from(["main", "topic", None])
runs = st.builds(
    Run,
    st.integers(0, 5),
    st.just(MACHINE),
    st.builds(Commit, st.none(), branches, st.sampled_from([True, False, None])),
    st.none(),
    st.just("{}"),
    status=st.sampled_from(Status),
)
results = st.builds(
    Result,
    st.sampled_from(["a", "b"]),
    st.none() | st.floats(allow_nan=False),
    st.just("s"),
    st.sampled_from([*sorted(TRUSTED), "no data"]),
    st.integers(0, 3),
    st.just(0),
)
histories = st.lists(st.builds(Recorded, runs, results.map(lambda one: (one,))), max_size=12)


@settings(deadline=None, max_examples=60)
@given(histories, st.lists(st.builds(Reference, branches), min_size=1), st.integers(0, 4))
def test_it_is_what_is_left_of_all_runs(
    given_runs: list[Recorded], references: list[Reference], count: int
) -> None:
    with (
        tempfile.TemporaryDirectory() as directory,
        SqliteStore(Path(directory, "history.db")) as store,
    ):
        store.extend(given_runs[:6])
        for reference in references:
            found = store.trails(["a", "b"], count, reference)
        store.extend(given_runs[6:])
        found = store.trails(["a", "b"], count, references[-1])
        everything = list(store.recorded())
    for name, trail in found.items():
        kept = [
            (each.run.id, one.value)
            for each in everything
            for one in each.results
            if one.series == name and references[-1].holds(each.run) and one.outcome in TRUSTED
        ]
        newest = kept[-count:] if count else []
        assert list(zip(trail.run_ids, trail.values, strict=True)) == newest
