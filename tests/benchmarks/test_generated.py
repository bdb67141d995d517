"""What is generated for the speed benchmark is what the benchmark says it is."""

import ast
from pathlib import Path

from pytest_fitness.codebase.analysis import Codebase
from pytest_fitness.codebase.cache import Cache
from pytest_fitness.codebase.contracts.layers import Level, layers_are_kept
from pytest_fitness.codebase.files.inspection import analyse
from support import long_files, synthetic

MODULES = 300


def test_a_codebase_of_layers(tmp_path: Path) -> None:
    synthetic.generate(tmp_path, MODULES)
    cache = Cache(tmp_path / "cache")
    graph = Codebase(tmp_path, [synthetic.PACKAGE], None, [], cache).graph()
    cache.close()
    assert len(graph.names) == MODULES + 1
    assert sum(map(len, graph.imports)) == MODULES * synthetic.IMPORTS_PER_MODULE
    levels = [Level((layer,)) for layer in synthetic.layers()]
    assert len(levels) == synthetic.LAYERS
    assert layers_are_kept(graph, graph.imports, levels)
    highest = synthetic.file_of(MODULES - synthetic.LAYERS - 1, MODULES)
    assert (tmp_path / highest).is_file()
    assert synthetic.name_of(0, MODULES) in graph.index


def test_long_files_have_as_many_lines_as_they_say() -> None:
    for write in (long_files.literal, long_files.docstring):
        text = write(300)
        ast.parse(text)
        assert len(text.splitlines()) == 300


def test_counts_extend_in_a_straight_line() -> None:
    for write in (long_files.literal, long_files.docstring):
        short, longer, long = (analyse(write(lines).encode()).raw for lines in (20, 21, 121))
        assert long_files.extrapolated(short, longer, 100) == list(long)
