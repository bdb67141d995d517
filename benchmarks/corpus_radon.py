"""Compare every figure with radon's, file by file.

    python benchmarks/corpus_radon.py [--raw-cap SECONDS_WORTH] [--processes N] DIRECTORY...

Exit status 1 means that a figure differs and no defect of radon's explains it.
"""

import argparse
import ast
import math
import multiprocessing
import re
import sys
import warnings
from collections import Counter
from collections.abc import Iterable, Iterator
from functools import partial
from pathlib import Path
from typing import Any, NamedTuple

from radon.complexity import add_inner_blocks, cc_visit_ast
from radon.metrics import h_visit_ast, mi_compute
from radon.raw import analyze
from radon.visitors import ComplexityVisitor

from pytest_fitness.codebase.files import formulas
from pytest_fitness.codebase.files.decoding import normalised
from pytest_fitness.codebase.files.facts import FileFacts
from pytest_fitness.codebase.files.inspection import analyse

# Characters at which `str.splitlines` ends a line and Python does not.
_FALSE_LINE_ENDS = re.compile("[\x0b\x0c\x1c-\x1e\x85\u2028\u2029]")
_BLANK_AFTER_BACKSLASH = re.compile(r"\\\n\s*\n|^[ \t]*\\\n", re.MULTILINE)


class Comparison(NamedTuple):
    """What came of one file: counts of things compared, differences, excused differences."""

    counts: Counter[str]
    differences: list[str]
    excused: list[str]


def main(argv: list[str]) -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("directories", nargs="+", type=Path)
    parser.add_argument("--processes", type=int, default=2)
    parser.add_argument(
        "--raw-cap", type=int, default=2_000_000, help="skip raw where radon tokenises more bytes"
    )
    options = parser.parse_args(argv)
    files = sorted(file for root in options.directories for file in root.rglob("*.py"))
    counts: Counter[str] = Counter()
    differences = 0
    with multiprocessing.Pool(options.processes) as pool:
        compared = pool.imap(partial(compare_file, raw_cap=options.raw_cap), files, chunksize=8)
        for file, comparison in zip(files, compared, strict=True):
            counts.update(comparison.counts)
            differences += len(comparison.differences)
            for line in comparison.differences:
                print(f"{file}: {line}")
            for line in comparison.excused:
                print(f"{file}: known defect of radon: {line}")
    print(", ".join(f"{number:,} {what}" for what, number in sorted(counts.items())))
    print(f"{differences} differences")
    return 1 if differences else 0


def compare_file(file: Path, raw_cap: int) -> Comparison:
    warnings.simplefilter("ignore")
    comparison = Comparison(Counter(files=1), [], [])
    source = file.read_bytes()
    facts = analyse(source)
    try:
        text = normalised(source).decode()
        tree = ast.parse(source)
    except (SyntaxError, ValueError, LookupError, RecursionError) as error:
        comparison.counts["unparsable files"] += 1
        if facts.error is None:
            comparison.differences.append(f"analysed, yet it cannot be parsed: {error}")
        return comparison
    if facts.error:
        comparison.differences.append(f"not analysed: {facts.error}")
        return comparison
    try:
        _compare_tree(facts, tree, comparison)
    except RecursionError:
        comparison.counts["files too deep for radon"] += 1
        return comparison
    if _tokenised_bytes(text, tree) > raw_cap:
        comparison.counts["files too slow for radon.raw"] += 1
    else:
        _compare_text(facts, text, tree, comparison)
    return comparison


def _compare_tree(facts: FileFacts, tree: ast.Module, comparison: Comparison) -> None:
    found = Counter((line, complexity) for _, _, line, _, complexity in facts.functions)
    names = {line: name.partition("#")[0] for name, _, line, _, _ in facts.functions}
    for block in _radon_functions(tree):
        comparison.counts["functions"] += 1
        if not found[block.lineno, block.complexity]:
            comparison.differences.append(f"{block.fullname}: complexity {block.complexity}")
        found[block.lineno, block.complexity] -= 1
        if names.get(block.lineno, "").rpartition(".")[2] != block.name.rpartition(".")[2]:
            comparison.differences.append(f"{block.fullname}: missed, line {block.lineno}")
    comparison.counts["functions that radon leaves out"] += found.total()
    halstead = h_visit_ast(tree).total
    volume = formulas.halstead_volume(*facts.halstead)
    effort = formulas.halstead_effort(*facts.halstead)
    _expect(comparison, "halstead", facts.halstead, tuple(halstead[:4]))
    _expect(comparison, "volume and effort", (volume, effort), (halstead.volume, halstead.effort))
    total = ComplexityVisitor.from_ast(tree).total_complexity
    _expect(comparison, "total complexity", facts.total_complexity, total)


def _radon_functions(tree: ast.Module) -> Iterator[Any]:
    """Yield the functions and methods that radon knows, each once."""
    seen = set()
    for block in add_inner_blocks(cc_visit_ast(tree)):
        if block.letter != "C" and block.lineno not in seen:
            seen.add(block.lineno)
            yield block


def _compare_text(facts: FileFacts, text: str, tree: ast.Module, comparison: Comparison) -> None:
    try:
        raw = analyze(text)
    except SyntaxError as error:
        # The file did parse, so this is for radon to explain.
        comparison.excused.append(f"radon.raw raised {error!r}")
        return
    comparison.counts["raw and mi"] += 1
    if tuple(raw) != facts.raw:
        target = comparison.excused if _is_excused(text) else comparison.differences
        target.append(f"raw {facts.raw}, radon {tuple(raw)}")
        return
    percent = (raw.comments + raw.multi) / float(raw.sloc) * 100 if raw.sloc else 0
    volume = formulas.halstead_volume(*facts.halstead)
    ours = formulas.maintainability(volume, facts.total_complexity, facts.raw[1], percent)
    radons = mi_compute(
        h_visit_ast(tree).total.volume,
        ComplexityVisitor.from_ast(tree).total_complexity,
        raw.lloc,
        percent,
    )
    if volume:
        _expect(comparison, "maintainability", ours, radons)
    else:
        comparison.counts["files without Halstead volume"] += 1


def _is_excused(text: str) -> bool:
    """Tell whether a file holds what radon.raw is known to stumble over."""
    in_fstring = sys.version_info >= (3, 12) and re.search(r"""\b[fF][rR]?["']""", text)
    return bool(_FALSE_LINE_ENDS.search(text) or _BLANK_AFTER_BACKSLASH.search(text) or in_fstring)


def _expect(comparison: Comparison, what: str, ours: object, radons: object) -> None:
    if ours != radons:
        comparison.differences.append(f"{what} {ours}, radon {radons}")


def _tokenised_bytes(text: str, tree: ast.Module) -> int:
    """Estimate what radon.raw tokenises: each statement again for each line of it."""
    lines = text.split("\n")
    return sum(_bytes_of(lines, *span) for span in _long_spans(tree))


def _bytes_of(lines: list[str], first: int, last: int) -> int:
    size = sum(map(len, lines[first - 1 : last]))
    return size * math.ceil((last - first) / 2)


def _long_spans(tree: ast.Module) -> Iterable[tuple[int, int]]:
    for node in ast.walk(tree):
        body = getattr(node, "body", None)
        if isinstance(node, ast.stmt) and not isinstance(body, list) and node.end_lineno:
            yield node.lineno, node.end_lineno


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
