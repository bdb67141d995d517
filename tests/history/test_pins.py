"""Pinned values in the baseline file, beside the frozen violations."""

import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pytest_fitness.errors import BaselineError
from pytest_fitness.history.baseline import Baseline, load
from pytest_fitness.history.pins import Pin, pins_from, pins_to

V1 = {"p95": Pin(0.25, "s", "c0ffee"), "cycles": Pin(12.0)}


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "fitness-baseline.json"


def test_what_was_pinned_is_found_again(path: Path) -> None:
    Baseline(path, {"z": {"a": 1}}).pin("v1.0", V1).save()
    baseline = load(path)
    assert baseline.pinned_at("v1.0") == V1
    assert baseline.accepted == {"z": {"a": 1}}


def test_the_file_is_sorted_for_its_reviewers(path: Path) -> None:
    Baseline(path).pin("v2", {}).pin("v1.0", V1).save()
    assert path.read_text("utf-8") == (
        '{\n "format": 1,\n "functions": {},\n "pinned": {\n  "v1.0": {\n'
        '   "cycles": {\n    "value": 12\n   },\n'
        '   "p95": {\n    "commit": "c0ffee",\n    "unit": "s",\n    "value": 0.25\n   }\n'
        '  },\n  "v2": {}\n }\n}\n'
    )


def test_a_file_without_pins_stays_as_it_was(path: Path) -> None:
    Baseline(path).save()
    assert "pinned" not in path.read_text("utf-8")


def test_a_name_that_is_pinned_again_stands_for_the_new_values(path: Path) -> None:
    baseline = Baseline(path).pin("v1", V1).pin("v1", {"other": Pin(1.0)})
    assert baseline.pinned_at("v1") == {"other": Pin(1.0)}


def test_a_name_can_be_forgotten(path: Path) -> None:
    baseline = Baseline(path).pin("v1", V1).pin("v2", V1).unpin("v1")
    assert list(baseline.pinned) == ["v2"]
    with pytest.raises(BaselineError):
        baseline.unpin("v1")


@pytest.mark.parametrize(("pinned", "known"), [({}, "none"), ({"v2": {}, "v1": {}}, "v1, v2")])
def test_a_name_that_is_not_pinned_is_told(
    path: Path, pinned: dict[str, dict[str, Pin]], known: str
) -> None:
    with pytest.raises(BaselineError, match=f"nothing pinned as 'v9'; known: {known}") as caught:
        Baseline(path, pinned=pinned).pinned_at("v9")
    assert "baseline set v9" in str(caught.value.hint)


def test_freezing_leaves_what_is_pinned(path: Path) -> None:
    baseline = Baseline(path, {"z": {"a": 1.0}}).pin("v1", V1)
    for after in (baseline.accept([]), baseline.prune([]), baseline.without(["z"])):
        assert after.pinned == {"v1": V1}


@pytest.mark.parametrize(
    "pinned",
    [
        [],
        {"v1": 3},
        {"v1": {"p95": 3}},
        {"v1": {"p95": {}}},
        {"v1": {"p95": {"value": True}}},
        {"v1": {"p95": {"value": "3"}}},
        {"v1": {"p95": {"value": None, "unit": "s"}}},
        {"v1": {"p95": {"value": 3, "unit": 3}}},
        {"v1": {"p95": {"value": 3, "commit": 3}}},
        {"v1": {"p95": {"value": 3, "else": 3}}},
    ],
    ids=[f"case-{number}" for number in range(10)],
)
def test_what_is_no_pin_is_told(path: Path, pinned: object) -> None:
    path.write_text(json.dumps({"format": 1, "functions": {}, "pinned": pinned}), "utf-8")
    with pytest.raises(BaselineError, match="pinned") as caught:
        load(path)
    assert "version control" in str(caught.value.hint)


values = st.floats(allow_nan=False, allow_infinity=False)
pins = st.builds(Pin, values, st.sampled_from(["", "s"]), st.sampled_from([None, "c0ffee"]))
names = st.text(max_size=4)


@given(st.dictionaries(names, st.dictionaries(names, pins)))
def test_every_value_is_kept_as_it_is(pinned: dict[str, dict[str, Pin]]) -> None:
    assert pins_from(json.loads(json.dumps(pins_to(pinned)))) == pinned
