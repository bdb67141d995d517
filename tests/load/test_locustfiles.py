"""The team's own virtual users, with their hooks, names and mistakes."""

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from families import wait_for
from load_targets import Target
from pytest_fitness.errors import MeasureError
from pytest_fitness.load.engine import run_load
from pytest_fitness.load.plan import LoadPlan, Stage
from pytest_fitness.load.result import StageResult, Tick
from pytest_fitness.processes.groups import Group
from server_processes import free_port

pytestmark = pytest.mark.usefixtures("mark")
HEAD = """\
import pathlib, time
from locust import FastHttpUser, HttpUser, LoadTestShape, User, constant, events, task
"""


def load(server: Target, folder: Path, text: str, **rest: Any) -> StageResult:
    path = folder / "visitors.py"
    path.write_text(HEAD + text, encoding="utf-8")
    plan = LoadPlan(server.url, locustfile=path, directory=folder, stages=(Stage(3, 1.5),))
    (found,) = run_load(plan._replace(**rest))
    return found


@pytest.mark.parametrize("kind", ["HttpUser", "FastHttpUser"])
def test_users_of_the_team_go_to_the_url_of_the_plan(
    server: Target, tmp_path: Path, kind: str
) -> None:
    found = load(
        server,
        tmp_path,
        f"class Visitor({kind}):\n"
        "    host = 'http://127.0.0.1:1'\n"
        "    @task(3)\n"
        "    def look(self): self.client.get('/sleep/0.01', name='look')\n"
        "    @task\n"
        "    def fail(self): self.client.post('/status/500')\n",
    )
    assert set(found.by_name) == {"GET look", "POST /status/500"}
    failed = found.by_name["POST /status/500"]
    assert failed.failures == failed.count == found.total.failures > 0
    assert found.errors == (("POST /status/500: status 500", failed.count),)


def test_their_hooks_keep_working_and_their_prints_are_no_matter(
    server: Target, tmp_path: Path
) -> None:
    found = load(
        server,
        tmp_path,
        "seen = []\n"
        "def note(what): seen.append(what); pathlib.Path('seen').write_text(' '.join(seen))\n"
        "print('x' * 1_000_000)\n"
        "for name in ('init', 'test_start', 'test_stop', 'quitting'):\n"
        "    getattr(events, name).add_listener(lambda name=name, **_: note(name))\n"
        "class Visitor(FastHttpUser):\n"
        "    def on_start(self): note('on_start')\n"
        "    @task\n"
        "    def look(self):\n"
        '        print(\'{"not": "ours"}\')\n'
        "        self.client.get('/sleep/0.01')\n",
    )
    seen = (tmp_path / "seen").read_text().split()
    assert seen == ["init", "test_start", *["on_start"] * 3, "test_stop", "quitting"]
    assert found.total.count > 0


def test_their_think_time_is_theirs(server: Target, tmp_path: Path) -> None:
    found = load(
        server,
        tmp_path,
        "class Visitor(FastHttpUser):\n"
        "    wait_time = constant(0.5)\n"
        "    @task\n"
        "    def look(self): self.client.get('/')\n",
    )
    assert 3 <= found.total.count <= 3 * (found.seconds / 0.5 + 1)


def test_users_and_time_are_those_of_the_plan_whatever_the_shape_says(
    server: Target, tmp_path: Path
) -> None:
    (tmp_path / "locust.conf").write_text("run-time = 1s\nusers = 77\nprocesses = 2\n")
    ticks: list[Tick] = []
    path = tmp_path / "visitors.py"
    path.write_text(
        HEAD + "class Shape(LoadTestShape):\n"
        "    def tick(self): return (99, 99)\n"
        "class Visitor(FastHttpUser):\n"
        "    @task\n"
        "    def look(self): self.client.get('/sleep/0.01')\n"
    )
    plan = LoadPlan(server.url, locustfile=path, directory=tmp_path, stages=(Stage(3, 3.0),))
    run_load(plan, ticks.append)
    assert {tick.users for tick in ticks if tick.measured} == {3}
    assert max(tick.users for tick in ticks) == 3


def test_what_a_task_raises_is_noted_with_its_place(server: Target, tmp_path: Path) -> None:
    found = load(
        server,
        tmp_path,
        "class Visitor(FastHttpUser):\n"
        "    wait_time = constant(0.1)\n"
        "    @task\n"
        "    def look(self):\n"
        "        self.client.get('/')\n"
        "        {}['basket']\n",
    )
    (note,) = found.notes
    assert "'basket'" in note
    assert "visitors.py" in note
    assert "line 8, in look" in note


