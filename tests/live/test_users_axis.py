"""How many users there were is remembered, and limits are forecast against it."""

import random
import time
from collections.abc import Callable
from typing import Any

import pytest

from pytest_fitness.history.provenance import environment
from pytest_fitness.history.records import USERS, Result, Run
from pytest_fitness.history.store import open_store

Project = Callable[..., None]
Measured = Callable[..., dict[str, Any]]
DAY = 86_400.0
HEAD = """\
plugins: [given_source]
sources:
  app: {given: {}}
users: {source: app, metric: people}
"""
MEMORY = "  memory:\n    metric: {source: app, metric: memory}\n    max: 100\n"
GENERATOR = random.Random(3)
NOISE = [GENERATOR.gauss(0, 0.3) for _ in range(41)]


def people(day: int) -> float:
    return 1000.0 + 100 * day


def memory(day: int) -> float:
    return people(day) / 100 + NOISE[day]


def now(value: float) -> dict[str, Any]:
    return {"points": [[0, value]]}


@pytest.fixture
def grown(pytester: pytest.Pytester) -> None:
    """Forty days in which memory grew as users did."""
    first = time.time() - 40 * DAY
    with open_store(pytester.path / ".fitness" / "history.db") as store:
        for day in range(40):
            run = Run(int((first + day * DAY) * 1000), environment())
            results = [Result("memory", memory(day), "", "passed")]
            store.append(run, [*results, Result(USERS, people(day), "", "passed")])


def remembered(pytester: pytest.Pytester) -> list[float | None]:
    with open_store(pytester.path / ".fitness" / "history.db") as store:
        return list(store.trails([USERS], 100)[USERS].values)


@pytest.mark.usefixtures("grown")
def test_at_how_many_users_a_limit_breaks_and_when(project: Project, run: Measured) -> None:
    limited = MEMORY.replace("100", "70")
    project(limited, {"memory": now(memory(40)), "people": now(people(40))}, head=HEAD)
    found = run()["memory"]
    assert found["outcome"] == "warned"
    crossing = found["trend"]["by_users"]
    assert crossing["now"] == 5000
    assert crossing["users"]["at"] == pytest.approx(7000, rel=0.05)
    assert crossing["date"]["at"] == pytest.approx(time.time() + 20 * DAY, abs=2 * DAY)


@pytest.mark.usefixtures("grown")
def test_further_than_the_past_reaches_back_is_not_in_sight(
    project: Project, run: Measured
) -> None:
    project(MEMORY, {"memory": now(memory(40)), "people": now(people(40))}, head=HEAD)
    found = run()["memory"]
    assert found["outcome"] == "passed"
    assert found["trend"]["by_users"] is None


@pytest.mark.parametrize("workers", ["-n0", "-n2"])
def test_each_run_remembers_how_many_there_were(
    project: Project, run: Measured, pytester: pytest.Pytester, workers: str
) -> None:
    project(MEMORY, {"memory": now(10.0), "people": now(1234.0)}, head=HEAD)
    run(workers)
    assert remembered(pytester) == [1234.0]


def test_a_run_that_asks_nothing_live_does_not_ask_for_them(
    project: Project, run: Measured, pytester: pytest.Pytester
) -> None:
    code = "  size:\n    complexity: {measure: loc}\n    max: 100\n"
    (pytester.path / "shop.py").write_text("price = 1\n")
    head = HEAD + "codebase: {packages: [shop]}\n"
    project(code, {"people": now(1234.0)}, head=head)
    run()
    assert remembered(pytester) == []
    assert not (pytester.path / "asked.txt").exists()


def test_where_they_cannot_be_told_the_functions_are_judged_all_the_same(
    project: Project, run: Measured, pytester: pytest.Pytester
) -> None:
    project(MEMORY, {"memory": now(10.0), "people": {"refuses": "no "}}, head=HEAD)
    assert run(exit_status=0)["memory"]["outcome"] == "passed"
    assert remembered(pytester) == []
