"""Commands, really timed, and the memory they take."""

import errno
import json
import stat
import subprocess
import sys
from pathlib import Path
from typing import Any

import psutil
import pytest
from judging import verdict, verdicts

from benchmarks import QUICK, run
from families import is_alive, wait_for
from pytest_fitness.measures.benchmark import once
from pytest_fitness.model import Outcome

TOP = "version: 1"
MEGABYTE = 1_000_000
# Python without packages, as it starts fast.
PYTHON = [sys.executable, "-I", "-S", "-c"]


def python(code: str, options: str = QUICK) -> str:
    return run([*PYTHON, code], options)


@pytest.mark.parametrize(
    ("limits", "outcomes"),
    [
        ("mean: {max: 10ms}, p50: {max: 10ms}, max: {max: 10ms}", [Outcome.FAILED] * 3),
        ("mean: {max: 10s}, p50: {max: 10s}, max: {max: 10s}", [Outcome.PASSED] * 3),
        ("throughput: {min: 100/s}, mean: {max: 10s}", [Outcome.FAILED, Outcome.PASSED]),
    ],
)
def test_a_command_is_judged_by_how_long_it_takes(
    tmp_path: Path, limits: str, outcomes: list[Outcome]
) -> None:
    rule = f"it:\n  {run('sleep 0.03')}\n  limits: {{{limits}}}"
    found = verdicts(tmp_path, rule, top=TOP)
    assert [each.outcome for each in found] == outcomes
    assert found[0].subject == "sleep 0.03: 6 values of 3 processes"
    for each in found:
        assert each.value is not None
        assert (1 / each.value if each.part == "throughput" else each.value) >= 0.03


def test_a_percentile_is_of_all_values(tmp_path: Path) -> None:
    options = "processes: 3, values: 20, warmups: 0, loops: 1"
    rule = f"it:\n  {run('sleep 0.005', options)}\n  limits: {{p95: {{max: 1ms}}}}"
    (found,) = verdicts(tmp_path, rule, top=TOP)
    assert found.outcome is Outcome.FAILED
    assert found.samples == 60
    assert found.interval is not None
    assert found.interval[0] >= 0.005


def test_several_runs_make_up_a_value(tmp_path: Path) -> None:
    """The value is of one run, however many there were."""
    code = "open('runs.txt', 'a').write('.')"
    options = "processes: 3, values: 1, warmups: 0, loops: 3"
    found = verdict(tmp_path, f"{python(code, options)}\nmax: 10s", top=TOP)
    assert found.outcome is Outcome.PASSED
    assert found.subject.endswith(": 3 values of 3 processes, each the mean of 3 calls")
    # One run to see that it works, and three times three that are timed.
    assert (tmp_path / "runs.txt").read_text() == "." * 10


def test_a_command_runs_where_it_is_told_with_what_it_is_told(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "work").mkdir()
    monkeypatch.setenv("CITY", "Porto")
    code = (
        "import os, sys\n"
        "assert os.path.basename(os.getcwd()) == 'work'\n"
        "assert os.environ['CITY'] == 'Porto' and os.environ['STREET'] == 'own'\n"
        "assert sys.stdin.read() == ''"
    )
    rule = python(code, f"{QUICK}, cwd: work, env: {{STREET: own}}")
    found = verdict(tmp_path, f"{rule}\nmax: 10s", top=TOP)
    assert found.outcome is Outcome.PASSED, found.reason


def test_a_relative_program_starts_at_the_directory_it_runs_in(tmp_path: Path) -> None:
    program = tmp_path / "work/job"
    program.parent.mkdir()
    program.write_text("#!/bin/sh\nexit 0\n")
    program.chmod(program.stat().st_mode | stat.S_IXUSR)
    found = verdict(tmp_path, f"{run('./job', f'{QUICK}, cwd: work')}\nmax: 10s", top=TOP)
    assert found.outcome is Outcome.PASSED, found.reason


def test_words_of_its_own_are_left_to_the_command(tmp_path: Path) -> None:
    """No argument is taken for one of what measures it."""
    code = "import sys; assert sys.argv[1:] == ['--profile', 'a', '--hook', 'b', '--worker', '{}']"
    command = [*PYTHON, code, "--profile", "a", "--hook", "b", "--worker", "{}"]
    limits = "limits: {mean: {max: 10s}, memory: {max: 1GB}}"
    for found in verdicts(tmp_path, f"it:\n  {run(command)}\n  {limits}", top=TOP):
        assert found.outcome is Outcome.PASSED, found.reason


