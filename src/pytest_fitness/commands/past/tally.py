"""What a backfill has found, in numbers and gaps."""

from collections import Counter, defaultdict
from collections.abc import Iterable
from typing import Final

from pytest_fitness.commands.output import plural
from pytest_fitness.commands.past.commits import DatedCommit
from pytest_fitness.model import Verdict

_NAMED: Final = 3


class Tally:
    """Counts numbers, and the gaps of each series with why there is none in the newest of them."""

    def __init__(self) -> None:
        self.commits = 0
        self.numbers = 0
        self._gaps: Counter[str] = Counter()
        self._reasons: dict[str, str] = {}

    def add(self, moment: DatedCommit, verdicts: Iterable[Verdict]) -> None:
        """Count what was found in a commit; commits come newest first."""
        self.commits += 1
        for verdict in verdicts:
            if verdict.value is not None:
                self.numbers += 1
                continue
            self._gaps[verdict.series] += 1
            reason = f"{moment.commit.id[:9]}: {verdict.reason}"
            self._reasons.setdefault(verdict.series, reason)

    def lines(self) -> list[str]:
        """A line about all, and one for each reason for which there are gaps."""
        told = f"measured {plural(self.commits, 'commit')}: {plural(self.numbers, 'number')}"
        alike: dict[tuple[int, str], list[str]] = defaultdict(list)
        for series, count in self._gaps.items():
            alike[count, self._reasons[series]].append(series)
        return [told, *(_gap(*key, names) for key, names in alike.items())]


def _gap(count: int, reason: str, names: list[str]) -> str:
    more = f" and {len(names) - _NAMED:,} more" if len(names) > _NAMED else ""
    shown = f"{', '.join(names[:_NAMED])}{more}"
    return f"{shown}: no number for {plural(count, 'commit')}, as {reason}"
