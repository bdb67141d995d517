"""What goes into the history comes out of it again, in the order of time."""

import sqlite3
import tempfile
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pytest_fitness.errors import HistoryError
from pytest_fitness.history.records import (
    Commit,
    Environment,
    Point,
    Result,
    Run,
    Status,
    Trail,
)
from pytest_fitness.history.sqlite import SqliteStore
from pytest_fitness.history.store import Store, open_store
from pytest_fitness.history.urls import redact
from pytest_fitness.model import Outcome

MACHINE = Environment("3f2a", '{"cpus": 2}')


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    with open_store(tmp_path / "history.db") as opened:
        yield opened


def run(started_ms: int) -> Run:
    return Run(started_ms, MACHINE)


def result(series: str, value: float | None = 1.0) -> Result:
    return Result(series, value, "s", "passed")


def test_a_new_history_is_empty(store: Store) -> None:
    assert store.series() == {}
    assert store.runs(10) == []


def test_a_point_carries_everything_that_was_said_about_it(store: Store) -> None:
    verdict = Result("layers", 3.0, "count", "failed", violations=3, frozen=12)
    run_id = store.append(run(1_700_000_000_123), [verdict])
    assert store.points("layers", 5) == [
        Point(run_id, 1_700_000_000_123, 3.0, "count", "failed", 3, 12)
    ]


def test_an_outcome_of_the_model_comes_back_as_its_text(store: Store) -> None:
    for moment in (1, 2):
        store.append(run(moment), [Result("a", None, "s", Outcome.NO_DATA)])
    outcomes = [point.outcome for point in store.points("a", 2)]
    assert outcomes == ["no data", "no data"]


def test_a_run_comes_back_whole(store: Store) -> None:
    first = Run(
        started_ms=5,
        environment=MACHINE,
        commit=Commit("c0ffee", "main", dirty=False),
        gate="ci",
        versions='{"python": "3.11.7"}',
        status=Status.ABORTED,
    )
    second = Run(6, Environment("77", "{}"))
    ids = [store.append(one, [result("a")]) for one in (first, second)]
    assert store.runs(10) == [second._replace(id=ids[1]), first._replace(id=ids[0])]
    assert store.runs(1) == [second._replace(id=ids[1])]


@pytest.mark.parametrize("dirty", [None, True, False])
def test_not_known_is_kept_apart_from_clean(store: Store, dirty: bool | None) -> None:
    store.append(Run(5, MACHINE, Commit(dirty=dirty)), [])
    assert store.runs(1)[0].commit.dirty is dirty


def test_a_run_without_results_is_remembered(store: Store) -> None:
    store.append(run(1), [])
    assert len(store.runs(5)) == 1
    assert store.series() == {}


def test_the_newest_points_come_oldest_first(store: Store) -> None:
    for moment in range(5):
        store.append(run(moment), [result("a", moment)])
    assert store.trails(["a"], 3)["a"].values == (2.0, 3.0, 4.0)


def test_a_run_from_the_past_takes_its_place_in_time(store: Store) -> None:
    for moment in (10, 30, 20):
        store.append(run(moment), [result("a", moment)])
    assert store.trails(["a"], 3)["a"].values == (10.0, 20.0, 30.0)


def test_runs_in_the_same_millisecond_do_not_collide(store: Store) -> None:
    ids = [store.append(run(7), [result("a", count)]) for count in range(20)]
    points = store.points("a", 50)
    assert [point.run_id for point in points] == ids == sorted(set(ids))
    assert {point.started_ms for point in points} == {7}
    assert store.trails(["a"], 50)["a"] == Trail(tuple(ids), tuple(range(20)))


def test_runs_of_one_millisecond_never_run_into_the_next(store: Store) -> None:
    ids = [store.append(run(7), []) for _ in range(1000)]
    with pytest.raises(HistoryError, match="over 1000 runs started at 7 ms"):
        store.append(run(7), [])
    assert store.append(run(8), []) > max(ids)


