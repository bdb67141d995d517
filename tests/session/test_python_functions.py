"""A test marked `fitness` is judged by what it records, like a function of the file."""

import pytest

from marked_tests import outcomes, run, verdicts, write_tests

LIMITED = """
@pytest.mark.fitness({marker})
def test_search(fitness):
    {body}
"""


def limited(pytester: pytest.Pytester, marker: str, *body: str) -> None:
    """One marked test with the lines of a body."""
    write_tests(pytester, LIMITED.format(marker=marker, body="\n    ".join(body) or "pass"))


@pytest.mark.parametrize(
    ("marker", "recorded", "outcome", "value", "unit"),
    [
        ("max=5", "5", "passed", 5, ""),
        ("max=5", "5.1", "failed", 5.1, ""),
        ("min=5", "4", "failed", 4, ""),
        ("between=[1, 5]", "0", "failed", 0, ""),
        ("between=(1, 5)", "5", "passed", 5, ""),
        ("equals=-2", "-2", "passed", -2, ""),
        ("max=5, warn={'max': 4}", "4.5", "warned", 4.5, ""),
        ("max='500ms'", "0.5, 's'", "passed", 0.5, "s"),
        ("max='500ms'", "501, unit='ms'", "failed", 0.501, "s"),
        ("max='500ms', unit='s'", "0.6", "failed", 0.6, "s"),
        ("max='500ms', unit='ms'", "499", "passed", 0.499, "s"),
        ("max='500ms', unit='ms'", "0.6, 's'", "failed", 0.6, "s"),
        ("max='0.3ms', unit='us'", "300", "passed", 0.0003, "s"),
        ("max='1kB'", "1, 'KiB'", "failed", 1024, "B"),
        ("min='80%'", "0.75", "failed", 0.75, "%"),
        ("min='80%'", "85, '%'", "passed", 0.85, "%"),
        ("min='100/s'", "99, '/s'", "failed", 99, "/s"),
        ("max='$0.01'", "0.02, '$'", "failed", 0.02, "$"),
        ("min='10x'", "9", "failed", 9, "x"),
    ],
)
def test_the_record_is_judged_by_the_limit(
    pytester: pytest.Pytester, marker: str, recorded: str, outcome: str, value: float, unit: str
) -> None:
    limited(pytester, marker, f"fitness.record('search.p95', {recorded})")
    found = verdicts(pytester, status=1 if outcome == "failed" else 0)
    assert list(found) == ["search"]
    verdict = found["search"]
    assert (verdict["outcome"], verdict["kind"]) == (outcome, "test")
    assert verdict["value"] == pytest.approx(value, rel=1e-15)
    assert verdict["unit"] == unit
    assert verdict["location"]["path"] == "tests/test_it.py"
    assert verdict["location"]["line"] == 4


def test_a_failure_reads_like_any_other(pytester: pytest.Pytester) -> None:
    marker = 'max="500ms", about="Slow answers drive people away.", owner="search team"'
    limited(pytester, marker, "fitness.record('search.p95', 0.6, 's')")
    result = run(pytester, status=1)
    result.stdout.fnmatch_lines(
        [
            "fitness: 0 functions in fitness.yaml, 1 in tests",
            "tests/test_it.py F *",
            "*_ test_search _*",
            "600ms where ≤ 500ms is allowed",
            "  --> tests/test_it.py:4",
            "  why: Slow answers drive people away.",
            "  looked at: search.p95",
            "  help: Bring it back within the limit.",
            "  ask: search team",
            "*= fitness =*",
            "  ✗ search  600ms  ≤ 500ms  -20%*",
            "FAILED tests/test_it.py::test_search - 600ms where ≤ 500ms is allowed",
        ]
    )
    result.stdout.no_fnmatch_line("*Traceback*")
    result.stdout.no_fnmatch_line("*FitnessFailure*")


def test_functions_of_the_file_run_beside_tests(pytester: pytest.Pytester) -> None:
    config = """\
        tests: tests
        codebase: {packages: [shop]}
        functions:
          size:
            complexity: {measure: loc}
            max: 10
        """
    pytester.mkpydir("shop")
    write_tests(
        pytester,
        "@pytest.mark.fitness(max=1)\ndef test_a(fitness): fitness.record('a', 1)\n",
        config=config.replace("        ", ""),
    )
    result = run(pytester, status=0)
    result.assert_outcomes(passed=2)
    result.stdout.fnmatch_lines(["fitness: 1 function in fitness.yaml, 1 in tests"])
    assert list(outcomes(pytester)) == ["size", "a"]


