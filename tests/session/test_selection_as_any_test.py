"""Selecting, ordering and stopping, by pytest's own options, its files and its environment."""

from collections.abc import Callable

import pytest
from run_results import history, report
from test_selection import ALL, collected

Words = Callable[..., None]
LIMITED = "  NAME:\n    words: {source: docs, files: NAME.txt}\n    max: 3\n"
TEXTS = {"good": "1 2", "bad": "1 2 3 4", "fine": "1", "worse": "1 2 3 4 5"}


@pytest.fixture
def four(pytester: pytest.Pytester, words: Words) -> pytest.Pytester:
    """Functions that pass and fail in turn."""
    words("".join(LIMITED.replace("NAME", name) for name in TEXTS), **TEXTS)
    return pytester


def verdicts(pytester: pytest.Pytester, *options: str) -> tuple[int, list[str]]:
    """The exit status of a run and the ids that it judged."""
    result = pytester.runpytest_inprocess("--fitness", "--fitness-json=out.json", *options)
    return int(result.ret), list(report(pytester.path / "out.json"))


@pytest.mark.parametrize(
    ("arguments", "expected"),
    [
        (["-k", "ARCHITECTURE"], ALL[4:]),
        (["-k", "architecture and not core"], ALL[5:]),
        (["-k", "structure"], ALL[:2]),
        (["-m", "structure", "-k", "not layers"], ALL[1:2]),
        (["--deselect", "fitness.yaml::size", "--deselect=fitness.yaml::architecture::core"],
         [*ALL[:2], ALL[3], ALL[5]]),
        (["--fitness-gate", "ci", "-k", "size"], ALL[2:3]),
        (["--fitness-gate", "pre-deploy", "-k", "layers"], []),
        (["fitness.yaml::size", "fitness.yaml::size"], ALL[2:3]),
        (["fitness.yaml::architecture", "fitness.yaml::architecture::core"], ALL[4:]),
        (["fitness.yaml::size", "fitness.yaml"], ALL),
        (["./fitness.yaml::size"], ALL[2:3]),
        (["shop/../fitness.yaml::size"], ALL[2:3]),
        (["fitness.yaml::size", "--ignore=fitness.yaml"], ALL[2:3]),
        (["--import-mode=importlib"], ALL),
        (["--doctest-modules", "--doctest-glob=*.yaml", "-k", "size"], ALL[2:3]),
        (["--pyargs"], ALL),
    ],
)  # fmt: skip
def test_further_selections(
    shop: pytest.Pytester, arguments: list[str], expected: list[str]
) -> None:
    assert collected(shop, *arguments) == expected


