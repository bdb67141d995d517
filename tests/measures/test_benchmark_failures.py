"""What cannot be timed: one clear error each, and nothing is left running."""

import json
import sys
from pathlib import Path

import pytest
from judging import verdict, verdicts

from benchmarks import QUICK, timed, write_shop
from families import is_alive, wait_for
from pytest_fitness.errors import MeasureError
from pytest_fitness.measures.benchmark.failing import failure, unfinished
from pytest_fitness.measures.benchmark.options import BenchmarkOptions
from pytest_fitness.measures.benchmark.telling import CRASH, FAILURE, STEPS
from pytest_fitness.measures.benchmark.timing import read
from pytest_fitness.model import Outcome, Verdict
from pytest_fitness.processes.running import Finished

TOP = "version: 1"
OPTIONS = BenchmarkOptions(callable="shop.pricing:search", processes=3, timeout=2.0)


def failed(root: Path, function: str, more: str = "", options: str = QUICK) -> Verdict:
    write_shop(root, more)
    found = verdict(root, f"{timed(function, options)}\nmax: 10s", top=TOP)
    assert found.outcome is Outcome.ERROR
    assert found.value is None
    return found


@pytest.mark.parametrize(
    ("function", "said", "hint"),
    [
        ("totl", "shop.pricing has no 'totl'", "Did you mean 'total'?"),
        ("xyzxyz", "shop.pricing has no 'xyzxyz'", "Look at what shop.pricing defines."),
        ("Cart.sum", "shop.pricing.Cart has no 'sum'", "Look at"),
        ("TAX", "shop.pricing.TAX is an int, which cannot be called", "Name a function."),
    ],
)
def test_a_name_that_is_no_function(tmp_path: Path, function: str, said: str, hint: str) -> None:
    found = failed(tmp_path, function)
    assert said in found.reason
    assert hint in found.hint


@pytest.mark.parametrize(
    ("body", "said"),
    [
        ("yield 1", "it is a generator: calling it runs nothing of it"),
        ("return (n for n in [1])", "it returns a generator, whose work is not done by then"),
        ("return asyncio.sleep(0)", "it returns a coroutine, whose work is not done by then"),
    ],
)
def test_what_would_only_be_begun_is_not_timed(tmp_path: Path, body: str, said: str) -> None:
    found = failed(tmp_path, "search", f"def search(): {body}\n")
    assert said in found.reason
    assert found.hint


def test_an_async_generator_is_not_timed(tmp_path: Path) -> None:
    found = failed(tmp_path, "search", "async def search(): yield 1\n")
    assert "it is a generator" in found.reason


def test_a_setup_that_only_begins_is_refused(tmp_path: Path) -> None:
    more = "async def prices(): return 1\ndef search(prices): pass\n"
    found = failed(tmp_path, "search", more, f"{QUICK}, setup: 'shop.pricing:prices'")
    assert "the setup returns a coroutine" in found.reason


def test_an_exception_is_told_with_its_line(tmp_path: Path) -> None:
    more = "def prices(): raise ValueError('no prices')\ndef search(): prices()\n"
    found = failed(tmp_path, "search", more)
    lines = (tmp_path / "src/shop/pricing.py").read_text().splitlines()
    raised = 1 + next(n for n, line in enumerate(lines) if "no prices" in line)
    assert found.reason == (
        f"shop.pricing:search raised ValueError: no prices (src/shop/pricing.py:{raised} in prices)"
    )
    assert f"Called from src/shop/pricing.py:{raised + 1} in search." in found.hint


def test_an_exception_of_a_later_call_is_told_too(tmp_path: Path) -> None:
    more = "LEFT = [1, 2]\ndef search(): LEFT.pop()\n"
    assert "raised IndexError: pop from empty list" in failed(tmp_path, "search", more).reason


def test_an_exception_that_cannot_be_shown_is_named(tmp_path: Path) -> None:
    more = (
        "class Odd(Exception):\n    def __str__(self): raise RuntimeError\n"
        "def search(): raise Odd\n"
    )
    assert "shop.pricing:search raised Odd (src/" in failed(tmp_path, "search", more).reason


def test_a_missing_argument_says_where_arguments_come_from(tmp_path: Path) -> None:
    found = failed(tmp_path, "total")
    assert "raised TypeError: total() missing 1 required positional argument" in found.reason
    assert "what `setup` returns" in found.hint


