"""The pytest11 entry point: the option table, and nothing else until ``--fitness`` is given."""

from collections.abc import Iterator

import pytest

GATES = ("ci", "pre-deploy", "scheduled")


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
        "--fitness-update-baseline",
        action="store_true",
        help="remove what was fixed from the baseline file; nothing is ever added to it",
    )


def pytest_configure(config: pytest.Config) -> None:
    """Start a fitness session where one was asked for."""
    _refuse_empty_options(config)
    if config.option.fitness:
        from pytest_fitness.session.start import start

        start(config)
    else:
        _refuse_lone_options(config)


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


def _options(config: pytest.Config) -> Iterator[tuple[str, object]]:
    for name, value in vars(config.option).items():
        if name.startswith("fitness_"):
            yield "--" + name.replace("_", "-"), value
