"""Fixtures of all tests."""

import pytest

import loaded_once  # noqa: F401 (it is loaded here)
from signals import heed

pytest_plugins = ["servers"]
heed()


@pytest.fixture
def pytester(pytester: pytest.Pytester, monkeypatch: pytest.MonkeyPatch) -> pytest.Pytester:
    """As ever, but for plugins that take longer to load than most runs last, and do nothing."""
    monkeypatch.setenv("PYTEST_ADDOPTS", "-p no:hypothesispytest -p no:locust")
    return pytester
