"""What a run says of the runs before it: levels that changed, and since which commit."""

import re
import subprocess
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

import pytest
from run_results import edit, insert, report, summary

from pytest_fitness.history.baseline import Baseline
from pytest_fitness.history.pins import Pin
from pytest_fitness.history.provenance import environment
from pytest_fitness.history.records import Commit, Environment, Result, Run
from pytest_fitness.history.store import open_store

Words = Callable[..., None]
DAY_MS = 86_400_000
FIRST_MS = 1_780_000_000_000
A = "  a:\n    words: {source: docs, files: a.txt}\n    max: 100\n"
ROLLING = A.replace("max: 100", "compare: {to: rolling, max_increase: 10%}")
PINNED = A.replace("max: 100", "better: lower\n    compare: {to: baseline:v1.0, improve: 50%}")
# What the kind looks at holds 40 words the first time, and 10 from then on.
SPIKE = (
    "seen = context.root / 'seen';"
    " (context.root / 'docs' / 'a.txt').write_text('word ' * (10 if seen.exists() else 40));"
    " seen.touch()"
)
HERE = environment()


def remember(
    pytester: pytest.Pytester,
    values: Iterable[float | None],
    *,
    commits: Iterable[Commit] | None = None,
    where: Environment = HERE,
    outcome: str = "passed",
    first: int = 0,
) -> None:
    """A run a day, each with one value."""
    numbers = list(values)
    made = [Commit()] * len(numbers) if commits is None else list(commits)
    with open_store(pytester.path / ".fitness" / "history.db") as store:
        for day, (value, commit) in enumerate(zip(numbers, made, strict=True), first):
            run = Run(FIRST_MS + day * DAY_MS, where, commit)
            store.append(run, [Result("a", value, "", outcome)])


def run(pytester: pytest.Pytester, words: int, *options: str) -> pytest.RunResult:
    (pytester.path / "docs" / "a.txt").write_text("word " * words, "utf-8")
    return pytester.runpytest_inprocess(
        "--fitness", "--color=no", "--fitness-json=report.json", *options
    )


def verdict(pytester: pytest.Pytester) -> dict[str, Any]:
    return report(pytester.path / "report.json")["a"]


STEADY = [10.0, 11.0, 9.0, 10.0, 10.5, 9.5, 10.0, 11.0, 9.0, 10.0, 10.0, 9.5] * 2


class TestASuspicion:
    def test_a_lone_bad_point_warns_and_says_what_decides(
        self, pytester: pytest.Pytester, words: Words
    ) -> None:
        words(A)
        remember(pytester, STEADY)
        assert run(pytester, 40).ret == 0
        found = verdict(pytester)
        assert found["outcome"] == "warned"
        assert found["trend"]["finding"] == "suspected"
        assert "40 after 10 (300% worse): a lone bad run, or a new level?" in str(found["reason"])
        assert "more runs decide" in str(found["reason"])

    def test_it_fails_a_strict_run(self, pytester: pytest.Pytester, words: Words) -> None:
        words(A)
        remember(pytester, STEADY)
        run(pytester, 40, "--fitness-strict").assert_outcomes(failed=1)

    def test_it_never_fails_for_itself(self, pytester: pytest.Pytester, words: Words) -> None:
        words(A + "    trend: fail\n")
        remember(pytester, STEADY)
        assert run(pytester, 40, "--fitness-gate=ci").ret == 0

    def test_off_is_off(self, pytester: pytest.Pytester, words: Words) -> None:
        words(A + "    trend: off\n")
        remember(pytester, STEADY)
        run(pytester, 40)
        assert verdict(pytester)["outcome"] == "passed"
        assert verdict(pytester)["trend"] is None

    def test_a_better_value_is_no_worry(self, pytester: pytest.Pytester, words: Words) -> None:
        words(A)
        remember(pytester, STEADY)
        run(pytester, 1)
        assert verdict(pytester)["outcome"] == "passed"

    def test_a_new_function_has_no_trend(self, pytester: pytest.Pytester, words: Words) -> None:
        words(A)
        run(pytester, 40)
        assert verdict(pytester)["trend"] is None


