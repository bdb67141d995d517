"""Markers are read from the file: mistakes are told all at once, with their places."""

import json
import sys
from collections.abc import Callable, Mapping
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from marked_tests import TESTS_ALONE, outcomes, run, verdicts, write_tests
from pytest_fitness.config.loader import Config, load_config
from pytest_fitness.config.marked.kind import RECORDED_NAME
from pytest_fitness.config.marked.syntax import read_markers
from pytest_fitness.errors import ConfigError
from pytest_fitness.model import Limit
from pytest_fitness.results.names import RECORDED
from pytest_fitness.session.registry import load_registry

Write = Callable[[Mapping[str, str]], None]
HEAD = "import pytest\n"


def loaded(directory: Path, source: str, config: str = TESTS_ALONE) -> Config:
    """The configuration of a project whose test file begins with its second line."""
    (directory / "tests").mkdir(exist_ok=True)
    (directory / "tests" / "test_it.py").write_text(HEAD + source, "utf-8")
    (directory / "fitness.yaml").write_text(config, "utf-8")
    return load_config(directory / "fitness.yaml", load_registry, environment={"LIMIT": "7"})


def problems(directory: Path, source: str, config: str = TESTS_ALONE) -> list[str]:
    with pytest.raises(ConfigError) as caught:
        loaded(directory, source, config)
    return [str(problem) for problem in caught.value.problems]


def marked(arguments: str, name: str = "test_it") -> str:
    return f"@pytest.mark.fitness({arguments})\ndef {name}(): pass\n"


@pytest.mark.parametrize(
    ("arguments", "place", "said"),
    [
        ("", "3:1", "it has no limit"),
        ("unit='s'", "3:1", "it has no limit"),
        ("5", "2:22", "the marker takes keyword arguments only"),
        ("max=5, min=3", "2:29", "two limits: max and min"),
        ("mx=5", "2:22", "unknown argument 'mx'\n    Did you mean 'max'?"),
        ("max=5, unti='s'", "2:29", "unknown argument 'unti'\n    Did you mean 'unit'?"),
        ("max=5, test=3", "2:29", "unknown argument 'test'"),
        ("max='5 parsec'", "2:26", "'5 parsec' has an unknown unit"),
        ("max='soon'", "2:26", "'soon' is not a quantity"),
        ("max=5, unit='parsec'", "2:34", "'parsec' is no unit"),
        ("max=5, unit='s'", "2:26", "'5' is not a time such as 500ms"),
        ("max='5s', unit='B'", "2:26", "'5s' is not a size"),
        ("max=True", "2:26", "'true' is not a quantity"),
        ("max=None", "2:26", "expected a plain number such as 10, found nothing"),
        ("max=float('inf')", "2:26", "\"float('inf')\" is no plain value"),
        ("max=1e999", "2:26", "'inf' is not a quantity"),
        ("max=[1]", "2:26", "expected a plain number such as 10, found a list of 1"),
        ("max=LIMIT", "2:26", "'LIMIT' is no plain value"),
        ("between=5", "2:30", "expected a list [low, high], found '5'"),
        ("between=(5, 3)", "2:30", "the first line of the range is above the second"),
        ("max=5, warn=4", "2:34", "expected a mapping, found '4'"),
        ("max=5, warn={'max': 6}", "2:34", "`warn` can never show before the limit ≤ 5"),
        ("max=5, warn={3: 6}", "2:35", "a key is no plain text"),
        ("max=5, warn={**{}}", "2:37", "a key is no plain text"),
        ("max=5, limits={'a': {'max': 5}}", "2:22", "`max` stands beside `limits`"),
        ("limits={'a b': {'max': 5}}", "2:30", "'a b' can be the name of no record"),
        ("limits={'a': 5}", "2:35", "expected a limit such as {max: 10}, found '5'"),
        ("limits={'a': {'max': 5}, 'a': {'max': 6}}", "2:47", "'a' is given twice"),
        ("limits=[5]", "2:29", "expected a mapping, found a list of 1"),
        ("max=5, gates='nightly'", "2:35", "unknown gate 'nightly'"),
        ("max=5, tags=['a b']", "2:35", "expected a tag"),
        ("max=5, tags='skip'", "2:34", "the tag 'skip' has a meaning of its own to pytest"),
        ("max=5, every='daily'", "2:35", "'daily' is not a quantity"),
        ("max=5, confidence='30%'", "2:41", "it: `confidence` lies between 50% and 100%"),
        ("max=5, from_users=100", "2:40", "it: `from_users` needs `users:"),
        ("max=5, on_no_data='pass'", "2:40", "unknown effect 'pass'"),
        ("max=5, baseline='frozen'", "2:29", "unknown argument 'baseline'"),
        ("max=5, **{'for': '5m'}", "2:32", "unknown argument 'for'"),
        ("max=5, **{'max': 4}", "2:32", "'max' is given twice"),
        ("max=5, **4", "2:31", "only a dict can stand behind `**`"),
        ("max=5, **make()", "2:31", "'make()' is no plain value"),
        ("max=5, id='It'", "2:32", "'It' is not a valid id"),
        ("max='${NOWHERE}'", "2:26", "the environment variable NOWHERE is not set"),
        ("max=" + "-" * 3 + "'4'", "2:26", "\"---'4'\" is no plain value"),
    ],
)
def test_a_mistake_is_told_with_its_place(
    tmp_path: Path, arguments: str, place: str, said: str
) -> None:
    (problem,) = problems(tmp_path, marked(arguments))
    where, _, what = problem.partition(": ")
    assert what.startswith(said)
    line, column = where.removeprefix("tests/test_it.py:").split(":")
    assert line == place.partition(":")[0]
    # Whether a column is that of a key or of its value is the decoding's own affair.
    assert abs(int(column) - int(place.partition(":")[2])) <= 14


