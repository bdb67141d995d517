"""The JSON report: complete, versioned, finite."""

import json
import math
from pathlib import Path

import pytest
from verdicts import verdict, violation

from pytest_fitness.model import Link
from pytest_fitness.reports.json_report import document, is_replaceable, write
from pytest_fitness.transfer import verdict_from_builtins


def test_a_verdict_can_be_read_back() -> None:
    found = verdict(violations=(violation(chain=(Link("a", "b", "a.py", 1),)),), tags=("web",))
    (entry,) = document({}, [found])["verdicts"]
    assert entry.pop("id") == "complexity"
    assert verdict_from_builtins(json.loads(json.dumps(entry))) == found


def test_numbers_are_finite_however_deep(tmp_path: Path) -> None:
    found = verdict(value=math.inf, violations=(violation(value=-math.inf),))
    write(tmp_path / "out.json", {}, [found])
    (entry,) = json.loads((tmp_path / "out.json").read_text("ascii"))["verdicts"]
    assert (entry["value"], entry["violations"][0]["value"]) == ("inf", "-inf")


def test_what_cannot_be_written_leaves_the_file_that_was_there(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("mine", "utf-8")
    with pytest.raises(OSError, match="file"):
        write(tmp_path / "file" / "out.json", {}, [])
    assert (tmp_path / "file").read_text("utf-8") == "mine"


def test_only_a_report_or_an_empty_file_may_be_replaced(tmp_path: Path) -> None:
    path = tmp_path / "out.json"
    write(path, {"gate": None}, [])
    assert is_replaceable(path)
    path.write_bytes(b"")
    assert is_replaceable(path)
    for other in ("{}", '{"format": 1}', "run", '[{"format": 1, "run": {}}]'):
        path.write_text(other, "utf-8")
        assert not is_replaceable(path)
    assert not is_replaceable(tmp_path)
