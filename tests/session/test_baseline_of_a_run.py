"""Frozen functions: what is known passes, what is new or worse fails, and the file only shrinks."""

import json
from collections.abc import Callable

import pytest
from run_results import report

FROZEN = "  length:\n    words: {source: docs}\n    max: 3\n    baseline: frozen\n"
FILE = "fitness-baseline.json"
Words = Callable[..., None]


def accept(pytester: pytest.Pytester, **values: int) -> None:
    accepted = {f"{name}.txt": value for name, value in values.items()}
    text = json.dumps({"format": 1, "functions": {"length": accepted}})
    (pytester.path / FILE).write_text(text, "utf-8")


def accepted(pytester: pytest.Pytester) -> dict[str, int]:
    found: dict[str, int] = json.loads((pytester.path / FILE).read_text("utf-8"))["functions"][
        "length"
    ]
    return found


def test_what_is_known_passes(pytester: pytest.Pytester, words: Words) -> None:
    words(FROZEN, a="1 2 3 4")
    accept(pytester, a=4)
    result = pytester.runpytest_inprocess("--fitness")
    assert result.ret == pytest.ExitCode.OK
    result.stdout.fnmatch_lines(
        ["*1 known violation, none new", "1 passed, 1 known violation frozen"]
    )


def test_what_is_new_fails_and_what_is_known_is_not_shown(
    pytester: pytest.Pytester, words: Words
) -> None:
    words(FROZEN, a="1 2 3 4", b="1 2 3 4 5")
    accept(pytester, a=4)
    result = pytester.runpytest_inprocess("--fitness")
    assert result.ret == pytest.ExitCode.TESTS_FAILED
    result.stdout.fnmatch_lines(
        [
            "5 where ≤ 3 is allowed (1 new, 1 known)",
            "  b.txt:1: b.txt: 5",
            "  help: Mend what is new or worse than accepted.",
            "    or: accept it too: `pytest-fitness baseline --accept length`.",
        ]
    )
    result.stdout.no_fnmatch_line("*a.txt*")


def test_what_got_worse_fails_with_both_values(pytester: pytest.Pytester, words: Words) -> None:
    words(FROZEN, a="1 2 3 4 5")
    accept(pytester, a=4)
    result = pytester.runpytest_inprocess("--fitness")
    assert result.ret == pytest.ExitCode.TESTS_FAILED
    result.stdout.fnmatch_lines(["*1 worse than accepted)", "  a.txt:1: a.txt: 5, accepted at 4"])


def test_what_was_fixed_is_reported_and_stays_until_it_is_asked_for(
    pytester: pytest.Pytester, words: Words
) -> None:
    words(FROZEN, a="1 2 3")
    accept(pytester, a=4)
    before = (pytester.path / FILE).read_bytes()
    result = pytester.runpytest_inprocess("--fitness", "--fitness-json=out.json")
    result.stdout.fnmatch_lines(["1 passed, 1 fixed (`pytest-fitness baseline --prune`)"])
    assert report(pytester.path / "out.json")["length"]["fixed"] == ["a.txt"]
    assert (pytester.path / FILE).read_bytes() == before


@pytest.mark.parametrize("workers", [[], ["-n2"]])
def test_updating_removes_and_tightens_and_never_adds(
    pytester: pytest.Pytester, words: Words, workers: list[str]
) -> None:
    words(FROZEN, fixed="1", better="1 2 3 4", worse="1 2 3 4 5 6", new="1 2 3 4 5")
    accept(pytester, fixed=9, better=8, worse=5)
    result = pytester.runpytest_inprocess("--fitness", "--fitness-update-baseline", *workers)
    assert result.ret == pytest.ExitCode.TESTS_FAILED
    result.stdout.fnmatch_lines([f"{FILE}: 1 fixed removed, 1 tightened; commit it"])
    assert accepted(pytester) == {"better.txt": 4, "worse.txt": 5}


def test_an_aborted_run_updates_nothing(pytester: pytest.Pytester, words: Words) -> None:
    words(FROZEN + FROZEN.replace("length", "second"), fixed="1", new="1 2 3 4 5")
    accept(pytester, fixed=9)
    pytester.runpytest_inprocess("--fitness", "--fitness-update-baseline", "-x")
    assert accepted(pytester) == {"fixed.txt": 9}


def test_a_run_without_frozen_functions_writes_no_baseline(shop: pytest.Pytester) -> None:
    shop.runpytest_inprocess("--fitness", "--fitness-update-baseline")
    assert not (shop.path / FILE).exists()


@pytest.mark.parametrize(
    ("content", "reason", "remedy"),
    [
        (None, "does not exist", "baseline --accept"),
        ("{", "not valid JSON", "Restore"),
        ('{"format": 7}', "has the format 7; this version reads format 1", "Write it anew"),
        ("<<<<<<< HEAD", "markers of a merge conflict", "Keep the lines of both sides"),
    ],
)
def test_a_baseline_that_cannot_be_used_is_an_error_of_every_frozen_function(
    pytester: pytest.Pytester, words: Words, content: str | None, reason: str, remedy: str
) -> None:
    free = "  free:\n    words: {source: docs}\n    max: 3\n"
    words(FROZEN + FROZEN.replace("length", "second") + free, a="1")
    if content is not None:
        (pytester.path / FILE).write_text(content, "utf-8")
    result = pytester.runpytest_inprocess("--fitness")
    result.assert_outcomes(failed=2, passed=1)
    result.stdout.fnmatch_lines([f"error: *{reason}*", f"  help: *{remedy}*"] * 2)


@pytest.mark.parametrize("selected", [[], ["-k", "free"]])
def test_updating_removes_what_is_frozen_no_more(
    pytester: pytest.Pytester, words: Words, selected: list[str]
) -> None:
    free = "  free:\n    words: {source: docs}\n    max: 9\n"
    words(FROZEN + free, a="1 2 3 4")
    functions = {"length": {"a.txt": 4}, "free": {"a.txt": 4}, "old::part": {"a.txt": 1}}
    text = json.dumps({"format": 1, "functions": functions})
    (pytester.path / FILE).write_text(text, "utf-8")
    result = pytester.runpytest_inprocess("--fitness", "--fitness-update-baseline", *selected)
    assert result.ret == pytest.ExitCode.OK
    result.stdout.fnmatch_lines(
        [
            f"{FILE}: 0 fixed removed, 0 tightened; commit it",
            "  free: removed, as it is not frozen any more",
            "  old::part: removed, as it is not frozen any more",
        ]
    )
    left = json.loads((pytester.path / FILE).read_text("utf-8"))["functions"]
    assert left == {"length": {"a.txt": 4}}
