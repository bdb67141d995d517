"""What `file` is told and asked, and files that are not there or change."""

from os import utime
from pathlib import Path
from typing import Any

import pytest

from file_asking import NOW, SOURCE, THEN, ask_file, points_of, refused
from http_asking import decoded
from pytest_fitness.answers import Window
from pytest_fitness.errors import MeasureError, UnreachableError
from pytest_fitness.sources.file import source as module
from pytest_fitness.sources.file.options import FileOptions, FileQuery


def query_problems(**query: Any) -> list[str]:
    return list(SOURCE.query_problems(FileQuery(**query)))


def test_it_is_registered() -> None:
    [source] = module.fitness_sources()
    assert (source.name, type(source)) == ("file", type(SOURCE))


@pytest.mark.parametrize("path", ["a.json", "a.CSV", "deep/a.tsv", "a.b.json"])
def test_the_suffix_tells_the_format(path: str) -> None:
    assert list(SOURCE.problems(FileOptions(path=path))) == []


@pytest.mark.parametrize("path", ["a.txt", "a", ".json", "a.json.bak"])
def test_or_else_the_option(path: str) -> None:
    [problem] = SOURCE.problems(FileOptions(path=path))
    assert problem.startswith("`format` is needed (json or csv)")
    assert list(SOURCE.problems(FileOptions(path=path, format="csv"))) == []


def test_the_option_wins_over_the_suffix(tmp_path: Path) -> None:
    answer = ask_file(tmp_path / "a.txt", "a\n5\n", kind="csv", column="a")
    assert points_of(answer) == ((THEN, 5.0),)
    answer = ask_file(tmp_path / "a.csv", '{"a": 5}', kind="json", path="a")
    assert points_of(answer) == ((THEN, 5.0),)


@pytest.mark.parametrize(
    "query",
    [
        {"path": "queue.depth"},
        {"path": "max_by(runs, &time).value"},
        {"column": "took"},
        {"column": "took", "where": {"test": "a"}, "time": "at"},
    ],
)
def test_queries_that_are_fine(query: dict[str, Any]) -> None:
    assert query_problems(**query) == []


@pytest.mark.parametrize(
    ("query", "problem"),
    [
        ({}, "exactly one of `path` (JSON) and `column` (CSV) is needed"),
        ({"path": "a", "column": "b"}, "exactly one of `path` (JSON) and `column` (CSV) is needed"),
        ({"path": "a", "time": "b"}, "`where` and `time` belong to `column`"),
        ({"path": "a", "where": {"b": "c"}}, "`where` and `time` belong to `column`"),
        ({"path": "length(a"}, "`path` is no JMESPath: "),
        ({"path": "total(a)"}, "`path` calls total(), which JMESPath does not have"),
        ({"path": "[?average(@) > `1`]"}, "`path` calls average(), which JMESPath does not have"),
    ],
)
def test_queries_that_are_not(query: dict[str, Any], problem: str) -> None:
    [found] = query_problems(**query)
    assert found.startswith(problem)


def test_it_as_it_is_written_in_yaml() -> None:
    query = decoded(FileQuery, "column: took\nwhere: {run: 7, test: a}\n")
    assert (query.column, query.where, query.time) == ("took", {"run": "7", "test": "a"}, None)
    options = decoded(FileOptions, "path: a.json\nformat: json\n")
    assert (options.path, options.format) == ("a.json", "json")


def test_which_answers_are_series_in_time() -> None:
    def keeps_time(**query: Any) -> bool:
        return SOURCE.keeps_time(FileOptions(path="a"), FileQuery(**query))

    assert keeps_time(path="a")  # that is seen only when it is asked
    assert keeps_time(column="a", time="b")
    assert not keeps_time(column="a")


@pytest.mark.parametrize(
    ("name", "query", "message", "hint"),
    [
        ("a.csv", {"path": "a"}, "a.csv is CSV", "Ask it by `column`."),
        ("a.json", {"column": "a"}, "a.json is JSON", "Ask it by `path`."),
    ],
)
def test_the_other_format(
    tmp_path: Path, name: str, query: dict[str, str], message: str, hint: str
) -> None:
    error = refused(tmp_path / name, "{}", **query)
    assert (error.message, error.hint) == (message, hint)


@pytest.mark.parametrize(
    ("path", "message"),
    [
        ("missing.json", "there is no file missing.json"),
        ("folder", "folder is no file"),
        ("/dev/zero", "/dev/zero is no file"),
    ],
)
def test_a_file_that_is_not_there(tmp_path: Path, path: str, message: str) -> None:
    (tmp_path / "folder").mkdir()
    client = SOURCE.open(FileOptions(path=path, format="json"), tmp_path)
    with pytest.raises(MeasureError) as caught:
        client.ask(FileQuery(path="a"), NOW)
    assert caught.value.message == message
    assert not isinstance(caught.value, UnreachableError)


def test_a_file_that_nobody_may_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*args: object) -> int:
        raise PermissionError(13, "Permission denied")

    # Whoever runs the tests may be allowed to read everything.
    monkeypatch.setattr("pytest_fitness.sources.support.bounded_files.os.open", refuse)
    error = refused(tmp_path / "a.json", "{}", path="a")
    assert error.message == "a.json cannot be read: Permission denied"


def test_a_file_that_is_too_large(tmp_path: Path) -> None:
    with (tmp_path / "a.json").open("wb") as file:
        file.truncate(2**33)
    client = SOURCE.open(FileOptions(path="a.json"), tmp_path)
    with pytest.raises(MeasureError, match=r"a\.json is too large: more than 64 MiB"):
        client.ask(FileQuery(path="a"), NOW)


def test_a_file_is_read_again_when_it_has_changed(tmp_path: Path) -> None:
    path = tmp_path / "a.json"
    client = SOURCE.open(FileOptions(path="a.json"), tmp_path)

    def found(text: str, modified: float) -> object:
        path.write_text(text)
        utime(path, (modified, modified))
        return points_of(client.ask(FileQuery(path="a"), NOW))

    assert found('{"a": 1}', THEN) == ((THEN, 1.0),)
    assert found('{"a": 2}', THEN) == ((THEN, 1.0),)  # which nothing tells
    assert found('{"a": 3}', THEN - 9) == ((THEN - 9, 3.0),)
    assert found('{"a": 10}', THEN - 9) == ((THEN - 9, 10.0),)
    path.write_text("{")
    for _ in range(2):
        with pytest.raises(MeasureError):
            client.ask(FileQuery(path="a"), NOW)
    client.close()
    assert found('{"a": 4}', THEN - 9) == ((THEN - 9, 4.0),)
    client.close()
    client.close()


@pytest.mark.parametrize("window", [NOW, Window(THEN + 1e6), Window(THEN + 1e6, 60.0)])
def test_a_number_without_time_is_as_old_as_its_file(tmp_path: Path, window: Window) -> None:
    answer = ask_file(tmp_path / "a.json", "5", window, path="@")
    assert points_of(answer) == ((THEN, 5.0),)
    answer = ask_file(tmp_path / "a.csv", "a\n5\n", window, column="a")
    assert points_of(answer) == ((THEN, 5.0),)
