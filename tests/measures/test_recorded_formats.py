"""``recorded`` with a file of each tool, at the moment it was written, later, and much later."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from pytest_fitness import units
from pytest_fitness.errors import NoDataError
from pytest_fitness.measures.recorded.fresh import require_fresh
from pytest_fitness.model import Outcome, Verdict
from pytest_fitness.session.evaluate import evaluate
from pytest_fitness.session.opening import open_workspace
from pytest_fitness.session.workspace import Workspace
from result_files import THEN, asset, read_asset

DAY = 86400.0


@contextmanager
def workspace_at(root: Path, now: float, functions: str) -> Iterator[Workspace]:
    """A workspace whose run is at a moment."""
    path = root / "fitness.yaml"
    path.write_text(f"functions:\n{functions}", "utf-8")
    workspace = open_workspace(path, root)
    workspace.now = now
    try:
        yield workspace
    finally:
        workspace.close()


def judged_at(root: Path, now: float, options: str, limit: str, more: str = "") -> Verdict:
    function = f"  it:\n    recorded: {{{options}}}\n    {limit}\n    {more}\n"
    with workspace_at(root, now, function) as workspace:
        ((kind, planned, (check,)),) = workspace.plan
        return evaluate(kind, planned, check, workspace)


def copied(root: Path, name: str) -> float:
    """A file that a tool wrote, last changed `THEN`; when what it holds was measured."""
    path = root / name
    path.write_bytes(asset(name).read_bytes())
    os.utime(path, (THEN, THEN))
    moments = {reading.moment for reading in read_asset(name).values()}
    told = [moment for moment in moments if moment is not None]
    return min(told) if told else THEN


# A file, a number of it, its format, a limit that holds, one that does not, and its unit.
NUMBERS = [
    ("k6-summary-export.json", "http_req_duration.max", "k6", "max: 60ms", "max: 50ms", "s"),
    ("k6-handle-summary.json", "http_reqs.rate", "k6", "min: 45/s", "min: 46/s", "/s"),
    ("k6-machine-readable.json", "http_reqs.count", "k6", "equals: 20", "equals: 21", ""),
    ("k6-stream.json", "http_req_duration.p99", "k6", "max: 52ms", "max: 51ms", "s"),
    ("k6-stream.json", "data_received.count", "k6", "max: 500B", "max: 400B", "B"),
    ("locust_stats.csv", "home.p95", "locust", "max: 49ms", "max: 48ms", "s"),
    ("locust_stats.csv", "POST checkout.failure_ratio", "locust", "min: 99%", "max: 80%", "%"),
    ("locust.json", "Aggregated.p99.9", "locust", "max: 58ms", "max: 56ms", "s"),
    ("locust.json", "home.content_size", "locust", "equals: 2B", "equals: 3B", "B"),
    ("jmeter.csv", "home.max", "jmeter", "max: 1s", "max: 10ms", "s"),
    ("jmeter.csv", "TOTAL.throughput", "jmeter", "min: 30/s", "min: 50/s", "/s"),
    ("jmeter.csv", "TOTAL.error_rate", "jmeter", "max: 9%", "max: 0%", "%"),
    ("pytest-benchmark.json", "test_search.median", "pytest-benchmark",
     "max: 2us", "max: 1us", "s"),
    ("pytest-benchmark.json", "a/test_other.py::test_sum[1].max", "pytest-benchmark",
     "max: 1ms", "max: 1ns", "s"),
    ("pytest-benchmark-one.json", "mean", "pytest-benchmark", "max: 3us", "max: 1us", "s"),
    ("pyperf.json", "sort.median", "pyperf", "max: 600ns", "max: 500ns", "s"),
    ("pyperf-solo.json", "max", "pyperf", "max: 15ns", "max: 14ns", "s"),
    ("hyperfine.json", "sleep 0.02.max", "hyperfine", "max: 22ms", "max: 20ms", "s"),
    ("hyperfine-one.json", "median", "hyperfine", "max: 22ms", "max: 20ms", "s"),
    ("asv-1.json", "search.time_plain", "asv", "max: 400ns", "max: 200ns", "s"),
    ("asv-2.json", "search.Suite.mem_list(100, 'a')", "asv", "max: 1kB", "max: 800B", "B"),
    ("asv-2.json", "search.track_size", "asv", "max: 42", "max: 41", ""),
    ("coverage.xml", "line-rate", "cobertura", "min: 70%", "min: 71%", "%"),
    ("coverage-branch.xml", "shop/cart.py.branch-rate", "cobertura", "min: 25%", "min: 26%", "%"),
    ("junit.xml", "failures", "junit", "max: 1", "max: 0", ""),
    ("junit.xml", "testcase.max", "junit", "max: 51ms", "max: 50ms", "s"),
]  # fmt: skip
CASES = pytest.mark.parametrize(
    ("name", "number", "format_", "holds", "breaks", "unit"),
    NUMBERS,
    ids=[f"{name}-{number}" for name, number, *_ in NUMBERS],
)


@CASES
@pytest.mark.parametrize("guessed", [False, True], ids=["told", "guessed"])
def test_a_file_of_each_tool_is_judged(
    tmp_path: Path,
    name: str,
    number: str,
    format_: str,
    holds: str,
    breaks: str,
    unit: str,
    *,
    guessed: bool,
) -> None:
    moment = copied(tmp_path, name)
    options = f'file: {name}, metric: "{number}"'
    if not guessed:
        options += f", format: {format_}"
    elif needs_a_format(number, unit):
        return
    passed = judged_at(tmp_path, moment, options, holds)
    assert (passed.outcome, passed.unit) == (Outcome.PASSED, unit), passed.reason
    assert passed.value == read_asset(name)[number].value
    assert passed.subject == f"{name}: {number}"
    failed = judged_at(tmp_path, moment, options, breaks)
    assert failed.outcome == Outcome.FAILED, failed.reason


def needs_a_format(number: str, unit: str) -> bool:
    """Whether tools differ on what a name is measured in."""
    from pytest_fitness.results.formats import unit_of

    try:
        return unit_of(None, number) not in (unit, None)
    except ValueError:
        return True


@CASES
def test_a_file_of_each_tool_grows_old(
    tmp_path: Path, name: str, number: str, format_: str, holds: str, breaks: str, unit: str
) -> None:
    copied(tmp_path, name)
    told = read_asset(name)[number].moment
    moment = THEN if told is None else told
    options = f'file: {name}, metric: "{number}", format: {format_}'
    assert judged_at(tmp_path, moment + DAY - 1, options, holds).outcome == Outcome.PASSED
    late = judged_at(tmp_path, moment + DAY + 1, options, breaks)
    assert late.outcome == Outcome.NO_DATA
    assert late.reason == f"{name}: {number} is 1d old"
    longer = judged_at(tmp_path, moment + DAY + 1, f"{options}, stale_after: 2d", holds)
    assert longer.outcome == Outcome.PASSED
    early = judged_at(tmp_path, moment - 2 * DAY, options, holds)
    assert early.outcome == Outcome.NO_DATA
    assert "is from the future" in early.reason


NOTHING = [
    ("coverage.xml", "branch-rate", "cobertura", "min: 0%"),
    ("coverage-branch.xml", "shop/__init__.py.line-rate", "cobertura", "min: 0%"),
    ("asv-2-quick.json", "search.time_broken", "asv", "max: 1s"),
]


@pytest.mark.parametrize(("name", "number", "format_", "limit"), NOTHING)
def test_a_number_without_a_value_is_no_data(
    tmp_path: Path, name: str, number: str, format_: str, limit: str
) -> None:
    moment = copied(tmp_path, name)
    options = f"file: {name}, metric: {number}, format: {format_}"
    found = judged_at(tmp_path, moment, options, limit)
    assert found.outcome == Outcome.NO_DATA
    assert found.reason == (
        f"{name}: {number} has no value: nothing was counted that it could speak of"
    )


def test_memory_of_pyperf_needs_its_unit(tmp_path: Path) -> None:
    moment = copied(tmp_path, "pyperf-memory.json")
    options = "file: pyperf-memory.json, metric: command.max, format: pyperf"
    told = judged_at(tmp_path, moment, f"{options}, unit: B", "max: 13MB")
    assert (told.outcome, told.unit) == (Outcome.PASSED, units.BYTES)
    untold = judged_at(tmp_path, moment, options, "max: 13s")
    assert untold.outcome == Outcome.ERROR
    assert untold.hint == "Add `unit: B`."


# How old.


@pytest.mark.parametrize("age", [0, 1, 99.9, 100, -1, -DAY])
def test_what_is_fresh_enough_is_taken(age: float) -> None:
    require_fresh("it", THEN - age, THEN, 100.0)


@pytest.mark.parametrize(
    ("age", "said", "hint"),
    [
        (100.1, "it is 1.668min old", "It was measured at 2023-11-14 22:11 UTC;"),
        (3 * DAY, "it is 3d old", "`stale_after` is 1.667min."),
        (-DAY - 1, "it is from the future: 2023-11-15 22:13 UTC", "Look at the clock"),
    ],
)
def test_what_is_not_says_how_old_it_is(age: float, said: str, hint: str) -> None:
    with pytest.raises(NoDataError) as caught:
        require_fresh("it", THEN - age, THEN, 100.0)
    assert caught.value.message == said
    assert hint in str(caught.value.hint)


# Over several workers.


def test_what_workers_record_is_one_run(pytester: pytest.Pytester) -> None:
    for number in range(4):
        pytester.makepyfile(
            **{
                f"test_part_{number}": f"""
                def test_it(fitness):
                    fitness.record("part", {number + 1}, unit="s")
                """
            }
        )
    (pytester.path / "fitness.yaml").write_text(
        "functions:\n"
        "  worst:\n    recorded: {name: part, unit: s, reduce: max}\n    max: 3s\n"
        "  mean:\n    recorded: {name: part, unit: s, reduce: mean}\n    equals: 2500ms\n",
        "utf-8",
    )
    pytester.runpytest_inprocess("-n2").assert_outcomes(passed=4)
    run = pytester.runpytest_inprocess("--fitness")
    run.assert_outcomes(passed=1, failed=1)
    run.stdout.fnmatch_lines(["4s where * 3s is allowed", "*test_part_3.py::test_it*"])
