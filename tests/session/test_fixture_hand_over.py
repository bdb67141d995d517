"""Numbers that ordinary tests record, on their way to the kind `recorded`."""

from collections.abc import Callable, Mapping
from typing import ClassVar

import pytest

from pytest_fitness.results.handed_over import DIRECTORY, Record, names, read

Write = Callable[[Mapping[str, str]], None]
TWO = """
import pytest

@pytest.mark.parametrize("n", range(4))
def test_speed(fitness, n):
    fitness.record(f"speed.{n}", n + 0.5, unit="ms")
    fitness.record("size", n)

def test_plain():
    pass
"""


def kept(pytester: pytest.Pytester, where: str = DIRECTORY) -> set[str]:
    return names(pytester.path / where)


def values(pytester: pytest.Pytester, name: str) -> list[float]:
    found = read(pytester.path / DIRECTORY, name)
    return [] if found is None else [record.value for record in found.records]


@pytest.mark.parametrize("workers", [[], ["-n2"], ["-n2", "--dist=loadfile"]])
def test_what_tests_record_is_kept(pytester: pytest.Pytester, workers: list[str]) -> None:
    pytester.makepyfile(test_it=TWO)
    pytester.runpytest_inprocess(*workers).assert_outcomes(passed=5)
    assert kept(pytester) == {"speed.0", "speed.1", "speed.2", "speed.3", "size"}
    found = read(pytester.path / DIRECTORY, "speed.3")
    assert found is not None
    assert found.records == (Record("speed.3", 3.5, "ms", "test_it.py::test_speed[3]"),)
    assert sorted(values(pytester, "size")) == [0, 1, 2, 3]
    assert len(list((pytester.path / DIRECTORY).glob("*.json"))) == 1


def test_the_moment_is_that_of_the_run(pytester: pytest.Pytester) -> None:
    (pytester.path / "before").touch()
    pytester.makepyfile(test_it=TWO)
    pytester.runpytest_inprocess()
    (pytester.path / "after").touch()
    found = read(pytester.path / DIRECTORY, "size")
    assert found is not None
    before, after = ((pytester.path / name).stat().st_mtime for name in ("before", "after"))
    assert before - 0.1 <= found.moment <= after + 0.1


@pytest.mark.parametrize("workers", [[], ["-n2"]])
def test_only_tests_that_passed_hand_over(pytester: pytest.Pytester, workers: list[str]) -> None:
    pytester.makepyfile(
        """
        import pytest

        def test_passed(fitness):
            fitness.record("passed", 1)

        def test_failed(fitness):
            fitness.record("failed", 1)
            assert False

        def test_skipped(fitness):
            fitness.record("skipped", 1)
            pytest.skip()

        @pytest.mark.xfail
        def test_expected(fitness):
            fitness.record("expected", 1)
            assert False

        @pytest.mark.xfail(strict=False)
        def test_better(fitness):
            fitness.record("better", 1)

        @pytest.fixture
        def broken():
            yield
            raise OSError

        def test_teardown(fitness, broken):
            fitness.record("teardown", 1)

        @pytest.fixture
        def unready(fitness):
            fitness.record("setup", 1)
            raise OSError

        def test_setup(unready):
            pass
        """
    )
    pytester.runpytest_inprocess(*workers)
    assert kept(pytester) == {"passed", "better"}


def test_a_record_of_a_teardown_counts(pytester: pytest.Pytester) -> None:
    pytester.makepyfile(
        """
        import pytest

        @pytest.fixture
        def timed(fitness):
            yield
            fitness.record("teardown", 1)

        def test_it(timed):
            pass
        """
    )
    pytester.runpytest_inprocess().assert_outcomes(passed=1)
    assert kept(pytester) == {"teardown"}


def test_nothing_is_written_where_nothing_is_recorded(pytester: pytest.Pytester) -> None:
    pytester.makepyfile("def test_it(fitness): pass\ndef test_plain(): pass")
    pytester.runpytest_inprocess().assert_outcomes(passed=2)
    assert not (pytester.path / ".fitness").exists()


