"""Whole runs over files: a demo without servers, and the messages that a person gets."""

import json
import os
from pathlib import Path
from typing import Any

import pytest

THEN = 1_700_000_000
HEAD = """\
sources:
  shop: {openmetrics: {file: shop.om, now: newest}}
  old: {openmetrics: {file: shop.om}}
  report: {file: {path: report.json}}
  runs: {file: {path: runs.csv}}
functions:
"""


@pytest.fixture
def folder(pytester: pytest.Pytester) -> Path:
    lines = [
        f'requests_total{{code="{code}"}} {index * step} {THEN + index * 15}\n'
        for code, step in (("200", 30), ("500", 1))
        for index in range(41)
    ]
    (pytester.path / "shop.om").write_text("".join([*lines, "# EOF\n"]))
    (pytester.path / "report.json").write_text(json.dumps({"tests": [{"took": 3}, {"took": 5}]}))
    (pytester.path / "runs.csv").write_text("name,took\ncheckout,2.5\nsearch,1\n")
    return pytester.path


def verdicts(pytester: pytest.Pytester, functions: str) -> dict[str, Any]:
    (pytester.path / "fitness.yaml").write_text(HEAD + functions)
    pytester.runpytest_inprocess("--fitness", "--fitness-json=out.json")
    found = json.loads((pytester.path / "out.json").read_text())["verdicts"]
    return {verdict["id"]: verdict for verdict in found}


def verdict(pytester: pytest.Pytester, question: str, limit: str = "max: 1000000") -> Any:
    [found] = verdicts(pytester, f"  it:\n    metric: {{{question}}}\n    {limit}\n").values()
    return found


@pytest.mark.parametrize(
    ("question", "value"),
    [
        ("source: shop, metric: 'requests_total{code=\"500\"}'", 40.0),
        ("source: shop, metric: requests_total, combine: sum", 1240.0),
        ("source: shop, metric: requests_total, combine: max, over: 10m, reduce: mean", 615.0),
        ("source: report, path: 'max(tests[].took)'", 5.0),
        ("source: runs, column: took, where: {name: checkout}", 2.5),
    ],
)
def test_a_number_of_a_file(
    pytester: pytest.Pytester, folder: Path, question: str, value: float
) -> None:
    found = verdict(pytester, question)
    assert (found["outcome"], found["value"]) == ("passed", value)


def test_a_file_that_nobody_writes_any_more_is_no_data(
    pytester: pytest.Pytester, folder: Path
) -> None:
    os.utime(folder / "report.json", (THEN, THEN))
    for question in (
        "source: old, metric: 'requests_total{code=\"500\"}'",
        "source: report, path: 'max(tests[].took)'",
    ):
        found = verdict(pytester, question)
        assert found["outcome"] == "no data", found
        assert " old" in str(found)


@pytest.mark.parametrize(
    ("question", "said"),
    [
        ("source: shop, metric: request_total", "near are requests_total"),
        ("source: shop, metric: requests_total", "is 2 series"),
        ("source: report, path: tests", "it is a list of 2, and [0] has no time and value"),
        ("source: runs, column: took", "several rows match (lines 2, 3)"),
    ],
)
def test_what_it_says_otherwise(
    pytester: pytest.Pytester, folder: Path, question: str, said: str
) -> None:
    found = verdict(pytester, question)
    assert found["outcome"] != "passed"
    assert said in str(found)


@pytest.mark.parametrize(
    ("question", "said"),
    [
        ("source: shop, metric: 'rate(a[5m])'", "column 5: expected { or the end, found '(a[5m])'"),
        ("source: report, path: 'max(a'", "`path` is no JMESPath"),
        (
            "source: runs, where: {a: b}",
            "exactly one of `path` (JSON) and `column` (CSV) is needed",
        ),
    ],
)
def test_a_wrong_question_is_told_before_the_run(
    pytester: pytest.Pytester, folder: Path, question: str, said: str
) -> None:
    text = f"{HEAD}  it:\n    metric: {{{question}}}\n    max: 1\n"
    (folder / "fitness.yaml").write_text(text)
    result = pytester.runpytest_inprocess("--fitness")
    assert result.ret == 4
    output = str(result.stdout) + str(result.stderr)
    assert "fitness.yaml:8:" in output
    assert said in output
