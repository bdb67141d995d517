"""Figures compared with radon's, and graphs with grimp's: a doctored one is told."""

from collections import Counter
from collections.abc import Callable
from pathlib import Path

import grimp
import pytest

import corpus_imports
import corpus_radon
from pytest_fitness.codebase.files.facts import FileFacts
from pytest_fitness.codebase.files.inspection import analyse
from support.figures import gather

CODE = '''"""Of orders."""


def total(order):
    # Free of charge above a hundred.
    return order.price + (5 if order.price < 100 else 0)
'''
Doctor = Callable[[FileFacts], FileFacts]


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "orders.py"
    path.write_text(CODE)
    return path


def compare(file: Path) -> corpus_radon.Comparison:
    return corpus_radon.compare_file(file, raw_cap=1_000_000)


def test_true_figures_do_not_differ(file: Path) -> None:
    comparison = compare(file)
    assert comparison.differences == []
    assert comparison.counts["functions"] == comparison.counts["raw and mi"] == 1


@pytest.mark.parametrize(
    ("doctor", "told"),
    [
        (lambda facts: facts._replace(functions=[("total", "function", 4, 6, 3)]), "total"),
        (lambda facts: facts._replace(functions=[]), "total: complexity 2"),
        (lambda facts: facts._replace(total_complexity=9), "total complexity"),
        (lambda facts: facts._replace(halstead=(1, 2, 3, 4)), "halstead"),
        (lambda facts: facts._replace(raw=(6, 4, 3, 1, 0, 2, 1)), "raw"),
        (lambda facts: FileFacts.broken(1, "no"), "not analysed"),
    ],
)
def test_a_doctored_figure_is_told(
    file: Path, monkeypatch: pytest.MonkeyPatch, doctor: Doctor, told: str
) -> None:
    monkeypatch.setattr(corpus_radon, "analyse", lambda source: doctor(analyse(source)))
    differences = compare(file).differences
    assert any(told in line for line in differences)


def test_all_files_are_gathered_with_their_names(tmp_path: Path) -> None:
    one = corpus_radon.Comparison(Counter(files=1), ["total 2, radon 3"], [])
    shop = tmp_path / "shop"
    found = gather(shop, {shop / "a.py": one, shop / "b.py": one})
    assert found.counts["files"] == 2
    assert found.differences == [
        "shop/a.py: total 2, radon 3",
        "shop/b.py: total 2, radon 3",
    ]


def graph(line: int = 3, *modules: str) -> grimp.ImportGraph:
    made = grimp.ImportGraph()
    for module in ("shop", "shop.web", *modules):
        made.add_module(module)
    made.add_import(importer="shop.web", imported="shop", line_number=line, line_contents="")
    return made


def test_equal_graphs_do_not_differ() -> None:
    assert corpus_imports.differences(graph(), graph()) == []


@pytest.mark.parametrize(
    ("ours", "told"),
    [(graph(4), "shop.web -> shop: lines [4], grimp [3]"), (graph(3, "shop.more"), "shop.more")],
)
def test_each_difference_of_graphs_is_told(ours: grimp.ImportGraph, told: str) -> None:
    assert corpus_imports.differences(ours, graph()) == [told]