class TestRecords:
    def test_without_one_there_is_no_data(self, pytester: pytest.Pytester) -> None:
        limited(pytester, "max=5")
        found = verdicts(pytester, status=1)["search"]
        assert found["outcome"] == "no data"
        assert found["reason"] == "the test recorded nothing"
        assert "fitness.record(" in found["hint"]

    def test_a_test_without_the_fixture_has_no_data_either(self, pytester: pytest.Pytester) -> None:
        write_tests(pytester, "@pytest.mark.fitness(max=5)\ndef test_a(): pass\n")
        assert outcomes(pytester, status=1) == {"a": "no data"}

    @pytest.mark.parametrize(("effect", "status"), [("fail", 1), ("warn", 0), ("skip", 0)])
    def test_the_marker_says_what_no_data_means(
        self, pytester: pytest.Pytester, effect: str, status: int
    ) -> None:
        limited(pytester, f"max=5, on_no_data='{effect}'")
        assert verdicts(pytester, status=status)["search"]["outcome"] == "no data"
        strict = {"fail": 1, "warn": 1, "skip": 0}[effect]
        run(pytester, "--fitness-strict", status=strict)

    def test_two_for_one_limit_are_an_error_that_says_what_to_do(
        self, pytester: pytest.Pytester
    ) -> None:
        limited(pytester, "max=5", "fitness.record('a', 1)", "fitness.record('b', 2)")
        found = verdicts(pytester, status=1)["search"]
        assert found["outcome"] == "error"
        assert found["reason"] == "the test recorded 2 numbers for one limit: a, b"
        assert found["hint"] == 'Say which of them is limited: `limits={"a": {…}}`.'

    @pytest.mark.parametrize(
        ("marker", "recorded", "said"),
        [
            ("max='500ms'", "3", "as a plain number, and its limit is a time such as 500ms"),
            ("max='500ms'", "3, 'B'", "in B, and its limit is a time such as 500ms"),
            ("max=5", "3, 'ms'", "in ms, and its limit is a plain number such as 10"),
            ("max='80%'", "3", "as a plain number, and its limit is a share such as 80%"),
        ],
    )
    def test_another_unit_than_that_of_the_limit_is_an_error(
        self, pytester: pytest.Pytester, marker: str, recorded: str, said: str
    ) -> None:
        limited(pytester, marker, f"fitness.record('a.b', {recorded})")
        found = verdicts(pytester, status=1)["search"]
        assert found["outcome"] == "error"
        assert found["reason"].startswith(f"a.b was recorded {said}")


class TestSeveralLimits:
    LIMITS = 'limits={"p95": {"max": "1s", "warn": {"max": "0.5s"}}, "rate": {"min": "9/s"}}'

    def test_each_is_a_verdict_with_its_own_unit(self, pytester: pytest.Pytester) -> None:
        limited(pytester, self.LIMITS, "fitness.record('rate', 3, '/s')",
                "fitness.record('p95', 0.7, 's')")  # fmt: skip
        found = verdicts(pytester, status=1)
        assert {name: (v["outcome"], v["unit"]) for name, v in found.items()} == {
            "search::p95": ("warned", "s"),
            "search::rate": ("failed", "/s"),
        }

    def test_the_failure_names_the_limit(self, pytester: pytest.Pytester) -> None:
        limited(pytester, self.LIMITS, "fitness.record('rate', 3, '/s')",
                "fitness.record('p95', 7, 's')")  # fmt: skip
        result = run(pytester, status=1)
        result.assert_outcomes(failed=1)
        result.stdout.fnmatch_lines(
            ["search::p95: 7s where ≤ 1s is allowed", "search::rate: 3/s where ≥ 9/s is allowed"]
        )

    def test_one_that_was_not_recorded_is_no_data(self, pytester: pytest.Pytester) -> None:
        limited(pytester, self.LIMITS, "fitness.record('rat', 3, '/s')",
                "fitness.record('p95', 0.1, 's')")  # fmt: skip
        found = verdicts(pytester, status=1)
        assert found["search::p95"]["outcome"] == "passed"
        assert found["search::rate"]["outcome"] == "no data"
        assert found["search::rate"]["reason"] == "the test recorded no rate"
        assert "Did you mean 'rat'?" in found["search::rate"]["hint"]

    def test_what_has_no_limit_is_told(self, pytester: pytest.Pytester) -> None:
        limited(pytester, 'limits={"a": {"max": 1}}', "fitness.record('a', 1)",
                "fitness.record('b', 9)")  # fmt: skip
        found = verdicts(pytester, status=0)["search::a"]
        assert found["notes"] == ["also recorded, without a limit: b"]


