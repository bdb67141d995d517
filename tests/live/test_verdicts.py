"""Every row of the table of verdicts, from answers of a live source."""

import re
from collections.abc import Callable
from typing import Any

import pytest

Run = Callable[..., dict[str, Any]]
Project = Callable[..., None]


def steady(value: float, *, back: int = 900, every: int = 15) -> dict[str, Any]:
    return {"points": [[age, value] for age in range(0, back, every)]}


def metric(name: str, rest: str, *, question: str = "") -> str:
    return f"  {name}:\n    metric: {{source: app, metric: {name}{question}}}\n    {rest}\n"


@pytest.mark.parametrize(
    ("value", "limits", "outcome"),
    [
        (3.0, "max: 5", "passed"),
        (5.0, "max: 5", "passed"),
        (5.1, "max: 5", "failed"),
        (5.0, "min: 5", "passed"),
        (4.9, "min: 5", "failed"),
        (3.0, "between: [1, 5]", "passed"),
        (6.0, "between: [1, 5]", "failed"),
        (2.0, "equals: 2", "passed"),
        (2.5, "equals: 2", "failed"),
        (4.5, "{max: 5, warn: {max: 4}}", "warned"),
        (1e999, "max: 5", "failed"),
    ],
)
def test_a_number_of_now_is_judged_by_its_limit(
    project: Project, run: Run, value: float, limits: str, outcome: str
) -> None:
    lines = limits[1:-1].split(", ", 1) if limits.startswith("{") else [limits]
    project(metric("queue", "\n    ".join(lines)), {"queue": {"points": [[0, value]]}})
    assert run()["queue"]["outcome"] == outcome


@pytest.mark.parametrize(
    ("answer", "said"),
    [
        (None, "app has nothing for queue"),
        ({"series": []}, "app has nothing for queue"),
        ({"points": []}, "app has nothing for queue"),
        ({"series": [], "notes": ["unknown name"]}, "unknown name"),
        ({"points": [[0, float("nan")]]}, "every value is NaN"),
        ({"points": [[301, 1.0]]}, "is 5.017min old"),
    ],
)
@pytest.mark.parametrize(("effect", "status"), [("fail", 1), ("warn", 0), ("skip", 0)], ids=str)
def test_no_data_is_never_a_pass(
    project: Project, run: Run, answer: Any, said: str, effect: str, status: int
) -> None:
    answers = {} if answer is None else {"queue": answer}
    project(metric("queue", f"max: 5\n    on_no_data: {effect}"), answers)
    verdict = run(exit_status=status)["queue"]
    assert verdict["outcome"] == "no data"
    assert said in verdict["reason"]
    assert verdict["value"] is None


def test_an_unreachable_source_fails_whatever_no_data_may_do(project: Project, run: Run) -> None:
    answers = {"queue": {"unreachable": "connection refused "}}
    project(metric("queue", "max: 5\n    on_no_data: skip"), answers)
    verdict = run(exit_status=1)["queue"]
    assert verdict["outcome"] == "error"
    assert verdict["reason"] == "app: connection refused none"
    assert verdict["hint"] == "Start it."


@pytest.mark.parametrize(
    ("answer", "said"),
    [
        ({"refuses": "bad query "}, "bad query"),
        ({"breaks": "oops "}, "the source 'app' failed: ValueError: oops"),
    ],
)
def test_trouble_with_one_question_leaves_the_others_alone(
    project: Project, run: Run, answer: Any, said: str
) -> None:
    functions = metric("queue", "max: 5") + metric("other", "max: 5")
    project(functions, {"queue": answer, "other": {"points": [[0, 1]]}})
    found = run(exit_status=1)
    assert found["queue"]["outcome"] == "error"
    assert said in found["queue"]["reason"]
    assert found["other"]["outcome"] == "passed"


