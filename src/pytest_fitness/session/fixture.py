"""The ``fitness`` fixture: the records of one test, empty at its start."""

import pytest

from pytest_fitness import units
from pytest_fitness.config.marked.syntax import MARKER
from pytest_fitness.session.recording import RECORDS, Records


def begin(request: pytest.FixtureRequest) -> Records:
    """The records of the test that asks for the fixture.

    In an ordinary run they are handed over at its end; with ``--fitness`` they are judged.
    """
    marker = request.node.get_closest_marker(MARKER)
    unit = marker.kwargs.get("unit") if marker is not None else None
    records = Records(request.node.nodeid, units.COUNT if unit is None else unit)
    request.node.stash[RECORDS] = records
    if not request.config.option.fitness:
        from pytest_fitness.session.handing_over import keeper_of

        keeper_of(request.config).begin(records)
    return records
