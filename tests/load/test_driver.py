"""What ends a load that goes on, one thing at a time: the users are made up, the clock is real.

All of it happens in one other process, as it does inside Locust: gevent stays out of this one.
"""

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

Lines = list[Any]

_SCENARIOS = """\
import json, math, socket, sys
from pathlib import Path
from tempfile import TemporaryDirectory
from types import SimpleNamespace

from pytest_fitness.load import driver
from pytest_fitness.load.driver import Driver
from pytest_fitness.load.plan import LoadPlan, Stage
from pytest_fitness.load.recording import Lately, Seen
from pytest_fitness.load.reporting import Reporter

driver._EVERY = 0.02
driver._USERS_WITHIN = 0.1
listening = socket.create_server(("127.0.0.1", 0))
HERE = f"http://127.0.0.1:{listening.getsockname()[1]}/shop?token=s3cret"
with socket.socket() as closed:
    closed.bind(("127.0.0.1", 0))
    NOWHERE = f"http://me:s3cret@127.0.0.1:{closed.getsockname()[1]}/shop"

class Runner:
    worker_count = 0
    exceptions = {}
    environment = SimpleNamespace(user_classes=[])
    left = None  # how many users come
    has_quit = False

    def __init__(self):
        self.user_count = 4

    def start(self, users, rate):
        self.user_count = users if self.left is None else self.left

    def quit(self):
        assert not self.has_quit
        self.has_quit = True

class Crew:
    def __init__(self, at_the_end, **lately):
        self.given = lately
        self.at_the_end = at_the_end
        self.is_over = False

    def open(self, seconds):
        assert seconds > 0

    def close(self):
        self.is_over = True
        seen = Seen()
        for _ in range(10):
            seen.add("GET /", 0.1, 0, None)
        seen.unfinished = self.at_the_end.pop("unfinished", 0)
        if self.at_the_end.pop("nothing", False):
            return Seen()
        return seen

    def lately(self):
        found = Lately()
        found.silence, found.requests, found.users = 0.0, 10, 4
        given = self.at_the_end if self.is_over else self.given
        for name, value in given.items():
            if value == "breaks":
                raise RuntimeError("no such thing as " + name)
            setattr(found, name, value)
        return found

def drive(url=HERE, stages=((4, 0.1), (4, 0.1)), runner=None, at_the_end=None, plan=(), **lately):
    with TemporaryDirectory() as folder:
        report = Path(folder, "report")
        report.touch()
        runner = runner or Runner()
        made = LoadPlan(url, stages=tuple(Stage(*one) for one in stages), **dict(plan))
        Driver(made, runner, Crew(at_the_end or {}, **lately), Reporter(report)).drive()
        assert runner.has_quit
        return [json.loads(line) for line in report.read_text().splitlines()]

def having(**attributes):
    runner = Runner()
    vars(runner).update(attributes)
    return runner

class Idle:
    tasks = []

class Busy:
    tasks = [1]

late = {"count": 7, "msg": "no  basket\\n here", "traceback": '  File "a.py", line 3, in look\\n'}
environment = lambda *classes: SimpleNamespace(user_classes=list(classes))
found = {
    "well": drive(),
    "silent": drive(silence=3.5, unanswered=4),
    "silent, but some have not asked since": drive(silence=3.5, unanswered=3),
    "never": drive(silence=math.inf, unanswered=4),
    "just gone": drive(NOWHERE, at_the_end={"silence": 0.2, "unanswered": 1}),
    "just one": drive(HERE, at_the_end={"silence": 0.2, "unanswered": 1}),
    "gone, but nobody noticed": drive(NOWHERE),
    "dead at the end": drive(at_the_end={"silence": 1.5, "unanswered": 4}),
    "slow at the end": drive(at_the_end={"silence": 1.5, "unanswered": 3}),
    "hangs": drive(at_the_end={"silence": 4.0, "unfinished": 4}),
    "waits": drive(at_the_end={"silence": 4.0, "unfinished": 4, "longest": 2.0}),
    "stranger": drive(stranger="elsewhere.example"),
    "stranger at the end": drive(at_the_end={"stranger": "elsewhere.example"}),
    "no workers": drive(
        runner=having(worker_count=1), plan={"workers": 3, "workers_within": 0.05}.items()
    ),
    "few users": drive(stages=((4, 0.1), (9, 0.1)), runner=having(left=5, exceptions={1: late})),
    "no tasks": drive(
        runner=having(environment=environment(Idle, Busy)), at_the_end={"nothing": True},
        plan={"locustfile": Path("visitors.py")}.items(),
    ),
    "idle class among others": drive(runner=having(environment=environment(Idle, Busy))),
    "breaks": drive(users="breaks"),
}

class Leaving(Runner):
    asked = 0

    @property
    def worker_count(self):
        self.asked += 1
        return 2 if self.asked < 3 else 1

found["lost"] = drive(runner=Leaving(), stages=((4, 5.0),), plan={"workers": 2}.items())
print(json.dumps(found))
"""