def test_each_series_is_asked_for_by_itself(store: Store) -> None:
    store.append(run(1), [result("a", 1), result("load::p95", 2)])
    store.append(run(2), [result("load::p95", 3)])
    trails = store.trails(["a", "load::p95", "unheard-of"], 10)
    assert {name: trail.values for name, trail in trails.items()} == {
        "a": (1.0,),
        "load::p95": (2.0, 3.0),
        "unheard-of": (),
    }


@pytest.mark.parametrize("count", [0, -1])
def test_no_points_are_no_points(store: Store, count: int) -> None:
    store.append(run(1), [result("a")])
    assert store.points("a", count) == []
    assert store.trails(["a"], count) == {"a": Trail()}
    assert store.runs(count) == []


def test_the_series_are_listed_with_their_number_of_points(store: Store) -> None:
    store.append(run(1), [result("b"), result("a")])
    store.append(run(2), [result("b")])
    assert list(store.series().items()) == [("a", 1), ("b", 2)]


def test_a_series_cannot_occur_twice_in_a_run(store: Store) -> None:
    with pytest.raises(HistoryError, match="'a' occurs twice"):
        store.append(run(1), [result("a", 1), result("b", 1), result("a", 2)])
    assert store.runs(5) == []


def test_what_is_not_a_number_is_no_value_and_keeps_its_outcome(store: Store) -> None:
    store.append(run(1), [Result("a", float("nan"), "s", "no data")])
    (point,) = store.points("a", 1)
    assert (point.value, point.outcome) == (None, "no data")


@pytest.mark.parametrize("value", [float("inf"), float("-inf"), None, 0.1, -1e308, 5e-324])
def test_every_other_value_is_kept_as_it_is(store: Store, value: float | None) -> None:
    store.append(run(1), [result("a", value)])
    assert store.trails(["a"], 1)["a"].values == (value,)


def test_names_and_units_may_hold_any_text(store: Store) -> None:
    odd = "größe'; DROP TABLE run; --\0\n日本"
    store.append(Run(1, MACHINE, Commit(branch=odd)), [Result(odd, 1, odd, odd)])
    (point,) = store.points(odd, 1)
    assert (point.unit, point.outcome, store.runs(1)[0].commit.branch) == (odd, odd, odd)


def test_a_failed_append_leaves_nothing_behind(store: Store) -> None:
    broken = Result("b", 1.0, None, "passed")  # type: ignore[arg-type]
    with pytest.raises(HistoryError, match="NOT NULL"):
        store.append(run(1), [result("a"), broken])
    assert store.runs(5) == []
    assert store.series() == {}
    store.append(run(2), [result("a")])
    assert store.series() == {"a": 1}


def test_closing_twice_is_fine(tmp_path: Path) -> None:
    store = open_store(tmp_path / "history.db")
    store.close()
    store.close()
    with pytest.raises(HistoryError, match="closed"):
        store.runs(1)


def test_people_can_read_the_file_with_other_tools(tmp_path: Path) -> None:
    path = tmp_path / "history.db"
    with open_store(path) as store:
        store.append(run(1_700_000_000_123), [result("a", 2.5)])
    database = sqlite3.connect(path)
    rows = database.execute("SELECT series, started, value, outcome FROM history").fetchall()
    database.close()
    assert rows == [("a", "2023-11-14 22:13:20", 2.5, "passed")]


names = st.text(st.characters(exclude_categories=["Cs"]), max_size=8)
values = st.none() | st.floats(allow_nan=False)
said = st.tuples(st.sampled_from(["s", "count"]), st.sampled_from(["passed", "failed"]))
numbers = st.integers(0, 2**40)
recorded = st.dictionaries(names, st.tuples(values, said, numbers, numbers), max_size=4)
histories = st.lists(st.tuples(st.integers(0, 2**45) | st.integers(0, 3), recorded), max_size=8)


