"""The kind of a marked test: its limits, for the numbers that the test records."""

import re
from collections.abc import Mapping as Names
from typing import Any, Final

from pytest_fitness import units
from pytest_fitness.config.kinds import Context, Kind
from pytest_fitness.config.limits import LIMIT_KEYS
from pytest_fitness.config.nodes import Mapping, Scalar, Sequence
from pytest_fitness.config.options import Options, Record, key
from pytest_fitness.config.values import Unit
from pytest_fitness.errors import MeasureError
from pytest_fitness.model import Check, FitnessFunction, Measurement

RECORDED_NAME: Final = re.compile(r"[a-z0-9][a-z0-9._-]{0,199}")


class MarkerOptions(Options):
    """What a marker says beside the common keys and the limits."""

    unit: tuple[str, float] | None = key(
        Unit(), "The unit of what is recorded without one, and of every limit.", default=None
    )


class Tested(Kind):
    """A number that a test of the project records.

    Args:
        written: the unit that the limit of each part is written in; None stands for the one limit.
    """

    name = "test"
    about = "What a test records."
    options = Record(MarkerOptions)
    of_machine = True
    measures_anew = False
    takes_several = True
    takes_baseline = False

    def __init__(self, written: Names[str | None, str] | None = None) -> None:
        self._written = written or {}

    def unit(self, options: Any, part: str | None) -> str:
        """The unit of the marker, else the one that the limit is written in."""
        if part is not None and not RECORDED_NAME.fullmatch(part):
            raise ValueError(f"{part[:60]!r} can be the name of no record: write search.p95")
        if options.unit is not None:
            base: str = options.unit[0]
            return base
        return self._written.get(part, units.COUNT)

    def measure(self, function: FitnessFunction, check: Check, context: Context) -> Measurement:  # noqa: ARG002
        """Pytest runs the test; this is reached where pytest does not know it.

        Raises:
            MeasureError: in any case.
        """
        raise MeasureError(
            "pytest does not take this for a test",
            "Name it `test_…`, at the top of its file or in a class `Test…` without a constructor.",
        )


def written_units(node: Mapping) -> dict[str | None, str]:
    """The unit that each limit of a marker is written in, as far as that can be told."""
    several = node.get("limits")
    if not isinstance(several, Mapping):
        return {None: _unit_of(node)}
    return {
        part.text: _unit_of(limit) if isinstance(limit, Mapping) else units.COUNT
        for part, limit in several.entries
    }


def _unit_of(node: Mapping) -> str:
    lines = [value for name, value in node.entries if name.text in LIMIT_KEYS]
    first = lines[0].items[:1] if lines and isinstance(lines[0], Sequence) else lines[:1]
    if not first or not isinstance(first[0], Scalar):
        return units.COUNT
    try:
        return units.parse(first[0].text).unit
    except ValueError:  # whoever decodes the limit says what is wrong with it
        return units.COUNT