@pytest.mark.parametrize(
    ("source", "said"),
    [
        ("pytestmark = pytest.mark.fitness(max=5)\n", "2:14"),
        ("@pytest.mark.fitness(max=5)\nclass TestIt: pass\n", "2:2"),
        ("fast = pytest.mark.fitness(max=5)\n@fast\ndef test_it(): pass\n", "2:8"),
        (
            "def test_it(request):\n    request.node.add_marker(pytest.mark.fitness(max=5))\n",
            "3:29",
        ),
        ("def test_it():\n    @pytest.mark.fitness(max=5)\n    def test_in(): pass\n", "3:6"),
        ("X = [pytest.param(1, marks=pytest.mark.fitness(max=5))]\n", "2:28"),
    ],
)
def test_a_marker_that_decorates_no_test_is_told(tmp_path: Path, source: str, said: str) -> None:
    (problem,) = problems(tmp_path, source)
    assert problem.startswith(
        f"tests/test_it.py:{said}: the marker `fitness` is read only where it decorates a test"
    )
    assert "`@pytest.mark.fitness(…)` above each test" in problem


def test_two_markers_on_one_test_are_told(tmp_path: Path) -> None:
    (problem,) = problems(tmp_path, "@pytest.mark.fitness(min=1)\n" + marked("max=5"))
    assert "two markers `fitness` on one test" in problem


@pytest.mark.parametrize(
    ("arguments", "limit", "unit"),
    [
        ("max=5", Limit(high=5), ""),
        ("max=-0.5", Limit(high=-0.5), ""),
        ("max=+1_000", Limit(high=1000), ""),
        ("min='1.5GiB'", Limit(low=1.5 * 2**30), "B"),
        ("between=['1ms', '2s']", Limit(low=0.001, high=2), "s"),
        ("equals=0", Limit(equals=0), ""),
        ("max=TOP", Limit(high=0.4), "s"),
        ("**BOTH", Limit(high=9), ""),
        ("max='${LIMIT}'", Limit(high=7), ""),
        ("max='${LIMIT}ms', unit='ms'", Limit(high=0.007), "s"),
        ("max='${NOWHERE:-3}'", Limit(high=3), ""),
    ],
)
def test_values_mean_what_they_mean_in_the_file(
    tmp_path: Path, arguments: str, limit: Limit, unit: str
) -> None:
    constants = "TOP = '400ms'\nBOTH: dict = {'max': 9, 'about': 'Why'}\n"
    (test,) = loaded(tmp_path, constants + marked(arguments)).tests
    assert (test.function.limit, test.function.unit) == (limit, unit)