@settings(deadline=None, max_examples=40)
@given(histories, st.integers(0, 5))
def test_what_was_appended_is_what_is_read(
    history: list[tuple[int, dict[str, tuple[float | None, tuple[str, str], int, int]]]], count: int
) -> None:
    expected = defaultdict(list)
    with (
        tempfile.TemporaryDirectory() as directory,
        SqliteStore(Path(directory, "history.db")) as store,
    ):
        for started, found in history:
            results = [
                Result(name, value, *words, violations, frozen)
                for name, (value, words, violations, frozen) in found.items()
            ]
            run_id = store.append(run(started), results)
            for one in results:
                expected[one.series].append((run_id, started, one))
        trails = store.trails(list(expected), count)
        points = {name: store.points(name, count) for name in expected}
        assert store.series() == {name: len(found) for name, found in expected.items()}
    for name, appended in expected.items():
        newest = sorted(appended, key=lambda point: point[0])[-count:] if count else []
        assert [point.started_ms for point in points[name]] == [point[1] for point in newest]
        assert [
            Result(name, point.value, point.unit, point.outcome, point.violations, point.frozen)
            for point in points[name]
        ] == [point[2] for point in newest]
        assert trails[name] == Trail(
            tuple(point.run_id for point in points[name]),
            tuple(point.value for point in points[name]),
        )


@pytest.mark.parametrize("url", ["sub/history.db", "sqlite:///sub/history.db"])
def test_relative_paths_start_at_the_base(tmp_path: Path, url: str) -> None:
    open_store(url, base=tmp_path).close()
    assert (tmp_path / "sub" / "history.db").is_file()


def test_relative_paths_start_at_the_working_directory_otherwise(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    open_store("history.db").close()
    assert (tmp_path / "history.db").is_file()


@pytest.mark.parametrize("prefix", ["", "sqlite:///"])
def test_absolute_paths_are_taken_as_they_are(tmp_path: Path, prefix: str) -> None:
    path = tmp_path / "history.db"
    open_store(f"{prefix}{path}", base=Path("/nowhere")).close()
    assert path.is_file()


@pytest.mark.parametrize(
    ("url", "complaint"),
    [
        ("mysql://user:secret@host/db", r"'mysql://user:\*\*\*@host/db'.*mysql is none of"),
        ("postgresql:user:secret@host/db", "two slashes"),
        ("sqlite://history.db", "three slashes"),
        ("sqlite:///", "three slashes"),
        ("", "not a path"),
        ("a\0b", "not a path"),
    ],
)
def test_other_urls_are_refused(url: str, complaint: str) -> None:
    with pytest.raises(HistoryError, match=complaint) as caught:
        open_store(url)
    assert "secret" not in str(caught.value)
    assert "sqlite:///" in str(caught.value)


@pytest.mark.parametrize(
    ("url", "shown"),
    [
        ("postgresql://user:secret@host/db", "postgresql://user:***@host/db"),
        ("postgresql://user:s:e/c@ret@host/db", "postgresql://user:***@host/db"),
        ("postgresql://:secret@host/db", "postgresql://:***@host/db"),
        ("postgresql:/user:secret@host", "postgresql:/user:***@host"),
        ("user:secret@host/db", "user:***@host/db"),
        ("postgresql://host/db?password=secret&a=b", "postgresql://host/db?password=***&a=b"),
        ("postgresql://user@host:5432/db", "postgresql://user@host:5432/db"),
        ("postgresql://user@host:5432/db?a=b@c", "postgresql://user@host:***@c"),
        ("postgresql://us@er:secret@host/db", "postgresql://us@er:***@host/db"),
        (".fitness/history.db", ".fitness/history.db"),
    ],
)
def test_passwords_are_never_shown(url: str, shown: str) -> None:
    assert redact(url) == shown


@given(st.text(st.characters(exclude_characters="*"), min_size=1))
def test_no_password_gets_past(password: str) -> None:
    secret = f"<{password}>"
    assert secret not in redact(f"postgresql://user:{secret}@host/db")