def test_an_absolute_path_and_one_from_below_select_the_same(
    shop: pytest.Pytester, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert collected(shop, f"{shop.path}/fitness.yaml::size") == ALL[2:3]
    assert collected(shop, str(shop.path)) == ALL
    monkeypatch.chdir(shop.path / "shop")
    assert collected(shop, "--rootdir=..", "../fitness.yaml::layers") == ALL[:1]
    assert collected(shop, "--rootdir=..", "..") == ALL


@pytest.mark.parametrize("workers", [[], ["-n2"]])
@pytest.mark.parametrize(
    "argument", ["fitness.yaml::size::", "fitness.yaml::SIZE", "fitness.yaml:: size", "::size"]
)
def test_an_id_that_is_nearly_right_is_refused(
    shop: pytest.Pytester, argument: str, workers: list[str]
) -> None:
    result = shop.runpytest_inprocess("--fitness", argument, *workers)
    if argument == "::size":  # what stands before it is the directory of the file
        result.assert_outcomes(passed=4, failed=1)
        return
    assert result.ret == pytest.ExitCode.USAGE_ERROR
    result.stderr.fnmatch_lines([f"*not found: {argument}: *"])


def test_the_environment_and_the_ini_file_may_ask_for_fitness(
    four: pytest.Pytester, monkeypatch: pytest.MonkeyPatch
) -> None:
    ini = four.path / "pytest.ini"
    ini.write_text("[pytest]\naddopts = --fitness -k good\ntestpaths = tests\n", "utf-8")
    four.runpytest_inprocess().assert_outcomes(passed=1, deselected=3)
    ini.write_text("[pytest]\n", "utf-8")
    monkeypatch.setenv("PYTEST_ADDOPTS", "--fitness --fitness-json=env.json")
    assert four.runpytest_inprocess("-k", "bad").ret == pytest.ExitCode.TESTS_FAILED
    assert list(report(four.path / "env.json")) == ["bad"]


def test_arguments_may_come_from_a_file(four: pytest.Pytester) -> None:
    (four.path / "args.txt").write_text("--fitness\nfitness.yaml::good\n", "utf-8")
    four.runpytest_inprocess("@args.txt").assert_outcomes(passed=1)


@pytest.mark.parametrize(
    ("options", "status", "expected"),
    [
        (["-x"], 1, ["good", "bad"]),
        (["--maxfail=1"], 1, ["good", "bad"]),
        (["--maxfail=2"], 1, list(TEXTS)),
        (["--exitfirst", "--fitness-strict"], 1, ["good", "bad"]),
        (["-k", "good or fine", "-x"], 0, ["good", "fine"]),
        (["--sw"], 2, ["good", "bad"]),
    ],
)
def test_stopping_early_keeps_what_was_judged(
    four: pytest.Pytester, options: list[str], status: int, expected: list[str]
) -> None:
    cache = ("-p", "cacheprovider")
    assert verdicts(four, *cache, *options) == (status, expected)
    stopped = len(expected) < len(TEXTS) and "-k" not in options
    told = "aborted" if stopped or options == ["--maxfail=2"] else "complete"
    assert history(four.path) == [(told, len(expected))]


def test_stepwise_continues_where_it_stopped(four: pytest.Pytester) -> None:
    options = ("-p", "cacheprovider", "--sw")
    assert verdicts(four, *options) == (2, ["good", "bad"])
    (four.path / "docs" / "bad.txt").write_text("1", "utf-8")
    assert verdicts(four, *options) == (2, ["bad", "fine", "worse"])
    (four.path / "docs" / "worse.txt").write_text("1", "utf-8")
    assert verdicts(four, *options) == (0, ["worse"])


def test_failed_first_and_last_failed(four: pytest.Pytester) -> None:
    cache = ("-p", "cacheprovider")
    assert verdicts(four, *cache) == (1, list(TEXTS))
    assert verdicts(four, *cache, "--lf") == (1, ["bad", "worse"])
    first = four.runpytest_inprocess("--fitness", *cache, "--ff", "-v", "--color=no")
    ran = [line.split("::")[1].split()[0] for line in first.outlines if line.endswith("%]")]
    assert ran == ["bad", "worse", "good", "fine"]
    # Reports keep the order of the file, whatever the order of the run.
    assert verdicts(four, *cache, "--ff") == (1, list(TEXTS))
    (four.path / "docs" / "bad.txt").write_text("1", "utf-8")
    (four.path / "docs" / "worse.txt").write_text("1", "utf-8")
    assert verdicts(four, *cache, "--lf") == (0, ["bad", "worse"])


def test_no_cache_is_needed(four: pytest.Pytester) -> None:
    assert verdicts(four, "-p", "no:cacheprovider") == (1, list(TEXTS))
    assert not (four.path / ".pytest_cache").exists()


def test_a_conftest_may_reorder_skip_and_expect_failures(four: pytest.Pytester) -> None:
    conftest = """
        import pytest
        def pytest_collection_modifyitems(items):
            items.reverse()
            for item in items:
                if item.name == "fine":
                    item.add_marker(pytest.mark.skip(reason="not today"))
                if item.name in ("bad", "worse"):
                    item.add_marker(pytest.mark.xfail(reason="known"))
    """
    four.makeconftest(conftest)
    result = four.runpytest_inprocess("--fitness", "--fitness-json=out.json", "-rsx")
    result.assert_outcomes(passed=1, skipped=1, xfailed=2)
    assert result.ret == pytest.ExitCode.OK
    # What was judged is told as it was judged; what was skipped has no verdict.
    found = report(four.path / "out.json")
    assert {name: verdict["outcome"] for name, verdict in found.items()} == {
        "good": "passed",
        "bad": "failed",
        "worse": "failed",
    }
    result.stdout.fnmatch_lines(["2 failed, 1 passed", "SKIPPED *not today"])
    assert history(four.path) == [("complete", 3)]


def test_a_conftest_of_the_project_may_deselect(four: pytest.Pytester) -> None:
    deselecting = "def pytest_collection_modifyitems(items):\n    del items[1:]\n"
    four.makeconftest(deselecting)
    assert verdicts(four) == (0, ["good"])
    assert history(four.path) == [("complete", 1)]


def test_a_collection_tells_each_function_once_and_judges_nothing(four: pytest.Pytester) -> None:
    result = four.runpytest_inprocess("--fitness", "--co")
    tree = [line.strip() for line in result.outlines if line.strip().startswith("<Fitness")]
    assert tree == ["<FitnessFile fitness.yaml>", *(f"<FitnessItem {name}>" for name in TEXTS)]
    assert result.ret == pytest.ExitCode.OK
    result.stdout.no_fnmatch_line("*= fitness =*")


def test_without_the_plugin_its_options_are_unknown(four: pytest.Pytester) -> None:
    result = four.runpytest_subprocess("--fitness", "-p", "no:fitness")
    assert result.ret == pytest.ExitCode.USAGE_ERROR
    result.stderr.fnmatch_lines(["*unrecognized arguments: --fitness*"])
