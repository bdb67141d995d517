"""Runs stopped from outside: nothing is half written, and nothing is taken for whole."""

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest
from run_results import history, insert, report

Words = Callable[..., None]
LIMITED = "  NAME:\n    words: {source: docs}\n    max: 3\n"
# The second function says that it has begun, and measures until it is stopped.
WAITS = (
    "import time\n"
    "        if function.id == 'second':\n"
    "            Path('begun').touch()\n"
    "            while not Path('go').exists(): time.sleep(0.01)"
)
pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="other signals there")


@pytest.fixture
def waiting(pytester: pytest.Pytester, words: Words) -> pytest.Pytester:
    """Three functions, of which the second waits."""
    words("".join(LIMITED.replace("NAME", name) for name in ("first", "second", "third")), a="1")
    insert(pytester.path, WAITS)
    return pytester


def stopped(pytester: pytest.Pytester, sent: signal.Signals, *options: str) -> tuple[int, str]:
    """The exit status and output of a run that gets a signal while its second function measures."""
    command = [sys.executable, "-m", "pytest", "-p", "no:cacheprovider", "--fitness", *options]
    output = pytester.path / "output.log"
    with output.open("wb") as log:
        process = subprocess.Popen(
            command, stdout=log, stderr=log, cwd=pytester.path, start_new_session=True
        )
        try:
            while not (pytester.path / "begun").exists() and process.poll() is None:
                time.sleep(0.01)
            # Ctrl-C reaches every process of the terminal.
            (os.killpg if sent is signal.SIGINT else os.kill)(process.pid, sent)
            return process.wait(timeout=60), output.read_text("utf-8")
        finally:
            (pytester.path / "go").touch()  # lets workers end that were left alone
            if process.poll() is None:
                process.kill()
                process.wait()


@pytest.mark.parametrize("workers", [[], ["-n1"], ["-n2"]])
def test_ctrl_c_keeps_what_was_judged_and_marks_the_run(
    waiting: pytest.Pytester, workers: list[str]
) -> None:
    status, output = stopped(waiting, signal.SIGINT, "--fitness-json=out.json", *workers)
    assert status == pytest.ExitCode.INTERRUPTED
    assert "KeyboardInterrupt" in output
    judged = set(report(waiting.path / "out.json"))
    assert "second" not in judged
    runs = history(waiting.path)
    # With two workers the others may or may not have been judged by then.
    assert runs == ([("aborted", len(judged))] if judged else [])
    if not workers:
        assert runs == [("aborted", 1)]
        assert "1 passed" in output
    assert strays(waiting.path) == []


@pytest.mark.parametrize("sent", [signal.SIGTERM, signal.SIGKILL])
def test_a_run_that_is_killed_leaves_all_files_as_they_were(
    waiting: pytest.Pytester, sent: signal.Signals
) -> None:
    (waiting.path / "go").touch()
    options = ("--fitness", "--fitness-json=out.json")
    waiting.runpytest_inprocess(*options).assert_outcomes(passed=3)
    before = (waiting.path / "out.json").read_bytes()
    for name in ("go", "begun"):
        (waiting.path / name).unlink()
    status, _ = stopped(waiting, sent, "--fitness-json=out.json")
    assert status == -sent
    assert (waiting.path / "out.json").read_bytes() == before
    assert history(waiting.path) == [("complete", 3)]
    assert strays(waiting.path) == []
    waiting.runpytest_inprocess(*options).assert_outcomes(passed=3)
    assert history(waiting.path) == [("complete", 3), ("complete", 3)]


def test_an_interrupted_run_prunes_nothing(waiting: pytest.Pytester) -> None:
    config = waiting.path / "fitness.yaml"
    config.write_text(config.read_text("utf-8").replace("max: 3", "max: 3\n    baseline: frozen"))
    accepted = {name: {"gone.txt": 9} for name in ("first", "second", "third")}
    baseline = waiting.path / "fitness-baseline.json"
    baseline.write_text(json.dumps({"format": 1, "functions": accepted}), "utf-8")
    before = baseline.read_bytes()
    status, output = stopped(waiting, signal.SIGINT, "--fitness-update-baseline")
    assert status == pytest.ExitCode.INTERRUPTED
    assert baseline.read_bytes() == before
    assert "commit it" not in output


def test_what_an_interrupted_run_measured_is_compared_with(waiting: pytest.Pytester) -> None:
    stopped(waiting, signal.SIGINT)
    (waiting.path / "docs" / "a.txt").write_text("1 2", "utf-8")
    result = waiting.runpytest_inprocess("--fitness", "-k", "first or third")
    result.stdout.fnmatch_lines(["  ✓ first *+1  ▁█", "  ✓ third *+33%"])


def strays(directory: Path) -> list[str]:
    """Files that a report begun and not finished would leave."""
    return [path.name for path in directory.glob(".out.json*")]
