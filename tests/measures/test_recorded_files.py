"""``recorded`` with a file: judged by its limits, never a pass out of silence or of last month."""

import json
import os
import time
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from judging import verdict, verdicts

from pytest_fitness.judge.proportions import wilson
from pytest_fitness.model import Outcome, Verdict
from pytest_fitness.results import formats
from result_files import asset

DAY = 86400.0
TOP = "version: 1"


@pytest.fixture
def results(tmp_path: Path) -> Path:
    """A project with files that were written just now."""
    directory = tmp_path / "results"
    directory.mkdir()
    for name in ("k6-handle-summary.json", "k6-summary-export.json", "hyperfine.json"):
        (directory / name).write_bytes(asset(name).read_bytes())
    return tmp_path


def judged(root: Path, options: str, limit: str, more: str = "") -> Verdict:
    return verdict(root, f"recorded: {{{options}}}\n{limit}\n{more}", top=TOP)


K6 = "file: results/k6-handle-summary.json"


@pytest.mark.parametrize(
    ("options", "limit", "outcome", "reason"),
    [
        ("metric: http_req_duration.p95", "max: 500ms", "passed", "52.04ms is within ≤ 500ms"),
        ("metric: http_req_duration.p95", "max: 50ms", "failed", "52.04ms where ≤ 50ms is allowed"),
        ("metric: http_reqs.rate", "min: 40/s", "passed", "45.67/s is within ≥ 40/s"),
        ("metric: http_reqs.count", "equals: 20", "passed", "20 is within = 20"),
        (
            "metric: data_received.count, format: k6",
            "max: 1kB",
            "failed",
            "2.294kB where ≤ 1kB is allowed",
        ),
        ("metric: checks.rate, format: k6", "min: 75%", "passed", "80% is within ≥ 75%"),
        ("metric: cart_time.avg, format: k6, unit: s", "max: 1s", "passed", "51.52ms is within"),
    ],
)
def test_a_number_is_judged_by_its_limit(
    results: Path, options: str, limit: str, outcome: str, reason: str
) -> None:
    found = judged(results, f"{K6}, {options}", limit)
    assert found.outcome == outcome
    assert found.reason.startswith(reason)
    assert found.subject.startswith("results/k6-handle-summary.json: ")


def test_several_limits_are_several_checks(results: Path) -> None:
    found = verdicts(
        results,
        """
        checkout:
          recorded: {file: results/k6-handle-summary.json, format: k6, unit: "%"}
          limits:
            http_req_duration.p95: {max: 50ms}
            "http_req_duration{scenario:default}.p99.9": {max: 1s, warn: {max: 52ms}}
            http_reqs.rate: {min: 10/s}
            paid.rate: {min: 10%}
        """,
        top=TOP,
    )
    assert [(each.part, each.outcome) for each in found] == [
        ("http_req_duration.p95", Outcome.FAILED),
        ("http_req_duration{scenario:default}.p99.9", Outcome.WARNED),
        ("http_reqs.rate", Outcome.PASSED),
        ("paid.rate", Outcome.PASSED),
    ]


def test_a_share_of_few_events_is_inconclusive_rather_than_failed(results: Path) -> None:
    found = judged(results, f"{K6}, metric: http_req_failed.rate", "max: 5%")
    assert found.outcome == Outcome.INCONCLUSIVE
    assert found.reason.startswith("10% is past ≤ 5%, but 95% sure is only 1.7")
    assert (found.samples, found.interval) == (20, wilson(2, 20, 0.95))
    assert judged(results, f"{K6}, metric: http_req_failed.rate", "max: 1%").outcome == "failed"
    narrow = judged(results, f"{K6}, metric: http_req_failed.rate", "max: 3%", "confidence: 50%")
    assert narrow.outcome == Outcome.FAILED, narrow.interval


def test_a_mean_is_judged_with_its_interval(results: Path) -> None:
    mean = "file: results/hyperfine.json, metric: sleep 0.02.mean"
    assert judged(results, mean, "max: 21ms").outcome == Outcome.INCONCLUSIVE
    assert judged(results, mean, "max: 20ms").outcome == Outcome.FAILED
    assert judged(results, mean, "max: 22ms").outcome == Outcome.PASSED


def test_the_unit_of_ones_own_metrics_is_what_the_function_says(results: Path) -> None:
    own = "file: results/k6-summary-export.json, format: k6, metric: cart_time.avg"
    assert judged(results, own, "max: 60").value == pytest.approx(51.69977)
    found = judged(results, f"{own}, unit: ms", "max: 60ms")
    assert found.outcome == Outcome.PASSED
    assert found.value == pytest.approx(0.05169977)


