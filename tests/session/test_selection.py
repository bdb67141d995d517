"""What is collected, under which id, and how it is selected: as for any other test."""

import shutil
from collections.abc import Callable, Mapping

import pytest

ALL = [
    "fitness.yaml::layers",
    "fitness.yaml::no-cycles",
    "fitness.yaml::size",
    "fitness.yaml::branches",
    "fitness.yaml::architecture::core",
    "fitness.yaml::architecture::prices",
]


def collected(pytester: pytest.Pytester, *arguments: str) -> list[str]:
    found = pytester.runpytest_inprocess("--fitness", "--co", "-q", *arguments)
    return [line for line in found.outlines if "::" in line]


def test_an_item_a_function_and_an_item_a_contract(shop: pytest.Pytester) -> None:
    assert collected(shop) == ALL


def test_nothing_is_measured_or_remembered_by_a_collection_alone(shop: pytest.Pytester) -> None:
    collected(shop)
    assert not (shop.path / ".fitness" / "history.db").exists()


@pytest.mark.parametrize(
    ("arguments", "expected"),
    [
        (["fitness.yaml"], ALL),
        (["."], ALL),
        (["fitness.yaml::size"], ALL[2:3]),
        (["fitness.yaml::size", "fitness.yaml::layers"], [ALL[2], ALL[0]]),
        (["fitness.yaml::architecture"], ALL[4:]),
        (["fitness.yaml::architecture::core"], ALL[4:5]),
        (["-k", "cycles or size"], ALL[1:3]),
        (["-m", "structure"], ALL[:2]),
        (["-m", "not structure"], ALL[2:]),
        (["--deselect", "fitness.yaml::architecture"], ALL[:4]),
        (["--fitness-gate", "pre-deploy"], ALL[2:3]),
    ],
)
def test_selection(shop: pytest.Pytester, arguments: list[str], expected: list[str]) -> None:
    assert collected(shop, *arguments) == expected


@pytest.mark.parametrize("workers", [[], ["-n2"]])
@pytest.mark.parametrize(
    ("named", "said", "nearest"),
    [
        ("sise", "there is no function 'sise'", "size"),
        ("architecture::cor", "architecture has no check 'cor'", "core"),
        ("size::x", "size has no check 'x'", "There are none."),
        ("", "there is no function ''", "Known: *layers*"),
    ],
)
def test_an_unknown_id_is_a_usage_error_with_the_nearest_known(
    shop: pytest.Pytester, named: str, said: str, nearest: str, workers: list[str]
) -> None:
    arguments = ("fitness.yaml::layers", f"fitness.yaml::{named}")
    result = shop.runpytest_inprocess("--fitness", *arguments, *workers)
    assert result.ret == pytest.ExitCode.USAGE_ERROR
    result.stderr.fnmatch_lines([f"*not found: fitness.yaml::{named}: {said}", f"*{nearest}*"])


@pytest.mark.parametrize("workers", [[], ["-n2"]])
def test_another_path_is_a_usage_error_that_says_what_to_do(
    shop: pytest.Pytester, workers: list[str]
) -> None:
    shop.mkdir("tests")
    result = shop.runpytest_inprocess("--fitness", "tests", *workers)
    assert result.ret == pytest.ExitCode.USAGE_ERROR
    result.stderr.fnmatch_lines(
        [
            "*runs the functions of fitness.yaml and no other tests; got tests",
            "Select functions by*",
        ]
    )


def test_tags_are_registered_markers(shop: pytest.Pytester) -> None:
    (shop.path / "pytest.ini").write_text("[pytest]\naddopts = --strict-markers\n", "utf-8")
    result = shop.runpytest_inprocess("--fitness", "--markers")
    result.stdout.fnmatch_lines(["@pytest.mark.structure: a tag of fitness.yaml"])
    assert collected(shop, "-m", "structure") == ALL[:2]


def test_no_test_module_is_imported(
    shop: pytest.Pytester, write: Callable[[Mapping[str, str]], None]
) -> None:
    ini = "[pytest]\ntestpaths = tests\npython_files = *.py\n"
    (shop.path / "pytest.ini").write_text(ini, "utf-8")
    bomb = {"tests/test_bomb.py": "raise SystemExit('imported')", "test_bomb.py": "1 / 0"}
    write({**bomb, "__init__.py": "1 / 0", "shop/__init__.py": "1 / 0"})
    assert collected(shop) == ALL
    shop.runpytest_inprocess("--fitness", "-k", "size").assert_outcomes(passed=1)


def test_a_package_on_the_way_to_the_file_is_not_imported(
    shop: pytest.Pytester, write: Callable[[Mapping[str, str]], None]
) -> None:
    write({"other/__init__.py": "1 / 0"})
    (shop.path / "fitness.yaml").rename(shop.path / "other" / "rules.yaml")
    shutil.move(shop.path / "setup.cfg", shop.path / "other")
    shutil.move(shop.path / "shop", shop.path / "other")
    result = shop.runpytest_inprocess("--fitness", "--fitness-config=other/rules.yaml", "-k=size")
    result.assert_outcomes(passed=1, deselected=5)
    assert (shop.path / "other" / ".fitness" / "history.db").is_file()