class TestAStep:
    @pytest.mark.parametrize(
        ("keys", "options", "outcome"),
        [
            ("", [], "warned"),
            ("", ["--fitness-gate=ci"], "warned"),
            ("    gates: [scheduled]\n", ["--fitness-gate=scheduled"], "failed"),
            ("    trend: fail\n", [], "failed"),
            (
                "    gates: [scheduled]\n    trend: warn\n",
                ["--fitness-gate=scheduled"],
                "warned",
            ),
        ],
    )
    def test_the_gate_says_what_it_does_unless_the_function_does(
        self,
        pytester: pytest.Pytester,
        words: Words,
        keys: str,
        options: list[str],
        outcome: str,
    ) -> None:
        words(A + keys)
        remember(pytester, [*STEADY, 40.0, 41.0, 39.0, 40.0])
        run(pytester, 40, *options)
        found = verdict(pytester)
        assert found["outcome"] == outcome
        assert found["trend"]["finding"] == "step"
        assert str(found["reason"]).startswith("rose by 300% (290% to 310%), from 10 to 40")

    def test_after_a_while_the_new_level_is_the_level(
        self, pytester: pytest.Pytester, words: Words
    ) -> None:
        words(A)
        remember(pytester, [*STEADY, *(value + 30 for value in STEADY)])
        run(pytester, 40)
        assert verdict(pytester)["outcome"] == "passed"

    def test_what_fails_by_its_limit_tells_since_when(
        self, pytester: pytest.Pytester, words: Words
    ) -> None:
        words(A.replace("max: 100", "max: 30"))
        remember(pytester, STEADY)
        remember(pytester, [40.0, 41.0, 39.0, 40.0], outcome="failed", first=len(STEADY))
        run(pytester, 40)
        found = verdict(pytester)
        assert found["outcome"] == "failed"
        assert found["reason"] == "40 where ≤ 30 is allowed"
        assert found["trend"]["finding"] == "step"

    def test_the_summary_lists_what_gets_worse(
        self, pytester: pytest.Pytester, words: Words
    ) -> None:
        words(A)
        remember(pytester, [*STEADY, 40.0, 41.0, 39.0, 40.0])
        lines = summary(run(pytester, 40))
        place = lines.index("getting worse")
        assert lines[place + 1].startswith(
            "  a: rose by 300% (290% to 310%), from 10 to 40, since 2026-"
        )

    @pytest.mark.parametrize("workers", ["-n0", "-n2"])
    def test_workers_know_the_past_too(
        self, pytester: pytest.Pytester, words: Words, workers: str
    ) -> None:
        words(A)
        remember(pytester, [*STEADY, 40.0, 41.0, 39.0, 40.0])
        run(pytester, 40, workers)
        assert verdict(pytester)["trend"]["finding"] == "step"


class TestMeasuringAgain:
    def test_what_stays_bad_is_sure_at_once(self, pytester: pytest.Pytester, words: Words) -> None:
        words(A + "    trend: fail\n")
        remember(pytester, STEADY)
        run(pytester, 40, "--fitness-confirm=5").assert_outcomes(failed=1)
        found = verdict(pytester)
        assert found["trend"]["finding"] == "step"
        assert re.fullmatch(r"measured [2-6] times: 40(, 40)+", found["notes"][-1])

    def test_what_was_a_spike_is_forgotten(self, pytester: pytest.Pytester, words: Words) -> None:
        words(A + "    trend: fail\n")
        insert(pytester.path, SPIKE)
        remember(pytester, STEADY)
        run(pytester, 10, "--fitness-confirm=5").assert_outcomes(passed=1)
        found = verdict(pytester)
        assert found["trend"] is None
        assert found["value"] == 10
        assert found["notes"][-1].startswith("measured ")

    def test_what_is_not_suspected_is_measured_once(
        self, pytester: pytest.Pytester, words: Words
    ) -> None:
        words(A)
        remember(pytester, STEADY)
        run(pytester, 10, "--fitness-confirm=5")
        assert verdict(pytester)["notes"] == []

    @pytest.mark.parametrize("times", ["-1", "101"])
    def test_a_number_of_times(self, pytester: pytest.Pytester, words: Words, times: str) -> None:
        words(A)
        result = run(pytester, 10, f"--fitness-confirm={times}")
        assert result.ret == pytest.ExitCode.USAGE_ERROR
        result.stderr.fnmatch_lines([f"*--fitness-confirm: {times} is not a number of times *"])

    def test_without_a_fitness_run_it_is_a_mistake(self, pytester: pytest.Pytester) -> None:
        result = pytester.runpytest_inprocess("--fitness-confirm=2")
        assert result.ret == pytest.ExitCode.USAGE_ERROR


