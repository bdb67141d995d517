"""A series as a line of small bars."""

import math
from collections.abc import Sequence

BLOCKS = "▁▂▃▄▅▆▇█"
ASCII = "_.-=+*#@"
GAP = " "


def sparkline(values: Sequence[float | None], width: int = 12, ascii_only: bool = False) -> str:
    """The newest ``width`` values, from the lowest bar to the highest; a gap where there is none.

    A series that does not move is drawn at half height. Infinities are drawn at the edge, and do
    not flatten the rest.
    """
    bars = ASCII if ascii_only else BLOCKS
    newest = values[-width:] if width > 0 else ()
    shown = [None if value is None or math.isnan(value) else value for value in newest]
    finite = [value for value in shown if value is not None and math.isfinite(value)]
    low, high = min(finite, default=0.0), max(finite, default=0.0)
    return "".join(GAP if value is None else _bar(value, low, high, bars) for value in shown)


def can_show_blocks(encoding: str | None) -> bool:
    """Whether text in this encoding (that of a terminal, say) can hold the bars."""
    try:
        BLOCKS.encode(encoding or "ascii")
    except (UnicodeEncodeError, LookupError):
        return False
    return True


def _bar(value: float, low: float, high: float, bars: str) -> str:
    if math.isinf(value):
        return bars[0] if value < 0 else bars[-1]
    # Scaled first: the span of two huge numbers would be infinite.
    scale = max(abs(low), abs(high)) or 1.0
    span = high / scale - low / scale
    share = (value / scale - low / scale) / span if span else 0.5
    return bars[min(int(share * len(bars)), len(bars) - 1)]
