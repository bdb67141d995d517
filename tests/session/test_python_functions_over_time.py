"""What tests recorded is remembered; they sleep, and take turns, as functions of the file do."""

import json
from collections.abc import Callable, Mapping
from pathlib import Path

import pytest
from run_results import history

from marked_tests import TESTS_ALONE, outcomes, run, verdicts, write_tests

Write = Callable[[Mapping[str, str]], None]
GIVEN = Path(__file__).parent.parent / "support" / "given_source.py"
FROM_FILE = """
from pathlib import Path

@pytest.mark.fitness({marker})
def test_size(fitness):
    with Path("ran.log").open("a") as log:
        log.write("x")
    fitness.record("size", float(Path("size.txt").read_text()))
"""
USERS = """\
tests: tests
plugins: [given_source]
sources: {app: {given: {}}}
users: {source: app, metric: people}
"""


def sized(
    pytester: pytest.Pytester, size: float, marker: str = "max=5", config: str = TESTS_ALONE
) -> None:
    """A test that records what stands in a file, and notes that it ran."""
    write_tests(pytester, FROM_FILE.format(marker=marker), config=config)
    (pytester.path / "size.txt").write_text(str(size), "utf-8")


def times_run(pytester: pytest.Pytester) -> int:
    log = pytester.path / "ran.log"
    return len(log.read_text("utf-8")) if log.exists() else 0


@pytest.mark.parametrize("workers", [[], ["-n1"]])
def test_a_failure_says_since_when(pytester: pytest.Pytester, workers: list[str]) -> None:
    sized(pytester, 3)
    run(pytester, *workers, status=0)
    sized(pytester, 7)
    result = run(pytester, *workers, status=1)
    result.stdout.fnmatch_lines(["  since: this run; on * it passed with 3"])
    result = run(pytester, *workers, status=1)
    result.stdout.fnmatch_lines(["  since: *; on * it passed with 3"])
    assert history(pytester.path) == [("complete", 1)] * 3


def test_each_of_several_limits_says_since_when(pytester: pytest.Pytester) -> None:
    write_tests(
        pytester,
        """
        @pytest.mark.fitness(limits={"a": {"max": 1}, "b": {"max": 1}})
        def test_both(fitness):
            fitness.record("a", 2)
            fitness.record("b", 2)
        """,
    )
    run(pytester, status=1)
    result = run(pytester, status=1)
    result.stdout.fnmatch_lines(
        ["  since (both::a): * or longer", "  since (both::b): * or longer"]
    )


def test_the_change_is_shown(pytester: pytest.Pytester) -> None:
    sized(pytester, 3)
    run(pytester, status=0)
    sized(pytester, 4)
    run(pytester, status=0).stdout.fnmatch_lines(["*size*4*≤ 5*+1*"])


def test_a_crash_leaves_an_aborted_run(pytester: pytest.Pytester) -> None:
    write_tests(
        pytester,
        "import os\n@pytest.mark.fitness(max=1)\ndef test_a(fitness): fitness.record('a', 1)\n"
        "@pytest.mark.fitness(max=1)\ndef test_b(fitness): os._exit(1)\n",
    )
    run(pytester, "-n1", status=1)
    assert history(pytester.path) == [("aborted", 1)]


