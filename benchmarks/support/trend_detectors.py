"""The detectors that are compared: ours in this process, Otava in an environment of its own."""

import json
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import NamedTuple

from pytest_fitness.judge.trend import change_points
from support.programs import run, user_environment
from support.tools import tool

OTAVA = "apache-otava==0.8.0"
_CHILD = Path(__file__).with_name("trend_otava_child.py")


class Detection(NamedTuple):
    """What a detector found.

    Attributes:
        points: the change points of each history.
        seconds: processor time of all of them.
    """

    points: list[list[int]]
    seconds: float


Detector = Callable[[Sequence[list[float]]], Detection]


def ours(histories: Sequence[list[float]]) -> Detection:
    """The project's own."""
    started = time.process_time()
    points = [change_points(each) for each in histories]
    return Detection(points, time.process_time() - started)


def otava(work: Path) -> Detector:
    """Apache Otava, installed where it does not disturb: it needs a numpy of its own."""
    environment = work / "otava"
    if not tool("python", environment).exists():
        work.mkdir(parents=True, exist_ok=True)
        run([sys.executable, "-m", "venv", environment], work)
    python = tool("python", environment)
    run([python, "-m", "pip", "--quiet", "--disable-pip-version-check", "install", OTAVA], work)

    def detect(histories: Sequence[list[float]]) -> Detection:
        answer = subprocess.run(
            [python, _CHILD],
            input=json.dumps(histories),
            capture_output=True,
            text=True,
            check=True,
            cwd=work,
            env=user_environment(),
        )
        return Detection(**json.loads(answer.stdout))

    return detect
