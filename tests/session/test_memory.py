"""What a run knows of the past of its checks, from a history in SQLite."""

import sqlite3
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from pytest_fitness.errors import HistoryError
from pytest_fitness.history.provenance import environment
from pytest_fitness.history.records import (
    Commit,
    Environment,
    Reference,
    Result,
    Run,
    Status,
)
from pytest_fitness.history.store import Store, open_existing, open_store
from pytest_fitness.session.memory import LOOK_BACK, Memory
from pytest_fitness.trends import Moment, Past

START, DAY = 1_780_000_000_000, 86_400_000
HERE, ELSEWHERE = environment(), Environment("elsewhere")
MAIN = Commit("c" * 40, "main", dirty=False)
Opening = Callable[..., Memory]


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "history.db"


@pytest.fixture
def memory(path: Path) -> Iterator[Opening]:
    """Opens the history, as it is by then."""
    opened: list[Memory] = []

    def open_memory(branch: str | None = None) -> Memory:
        opened.append(Memory(lambda: open_existing(str(path)), lambda: Reference(branch)))
        return opened[-1]

    yield open_memory
    for each in opened:
        each.close()


def remember(
    path: Path,
    *values: float | None,
    day: int = 0,
    outcome: str = "passed",
    unit: str = "s",
    where: Environment = HERE,
    commit: Commit = MAIN,
    status: Status = Status.COMPLETE,
) -> None:
    """A run a day, each with one value."""
    with open_store(path) as store:
        for number, value in enumerate(values, day):
            run = Run(START + number * DAY, where, commit, status=status)
            store.append(run, [Result("a", value, unit, outcome)])


def moment(day: int, commit: str | None = MAIN.id) -> Moment:
    return Moment((START + day * DAY) / 1000, commit)


def past(memory: Memory, *, of_machine: bool = False) -> Past:
    return memory.past("a", of_machine=of_machine)


class TestWhatIsKnown:
    def test_values_moments_and_what_was_kept(self, path: Path, memory: Opening) -> None:
        remember(path, 1.0, 2.0)
        remember(path, 9.0, day=2, outcome="failed")
        remember(path, 3.0, day=3, outcome="warned")
        assert past(memory()) == Past(
            (1.0, 2.0, 9.0, 3.0), tuple(map(moment, range(4))), (True, True, False, True), "s"
        )

    def test_of_what_was_never_measured(self, path: Path, memory: Opening) -> None:
        remember(path, 1.0)
        assert memory().past("b", of_machine=True) == Past()

    def test_without_a_history(self, path: Path, memory: Opening) -> None:
        assert past(memory()) == Past()
        assert not path.exists()

    def test_without_a_commit(self, path: Path, memory: Opening) -> None:
        remember(path, 1.0, commit=Commit())
        assert past(memory()).moments == (moment(0, None),)

    def test_only_the_newest_of_many_runs(self, path: Path, memory: Opening) -> None:
        remember(path, *map(float, range(LOOK_BACK + 5)))
        values = past(memory()).values
        assert len(values) == LOOK_BACK
        assert (values[0], values[-1]) == (5.0, LOOK_BACK + 4.0)

    def test_values_in_another_unit_are_no_part_of_it(self, path: Path, memory: Opening) -> None:
        remember(path, 100.0, 200.0, unit="B")
        remember(path, 1.0, 2.0, day=2)
        assert past(memory()).values == (1.0, 2.0)


