"""A plugin with a defect is one usage error that names it, and nothing is measured."""

from collections.abc import Callable
from pathlib import Path

import pytest
from run_results import edit

LIMITED = "  length:\n    words: {source: docs}\n    max: 3\n"
KINDS = "    return [Words()]"
Words = Callable[..., None]


@pytest.fixture
def good(pytester: pytest.Pytester, words: Words) -> pytest.Pytester:
    words(LIMITED, a="one two")
    return pytester


def refused(pytester: pytest.Pytester, *options: str) -> str:
    """What a run that is refused says; it neither begins nor ends in a traceback."""
    result = pytester.runpytest_inprocess("--fitness", *options)
    assert result.ret == pytest.ExitCode.USAGE_ERROR
    said = str(result.stderr)
    assert said.count("ERROR") == 1
    assert "Traceback" not in said + str(result.stdout)
    assert not (pytester.path / ".fitness" / "history.db").exists()
    return said


@pytest.mark.parametrize("workers", [[], ["-n2"]])
@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        (KINDS, "    return [Words]", "returned the class Words"),
        (KINDS, "    return Words()", "'Words' object is not iterable"),
        (KINDS, "    return [3]", "returned 3, which is no Kind"),
        (KINDS, "    return [Words(), Folder()]", "which is no Kind"),
        (KINDS, "    raise KeyError('x')", "fitness_kinds of a plugin failed: KeyError: 'x'"),
        (KINDS, "    raise SystemExit(0)", "fitness_kinds of a plugin failed: SystemExit: 0"),
        ("    return [Folder()]", "    return [Folder]", "returned the class Folder"),
        ("    return [Folder()]", "    return 1 / 0", "fitness_sources of a plugin failed: Zero"),
        ("def fitness_kinds()", "def fitness_kinds(it)", "'words_local' cannot be used"),
        ("def fitness_kinds()", "def fitness_kind()", "'fitness_kind', which is no hook"),
        ('    name = "words"\n', "", "the kind words_local.Words has no 'name'"),
        ('    about = "how many words a text has"\n', "", "has no 'about'"),
        ("@hookimpl\ndef fitness_kinds", "raise SystemExit(0)\n\ndef f", "SystemExit: 0"),
        ("from pathlib", "from nowhere import x\nfrom pathlib", "No module named 'nowhere'"),
        ("class Words(Kind)", "class Words(Kind", "cannot be imported: SyntaxError"),
    ],
)
def test_a_defect_of_a_plugin_is_told_in_words(
    good: pytest.Pytester, old: str, new: str, said: str, workers: list[str]
) -> None:
    edit(good.path, old, new)
    assert said in refused(good, *workers)


def test_a_plugin_without_the_mark_of_a_hook_adds_nothing_and_its_kind_is_unknown(
    good: pytest.Pytester,
) -> None:
    edit(good.path, "@hookimpl\ndef fitness_kinds", "def fitness_kinds")
    assert "fitness.yaml:5:5: unknown key 'words'" in refused(good)


def test_a_plugin_that_is_not_there_is_told_with_its_line(good: pytest.Pytester) -> None:
    edit(good.path, "[words_local]", "[words_locl]", name="fitness.yaml")
    said = refused(good)
    assert "fitness.yaml:1:10: the plugin 'words_locl' cannot be imported" in said
    assert "looked up from the directory of this file" in said


@pytest.mark.parametrize("workers", [[], ["-n2"]])
def test_two_plugins_with_the_same_kind_are_told_by_name(
    good: pytest.Pytester, workers: list[str]
) -> None:
    copy_plugin(good.path, "words_two")
    edit(good.path, "[words_local]", "[words_local, words_two]", name="fitness.yaml")
    said = refused(good, *workers)
    assert "the kind 'words' of words_two exists already" in said
    assert "It is taken by words_local." in said


def test_two_plugins_with_the_same_source_are_told_by_name(good: pytest.Pytester) -> None:
    copy_plugin(good.path, "words_two")
    edit(good.path, 'name = "words"', 'name = "texts"', name="words_two.py")
    edit(good.path, "[words_local]", "[words_local, words_two]", name="fitness.yaml")
    assert "the source 'folder' of words_two exists already" in refused(good)


@pytest.mark.parametrize("taken", ["complexity", "contract", "max", "tags", "limits"])
def test_a_kind_cannot_take_a_name_of_the_language(good: pytest.Pytester, taken: str) -> None:
    edit(good.path, 'name = "words"', f'name = "{taken}"')
    assert f"the kind '{taken}' of words_local exists already" in refused(good)


@pytest.mark.parametrize("workers", [[], ["-n1"]])
def test_a_plugin_that_is_named_twice_is_registered_once(
    good: pytest.Pytester, workers: list[str]
) -> None:
    edit(good.path, "[words_local]", "[words_local, words_local]", name="fitness.yaml")
    good.runpytest_inprocess("--fitness", *workers).assert_outcomes(passed=1)


def test_a_plugin_that_is_installed_too_is_registered_once(
    good: pytest.Pytester, monkeypatch: pytest.MonkeyPatch
) -> None:
    install(good.path, "words = words_local")
    monkeypatch.setenv("PYTHONPATH", str(good.path))
    good.runpytest_subprocess("--fitness").assert_outcomes(passed=1)


@pytest.mark.parametrize(
    ("entry", "said"),
    [
        ("broken = no_such_module", "ModuleNotFoundError: No module named 'no_such_module'"),
        ("broken = leaves", "SystemExit: 0"),
    ],
)
def test_an_installed_plugin_that_cannot_be_loaded_is_a_usage_error(
    good: pytest.Pytester, monkeypatch: pytest.MonkeyPatch, entry: str, said: str
) -> None:
    (good.path / "leaves.py").write_text("raise SystemExit(0)\n", "utf-8")
    install(good.path, entry)
    monkeypatch.setenv("PYTHONPATH", str(good.path))
    result = good.runpytest_subprocess("--fitness")
    assert result.ret == pytest.ExitCode.USAGE_ERROR
    result.stderr.fnmatch_lines(
        [
            f"*an installed plugin cannot be loaded: {said}",
            "*the entry-point group 'pytest_fitness'*",
        ]
    )


def copy_plugin(directory: Path, name: str) -> None:
    text = (directory / "words_local.py").read_text("utf-8")
    (directory / f"{name}.py").write_text(text, "utf-8")


def install(directory: Path, entry: str) -> None:
    info = directory / "extra-1.0.dist-info"
    info.mkdir()
    (info / "METADATA").write_text("Metadata-Version: 2.1\nName: extra\nVersion: 1.0\n", "utf-8")
    (info / "entry_points.txt").write_text(f"[pytest_fitness]\n{entry}\n", "utf-8")
