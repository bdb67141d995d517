"""The kind ``capacity`` against real servers whose capacity is known."""

import json
import math
import signal
import socket
import sys
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any

import psutil
import pytest
from judging import verdicts

from families import wait_for
from growing_target import as_source
from pytest_fitness.model import Outcome, Verdict
from pytest_fitness.session.workspace import Workspace
from server_processes import free_port

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="uses signals and groups")


@pytest.fixture
def port() -> int:
    return free_port()


@pytest.fixture
def search(tmp_path: Path, port: int) -> Callable[..., dict[str | None, Verdict]]:
    """Searches the capacity of a target; the verdicts by the names of the limits."""

    def run(
        target: str, options: str, limits: str, *, top: str = "", source: bool = True
    ) -> dict[str | None, Verdict]:
        started = f"sources:\n  shop: {as_source(port, *target.split())}\n{top}" if source else ""
        named = ", target: shop" if source else ""
        load = f"url: 'http://127.0.0.1:{port}/', spawn_rate: 1000/s{named}"
        if "warm_up" not in options:
            load += ", warm_up: 500ms"
        found = verdicts(
            tmp_path,
            f"room:\n  capacity: {{{load}, {options}}}\n  {limits}",
            top=f"{started}",
        )
        return {verdict.part: verdict for verdict in found}

    return run


def ours() -> list[psutil.Process]:
    """What this process has started and still runs, but for the guard of orphans."""
    found = psutil.Process().children(recursive=True)
    return [one for one in found if one.is_running() and one.status() != psutil.STATUS_ZOMBIE]


def test_a_known_limit_is_found_within_a_tenth(
    search: Callable[..., dict[str | None, Verdict]], port: int
) -> None:
    # Eight slots of 25 ms serve 320 a second: N users wait N / 320 s in the mean (Little's law).
    found = search(
        "--slots 8 --service 0.025",
        "steps: [40, 80, 160], hold: 1s, recovery: 1s, budget: {mean: {max: 200ms}}",
        "limits: {users: {min: 40}, headroom: {min: 10x}, recovery: {max: 10s}, peak: {min: 1}}",
        top="  now: {command: {}}\nusers: {source: now, run: [echo, '4']}\n",
    )
    users = found["users"]
    assert users.value == pytest.approx(64, rel=0.1)
    assert users.outcome is Outcome.PASSED
    assert any(note.startswith("80 users: ") and ": past" in note for note in users.notes)
    assert not any(note.startswith("160 users") for note in users.notes)
    headroom = found["headroom"]
    assert headroom.value == pytest.approx((users.value or 0) / 4)
    assert headroom.outcome is Outcome.PASSED
    assert headroom.unit == "x"
    recovery = found["recovery"]
    assert recovery.outcome is Outcome.PASSED
    assert "after 80 users, with 40 left, the budget held again within" in recovery.subject
    for verdict in found.values():  # whichever is read, it says what was seen and why it ended
        assert any(note.startswith("80 users: ") for note in verdict.notes)
        assert any("are past it: mean" in said for said in (verdict.subject, *verdict.notes))
        assert recovery.subject in (verdict.subject, *verdict.notes)
    with pytest.raises(ConnectionRefusedError):
        socket.create_connection(("127.0.0.1", port))


def test_where_no_step_breaks_it_is_at_least_the_last(
    search: Callable[..., dict[str | None, Verdict]], monkeypatch: pytest.MonkeyPatch
) -> None:
    shown: list[str] = []
    monkeypatch.setattr(Workspace, "progress", lambda _, text: shown.append(text))
    found = search(
        "--service 0.01",
        "steps: [2, 4], hold: 1s, recovery: 0s, budget: {p95: {max: 5s}}",
        "min: 5",
    )
    verdict = found[None]
    assert verdict.outcome is Outcome.INCONCLUSIVE
    assert verdict.value == 4
    assert verdict.interval == (4.0, math.inf)
    assert "a larger last step would tell" in verdict.reason
    assert verdict.subject.startswith("at least 4 users: no step broke the budget")
    assert any(line.startswith("capacity room: 1. step, 2 users, ") for line in shown)
    assert any(line.startswith("capacity room: 2. step, 4 users, ") for line in shown)


def test_a_system_that_stays_broken_has_not_recovered(
    search: Callable[..., dict[str | None, Verdict]],
) -> None:
    found = search(
        "--service 0.01 --worn-by 5",
        "steps: [4, 5], hold: 2s, recovery: 1s, budget: {p95: {max: 500ms}}",
        "limits: {users: {min: 4}, recovery: {max: 2s}}",
    )
    assert found["users"].value == 4
    recovery = found["recovery"]
    assert recovery.outcome is Outcome.FAILED
    assert "did not recover within" in recovery.subject
    assert (recovery.value or 0) > 2


def test_failures_break_a_budget_as_well_as_slowness(
    search: Callable[..., dict[str | None, Verdict]],
) -> None:
    found = search(
        "--service 0.02 --fails-from 9",
        "steps: {from: 4, to: 16}, hold: 1s, recovery: 0s, budget: {error_rate: {max: 1%}}",
        "min: 9",
    )
    verdict = found[None]
    assert verdict.outcome is Outcome.PASSED
    assert (verdict.value, verdict.interval) == (9, (9, 9))
    assert "10 are past it: error_rate 100%" in verdict.subject
    assert any("503" in note for note in verdict.notes)


def test_where_nobody_listens_that_is_the_verdict(
    search: Callable[..., dict[str | None, Verdict]], port: int
) -> None:
    found = search("", "steps: [2], budget: {p95: {max: 1s}}", "min: 1", source=False)
    assert found[None].outcome is Outcome.ERROR
    assert found[None].reason == f"nobody listens on 127.0.0.1:{port}"