class TestWhichRunsCount:
    def test_those_of_another_machine_do_not_where_it_matters(
        self, pytester: pytest.Pytester, words: Words
    ) -> None:
        words(A)
        edit(pytester.path, '    name = "words"', '    name = "words"\n    of_machine = True')
        remember(pytester, STEADY, where=Environment("elsewhere"))
        run(pytester, 40)
        found = verdict(pytester)
        assert found["outcome"] == "passed"
        assert found["notes"] == ["a new segment: the last run was on another machine"]

    def test_those_of_another_machine_do_where_it_does_not(
        self, pytester: pytest.Pytester, words: Words
    ) -> None:
        words(A)
        remember(pytester, STEADY, where=Environment("elsewhere"))
        run(pytester, 40)
        assert verdict(pytester)["trend"]["finding"] == "suspected"

    @pytest.mark.parametrize(
        "commit", [Commit("c" * 40, "feature"), Commit("c" * 40, "main", dirty=True)]
    )
    def test_those_of_other_branches_and_of_changed_code_do_not(
        self, pytester: pytest.Pytester, words: Words, commit: Commit
    ) -> None:
        words(A)
        git(pytester.path, "init", "--quiet", "-b", "main")
        git(pytester.path, "commit", "--quiet", "--allow-empty", "-m", "first")
        main = Commit(git(pytester.path, "rev-parse", "HEAD"), "main", dirty=False)
        remember(pytester, STEADY, commits=[main] * len(STEADY))
        remember(pytester, [40.0] * 10, commits=[commit] * 10, first=len(STEADY))
        run(pytester, 10)
        assert verdict(pytester)["trend"] is None
        run(pytester, 40)
        assert verdict(pytester)["trend"]["finding"] == "suspected"