def test_all_common_keys_are_taken(tmp_path: Path) -> None:
    arguments = """
        max="5s", warn={"max": "4s"}, about="Why", owner="team", link="https://example.org",
        tags=["a", "b"], gates=("ci", "scheduled"), every="1d", confidence="99%",
        on_no_data="skip", on_inconclusive="fail", unit="ms", id="search.p95",
    """
    (test,) = loaded(tmp_path, marked(arguments)).tests
    function = test.function
    assert function.id == "search.p95"
    assert function.warn == Limit(high=4)
    assert (function.about, function.owner) == ("Why", "team")
    assert function.link == "https://example.org"
    assert function.tags == ("a", "b")
    assert [str(gate) for gate in function.gates] == ["ci", "scheduled"]
    assert (function.every, function.confidence) == (86400, 0.99)
    assert (str(function.on_no_data), str(function.on_inconclusive)) == ("skip", "fail")
    assert not function.freezable


@pytest.mark.parametrize(
    "constant", ["X = 1\nX = 2", "X = 1\nX += 1", "def f():\n    X = 1", "X = 1 + 1"]
)
def test_only_a_constant_can_stand_for_a_value(tmp_path: Path, constant: str) -> None:
    (problem,) = problems(tmp_path, f"{constant}\n" + marked("max=X"))
    assert "is no plain value\n    Write the value itself, or a constant of this file" in problem


def test_constants_that_name_each_other_end(tmp_path: Path) -> None:
    (problem,) = problems(tmp_path, "A = B\nB = A\n" + marked("max=A"))
    assert "this is nested too deeply" in problem


@pytest.mark.parametrize(
    ("name", "id_"),
    [
        ("test_search_p95", "search-p95"),
        ("test_A_b", "a-b"),
        ("test_x2", "x2"),
        ("testing", "testing"),
    ],
)
def test_the_id_comes_from_the_name(tmp_path: Path, name: str, id_: str) -> None:
    (test,) = loaded(tmp_path, marked("max=5", name)).tests
    assert test.function.id == id_


@pytest.mark.parametrize("name", ["test_", "test__x", "test_größe", "test_" + "x" * 101])
def test_a_name_that_makes_no_id_needs_one(tmp_path: Path, name: str) -> None:
    (problem,) = problems(tmp_path, marked("max=5", name))
    assert "is not a valid id" in problem
    assert 'id="search-speed"' in problem
    assert loaded(tmp_path, marked("max=5, id='x'", name)).tests[0].function.id == "x"


class TestIds:
    def test_one_twice_is_a_mistake_at_the_second(self, tmp_path: Path) -> None:
        both = marked("max=5", "test_a") + marked("max=5, id='a'", "test_b")
        (problem,) = problems(tmp_path, both)
        assert problem.startswith("tests/test_it.py:5:1: there are two functions 'a'")
        assert "It is taken by tests/test_it.py:3:1" in problem

    def test_so_is_one_of_the_file(self, tmp_path: Path) -> None:
        config = TESTS_ALONE + "functions: {a: {complexity: {measure: loc}, max: 5}}\n"
        (problem,) = problems(tmp_path, marked("max=5", "test_a"), config)
        assert "It is taken by fitness.yaml:2:13" in problem

    def test_in_two_classes_need_names(self, tmp_path: Path) -> None:
        one = "class {}:\n    @pytest.mark.fitness(max=1)\n    def test_a(self): pass\n"
        (problem,) = problems(tmp_path, one.format("TestA") + one.format("TestB"))
        assert problem.startswith("tests/test_it.py:7:5: there are two functions 'a'")


