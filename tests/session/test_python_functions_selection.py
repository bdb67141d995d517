"""Which tests run, under which id, and how they are selected: as any other test."""

from collections.abc import Callable, Mapping

import pytest
from hypothesis import given
from hypothesis import strategies as st

from marked_tests import outcomes, run, verdicts, write_tests
from pytest_fitness.session.python_functions import safe_parameters

Write = Callable[[Mapping[str, str]], None]

SPEED = """\
import pytest

@pytest.mark.fitness(max=5, tags=["quick"])
def test_speed(fitness):
    fitness.record("speed", 1)

def test_plain():
    assert False, "no fitness function"

class TestSearch:
    @pytest.mark.fitness(max=5, gates=["pre-deploy"], id="search.size")
    def test_size(self, fitness):
        fitness.record("size", 9)

    def test_plain(self):
        assert False, "no fitness function"

    class TestIndex:
        @pytest.mark.fitness(max=5)
        @pytest.mark.parametrize("language", ["de", "en"])
        def test_index(self, fitness, language):
            fitness.record("index", 1)
"""
MEMORY = """\
from pytest import mark

@mark.fitness(limits={"heap": {"max": "1MB"}, "stack": {"max": "1kB"}})
def test_memory(fitness):
    fitness.record("heap", 1, "kB")
    fitness.record("stack", 1, "B")
"""
CONFIG = """\
tests: [tests/fitness]
codebase: {packages: [shop]}
functions:
  size:
    complexity: {measure: loc}
    max: 10
"""
SIZE = "fitness.yaml::size"
SPEED_PATH, MEMORY_PATH = "tests/fitness/test_speed.py", "tests/fitness/deep/memory.py"
INDEX = [f"{SPEED_PATH}::TestSearch::TestIndex::test_index[{name}]" for name in ("de", "en")]
ALL = [
    SIZE,
    f"{SPEED_PATH}::test_speed",
    f"{SPEED_PATH}::TestSearch::test_size",
    *INDEX,
    f"{MEMORY_PATH}::test_memory",
]


@pytest.fixture
def project(pytester: pytest.Pytester, write: Write) -> pytest.Pytester:
    """A project with functions in its file and in two files of tests."""
    write(
        {
            "fitness.yaml": CONFIG,
            "pytest.ini": "[pytest]\nstrict_markers = true\n",
            "shop/__init__.py": "",
            SPEED_PATH: SPEED,
            MEMORY_PATH: MEMORY,
            "tests/fitness/test_other.py": "raise SystemError('imported')\n",
            "tests/test_other.py": "raise SystemError('imported')\n",
            "test_other.py": "raise SystemError('imported')\n",
        }
    )
    return pytester


def collected(pytester: pytest.Pytester, *arguments: str) -> list[str]:
    found = run(pytester, "--co", "-q", *arguments)
    return sorted(line for line in found.outlines if "::" in line)


def test_only_marked_tests_are_collected_and_no_other_file_is_imported(
    project: pytest.Pytester,
) -> None:
    assert collected(project) == sorted(ALL)
    result = run(project, status=1)
    result.assert_outcomes(passed=5, failed=1)
    result.stdout.no_fnmatch_line("*deselected*")


@pytest.mark.parametrize(
    ("arguments", "expected"),
    [
        (["."], ALL),
        (["fitness.yaml"], ALL),
        (["fitness.yaml::size"], [SIZE]),
        (["fitness.yaml::speed"], ALL[1:2]),
        (["fitness.yaml::search.size"], ALL[2:3]),
        (["fitness.yaml::index"], INDEX),
        (["tests"], ALL[1:]),
        (["tests/fitness"], ALL[1:]),
        (["tests/fitness/deep"], ALL[5:]),
        ([SPEED_PATH], ALL[1:5]),
        ([f"{SPEED_PATH}::test_speed"], ALL[1:2]),
        ([f"{SPEED_PATH}::TestSearch"], ALL[2:5]),
        ([f"{SPEED_PATH}::TestSearch::TestIndex"], INDEX),
        ([INDEX[1]], INDEX[1:]),
        ([MEMORY_PATH, "fitness.yaml::size"], [SIZE, ALL[5]]),
        (["-k", "speed and not Search"], ALL[1:2]),
        (["-k", "index and en"], INDEX[1:]),
        (["-m", "quick"], ALL[1:2]),
        (["-m", "not quick and fitness"], ALL[2:]),
        (["--deselect", SPEED_PATH], [SIZE, ALL[5]]),
        (["--fitness-gate", "pre-deploy"], ALL[2:3]),
    ],
)
def test_selection(project: pytest.Pytester, arguments: list[str], expected: list[str]) -> None:
    assert collected(project, *arguments) == sorted(expected)