@pytest.mark.parametrize(
    ("setup", "said"),
    [
        ("def ready(): raise KeyError('shelf')", "the setup shop.pricing:ready raised KeyError"),
        ("def ready(): raise SystemExit(3)", "the setup shop.pricing:ready raised SystemExit: 3"),
        ("ready = 3", "the setup shop.pricing:ready: shop.pricing.ready is an int, which cannot"),
        ("", "the setup shop.pricing:ready: shop.pricing has no 'ready'"),
    ],
)
def test_a_setup_that_fails(tmp_path: Path, setup: str, said: str) -> None:
    more = f"{setup}\ndef search(shelf): pass\n"
    found = failed(tmp_path, "search", more, f"{QUICK}, setup: 'shop.pricing:ready'")
    assert found.reason.startswith(said)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("def f(:", "importing shop.other raised SyntaxError"),
        ("import nowhere_at_all", "importing shop.other raised ModuleNotFoundError"),
        ("import sys; sys.exit(5)", "importing shop.other raised SystemExit: 5"),
        ("1 / 0", "importing shop.other raised ZeroDivisionError: division by zero (src/shop/"),
        (None, "there is no module 'shop.other'"),
    ],
)
def test_a_module_that_cannot_be_imported(tmp_path: Path, text: str | None, said: str) -> None:
    write_shop(tmp_path)
    if text is not None:
        (tmp_path / "src/shop/other.py").write_text(text)
    rule = f"benchmark: {{callable: 'shop.other:f', source: src, {QUICK}}}\nmax: 1s"
    found = verdict(tmp_path, rule, top=TOP)
    assert found.outcome is Outcome.ERROR
    assert said in found.reason
    assert found.hint


def test_a_source_that_is_not_there(tmp_path: Path) -> None:
    write_shop(tmp_path)
    found = verdict(tmp_path, f"{timed('slow', source='[src, lib]')}\nmax: 1s", top=TOP)
    assert found.outcome is Outcome.ERROR
    assert f"there is no directory {str(tmp_path / 'lib')!r}" in found.reason


@pytest.mark.parametrize(
    ("body", "said", "hint"),
    [
        ("os._exit(3)", "ended with status 3", "os._exit"),
        ("os._exit(0)", "ended with status 0", "os._exit"),
        ("os.kill(os.getpid(), signal.SIGKILL)", "was killed by SIGKILL", "out of memory"),
        ("os.kill(os.getpid(), signal.SIGSEGV)", "was killed by SIGSEGV (src/shop/pricing.py", ""),
        ("sys.exit(0)", "raised SystemExit: 0", ""),
    ],
)
@pytest.mark.skipif(sys.platform == "win32", reason="no signals there")
def test_a_function_that_ends_its_process(tmp_path: Path, body: str, said: str, hint: str) -> None:
    found = failed(tmp_path, "search", f"import os, signal, sys\ndef search(): {body}\n")
    assert said in found.reason
    assert hint in found.hint


def test_a_function_that_hangs_is_ended_with_all_it_started(tmp_path: Path) -> None:
    more = (
        "import os, subprocess\n"
        "def search():\n"
        "    child = subprocess.Popen(['sleep', '99'])\n"
        "    with open('numbers.tmp', 'w') as file: file.write(f'{os.getpid()} {child.pid}')\n"
        "    os.rename('numbers.tmp', 'numbers.txt')\n"
        "    time.sleep(1000)\n"
    )
    found = failed(tmp_path, "search", more, f"{QUICK}, timeout: 2s")
    assert "shop.pricing:search was not done within 2s, and was ended" in found.reason
    assert found.hint.startswith("Raise `timeout`")
    numbers = tmp_path / "numbers.txt"
    for number in numbers.read_text().split() if numbers.exists() else ():
        wait_for(lambda number=number: not is_alive(int(number)))  # type: ignore[misc]


def test_a_failure_is_found_once_for_all_limits(tmp_path: Path) -> None:
    more = "open('imports.txt', 'a').write('.')\ndef search(): raise ValueError\n"
    write_shop(tmp_path, more)
    limits = "limits: {mean: {max: 1s}, p50: {max: 1s}, throughput: {min: 1/h}}"
    found = verdicts(tmp_path, f"it:\n  {timed('search')}\n  {limits}", top=TOP)
    assert [each.outcome for each in found] == [Outcome.ERROR] * 3
    assert (tmp_path / "imports.txt").read_text() == "."


@pytest.mark.parametrize("module", ["pyperf", "psutil"])
def test_what_is_not_installed_says_how_to_install_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, module: str
) -> None:
    write_shop(tmp_path)
    monkeypatch.setitem(sys.modules, module, None)
    rules = {"pyperf": timed("slow"), "psutil": f"benchmark: {{command: 'true', {QUICK}}}"}
    found = verdict(tmp_path, f"{rules[module]}\nmax: 1s", top=TOP)
    assert found.outcome is Outcome.ERROR
    assert f"this needs the package {module}, which is not installed" in found.reason
    assert found.hint == "Install it: pip install 'pytest-fitness[benchmark]'."


# What a process leaves behind, without a process.


