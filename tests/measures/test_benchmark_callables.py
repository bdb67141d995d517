"""Functions of a project, really timed in processes of their own."""

import os
from pathlib import Path

import pytest
from judging import verdict, verdicts

from benchmarks import QUICK, timed, write_shop
from pytest_fitness.model import Outcome

TOP = "version: 1"


@pytest.mark.parametrize(
    ("function", "limit", "outcome"),
    [
        ("slow", "max: 1ms", Outcome.FAILED),
        ("slow", "max: 10s", Outcome.PASSED),
        ("slow", "{max: 10s, warn: {max: 1ms}}", Outcome.WARNED),
        ("waits", "max: 1ms", Outcome.FAILED),
        ("waits", "max: 10s", Outcome.PASSED),
        ("Cart.total", "max: 10s", Outcome.PASSED),
        ("total", "max: 10s", Outcome.PASSED),
    ],
)
def test_a_function_is_judged_by_how_long_it_takes(
    tmp_path: Path, function: str, limit: str, outcome: Outcome
) -> None:
    write_shop(tmp_path)
    setup = ", setup: 'shop.pricing:basket'" if function == "total" else ""
    lines = limit[1:-1].replace(", warn", "\nwarn") if limit.startswith("{") else limit
    found = verdict(tmp_path, f"{timed(function, QUICK + setup)}\n{lines}", top=TOP)
    assert found.outcome is outcome, found.reason
    assert found.unit == "s"
    assert found.samples == 6
    assert found.subject == f"shop.pricing:{function}: 6 values of 3 processes"
    assert found.value is not None
    assert found.interval is not None
    assert found.interval[0] <= found.value <= found.interval[1]


def test_a_slowdown_that_is_put_in_is_found(tmp_path: Path) -> None:
    """The same rule, before and after somebody lets the function wait for 20 ms."""
    limits = "limits: {mean: {max: 10ms}, p50: {max: 10ms}, throughput: {min: 100/s}}"
    rule = f"it:\n  {timed('search')}\n  {limits}"
    write_shop(tmp_path, "def search(): return sorted(range(100))\n")
    assert {found.outcome for found in verdicts(tmp_path, rule, top=TOP)} == {Outcome.PASSED}
    code = tmp_path / "src/shop/pricing.py"
    code.write_text("import time\ndef search(): time.sleep(0.02)\n", "utf-8")
    after = verdicts(tmp_path, rule, top=TOP)
    assert {found.part: found.outcome for found in after} == dict.fromkeys(
        ("mean", "p50", "throughput"), Outcome.FAILED
    )
    assert all(found.value and found.value >= 0.02 for found in after if found.unit == "s")
    (rate,) = (found.value for found in after if found.part == "throughput")
    assert rate is not None
    assert rate <= 50


def test_processes_that_differ_much_tell_nothing(tmp_path: Path) -> None:
    """The mean is past its limit, and its interval is not: one process of three is the cause."""
    write_shop(
        tmp_path,
        "def place():\n"
        "    with open('processes.txt', 'a+') as file:\n"
        "        file.write('.')\n"
        "        return file.tell()\n"
        "def search(place): time.sleep(0.2 if place == 3 else 0.001)\n",
    )
    options = f"{QUICK}, setup: 'shop.pricing:place'"
    limits = "limits: {mean: {max: 50ms}, throughput: {min: 20/s}}"
    for found in verdicts(tmp_path, f"it:\n  {timed('search', options)}\n  {limits}", top=TOP):
        assert found.outcome is Outcome.INCONCLUSIVE, found.reason
        assert "but 95% sure is only" in found.reason
        assert "more `processes` would tell" in found.reason
        assert any(note.startswith("noisy: values vary by ") for note in found.notes)


def test_a_function_that_takes_as_long_each_time_is_not_noisy(tmp_path: Path) -> None:
    write_shop(tmp_path, "def search(): time.sleep(0.3)\n")
    options = "processes: 3, values: 1, warmups: 0, loops: 1"
    found = verdict(tmp_path, f"{timed('search', options)}\nmax: 10s", top=TOP)
    assert found.notes == ()


def test_fast_functions_are_called_many_times_a_value(tmp_path: Path) -> None:
    write_shop(tmp_path)
    options = "processes: 3, values: 1, warmups: 0, setup: 'shop.pricing:basket'"
    rule = f"it:\n  {timed('total', options)}\n  limits: {{mean: {{max: 1s}}, max: {{max: 1s}}}}"
    mean, largest = verdicts(tmp_path, rule, top=TOP)
    assert mean.outcome is largest.outcome is Outcome.PASSED
    assert mean.value is not None
    assert "3 values of 3 processes, each the mean of " in mean.subject
    calls = int(mean.subject.split("mean of ")[1].split()[0].replace(",", ""))
    assert calls * mean.value > 0.05
    said = "`max` is of values, not of single calls: with `loops: 1` each value is one call"
    assert said in largest.notes
    assert said.replace("max", "mean") not in mean.notes


def test_the_largest_value_has_no_interval(tmp_path: Path) -> None:
    write_shop(tmp_path)
    rule = f"it:\n  {timed('slow')}\n  limits: {{mean: {{max: 10s}}, max: {{max: 1ms}}}}"
    mean, largest = verdicts(tmp_path, rule, top=TOP)
    assert largest.outcome is Outcome.FAILED
    assert largest.interval is None
    assert mean.value is not None
    assert largest.value is not None
    assert largest.value >= mean.value