def test_users_that_cannot_start_are_an_error_that_says_why(
    server: Target, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with pytest.raises(MeasureError) as raised:
        load(
            server,
            tmp_path,
            "import pytest_fitness.load.driver as driver\n"
            "driver._USERS_WITHIN = 0.5\n"
            "class Visitor(FastHttpUser):\n"
            "    def on_start(self): raise ValueError('no password')\n"
            "    @task\n"
            "    def look(self): self.client.get('/')\n",
        )
    assert "0 of 3 users are there" in raised.value.message
    assert "no password" in str(raised.value)


@pytest.mark.parametrize("workers", [1, 2])
def test_users_without_tasks_are_an_error_that_names_their_class(
    server: Target, tmp_path: Path, workers: int
) -> None:
    with pytest.raises(MeasureError) as raised:
        load(
            server,
            tmp_path,
            "class Visitor(FastHttpUser):\n    def look(self): self.client.get('/')\n",
            workers=workers,
        )
    assert raised.value.message == (
        f"no request was made: the user class Visitor has no tasks in {tmp_path / 'visitors.py'}"
    )
    assert "@task" in str(raised.value.hint)


def test_users_who_get_their_tasks_as_they_start_are_sound(server: Target, tmp_path: Path) -> None:
    found = load(
        server,
        tmp_path,
        "def look(user): user.client.get('/')\n"
        "class Visitor(FastHttpUser):\n    def on_start(self): self.tasks = [look]\n",
    )
    assert found.by_name["GET /"].count > 0


def elsewhere(text: str) -> str:
    return (
        "class Visitor(FastHttpUser):\n"
        "    network_timeout = connection_timeout = 1.0\n"
        "    wait_time = constant(0.1)\n"
        "    @task\n"
        "    def look(self):\n"
        "        self.client.get('/')\n"
        f"        {text}\n"
    )


@pytest.mark.parametrize("kind", ["get('http://shop.invalid/x')", "post('https://10.255.0.1:1')"])
def test_a_host_that_the_file_does_not_name_ends_the_load(
    server: Target, tmp_path: Path, kind: str
) -> None:
    with pytest.raises(MeasureError) as raised:
        load(server, tmp_path, elsewhere(f"self.client.{kind}"), stages=(Stage(3, 60.0),))
    assert "may not be put under load" in raised.value.message
    assert "allow_hosts" in str(raised.value.hint)


def test_a_host_that_the_file_names_may_be_asked_too(server: Target, tmp_path: Path) -> None:
    text = elsewhere("self.client.get('http://shop.invalid/x', name='it')")
    found = load(server, tmp_path, text, hosts=("shop.invalid",))
    assert found.by_name["GET it"].failures == found.by_name["GET it"].count > 0
    assert found.by_name["GET /"].failures == 0


def test_users_that_ask_nothing_make_no_requests(server: Target, tmp_path: Path) -> None:
    found = load(
        server,
        tmp_path,
        "class Visitor(User):\n    @task\n    def idle(self): time.sleep(1000)\n",
    )
    assert found.total.count == 0
    assert found.by_name == {}


def test_a_client_of_another_protocol_is_heard_too(server: Target, tmp_path: Path) -> None:
    found = load(
        server,
        tmp_path,
        "class Visitor(User):\n"
        "    @task\n"
        "    def call(self):\n"
        "        time.sleep(0.05)\n"
        "        self.environment.events.request.fire(request_type='grpc', name='buy',\n"
        "            response_time=12.5, response_length=0, exception=None, context={})\n",
    )
    assert set(found.by_name) == {"grpc buy"}
    assert found.total.times.min == found.total.times.max == 0.0125


def test_a_name_for_each_url_stays_within_bounds(server: Target, tmp_path: Path) -> None:
    found = load(
        server,
        tmp_path,
        "import itertools\n"
        "numbers = itertools.count()\n"
        "@events.quitting.add_listener\n"
        "def count(environment, **_):\n"
        "    stats = environment.stats\n"
        "    pathlib.Path('kept').write_text(f'{len(stats.entries)} {len(stats.errors)}')\n"
        "class Visitor(User):\n"
        "    @task\n"
        "    def call(self):\n"
        "        time.sleep(0.001)\n"
        "        number = next(numbers)\n"
        "        self.environment.events.request.fire(request_type='GET', name=f'/{number}' * 99,\n"
        "            response_time=1.0, response_length=0, context={},\n"
        "            exception=ValueError(f'broken {number}') if number % 2 else None)\n",
    )
    assert found.total.count > 300
    assert len(found.by_name) == 201
    assert all(len(name) <= 200 for name in found.by_name)
    assert len(found.errors) <= 10
    kept = [int(number) for number in (tmp_path / "kept").read_text().split()]
    assert kept[0] <= 201
    assert kept[1] <= 200


COUNTED = (
    "class Visitor(FastHttpUser):\n"
    "    def on_start(self):\n"
    "        time.sleep(2)\n"
    "        for number in range(40): self.client.get(f'/every/{3 + number % 2}', name='it')\n"
    "    @task\n"
    "    def idle(self): time.sleep(1000)\n"
)


def test_two_workers_double_nothing_and_lose_nothing(server: Target, tmp_path: Path) -> None:
    found = load(server, tmp_path, COUNTED, workers=2, stages=(Stage(7, 6.0),))
    counts = server.counts()
    assert found.total.count == sum(counts.values()) == 7 * 40
    assert found.total.failures == counts["/every/3"] // 3 + counts["/every/4"] // 4
    assert found.by_name["GET it"].count == found.total.count
    assert sum(part.answers for part in found.total.slices) == found.total.count


def test_workers_of_other_machines_join_by_the_documented_command(
    server: Target, tmp_path: Path
) -> None:
    port = free_port()
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    command = [sys.executable, "-m", "locust", "-f", "-", "--worker"]
    command += ["--master-host", "127.0.0.1", "--master-port", str(port)]
    options = {"cwd": elsewhere, "env": {"TMPDIR": str(elsewhere)}, "stdout": subprocess.DEVNULL}
    with Group(command, **options) as first, Group(command, **options) as second:  # type: ignore[arg-type]
        found = load(
            server,
            tmp_path,
            COUNTED,
            master=f"127.0.0.1:{port}",
            expect_workers=2,
            stages=(Stage(4, 6.0),),
        )
        for group in (first, second):
            wait_for(lambda group=group: group.status() is not None)  # type: ignore[misc]
    assert found.total.count == sum(server.counts().values()) == 4 * 40
    assert json.dumps(sorted(found.by_name)) == '["GET it"]'
