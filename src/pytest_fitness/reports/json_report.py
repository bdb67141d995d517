"""Every verdict of a run as versioned JSON."""

import json
import math
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, Final

from pytest_fitness.files import replace_text
from pytest_fitness.model import Verdict, to_builtins

FORMAT: Final = 1


def document(run: Mapping[str, Any], verdicts: Sequence[Verdict]) -> dict[str, Any]:
    """The report as builtins: ``format``, the run, and one entry a verdict."""
    return {"format": FORMAT, "run": dict(run), "verdicts": [_entry(v) for v in verdicts]}


def write(path: Path, run: Mapping[str, Any], verdicts: Sequence[Verdict]) -> None:
    """Write the report, whole or not at all.

    Raises:
        OSError: it cannot be written.
    """
    text = json.dumps(document(run, verdicts), indent=1, ensure_ascii=True, allow_nan=False)
    replace_text(path, f"{text}\n")


def _entry(verdict: Verdict) -> dict[str, Any]:
    entry: dict[str, Any] = {"id": verdict.series, **to_builtins(verdict)}
    return {name: _finite(value) for name, value in entry.items()}


def _finite(value: Any) -> Any:
    # JSON has no infinity; the words survive every parser.
    return str(value) if isinstance(value, float) and not math.isfinite(value) else value