class TestWhichRunsCount:
    @pytest.mark.parametrize("outcome", ["error", "no data", "inconclusive"])
    def test_not_those_whose_number_cannot_be_trusted(
        self, path: Path, memory: Opening, outcome: str
    ) -> None:
        remember(path, 1.0)
        remember(path, 5.0, day=1, outcome=outcome)
        assert past(memory()).values == (1.0,)

    @pytest.mark.parametrize(
        ("commit", "status"),
        [
            (Commit("d" * 40, "feature", dirty=False), Status.COMPLETE),
            (Commit("d" * 40, "main", dirty=True), Status.COMPLETE),
            (MAIN, Status.ABORTED),
        ],
        ids=["another branch", "changed code", "aborted"],
    )
    def test_not_those_aside(
        self, path: Path, memory: Opening, commit: Commit, status: Status
    ) -> None:
        remember(path, 1.0)
        remember(path, 5.0, day=1, commit=commit, status=status)
        assert past(memory("main")).values == (1.0,)

    def test_any_branch_where_none_is_the_default(self, path: Path, memory: Opening) -> None:
        remember(path, 1.0)
        remember(path, 5.0, day=1, commit=Commit("d" * 40, "feature", dirty=False))
        assert past(memory()).values == (1.0, 5.0)


class TestMachines:
    def test_those_of_others_are_left_out_where_it_matters(
        self, path: Path, memory: Opening
    ) -> None:
        remember(path, 1.0, 2.0)
        remember(path, 50.0, day=2, where=ELSEWHERE)
        remember(path, 3.0, day=3)
        known = past(memory(), of_machine=True)
        assert known.values == (1.0, 2.0, 3.0)
        assert known.moments == (moment(0), moment(1), moment(3))
        assert known.kept == (True,) * 3
        assert known.notes == ()
        assert past(memory()).values == (1.0, 2.0, 50.0, 3.0)

    def test_a_new_machine_begins_anew_and_says_so(self, path: Path, memory: Opening) -> None:
        remember(path, 1.0, 2.0, where=ELSEWHERE)
        known = past(memory(), of_machine=True)
        assert known.values == ()
        assert known.notes == ("a new segment: the last run was on another machine",)

    def test_back_on_a_machine_of_before_its_own_runs_are_the_past(
        self, path: Path, memory: Opening
    ) -> None:
        remember(path, 1.0, 2.0)
        remember(path, 50.0, day=2, where=ELSEWHERE)
        known = past(memory(), of_machine=True)
        assert known.values == (1.0, 2.0)
        assert known.notes == (
            "a new segment: the last run was on another machine; it is compared with 2 of this one",
        )


class TestTheStore:
    def test_it_is_opened_when_it_is_asked_and_only_once(self, path: Path) -> None:
        remember(path, 1.0)
        opened: list[Store] = []

        def open_counted() -> Store:
            opened.append(open_store(path))
            return opened[-1]

        memory = Memory(open_counted, Reference)
        assert opened == []
        past(memory)
        past(memory)
        memory.close()
        assert len(opened) == 1

    @pytest.mark.parametrize("names", [(), ("a", "b"), ("b", "c", "a")])
    def test_many_are_read_at_once_and_each_has_its_own_past(
        self, path: Path, names: tuple[str, ...]
    ) -> None:
        with open_store(path) as store:
            for series, value in (("a", 1.0), ("b", 2.0), ("d", 4.0)):
                store.append(Run(START, HERE, MAIN), [Result(series, value, "s", "passed")])
        memory = Memory(lambda: open_store(path), Reference, lambda: names)
        known = {name: memory.past(name, of_machine=False).values for name in "badcab"}
        assert known == {"a": (1.0,), "b": (2.0,), "c": (), "d": (4.0,)}
        memory.close()

    def test_closing_what_was_never_opened_is_nothing(self, path: Path) -> None:
        Memory(lambda: open_store(path), Reference).close()
        assert not path.exists()

    def test_a_broken_history_is_an_error_that_names_it(self, path: Path, memory: Opening) -> None:
        path.write_bytes(b"not a database at all")
        with pytest.raises(HistoryError, match=r"history\.db"):
            past(memory())

    def test_a_history_that_breaks_under_way_is_an_error(self, path: Path, memory: Opening) -> None:
        remember(path, 1.0)
        opened = memory()
        past(opened)
        with sqlite3.connect(path) as database:
            for table in ("measurement", "parted"):
                database.execute(f"DROP TABLE IF EXISTS {table}")
        database.close()
        with pytest.raises(HistoryError):
            opened.past("b", of_machine=False)
