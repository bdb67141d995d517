"""What docs/python.md shows is what happens."""

import re
from pathlib import Path

import pytest
from run_results import report

from pytest_fitness.results.handed_over import DIRECTORY, names

PAGE = (Path(__file__).parents[2] / "docs" / "python.md").read_text("utf-8")
BLOCKS = re.findall(r"^```python\n(.*?)^```", PAGE, re.MULTILINE | re.DOTALL)
CONFIGURATION, JUDGED = re.findall(r"^```yaml\n(.*?)^```", PAGE, re.MULTILINE | re.DOTALL)
FUNCTIONS, SHARED, OVER_TIME, HANDED_OVER = BLOCKS


@pytest.fixture
def project(pytester: pytest.Pytester, monkeypatch: pytest.MonkeyPatch) -> pytest.Pytester:
    """The project that the page is about."""
    # Where it is set, pytest-benchmark measures nothing.
    monkeypatch.delenv("PYTEST_XDIST_WORKER", raising=False)
    directory = pytester.path / "tests" / "fitness"
    directory.mkdir(parents=True)
    (pytester.path / "fitness.yaml").write_text(CONFIGURATION, "utf-8")
    (pytester.path / "conftest.py").write_text("import sys\nsys.path.insert(0, '.')\n", "utf-8")
    (pytester.path / "shop.py").write_text("def search(words): return words.split()\n", "utf-8")
    (directory / "test_search.py").write_text(FUNCTIONS, "utf-8")
    (directory / "test_index.py").write_text(SHARED, "utf-8")
    (pytester.path / "tests" / "test_speed.py").write_text(HANDED_OVER, "utf-8")
    return pytester


def test_its_functions_are_judged(project: pytest.Pytester) -> None:
    result = project.runpytest_subprocess("--fitness", "--fitness-json=out.json")
    result.assert_outcomes(passed=4)
    found = report(project.path / "out.json")
    assert {name: verdict["outcome"] for name, verdict in found.items()} == {
        "index-size": "passed",
        "cache::de hits": "passed",
        "cache::de lookups": "passed",
        "cache::en hits": "passed",
        "cache::en lookups": "passed",
        "search-p95": "passed",
    }
    assert found["search-p95"]["samples"] == 200
    assert found["index-size"]["value"] == 640_000


def test_over_time_it_is_compared_with_its_own_past(project: pytest.Pytester) -> None:
    source = project.path / "tests" / "fitness" / "test_growth.py"
    source.write_text(OVER_TIME, "utf-8")
    only = ("--fitness", "tests/fitness/test_growth.py")
    for _ in range(3):
        project.runpytest_subprocess(*only).assert_outcomes(passed=1)
    source.write_text(OVER_TIME.replace("640", "740"), "utf-8")
    result = project.runpytest_subprocess(*only)
    result.assert_outcomes(failed=1)
    result.stdout.fnmatch_lines(["740kB where ≤ 704kB is allowed"])


@pytest.mark.parametrize(
    "named", ["fitness.yaml::search-p95", "tests/fitness/test_search.py::test_search_p95"]
)
def test_one_is_selected_as_it_says(project: pytest.Pytester, named: str) -> None:
    assert named in PAGE
    project.runpytest_subprocess("--fitness", named).assert_outcomes(passed=1)


def test_its_ordinary_test_hands_over(project: pytest.Pytester) -> None:
    result = project.runpytest_subprocess("tests/test_speed.py", "--benchmark-max-time=0.05")
    result.assert_outcomes(passed=1)
    assert names(project.path / DIRECTORY) == {"search.mean"}
    (project.path / "fitness.yaml").write_text(JUDGED, "utf-8")
    project.runpytest_subprocess("--fitness").assert_outcomes(passed=1)


def test_a_plain_run_judges_nothing_and_hands_over_all(project: pytest.Pytester) -> None:
    source = project.path / "tests" / "fitness" / "test_search.py"
    source.write_text(source.read_text("utf-8").replace("500ms", "1ns"), "utf-8")
    result = project.runpytest_subprocess("--benchmark-max-time=0.05")
    result.assert_outcomes(passed=5)
    handed = {"search.mean", "search.p95", "index.size", "hits", "lookups"}
    assert names(project.path / DIRECTORY) == handed