@pytest.mark.parametrize("workers", [[], ["-n2"]])
@pytest.mark.parametrize(
    ("named", "said", "nearest"),
    [
        (f"{SPEED_PATH}::test_plain", "no test 'test_plain' is marked `fitness` there", "*test_*"),
        (
            f"{SPEED_PATH}::test_sped",
            "no test 'test_sped' is marked *",
            "Did you mean 'test_speed'?",
        ),
        ("fitness.yaml::sped", "there is no function 'sped'", "Did you mean 'speed'?"),
        ("fitness.yaml::index::de", "index has no check 'de'", "There are none."),
    ],
)
def test_what_is_no_function_is_a_usage_error(
    project: pytest.Pytester, named: str, said: str, nearest: str, workers: list[str]
) -> None:
    result = run(project, named, *workers, status=pytest.ExitCode.USAGE_ERROR)
    result.stderr.fnmatch_lines([f"*not found: {named}: {said}", f"*{nearest}"])


@pytest.mark.parametrize("named", ["test_other.py", "tests/fitness/test_other.py", "shop"])
def test_a_file_without_functions_is_a_usage_error(project: pytest.Pytester, named: str) -> None:
    result = run(project, named, status=pytest.ExitCode.USAGE_ERROR)
    result.stderr.fnmatch_lines(
        [f"*runs the functions of fitness.yaml and no other tests; got {named}"]
    )


def test_those_that_failed_last_run_alone(project: pytest.Pytester) -> None:
    run(project, status=1)
    result = run(project, "--lf", status=1)
    result.assert_outcomes(failed=1)
    assert list(outcomes(project, "--lf")) == ["search.size"]


def test_a_run_stops_at_the_first_failure(project: pytest.Pytester) -> None:
    assert outcomes(project, "-x", SPEED_PATH) == {"speed": "passed", "search.size": "failed"}


def test_workers_find_the_same_in_the_same_order(project: pytest.Pytester) -> None:
    alone = verdicts(project, "--fitness-no-history")
    shared = verdicts(project, "--fitness-no-history", "-n2")
    assert list(alone) == list(shared)
    assert list(alone) == [
        "size", "speed", "search.size", "index::de", "index::en", "memory::heap", "memory::stack",
    ]  # fmt: skip

    def timeless(found: dict[str, dict[str, object]]) -> list[dict[str, object]]:
        return [verdict | {"seconds": 0} for verdict in found.values()]

    assert timeless(alone) == timeless(shared)


class TestParameters:
    def test_each_set_is_a_part(self, project: pytest.Pytester) -> None:
        assert list(outcomes(project, "fitness.yaml::index")) == ["index::de", "index::en"]

    def test_of_a_test_with_several_limits(self, pytester: pytest.Pytester) -> None:
        write_tests(
            pytester,
            """
            @pytest.mark.parametrize("size", [1, 7])
            @pytest.mark.fitness(limits={"a": {"max": 5}, "b": {"max": 5}})
            def test_both(fitness, size):
                fitness.record("a", size)
                fitness.record("b", 0)
            """,
        )
        assert outcomes(pytester, status=1) == {
            "both::1 a": "passed",
            "both::1 b": "passed",
            "both::7 a": "failed",
            "both::7 b": "passed",
        }

    def test_with_ids_that_no_report_could_hold(self, pytester: pytest.Pytester) -> None:
        write_tests(
            pytester,
            r"""
            IDS = ["a::b", "a b", "", "x" * 300, "\x1b[31m", "-n"]

            @pytest.mark.parametrize("size", range(6), ids=IDS)
            @pytest.mark.fitness(max=9)
            def test_any(fitness, size):
                fitness.record("a", size)
            """,
        )
        names = list(outcomes(pytester, status=0))
        assert len(names) == 6
        parts = [name.removeprefix("any::") for name in names]
        assert all("::" not in part and part.isprintable() for part in parts)
        assert {"a b", "-n"} <= set(parts)
        assert max(map(len, parts)) < 120

    def test_some_of_which_are_skipped(self, pytester: pytest.Pytester) -> None:
        write_tests(
            pytester,
            """
            @pytest.mark.parametrize("n", [1, pytest.param(2, marks=pytest.mark.skip("no"))])
            @pytest.mark.fitness(max=9)
            def test_any(fitness, n):
                fitness.record("a", n)
            """,
        )
        assert outcomes(pytester, status=0) == {"any::1": "passed", "any::2": "dormant"}

    @given(st.lists(st.text(max_size=150), unique=True, min_size=2, max_size=2))
    def test_two_ids_stay_two(self, ids: list[str]) -> None:
        safe = [safe_parameters(each) for each in ids]
        assert safe[0] != safe[1]
        for each in safe:
            assert each.strip()
            assert each.isprintable()
            assert "::" not in each
            assert len(each) <= 120

    @given(st.from_regex(r"[A-Za-z0-9][A-Za-z0-9 ._-]{0,40}[a-z0-9]", fullmatch=True))
    def test_an_ordinary_id_stays_as_it_is(self, parameters: str) -> None:
        assert safe_parameters(parameters) == parameters


