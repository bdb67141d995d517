"""What puts the machine under work goes alone, in one worker, also beside other runs."""

import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from pytest_fitness.session.turns import turn

Work = Callable[[str], None]
HOLD = """
import sys
from pathlib import Path
from pytest_fitness.session.turns import turn
with turn(Path(sys.argv[1]), alone=True):
    print("held", flush=True)
    sys.stdin.read()
"""


def log(pytester: pytest.Pytester) -> list[list[str]]:
    return [line.split() for line in (pytester.path / "log.txt").read_text().splitlines()]


def mixed(count: int) -> str:
    kinds = ("work", "alone", "work")
    return "".join(f"  f{n}: {{{kinds[n % 3]}: {{}}, max: 1}}\n" for n in range(count))


def test_nothing_goes_on_beside_what_goes_alone(pytester: pytest.Pytester, work: Work) -> None:
    work(mixed(24))
    pytester.runpytest_subprocess("--fitness", "-n3").assert_outcomes(passed=24)
    lines = log(pytester)
    assert len(lines) == 48
    for place, (what, kind, *rest) in enumerate(lines):
        if (what, kind) == ("begin", "alone"):
            assert lines[place + 1] == ["end", "alone", *rest]


def test_what_goes_alone_is_left_to_one_worker(pytester: pytest.Pytester, work: Work) -> None:
    work(mixed(24))
    pytester.runpytest_subprocess("--fitness", "-n3").assert_outcomes(passed=24)
    workers = {pid for _, kind, _, pid in log(pytester) if kind == "alone"}
    assert len(workers) == 1


@pytest.mark.parametrize("dist", ["load", "loadgroup", "worksteal", "loadscope", "loadfile"])
def test_every_way_of_distributing(pytester: pytest.Pytester, work: Work, dist: str) -> None:
    work(mixed(9))
    result = pytester.runpytest_subprocess("--fitness", "-n2", "--dist", dist)
    result.assert_outcomes(passed=9)


def test_everything_goes_alone_and_some_workers_idle(pytester: pytest.Pytester, work: Work) -> None:
    work("".join(f"  f{n}: {{alone: {{}}, max: 1}}\n" for n in range(3)))
    pytester.runpytest_subprocess("--fitness", "-n4").assert_outcomes(passed=3)
    assert [what for what, *_ in log(pytester)] == ["begin", "end"] * 3


def test_another_run_waits_for_its_turn(pytester: pytest.Pytester, work: Work) -> None:
    work("  f: {alone: {}, max: 1}\n")
    lock = pytester.path / ".fitness" / "turns.lock"
    lock.parent.mkdir()
    with holding(lock) as holder:
        command = [sys.executable, "-m", "pytest", "--fitness", "-q"]
        with subprocess.Popen(command, cwd=pytester.path, stdout=subprocess.DEVNULL) as run:
            with pytest.raises(subprocess.TimeoutExpired):
                run.wait(timeout=3)
            assert not (pytester.path / "log.txt").exists()
            holder.communicate(b"")
            assert run.wait(timeout=60) == 0


def test_a_run_that_dies_loses_its_turn(tmp_path: Path) -> None:
    lock = tmp_path / "lock"
    with holding(lock) as holder:
        holder.kill()
        holder.wait()
        with turn(lock, alone=True):
            pass


def test_those_that_need_not_go_alone_share(tmp_path: Path) -> None:
    lock = tmp_path / "lock"
    with turn(lock, alone=False), turn(lock, alone=False):
        pass


def test_where_no_lock_can_be_had_it_goes_on(tmp_path: Path) -> None:
    with turn(tmp_path / "missing" / "lock", alone=True):
        pass


def holding(lock: Path) -> "subprocess.Popen[bytes]":
    """A process that has its turn, until its input ends."""
    holder = subprocess.Popen(
        [sys.executable, "-c", HOLD, str(lock)], stdin=subprocess.PIPE, stdout=subprocess.PIPE
    )
    assert holder.stdout is not None
    assert holder.stdout.readline() == b"held\n"
    return holder