class TestPaths:
    @pytest.mark.parametrize(
        ("given", "place", "said"),
        [
            ("nowhere", "1:8", "there is no file or directory nowhere"),
            ("[tests, nowhere]", "1:16", "there is no file or directory nowhere"),
            ("docs", "1:8", "no test marked `fitness` in docs"),
            ("empty.py", "1:8", "no test marked `fitness` in empty.py"),
            ("{a: b}", "1:8", "expected a list, found a mapping"),
            ("[]", "1:8", "the list is empty"),
            ("''", "1:8", "expected a file or directory such as tests/fitness"),
        ],
    )
    def test_one_that_gives_no_test_is_a_mistake(
        self, tmp_path: Path, given: str, place: str, said: str
    ) -> None:
        (tmp_path / "docs").mkdir()
        # That the marker is spoken of is not enough.
        (tmp_path / "empty.py").write_text("# pytest.mark.fitness\n", "utf-8")
        found = problems(tmp_path, marked("max=1"), f"tests: {given}\n")
        assert any(each.startswith(f"fitness.yaml:{place}: {said}") for each in found)

    def test_one_named_twice_is_read_once(self, tmp_path: Path) -> None:
        config = "tests: [tests, tests/test_it.py, ./tests/../tests]\n"
        assert len(loaded(tmp_path, marked("max=5"), config).tests) == 1

    @pytest.mark.parametrize("directory", [".hidden", "node_modules", "__pycache__", "environment"])
    def test_what_is_no_code_of_the_project_is_left_out(
        self, tmp_path: Path, directory: str
    ) -> None:
        inside = tmp_path / "tests" / directory
        inside.mkdir(parents=True)
        (inside / "test_in.py").write_text(HEAD + marked("mx=5"), "utf-8")
        if directory == "environment":
            (inside / "pyvenv.cfg").write_text("", "utf-8")
        assert len(loaded(tmp_path, marked("max=5")).tests) == 1

    def test_a_link_to_a_directory_is_not_followed_in_circles(self, tmp_path: Path) -> None:
        (tmp_path / "tests").mkdir()
        (tmp_path / "tests" / "again").symlink_to(tmp_path, target_is_directory=True)
        assert len(loaded(tmp_path, marked("max=5")).tests) == 1


class TestFiles:
    @pytest.mark.parametrize(
        ("source", "said"),
        [
            ("def test_it(:\n", "tests/test_it.py:4:13: this is no Python: "),
            ("x = '\0'\n", "tests/test_it.py:"),
            ("x = " + "(" * 5000 + ")" * 5000 + "\n", "tests/test_it.py:"),
            ("# " + "x" * 5_000_000, "fitness.yaml:1:8: tests is larger than 4 MiB"),
        ],
    )
    def test_one_that_cannot_be_read_is_told(self, tmp_path: Path, source: str, said: str) -> None:
        (problem,) = problems(tmp_path, marked("max=5") + source)
        assert problem.startswith(said)

    def test_one_in_another_encoding_is_read_as_python_reads_it(self, tmp_path: Path) -> None:
        (tmp_path / "tests").mkdir()
        source = "# coding: latin-1\nimport pytest\n" + marked("max=5, about='Größe'")
        (tmp_path / "tests" / "test_latin.py").write_bytes(source.encode("latin-1"))
        found = loaded(tmp_path, "", "tests: tests/test_latin.py\n")
        assert found.tests[0].function.about == "Größe"

    def test_a_broken_one_without_marked_tests_is_nobody_s_affair(self, tmp_path: Path) -> None:
        (tmp_path / "tests").mkdir()
        (tmp_path / "tests" / "broken.py").write_text("def (\n", "utf-8")
        assert len(loaded(tmp_path, marked("max=5")).tests) == 1

    def test_warnings_of_its_code_are_none_of_ours(self, tmp_path: Path) -> None:
        assert len(loaded(tmp_path, "x = '\\d'\n" + marked("max=5")).tests) == 1

    @given(st.text(max_size=60))
    def test_any_text_is_read_or_refused(self, text: str) -> None:
        source = f"{text}\n@mark.fitness(max=5)\ndef test_a(): pass\n"
        try:
            found = read_markers(source.encode("utf-8", "surrogatepass"))
        except (SyntaxError, ValueError):
            return
        assert len(found.tests) + len(found.strays) <= 1

    @given(st.text(min_size=1, max_size=40), st.integers(-(10**9), 10**9))
    def test_values_are_read_as_they_are(self, about: str, line: int) -> None:
        source = f"@mark.fitness(max={line!r}, about={about!r})\ndef test_a(): pass\n"
        try:
            (found,) = read_markers(source.encode("utf-8")).tests
        except UnicodeEncodeError:
            return
        assert found.name == "test_a"


