"""The pytest11 entry point: options, marker and fixture; the rest is loaded when it is used."""

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from pytest_fitness.session.recording import Records

GATES = ("ci", "pre-deploy", "scheduled")
_MARKER = (
    "fitness(max=None, min=None, between=None, equals=None, limits=None, unit=None, id=None, ...): "
    "a fitness function; what the test records with the fixture `fitness` is judged by `--fitness`"
)


def pytest_addoption(parser: pytest.Parser) -> None:
    """Declare the options."""
    group = parser.getgroup("fitness", "architectural fitness functions")
    group.addoption(
        "--fitness",
        action="store_true",
        help="run the fitness functions of fitness.yaml, and no other tests",
    )
    group.addoption(
        "--fitness-config",
        metavar="PATH",
        help="the configuration to run (default: fitness.yaml here or at the rootdir)",
    )
    group.addoption(
        "--fitness-gate", choices=GATES, help="run only the functions that belong to this gate"
    )
    group.addoption(
        "--fitness-strict", action="store_true", help="let warned functions fail the run"
    )
    group.addoption(
        "--fitness-json", metavar="PATH", help="write every verdict to this file as JSON"
    )
    group.addoption(
        "--fitness-history",
        metavar="URL",
        help="where measurements are remembered (default: .fitness/history.db)",
    )
    group.addoption(
        "--fitness-no-history", action="store_true", help="neither read nor write the history"
    )
    group.addoption(
        "--fitness-time-budget",
        metavar="TIME",
        help="start nothing that would last longer than this after the start: 10m",
    )
    group.addoption(
        "--fitness-confirm",
        metavar="N",
        type=int,
        help="measure again, up to so many times, what only looks as if it got worse",
    )
    group.addoption(
        "--fitness-update-baseline",
        action="store_true",
        help="remove what was fixed from the baseline file; nothing is ever added to it",
    )


def pytest_configure(config: pytest.Config) -> None:
    """Register the marker, and start a fitness session where one was asked for."""
    config.addinivalue_line("markers", _MARKER)
    _refuse_empty_options(config)
    if config.option.fitness:
        from pytest_fitness.session.start import start

        start(config)
    else:
        _refuse_lone_options(config)
        _look_after_numbers(config)


@pytest.fixture
def fitness(request: pytest.FixtureRequest) -> "Records":
    """Record numbers that a test has measured: ``fitness.record("search.p95", 0.21, unit="s")``."""
    from pytest_fitness.session.fixture import begin

    return begin(request)


@pytest.hookimpl(tryfirst=True)
def pytest_report_from_serializable(config: pytest.Config, data: dict[str, Any]) -> None:
    """Keep what a test recorded in another process (pytest-xdist)."""
    if "fitness_records" in data:
        from pytest_fitness.session.handing_over import keeper_of

        keeper_of(config).take(data["fitness_records"])


def _refuse_empty_options(config: pytest.Config) -> None:
    for option, value in _options(config):
        if isinstance(value, str) and not value.strip():
            raise pytest.UsageError(
                f"{option} was given an empty value: is the variable unset that should fill it?\n"
                "Name something, or leave the option out."
            )


def _refuse_lone_options(config: pytest.Config) -> None:
    # An option that quietly did nothing would let a gate pass that never ran.
    for option, value in _options(config):
        if value:
            raise pytest.UsageError(f"{option} was given without --fitness: nothing would be run")


def _look_after_numbers(config: pytest.Config) -> None:
    # Where numbers were handed over, a test that does not get as far as its fixture matters too.
    places = (config.invocation_params.dir, config.rootpath)
    if any((place / ".fitness" / "recorded").is_dir() for place in places):
        from pytest_fitness.session.handing_over import keeper_of

        keeper_of(config)


def _options(config: pytest.Config) -> Iterator[tuple[str, object]]:
    for name, value in vars(config.option).items():
        if name.startswith("fitness_"):
            yield "--" + name.replace("_", "-"), value
