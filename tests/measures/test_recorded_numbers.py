"""``recorded`` with a name: what ordinary tests handed over."""

import time
from datetime import UTC, datetime
from fnmatch import fnmatchcase
from pathlib import Path
from typing import Literal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from judging import verdict

from pytest_fitness.model import Outcome, Verdict
from pytest_fitness.results.handed_over import DIRECTORY, Record, Unpassed, write

TOP = "version: 1"


def record(root: Path, *records: Record, age: float = 0.0) -> None:
    write(root / DIRECTORY, records, time.time() - age)


def judged(root: Path, options: str, limit: str, more: str = "") -> Verdict:
    return verdict(root, f"recorded: {{{options}}}\n{limit}\n{more}", top=TOP)


def test_a_number_that_a_test_recorded_is_judged(tmp_path: Path) -> None:
    record(tmp_path, Record("search.p95", 210.0, "ms", "tests/test_search.py::test_it"))
    found = judged(tmp_path, "name: search.p95, unit: s", "max: 300ms")
    assert found.outcome == Outcome.PASSED
    assert found.value == 0.21
    assert found.subject == "search.p95 of tests/test_search.py::test_it"
    assert judged(tmp_path, "name: search.p95, unit: s", "max: 200ms").outcome == Outcome.FAILED


@pytest.mark.parametrize(
    ("reduce", "value"),
    [
        ("", 3.0),
        (", reduce: last", 3.0),
        (", reduce: mean", 4.0),
        (", reduce: min", 1.0),
        (", reduce: max", 8.0),
        (", reduce: p50", 3.5),
        (", reduce: p95", 7.4),
        (", reduce: p99", 7.88),
    ],
)
def test_several_numbers_of_one_run_become_one(tmp_path: Path, reduce: str, value: float) -> None:
    record(tmp_path, *(Record("n", 100.0) for _ in range(5)), age=60)
    record(tmp_path, *(Record("n", each) for each in (8.0, 1.0, 4.0, 3.0)))
    found = judged(tmp_path, f"name: n{reduce}", "max: 9")
    assert found.value == pytest.approx(value)
    assert found.samples == (1 if reduce in ("", ", reduce: last") else 4)


@pytest.mark.parametrize(
    ("reduce", "subject"),
    [
        ("last", "n of t.py::b"),
        ("max", "n of t.py::a"),
        ("min", "n of t.py::b"),
        ("mean", "n, recorded 3 times"),
        ("p50", "n of t.py::c"),
    ],
)
def test_the_test_that_it_came_from_is_named(tmp_path: Path, reduce: str, subject: str) -> None:
    record(
        tmp_path,
        Record("n", 9.0, "s", "t.py::a"),
        Record("n", 7000.0, "ms", "t.py::c"),
        Record("n", 1.0, "s", "t.py::b"),
    )
    assert judged(tmp_path, f"name: n, unit: s, reduce: {reduce}", "max: 5s").subject == subject


@pytest.mark.parametrize(
    ("recorded", "options", "limit", "value"),
    [
        ("ms", "unit: s", "max: 1s", 0.25),
        ("s", "unit: ms", "max: 300s", 250.0),
        ("", "unit: ms", "max: 1s", 0.25),
        ("", "unit: kB", "max: 1MB", 250_000.0),
        ("", "", "max: 300", 250.0),
        ("kB", "unit: B", "max: 1MB", 250_000.0),
        ("%", "unit: '%'", "min: 10%", 2.5),
    ],
)
def test_the_test_says_in_what_it_measured_or_else_the_function(
    tmp_path: Path, recorded: str, options: str, limit: str, value: float
) -> None:
    record(tmp_path, Record("n", 250.0, recorded))
    found = judged(tmp_path, f"name: n, {options}", limit)
    assert (found.outcome, found.value) == (Outcome.PASSED, value)


@pytest.mark.parametrize(
    ("recorded", "options", "limit", "said", "hint"),
    [
        ("ms", "", "max: 300", "in s, and the limit is in plain numbers", "Add `unit: s`."),
        ("ms", "unit: B", "max: 1MB", "in s, and the limit is in B", "Add `unit: s`."),
    ],
)
def test_another_unit_than_that_of_the_limit_is_told(
    tmp_path: Path, recorded: str, options: str, limit: str, said: str, hint: str
) -> None:
    record(tmp_path, Record("n", 250.0, recorded))
    found = judged(tmp_path, f"name: n, {options}", limit)
    assert found.outcome == Outcome.ERROR
    assert found.reason == f"n was recorded {said}"
    assert found.hint == hint


@given(st.integers(1, 100_000), st.sampled_from(["ms", "us", "%", "kB", "/min"]))
@settings(max_examples=40)
def test_a_value_on_the_line_is_within(
    tmp_path_factory: pytest.TempPathFactory, value: int, unit: str
) -> None:
    if unit == "%":
        value = value % 101
    root = tmp_path_factory.mktemp("root")  # what earlier examples recorded would be read as well
    record(root, Record("n", float(value), unit))
    found = judged(root, f"name: n, unit: '{unit}'", f"equals: {value}{unit}")
    assert found.outcome == Outcome.PASSED, found.reason


@pytest.mark.parametrize(
    ("known", "hint"),
    [
        (None, "Run the tests that record it first."),
        ("search.p90", "Did you mean 'search.p90'?"),
        ("zzz", "Known: zzz."),
    ],
)
def test_what_no_test_recorded_is_no_data(tmp_path: Path, known: str | None, hint: str) -> None:
    if known:
        record(tmp_path, Record(known, 1.0))
    found = judged(tmp_path, "name: search.p95", "max: 1", "on_no_data: warn")
    assert found.outcome == Outcome.NO_DATA
    assert found.reason == "no test has recorded search.p95"
    assert found.hint == hint
    assert found.effect == "warn"