def test_a_run_that_stops_early_keeps_what_it_has(pytester: pytest.Pytester) -> None:
    pytester.makepyfile(
        "def test_a(fitness): fitness.record('a', 1)\ndef test_b(): raise KeyboardInterrupt\n"
    )
    result = pytester.runpytest_subprocess()
    assert result.ret == pytest.ExitCode.INTERRUPTED
    assert kept(pytester) == {"a"}


def test_a_worker_that_crashes_takes_its_own_test_alone(pytester: pytest.Pytester) -> None:
    pytester.makepyfile(
        "import os\ndef test_a(fitness): fitness.record('a', 1)\n"
        "def test_b(fitness):\n    fitness.record('b', 1)\n    os._exit(1)\n"
        "def test_c(fitness): fitness.record('c', 1)\n"
    )
    pytester.runpytest_inprocess("-n1")
    assert kept(pytester) == {"a", "c"}


@pytest.mark.parametrize("workers", [[], ["-n2"]])
@pytest.mark.parametrize(("seconds", "status"), [(0.4, 0), (0.6, 1)])
def test_the_kind_recorded_judges_it(
    pytester: pytest.Pytester, write: Write, workers: list[str], seconds: float, status: int
) -> None:
    write(
        {
            "fitness.yaml": "functions:\n  search:\n"
            "    recorded: {name: search.p95, unit: s}\n    max: 500ms\n",
            "test_it.py": "def test_search(fitness):\n"
            f"    fitness.record('search.p95', {seconds * 1000}, unit='ms')\n",
        }
    )
    pytester.runpytest_inprocess(*workers).assert_outcomes(passed=1)
    result = pytester.runpytest_inprocess("--fitness")
    assert result.ret == status
    result.stdout.fnmatch_lines([f"*search  {seconds * 1000:g}ms  ≤ 500ms*"])


class TestAfterItFailed:
    """A number that was handed over is no longer trusted when its test does not pass."""

    CONFIG = "functions:\n  search:\n    recorded: {name: search.p95, unit: s}\n    max: 500ms\n"
    GOOD = """
import os
import pytest

def test_first(fitness):
    fitness.record("other", 1)

def test_search(fitness):
    fitness.record("search.p95", 0.2, unit="s")
"""
    FAILURES: ClassVar = {
        "before it recorded": ("fitness.record(", "assert 0; fitness.record("),
        "after it recorded": ('0.2, unit="s")', '0.2, unit="s"); assert 0'),
        "in a fixture": ("test_search(fitness)", "test_search(nowhere, fitness)"),
        "as expected": ("def test_search", "@pytest.mark.xfail(run=False)\ndef test_search"),
    }

    def judged(self, pytester: pytest.Pytester, source: str, *options: str) -> pytest.RunResult:
        pytester.makepyfile(test_it=source)
        pytester.runpytest_subprocess("-p", "no:cacheprovider", *options)
        return pytester.runpytest_inprocess("--fitness")

    def bad(self, old: str, new: str) -> str:
        head, found, tail = self.GOOD.partition("def test_search")
        return head + (found + tail).replace(old, new)

    @pytest.mark.parametrize("workers", [[], ["-n1"]])
    @pytest.mark.parametrize("failure", FAILURES.values(), ids=FAILURES)
    def test_there_is_no_data(
        self, pytester: pytest.Pytester, write: Write, failure: tuple[str, str], workers: list[str]
    ) -> None:
        write({"fitness.yaml": self.CONFIG})
        assert self.judged(pytester, self.GOOD, *workers).ret == 0
        result = self.judged(pytester, self.bad(*failure), *workers)
        assert result.ret == 1
        result.stdout.fnmatch_lines(
            ["*search.p95 is not trusted: the test test_it.py::test_search failed in the newest*"]
        )
        assert self.judged(pytester, self.GOOD, *workers).ret == 0

    def test_a_test_that_is_skipped_says_so(self, pytester: pytest.Pytester, write: Write) -> None:
        write({"fitness.yaml": self.CONFIG})
        assert self.judged(pytester, self.GOOD).ret == 0
        skipped = self.bad("def test_search", "@pytest.mark.skip\ndef test_search")
        result = self.judged(pytester, skipped)
        assert result.ret == 1
        result.stdout.fnmatch_lines(["*test_it.py::test_search was skipped in the newest run*"])

    @pytest.mark.parametrize("workers", [[], ["-n1"]])
    def test_a_skip_before_any_test_used_the_fixture_is_seen(
        self, pytester: pytest.Pytester, write: Write, workers: list[str]
    ) -> None:
        write({"fitness.yaml": self.CONFIG})
        _, _, alone = self.GOOD.partition("def test_search")
        source = f"import pytest\n\ndef test_search{alone}"
        assert self.judged(pytester, source).ret == 0
        skipped = source.replace("def test_search", "@pytest.mark.skip\ndef test_search")
        assert self.judged(pytester, skipped, *workers).ret == 1

    def test_so_it_is_when_its_worker_crashes(
        self, pytester: pytest.Pytester, write: Write
    ) -> None:
        write({"fitness.yaml": self.CONFIG})
        assert self.judged(pytester, self.GOOD).ret == 0
        result = self.judged(pytester, self.bad("fitness.record(", "os._exit(1)  # "), "-n1")
        assert result.ret == 1
        result.stdout.fnmatch_lines(["*test_it.py::test_search failed in the newest run*"])

    def test_a_run_without_it_changes_nothing(
        self, pytester: pytest.Pytester, write: Write
    ) -> None:
        write({"fitness.yaml": self.CONFIG})
        assert self.judged(pytester, self.GOOD).ret == 0
        broken = self.bad("fitness.record(", "assert 0; fitness.record(")
        assert self.judged(pytester, broken, "-k", "first").ret == 0


