"""What Locust's side writes for the run, and how Locust is started."""

import json
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pytest_fitness.load import starting
from pytest_fitness.load.plan import LoadPlan, Request, Stage
from pytest_fitness.load.recording import MOST_NAMES, OTHERS, Seen
from pytest_fitness.load.reporting import Reporter, exceptions, stage_result


def seen(*names: str, fails: int = 0) -> Seen:
    found = Seen()
    for number, name in enumerate(names):
        found.add(name, 0.1, number % 20, "status 500" if number < fails else None)
    return found


def runner(*rows: tuple[int, str, str]) -> Any:
    keys = ("count", "msg", "traceback")
    found = {number: dict(zip(keys, row, strict=True)) for number, row in enumerate(rows)}
    return SimpleNamespace(exceptions=found)


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
)


@settings(max_examples=25, deadline=None)
@given(st.lists(st.tuples(st.sampled_from(["tick", "stage"]), json_values), max_size=5))
def test_each_report_is_one_line_whatever_it_holds(reports: list[Any]) -> None:
    from tempfile import NamedTemporaryFile

    with NamedTemporaryFile() as file:
        reporter = Reporter(Path(file.name))
        for what, data in reports:
            reporter.write(what, data)
        lines = file.read().decode().splitlines()
    assert [json.loads(line) for line in lines] == [[what, data] for what, data in reports]


def test_a_stage_without_anything_remarkable_has_no_notes() -> None:
    found = stage_result(4, 4, 10.0, seen("GET /a", "GET /b", fails=1))
    assert (found.users, found.seconds, found.notes) == (4, 10.0, ())
    assert (found.total.count, found.total.failures) == (2, 1)
    assert found.errors == (("GET /a: status 500", 1),)


@pytest.mark.parametrize(
    ("change", "note"),
    [
        ({"unfinished": 1_200}, "1,200 requests waited at the end, longer than any answer took;"),
        ({"untimed": 3}, "3 requests told no time, and do not count"),
    ],
)
def test_what_the_reader_should_know_of_a_stage(change: dict[str, int], note: str) -> None:
    found = seen("GET /")
    vars(found).update(change)
    (said,) = stage_result(4, 4, 1.0, found).notes
    assert said.startswith(note)


def test_users_who_left_are_counted() -> None:
    assert stage_result(1_000, 998, 1.0, seen("a")).notes == (
        "998 of 1,000 users were left at the end",
    )


def test_names_that_were_too_many_are_said_to_be() -> None:
    many = seen(*(f"GET /{number}" for number in range(MOST_NAMES + 5)))
    found = stage_result(1, 1, 1.0, many)
    assert found.notes == (f"more than {MOST_NAMES} names of requests: the rest is {OTHERS}",)
    assert found.by_name[OTHERS].count == 5
    assert found.total.count == MOST_NAMES + 5


def test_the_most_frequent_errors_come_first_and_are_few() -> None:
    found = Seen()
    for number in range(15):
        for _ in range(number + 1):
            found.add("GET /", 0.1, 0, f"error {number}")
    errors = stage_result(1, 1, 1.0, found).errors
    assert len(errors) == 10
    assert errors[0] == ("GET /: error 14", 15)
    assert [count for _, count in errors] == sorted((c for _, c in errors), reverse=True)


def test_what_users_raised_is_told_by_how_often_and_where() -> None:
    trace = 'Traceback:\n  File "lib.py", line 1, in a\n    x\n  File "v.py", line 9, in b\n'
    said = exceptions(runner((1, "one", ""), (1_500, "many\n lines", trace), (2, "two", "?")))
    assert said == [
        "a user's code raised 'many lines' in File \"v.py\", line 9, in b (1,500 times)",
        "a user's code raised 'two'  (2 times)",
        "a user's code raised 'one'  (1 times)",
    ]


def test_a_flood_of_what_users_raised_is_cut_and_says_so() -> None:
    said = exceptions(runner(*((n, "x" * 500, "") for n in range(9))))
    assert len(said) == 3
    assert all(len(line) < 200 and "…" in line for line in said)


@settings(deadline=None)
@given(st.text(max_size=400), st.text(max_size=400))
def test_a_failure_is_kept_short_and_marked_where_it_was_cut(name: str, error: str) -> None:
    found = Seen()
    found.add(name, 0.1, 0, error)
    ((text, _),) = found.errors.items()
    whole = f"{name}: {error}"
    assert text == whole or (len(text) <= 200 and text.endswith("…"))
    assert whole.startswith(text.removesuffix("…"))
    (kept,) = found.by_name
    assert kept == name or (len(kept) == 200 and kept.endswith("…"))


SECRET = Request(headers={"A": "s3cret"})
PLAN = LoadPlan("http://localhost:8000", (SECRET,), None, (Stage(4, 9.0),))
FAR = PLAN._replace(expect_workers=2)


@pytest.mark.parametrize(
    ("plan", "arguments"),
    [
        (PLAN, ["--processes", "0"]),
        (
            FAR._replace(master="10.0.0.1:5557"),
            ["--master", "--master-bind-host", "10.0.0.1", "--master-bind-port", "5557",
             "--expect-workers", "2"],
        ),
        (
            FAR._replace(master="[::1]:77"),
            ["--master", "--master-bind-host", "::1", "--master-bind-port", "77",
             "--expect-workers", "2"],
        ),
    ],
    ids=["alone", "master", "master of version 6"],
)  # fmt: skip
def test_how_several_processes_share_a_load(plan: LoadPlan, arguments: list[str]) -> None:
    assert starting._distribution(plan) == arguments


def test_workers_of_this_machine_meet_at_a_port_of_their_own() -> None:
    found = starting._distribution(PLAN._replace(workers=3))
    assert found[:2] == ["--processes", "3"]
    places = dict(zip(found[2::2], found[3::2], strict=True))
    assert places["--master-host"] == places["--master-bind-host"] == "127.0.0.1"
    assert places["--master-port"] == places["--master-bind-port"]


def test_only_workers_of_other_machines_are_handed_the_plan_in_a_file() -> None:
    data = {"plan": {"headers": "s3cret"}}
    assert "s3cret" not in starting._text(PLAN, data)
    assert "s3cret" in starting._text(PLAN._replace(master="10.0.0.1:5557"), data)
