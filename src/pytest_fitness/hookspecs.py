"""The hooks by which kinds and sources are registered, the built-in ones included.

A package registers a module that implements them under the entry-point group ``pytest_fitness``::

    [project.entry-points.pytest_fitness]
    words = "my_package.fitness"

A module of the project itself is named in ``fitness.yaml`` instead: ``plugins: [tools.fitness]``
(looked up from the directory of that file).
"""

from collections.abc import Sequence

import pluggy

from pytest_fitness.config.kinds import Kind, Source

PROJECT = "pytest_fitness"
hookspec = pluggy.HookspecMarker(PROJECT)
hookimpl = pluggy.HookimplMarker(PROJECT)


@hookspec
def fitness_kinds() -> Sequence[Kind]:  # type: ignore[empty-body]
    """The kinds of fitness function that a plugin adds.

    Example::

        from pytest_fitness import Kind, hookimpl

        class Words(Kind): ...

        @hookimpl
        def fitness_kinds():
            return [Words()]
    """


@hookspec
def fitness_sources() -> Sequence[Source]:  # type: ignore[empty-body]
    """The sources that a plugin adds, under ``sources:`` in ``fitness.yaml``."""