class TestIntervals:
    @pytest.mark.parametrize(
        ("interval", "outcome"),
        [("(4.0, 8.0)", "inconclusive"), ("(5.5, 6.5)", "failed"), ("None", "failed")],
    )
    def test_a_fail_needs_an_interval_past_the_limit(
        self, pytester: pytest.Pytester, interval: str, outcome: str
    ) -> None:
        limited(pytester, "max=5", f"fitness.record('a', 6, interval={interval}, samples=30)")
        found = verdicts(pytester)["search"]
        assert (found["outcome"], found["samples"]) == (outcome, 30)
        assert found["subject"] == "a, of 30 samples"

    def test_what_cannot_be_told_fails_where_the_marker_says_so(
        self, pytester: pytest.Pytester
    ) -> None:
        limited(pytester, "max='5s', on_inconclusive='fail'",
                "fitness.record('a', 6000, 'ms', interval=(4000, 8000))")  # fmt: skip
        found = verdicts(pytester, status=1)["search"]
        assert (found["outcome"], found["interval"]) == ("inconclusive", [4.0, 8.0])
        assert found["reason"].endswith("95% sure is only 4s to 8s; more samples tell")


class TestTestsThatDoNotPass:
    def test_one_that_fails_is_an_error_with_its_own_traceback(
        self, pytester: pytest.Pytester
    ) -> None:
        limited(pytester, "max=5", "fitness.record('a', 1)", "found = 3", "assert found == 4")
        result = run(pytester, status=1)
        result.stdout.fnmatch_lines([">*assert found == 4", "E*assert 3 == 4"])
        found = verdicts(pytester)["search"]
        assert found["outcome"] == "error"
        assert found["reason"].startswith("the test failed: AssertionError")
        assert found["value"] is None

    def test_a_wrong_record_is_an_error_too(self, pytester: pytest.Pytester) -> None:
        limited(pytester, "max=5", "fitness.record('a b', 1)")
        found = verdicts(pytester, status=1)["search"]
        assert found["outcome"] == "error"
        assert "'a b' is no name such as search.p95" in found["reason"]

    @pytest.mark.parametrize("when", ["setup", "teardown"])
    def test_so_is_one_whose_fixture_breaks(self, pytester: pytest.Pytester, when: str) -> None:
        broken = "    raise OSError('no disk')\n"
        before, after = (broken, "") if when == "setup" else ("", broken)
        write_tests(
            pytester,
            f"@pytest.fixture\ndef disk():\n{before}    yield 1\n{after}\n"
            "@pytest.mark.fitness(max=5)\n"
            "def test_a(fitness, disk): fitness.record('a', 1)\n",
        )
        found = verdicts(pytester, status=1)["a"]
        assert found["outcome"] == "error"
        assert found["reason"] == f"its {when} failed: OSError: no disk"

    @pytest.mark.parametrize(
        ("decorator", "body"),
        [
            ("@pytest.mark.skip(reason='later')", "1 / 0"),
            ("@pytest.mark.skipif(True, reason='later')", "1 / 0"),
            ("", "pytest.skip('later')"),
        ],
    )
    def test_one_that_is_skipped_sleeps(
        self, pytester: pytest.Pytester, decorator: str, body: str
    ) -> None:
        write_tests(
            pytester, f"{decorator}\n@pytest.mark.fitness(max=5)\ndef test_a(fitness): {body}\n"
        )
        found = verdicts(pytester, status=0)["a"]
        assert (found["outcome"], found["reason"]) == ("dormant", "skipped: later")

    @pytest.mark.parametrize(
        ("body", "reason"),
        [
            ("fitness.record('a', 9)", "expected to fail (known): 9 where ≤ 5 is allowed"),
            ("1 / 0", "expected to fail (known)"),
            ("pytest.xfail('known')", "expected to fail (known)"),
        ],
    )
    def test_one_that_is_expected_to_fail_sleeps(
        self, pytester: pytest.Pytester, body: str, reason: str
    ) -> None:
        write_tests(
            pytester,
            "@pytest.mark.xfail(reason='known')\n@pytest.mark.fitness(max=5)\n"
            f"def test_a(fitness): {body}\n",
        )
        result = run(pytester, status=0)
        result.assert_outcomes(xfailed=1)
        found = verdicts(pytester)["a"]
        assert (found["outcome"], found["reason"]) == ("dormant", reason)

    @pytest.mark.parametrize(
        ("strict", "status", "outcome"), [(True, 1, "error"), (False, 0, "passed")]
    )
    def test_one_that_passes_against_expectation(
        self, pytester: pytest.Pytester, strict: bool, status: int, outcome: str
    ) -> None:
        write_tests(
            pytester,
            f"@pytest.mark.xfail(reason='known', strict={strict})\n@pytest.mark.fitness(max=5)\n"
            "def test_a(fitness): fitness.record('a', 1)\n",
        )
        assert outcomes(pytester, status=status) == {"a": outcome}

    def test_an_xfail_for_another_reason_does_not_cover_the_limit(
        self, pytester: pytest.Pytester
    ) -> None:
        write_tests(
            pytester,
            "@pytest.mark.xfail(raises=OSError)\n@pytest.mark.fitness(max=5)\n"
            "def test_a(fitness): fitness.record('a', 9)\n",
        )
        assert outcomes(pytester, status=1) == {"a": "failed"}


