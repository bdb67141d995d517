"""CSV: a cell, or a column in time."""

import csv
import io
import math
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from file_asking import NOW, THEN, ask_file, points_of, refused
from pytest_fitness.answers import Answer, Points, Window
from pytest_fitness.errors import MeasureError

TESTS = "test,took,size\ncheckout,1.5,10\nsearch,0.5,20\n"
RUNS = (
    "at;host;took\n"
    "2023-11-14T22:13:20Z;a;3\n"
    "2023-11-14T22:12:20Z;a;2\n"
    f"{THEN - 30};b;9\n"
    f"{(THEN - 120) * 1000:.0f};a;1\n"
    "2023-11-14T22:12:50+00:00;a;\n"
)


def ask(root: Path, text: str | bytes, window: Window = NOW, **query: Any) -> Answer:
    return ask_file(root / "a.csv", text, window, **query)


def points(root: Path, text: str | bytes, window: Window = NOW, **query: Any) -> Points:
    return points_of(ask(root, text, window, **query))


def message(root: Path, text: str | bytes, **query: Any) -> str:
    return refused(root / "a.csv", text, **query).message


def test_one_cell(tmp_path: Path) -> None:
    assert points(tmp_path, TESTS, column="took", where={"test": "search"}) == ((THEN, 0.5),)
    found = points(tmp_path, TESTS, column="size", where={"test": "checkout", "took": "1.5"})
    assert found == ((THEN, 10.0),)


@pytest.mark.parametrize(
    ("query", "why"),
    [
        ({"column": "took"}, "a.csv: several rows match (lines 2, 3)"),
        ({"column": "took", "where": {"took": "x"}}, None),
        ({"column": "taken"}, "a.csv has no column 'taken'"),
        ({"column": "took", "where": {"host": "a"}}, "a.csv has no column 'host'"),
        ({"column": "took", "time": "at"}, "a.csv has no column 'at'"),
        ({"column": "test", "where": {"size": "10"}}, "a.csv:2: 'checkout' is no number"),
    ],
)
def test_which_rows_and_columns(tmp_path: Path, query: dict[str, Any], why: str | None) -> None:
    if why is None:
        assert ask(tmp_path, TESTS, **query) == Answer((), ("a.csv: no row matches",))
    else:
        assert message(tmp_path, TESTS, **query) == why


def test_many_rows_are_not_all_named(tmp_path: Path) -> None:
    found = message(tmp_path, "a\n" + "1\n" * 99, column="a")
    assert found == "a.csv: several rows match (lines 2, 3, 4, 5, 6, …)"


def test_the_columns_there_are(tmp_path: Path) -> None:
    error = refused(tmp_path / "a.csv", TESTS, column="taken")
    assert error.hint == "Its columns are test, took, size."


def test_a_series(tmp_path: Path) -> None:
    query: dict[str, Any] = {"column": "took", "time": "at", "where": {"host": "a"}}
    expected = ((THEN - 120, 1.0), (THEN - 60, 2.0), (THEN, 3.0))
    assert points(tmp_path, RUNS, Window(THEN, 1000), **query) == expected
    assert points(tmp_path, RUNS, Window(THEN, 120), **query) == expected[1:]
    assert points(tmp_path, RUNS, **query) == expected[-1:]
    assert points(tmp_path, RUNS, Window(THEN - 61), **query) == expected[:1]
    assert points(tmp_path, RUNS, Window(THEN - 10**6, 5), **query) == ()
    query |= {"where": {"host": "c"}}
    assert points(tmp_path, RUNS, Window(THEN, 1000), **query) == ()


@pytest.mark.parametrize("text", ["a,b\n", "a,b\n\n\n", "a,b"])
def test_no_row(tmp_path: Path, text: str) -> None:
    assert ask(tmp_path, text, column="a") == Answer((), ("a.csv: there is no row",))


