"""What runs in the processes that measure: finding functions, calling them, telling failures."""

import json
import subprocess
import sys
import textwrap
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pytest_fitness.measures.benchmark.calling import command_timer, function_timer
from pytest_fitness.measures.benchmark.telling import (
    FAILURE,
    STEPS,
    StepError,
    UnfitError,
    steps_so_far,
)

CODE = """\
import asyncio

CALLS = []
GIVEN = object()

def given():
    CALLS.append("given")
    return GIVEN

def plain(*arguments): CALLS.append(arguments)

async def waits(*arguments):
    await asyncio.sleep(0)
    CALLS.append(arguments)

class Shop:
    def __call__(self, *arguments): CALLS.append(arguments)
    @classmethod
    def opened(cls, *arguments): CALLS.append(arguments)

class Later:
    async def __call__(self, *arguments): CALLS.append(arguments)

shop, later = Shop(), Later()
def promises(): return waits()
"""
CALLABLE = ["plain", "waits", "shop", "later", "Shop.opened"]


@pytest.fixture
def module(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    """The name of a module that is forgotten afterwards."""
    name = f"counted_{tmp_path.name}"
    (tmp_path / f"{name}.py").write_text(CODE)
    monkeypatch.setattr(sys, "path", [str(tmp_path), *sys.path])
    monkeypatch.setitem(sys.modules, name, None)
    del sys.modules[name]
    return name


def calls(module: str) -> list[Any]:
    found: list[Any] = sys.modules[module].CALLS
    return found


@pytest.mark.parametrize("function", CALLABLE)
@pytest.mark.parametrize("loops", [1, 2, 17])
def test_a_function_is_called_as_often_as_asked(module: str, function: str, loops: int) -> None:
    timed = function_timer(f"{module}:{function}", None, [])
    assert calls(module) == []
    assert timed(loops) > 0
    assert calls(module) == [()] * loops
    timed(1)
    assert calls(module) == [()] * (loops + 1)


@pytest.mark.parametrize("function", CALLABLE)
def test_each_call_gets_the_very_object_that_the_setup_returned(module: str, function: str) -> None:
    timed = function_timer(f"{module}:{function}", f"{module}:given", [])
    timed(3)
    timed(2)
    first, *others = calls(module)
    assert first == "given"
    assert others == [(sys.modules[module].GIVEN,)] * 5


def test_what_returns_an_awaitable_is_refused_after_it_was_called(module: str) -> None:
    timed = function_timer(f"{module}:promises", None, [])
    with pytest.raises(UnfitError, match="it returns a coroutine"):
        timed(1)


@pytest.mark.parametrize("name", ["nowhere", "Shop.nowhere", "Shop.opened.nowhere"])
def test_a_name_is_looked_up_part_by_part(module: str, name: str) -> None:
    owner = f"{module}.{name}".rpartition(".")[0]
    with pytest.raises(UnfitError, match=f"^\\('{owner} has no 'nowhere'|^\\(\"{owner} has no"):
        function_timer(f"{module}:{name}", None, [])


def test_the_source_is_searched_first(tmp_path: Path, module: str) -> None:
    other = tmp_path / "other"
    other.mkdir()
    (other / f"{module}.py").write_text("def plain(): raise ArithmeticError('the other one')\n")
    timed = function_timer(f"{module}:plain", None, [str(other)])
    with pytest.raises(ArithmeticError, match="the other one"):
        timed(1)


def test_a_failing_import_keeps_its_cause(tmp_path: Path, module: str) -> None:
    (tmp_path / f"{module}.py").write_text("1 / 0\n")
    with pytest.raises(StepError, match=f"importing {module}") as caught:
        function_timer(f"{module}:plain", None, [])
    assert isinstance(caught.value.__cause__, ZeroDivisionError)


def test_a_command_is_run_as_often_as_asked(tmp_path: Path) -> None:
    log = tmp_path / "log"
    argv = [sys.executable, "-S", "-c", f"open({str(log)!r}, 'a').write('.')"]
    assert command_timer(argv)(3) > 0
    assert log.read_text() == "..."


def test_a_command_that_fails_stops_the_timing(tmp_path: Path) -> None:
    log = tmp_path / "log"
    code = f"open({str(log)!r}, 'a').write('.'); raise SystemExit(7)"
    with pytest.raises(UnfitError, match="it ended with status 7 while it was timed"):
        command_timer([sys.executable, "-S", "-c", code])(3)
    assert log.read_text() == "."


TELL = """\
import sys
from pathlib import Path
from pytest_fitness.measures.benchmark.telling import telling
def inner():
    {body}
def work(): inner()
telling(Path(sys.argv[1]), sys.argv[2], work)
"""


def told(directory: Path, body: str) -> dict[str, Any]:
    """What a process tells that fails so."""
    script = directory / "it.py"
    script.write_text(TELL.format(body=textwrap.indent(body, "    ").strip()), "utf-8")
    argv = [sys.executable, str(script), str(directory), str(directory)]
    assert subprocess.run(argv, check=False, capture_output=True).returncode == 1
    found: dict[str, Any] = json.loads((directory / FAILURE).read_text("utf-8"))
    return found


def test_what_was_raised_is_told_with_its_places(tmp_path: Path) -> None:
    found = told(tmp_path, "raise ValueError('no prices')")
    assert found["raised"] == "ValueError: no prices"
    assert found["places"] == ["it.py:5 in inner", "it.py:6 in work"]
    assert found["step"] == ""


@pytest.mark.parametrize(
    ("body", "said"),
    [
        ("raise KeyboardInterrupt", "KeyboardInterrupt"),
        ("raise SystemExit(0)", "SystemExit: 0"),
        ("raise ValueError('\\ud800 \\x1b[31m')", "ValueError: \ud800 \x1b[31m"),
        ("raise type('Odd', (Exception,), {'__str__': lambda self: 3})", "Odd"),
    ],
)
def test_odd_exceptions_are_told(tmp_path: Path, body: str, said: str) -> None:
    assert told(tmp_path, body)["raised"] == said


def test_a_long_message_is_cut(tmp_path: Path) -> None:
    assert len(told(tmp_path, "raise ValueError('x' * 5_000_000)")["raised"]) < 400


def test_deep_recursion_is_told_by_its_last_calls(tmp_path: Path) -> None:
    found = told(tmp_path, "inner()")
    assert found["raised"].startswith("RecursionError")
    assert len(found["places"]) == 3


@given(st.lists(st.sampled_from(["calibration", "timing"]), max_size=30))
@settings(derandomize=True, deadline=None, max_examples=30)
def test_steps_are_read_as_they_were_written(
    tmp_path_factory: pytest.TempPathFactory, steps: list[str]
) -> None:
    directory = tmp_path_factory.mktemp("steps")
    assert list(steps_so_far(directory)) == []
    (directory / STEPS).write_text(json.dumps(steps))
    assert list(steps_so_far(directory)) == steps
