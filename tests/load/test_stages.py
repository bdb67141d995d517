"""Users who come and go, and the ways to a target."""

from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from families import wait_for
from load_targets import Target
from pytest_fitness.errors import MeasureError
from pytest_fitness.load.engine import run_load
from pytest_fitness.load.plan import LoadPlan, Request, Stage, address
from secure_target import secure_server

if TYPE_CHECKING:
    from pytest_fitness.load.result import Tick

pytestmark = pytest.mark.usefixtures("mark")


@pytest.mark.parametrize("workers", [1, 2])
def test_users_go_up_and_come_down(server: Target, workers: int) -> None:
    ticks: list[Tick] = []
    stages = (Stage(4, 1.5), Stage(9, 1.5), Stage(9, 1.5), Stage(2, 1.5))
    plan = LoadPlan(server.url + "/sleep/0.02", stages=stages, workers=workers)
    found = run_load(plan, ticks.append)
    assert [stage.users for stage in found] == [4, 9, 9, 2]
    assert all(not stage.notes for stage in found)
    seen = {(tick.stage, tick.users) for tick in ticks if tick.measured}
    assert seen <= {(0, 4), (1, 9), (2, 9), (3, 2)}
    assert {stage for stage, _ in seen} == {0, 1, 2, 3}


def test_users_are_added_at_the_rate_of_the_plan(server: Target) -> None:
    ticks: list[Tick] = []
    plan = LoadPlan(server.url + "/sleep/0.02", stages=(Stage(4, 1.0),), spawn_rate=1.0)
    (found,) = run_load(plan, ticks.append)
    before = [tick.users for tick in ticks if not tick.measured]
    assert before == sorted(before)
    assert {1, 2, 3} <= set(before)
    assert found.users == 4


def test_users_who_leave_are_noted(server: Target, tmp_path: Path) -> None:
    path = tmp_path / "visitors.py"
    path.write_text(
        "import itertools, time\n"
        "from locust import FastHttpUser, task\n"
        "from locust.exception import StopUser\n"
        "numbers = itertools.count()\n"
        "class Visitor(FastHttpUser):\n"
        "    def on_start(self): self.number = next(numbers)\n"
        "    @task\n"
        "    def look(self):\n"
        "        time.sleep(1)\n"
        "        self.client.get('/')\n"
        "        if self.number == 0: raise StopUser\n"
    )
    (found,) = run_load(LoadPlan(server.url, locustfile=path, stages=(Stage(3, 3.0),)))
    assert "2 of 3 users were left at the end" in found.notes


@pytest.mark.parametrize("mode", ["WORKER", "MASTER"])
def test_variables_of_the_environment_do_not_change_the_plan(
    server: Target, monkeypatch: pytest.MonkeyPatch, mode: str
) -> None:
    for name, value in (
        (f"MODE_{mode}", "1"),
        ("RUN_TIME", "1s"),
        ("USERS", "99"),
        ("PROCESSES", "2"),
        ("HOST", "http://127.0.0.1:1"),
        ("LOCUSTFILE", "elsewhere.py"),
    ):
        monkeypatch.setenv(f"LOCUST_{name}", value)
    ticks: list[Tick] = []
    (found,) = run_load(LoadPlan(server.url, stages=(Stage(3, 2.5),)), ticks.append)
    assert {tick.users for tick in ticks if tick.measured} == {3}
    assert found.total.count > 0
    assert found.total.failures == 0


def test_a_target_may_have_an_address_of_version_6() -> None:
    with secure_server("::1") as port:
        (found,) = run_load(LoadPlan(f"http://[::1]:{port}/", stages=(Stage(2, 1.0),)))
    assert found.total.count > found.total.failures == 0


def test_a_user_and_password_of_the_url_are_sent_and_not_shown(server: Target) -> None:
    url = server.url.replace("http://", "http://me:s3cret@")
    (found,) = run_load(LoadPlan(url + "/sleep/0.01", stages=(Stage(2, 1.0),)))
    assert found.total.failures == 0
    with pytest.raises(MeasureError) as raised:
        run_load(LoadPlan(url + "/die/20", stages=(Stage(2, 60.0),)))
    assert "s3cret" not in str(raised.value)


@pytest.mark.parametrize(
    ("url", "path", "whole"),
    [
        ("http://a", "", "http://a"),
        ("http://a/b?c=d", "", "http://a/b?c=d"),
        ("http://a", "/x", "http://a/x"),
        ("http://a/", "/x", "http://a/x"),
        ("http://a/b/", "/x?y", "http://a/b/x?y"),
        ("http://a/b", "?y", "http://a/b?y"),
    ],
)
def test_a_path_continues_the_url(url: str, path: str, whole: str) -> None:
    assert address(url, path) == whole


def test_a_slow_start_of_a_test_is_waited_for(server: Target, tmp_path: Path) -> None:
    path = tmp_path / "visitors.py"
    path.write_text(
        "import pathlib, time\n"
        "from locust import FastHttpUser, events, task\n"
        "@events.test_start.add_listener\n"
        "def prepare(**_):\n"
        "    time.sleep(2)\n"
        "    pathlib.Path('prepared').touch()\n"
        "class Visitor(FastHttpUser):\n"
        "    @task\n"
        "    def look(self):\n"
        "        assert pathlib.Path('prepared').exists()\n"
        "        self.client.get('/sleep/0.01')\n"
    )
    plan = LoadPlan(server.url, (Request(),), path, (Stage(2, 1.0),), directory=tmp_path)
    (found,) = run_load(plan)
    wait_for((tmp_path / "prepared").exists)
    assert found.total.count > 0
    assert found.notes == ()
