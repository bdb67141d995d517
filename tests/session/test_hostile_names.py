"""Names that would break a terminal, a test id or a path of pytest."""

import json
import os
import sys
from collections.abc import Callable
from pathlib import Path
from xml.etree import ElementTree as ET

import pytest
from run_results import edit, insert, report, summary

LIMITED = "  length:\n    words: {source: docs}\n    max: 3\n"
Words = Callable[..., None]
both = pytest.mark.parametrize("workers", [[], ["-n1"]], ids=["alone", "worker"])
HARMFUL = {"\x1b", "\r", "\b", "\x07", "\u202e", "\u2066", "\u200f", "\u2028", "\x9b", "\0"}
NASTY = {
    "escape": "a\x1b[31mb",
    "one-byte escape": "a\x9b31mb",
    "newline": "a\nb",
    "carriage return": "a\rb",
    "backspace": "a\b\bb",
    "bell": "a\x07b",
    "right to left": "a\u202eb",
    "isolate": "a\u2066b",
    "mark": "a\u200fb",
    "line separator": "a\u2028b",
    "surrogate": "a\udcffb",
    "long": "a" * 10_000,
    "brackets": "a[1]::[b]",
    "markup": "<b>&amp;]]>",
}
FAR = ("escape", "surrogate", "long")  # what crosses to another process


@pytest.mark.parametrize(
    ("name", "workers"),
    [
        *((pytest.param(name, [], id=what)) for what, name in NASTY.items()),
        *(pytest.param(NASTY[what], ["-n1"], id=f"{what} of a worker") for what in FAR),
    ],
)
def test_what_a_kind_says_reaches_reports_without_harm(
    pytester: pytest.Pytester, words: Words, name: str, workers: list[str]
) -> None:
    words(LIMITED, a="one")
    text = ascii(name)
    place = f"Place({text}, {text}, 9, {text}, 1, (Link({text}, {text}, {text}, 1),) * 2)"
    measured = f"Measurement(9, 'B', ({place},), True, 1, {text}, ({text},))"
    insert(pytester.path, f"from pytest_fitness.model import Link; return {measured}")
    result = pytester.runpytest_inprocess(
        "--fitness", "-v", "--color=no", "--junitxml=out.xml", "--fitness-json=out.json", *workers
    )
    assert result.ret == pytest.ExitCode.TESTS_FAILED
    result.assert_outcomes(failed=1)
    assert not HARMFUL & set(str(result.stdout))
    assert max(map(len, summary(result))) <= 80
    (case,) = ET.parse(pytester.path / "out.xml").iter("testcase")
    assert case.get("name") == "length"
    (violation,) = report(pytester.path / "out.json")["length"]["violations"]
    told = name.encode("utf-8", "backslashreplace").decode()
    assert (violation["key"], violation["path"]) == (told, told)


@pytest.mark.parametrize("outcome", ["passed", "warned", "no data", "error"])
def test_a_reason_of_many_lines_is_one_line_of_the_summary(
    pytester: pytest.Pytester, words: Words, outcome: str
) -> None:
    words(f"{LIMITED}    on_no_data: warn\n    warn: {{max: 2}}\n", a="one")
    text = "first\nsecond\x1b[2K\rthird"
    code = {
        "passed": f"return Measurement(1, subject={text!r}, notes=({text!r},))",
        "warned": f"return Measurement(3, places=(Place('k', {text!r}, 3, 'x'),))",
        "no data": f"return Measurement(None, subject={text!r})",
        "error": f"raise MeasureError({text!r})",
    }
    insert(pytester.path, code[outcome])
    result = pytester.runpytest_inprocess("--fitness", "-v", "--color=no")
    said = [line for line in summary(result) if "first" in line]
    assert len(said) == 1
    assert r"first\nsecond\x1b[2K\rthird" in said[0]


@both
@pytest.mark.parametrize("part", ["a[1]", "p95 of all", "ünï 漢字", "x" * 200, "-k", "a/b.py"])
def test_a_check_of_any_printable_name_is_run_and_reported(
    pytester: pytest.Pytester, words: Words, part: str, workers: list[str]
) -> None:
    words(LIMITED, a="one")
    checks = f"return [Check({part!r}, function.limit), Check('other', function.limit)]"
    define = f"    def checks(self, function, context):\n        {checks}\n\n    def measure("
    edit(pytester.path, "    def measure(", define)
    options = ("--fitness", "--fitness-json=out.json", *workers)
    pytester.runpytest_inprocess(*options).assert_outcomes(passed=2)
    assert list(report(pytester.path / "out.json")) == [f"length::{part}", "length::other"]
    named = pytester.runpytest_inprocess(*options, f"fitness.yaml::length::{part}")
    named.assert_outcomes(passed=1)
    assert list(report(pytester.path / "out.json")) == [f"length::{part}"]