class TestWhatPytestDoesNotCollect:
    """A marker that nothing runs would be a rule that never fails."""

    @pytest.mark.parametrize(
        ("source", "name"),
        [
            ("@pytest.mark.fitness(max=1)\ndef check_speed(fitness): pass\n", "check-speed"),
            (
                (
                    "class Search:\n    @pytest.mark.fitness(max=1)\n"
                    "    def test_speed(self, fitness): pass\n"
                ),
                "speed",
            ),
            (
                (
                    "class TestSearch:\n    @pytest.mark.fitness(max=1)\n"
                    "    def speed(self, fitness): pass\n"
                ),
                "speed",
            ),
            (
                (
                    "if not pytest:\n    @pytest.mark.fitness(max=1)\n"
                    "    def test_speed(fitness): pass\n"
                ),
                "speed",
            ),
        ],
    )
    @pytest.mark.parametrize("workers", [[], ["-n1"]])
    def test_is_an_error(
        self, pytester: pytest.Pytester, source: str, name: str, workers: list[str]
    ) -> None:
        good = "@pytest.mark.fitness(max=1)\ndef test_good(fitness): fitness.record('a', 1)\n"
        write_tests(pytester, good + source)
        found = verdicts(pytester, *workers, status=1)
        assert {name: found[name]["outcome"] for name in found} == {"good": "passed", name: "error"}
        assert found[name]["reason"] == "pytest does not take this for a test"
        assert "Name it `test_…`" in found[name]["hint"]

    def test_is_no_error_of_a_run_of_other_tests(self, pytester: pytest.Pytester) -> None:
        source = "@pytest.mark.fitness(max=1)\ndef test_good(fitness): fitness.record('a', 1)\n"
        write_tests(
            pytester,
            source
            + "class TestOther:\n    @pytest.mark.fitness(max=1)\n    def speed(self): pass\n",
        )
        assert outcomes(pytester, "tests/test_it.py::test_good", status=0) == {"good": "passed"}

    ABSENT = """
@pytest.mark.fitness(max=1)
def test_good(fitness): fitness.record('a', 1)

@pytest.mark.fitness(max=1)
def check_speed(fitness): pass

class TestSearch:
    @pytest.mark.fitness(max=1)
    def test_index(self, fitness): fitness.record('a', 1)

    @pytest.mark.fitness(max=1)
    def size(self, fitness): pass
"""

    @pytest.mark.parametrize("workers", [[], ["-n1"]])
    @pytest.mark.parametrize(
        ("named", "absent"),
        [
            ("tests/test_it.py::test_good", set()),
            ("fitness.yaml::good", set()),
            ("tests/test_it.py::TestSearch::test_index", set()),
            ("tests/test_it.py::TestSearch", {"size"}),
            ("tests/test_it.py", {"check-speed", "size"}),
            ("tests", {"check-speed", "size"}),
            (".", {"check-speed", "size"}),
        ],
    )
    def test_is_an_error_only_where_it_was_asked_for(
        self, pytester: pytest.Pytester, named: str, absent: set[str], workers: list[str]
    ) -> None:
        write_tests(pytester, self.ABSENT)
        found = outcomes(pytester, named, *workers, status=1 if absent else 0)
        assert {name for name in found if found[name] == "error"} == absent
        assert set(found.values()) <= {"passed", "error"}

    def test_a_marker_that_only_pytest_sees_is_an_error_and_nothing_runs(
        self, pytester: pytest.Pytester
    ) -> None:
        write_tests(
            pytester,
            """
            class TestOne:
                @pytest.mark.fitness(max=1)
                def test_size(self, fitness):
                    fitness.record("a", 1)

            class TestTwo(TestOne):
                def test_more(self):
                    raise SystemExit("not one of this run")
            """,
        )
        found = verdicts(pytester, "--fitness-gate=ci", status=1)
        assert found["size"]["outcome"] == "passed"
        stray = found["tests/test_it.py::TestTwo::test_size"]
        assert stray["outcome"] == "error"
        assert stray["reason"] == "the marker of this test is not written above it"
        assert stray["location"]["path"] == "tests/test_it.py"

    def test_a_test_case_is_collected_in_its_own_way(self, pytester: pytest.Pytester) -> None:
        write_tests(
            pytester,
            """
            from unittest import TestCase

            class Search(TestCase):
                @pytest.fixture(autouse=True)
                def take(self, fitness):
                    self.record = fitness.record

                @pytest.mark.fitness(max=5)
                def test_size(self):
                    self.record("size", 9)

                @pytest.mark.fitness(max=5)
                def test_speed(self):
                    self.record("speed", 1)
            """,
        )
        assert outcomes(pytester, status=1) == {"size": "failed", "speed": "passed"}
        one = outcomes(pytester, "tests/test_it.py::Search::test_speed", status=0)
        assert one == {"speed": "passed"}


