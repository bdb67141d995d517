"""The JSON Schema of ``fitness.yaml``, made from the declarations that decode it."""

from typing import Any, Final

from pytest_fitness.config.common import Common
from pytest_fitness.config.comparing import ComparisonValue
from pytest_fitness.config.functions import ID
from pytest_fitness.config.kinds import Kind
from pytest_fitness.config.limits import LIMIT_KEYS, limit_schema, warn_schema
from pytest_fitness.config.loader import Registry, TopOptions
from pytest_fitness.config.options import record_schema
from pytest_fitness.config.questions import QuestionValue
from pytest_fitness.config.values import Schema

_DRAWN: Final = {"required": ["compare"]}
_NO_LINE: Final = {"not": {"anyOf": [{"required": [name]} for name in LIMIT_KEYS]}}
_ONE_LIMIT: Final = {"oneOf": [*({"required": [name]} for name in LIMIT_KEYS), _DRAWN | _NO_LINE]}
_NOT_SEVERAL: Final = {"not": {"required": ["limits"]}}
_NO_LIMIT: Final = {
    "not": {"anyOf": [{"required": [name]} for name in (*LIMIT_KEYS, "warn", "limits", "compare")]}
}
_SEVERAL: Final = {
    "required": ["limits"],
    "not": {"anyOf": [{"required": [name]} for name in (*LIMIT_KEYS, "warn", "compare")]},
}
DIALECT: Final = "https://json-schema.org/draft/2020-12/schema"


def json_schema(registry: Registry) -> Schema:
    """The schema that editors use to complete and check the file."""
    top = record_schema(TopOptions)
    # Editors meet `version: 1` as a number.
    top["properties"]["version"] = {"const": 1, "description": "The version of this format."}
    return {
        "$schema": DIALECT,
        "title": "fitness.yaml",
        "description": "Fitness functions, run by `pytest --fitness`.",
        "type": "object",
        "properties": {
            **top["properties"],
            "sources": _sources(registry),
            "users": QuestionValue().schema()
            | {"description": "The number that growth is measured against."},
            "functions": {
                "type": "object",
                "description": "The rules, by id.",
                "propertyNames": {"pattern": f"^{ID.pattern}$"},
                "additionalProperties": {"$ref": "#/$defs/function"},
                "minProperties": 1,
            },
        },
        "anyOf": [{"required": ["functions"]}, {"required": ["tests"]}],
        "additionalProperties": False,
        "$defs": {"function": _function(registry), "limits": _limits()},
    }


def _function(registry: Registry) -> Schema:
    kinds = registry.kinds
    properties: dict[str, Any] = {
        name: kind.options.schema() | {"description": kind.about} for name, kind in kinds.items()
    }
    properties |= record_schema(Common)["properties"]
    properties |= limit_schema() | {"warn": warn_schema(), "limits": {"$ref": "#/$defs/limits"}}
    return {
        "type": "object",
        "properties": properties,
        "additionalProperties": False,
        "oneOf": [{"required": [name]} for name in sorted(kinds)],
        "dependentSchemas": {name: _limiting(kind) for name, kind in kinds.items()},
    }


def _limiting(kind: Kind) -> Schema:
    """What may limit a kind: nothing, one limit, or a limit for each of its numbers."""
    if not kind.takes_limit:
        return _NO_LIMIT
    one = _ONE_LIMIT | _NOT_SEVERAL
    return {"anyOf": [one, _SEVERAL]} if kind.takes_several else one


def _limits() -> Schema:
    return {
        "type": "object",
        "description": "A limit for each of several numbers.",
        "additionalProperties": {
            "type": "object",
            "properties": limit_schema()
            | {"warn": warn_schema(), "compare": ComparisonValue().schema()},
            "additionalProperties": False,
            **_ONE_LIMIT,
        },
        "minProperties": 1,
    }


def _sources(registry: Registry) -> Schema:
    return {
        "type": "object",
        "description": "Live systems, by name.",
        "additionalProperties": {
            "type": "object",
            "properties": {
                name: source.options.schema() | {"description": source.about}
                for name, source in registry.sources.items()
            },
            "additionalProperties": False,
            "minProperties": 1,
            "maxProperties": 1,
        },
    }
