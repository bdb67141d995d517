"""The garbage collector is paused, and always as it was before."""

import gc
from collections.abc import Iterator

import pytest

from pytest_fitness.collector import collector_paused


@pytest.fixture(autouse=True)
def as_it_was() -> Iterator[None]:
    enabled = gc.isenabled()
    yield
    (gc.enable if enabled else gc.disable)()


@pytest.mark.parametrize("enabled", [True, False])
def test_it_is_afterwards_what_it_was_before(enabled: bool) -> None:
    (gc.enable if enabled else gc.disable)()
    with collector_paused():
        assert not gc.isenabled()
    assert gc.isenabled() is enabled


@pytest.mark.parametrize("error", [ValueError, KeyboardInterrupt, SystemExit])
def test_it_goes_on_after_an_error(error: type[BaseException]) -> None:
    gc.enable()
    with pytest.raises(error), collector_paused():
        raise error
    assert gc.isenabled()


def test_an_inner_pause_does_not_end_the_outer_one() -> None:
    gc.enable()
    with collector_paused():
        with collector_paused():
            assert not gc.isenabled()
        assert not gc.isenabled()
    assert gc.isenabled()