class TestSleep:
    @pytest.mark.parametrize("workers", [[], ["-n1"]])
    def test_what_is_not_due_does_not_run(
        self, pytester: pytest.Pytester, workers: list[str]
    ) -> None:
        sized(pytester, 3, "max=5, every='1d'")
        assert outcomes(pytester, *workers) == {"size": "passed"}
        found = verdicts(pytester, *workers, status=0)["size"]
        assert found["outcome"] == "dormant"
        assert found["reason"].startswith("not due before ")
        assert found["reason"].endswith("(every 1d)")
        assert times_run(pytester) == 1

    def test_each_parameter_sleeps_with_its_test(self, pytester: pytest.Pytester) -> None:
        write_tests(
            pytester,
            """
            @pytest.mark.parametrize("n", [1, 2])
            @pytest.mark.fitness(max=5, every="1d")
            def test_a(fitness, n):
                fitness.record("a", n)
            """,
        )
        assert set(outcomes(pytester).values()) == {"passed"}
        assert outcomes(pytester) == {"a::1": "dormant", "a::2": "dormant"}

    def test_the_skip_stands_at_the_test(self, pytester: pytest.Pytester) -> None:
        sized(pytester, 3, "max=5, every='1d'")
        run(pytester)
        result = run(pytester, "-rs", status=0)
        result.stdout.fnmatch_lines(["SKIPPED*tests/test_it.py:*: not due before *"])

    @pytest.mark.parametrize("workers", [[], ["-n1"]])
    def test_what_is_for_more_users_does_not_run(
        self, pytester: pytest.Pytester, write: Write, workers: list[str]
    ) -> None:
        sized(pytester, 3, "max=5, from_users=100", USERS)
        write({"given_source.py": GIVEN.read_text("utf-8")})
        write({"given.json": json.dumps({"people": {"points": [[0, 42]]}})})
        found = verdicts(pytester, *workers, status=0)["size"]
        assert (found["outcome"], found["reason"]) == ("dormant", "42 users; it begins at 100")
        assert times_run(pytester) == 0
        write({"given.json": json.dumps({"people": {"points": [[0, 142]]}})})
        assert outcomes(pytester, *workers, status=0) == {"size": "passed"}

    @pytest.mark.parametrize(
        ("answer", "outcome"), [({}, "no data"), ({"people": {"unreachable": "gone"}}, "error")]
    )
    def test_where_users_are_not_known_it_is_judged_by_that(
        self, pytester: pytest.Pytester, write: Write, answer: object, outcome: str
    ) -> None:
        sized(pytester, 3, "max=5, from_users=100", USERS)
        write({"given_source.py": GIVEN.read_text("utf-8"), "given.json": json.dumps(answer)})
        result = run(pytester, status=1)
        result.stdout.no_fnmatch_line("*Traceback*")
        result.stdout.fnmatch_lines([f"{outcome}: *"])
        assert times_run(pytester) == 0
        assert outcomes(pytester) == {"size": outcome}

    def test_the_marker_may_say_that_unknown_users_are_no_matter(
        self, pytester: pytest.Pytester, write: Write
    ) -> None:
        sized(pytester, 3, "max=5, from_users=100, on_no_data='warn'", USERS)
        write({"given_source.py": GIVEN.read_text("utf-8"), "given.json": "{}"})
        assert outcomes(pytester, status=0) == {"size": "no data"}
        assert times_run(pytester) == 0


def test_a_gate_leaves_the_others_out(pytester: pytest.Pytester) -> None:
    sized(pytester, 7, "max=5, gates='scheduled'")
    result = run(pytester, "--fitness-gate=ci")
    result.assert_outcomes(deselected=1)
    assert times_run(pytester) == 0
    run(pytester, "--fitness-gate=scheduled", status=1)


def test_no_test_runs_beside_a_function_that_goes_alone(
    pytester: pytest.Pytester, work: Callable[[str], None]
) -> None:
    """The functions of the project write down when they begin and end; so do the tests."""
    work("".join(f"  f{n}: {{alone: {{}}, max: 1}}\n" for n in range(6)))
    config = (pytester.path / "fitness.yaml").read_text("utf-8")
    write_tests(
        pytester,
        """
        import time

        @pytest.mark.parametrize("n", range(12))
        @pytest.mark.fitness(max=1)
        def test_a(fitness, n):
            with open("log.txt", "ab", buffering=0) as log:
                log.write(f"begin test {n}\\n".encode())
                time.sleep(0.05)
                log.write(f"end test {n}\\n".encode())
            fitness.record("a", 1)
        """,
        config=f"{TESTS_ALONE}{config}",
    )
    pytester.runpytest_subprocess("--fitness", "-n3").assert_outcomes(passed=18)
    lines = [line.split() for line in (pytester.path / "log.txt").read_text("utf-8").splitlines()]
    assert len(lines) == 36
    for place, (what, kind, *rest) in enumerate(lines):
        if (what, kind) == ("begin", "alone"):
            assert lines[place + 1] == ["end", "alone", *rest]


class TestOrdinaryRuns:
    def test_limits_are_not_judged(self, pytester: pytest.Pytester) -> None:
        sized(pytester, 7)
        result = pytester.runpytest_inprocess()
        result.assert_outcomes(passed=1)
        result.stdout.no_fnmatch_line("*= fitness =*")

    def test_a_marker_that_could_not_be_read_is_no_matter(self, pytester: pytest.Pytester) -> None:
        sized(pytester, 7, "mx=5")
        pytester.runpytest_inprocess().assert_outcomes(passed=1)

    def test_the_marker_is_registered_and_can_be_selected(self, pytester: pytest.Pytester) -> None:
        sized(pytester, 3)
        pytester.runpytest_inprocess("-m", "fitness").assert_outcomes(passed=1)
        pytester.runpytest_inprocess("-m", "not fitness").assert_outcomes(deselected=1)
        pytester.runpytest_inprocess("--markers").stdout.fnmatch_lines(
            ["@pytest.mark.fitness(max=*"]
        )
