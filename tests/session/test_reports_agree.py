"""JUnit, JSON, history and terminal tell the same of every verdict."""

import json
import math
from collections.abc import Callable
from typing import Any
from xml.etree import ElementTree as ET

import pytest
from run_results import insert, report, summary

from pytest_fitness.config.loader import load_config
from pytest_fitness.history.store import open_store
from pytest_fitness.model import Outcome, Verdict
from pytest_fitness.reports.failure import explain
from pytest_fitness.session.registry import load_registry
from pytest_fitness.transfer import verdict_from_builtins

Words = Callable[..., None]
LIMITED = "  NAME:\n    words: {source: docs, files: NAME.txt}\n    max: 3\n"
MORE = {
    "good": "",
    "near": "    warn: {max: 1}\n",
    "bad": "    tags: [style, slow]\n    about: Short.\n",
    "known": "    baseline: frozen\n",
    "worse": "    baseline: frozen\n",
    "fixed": "    baseline: frozen\n",
    "gone": "    on_no_data: warn\n",
    "away": "    on_no_data: skip\n",
    "broken": "",
}
TEXTS = {
    "good": "1",
    "near": "1 2",
    "bad": "1 2 3 4",
    "known": "1 2 3 4",
    "worse": "1 2 3 4 5",
    "fixed": "1",
    "broken": "x",
}
ACCEPTED = {"known": {"known.txt": 4}, "worse": {"worse.txt": 4}, "fixed": {"fixed.txt": 9}}
OUTCOMES = {
    "good": "passed",
    "near": "warned",
    "bad": "failed",
    "known": "passed",
    "worse": "failed",
    "fixed": "passed",
    "gone": "no data",
    "away": "no data",
    "broken": "error",
}


@pytest.fixture
def nine(pytester: pytest.Pytester, words: Words) -> pytest.Pytester:
    """A function of each outcome, and of all that a baseline can say."""
    words("".join(LIMITED.replace("NAME", name) + more for name, more in MORE.items()), **TEXTS)
    baseline = json.dumps({"format": 1, "functions": ACCEPTED})
    (pytester.path / "fitness-baseline.json").write_text(baseline, "utf-8")
    insert(pytester.path, "if function.id == 'broken': raise MeasureError('it broke', 'Mend it.')")
    return pytester


def run(pytester: pytest.Pytester, *options: str) -> dict[str, dict[str, Any]]:
    result = pytester.runpytest_inprocess(
        "--fitness", "--fitness-json=out.json", "--junitxml=out.xml", *options
    )
    assert result.ret == pytest.ExitCode.TESTS_FAILED
    return report(pytester.path / "out.json")


def cases(pytester: pytest.Pytester) -> dict[str, ET.Element]:
    found = ET.parse(pytester.path / "out.xml").iter("testcase")
    return {str(case.get("name")): case for case in found}


def properties(case: ET.Element) -> dict[str | None, str | None]:
    return {each.get("name"): each.get("value") for each in case.iter("property")}


def read_back(entry: dict[str, Any]) -> Verdict:
    return verdict_from_builtins({name: value for name, value in entry.items() if name != "id"})


@pytest.mark.parametrize("workers", [[], ["-n2"]])
def test_the_json_report_holds_every_verdict(nine: pytest.Pytester, workers: list[str]) -> None:
    found = run(nine, *workers)
    assert {name: verdict["outcome"] for name, verdict in found.items()} == OUTCOMES
    assert list(found) == list(MORE)
    assert {name for name, verdict in found.items() if verdict["known"]} == {"known"}
    assert {name for name, verdict in found.items() if verdict["fixed"]} == {"fixed"}
    (worse,) = found["worse"]["violations"]
    assert (worse["value"], worse["accepted"]) == (5, 4)
    assert found["broken"]["hint"] == "Mend it."
    assert found["bad"]["tags"] == ["style", "slow"]


def test_a_verdict_read_back_from_json_explains_itself_as_the_run_did(
    nine: pytest.Pytester,
) -> None:
    result = nine.runpytest_inprocess("--fitness", "--fitness-json=out.json", "--color=no")
    shown = str(result.stdout)
    found = report(nine.path / "out.json")
    failing = [read_back(verdict) for name, verdict in found.items() if name in
               ("bad", "worse", "broken")]  # fmt: skip
    for verdict in failing:
        assert explain(verdict) in shown
    assert len(failing) == 3


