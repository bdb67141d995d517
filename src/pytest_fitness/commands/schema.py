"""``pytest-fitness schema``: the JSON Schema, for editors."""

import json
from pathlib import Path

from pytest_fitness.commands.output import say
from pytest_fitness.config.loader import DEFAULT_NAME
from pytest_fitness.config.schema import json_schema
from pytest_fitness.session.opening import open_workspace
from pytest_fitness.session.registry import load_registry


def schema(here: Path, config: str | None) -> int:
    """Print the schema, with the kinds of the plugins that the configuration here names."""
    path = here / (config or DEFAULT_NAME)
    registry = open_workspace(path, here).registry if path.is_file() else load_registry()
    say(json.dumps(json_schema(registry), indent=2))
    return 0