def test_users_of_now_that_are_not_known_are_told_before_any_load(
    search: Callable[..., dict[str | None, Verdict]], port: int
) -> None:
    found = search(
        "--service 0.01",
        "steps: [2], budget: {p95: {max: 1s}}",
        "min: 2x",
        top="  now: {command: {}}\nusers: {source: now, run: ['false']}\n",
    )
    assert found[None].outcome is Outcome.ERROR
    with pytest.raises(ConnectionRefusedError):
        socket.create_connection(("127.0.0.1", port))


def test_a_target_that_dies_on_the_way_is_an_error_that_says_when(
    search: Callable[..., dict[str | None, Verdict]], port: int
) -> None:
    def kill_it() -> None:
        def shop() -> list[psutil.Process]:
            marks = ("growing_target.py", str(port))
            return [one for one in ours() if all(m in " ".join(one.cmdline()) for m in marks)]

        wait_for(lambda: bool(shop()))
        # It is killed while eight users are there, the first step being over.
        wait_for(lambda: users_of(port) >= 8)
        for process in shop():
            process.send_signal(signal.SIGKILL)

    killer = threading.Thread(target=kill_it)
    killer.start()
    found = search(
        "--service 0.01",
        "steps: [2, 8], hold: 6s, recovery: 0s, budget: {p95: {max: 5s}}",
        "min: 1",
    )
    killer.join()
    verdict = found[None]
    assert verdict.outcome is Outcome.ERROR
    assert verdict.reason.startswith("after 2 users: ")
    assert "(2 users had been within the budget)" in verdict.reason
    assert not [one for one in ours() if "locust" in " ".join(one.cmdline())]


def test_a_search_that_fails_is_made_once_and_tells_how_its_target_ended(
    search: Callable[..., dict[str | None, Verdict]],
) -> None:
    found = search(
        "--service 0.01 --dies-at 8",
        "steps: [2, 8], hold: 2s, recovery: 0s, budget: {p95: {max: 5s}}",
        "limits: {users: {min: 1}, peak: {min: 1}}",
    )
    assert {verdict.outcome for verdict in found.values()} == {Outcome.ERROR}
    # The target is gone: a second search could not have come to any step.
    assert found["users"].reason.startswith(("after 2 users: ", "after 8 users: "))
    assert found["peak"].reason == found["users"].reason
    assert found["peak"].hint == found["users"].hint
    assert found["users"].hint.startswith("shop: the command ")
    assert "ended with status 3" in found["users"].hint


def users_of(port: int) -> int:
    from http.client import HTTPConnection, HTTPException

    connection = HTTPConnection("127.0.0.1", port, timeout=5)
    try:
        connection.request("GET", "/figures")
        return int(json.loads(connection.getresponse().read())["users"])
    except (OSError, HTTPException):
        return 0
    finally:
        connection.close()


def test_a_run_of_pytest_searches_once_for_all_limits(pytester: pytest.Pytester, port: int) -> None:
    text = (
        f"sources:\n  shop: {as_source(port, '--service', '0.02')}\n"
        "functions:\n  room:\n    capacity:\n      target: shop\n"
        f"      url: http://127.0.0.1:{port}/\n"
        "      steps: [2, 4]\n      hold: 1s\n      warm_up: 0s\n      recovery: 0s\n"
        "      budget: {p95: {max: 5s}, throughput: {min: 1/s}}\n"
        "    limits: {users: {min: 3}, peak: {min: 1}}\n"
    )
    (pytester.path / "fitness.yaml").write_text(text, "utf-8")
    result = pytester.runpytest_subprocess("--fitness", "--fitness-json=out.json", "-n2")
    assert result.ret == 0, str(result.stdout) + str(result.stderr)
    found: Any = json.loads((pytester.path / "out.json").read_text("utf-8"))
    verdicts = {verdict["id"]: verdict for verdict in found["verdicts"]}
    assert verdicts["room::users"]["outcome"] == "passed"
    assert verdicts["room::peak"]["outcome"] == "inconclusive"
    assert "2 steps with throughput" in verdicts["room::peak"]["reason"]
    # Measured once: both tell of the very same requests.
    assert verdicts["room::users"]["samples"] == verdicts["room::peak"]["samples"] > 0
    assert verdicts["room::users"]["notes"][0].startswith("at least 4 users: ")
    assert verdicts["room::users"]["notes"][0] == verdicts["room::peak"]["notes"][0]


def test_a_system_that_fails_from_the_start_has_no_capacity_to_be_found(
    search: Callable[..., dict[str | None, Verdict]],
) -> None:
    found = search(
        "--fails-from 1",
        "steps: [2, 4], hold: 1s, budget: {p95: {max: 5s}}",
        "min: 1",
    )
    assert found[None].outcome is Outcome.ERROR
    assert found[None].reason.startswith("all ")
    assert "requests of 2 users failed: " in found[None].reason
    assert "503" in found[None].reason


def test_without_any_answer_there_is_no_data(
    search: Callable[..., dict[str | None, Verdict]],
) -> None:
    found = search(
        "--service 30",
        "steps: [1], hold: 1s, warm_up: 0s, budget: {p95: {max: 5s}}",
        "limits: {users: {min: 1}, peak: {min: 1}}",
    )
    assert {verdict.outcome for verdict in found.values()} == {Outcome.NO_DATA}
    assert found["users"].reason.startswith("no answer to 1 user in 1")
    assert found["peak"].reason == found["users"].reason