@pytest.fixture(scope="module")
def reports() -> dict[str, Lines]:
    done = subprocess.run(
        [sys.executable, "-c", _SCENARIOS], capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    found: dict[str, Lines] = json.loads(done.stdout)
    return found


def ends(lines: Lines) -> Any:
    """How it ended, and what was said."""
    return lines[-1]


def stages(lines: Lines) -> int:
    return sum(what == "stage" for what, _ in lines)


@pytest.mark.parametrize(
    "name",
    [
        "well",
        "silent, but some have not asked since",
        "just one",
        "gone, but nobody noticed",
        "slow at the end",
        "waits",
        "idle class among others",
    ],
)
def test_what_is_no_cause_to_end(reports: dict[str, Lines], name: str) -> None:
    lines = reports[name]
    assert ends(lines) == ["done", None]
    assert stages(lines) == 2
    ticks = [data for what, data in lines if what == "tick"]
    assert ticks
    assert {tick[1] for tick in ticks} <= {0, 1}


@pytest.mark.parametrize("name", ["silent", "just gone", "dead at the end", "hangs"])
def test_a_target_that_answers_no_more(reports: dict[str, Lines], name: str) -> None:
    what, (message, hint) = ends(reports[name])
    assert what == "failed"
    assert "/shop stopped answering " in message
    assert "s after the load began, after " in message
    assert hint == "It crashed, was stopped, or takes no connections any more."
    assert stages(reports[name]) == 0


def test_a_target_that_never_answered(reports: dict[str, Lines]) -> None:
    what, (message, _) = ends(reports["never"])
    assert what == "failed"
    assert message.endswith("/shop answered none of 10 requests")


def test_what_may_be_secret_in_a_url_is_not_told(reports: dict[str, Lines]) -> None:
    assert "s3cret" not in json.dumps(reports)


@pytest.mark.parametrize("name", ["stranger", "stranger at the end"])
def test_a_host_that_nobody_allowed(reports: dict[str, Lines], name: str) -> None:
    what, (message, hint) = ends(reports[name])
    assert what == "failed"
    assert message == "a user asked elsewhere.example, which may not be put under load"
    assert "`allow_hosts:`" in hint


def test_workers_that_do_not_come(reports: dict[str, Lines]) -> None:
    what, (message, _) = ends(reports["no workers"])
    assert (what, message) == ("failed", "1 of 3 workers came within 0.05s")


def test_a_worker_that_leaves(reports: dict[str, Lines]) -> None:
    what, (message, _) = ends(reports["lost"])
    assert (what, message) == ("failed", "1 of 2 workers were lost")


def test_users_that_do_not_come_are_told_with_what_their_code_raised(
    reports: dict[str, Lines],
) -> None:
    lines = reports["few users"]
    what, (message, hint) = ends(lines)
    assert what == "failed"
    assert message.startswith("5 of 9 users are there 0s after the last should have been: ")
    raised = "a user's code raised 'no basket here' in File \"a.py\", line 3, in look (7 times)"
    assert message.endswith(raised)
    assert "on_start" in hint
    assert stages(lines) == 1


def test_users_without_anything_to_do(reports: dict[str, Lines]) -> None:
    what, (message, _) = ends(reports["no tasks"])
    assert what == "failed"
    assert message == "no request was made: the user class Idle has no tasks in visitors.py"


def test_a_fault_of_the_load_itself_is_told_with_its_place(reports: dict[str, Lines]) -> None:
    what, trace = ends(reports["breaks"])
    assert what == "broken"
    assert trace.rstrip().endswith("RuntimeError: no such thing as users")
    assert 'File "' in trace


def test_a_stage_tells_who_was_left_and_what_users_raised(reports: dict[str, Lines]) -> None:
    (stage,) = (data for what, data in reports["few users"] if what == "stage")
    assert stage["users"] == 4
    assert any("raised 'no basket here'" in note for note in stage["notes"])
    assert Path(stage["notes"][-1].split('"')[1]) == Path("a.py")