def test_a_function_with_a_very_long_id_is_run_and_its_row_is_cut(
    pytester: pytest.Pytester, words: Words
) -> None:
    name = "a" * 100
    words(LIMITED.replace("length", name), a="one two three four")
    result = pytester.runpytest_inprocess("--fitness", "--fitness-json=out.json")
    result.assert_outcomes(failed=1)
    assert list(report(pytester.path / "out.json")) == [name]
    (row,) = [line for line in summary(result) if "✗" in line]
    assert len(row) <= 80
    assert "a…" in row
    pytester.runpytest_inprocess("--fitness", f"fitness.yaml::{name}").assert_outcomes(failed=1)


@pytest.mark.parametrize(
    "directory",
    [
        "with space",
        "ünï 漢字",
        "br[1]",
        "[x]",
        "a::b",
        "it's",
        "$HOME",
        "-k",
        pytest.param("new\nline", marks=pytest.mark.skipif(os.name == "nt", reason="no such name")),
    ],
)
def test_a_project_may_lie_in_a_directory_of_any_name(
    pytester: pytest.Pytester,
    words: Words,
    monkeypatch: pytest.MonkeyPatch,
    directory: str,
) -> None:
    words(LIMITED + LIMITED.replace("length", "second"), a="one two three four")
    moved = move_into(pytester.path, directory)
    monkeypatch.chdir(moved)
    for workers in ([], ["-n1"]):
        result = pytester.runpytest_inprocess("--fitness", *workers)
        result.assert_outcomes(failed=2)
        result.stdout.fnmatch_lines(["  --> fitness.yaml:4"])
    named = pytester.runpytest_inprocess("--fitness", "fitness.yaml::second")
    named.assert_outcomes(failed=1)
    below = moved / "below"
    below.mkdir()
    monkeypatch.chdir(below)
    pytester.runpytest_inprocess("--fitness", "--rootdir=..").assert_outcomes(failed=2)


@pytest.mark.parametrize("workers", [[], ["-n2"]])
@pytest.mark.parametrize("directory", ["br[1]", "a::b"])
def test_a_path_that_pytest_cannot_be_told_is_a_usage_error_that_says_why(
    pytester: pytest.Pytester, words: Words, directory: str, workers: list[str]
) -> None:
    words(LIMITED, a="one")
    move_into(pytester.path, directory)
    option = f"--fitness-config={directory}/fitness.yaml"
    result = pytester.runpytest_inprocess("--fitness", option, *workers)
    assert result.ret == pytest.ExitCode.USAGE_ERROR
    assert f"pytest cannot collect {directory}/fitness.yaml: " in str(result.stderr)
    assert "Start it in the directory of fitness.yaml" in str(result.stderr)


@pytest.mark.skipif(sys.platform == "win32", reason="no such names there")
@pytest.mark.parametrize("name", ["fit\x1b]0;x\x07ness.yaml", "fit\u202eness.yaml"])
def test_the_name_of_the_configuration_is_harmless_in_failures(
    pytester: pytest.Pytester, words: Words, name: str
) -> None:
    words(LIMITED, a="one two three four")
    (pytester.path / "fitness.yaml").rename(pytester.path / name)
    result = pytester.runpytest_inprocess("--fitness", "--fitness-config", name, "--color=no")
    assert result.ret == pytest.ExitCode.TESTS_FAILED
    (place,) = [line for line in result.outlines if line.startswith("  --> ")]
    assert place == f"  --> {name.encode('unicode_escape').decode()}:4"
    (header,) = [line for line in result.outlines if line.startswith("fitness: ")]
    assert not HARMFUL & set(header)


@pytest.mark.parametrize("key", ["about", "owner", "link"])
def test_texts_of_the_configuration_are_harmless_in_a_failure(
    pytester: pytest.Pytester, words: Words, key: str
) -> None:
    words(f"{LIMITED}    {key}: {json.dumps(NASTY['escape'] + NASTY['right to left'])}\n")
    result = pytester.runpytest_inprocess("--fitness", "--color=no")
    result.assert_outcomes(failed=1)
    assert not HARMFUL & set(str(result.stdout))
    result.stdout.fnmatch_lines([r"*a\x1b[[]31mba\u202eb"])


def move_into(directory: Path, name: str) -> Path:
    """Everything in a directory, moved into one below it."""
    inside = list(directory.iterdir())
    below = directory / name
    below.mkdir()
    for path in inside:
        path.rename(below / path.name)
    return below