def test_a_project_may_skip_or_break_tests_before_they_begin(pytester: pytest.Pytester) -> None:
    limited(pytester, "max=5", "fitness.record('a', 1)")
    hook = "@pytest.hookimpl(tryfirst=True)\ndef pytest_runtest_setup(item): {}\n"
    conftest = pytester.path / "tests" / "conftest.py"
    conftest.write_text("import pytest\n" + hook.format("pytest.skip('today')"), "utf-8")
    found = verdicts(pytester, status=0)["search"]
    assert (found["outcome"], found["reason"]) == ("dormant", "skipped: today")
    conftest.write_text("import pytest\n" + hook.format("raise OSError('today')"), "utf-8")
    found = verdicts(pytester, status=1)["search"]
    assert (found["outcome"], found["reason"]) == ("error", "its setup failed: OSError: today")


def test_a_warning_fails_a_strict_run(pytester: pytest.Pytester) -> None:
    limited(pytester, "max=5, warn={'max': 4}", "fitness.record('a', 4.5)")
    result = run(pytester, status=0)
    result.stdout.fnmatch_lines(["*1 warned in*"])
    result = run(pytester, "--fitness-strict", status=1)
    result.stdout.fnmatch_lines(["a warning, and --fitness-strict is on: 4.5 is past*"])


def test_the_worst_of_several_outcomes_shows(pytester: pytest.Pytester) -> None:
    limits = 'limits={"a": {"max": 5}, "b": {"max": 5, "warn": {"max": 4}}}'
    limited(pytester, limits, "fitness.record('a', 1)", "fitness.record('b', 4.5)")
    run(pytester, "-v", status=0).stdout.fnmatch_lines(["*::test_search WARNED *"])


def test_properties_of_a_junit_file(pytester: pytest.Pytester) -> None:
    limited(pytester, "max='5s'", "fitness.record('a', 1, 's')")
    run(pytester, "--junitxml=out.xml", status=0)
    written = (pytester.path / "out.xml").read_text("utf-8")
    assert '<property name="fitness.value" value="1.0" />' in written
    assert '<property name="fitness.unit" value="s" />' in written
    limits = 'limits={"a": {"max": "5s"}, "b": {"max": 5}}'
    limited(pytester, limits, "fitness.record('a', 7, 's')", "fitness.record('b', 1)")
    run(pytester, "--junitxml=out.xml", status=1)
    written = (pytester.path / "out.xml").read_text("utf-8")
    assert '<property name="fitness.a.outcome" value="failed" />' in written
    assert '<property name="fitness.b.value" value="1.0" />' in written
    assert "search::a: 7s where ≤ 5s is allowed" in written
