"""A target with known latencies, and a look at what a load leaves behind."""

from collections.abc import Iterator
from uuid import uuid4

import pytest

from families import wait_for
from load_targets import MARK, Target, marked, target


@pytest.fixture
def server() -> Iterator[Target]:
    with target() as found:
        yield found


@pytest.fixture
def mark(monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    """What the processes of this test carry in their environment; none of them may be left."""
    found = uuid4().hex
    monkeypatch.setenv(MARK, found)
    yield found
    wait_for(lambda: not marked(found))