@pytest.mark.parametrize(
    ("options", "said", "hint"),
    [
        (
            f"{K6}, format: k6, metric: cart_time.avg",
            "cart_time.avg is measured in s, and the limit in plain numbers",
            "Add `unit: s`.",
        ),
        (
            f"{K6}, format: k6, metric: queue.max, unit: s",
            None,
            None,
        ),
        (
            f"{K6}, format: k6, metric: cart_items.max",
            None,
            None,
        ),
    ],
)
def test_a_unit_that_only_the_file_knows_has_to_fit(
    results: Path, options: str, said: str | None, hint: str | None
) -> None:
    found = judged(results, options, "max: 60" + ("s" if "unit: s" in options else ""))
    if said is None:
        assert found.outcome == Outcome.PASSED
    else:
        assert found.outcome == Outcome.ERROR
        assert found.reason == f"results/k6-handle-summary.json: {said}"
        assert found.hint == hint


@given(st.integers(1, 100_000))
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=25)
def test_a_value_on_the_line_is_within(tmp_path: Path, milliseconds: int) -> None:
    metrics = {"http_req_duration": {"avg": milliseconds}, "own": {"avg": milliseconds}}
    (tmp_path / "k6.json").write_text(json.dumps({"metrics": metrics}))
    for options in ("metric: http_req_duration.avg", "metric: own.avg, unit: ms"):
        limit = f"max: {milliseconds}ms"
        found = judged(tmp_path, f"file: k6.json, format: k6, {options}", limit)
        assert found.outcome == Outcome.PASSED, found.reason


# Silence.


@pytest.mark.parametrize(("effect", "fails"), [("fail", True), ("warn", False), ("skip", False)])
def test_a_missing_file_is_no_data(tmp_path: Path, effect: str, fails: bool) -> None:
    found = judged(
        tmp_path, "file: k6.json, metric: http_req_duration.p95", "max: 1s", f"on_no_data: {effect}"
    )
    assert found.outcome == Outcome.NO_DATA
    assert found.reason == "there is no file k6.json"
    assert found.hint.startswith("Run first what writes it")
    assert (found.effect == "fail") is fails


@pytest.mark.parametrize(
    ("metric", "hint"),
    [
        ("http_req_durations.p95", "Did you mean 'http_req_duration.p95'?"),
        ("http_req_duration.p99", "Did you mean 'http_req_duration.p9"),
        ("zzz.p95", "Known: cart_items.avg"),
    ],
)
def test_a_number_that_is_not_in_the_file_is_no_data(results: Path, metric: str, hint: str) -> None:
    found = judged(results, f"{K6}, format: k6, metric: {metric}, unit: s", "max: 1s")
    assert found.outcome == Outcome.NO_DATA
    assert found.reason == f"results/k6-handle-summary.json has no number {metric!r}"
    assert found.hint.startswith(hint)


def test_the_nearest_of_many_names_is_found(tmp_path: Path) -> None:
    cases = "".join(
        f'<testcase classname="tests.{name}" name="t" time="1"/>'
        for name in [f"m{number}" for number in range(5_000)] + ["checkout"]
    )
    (tmp_path / "junit.xml").write_text(f"<testsuite>{cases}</testsuite>")
    found = judged(tmp_path, "file: junit.xml, metric: tests.chekout.t.time", "max: 1s")
    assert found.outcome == Outcome.NO_DATA
    assert found.hint


@pytest.mark.parametrize(
    ("name", "content", "metric", "limit"),
    [
        ("k6.json", {"metrics": {"http_req_failed": {"passes": 0, "fails": 0}}},
         "http_req_failed.rate", "max: 1%"),
        ("k6.json", {"metrics": {"http_req_duration": {"avg": None}}},
         "http_req_duration.avg", "max: 1s"),
        ("k6.json", {"metrics": {"http_req_duration": {"avg": 1e999}}},
         "http_req_duration.avg", "min: 1s"),
        ("junit.xml", '<testsuite tests="0" failures="0"/>', "failures", "max: 0"),
        ("coverage.xml", '<coverage line-rate="1"><packages/></coverage>', "line-rate", "min: 80%"),
    ],
)  # fmt: skip
def test_nothing_counted_is_never_a_pass(
    tmp_path: Path, name: str, content: Any, metric: str, limit: str
) -> None:
    text = content if isinstance(content, str) else json.dumps(content)
    (tmp_path / name).write_text(text)
    found = judged(tmp_path, f"file: {name}, metric: {metric}", limit)
    assert found.outcome == Outcome.NO_DATA
    assert found.reason == (
        f"{name}: {metric} has no value: nothing was counted that it could speak of"
    )