def test_several_series_are_refused_until_it_is_said_what_becomes_of_them(
    project: Project, run: Run
) -> None:
    series = [{"labels": {"pod": pod}, "points": [[0, value]]} for pod, value in ("a3", "b4")]
    functions = metric("queue", "max: 5") + "".join(
        metric(f"queue-{how}", "max: 5").replace(
            f"metric: queue-{how}}}", f"metric: queue, combine: {how}}}"
        )
        for how in ("sum", "max", "min", "mean")
    )
    project(functions, {"queue": {"series": series}})
    found = run(exit_status=1)
    assert found["queue"]["outcome"] == "error"
    assert found["queue"]["reason"] == 'queue is 2 series: {pod="a"}, {pod="b"}'
    assert "combine: sum" in found["queue"]["hint"]
    values = {name: verdict["value"] for name, verdict in found.items() if name != "queue"}
    assert values == {"queue-sum": 7, "queue-max": 4, "queue-min": 3, "queue-mean": 3.5}


@pytest.mark.parametrize(
    ("reduce", "value"),
    [("last", 4), ("mean", 2.5), ("min", 1), ("max", 4), ("p50", 2.5), ("increase", 3),
     ("rate", 3 / 60)],
)  # fmt: skip
def test_the_values_of_a_time_become_one(
    project: Project, run: Run, reduce: str, value: float
) -> None:
    limit = "max: 100/s" if reduce == "rate" else "max: 100"
    project(
        metric("queue", limit, question=f", over: 1m, reduce: {reduce}"),
        {"queue": {"points": [[45, 1], [30, 2], [15, 3], [0, 4]]}},
    )
    assert run(exit_status=0)["queue"]["value"] == pytest.approx(value)


def test_a_declared_unit_scales_the_numbers_of_the_source(project: Project, run: Run) -> None:
    project(metric("p95", "max: 500ms", question=", unit: ms"), {"p95": {"points": [[0, 300]]}})
    verdict = run(exit_status=0)["p95"]
    assert (verdict["value"], verdict["unit"]) == (pytest.approx(0.3), "s")


class TestFor:
    def test_a_limit_broken_all_the_time_fails(self, project: Project, run: Run) -> None:
        project(metric("p99", "max: 5\n    for: 5m"), {"p99": steady(9.0)})
        verdict = run(exit_status=1)["p99"]
        assert verdict["outcome"] == "failed"
        assert verdict["reason"].startswith("9 where ≤ 5 is allowed, for ")

    def test_one_broken_for_less_is_pending(self, project: Project, run: Run) -> None:
        points = [[age, 9.0 if age < 120 else 1.0] for age in range(0, 900, 15)]
        project(metric("p99", "max: 5\n    for: 5m"), {"p99": {"points": points}})
        verdict = run(exit_status=0)["p99"]
        assert verdict["outcome"] == "warned"
        assert "pending for" in verdict["reason"]
        assert "it fails after 5min" in verdict["reason"]
        assert run("--fitness-strict", exit_status=1)["p99"]["outcome"] == "warned"

    def test_one_good_value_in_between_begins_it_anew(self, project: Project, run: Run) -> None:
        points = [[age, 1.0 if age == 60 else 9.0] for age in range(0, 900, 15)]
        project(metric("p99", "max: 5\n    for: 5m"), {"p99": {"points": points}})
        assert run(exit_status=0)["p99"]["outcome"] == "warned"

    def test_a_short_gap_does_not_begin_it_anew(self, project: Project, run: Run) -> None:
        points = [[age, 9.0] for age in range(0, 900, 15) if not 60 < age < 200]
        project(metric("p99", "max: 5\n    for: 5m"), {"p99": {"points": points}})
        assert run(exit_status=1)["p99"]["outcome"] == "failed"

    def test_a_long_gap_is_no_data(self, project: Project, run: Run) -> None:
        points = [[age, 9.0] for age in range(0, 1200, 15) if not 60 < age < 500]
        project(metric("p99", "max: 5\n    for: 10m"), {"p99": {"points": points}})
        verdict = run(exit_status=1)["p99"]
        assert verdict["outcome"] == "no data"
        assert "gaps up to 5min are bridged" in verdict["reason"]

    def test_silence_since_a_while_is_no_data(self, project: Project, run: Run) -> None:
        points = [[age, 1.0] for age in range(400, 900, 15)]
        project(metric("p99", "max: 5\n    for: 5m"), {"p99": {"points": points}})
        assert run(exit_status=1)["p99"]["outcome"] == "no data"

    def test_within_the_limit_passes(self, project: Project, run: Run) -> None:
        project(metric("p99", "max: 5\n    for: 5m"), {"p99": steady(1.0)})
        assert run(exit_status=0)["p99"]["outcome"] == "passed"