def test_a_record_is_named_in_one_way() -> None:
    assert RECORDED_NAME.pattern == RECORDED


@pytest.mark.parametrize("workers", [[], ["-n2"]])
def test_all_mistakes_are_told_at_once_and_nothing_runs(
    pytester: pytest.Pytester, workers: list[str]
) -> None:
    source = "@pytest.mark.fitness(mx=5)\ndef test_a(): open('ran', 'w')\n" + marked("", "test_b")
    config = TESTS_ALONE + "functions: {size: {complexity: {measure: lok}, max: 5}}\n"
    write_tests(pytester, source, config=config)
    result = run(pytester, *workers, status=pytest.ExitCode.USAGE_ERROR)
    result.stderr.fnmatch_lines(
        [
            "*3 problems in the configuration",
            "fitness.yaml:2:*: unknown *'lok'",
            "tests/test_it.py:2:*: unknown argument 'mx'",
            "    Did you mean 'max'?",
            "tests/test_it.py:5:1: b has no limit",
        ]
    )
    assert not (pytester.path / "ran").exists()


def test_a_file_may_have_tests_and_no_functions_but_not_neither(
    pytester: pytest.Pytester, write: Write
) -> None:
    write_tests(pytester, marked("max=5"))
    assert outcomes(pytester) == {"it": "no data"}
    write({"fitness.yaml": "version: 1\n"})
    result = run(pytester, status=pytest.ExitCode.USAGE_ERROR)
    result.stderr.fnmatch_lines(["*there are no `functions:`"])
    write({"fitness.yaml": "tests: tests\nfunctions: {}\n"})
    run(pytester, status=pytest.ExitCode.USAGE_ERROR)


def test_what_came_from_the_environment_is_not_shown(
    pytester: pytest.Pytester, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SECRET", "tiger-77")
    write_tests(
        pytester,
        """
        import os

        @pytest.mark.fitness(max=5, about="of ${SECRET}")
        def test_a(fitness):
            raise OSError(os.environ["SECRET"])
        """,
    )
    found = verdicts(pytester, status=1)["a"]
    assert found["reason"] == "the test failed: OSError: ${SECRET}"


class TestCommands:
    def test_the_schema_knows_the_key(self, pytester: pytest.Pytester) -> None:
        result = pytester.run(sys.executable, "-m", "pytest_fitness", "schema")
        schema = json.loads(str(result.stdout))
        assert "anyOf" in schema["properties"]["tests"]

    def test_the_doctor_tells_a_broken_marker(self, pytester: pytest.Pytester) -> None:
        write_tests(pytester, marked("mx=5"))
        result = pytester.run(sys.executable, "-m", "pytest_fitness", "doctor")
        assert result.ret != 0
        result.stderr.fnmatch_lines(["*tests/test_it.py:2:*: unknown argument 'mx'"])

    def test_the_doctor_runs_no_test(self, pytester: pytest.Pytester) -> None:
        write_tests(pytester, "@pytest.mark.fitness(max=5)\ndef test_a(): open('ran', 'w')\n")
        result = pytester.run(sys.executable, "-m", "pytest_fitness", "doctor")
        assert result.ret == 0
        assert not (pytester.path / "ran").exists()