class TestComparisons:
    def test_with_the_rolling_level(self, pytester: pytest.Pytester, words: Words) -> None:
        words(ROLLING)
        remember(pytester, STEADY)
        run(pytester, 11).assert_outcomes(passed=1)
        assert verdict(pytester)["limit"]["high"] == pytest.approx(11.0)
        run(pytester, 12).assert_outcomes(failed=1)
        assert verdict(pytester)["reason"] == "12 where ≤ 11 is allowed"
        assert verdict(pytester)["notes"] == [
            "compared with 10, the level of the last 20 good runs"
        ]

    def test_what_failed_does_not_move_the_level(
        self, pytester: pytest.Pytester, words: Words
    ) -> None:
        words(ROLLING)
        remember(pytester, STEADY)
        remember(pytester, [12.0] * 40, outcome="failed", first=len(STEADY))
        run(pytester, 12).assert_outcomes(failed=1)

    def test_with_too_little_to_compare_with(self, pytester: pytest.Pytester, words: Words) -> None:
        words(ROLLING)
        remember(pytester, [10.0, 10.0])
        assert run(pytester, 40).ret == 0
        found = verdict(pytester)
        assert found["outcome"] == "inconclusive"
        assert "2 of the 3 good runs are remembered that make a level" in found["reason"]

    def test_a_limit_of_its_own_is_judged_until_then(
        self, pytester: pytest.Pytester, words: Words
    ) -> None:
        words(ROLLING + "    max: 30\n")
        run(pytester, 40).assert_outcomes(failed=1)
        assert "0 of the 3 good runs" in verdict(pytester)["notes"][0]

    def test_with_what_was_pinned(self, pytester: pytest.Pytester, words: Words) -> None:
        words(PINNED)
        pin(pytester, "v1.0", Pin(10.0, "", "c0ffee" * 6))
        run(pytester, 5).assert_outcomes(passed=1)
        run(pytester, 6).assert_outcomes(failed=1)
        found = verdict(pytester)
        assert found["reason"] == "6 where ≤ 5 is allowed"
        assert found["notes"] == ["compared with 10, pinned as v1.0 at c0ffeec0ff"]

    def test_creep_that_no_single_run_shows(self, pytester: pytest.Pytester, words: Words) -> None:
        words(PINNED.replace("improve: 50%", "max_increase: 50%"))
        pin(pytester, "v1.0", Pin(10.0))
        remember(pytester, [10.0 * 1.02**day for day in range(20)])
        run(pytester, 16).assert_outcomes(failed=1)

    def test_with_a_pin_in_another_unit(self, pytester: pytest.Pytester, words: Words) -> None:
        words(PINNED)
        pin(pytester, "v1.0", Pin(10.0, "s"))
        run(pytester, 5).assert_outcomes(failed=1)
        assert "holds a in s, and its limit is in plain numbers" in verdict(pytester)["reason"]

    @pytest.mark.parametrize("name", ["v1.0", "v0.9"])
    def test_with_what_was_never_pinned(
        self, pytester: pytest.Pytester, words: Words, name: str
    ) -> None:
        words(PINNED)
        baseline = Baseline(pytester.path / "fitness-baseline.json")
        baseline.pin(name, {"other": Pin(1.0)}).save()
        run(pytester, 5).assert_outcomes(failed=1)
        found = verdict(pytester)
        assert found["outcome"] == "error"
        assert "pytest-fitness baseline set v1.0" in found["hint"]


def pin(pytester: pytest.Pytester, name: str, what: Pin) -> None:
    Baseline(pytester.path / "fitness-baseline.json").pin(name, {"a": what}).save()


def test_without_history_there_is_no_trend(pytester: pytest.Pytester, words: Words) -> None:
    words(A)
    remember(pytester, [*STEADY, 40.0, 41.0, 39.0, 40.0])
    run(pytester, 40, "--fitness-no-history")
    assert verdict(pytester)["trend"] is None


def git(directory: Path, *arguments: str) -> str:
    identity = ("-c", "user.name=Ada Example", "-c", "user.email=ada@example.org")
    done = subprocess.run(
        ["git", *identity, *arguments], cwd=directory, check=True, capture_output=True, text=True
    )
    return done.stdout.strip()


def test_the_commits_that_may_have_done_it(pytester: pytest.Pytester, words: Words) -> None:
    words(A)
    git(pytester.path, "init", "--quiet", "-b", "main")
    ids = []
    for subject in ("works", "make it slow", "later"):
        git(pytester.path, "commit", "--quiet", "--allow-empty", "-m", subject)
        ids.append(git(pytester.path, "rev-parse", "HEAD"))
    good, bad, later = (Commit(each, "main", dirty=False) for each in ids)
    made = [*[good] * len(STEADY), bad, bad, later, later]
    remember(pytester, [*STEADY, 40.0, 41.0, 39.0, 40.0], commits=made)
    result = run(pytester, 40)
    assert f"since 2026-06-21 ({ids[1][:10]})" in str(verdict(pytester)["reason"])
    assert verdict(pytester)["trend"]["culprits"] == [f"{ids[1][:7]} Ada Example: make it slow"]
    assert summary(result)[-1] == f"      changed: {ids[1][:7]} Ada Example: make it slow"