class TestWhere:
    def test_beside_the_configuration_from_below(
        self, pytester: pytest.Pytester, write: Write, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        write({"pytest.ini": "[pytest]\n", "fitness.yaml": "", "tests/test_it.py": TWO})
        monkeypatch.chdir(pytester.path / "tests")
        pytester.runpytest_inprocess().assert_outcomes(passed=5)
        assert "size" in kept(pytester)

    def test_the_nearest_of_two_configurations(
        self, pytester: pytest.Pytester, write: Write, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        write({"pytest.ini": "[pytest]\n", "fitness.yaml": "", "part/fitness.yaml": ""})
        write({"part/test_it.py": TWO})
        monkeypatch.chdir(pytester.path / "part")
        pytester.runpytest_inprocess().assert_outcomes(passed=5)
        assert "size" in kept(pytester, f"part/{DIRECTORY}")
        assert not (pytester.path / DIRECTORY).exists()

    def test_a_linked_configuration_is_followed(
        self, pytester: pytest.Pytester, write: Write
    ) -> None:
        write({"rules/fitness.yaml": "", "test_it.py": TWO})
        (pytester.path / "fitness.yaml").symlink_to(pytester.path / "rules" / "fitness.yaml")
        pytester.runpytest_inprocess().assert_outcomes(passed=5)
        assert "size" in kept(pytester, f"rules/{DIRECTORY}")

    def test_git_sees_nothing_of_it(self, pytester: pytest.Pytester) -> None:
        pytester.makepyfile(test_it=TWO)
        pytester.runpytest_inprocess()
        assert (pytester.path / ".fitness" / ".gitignore").read_text("utf-8") == "*\n"

    def test_what_is_ignored_already_stays_as_it_is(
        self, pytester: pytest.Pytester, write: Write
    ) -> None:
        write({".fitness/.gitignore": "cache\n", "test_it.py": TWO})
        pytester.runpytest_inprocess()
        assert (pytester.path / ".fitness" / ".gitignore").read_text("utf-8") == "cache\n"


class TestTrouble:
    @pytest.mark.parametrize("workers", [[], ["-n1"]])
    @pytest.mark.parametrize("options", [[], ["-W", "error"]])
    def test_a_place_that_cannot_be_written_is_a_warning(
        self, pytester: pytest.Pytester, workers: list[str], options: list[str]
    ) -> None:
        pytester.makepyfile(test_it=TWO)
        (pytester.path / ".fitness").write_text("a file, and no directory", "utf-8")
        result = pytester.runpytest_subprocess(*workers, *options)
        assert result.ret == pytest.ExitCode.OK
        result.assert_outcomes(passed=5, warnings=1)
        result.stdout.fnmatch_lines(
            ["*PytestWarning: what the tests recorded could not be kept: *"]
        )
        assert (pytester.path / ".fitness").read_text("utf-8") == "a file, and no directory"

    def test_nor_does_it_matter_without_a_terminal(self, pytester: pytest.Pytester) -> None:
        pytester.makepyfile(test_it=TWO)
        (pytester.path / ".fitness").write_text("", "utf-8")
        assert pytester.runpytest_subprocess("-p", "no:terminal").ret == pytest.ExitCode.OK


class TestBesideBenchmarks:
    """With the fixture of pytest-benchmark itself."""

    SOURCE = """
        import time

        def search():
            return sum(range(1000))

        def test_search(benchmark, fitness):
            assert benchmark(search) == 499500
            fitness.record("search.mean", benchmark.stats["mean"], unit="s")
            fitness.record("search.rounds", benchmark.stats["rounds"])
        """

    @pytest.fixture(autouse=True)
    def outside_of_workers(self, monkeypatch: pytest.MonkeyPatch) -> None:
        """In a worker of pytest-xdist, pytest-benchmark measures nothing."""
        monkeypatch.delenv("PYTEST_XDIST_WORKER", raising=False)

    def test_what_it_measured_can_be_recorded(self, pytester: pytest.Pytester) -> None:
        pytester.makepyfile(self.SOURCE)
        result = pytester.runpytest_subprocess(
            "--benchmark-max-time=0.05", "--benchmark-json=b.json"
        )
        result.assert_outcomes(passed=1)
        (mean,) = values(pytester, "search.mean")
        (rounds,) = values(pytester, "search.rounds")
        assert 0 < mean < 1
        assert rounds >= 5
        assert f'"mean": {mean!r}' in (pytester.path / "b.json").read_text("utf-8")

    def test_and_judged_where_the_test_is_marked(
        self, pytester: pytest.Pytester, write: Write
    ) -> None:
        write(
            {
                "fitness.yaml": "tests: test_it.py\n",
                "test_it.py": """
import pytest

@pytest.mark.fitness(max="1ns", unit="s")
def test_search(benchmark, fitness):
    benchmark(sum, range(1000))
    fitness.record("search.mean", benchmark.stats["mean"], samples=benchmark.stats["rounds"])
""",
            }
        )
        result = pytester.runpytest_subprocess("--fitness", "--benchmark-max-time=0.05")
        result.assert_outcomes(failed=1)
        result.stdout.fnmatch_lines(["* where ≤ 1ns is allowed"])


class TestPlainRuns:
    def test_other_tests_load_nothing_of_ours(self, pytester: pytest.Pytester) -> None:
        pytester.makepyfile(
            """
            import sys

            def test_it():
                ours = {name for name in sys.modules if name.startswith("pytest_fitness")}
                assert ours == {"pytest_fitness", "pytest_fitness.plugin"}
            """
        )
        pytester.runpytest_subprocess("-p", "no:pytester").assert_outcomes(passed=1)

    def test_the_fixture_loads_neither_yaml_nor_kinds(self, pytester: pytest.Pytester) -> None:
        pytester.makepyfile(
            """
            import sys

            def test_it(fitness):
                fitness.record("a", 1)
                assert not {"yaml", "sqlite3", "pytest_fitness.config.loader"} & set(sys.modules)
            """
        )
        options = ("-p", "no:pytester", "-p", "no:hypothesispytest")
        pytester.runpytest_subprocess(*options).assert_outcomes(passed=1)

    def test_the_fixture_is_listed(self, pytester: pytest.Pytester) -> None:
        result = pytester.runpytest_inprocess("--fixtures")
        result.stdout.fnmatch_lines(["fitness*", "*Record numbers that a test has measured*"])
