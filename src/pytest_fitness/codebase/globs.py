"""Module globs with import-linter's meaning: ``*`` is one dotted part, ``**`` one or more.

Names in an import graph are sorted, so that everything below a package is one range of them: a
plain name or ``name.**`` costs two binary searches, and any other glob scans only the range below
its leading plain parts.
"""

import re
from bisect import bisect_left
from collections.abc import Callable, Iterable, Sequence
from functools import cache
from itertools import pairwise

from pytest_fitness.codebase.imports.graph import ImportGraph
from pytest_fitness.errors import MeasureError

_PART = r"[^.]+"
_PATTERNS = {"*": _PART, "**": rf"{_PART}(?:\.{_PART})*"}
_VALID = re.compile(r"(?:[^\s.*]+|\*\*?)(?:\.(?:[^\s.*]+|\*\*?))*")
_AMBIGUOUS = (("*", "**"), ("**", "*"), ("**", "**"))


def is_valid(glob: str) -> bool:
    """Whether import-linter would accept the glob: wildcards stand for whole parts."""
    parts = glob.split(".")
    return _VALID.fullmatch(glob) is not None and not any(
        pair in _AMBIGUOUS for pair in pairwise(parts)
    )


def select(graph: ImportGraph, glob: str, *, external: bool = False) -> list[int]:
    """The modules that match a glob, as indices in ascending order.

    Args:
        graph: where to look.
        glob: a name, or a name with wildcards.
        external: look among external modules too.

    Raises:
        MeasureError: the glob is malformed.
    """
    found = select_names(graph.names, glob, graph.internal)
    if external and "*" not in glob:
        place = graph.index.get(glob)
        return found if place is None else [place]
    if external:
        matches = _compile(glob)
        outside = range(graph.internal, len(graph.names))
        found += [place for place in outside if matches(graph.names[place])]
    return found


def select_names(names: Sequence[str], glob: str, end: int | None = None) -> list[int]:
    """The places of the names that match a glob, among sorted names (up to ``end``).

    Raises:
        MeasureError: the glob is malformed.
    """
    end = len(names) if end is None else end
    place = bisect_left(names, glob, 0, end)
    exact = [place] if place < end and names[place] == glob else []
    if exact:
        return exact  # A file may have a name that is no glob: `views (copy).py`.
    _check(glob)
    if "*" not in glob:
        return []
    prefix = glob.partition("*")[0].removesuffix(".")
    below = range(end)
    if prefix:
        low = bisect_left(names, f"{prefix}.", 0, end)
        below = range(low, bisect_left(names, f"{prefix}/", low, end))
    if glob in (f"{prefix}.**", "**"):
        return list(below)
    matches = _compile(glob)
    return [place for place in below if matches(names[place])]


def select_names_below(names: Sequence[str], glob: str) -> list[int]:
    """Like :func:`select_names`, but a plain name means all that lies below it too."""
    found = select_names(names, glob)
    return found if "*" in glob or not is_valid(glob) else found + select_names(names, f"{glob}.**")


def select_packages(graph: ImportGraph, glob: str) -> list[int]:
    """The modules that match a glob; a plain name means that package with its descendants."""
    return select(graph, glob) if "*" in glob or not is_valid(glob) else graph.package(glob)


def nearest(name: str, candidates: Iterable[str]) -> str | None:
    """A hint that names what a name, or the plain start of a glob, was perhaps meant to be."""
    import difflib

    plain = name.partition("*")[0].rstrip(".") or name
    near = difflib.get_close_matches(plain, sorted(candidates), n=3)
    return f"did you mean {', '.join(near)}?" if near else None


def _check(glob: str) -> None:
    if not is_valid(glob):
        raise MeasureError(
            f"{glob!r} is not a module name or glob", "write shop.web, shop.* or shop.**"
        )


@cache
def _compile(glob: str) -> Callable[[str], re.Match[str] | None]:
    parts = (_PATTERNS.get(part) or re.escape(part) for part in glob.split("."))
    return re.compile(r"\.".join(parts)).fullmatch
