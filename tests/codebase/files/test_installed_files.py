"""Real code: every figure of every file equals what radon says of it, but for its known defects."""

import ast
import sysconfig
import warnings
from pathlib import Path

import pytest
from radon.metrics import mi_visit
from radon.raw import analyze

from pytest_fitness.codebase.files import formulas
from pytest_fitness.codebase.files.decoding import normalised
from pytest_fitness.codebase.files.facts import FileFacts
from pytest_fitness.codebase.files.inspection import analyse
from pytest_fitness.codebase.files.workers import analyse_files
from pytest_fitness.codebase.modules import find_modules
from python_programs import radon_functions, radon_halstead, radon_total_complexity

SITE = Path(sysconfig.get_path("purelib"))
PACKAGES = ["pluggy", "yaml", "iniconfig", "execnet", "click", "attr", "mando", "radon"]
# radon.raw takes these for the ends of lines; Python does not.
MORE_LINE_ENDS = "\f\v\x1c\x1d\x1e\x85\u2028\u2029"


def sources(package: str) -> dict[str, str]:
    return {
        module.path: normalised(Path(module.path).read_bytes()).decode()
        for module in find_modules([package], [SITE]).modules
    }


def facts_of(text: str) -> FileFacts:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return analyse(text.encode())


@pytest.mark.parametrize("package", PACKAGES)
def test_complexity_and_halstead_equal_radons(package: str) -> None:
    for path, text in sources(package).items():
        facts = facts_of(text)
        ours = {(line, complexity) for _, _, line, _, complexity in facts.functions}
        assert ours >= set(radon_functions(text)), path
        assert facts.halstead == tuple(radon_halstead(text)[:4]), path
        assert facts.total_complexity == radon_total_complexity(text), path


@pytest.mark.parametrize("package", PACKAGES)
def test_raw_counts_equal_radons(package: str) -> None:
    for path, text in sources(package).items():
        if len(text) < 20_000 and not set(text) & set(MORE_LINE_ENDS):
            assert facts_of(text).raw == tuple(analyze(text)), path


@pytest.mark.parametrize("package", PACKAGES)
def test_maintainability_equals_radons_where_there_is_an_operator(package: str) -> None:
    for path, text in sources(package).items():
        facts = facts_of(text)
        volume = formulas.halstead_volume(*facts.halstead)
        if not volume or len(text) > 20_000 or set(text) & set(MORE_LINE_ENDS):
            continue
        _, lloc, sloc, comments, multi, _, _ = facts.raw
        share = (comments + multi) / sloc * 100 if sloc else 0.0
        ours = formulas.maintainability(volume, facts.total_complexity, lloc, share)
        assert ours == mi_visit(text, multi=True), path


@pytest.mark.parametrize("package", PACKAGES)
def test_functions_and_classes_are_those_of_the_syntax_tree(package: str) -> None:
    for path, text in sources(package).items():
        facts = facts_of(text)
        nodes = list(ast.walk(ast.parse(text)))
        functions = [n for n in nodes if isinstance(n, ast.FunctionDef | ast.AsyncFunctionDef)]
        classes = [node for node in nodes if isinstance(node, ast.ClassDef)]
        assert [line for _, _, line, _, _ in facts.functions] == sorted(
            node.lineno for node in functions
        ), path
        assert [line for _, line, _ in facts.classes] == sorted(node.lineno for node in classes)
        ends = sorted((node.lineno, node.end_lineno) for node in functions)
        assert sorted((line, end) for _, _, line, end, _ in facts.functions) == ends, path


@pytest.mark.parametrize("package", PACKAGES)
def test_qualified_names_end_in_the_name_that_was_defined(package: str) -> None:
    for text in sources(package).values():
        lines = text.splitlines()
        for name, kind, first, last, _ in facts_of(text).functions:
            plain = name.rpartition(".")[2].partition("#")[0]
            assert any(f"def {plain}" in line for line in lines[first - 1 : last])
            assert kind in {"function", "method", "closure"}
            assert (kind == "function") == ("." not in name)


@pytest.mark.parametrize("package", ["pluggy", "click"])
def test_any_number_of_processes_finds_the_same(package: str) -> None:
    paths = [module.path for module in find_modules([package], [SITE]).modules]
    alone = analyse_files(paths, 1)
    assert analyse_files(paths, 3) == alone
    assert [facts for _, facts in alone] == [analyse(Path(path).read_bytes()) for path in paths]


@pytest.mark.parametrize("package", ["pluggy", "iniconfig", "execnet"])
@pytest.mark.parametrize("line_end", ["\r\n", "\r"])
def test_the_kind_of_line_ends_changes_no_figure(package: str, line_end: str) -> None:
    for text in sources(package).values():
        if "\\\n" not in text:
            assert analyse(text.replace("\n", line_end).encode()) == facts_of(text)


@pytest.mark.parametrize("package", ["pluggy", "iniconfig", "click"])
def test_blank_and_comment_lines_at_the_end_change_only_the_line_counts(package: str) -> None:
    for path, text in sources(package).items():
        before, after = facts_of(text), facts_of(text.rstrip("\n") + "\n\n# the end\n")
        assert after._replace(raw=before.raw) == before, path
        assert after.raw[1:3] == before.raw[1:3], path
        assert after.raw[3] == before.raw[3] + 1, path
