"""Benchmarks in whole runs of pytest: exit statuses, workers, Ctrl-C, secrets, what is imported."""

import json
import os
import re
import signal
import subprocess
import sys
from pathlib import Path
from typing import Any

import psutil
import pytest

from benchmarks import QUICK, run, timed, write_shop
from families import assert_gone, wait_for

# Before pytester changes it.
CALM = {name: value for name, value in os.environ.items() if name not in ("CI", "BUILD_NUMBER")}
FITNESS = [sys.executable, "-m", "pytest", "--fitness"]
# What every process that imports it leaves behind, and then never ends.
HANGS = """
import os
def search():
    open(f"{os.getpid()}.tmp", "w").close()
    os.rename(f"{os.getpid()}.tmp", f"{os.getpid()}.pid")
    time.sleep(1000)
"""


def write(root: Path, functions: str) -> None:
    text = "".join(f"  {line}\n" for line in functions.strip().splitlines())
    (root / "fitness.yaml").write_text(f"functions:\n{text}", "utf-8")


def verdicts(root: Path) -> dict[str, Any]:
    document = json.loads((root / "out.json").read_text("utf-8"))
    return {found["id"]: found for found in document["verdicts"]}


def test_a_run_fails_where_all_of_the_interval_is_past_the_limit(
    pytester: pytest.Pytester,
) -> None:
    write_shop(pytester.path)
    write(
        pytester.path,
        f"fast:\n  {timed('slow')}\n  max: 10s\n"
        f"slow:\n  {timed('slow')}\n  limits: {{mean: {{max: 1ms}}, p50: {{max: 10s}}}}",
    )
    result = pytester.runpytest_inprocess("--fitness", "--fitness-json=out.json")
    result.assert_outcomes(passed=2, failed=1)
    assert result.ret == pytest.ExitCode.TESTS_FAILED
    result.stdout.fnmatch_lines(
        [
            "*ms where ≤ 1ms is allowed",
            "  looked at: shop.pricing:slow: 6 values of 3 processes",
            "  help: Bring it back within the limit.",
        ]
    )
    found = verdicts(pytester.path)
    assert {name: each["outcome"] for name, each in found.items()} == {
        "fast": "passed",
        "slow::mean": "failed",
        "slow::p50": "passed",
    }
    low, high = found["slow::mean"]["interval"]
    assert 0.001 < low <= found["slow::mean"]["value"] <= high
    assert found["slow::mean"]["samples"] == 6


def test_what_is_wrong_with_a_benchmark_is_a_usage_error(pytester: pytest.Pytester) -> None:
    write(pytester.path, "it:\n  benchmark: {callable: 'a:b', command: ls}\n  max: 1s")
    result = pytester.runpytest_inprocess("--fitness")
    assert result.ret == pytest.ExitCode.USAGE_ERROR
    result.stderr.fnmatch_lines(["*fitness.yaml:2:*either `callable` or `command`*"])


def test_workers_share_one_run(pytester: pytest.Pytester) -> None:
    write_shop(
        pytester.path,
        "open('imports.txt', 'a').write('.')\ndef search(): time.sleep(0.001)\n",
    )
    parts = ("mean", "p50", "max")
    limits = ", ".join(f"{part}: {{max: 10s}}" for part in parts)
    write(pytester.path, f"it:\n  {timed('search')}\n  limits: {{{limits}}}")
    result = pytester.runpytest_inprocess("--fitness", "-n2")
    result.assert_outcomes(passed=len(parts))
    assert (pytester.path / "imports.txt").read_text() == "..."


def test_it_belongs_to_the_gate_ci(pytester: pytest.Pytester) -> None:
    write_shop(pytester.path)
    write(pytester.path, f"it:\n  {timed('slow')}\n  max: 10s")
    for gate, outcomes in (("ci", {"passed": 1}), ("scheduled", {"deselected": 1})):
        result = pytester.runpytest_inprocess("--fitness", f"--fitness-gate={gate}")
        result.assert_outcomes(**outcomes)


def test_what_would_take_longer_than_there_is_time_for_is_not_started(
    pytester: pytest.Pytester,
) -> None:
    more = "open('imports.txt', 'a').write('.')\ndef search(): pass\n"
    write_shop(pytester.path, more)
    long = timed("search", "processes: 100")
    write(pytester.path, f"long:\n  {long}\n  max: 10s\nquick:\n  {timed('slow')}\n  max: 10s")
    result = pytester.runpytest_inprocess("--fitness", "--fitness-time-budget=30s", "-v")
    result.assert_outcomes(passed=1, skipped=1)
    assert (pytester.path / "imports.txt").read_text() == "..."