def finished(status: int = 1, errors: str = "", how: str = "itself") -> Finished:
    return Finished("the command 'python'", status, b"", errors, how)  # type: ignore[arg-type]


def explained(directory: Path, end: Finished) -> str:
    found = failure(end, OPTIONS, directory, directory / "times.json", "/home/shop")
    assert found is not None
    return found.message


CRASHED = """\
Current thread 0x1 (most recent call first):
  File "/usr/lib/python3/socket.py", line 700 in recv
  File "/home/shop/src/pricing.py", line 7 in search
  File "/usr/lib/python3/runpy.py", line 80 in _run_code
"""


def test_nothing_is_wrong_where_a_result_was_left(tmp_path: Path) -> None:
    (tmp_path / "times.json").touch()
    assert failure(finished(0), OPTIONS, tmp_path, tmp_path / "times.json", "/") is None


def test_a_result_of_a_process_that_failed_does_not_count(tmp_path: Path) -> None:
    (tmp_path / "times.json").touch()
    said = "pyperf could not measure shop.pricing:search: out of disk"
    assert explained(tmp_path, finished(1, "out of disk\n")) == said


def test_no_result_is_no_success(tmp_path: Path) -> None:
    assert "ended with status 0" in explained(tmp_path, finished(0))


def test_where_it_hung_is_told_by_the_line_of_the_project(tmp_path: Path) -> None:
    (tmp_path / CRASH).write_text(CRASHED)
    (tmp_path / STEPS).write_text(json.dumps(["calibration", "timing", "timing"]))
    assert explained(tmp_path, finished(-15, how="time")) == (
        "shop.pricing:search was not done within 2s, and was ended in process 3"
        " (src/pricing.py:7 in search)"
    )


def test_where_it_crashed_is_told_of_code_outside_the_project_too(tmp_path: Path) -> None:
    (tmp_path / CRASH).write_text(CRASHED.replace("/home/shop", "/opt/other"))
    said = explained(tmp_path, finished(1, "RuntimeError: python failed with exit code -11"))
    assert said == (
        "the process of shop.pricing:search was killed by SIGSEGV"
        " (/usr/lib/python3/socket.py:700 in recv)"
    )


@pytest.mark.parametrize("left", ["", "{", '["calibration"'])
def test_steps_that_were_just_being_written_do_no_harm(tmp_path: Path, left: str) -> None:
    (tmp_path / STEPS).write_text(left)
    said = explained(tmp_path, finished(-15, how="time"))
    assert said == "shop.pricing:search was not done within 2s, and was ended"


def test_the_end_of_the_run_is_no_fault_of_the_function(tmp_path: Path) -> None:
    (tmp_path / FAILURE).write_text(json.dumps({"unfit": ["bad", "hint"]}))
    assert "as the run is over" in explained(tmp_path, finished(-15, how="close"))
    assert "as the run is over" in unfinished(finished(-15, how="close"), OPTIONS).message


@pytest.mark.parametrize(
    "text",
    ["", "{", "[]", "{}", "null", '{"version": "1.0", "benchmarks": []}'],
)
def test_a_broken_result_is_an_error(tmp_path: Path, text: str) -> None:
    path = tmp_path / "times.json"
    path.write_text(text)
    with pytest.raises(MeasureError, match="pyperf left no result that can be read"):
        read(path, OPTIONS)


@pytest.mark.parametrize(
    "runs", [[[0.1], [0.2]], [[0.1], [0.2], [0.3], [0.4]]], ids=["too few", "too many"]
)
def test_a_result_of_another_number_of_processes_is_an_error(
    tmp_path: Path, runs: list[list[float]]
) -> None:
    path = tmp_path / "times.json"
    path.write_text(json.dumps(pyperf_result(runs)))
    with pytest.raises(MeasureError, match=f"timed {len(runs)} of 3 processes"):
        read(path, OPTIONS)


def test_a_result_is_its_values_without_what_calibrated_them(tmp_path: Path) -> None:
    document = pyperf_result([[0.1, 0.2], [0.3, 0.4], [0.5, 0.6]])
    document["benchmarks"][0]["runs"].insert(
        0, {"metadata": {"calibrate_loops": 8, "loops": 8}, "warmups": [[8, 0.7]]}
    )
    path = tmp_path / "times.json"
    path.write_text(json.dumps(document))
    expected = {"processes": [[0.1, 0.2], [0.3, 0.4], [0.5, 0.6]], "calls": 8}
    assert read(path, OPTIONS) == expected


def pyperf_result(runs: list[list[float]]) -> dict[str, list[dict[str, list[object]]]]:
    document: dict[str, object] = {
        "version": "1.0",
        "metadata": {"name": "it", "unit": "second", "loops": 8},
        "benchmarks": [{"runs": [{"values": values} for values in runs]}],
    }
    return document  # type: ignore[return-value]
