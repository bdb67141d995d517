"""The baseline file: sorted, whole, never loosened by pruning, never silently unreadable."""

import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pytest_fitness.errors import BaselineError
from pytest_fitness.history.baseline import Baseline, load
from pytest_fitness.model import Outcome, Verdict, Violation


def verdict(
    name: str,
    violations: dict[str, float | None] | None = None,
    known: dict[str, float | None] | None = None,
    fixed: tuple[str, ...] = (),
) -> Verdict:
    return Verdict(
        name,
        Outcome.PASSED,
        "",
        violations=tuple(Violation(k, k, v) for k, v in (violations or {}).items()),
        known=tuple(Violation(k, k, v) for k, v in (known or {}).items()),
        fixed=fixed,
    )


def test_what_is_accepted_is_read_back(tmp_path: Path) -> None:
    path = tmp_path / "fitness-baseline.json"
    found = verdict("complexity", {"shop.a": 17, "shop.b": 1234.56789}, {"shop.c": 12})
    Baseline(path).accept([found, verdict("layers", {"a -> b": None})]).save()
    baseline = load(path)
    assert baseline.of("complexity") == {"shop.a": 17, "shop.b": 1234.57, "shop.c": 12}
    assert baseline.of("layers") == {"a -> b": None}
    assert baseline.of("unknown") == {}


def test_the_file_is_sorted_with_one_violation_a_line(tmp_path: Path) -> None:
    path = tmp_path / "b.json"
    Baseline(path).accept([verdict("z", {"b": 2, "a": 1}), verdict("y")]).save()
    assert path.read_text() == (
        '{\n "format": 1,\n "functions": {\n'
        '  "y": {},\n  "z": {\n   "a": 1,\n   "b": 2\n  }\n }\n}\n'
    )


def test_accepting_replaces_what_was_accepted_before(tmp_path: Path) -> None:
    baseline = Baseline(tmp_path / "b.json", {"z": {"old": 3}, "other": {"x": 1}})
    assert baseline.accept([verdict("z", {"new": 4})]).accepted == {
        "z": {"new": 4},
        "other": {"x": 1},
    }


def test_pruning_removes_what_is_fixed_and_tightens_what_is_better(tmp_path: Path) -> None:
    baseline = Baseline(tmp_path / "b.json", {"z": {"a": 17, "b": 14, "c": 12}, "other": {"x": 1}})
    pruned = baseline.prune([verdict("z", {"new": 99}, {"a": 15, "c": 12}, fixed=("b",))])
    assert pruned.accepted == {"z": {"a": 15, "c": 12}, "other": {"x": 1}}


def test_pruning_neither_adds_a_function_nor_drops_what_could_not_be_measured(
    tmp_path: Path,
) -> None:
    baseline = Baseline(tmp_path / "b.json", {"z": {"a": 17}})
    assert baseline.prune([verdict("new", {"x": 1}), verdict("z")]) == baseline


def test_functions_that_are_no_more_can_be_dropped(tmp_path: Path) -> None:
    baseline = Baseline(tmp_path / "b.json", {"z": {"a": 17}, "gone": {}})
    assert baseline.without(["gone"]).accepted == {"z": {"a": 17}}


def test_saving_keeps_the_file_mode_and_leaves_nothing_else_behind(tmp_path: Path) -> None:
    path = tmp_path / "b.json"
    path.write_text('{"format": 1, "functions": {}}')
    path.chmod(0o600)
    Baseline(path).accept([verdict("z")]).save()
    assert path.stat().st_mode & 0o777 == 0o600
    assert [entry.name for entry in tmp_path.iterdir()] == ["b.json"]


def test_a_file_that_cannot_be_written_is_an_error_and_untouched(tmp_path: Path) -> None:
    path = tmp_path / "b.json"
    path.mkdir()
    with pytest.raises(BaselineError, match=r"b\.json cannot be written"):
        Baseline(path).save()
    assert [entry.name for entry in tmp_path.iterdir()] == ["b.json"]