def test_a_subdirectory_finds_the_file_at_the_root(shop: pytest.Pytester) -> None:
    (shop.path / "deep").mkdir()
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(shop.path / "deep")
        result = shop.runpytest_inprocess("--fitness", "-k", "no-cycles", "--rootdir", "..")
    result.assert_outcomes(failed=1, deselected=5)
    result.stdout.fnmatch_lines(["*fitness.yaml:6", "  shop/orders.py:1: *"])


def test_a_missing_file_is_a_usage_error(pytester: pytest.Pytester) -> None:
    result = pytester.runpytest_inprocess("--fitness")
    assert result.ret == pytest.ExitCode.USAGE_ERROR
    result.stderr.fnmatch_lines(["*there is no fitness.yaml in*", "*pytest-fitness init*"])
    result = pytester.runpytest_inprocess("--fitness", "--fitness-config=no.yaml")
    assert result.ret == pytest.ExitCode.USAGE_ERROR
    result.stderr.fnmatch_lines(["*there is no file no.yaml"])


def test_an_item_stands_on_its_line_of_the_file(shop: pytest.Pytester) -> None:
    shop.runpytest_inprocess("--fitness", "--junitxml=out.xml", "-o", "junit_family=xunit1")
    xml = (shop.path / "out.xml").read_text("utf-8")
    assert 'file="fitness.yaml" line="2"' in xml  # counted from 0, as pytest does
    assert 'file="fitness.yaml" line="9"' in xml


def test_the_failed_ones_of_the_last_run_are_run_again(shop: pytest.Pytester) -> None:
    shop.runpytest_inprocess("--fitness", "-p", "cacheprovider").assert_outcomes(passed=4, failed=1)
    again = shop.runpytest_inprocess("--fitness", "-p", "cacheprovider", "--lf")
    again.assert_outcomes(failed=1)


def test_the_first_failure_ends_the_run(shop: pytest.Pytester) -> None:
    shop.runpytest_inprocess("--fitness", "-x").assert_outcomes(passed=1, failed=1)


def test_options_without_fitness_are_refused(shop: pytest.Pytester) -> None:
    for option in (
        "--fitness-gate=ci",
        "--fitness-strict",
        "--fitness-json=x",
        "--fitness-no-history",
    ):
        result = shop.runpytest_inprocess(option)
        assert result.ret == pytest.ExitCode.USAGE_ERROR
        result.stderr.fnmatch_lines(["*was given without --fitness*"])


def test_without_the_option_the_file_is_no_test(shop: pytest.Pytester) -> None:
    assert shop.runpytest_inprocess().ret == pytest.ExitCode.NO_TESTS_COLLECTED


@pytest.mark.parametrize("fitness", [["--fitness"], []])
@pytest.mark.parametrize("name", ["json", "history", "config"])
def test_an_empty_value_is_a_usage_error_that_says_so(
    shop: pytest.Pytester, name: str, fitness: list[str]
) -> None:
    result = shop.runpytest_inprocess(*fitness, f"--fitness-{name}", "")
    assert result.ret == pytest.ExitCode.USAGE_ERROR
    result.stderr.fnmatch_lines([f"*--fitness-{name} was given an empty value: *unset*"])


def test_every_contract_file_that_cannot_be_read_is_told_with_its_function(
    shop: pytest.Pytester,
) -> None:
    config = (
        "codebase: {packages: [shop]}\nfunctions:\n"
        "  one: {contracts: {from: one.toml}}\n"
        "  two: {contracts: {from: two.cfg}}\n"
        "  three: {contracts: {from: two.cfg}}\n"
    )
    (shop.path / "fitness.yaml").write_text(config, "utf-8")
    result = shop.runpytest_inprocess("--fitness")
    assert result.ret == pytest.ExitCode.USAGE_ERROR
    result.stderr.fnmatch_lines(
        [
            "*2 problems in the configuration",
            "*one.toml:1:1: *",
            "*The function 'one' (fitness.yaml:3) reads this file.",
            "*two.cfg:1:1: *",
            "*The function 'two' (fitness.yaml:4) reads this file.",
        ]
    )


def test_a_kind_that_cannot_tell_its_checks_is_told_beside_the_others(
    pytester: pytest.Pytester, words: Callable[..., None]
) -> None:
    limited = "  NAME:\n    words: {source: docs}\n    max: 3\n"
    words(limited.replace("NAME", "one") + limited.replace("NAME", "two"), a="one")
    plugin = pytester.path / "words_local.py"
    before, start, after = plugin.read_text("utf-8").partition("    def measure(")
    broken = "    def checks(self, function, _):\n        raise MeasureError('no ' + function.id)\n"
    plugin.write_text(f"{before}{broken}{start}{after}", "utf-8")
    result = pytester.runpytest_inprocess("--fitness")
    assert result.ret == pytest.ExitCode.USAGE_ERROR
    result.stderr.fnmatch_lines(["*fitness.yaml:4:*: no one", "*fitness.yaml:7:*: no two"])


@pytest.mark.parametrize(("selected", "status"), [("size", 0), ("no-cycles", 1)])
def test_the_terminal_plugin_is_not_needed(
    shop: pytest.Pytester, selected: str, status: int
) -> None:
    options = ("-p", "no:terminal", "--fitness-json=out.json", "-k", selected)
    result = shop.runpytest_inprocess("--fitness", *options)
    assert result.ret == status
    assert (shop.path / "out.json").exists()
