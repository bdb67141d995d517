"""The nouns as builtins, fit for JSON and for another process, and back."""

from collections.abc import Mapping
from enum import StrEnum
from typing import Any

from pytest_fitness.errors import Location
from pytest_fitness.model import (
    Effect,
    Held,
    Limit,
    Link,
    Measurement,
    Outcome,
    Place,
    Verdict,
    Violation,
)
from pytest_fitness.trends import Crossing, Finding, Moment, UsersCrossing, Worsening


def to_builtins(value: Any) -> Any:
    """A model object as dicts, lists and scalars, fit for JSON and for another process."""
    if isinstance(value, tuple | list):
        fields = getattr(value, "_fields", None)
        if fields is None:
            return [to_builtins(item) for item in value]
        return {name: to_builtins(item) for name, item in zip(fields, value, strict=True)}
    return str(value) if isinstance(value, StrEnum) else value


def measurement_from_builtins(data: Mapping[str, Any]) -> Measurement:
    """The measurement that :func:`to_builtins` took apart."""
    places = tuple(map(place_from_builtins, data["places"]))
    interval = data["interval"] and tuple(data["interval"])
    held = data["held"] and Held(
        **{**data["held"], "points": tuple(map(tuple, data["held"]["points"]))}
    )
    return Measurement(
        **{
            **data,
            "places": places,
            "notes": tuple(data["notes"]),
            "interval": interval,
            "held": held,
        }
    )


def place_from_builtins(data: Mapping[str, Any]) -> Place:
    """The place that :func:`to_builtins` took apart."""
    return Place(**{**data, "chain": _chain(data["chain"])})


def verdict_from_builtins(data: Mapping[str, Any]) -> Verdict:
    """The verdict that :func:`to_builtins` took apart."""
    return Verdict(
        **{
            **data,
            "outcome": Outcome(data["outcome"]),
            "effect": data["effect"] and Effect(data["effect"]),
            "limit": data["limit"] and Limit(**data["limit"]),
            "warn": data["warn"] and Limit(**data["warn"]),
            "location": data["location"] and Location(**data["location"]),
            "interval": data["interval"] and tuple(data["interval"]),
            "trend": data["trend"] and _worsening_from_builtins(data["trend"]),
            "violations": tuple(map(_violation_from_builtins, data["violations"])),
            "known": tuple(map(_violation_from_builtins, data["known"])),
            **{name: tuple(data[name]) for name in ("fixed", "notes", "tags")},
        }
    )


def _worsening_from_builtins(data: Mapping[str, Any]) -> Worsening:
    moments = {name: data[name] and Moment(**data[name]) for name in ("last_good", "first_bad")}
    return Worsening(
        **{
            **data,
            **moments,
            "by_date": data["by_date"] and Crossing(**data["by_date"]),
            "by_users": data["by_users"] and _users_crossing(data["by_users"]),
            "finding": Finding(data["finding"]),
            "interval": data["interval"] and tuple(data["interval"]),
            "culprits": tuple(data["culprits"]),
        }
    )


def _users_crossing(data: Mapping[str, Any]) -> UsersCrossing:
    date = data["date"] and Crossing(**data["date"])
    return UsersCrossing(Crossing(**data["users"]), data["now"], date)


def _violation_from_builtins(data: Mapping[str, Any]) -> Violation:
    return Violation(**{**data, "chain": _chain(data["chain"])})


def _chain(links: list[Mapping[str, Any]]) -> tuple[Link, ...]:
    return tuple(Link(**link) for link in links)