@pytest.mark.parametrize("content", ["import os\n", '{"name": "shop"}', "root:x:0:0\n"])
def test_a_file_that_never_was_a_baseline_is_left_as_it_is(tmp_path: Path, content: str) -> None:
    path = tmp_path / "b.json"
    path.write_text(content)
    with pytest.raises(BaselineError, match="is no baseline file"):
        Baseline(path).accept([verdict("z", {"a": 1})]).save()
    assert path.read_text() == content


@pytest.mark.parametrize(
    "content", ["", "\n", '{"format": 1, "functions": {<<<<<<< HEAD', '{"format": 9}']
)
def test_a_damaged_or_empty_baseline_can_be_written_anew(tmp_path: Path, content: str) -> None:
    path = tmp_path / "b.json"
    path.write_text(content)
    Baseline(path).accept([verdict("z", {"a": 1})]).save()
    assert load(path).of("z") == {"a": 1}


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"", "b.json:1:1: not valid JSON"),
        (b"{", "not valid JSON"),
        (b"[]", "has the format None"),
        (b"{}", "has the format None"),
        (b'{"format": true, "functions": {}}', "has the format True"),
        (b'{"format": 2, "functions": {}}', "has the format 2; this version reads format 1"),
        (b'{"format": 1}', "is not a baseline file"),
        (b'{"format": 1, "functions": {"z": [1]}}', "is not a baseline file"),
        (b'{"format": 1, "functions": {"z": {"a": "x"}}}', "is not a baseline file"),
        (b'{"format": 1, "functions": {"z": {"a": true}}}', "is not a baseline file"),
        (b'{"format": 1, "functions": {"z": {"a": NaN}}}', "NaN is no value"),
        (b'{"format": 1, "functions": {"z": {"a": 1, "a": 2}}}', "the key 'a' stands there twice"),
        (b'{"format": 1,\n<<<<<<< HEAD\n', "markers of a merge conflict"),
        (b'{"format": 1, "functions": {"caf\xe9": {}}}', "is not UTF-8"),
        (b"[" * 100_000, "b.json"),
    ],
)
def test_a_file_that_cannot_be_trusted_is_an_error(
    tmp_path: Path, content: bytes, message: str
) -> None:
    path = tmp_path / "b.json"
    path.write_bytes(content)
    with pytest.raises(BaselineError) as caught:
        load(path)
    assert message in caught.value.message
    assert caught.value.hint


def test_a_missing_file_says_how_to_write_it(tmp_path: Path) -> None:
    with pytest.raises(BaselineError, match="does not exist") as caught:
        load(tmp_path / "b.json")
    assert "pytest-fitness baseline --accept" in str(caught.value)


def test_a_huge_file_is_not_read(tmp_path: Path) -> None:
    path = tmp_path / "b.json"
    with path.open("wb") as file:
        file.truncate(100_000_000)
    with pytest.raises(BaselineError, match="more than"):
        load(path)


KEYS = st.text(min_size=1, max_size=20)
ENTRIES = st.dictionaries(KEYS, st.none() | st.integers(0, 1000), max_size=5)


@given(st.dictionaries(KEYS, ENTRIES, max_size=5))
def test_any_baseline_survives_its_file(
    tmp_path_factory: pytest.TempPathFactory, accepted: dict[str, dict[str, float | None]]
) -> None:
    path = tmp_path_factory.getbasetemp() / "any.json"
    Baseline(path, accepted).save()
    assert load(path).accepted == accepted
    assert json.loads(path.read_text())["format"] == 1


@given(ENTRIES, ENTRIES, st.sets(KEYS, max_size=3))
def test_pruning_never_loosens(
    accepted: dict[str, float | None], known: dict[str, float | None], fixed: set[str]
) -> None:
    before = Baseline(Path("b.json"), {"z": accepted})
    after = before.prune([verdict("z", {}, known, tuple(fixed))])
    assert after.of("z").keys() <= accepted.keys()