def ratio(rest: str, question: str = "") -> str:
    return (
        "  hit-ratio:\n    ratio:\n      hits: {source: app, metric: hits}\n"
        f"      misses: {{source: app, metric: misses}}\n{question}    {rest}\n"
    )


def counted(hits: float, misses: float) -> dict[str, Any]:
    return {"hits": {"points": [[0, hits]]}, "misses": {"points": [[0, misses]]}}


@pytest.mark.parametrize(
    ("hits", "misses", "outcome"),
    [
        (990, 10, "passed"),
        (9000, 1000, "failed"),
        (2, 1, "inconclusive"),
        (0, 3, "inconclusive"),
        (3, 0, "inconclusive"),
        (49, 2, "inconclusive"),
        (0, 0, "no data"),
    ],
)
def test_a_ratio_is_judged_by_how_many_events_there_were(
    project: Project, run: Run, hits: int, misses: int, outcome: str
) -> None:
    project(ratio("min: 99%"), counted(hits, misses))
    verdict = run()["hit-ratio"]
    assert verdict["outcome"] == outcome
    if outcome == "inconclusive":
        assert re.search(r"\d+ more (are wanted|events would tell)", verdict["reason"])


def test_too_few_events_say_nothing(project: Project, run: Run) -> None:
    project(ratio("min: 99%", "      min_events: 100\n"), counted(50, 0))
    verdict = run(exit_status=0)["hit-ratio"]
    assert verdict["outcome"] == "inconclusive"
    assert verdict["reason"] == "50 events: 50 more are wanted (`min_events: 100`)"


@pytest.mark.parametrize(("effect", "status"), [("fail", 1), ("warn", 0), ("skip", 0)])
def test_what_is_inconclusive_does_to_the_run_what_is_said(
    project: Project, run: Run, effect: str, status: int
) -> None:
    project(ratio(f"min: 99%\n    on_inconclusive: {effect}"), counted(2, 1))
    assert run(exit_status=status)["hit-ratio"]["outcome"] == "inconclusive"


def test_a_ratio_over_a_time_counts_the_increase_and_notices_resets(
    project: Project, run: Run
) -> None:
    answers = {
        "hits": {"points": [[60, 1000], [30, 1990], [0, 900]]},
        "misses": {"points": [[60, 500], [30, 510], [0, 520]]},
    }
    project(ratio("min: 90%", "      over: 2m\n"), answers)
    verdict = run(exit_status=0)["hit-ratio"]
    assert verdict["value"] == pytest.approx((990 + 900) / (990 + 900 + 20))
    assert any("counter reset" in note for note in verdict["notes"])


@pytest.mark.parametrize(
    ("users", "began", "outcome"),
    [(50, 100, "dormant"), (1, 2, "dormant"), (100, 100, "failed"), (500, 100, "failed")],
)
def test_below_its_users_a_function_is_dormant(
    project: Project, run: Run, users: int, began: int, outcome: str
) -> None:
    head = (
        "plugins: [given_source]\nsources:\n  app: {given: {}}\n"
        "users: {source: app, metric: active}\n"
    )
    project(
        metric("queue", f"max: 5\n    from_users: {began}"),
        {"queue": {"points": [[0, 9]]}, "active": {"points": [[0, users]]}},
        head=head,
    )
    verdict = run()["queue"]
    assert verdict["outcome"] == outcome
    if outcome == "dormant":
        shown = "1 user" if users == 1 else "50 users"
        assert verdict["reason"] == f"{shown}; it begins at {began}"


def test_what_is_not_due_yet_is_dormant_and_keeps_its_time(project: Project, run: Run) -> None:
    project(metric("queue", "max: 5\n    every: 1d"), {"queue": {"points": [[0, 1]]}})
    assert run(exit_status=0)["queue"]["outcome"] == "passed"
    for _ in range(2):
        verdict = run(exit_status=0)["queue"]
        assert verdict["outcome"] == "dormant"
        assert verdict["reason"].startswith("not due before ")
    assert run("--fitness-no-history")["queue"]["outcome"] == "passed"