def test_a_blank_cell_is_a_gap(tmp_path: Path) -> None:
    answer = ask(tmp_path, "a,b\n  ,1\n", column="a")
    assert answer == Answer((), ("a.csv: line 2 has nothing in the column 'a'",))


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("a;b\n1.5;x,y,z\n", 1.5),
        ("a\tb\n1.5\tx,y;z\n", 1.5),
        ('"a";"b,c,d"\n1.5;2\n', 1.5),
        ("a\n1.5\n", 1.5),
        (" a , b \n 1.5 , 2 \n", 1.5),
        ("\ufeffa,b\r\n1.5,2\r\n", 1.5),
        ("a,b\r1.5,2\r", 1.5),
        ("\n\na,b\n\n1.5,2\n\n", 1.5),
        ('b,a\n"x\ny ""z""",1.5', 1.5),
        ("a,b\nNaN,1\n", math.nan),
        ("a,b\n-Inf,1\n", -math.inf),
        ("a,b\n1e-3,1\n", 0.001),
    ],
)
def test_ways_to_write_it(tmp_path: Path, text: str, value: float) -> None:
    [(time, found)] = points(tmp_path, text, column="a")
    assert time == THEN
    assert repr(found) == repr(value)


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("", "a.csv:1: there is no line that names the columns"),
        ("\n\n", "a.csv:1: there is no line that names the columns"),
        ("a,b\n1\n", "a.csv:2: 1 cells, where the first line has 2"),
        ("a,b\n1,5,2\n", "a.csv:2: 3 cells, where the first line has 2; a decimal comma has to be"),
        ("a;b\n1;5;2\n", "a.csv:2: 3 cells, where the first line has 2"),
        ("a;b\n1,5;2\n", "a.csv:2: '1,5' has a decimal comma; write a point"),
        ('a,b\n"1,5",2\n', "a.csv:2: '1,5' has a decimal comma; write a point"),
        ('b,a\n"x\ny",z\n', "a.csv:3: 'z' is no number"),
        ("a,b\n1 ms,2\n", "a.csv:2: '1 ms' is no number"),
        ("a,b\ntrue,2\n", "a.csv:2: 'true' is no number"),
        ('a,b\n"1,2\n', "a.csv:2: unexpected end of data"),
        ('a,b\n"1"2,2\n', "a.csv:2: "),
        (b"a,b\n1,\xff\n", "a.csv:2: no UTF-8"),
        ("a,b\n1," + "x" * 200_000 + "\n", "a.csv:2: field larger than field limit"),
        ("a,a\n1,2\n", "a.csv has several columns 'a'"),
    ],
)
def test_what_is_wrong_and_where(tmp_path: Path, text: str | bytes, why: str) -> None:
    assert message(tmp_path, text, column="a").startswith(why)


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("at,a\n2026-01-31 12:00,1\n", "a.csv:2: '2026-01-31 12:00' has no offset from UTC such"),
        ("at,a\n,1\n", "a.csv:2: '' is no time such as 2026-01-31T12:00:00Z"),
        ("at,a\n12,1\n", "a.csv:2: '12' is no time in seconds or milliseconds since 1970"),
        (
            f"at,a\n{THEN},1\n{THEN + 1},2\n{THEN},3\n",
            "a.csv:4: the time is that of line 2, with another value",
        ),
        (f"at,a\n{THEN},x\n", "a.csv:2: 'x' is no number"),
        (f"at,a\n{THEN},1,2\n", "a.csv:2: 3 cells, where the first line has 2"),
    ],
)
def test_times_that_are_none(tmp_path: Path, text: str, why: str) -> None:
    assert message(tmp_path, text, column="a", time="at").startswith(why)


def test_rows_that_are_not_meant_need_no_number(tmp_path: Path) -> None:
    text = f"at,host,a\n{THEN},x,1\nnever,y,none\n"
    assert points(tmp_path, text, column="a", time="at", where={"host": "x"}) == ((THEN, 1.0),)


def test_the_same_row_twice(tmp_path: Path) -> None:
    text = f"at,a\n{THEN},NaN\n{THEN},nan\n{THEN - 1},2\n{THEN - 1},2.0\n"
    [(first, value), (second, nothing)] = points(
        tmp_path, text, Window(THEN, 10), column="a", time="at"
    )
    assert (first, value, second) == (THEN - 1, 2.0, THEN)
    assert math.isnan(nothing)


def test_too_many_rows(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("pytest_fitness.sources.file.tables.MOST_ROWS", 3)
    text = "a,n\n" + "".join(f"{n},{n}\n" for n in range(3))
    assert points(tmp_path, text, column="a", where={"n": "2"}) == ((THEN, 2.0),)
    assert "more than 3 rows" in message(tmp_path, text + "3,3\n", column="a", where={"n": "2"})


CELLS = st.text(st.sampled_from('ab ,;\t"\n'), max_size=5)


@given(
    st.lists(st.tuples(CELLS, st.integers(-99, 99)), min_size=1, max_size=8),
    st.sampled_from(",;\t"),
    st.data(),
)
def test_what_the_standard_library_writes_is_found(
    rows: list[tuple[str, int]], delimiter: str, data: st.DataObject
) -> None:
    text = io.StringIO(newline="")
    writer = csv.writer(text, delimiter=delimiter)
    writer.writerow(["name", "number", "other"])
    writer.writerows((name, number, "x") for name, number in rows)
    wanted, _ = data.draw(st.sampled_from(rows))
    found = [float(number) for name, number in rows if name.strip() == wanted.strip()]
    with TemporaryDirectory() as folder:
        query: dict[str, Any] = {"column": "number", "where": {"name": wanted.strip()}}
        if len(found) == 1:
            assert points(Path(folder), text.getvalue(), **query) == ((THEN, found[0]),)
        else:
            assert "several rows match" in message(Path(folder), text.getvalue(), **query)


@given(st.binary(max_size=40))
def test_no_bytes_do_anything_but_be_refused(noise: bytes) -> None:
    with TemporaryDirectory() as folder:
        assert outcome(Path(folder), b"a,b\n" + noise).startswith(("a.csv", "Answer("))
        assert outcome(Path(folder), noise).startswith(("a.csv", "Answer("))


def outcome(root: Path, content: bytes) -> str:
    """The answer, or the message of the refusal; nothing else is raised."""
    try:
        return repr(ask(root, content, column="a"))
    except MeasureError as error:
        return error.message
