"""Every figure of a codebase compared with radon's, on all cores."""

import multiprocessing
from collections import Counter
from functools import partial
from pathlib import Path
from typing import NamedTuple

import corpus_radon

# Radon tokenises a long statement once for each of its lines; files with more bytes to tokenise
# than this are compared in all but their line counts.
RAW_CAP = 2_000_000


class Figures(NamedTuple):
    """How many of what was compared, and what differs."""

    counts: Counter[str]
    differences: list[str]


def compare(directory: Path, raw_cap: int = RAW_CAP, processes: int = 2) -> Figures:
    """Compare each file of a directory."""
    files = sorted(directory.rglob("*.py"))
    with multiprocessing.Pool(processes) as pool:
        found = pool.map(partial(corpus_radon.compare_file, raw_cap=raw_cap), files, chunksize=4)
    return gather(directory, dict(zip(files, found, strict=True)))


def gather(directory: Path, found: dict[Path, corpus_radon.Comparison]) -> Figures:
    """All files together."""
    counts: Counter[str] = Counter()
    differences = []
    for file, comparison in found.items():
        counts.update(comparison.counts)
        shown = file.relative_to(directory.parent)
        differences += [f"{shown}: {line}" for line in comparison.differences]
    return Figures(counts, differences)