# Yesterday.


def test_a_file_of_last_month_is_no_data(results: Path) -> None:
    then = time.time() - 30 * DAY
    os.utime(results / "results/k6-handle-summary.json", (then, then))
    found = judged(results, f"{K6}, metric: http_req_duration.p95", "max: 1s")
    assert found.outcome == Outcome.NO_DATA
    assert found.reason == "results/k6-handle-summary.json: http_req_duration.p95 is 30d old"
    assert found.hint.endswith("say how old it may be: `stale_after` is 1d.")
    later = judged(results, f"{K6}, metric: http_req_duration.p95, stale_after: 60d", "max: 1s")
    assert later.outcome == Outcome.PASSED


def junit_of(moment: float) -> str:
    stamp = time.strftime("%Y-%m-%dT%H:%M:%S+00:00", time.gmtime(moment))
    return f'<testsuite timestamp="{stamp}"><testcase name="t" time="1"/></testsuite>'


@pytest.mark.parametrize(
    ("age", "outcome", "said"),
    [
        (0.0, "passed", "0 is within"),
        (0.9 * DAY, "passed", "0 is within"),
        (1.1 * DAY, "no data", "junit.xml: failures is 1.1d old"),
        (-0.9 * DAY, "passed", "0 is within"),
        (-2 * DAY, "no data", "junit.xml: failures is from the future: "),
    ],
)
def test_the_moment_in_the_file_counts_and_not_when_it_was_copied(
    tmp_path: Path, age: float, outcome: str, said: str
) -> None:
    (tmp_path / "junit.xml").write_text(junit_of(time.time() - age))
    found = judged(tmp_path, "file: junit.xml, metric: failures", "max: 0")
    assert found.outcome == outcome
    assert found.reason.startswith(said)


# Which file.


def test_a_glob_takes_the_newest_file_that_matches(tmp_path: Path) -> None:
    for number, age in enumerate((50, 10, 90)):
        directory = tmp_path / f"run [{number}]"
        directory.mkdir()
        metrics = {"http_reqs": {"count": number, "rate": 1}}
        path = directory / "k6.json"
        path.write_text(json.dumps({"metrics": metrics}))
        os.utime(path, (time.time() - age, time.time() - age))
    found = judged(tmp_path, 'file: "run*/k*.json", metric: http_reqs.count', "max: 9")
    assert found.value == 1
    assert found.subject == "run [1]/k6.json: http_reqs.count"
    exact = judged(tmp_path, 'file: "run [2]/k6.json", metric: http_reqs.count', "max: 9")
    assert exact.value == 2
    whole = judged(tmp_path, f'file: "{tmp_path}/run*0]/*", metric: http_reqs.count', "max: 9")
    assert whole.value == 0
    none = judged(tmp_path, 'file: "walk*/*.json", metric: http_reqs.count', "max: 9")
    assert none.outcome == Outcome.NO_DATA
    assert none.reason == "no file matches walk*/*.json"


def test_a_directory_is_told(results: Path) -> None:
    found = judged(results, "file: results, metric: http_reqs.count", "max: 9")
    assert found.outcome == Outcome.ERROR
    assert found.reason == "results: it is no plain file"


def test_the_file_of_another_tool_is_told(results: Path) -> None:
    options = "file: results/hyperfine.json, format: k6, metric: http_req_duration.p95"
    found = judged(results, options, "max: 1s")
    assert found.outcome == Outcome.ERROR
    assert found.reason == "results/hyperfine.json: this is a file of hyperfine, not of k6"


def test_a_file_is_read_once_for_all_of_its_limits(
    results: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    read: list[str] = []
    original = formats.read

    def counted(file: Any, *options: Any) -> Any:
        read.append(file.shown)
        return original(file, *options)

    monkeypatch.setattr(formats, "read", counted)
    limits = ", ".join(f"http_req_duration.{key}: {{max: 1s}}" for key in ("avg", "med", "p95"))
    found = verdicts(
        results,
        f"a:\n  recorded: {{{K6}}}\n  limits: {{{limits}}}\n"
        f"b:\n  recorded: {{{K6}, metric: http_reqs.count}}\n  max: 50\n"
        f"c:\n  recorded: {{{K6}, metric: http_reqs.count}}\n  max: 50\n  confidence: 90%\n",
        top=TOP,
    )
    assert {each.outcome for each in found} == {Outcome.PASSED}
    assert read == ["results/k6-handle-summary.json"] * 2  # once for each confidence
