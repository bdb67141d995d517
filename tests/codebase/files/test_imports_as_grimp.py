"""What grimp reports of a package is what the facts of its files say."""

from pathlib import Path

import grimp
import pytest

from pytest_fitness.codebase.files.inspection import analyse

SOURCE = """
from typing import TYPE_CHECKING
import typing
if TYPE_CHECKING:
    from . import a
    def f():
        import sample.b
else:
    import sample.c
if typing.TYPE_CHECKING:
    from .d import (
        y,
        z)
elif foo:
    import sample.e
if not TYPE_CHECKING:
    import sample.f
if a.b.TYPE_CHECKING:
    import sample.g
if TYPE_CHECKING or x:
    import sample.h
if TYPE_CHECKING:
    if TYPE_CHECKING: pass
    import sample.i
x = 1; from sample import (
   j,
   k); import sample.l
match x:
    case 1:
        import \\
          sample.m
if foo: pass
elif TYPE_CHECKING:
    import sample.n
"""


@pytest.mark.parametrize("exclude_type_checking", [False, True])
def test_names_lines_and_guards(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, exclude_type_checking: bool
) -> None:
    package = tmp_path / "sample"
    package.mkdir()
    for name in ["__init__", *"abcdefghijklmn"]:
        (package / f"{name}.py").touch()
    (package / "main.py").write_text(SOURCE)
    monkeypatch.syspath_prepend(tmp_path)
    graph = grimp.build_graph(
        "sample", cache_dir=None, exclude_type_checking_imports=exclude_type_checking
    )
    theirs = {
        (imported, details["line_number"])
        for imported in graph.find_modules_directly_imported_by("sample.main")
        for details in graph.get_import_details(importer="sample.main", imported=imported)
    }
    ours = {
        (_module(name), line)
        for name, line, type_checking in analyse(SOURCE.encode()).imports
        if not name.startswith("typing") and not (exclude_type_checking and type_checking)
    }
    assert ours == theirs


def _module(name: str) -> str:
    absolute = f"sample{name}" if name.startswith(".") else name
    return ".".join(absolute.split(".")[:2])
