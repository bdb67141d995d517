"""Kinds and a source to be named in a ``fitness.yaml``, and ways to read one."""

from collections.abc import Iterable
from pathlib import Path
from typing import Any

import pytest

from pytest_fitness import units
from pytest_fitness.config.kinds import Context, Kind, Source
from pytest_fitness.config.loader import Config, Registry, load_config
from pytest_fitness.config.options import Options, Record, key
from pytest_fitness.config.values import Choice, Integer, Text
from pytest_fitness.errors import ConfigError, FitnessError
from pytest_fitness.model import Check, FitnessFunction, Measurement


class SpeedOptions(Options):
    of: str = key(Text(), "What is timed.")
    rounds: int = key(Integer(minimum=1), "How often.", default=3)
    clock: str = key(Choice("wall", "cpu", what="clock"), "Which clock.", default="wall")


class Speed(Kind):
    name = "speed"
    about = "how long something takes"
    options = Record(SpeedOptions)
    gates = ("pre-deploy",)
    takes_several = True
    recalls = True

    def unit(self, options: SpeedOptions, part: str | None) -> str:
        if part in (None, "p95", "p99"):
            return units.SECONDS
        if part == "error_rate":
            return units.RATIO
        raise ValueError(f"nothing is called {part!r} here")

    def problems(self, function: FitnessFunction) -> Iterable[str]:
        if function.options.rounds > 100:
            yield "more than 100 rounds take too long"

    def measure(self, function: FitnessFunction, check: Check, context: Context) -> Measurement:
        return Measurement(1.0)


class Rule(Kind):
    name = "rule"
    about = "something that holds or not"
    options = Text()
    takes_limit = False

    def measure(self, function: FitnessFunction, check: Check, context: Context) -> Measurement:
        return Measurement(0)


class Numbers(Source):
    name = "numbers"
    about = "numbers from nowhere"
    options = Record(SpeedOptions)

    def open(self, options: Any, root: Path) -> Any:
        return options


def register(plugins: tuple[str, ...], root: Path) -> Registry:
    if plugins:
        raise FitnessError("no such plugin", "install it")
    return Registry({"speed": Speed(), "rule": Rule()}, {"numbers": Numbers()})


def read(tmp_path: Path, text: str, **environment: str) -> Config:
    path = tmp_path / "fitness.yaml"
    path.write_text(text, "utf-8")
    return load_config(path, register, environment=environment)


def function(tmp_path: Path, text: str, **environment: str) -> FitnessFunction:
    body = "\n".join(f"    {line}" for line in text.strip().splitlines())
    return read(tmp_path, f"functions:\n  it:\n{body}\n", **environment).functions[0]


def problems(tmp_path: Path, text: str) -> list[str]:
    with pytest.raises(ConfigError) as caught:
        read(tmp_path, text)
    return [str(problem) for problem in caught.value.problems]


def function_problems(tmp_path: Path, text: str) -> str:
    body = "\n".join(f"    {line}" for line in text.strip().splitlines())
    return "\n".join(problems(tmp_path, f"functions:\n  it:\n{body}\n"))