def test_what_was_recorded_last_month_is_no_data(tmp_path: Path) -> None:
    record(tmp_path, Record("n", 1.0, "", "t.py::test"), age=30 * 86400)
    found = judged(tmp_path, "name: n", "max: 1")
    assert found.outcome == Outcome.NO_DATA
    assert found.reason == "n is 30d old"
    assert judged(tmp_path, "name: n, stale_after: 31d", "max: 1").outcome == Outcome.PASSED


@pytest.mark.parametrize(
    ("age", "shown"),
    [(0, "*s"), (90, "2min"), (3 * 3600, "3h"), (2.2 * 86400, "2d")],
)
def test_how_old_a_number_is_and_of_which_test_is_always_told(
    tmp_path: Path, age: float, shown: str
) -> None:
    record(tmp_path, Record("n", 1.0, "", "t.py::test"), age=age)
    (note,) = judged(tmp_path, "name: n, stale_after: 9d", "max: 1").notes
    assert fnmatchcase(note, f"recorded {shown} ago by t.py::test")


def test_of_several_tests_the_first_is_named(tmp_path: Path) -> None:
    record(tmp_path, *(Record("n", 1.0, "", f"t.py::{test}") for test in "abac"), age=7200)
    (note,) = judged(tmp_path, "name: n", "max: 1").notes
    assert note == "recorded 2h ago by t.py::a and 2 more"


@pytest.mark.parametrize(
    ("outcome", "said"), [("failed", "failed in"), ("skipped", "was skipped in")]
)
def test_a_number_is_not_trusted_when_its_test_did_not_pass_since(
    tmp_path: Path, outcome: Literal["failed", "skipped"], said: str
) -> None:
    moment = datetime(2026, 11, 21, 9, 12, tzinfo=UTC).timestamp()
    write(tmp_path / DIRECTORY, [Record("n", 1.0, "", "t.py::test")], moment - 60)
    write(tmp_path / DIRECTORY, [], moment, [Unpassed("t.py::test", outcome)])
    found = judged(tmp_path, "name: n, stale_after: 9999d", "max: 1")
    assert found.outcome == Outcome.NO_DATA
    assert found.reason == (
        f"n is not trusted: the test t.py::test {said} the newest run (2026-11-21 09:12 UTC)"
    )
    assert "mend them, and run them again" in found.hint


def test_nor_when_another_test_that_records_it_passed(tmp_path: Path) -> None:
    lost = [Unpassed("t.py::b", "skipped", ("n",)), Unpassed("t.py::c", "failed", ("n",))]
    write(tmp_path / DIRECTORY, [Record("n", 1.0, "", "t.py::a")], time.time(), lost)
    found = judged(tmp_path, "name: n, reduce: max", "max: 1")
    assert found.outcome == Outcome.NO_DATA
    assert "the test t.py::c failed" in found.reason


def test_numbers_of_several_units_are_told_with_their_tests(tmp_path: Path) -> None:
    record(
        tmp_path,
        Record("n", 1.0, "s", "t.py::a"),
        Record("n", 1.0, "B", "t.py::b"),
    )
    for options in ("name: n, unit: s", "name: n, unit: B", "name: n"):
        found = judged(tmp_path, options, f"max: 9{options[14:]}")
        assert found.outcome == Outcome.ERROR
        assert found.reason == "n was recorded in s by t.py::a and in B by t.py::b"
        assert "one unit" in found.hint


def test_a_unit_that_does_not_fit_is_told_with_its_test(tmp_path: Path) -> None:
    record(tmp_path, Record("n", 1.0, "ms", "t.py::a"))
    found = judged(tmp_path, "name: n, unit: B", "max: 1kB")
    assert found.reason == "n was recorded in s by t.py::a, and the limit is in B"


def test_a_broken_file_is_an_error_and_no_pass(tmp_path: Path) -> None:
    record(tmp_path, Record("n", 1.0))
    (path,) = (tmp_path / DIRECTORY).iterdir()
    path.write_bytes(path.read_bytes()[:-20])
    found = judged(tmp_path, "name: n", "max: 1", "on_no_data: skip")
    assert found.outcome == Outcome.ERROR
    assert found.reason == f"{DIRECTORY}/{path.name}: it is no file of recorded numbers"


def test_from_the_fixture_to_the_verdict(pytester: pytest.Pytester) -> None:
    pytester.makepyfile(
        test_search="""
        def test_search(fitness):
            fitness.record("search.p95", 210, unit="ms")

        def test_again(fitness):
            fitness.record("search.p95", 0.19, unit="s")
        """
    )
    pytester.path.joinpath("fitness.yaml").write_text(
        "functions:\n"
        "  last:\n    recorded: {name: search.p95, unit: s}\n    max: 200ms\n"
        "  worst:\n    recorded: {name: search.p95, unit: s, reduce: max}\n    max: 200ms\n"
    )
    pytester.runpytest_inprocess("--fitness").assert_outcomes(failed=2)
    pytester.runpytest_inprocess().assert_outcomes(passed=2)
    run = pytester.runpytest_inprocess("--fitness")
    run.assert_outcomes(passed=1, failed=1)
    run.stdout.fnmatch_lines(["210ms where * 200ms is allowed", "*test_search.py::test_search"])