def test_each_verdict_stands_where_its_function_does(nine: pytest.Pytester) -> None:
    found = run(nine)
    lines = (nine.path / "fitness.yaml").read_text("utf-8").splitlines()
    for name, verdict in found.items():
        place = verdict["location"]
        assert (place["path"], place["column"]) == ("fitness.yaml", 3)
        assert lines[place["line"] - 1] == f"  {name}:"


def test_the_json_report_is_in_the_terms_of_the_configuration(nine: pytest.Pytester) -> None:
    found = run(nine)
    config = load_config(nine.path / "fitness.yaml", load_registry, shown="fitness.yaml")
    for function in config.functions:
        verdict = read_back(found[function.id])
        assert verdict.limit == function.limit
        assert verdict.warn == function.warn
        assert (verdict.kind, verdict.frozen) == (function.kind, function.frozen)
        assert (verdict.tags, verdict.about) == (function.tags, function.about)


@pytest.mark.parametrize("workers", [[], ["-n2"]])
def test_junit_says_of_each_function_what_json_says(
    nine: pytest.Pytester, workers: list[str]
) -> None:
    found = run(nine, *workers)
    told = cases(nine)
    assert set(told) == set(found)
    for name, verdict in found.items():
        given = properties(told[name])
        assert given["fitness.outcome"] == verdict["outcome"]
        assert int(given["fitness.violations"] or -1) == len(verdict["violations"])
        assert int(given["fitness.known"] or -1) == len(verdict["known"])
        assert ("fitness.value" in given) == (verdict["value"] is not None)
        assert math.isclose(float(given.get("fitness.value") or 0), verdict["value"] or 0)
        assert given["fitness.limit"] == "≤ 3"
    suite = next(ET.parse(nine.path / "out.xml").iter("testsuite"))
    counts = {name: suite.get(name) for name in ("tests", "failures", "errors", "skipped")}
    assert counts == {"tests": "9", "failures": "3", "errors": "0", "skipped": "1"}


def test_junit_carries_the_failure_in_full_and_its_reason_in_short(nine: pytest.Pytester) -> None:
    found = run(nine)
    for name in ("bad", "worse", "broken"):
        (failure,) = cases(nine)[name].iter("failure")
        text = str(failure.text)
        assert text.startswith(explain(read_back(found[name])))
        assert "Traceback" not in text
        assert str(failure.get("message")).startswith(text.splitlines()[0])
    (skipped,) = cases(nine)["away"].iter("skipped")
    assert skipped.get("message") == "no file matches away.txt"
    assert not list(cases(nine)["near"].iter("failure"))


def test_history_remembers_what_json_says(nine: pytest.Pytester) -> None:
    found = run(nine)
    with open_store(nine.path / ".fitness" / "history.db") as store:
        remembered = {name: store.points(name, 5) for name in found}
    for name, verdict in found.items():
        (point,) = remembered[name]
        assert point.value == verdict["value"]
        assert point.outcome == verdict["outcome"]
        assert (point.violations, point.frozen) == (
            len(verdict["violations"]),
            len(verdict["known"]),
        )


@pytest.mark.parametrize("options", [["--fitness-strict"], ["-q"], ["-v"], ["--tb=no"], ["-s"]])
def test_how_a_run_is_shown_changes_no_verdict(nine: pytest.Pytester, options: list[str]) -> None:
    def timeless(found: dict[str, dict[str, Any]]) -> dict[str, dict[str, Any]]:
        return {name: {**verdict, "seconds": 0} for name, verdict in found.items()}

    assert timeless(run(nine, *options)) == timeless(run(nine))


def test_the_last_line_of_the_section_counts_what_json_holds(nine: pytest.Pytester) -> None:
    result = nine.runpytest_inprocess("--fitness", "--fitness-json=out.json")
    outcomes = [verdict["outcome"] for verdict in report(nine.path / "out.json").values()]
    section = summary(result)
    start = next(i for i, line in enumerate(section) if line.startswith("2 failed"))
    assert max(map(len, section[start:])) <= 80
    last = " ".join(section[start:])
    for outcome in Outcome:
        number = outcomes.count(outcome)
        assert (f"{number} {outcome}" in last) == (number > 0)
    assert last.endswith("1 known violation frozen, 1 fixed (`pytest-fitness baseline --prune`)")


def test_the_run_is_described_where_a_repository_is_and_where_none_is(
    nine: pytest.Pytester,
) -> None:
    run(nine, "--fitness-no-history")
    about = json.loads((nine.path / "out.json").read_text("utf-8"))["run"]
    assert (about["commit"], about["branch"], about["dirty"]) == (None, None, None)
    assert set(about["versions"]) == {"pytest-fitness", "python"}
    assert about["started"].endswith("+00:00")