class TestFilesAround:
    def test_fixtures_of_conftests_and_packages_work(
        self, pytester: pytest.Pytester, write: Write
    ) -> None:
        conftest = (
            "import pytest\n@pytest.fixture(scope='{scope}')\ndef {name}():\n"
            "    yield 3\n    with open('closed.log', 'a') as log:\n        log.write('{name} ')\n"
        )
        write(
            {
                "fitness.yaml": "tests: tests\n",
                "conftest.py": conftest.format(scope="session", name="outer"),
                "tests/__init__.py": "",
                "tests/speed/__init__.py": "LIMIT = 3\n",
                "tests/speed/conftest.py": conftest.format(scope="package", name="inner"),
                "tests/speed/test_it.py": (
                    "import pytest\nfrom tests.speed import LIMIT\n"
                    "@pytest.mark.fitness(max=9)\ndef test_a(fitness, inner, outer):\n"
                    "    fitness.record('a', inner + outer + LIMIT)\n"
                ),
            }
        )
        assert verdicts(pytester, status=0)["a"]["value"] == 9
        assert (pytester.path / "closed.log").read_text("utf-8").split() == ["inner", "outer"]

    def test_a_file_that_cannot_be_imported_stops_the_run(self, pytester: pytest.Pytester) -> None:
        write_tests(pytester, "import nowhere\n@pytest.mark.fitness(max=1)\ndef test_a(): pass\n")
        result = run(pytester, status=pytest.ExitCode.INTERRUPTED)
        result.stdout.fnmatch_lines(["E*No module named 'nowhere'"])

    def test_a_file_that_skips_itself_is_no_error(self, pytester: pytest.Pytester) -> None:
        write_tests(
            pytester,
            "pytest.importorskip('nowhere')\n@pytest.mark.fitness(max=1)\ndef test_a(): pass\n",
        )
        run(pytester).assert_outcomes(skipped=1)

    def test_from_another_directory(
        self, project: pytest.Pytester, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.chdir(project.mkdir("elsewhere"))
        result = run(project, "--fitness-config=../fitness.yaml", "../tests/fitness/deep", status=0)
        result.assert_outcomes(passed=1)
        result.stdout.fnmatch_lines(["rootdir: *"])

    def test_tests_beside_the_directory_of_the_file(
        self, pytester: pytest.Pytester, write: Write
    ) -> None:
        write(
            {
                "rules/fitness.yaml": "tests: ../checks/speed.py\n",
                "checks/speed.py": (
                    "import pytest\n@pytest.mark.fitness(max=9)\ndef test_a(fitness):\n"
                    "    fitness.record('a', 1)\n"
                ),
                "pytest.ini": "[pytest]\n",
            }
        )
        found = verdicts(pytester, "--fitness-config=rules/fitness.yaml", status=0)
        assert found["a"]["location"]["path"].endswith("checks/speed.py")