@pytest.mark.skipif(sys.platform == "win32", reason="no such signals there")
@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGKILL])
def test_nothing_is_left_when_a_run_is_ended(
    pytester: pytest.Pytester, number: signal.Signals
) -> None:
    write_shop(pytester.path, HANGS)
    write(pytester.path, f"it:\n  {timed('search')}\n  max: 10s")
    temporary = pytester.mkdir("temporary")
    with subprocess.Popen(
        FITNESS,
        cwd=pytester.path,
        env={**os.environ, "TMPDIR": str(temporary)},
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    ) as process:
        wait_for(lambda: bool(list(pytester.path.glob("*.pid"))))
        started = psutil.Process(process.pid).children(recursive=True)
        process.send_signal(number)
    assert len(started) >= 2
    assert_gone(started)
    if number is signal.SIGINT:
        assert list(temporary.iterdir()) == []


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGKILL])
@pytest.mark.skipif(sys.platform == "win32", reason="no such signals there")
def test_no_command_is_left_when_a_run_is_ended(
    pytester: pytest.Pytester, number: signal.Signals
) -> None:
    hangs = "import os, time; open(f'{os.getpid()}.pid', 'w').close(); time.sleep(1000)"
    rule = run([sys.executable, "-c", hangs], QUICK)
    limits = "limits: {memory: {max: 1GB}}"
    # What ends processes for a run that is killed is there once the first one was started.
    write(pytester.path, f"first:\n  {run('true')}\n  {limits}\nit:\n  {rule}\n  {limits}")
    nowhere = subprocess.DEVNULL
    with subprocess.Popen(FITNESS, cwd=pytester.path, stdout=nowhere, stderr=nowhere) as process:
        wait_for(lambda: bool(list(pytester.path.glob("*.pid"))))
        (path,) = pytester.path.glob("*.pid")
        started = [psutil.Process(int(path.stem))]
        process.send_signal(number)
    assert_gone(started)


SECRET = "s3cr3t-p4ss"


@pytest.mark.parametrize("options", [[], ["-n2"]], ids=" ".join)
@pytest.mark.parametrize("code", ["pass", "raise SystemExit(sys.argv[1])"])
def test_no_output_and_no_file_holds_a_secret(
    pytester: pytest.Pytester, monkeypatch: pytest.MonkeyPatch, options: list[str], code: str
) -> None:
    monkeypatch.setenv("SHOP_TOKEN", SECRET)
    monkeypatch.setenv("TMPDIR", str(pytester.mkdir("temporary")))
    command = [sys.executable, "-c", f"import sys; assert sys.argv[1]; {code}", "${SHOP_TOKEN}"]
    limits = "limits: {mean: {max: 10s}, max: {max: 1ns}, memory: {max: 1B}}"
    write(pytester.path, f"it:\n  {run(command)}\n  {limits}")
    outputs = ["--fitness-json=out.json", "--junitxml=out.xml"]
    result = pytester.runpytest_inprocess("--fitness", *outputs, *options)
    assert result.ret == pytest.ExitCode.TESTS_FAILED
    said = str(result.stdout) + str(result.stderr)
    assert "${SHOP_TOKEN}" in said
    written = [path for path in pytester.path.rglob("*") if path.is_file()]
    for content in (said.encode(), *(path.read_bytes() for path in written)):
        assert SECRET.encode() not in content


@pytest.mark.skipif(sys.platform == "win32", reason="there are no such terminals")
def test_a_person_who_waits_sees_how_far_it_got(pytester: pytest.Pytester) -> None:
    import pty

    write_shop(pytester.path, "def search(): time.sleep(0.3)\n")
    write(pytester.path, f"it:\n  {timed('search')}\n  max: 10s")
    ours, theirs = pty.openpty()
    with subprocess.Popen(
        FITNESS,
        cwd=pytester.path,
        env=CALM | {"TERM": "xterm", "COLUMNS": "80"},
        stdout=theirs,
        stderr=theirs,
    ):
        os.close(theirs)
        found = b""
        try:
            while chunk := os.read(ours, 65_536):
                found += chunk
        except OSError:  # nobody writes any more
            pass
    os.close(ours)
    assert re.search(rb"benchmark it: process [123] of 3", found), found
    assert b"1 passed" in found


def test_the_kind_imports_nothing_that_measures() -> None:
    """A run that has nothing to time must not wait for what does."""
    code = "import sys, pytest_fitness.measures.benchmark.kind; print(*sys.modules)"
    listed = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True
    )
    loaded = set(listed.stdout.split())
    assert "pytest_fitness.measures.benchmark.options" in loaded
    assert not loaded & {"pyperf", "psutil", "asyncio", "tempfile", "concurrent.futures"}
    assert "pytest_fitness.measures.benchmark.measuring" not in loaded