def test_what_a_command_prints_is_thrown_away(
    tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    code = "import sys; sys.stdout.write('x' * 3_000_000); sys.stderr.write('y' * 3_000_000)"
    found = verdict(tmp_path, f"{python(code)}\nmax: 10s", top=TOP)
    assert found.outcome is Outcome.PASSED, found.reason
    assert capfd.readouterr() == ("", "")


def memory(root: Path, code: str) -> float:
    rule = f"it:\n  {python(code)}\n  limits: {{memory: {{max: 1B}}}}"
    (found,) = verdicts(root, rule, top=TOP)
    assert found.outcome is Outcome.FAILED, found.reason
    assert found.unit == "B"
    assert found.value is not None
    return found.value


def test_memory_is_the_peak_even_of_a_moment(tmp_path: Path) -> None:
    """It is let go of at once, between two looks."""
    found = memory(tmp_path, "bytearray(200_000_000)[::4096] = bytes(48829)")
    assert 200 * MEGABYTE < found < 240 * MEGABYTE


@pytest.mark.skipif(sys.platform != "linux", reason="of short runs, others tell less")
def test_memory_of_processes_that_a_command_starts_counts(tmp_path: Path) -> None:
    child = (
        "import os, sys, time\n"
        "held = bytearray(b'x') * 100_000_000\n"
        "open('up' + sys.argv[1], 'w').close()\n"
        "while len([name for name in os.listdir() if name.startswith('up')]) < 2:\n"
        "    time.sleep(0.01)\n"
        "time.sleep(0.5)\n"
    )
    (tmp_path / "child.py").write_text(child)
    code = (
        "import subprocess, sys\n"
        "start = lambda n: subprocess.Popen([sys.executable, '-I', '-S', 'child.py', str(n)])\n"
        "for process in [start(1), start(2)]: process.wait()"
    )
    rule = f"it:\n  {python(code)}\n  limits: {{memory: {{max: 1B}}}}"
    (found,) = verdicts(tmp_path, rule, top=TOP)
    assert found.value is not None
    assert 200 * MEGABYTE < found.value < 300 * MEGABYTE
    assert found.subject.endswith("with the processes it started")


@pytest.mark.skipif(sys.platform != "linux", reason="of small programs, others tell less")
def test_memory_of_a_small_program_is_known_to_be_small(tmp_path: Path) -> None:
    """However large the process is that runs it."""
    ballast = bytearray(b"x") * (100 * MEGABYTE)
    rule = f"it:\n  {run('true')}\n  limits: {{memory: {{max: LIMIT}}}}"
    (within,) = verdicts(tmp_path, rule.replace("LIMIT", "30MB"), top=TOP)
    assert within.outcome is Outcome.PASSED, within.reason
    (past,) = verdicts(tmp_path, rule.replace("LIMIT", "1kB"), top=TOP)
    assert past.outcome in (Outcome.INCONCLUSIVE, Outcome.FAILED)
    for found in (within, past):
        assert found.interval is not None
        low, high = found.interval
        assert found.value == high < 30 * MEGABYTE
        assert low < 10 * MEGABYTE
        assert any("at most" in note for note in found.notes)
    assert len(ballast) == 100 * MEGABYTE


def test_a_command_is_run_once_for_memory_alone(tmp_path: Path) -> None:
    code = "open('runs.txt', 'a').write('.')"
    rule = f"it:\n  {python(code)}\n  limits: {{memory: {{max: 1GB}}}}"
    (found,) = verdicts(tmp_path, rule, top=TOP)
    assert found.outcome is Outcome.PASSED
    assert (tmp_path / "runs.txt").read_text() == "."


def test_one_run_serves_memory_and_the_first_look(tmp_path: Path) -> None:
    code = "open('runs.txt', 'a').write('.')"
    limits = "limits: {memory: {max: 1GB}, mean: {max: 10s}, max: {max: 10s}}"
    options = "processes: 3, values: 1, warmups: 0, loops: 1"
    found = verdicts(tmp_path, f"it:\n  {python(code, options)}\n  {limits}", top=TOP)
    assert [each.outcome for each in found] == [Outcome.PASSED] * 3
    assert (tmp_path / "runs.txt").read_text() == "." * 4


@pytest.mark.parametrize(
    ("command", "said", "hint"),
    [
        ("no-such-program-here", "'no-such-program-here' was not found", "put it on PATH"),
        ("./missing", "'./missing' was not found", "a relative one starts at"),
        ("./plain", "'./plain' may not be executed", "chmod +x"),
        ("./headless", "'./headless' cannot be started", "#!/bin/sh"),
        ("false", "'false' ended with status 1, and no word of why", ""),
        (["sh", "-c", "echo out of stock >&2; exit 3"], "ended with status 3: out of stock", ""),
        (["sh", "-c", "kill -SEGV $$"], "was killed by SIGSEGV", ""),
    ],
)
def test_a_command_that_does_not_run_says_why(
    tmp_path: Path, command: str | list[str], said: str, hint: str
) -> None:
    (tmp_path / "plain").write_text("#!/bin/sh\n")
    (tmp_path / "headless").write_text("echo\n")
    (tmp_path / "headless").chmod(0o755)
    limits = "limits: {mean: {max: 10s}, memory: {max: 1GB}}"
    for found in verdicts(tmp_path, f"it:\n  {run(command)}\n  {limits}", top=TOP):
        assert found.outcome is Outcome.ERROR
        assert said in found.reason
        assert hint in found.hint


def test_a_command_that_fails_is_run_once_only(tmp_path: Path) -> None:
    code = "open('runs.txt', 'a').write('.'); raise SystemExit(1)"
    limits = "limits: {mean: {max: 10s}, max: {max: 10s}, memory: {max: 1GB}}"
    found = verdicts(tmp_path, f"it:\n  {python(code)}\n  {limits}", top=TOP)
    assert [each.outcome for each in found] == [Outcome.ERROR] * 3
    assert (tmp_path / "runs.txt").read_text() == "."


def test_a_command_that_fails_while_it_is_timed_says_so(tmp_path: Path) -> None:
    code = "import os; os.mkdir('left')"
    found = verdict(tmp_path, f"{python(code)}\nmax: 10s", top=TOP)
    assert found.outcome is Outcome.ERROR
    assert "it ended with status 1 while it was timed" in found.reason
    assert "what an earlier run left" in found.hint


def test_a_directory_that_is_not_there(tmp_path: Path) -> None:
    found = verdict(tmp_path, f"{run('true', f'{QUICK}, cwd: nowhere')}\nmax: 10s", top=TOP)
    assert found.outcome is Outcome.ERROR
    assert f"there is no directory {str(tmp_path / 'nowhere')!r}" in found.reason


def test_a_command_that_hangs_is_ended(tmp_path: Path) -> None:
    code = "import os, time; open('number', 'w').write(str(os.getpid())); time.sleep(1000)"
    found = verdict(tmp_path, f"{python(code, f'{QUICK}, timeout: 1s')}\nmax: 10s", top=TOP)
    assert found.outcome is Outcome.ERROR
    assert "was not done within 1s, and was ended" in found.reason
    assert found.hint == "Raise `timeout`."
    number = (tmp_path / "number").read_text() if (tmp_path / "number").exists() else ""
    if number:  # else it was ended before it began
        wait_for(lambda: not is_alive(int(number)))


# The program that runs a command once, where the system cannot start one as Linux does.
ELSEWHERE = """\
import os, runpy, sys
del os.posix_spawnp
sys.argv = sys.argv[1:]
runpy.run_path(sys.argv[0], run_name="__main__")
"""


def elsewhere(*argv: str) -> dict[str, Any]:
    script, packages = Path(once.__file__), Path(psutil.__file__).parents[1]
    found = subprocess.run(
        [sys.executable, "-c", ELSEWHERE, str(script), str(packages), *argv],
        capture_output=True,
        check=True,
    )
    told: dict[str, Any] = json.loads(found.stdout)
    return told


def test_other_systems_tell_what_was_seen() -> None:
    held = "held = bytearray(b'x') * 50_000_000; import time; time.sleep(0.5); print('noise')"
    told = elsewhere(*PYTHON, held)
    assert told["status"] == 0
    assert told["peak"] == told["at_least"]
    assert 50 * MEGABYTE < told["peak"] < 80 * MEGABYTE


def test_other_systems_tell_how_it_ended() -> None:
    assert elsewhere(*PYTHON, "raise SystemExit(3)")["status"] == 3
    assert elsewhere("no-such-program-here")["errno"] == errno.ENOENT


def test_memory_of_this_process_is_known_without_linux(monkeypatch: pytest.MonkeyPatch) -> None:
    def missing(*_: object) -> None:
        raise FileNotFoundError

    known = once._own_peak()
    monkeypatch.setattr(once, "open", missing, raising=False)
    assert once._own_peak() == pytest.approx(known, rel=0.5)
    assert known > 10 * MEGABYTE
