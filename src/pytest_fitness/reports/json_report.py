"""Every verdict of a run as versioned JSON."""

import json
import math
import re
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, Final

from pytest_fitness.files import replace_text
from pytest_fitness.model import Verdict
from pytest_fitness.transfer import to_builtins

FORMAT: Final = 1
_BEGINNING: Final = re.compile(rb'\{\s*"format":\s*\d+,\s*"run":\s*\{')


def document(run: Mapping[str, Any], verdicts: Sequence[Verdict]) -> dict[str, Any]:
    """The report as builtins.

    - ``format``: 1; raised when a key changes its meaning or is removed, not when one is added.
    - ``run``: ``started`` (ISO 8601, UTC), ``gate``, ``commit``, ``branch``, ``dirty``,
      ``versions``, null where not known; and ``not_analysed``, a list of ``path`` and ``reason``:
      what lies among the modules and no function looked at.
    - ``verdicts``: one object a check, in the order of ``fitness.yaml``. ``id`` is what
      ``pytest --fitness fitness.yaml::ID`` selects; ``function`` and ``part`` are its two halves.
      ``outcome`` is one of passed, warned, failed, inconclusive, "no data", error, dormant.
      ``value`` and the lines of ``limit`` and ``warn`` (``low``, ``high``, ``equals``) are in the
      base unit of ``unit``: seconds, bytes, per second, fractions of one. ``violations`` are new
      or worse than ``accepted``, ``known`` are frozen, ``fixed`` are keys of the baseline that are
      no more; each violation has ``key``, ``message``, ``value``, ``path``, ``line`` and the
      ``chain`` of imports. ``trend`` is null, or what got worse in its history: ``finding``
      (suspected, step, drift), the levels ``before`` and ``after``, the share of ``change`` with
      its ``interval``, ``last_good`` and ``first_bad`` (``seconds`` since the epoch and
      ``commit``), how many ``more`` runs decide, when its limit breaks (``by_date`` in seconds,
      ``by_users``), and ``culprits``, a line each. The other keys are those of
      :class:`~pytest_fitness.model.Verdict`.

    Numbers are finite; an infinity is the text "inf" or "-inf".
    """
    return {"format": FORMAT, "run": dict(run), "verdicts": [_entry(v) for v in verdicts]}


def write(path: Path, run: Mapping[str, Any], verdicts: Sequence[Verdict]) -> None:
    """Write the report, whole or not at all.

    Raises:
        OSError: it cannot be written.
    """
    text = json.dumps(document(run, verdicts), indent=1, ensure_ascii=True, allow_nan=False)
    replace_text(path, f"{text}\n")


def is_replaceable(path: Path) -> bool:
    """Whether a file that exists holds nothing but an earlier report, or nothing at all."""
    if not path.is_file():
        return False
    with path.open("rb") as file:
        beginning = file.read(100)
    return not beginning or _BEGINNING.match(beginning) is not None


def _entry(verdict: Verdict) -> dict[str, Any]:
    return {"id": verdict.series, **_finite(to_builtins(verdict))}


def _finite(value: Any) -> Any:
    # JSON has no infinity; the words survive every parser.
    if isinstance(value, dict):
        return {name: _finite(item) for name, item in value.items()}
    if isinstance(value, list):
        return [_finite(item) for item in value]
    return str(value) if isinstance(value, float) and not math.isfinite(value) else value
