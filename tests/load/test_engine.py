"""Real loads on a real server: what is counted, and what is not."""

import threading
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest

from load_targets import Target
from pytest_fitness.load.engine import run_load
from pytest_fitness.load.plan import LoadPlan, Request, Stage
from pytest_fitness.load.result import StageResult, Tick

pytestmark = pytest.mark.usefixtures("mark")


def plan(server: Target, *requests: Request, path: str = "", **rest: Any) -> LoadPlan:
    found = LoadPlan(server.url + path, requests or (Request(),), stages=(Stage(4, 1.0),))
    return found._replace(**rest)


def test_each_stage_has_its_result_in_order(server: Target) -> None:
    stages = (Stage(2, 1.0, 0.5), Stage(6, 1.0), Stage(1, 1.0))
    found = run_load(plan(server, path="/sleep/0.02", stages=stages))
    assert [stage.users for stage in found] == [2, 6, 1]
    assert [stage.seconds for stage in found] == [
        pytest.approx(seconds, abs=0.4) for seconds in (0.5, 1.0, 1.0)
    ]
    assert all(stage.total.count > 0 and stage.total.failures == 0 for stage in found)
    assert all(earlier.began < later.began for earlier, later in pairwise(found))
    # Warm-up and what is between the stages are left out.
    assert 0 < sum(stage.total.count for stage in found) < server.counts()["/sleep/0.02"]


def test_times_are_those_of_the_answers(server: Target) -> None:
    (found,) = run_load(plan(server, path="/sleep/0.05"))
    times = found.total.times
    assert times.min >= 0.05
    assert 0.05 <= times.percentile(50) <= times.percentile(95) <= times.max
    assert times.sum >= 0.05 * times.count
    # Each user waits for its answer: no more than fit into the time one after the other.
    assert times.count <= 4 * (found.seconds / 0.05 + 1)


def test_the_slices_are_all_of_it(server: Target) -> None:
    (found,) = run_load(plan(server, Request(path="/every/10"), Request(path="/sleep/0.01")))
    for timings in (found.total, *found.by_name.values()):
        assert sum(part.answers for part in timings.slices) == timings.count
        assert sum(part.failures for part in timings.slices) == timings.failures
        assert sum(part.sum for part in timings.slices) == pytest.approx(timings.times.sum)
    assert sum(timings.count for timings in found.by_name.values()) == found.total.count


def test_requests_are_made_by_their_weight_and_counted_by_their_name(server: Target) -> None:
    (found,) = run_load(
        plan(
            server,
            Request(path="/sleep/0.01", name="often", weight=20),
            Request(path="/sleep/0.010", method="DELETE"),
        )
    )
    assert set(found.by_name) == {"often", "DELETE /sleep/0.010"}
    assert found.by_name["often"].count > 3 * found.by_name["DELETE /sleep/0.010"].count


def test_headers_and_bodies_are_sent(server: Target) -> None:
    request = Request("/order", "POST", headers={"Content-Type": "text/plain"}, body="two of them")
    run_load(plan(server, request))
    assert set(server.bodies()) == {"POST /order text/plain two of them"}


def test_what_is_a_failure(server: Target) -> None:
    cases = [
        (200, (), False),
        (302, (), False),
        (404, (), True),
        (405, (405, 410), False),
        (503, (), True),
        (201, (200,), True),
    ]
    requests = [Request(f"/status/{status}", expect=expect) for status, expect, _ in cases]
    (found,) = run_load(plan(server, *requests))
    for status, _, fails in cases:
        timings = found.by_name[f"GET /status/{status}"]
        assert timings.failures == (timings.count if fails else 0), status
    assert {text for text, _ in found.errors} == {
        "GET /status/404: status 404",
        "GET /status/503: status 503",
        "GET /status/201: status 201, which is not expected",
    }
    assert sum(count for _, count in found.errors) == found.total.failures


def test_a_redirection_is_not_followed(server: Target) -> None:
    (found,) = run_load(plan(server, Request("/to/http://127.0.0.1:1/elsewhere")))
    assert found.total.failures == 0
    assert len(server.counts()) == 1


def test_a_user_pauses_after_each_answer(server: Target) -> None:
    (found,) = run_load(plan(server, pause=0.3))
    assert 4 <= found.total.count <= 4 * (found.seconds / 0.3 + 1)


def test_who_waits_is_told_in_the_own_thread(server: Target) -> None:
    ticks: list[Tick] = []
    threads = set()

    def tell(tick: Tick) -> None:
        ticks.append(tick)
        threads.add(threading.current_thread())

    stages = (Stage(3, 2.5, 1.2), Stage(5, 1.5))
    run_load(plan(server, path="/every/2", stages=stages), tell)
    assert threads == {threading.current_thread()}
    assert {(tick.stage, tick.measured) for tick in ticks} >= {(0, False), (0, True), (1, True)}
    assert ticks[-1].users == 5
    assert ticks[-1].rate > 0
    assert ticks[-1].p95 is not None
    assert [tick.moment for tick in ticks] == sorted(tick.moment for tick in ticks)
    assert ticks[-1].failures > 0


def test_what_a_listener_raises_ends_the_load_and_goes_on(server: Target) -> None:
    class EnoughError(Exception):
        pass

    def tell(tick: Tick) -> None:
        raise EnoughError

    with pytest.raises(EnoughError):
        run_load(plan(server, stages=(Stage(2, 600.0),)), tell)


@pytest.mark.parametrize("raised", [KeyboardInterrupt, SystemExit])
def test_ctrl_c_ends_the_load(server: Target, raised: type[BaseException]) -> None:
    def tell(tick: Tick) -> None:
        raise raised

    with pytest.raises(raised):
        run_load(plan(server, stages=(Stage(2, 600.0),), workers=2), tell)


def test_a_load_may_end_after_any_stage(server: Target) -> None:
    seen: list[StageResult] = []

    def judge(result: StageResult) -> bool:
        seen.append(result)
        return len(seen) < 2

    stages = (Stage(1, 0.5), Stage(2, 0.5), Stage(3, 600.0))
    found = run_load(plan(server, stages=stages), after_stage=judge)
    assert [stage.users for stage in found] == [1, 2]
    assert list(found) == seen


def test_many_names_are_bounded(server: Target) -> None:
    requests = tuple(Request("/", name=f"name {number}") for number in range(300))
    (found,) = run_load(plan(server, *requests, stages=(Stage(20, 4.0),)))
    assert len(found.by_name) == 201
    assert found.by_name["(others)"].count > 0
    assert sum(timings.count for timings in found.by_name.values()) == found.total.count
    assert any("200 names" in note for note in found.notes)


def test_a_folder_named_locust_is_not_in_the_way(server: Target, tmp_path: Path) -> None:
    folder = tmp_path / "locust"
    folder.mkdir()
    (folder / "__init__.py").write_text("raise RuntimeError('not this one')")
    (found,) = run_load(plan(server, directory=folder.parent))
    assert found.total.count > 0
