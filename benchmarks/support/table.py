"""The table of the speed benchmark: what was measured, against what, and what was aimed at."""

from collections.abc import Sequence
from statistics import median

from support.programs import Run, over


class Table:
    """Prints rows as they come, and counts targets that were missed."""

    def __init__(self) -> None:
        self.missed = 0
        self.aimed = 0

    def head(self) -> None:
        """The titles of the columns."""
        _print("", "ours", "against", "reached", "target")

    def section(self, title: str) -> None:
        """A line above some rows."""
        print(f"\n{title}", flush=True)

    def row(
        self,
        what: str,
        ours: str,
        against: str,
        reached: str,
        target: str = "",
        *,
        met: bool | None = None,
    ) -> None:
        """One measured figure; without a target it only informs."""
        self.aimed += met is not None
        self.missed += met is False
        mark = "" if met is None else "ok" if met else "MISSED"
        _print(f"  {what}", ours, against, reached, f"{target}  {mark}")

    def times_faster(
        self, what: str, ours: Sequence[Run], theirs: Sequence[Run], target: float
    ) -> None:
        """How many times faster, by the clock and in processor time."""
        ratio = median(each.seconds for each in theirs) / median(each.seconds for each in ours)
        cpu = median(each.cpu for each in theirs) / median(each.cpu for each in ours)
        self.row(
            what,
            spread([each.seconds for each in ours]),
            spread([each.seconds for each in theirs]),
            f"{ratio:.1f} times (cpu {cpu:.1f})",
            f"at least {target:g} times",
            met=ratio >= target,
        )

    def seconds_over(
        self, what: str, ours: Sequence[Run], bare: Sequence[Run], target: float | None
    ) -> None:
        """How much longer than the bare program, by the clock and in processor time."""
        longer = over([each.seconds for each in ours], [each.seconds for each in bare])
        cpu = over([each.cpu for each in ours], [each.cpu for each in bare])
        self.row(
            what,
            spread([each.seconds for each in ours]),
            spread([each.seconds for each in bare]),
            f"{longer * 1000:+,.0f} ms (cpu {cpu * 1000:+,.0f})",
            "" if target is None else f"at most {target * 1000:+,.0f} ms",
            met=None if target is None else longer <= target,
        )

    def foot(self) -> None:
        """How many targets were missed."""
        print(f"\nspeed: {self.aimed - self.missed} targets reached, {self.missed} missed")


def spread(seconds: Sequence[float]) -> str:
    """The median, and between what the figures lie."""
    middle = median(seconds)
    unit, scale, digits = ("s", 1, 2) if middle >= 1 else ("ms", 1000, 0)
    shown = f"{middle * scale:,.{digits}f} {unit}"
    if len(seconds) > 1:
        shown += f" ({min(seconds) * scale:,.{digits}f}-{max(seconds) * scale:,.{digits}f})"
    return shown


def _print(what: str, ours: str, against: str, reached: str, target: str) -> None:
    print(f"{what:<52} {ours:<22} {against:<26} {reached:<26} {target}".rstrip(), flush=True)
