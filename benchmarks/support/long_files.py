"""Files that are cheap to parse and that radon takes minutes for: very long statements."""

import json
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any, Final

from support.programs import run
from support.sides import Sides
from support.table import Table

LINES: Final = 4_000
_SHORT: Final = 300
_TARGET: Final = 0.2
Counts = Sequence[int]

# What each side says of a file: seconds, the line counts, Halstead's counts, total complexity.
_OURS = """
import json, sys, time
from pytest_fitness.codebase.files.inspection import analyse
content = open(sys.argv[1], "rb").read()
start = time.perf_counter()
facts = analyse(content)
seconds = time.perf_counter() - start
print(json.dumps([seconds, facts.raw, facts.halstead, facts.total_complexity]))
"""
_RADON = """
import json, sys, time
from radon.metrics import h_visit
from radon.raw import analyze
from radon.visitors import ComplexityVisitor
text = open(sys.argv[1]).read()
start = time.perf_counter()
raw = analyze(text)
seconds = time.perf_counter() - start
complexity = ComplexityVisitor.from_code(text).total_complexity
print(json.dumps([seconds, raw, h_visit(text).total[:4], complexity]))
"""


def literal(lines: int) -> str:
    """A dict literal with so many lines."""
    entries = "".join(f'    "key {n}": ({n}, "value {n}"),\n' for n in range(lines - 2))
    return f"TABLE = {{\n{entries}}}\n"


def docstring(lines: int) -> str:
    """A docstring with so many lines."""
    return '"""Long.\n' + "".join(f"Line {n} of it.\n" for n in range(lines - 2)) + '"""\n'


def extrapolated(one: Counts, next_one: Counts, times: int) -> list[int]:
    """What counts come to if each further line adds what the last one did."""
    return [last + (last - first) * times for first, last in zip(one, next_one, strict=True)]


def long_files(table: Table, sides: Sides, work: Path, *, full: bool = False) -> None:
    """Both kinds of file: radon's figures, in a time that grows as the file does."""
    for name, write in (("literal", literal), ("docstring", docstring)):
        _measure(table, sides, work, name, write, full=full)


def _measure(
    table: Table, sides: Sides, work: Path, name: str, write: Callable[[int], str], *, full: bool
) -> None:
    def ask(program: str, lines: int) -> Any:
        path = work / f"{name}-{lines}.py"
        path.write_text(write(lines))
        return json.loads(run([sides.python, "-c", program, path], work).output)

    answers = [ask(_OURS, LINES) for _ in range(5)]
    seconds, *ours = sorted(answers)[len(answers) // 2]
    if full:
        radon_seconds, *expected = ask(_RADON, LINES)
        against = f"radon {radon_seconds:.1f} s"
    else:
        radon_seconds, *shorter = ask(_RADON, _SHORT - 1)
        radon_seconds, *short = ask(_RADON, _SHORT)
        expected = _extended(shorter, short)
        against = f"radon, {_SHORT} lines {radon_seconds:.2f} s"
        if ask(_OURS, _SHORT)[1:] != short:
            expected = []
    equal = ours == expected
    title = f"{LINES:,}-line {name}"
    reached = f"{seconds * 1000:.0f} ms"
    table.row(
        title, reached, against, reached, f"at most {_TARGET * 1000:.0f} ms", met=seconds <= _TARGET
    )
    figures = "equal" if equal else f"{ours}, not {expected}"
    table.row("  its figures", "", "", figures, "as radon's", met=equal)


def _extended(shorter: list[Any], short: list[Any]) -> list[Any]:
    """Radon's figures for the long file, from those of two short ones that differ by a line."""
    times = LINES - _SHORT
    counts = [
        extrapolated(one, other, times) for one, other in zip(shorter[:2], short[:2], strict=True)
    ]
    return [*counts, *extrapolated(shorter[2:], short[2:], times)]