def test_warm_ups_are_thrown_away(tmp_path: Path) -> None:
    write_shop(
        tmp_path,
        "CALLS = []\ndef search():\n    CALLS.append(1)\n    if len(CALLS) < 3: time.sleep(0.1)\n",
    )
    rule = timed("search", f"{QUICK}, warmups: 2")
    assert verdict(tmp_path, f"{rule}\nmax: 90ms", top=TOP).outcome is Outcome.PASSED
    rule = timed("search", f"{QUICK}, warmups: 0")
    found = verdict(tmp_path, f"{rule}\nmax: 1ns", top=TOP)
    assert found.value is not None
    assert found.value >= 0.1


def test_the_setup_runs_once_a_process_and_is_not_timed(tmp_path: Path) -> None:
    write_shop(
        tmp_path,
        "def basket_of_this():\n"
        "    time.sleep(0.15)\n"
        "    with open('setups.txt', 'a') as file: file.write('.')\n"
        "    return {'items': [1]}\n"
        "def search(basket): assert basket == {'items': [1]}\n",
    )
    options = f"{QUICK}, setup: 'shop.pricing:basket_of_this'"
    found = verdict(tmp_path, f"{timed('search', options)}\nmax: 140ms", top=TOP)
    assert found.outcome is Outcome.PASSED, found.reason
    assert (tmp_path / "setups.txt").read_text() == "..."


def test_a_function_runs_in_a_process_of_its_own(tmp_path: Path) -> None:
    write_shop(
        tmp_path,
        "import os, sys\ndef search(): open(f'{os.getpid()}.pid', 'w').close()\n",
    )
    assert verdict(tmp_path, f"{timed('search')}\nmax: 10s", top=TOP).outcome is Outcome.PASSED
    numbers = {int(path.stem) for path in tmp_path.glob("*.pid")}
    assert len(numbers) == 3
    assert os.getpid() not in numbers


def test_it_has_the_environment_of_pytest_and_its_own(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """All but what makes child processes measure coverage, which would be timed too."""
    write_shop(
        tmp_path,
        "import os\n"
        "def search():\n"
        "    assert os.environ['CITY'] == 'Porto', os.environ['CITY']\n"
        "    assert os.environ['STREET'] == 'own', os.environ['STREET']\n"
        "    assert 'COV_CORE_CONTEXT' not in os.environ\n"
        "    assert not [name for name in os.environ if name.startswith('PYTEST_FITNESS')]\n",
    )
    monkeypatch.setenv("CITY", "Porto")
    monkeypatch.setenv("STREET", "of pytest")
    monkeypatch.setenv("COV_CORE_CONTEXT", "test")
    found = verdict(
        tmp_path, f"{timed('search', QUICK + ', env: {STREET: own}')}\nmax: 10s", top=TOP
    )
    assert found.outcome is Outcome.PASSED, found.reason


def test_modules_come_from_several_directories_before_what_is_installed(tmp_path: Path) -> None:
    write_shop(tmp_path, "import colours, json\ndef search(): assert json.OURS and colours.RED\n")
    for name, text in (("lib/colours.py", "RED = 1"), ("src/json.py", "OURS = 1")):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text(text)
    # What pyperf itself has imported before stays what it is.
    (tmp_path / "src/shop/pricing.py").write_text(
        "import colours\ndef search(): assert colours.RED\n"
    )
    rule = timed("search", source="[src, lib]")
    found = verdict(tmp_path, f"{rule}\nmax: 10s", top=TOP)
    assert found.outcome is Outcome.PASSED, found.reason


def test_the_directory_of_the_file_is_the_default_source(tmp_path: Path) -> None:
    (tmp_path / "tools.py").write_text("def search(): pass\n")
    (tmp_path / "work").mkdir()
    rule = f"benchmark: {{callable: 'tools:search', cwd: work, {QUICK}}}"
    assert verdict(tmp_path, f"{rule}\nmax: 10s", top=TOP).outcome is Outcome.PASSED


def test_what_a_function_prints_is_thrown_away(
    tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    write_shop(
        tmp_path,
        "import sys\n"
        "def search():\n"
        "    print('x' * 3_000_000)\n"
        "    print('y' * 3_000_000, file=sys.stderr)\n"
        "    assert sys.stdin.read() == ''\n",
    )
    found = verdict(tmp_path, f"{timed('search')}\nmax: 10s", top=TOP)
    assert found.outcome is Outcome.PASSED, found.reason
    assert capfd.readouterr() == ("", "")


def test_one_run_serves_all_limits(tmp_path: Path) -> None:
    write_shop(tmp_path, "open('imports.txt', 'a').write('.')\ndef search(): time.sleep(0.001)\n")
    limits = "mean: {max: 10s}, p50: {max: 10s}, max: {max: 10s}, throughput: {min: 1/h}"
    rule = f"it:\n  {timed('search')}\n  limits: {{{limits}}}"
    found = verdicts(tmp_path, rule, top=TOP)
    assert [each.outcome for each in found] == [Outcome.PASSED] * 4
    assert (tmp_path / "imports.txt").read_text() == "..."
    values = {each.part: each.value for each in found}
    assert values["mean"] is not None
    assert values["throughput"] == pytest.approx(1 / values["mean"])
