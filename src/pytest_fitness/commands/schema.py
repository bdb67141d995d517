"""``pytest-fitness schema``: the JSON Schema, for editors."""

import json
from pathlib import Path

from pytest_fitness.commands.output import say
from pytest_fitness.commands.reading import locate_config, read_registry
from pytest_fitness.config.loader import Registry
from pytest_fitness.config.schema import json_schema
from pytest_fitness.errors import FitnessError
from pytest_fitness.session.registry import load_registry


def schema(here: Path, config: str | None) -> int:
    """Print the schema, with the kinds of the plugins that the configuration names.

    A configuration with problems will do: its author is who needs the schema most.
    """
    say(json.dumps(json_schema(_registry(here, config)), indent=2))
    return 0


def _registry(here: Path, config: str | None) -> Registry:
    try:
        path = locate_config(config, here)
    except FitnessError:
        if config is not None:
            raise
        return load_registry()
    return read_registry(path, here)
