"""``pytest-fitness schema``: the JSON Schema, for editors."""

import json
from pathlib import Path

from pytest_fitness.commands.output import say
from pytest_fitness.commands.reading import read_registry
from pytest_fitness.config.loader import DEFAULT_NAME
from pytest_fitness.config.schema import json_schema
from pytest_fitness.session.opening import find_config
from pytest_fitness.session.registry import load_registry


def schema(here: Path, config: str | None) -> int:
    """Print the schema, with the kinds of the plugins that the configuration here names.

    A configuration with problems will do: its author is who needs the schema most.
    """
    if config is None and not (here / DEFAULT_NAME).is_file():
        registry = load_registry()
    else:
        registry = read_registry(find_config(config, here), here)
    say(json.dumps(json_schema(registry), indent=2))
    return 0
