"""A process that a run starts: once, however many workers and functions ask of it."""

import sys
from collections.abc import Callable, Mapping

import pytest

Write = Callable[[Mapping[str, str]], None]
APP = """
import time
with open("started.txt", "a") as log:
    log.write("once\\n")
print("ready", flush=True)
time.sleep(600)
"""
SOURCES = f"""
sources:
  app: {{process: {{start: [{sys.executable}, app.py], ready: {{pattern: ready}}}}}}
  number: {{command: {{}}}}
functions:
"""


def functions(count: int) -> str:
    metrics = ("rss", "threads", "fds")
    asked = "".join(
        f"  app{n}: {{metric: {{source: app, metric: {metrics[n % 3]}}}, min: 1}}\n"
        for n in range(count)
    )
    others = "".join(
        f"  other{n}: {{metric: {{source: number, run: [echo, {n}]}}, max: 9}}\n"
        for n in range(count)
    )
    return asked + others


@pytest.mark.parametrize("options", [[], ["-n3"], ["-n2", "--dist=worksteal"]], ids=" ".join)
def test_it_is_started_once(pytester: pytest.Pytester, write: Write, options: list[str]) -> None:
    write({"app.py": APP, "fitness.yaml": SOURCES + functions(6), "pytest.ini": "[pytest]\n"})
    result = pytester.runpytest_subprocess("--fitness", *options)
    result.assert_outcomes(passed=12)
    assert (pytester.path / "started.txt").read_text() == "once\n"
