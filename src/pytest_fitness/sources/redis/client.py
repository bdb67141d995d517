"""Asking a Redis server."""

import time
from pathlib import Path
from typing import Any, Final

from pytest_fitness import units
from pytest_fitness.answers import Answer, Client, Series, Window
from pytest_fitness.config.reader import suggest
from pytest_fitness.errors import MeasureError
from pytest_fitness.extras import require
from pytest_fitness.sources.redis.commands import require_reading
from pytest_fitness.sources.redis.options import RedisOptions, RedisQuery
from pytest_fitness.sources.support.bounded_sockets import Budget
from pytest_fitness.sources.support.bursts import Burst
from pytest_fitness.sources.support.numerals import number_of
from pytest_fitness.sources.support.passwords import hide_passwords, shown_address

require("redis", "redis")

from redis import Redis  # noqa: E402
from redis.exceptions import RedisError  # noqa: E402

from pytest_fitness.sources.redis.connections import pool_of  # noqa: E402
from pytest_fitness.sources.redis.failures import failure  # noqa: E402

_SENTINEL: Final = "This server is a sentinel: name the server that it watches."


class RedisClient(Client):
    """One pool of connections, and one INFO for all questions about a moment."""

    def __init__(self, options: RedisOptions, root: Path) -> None:
        self._options = options
        self._budget = Budget(options.timeout)
        self._pool = pool_of(options, root, self._budget)
        self._redis = Redis(connection_pool=self._pool)
        # Replies as the server gives them, whatever redis-py makes of each command.
        self._plain = Redis(connection_pool=self._pool)
        self._plain.response_callbacks.clear()
        self._info = Burst(self._fetch)
        self._reading: set[tuple[str, ...]] = set()

    def ask(self, query: RedisQuery, window: Window) -> Answer:
        """The number of now: Redis has no memory of its numbers."""
        if query.metric is not None:
            info, at = self._info.get(window.end, "all")
            return _answer_of_field(query.metric, info, at)
        words = query.words()
        reply = self._call(self._execute, words)
        if reply is None:
            return Answer()
        value = number_of(reply)
        if value is None:
            raise MeasureError(
                f"{words[0].upper()} answered {_described(reply)}, no number",
                "Ask with a command that answers a number, such as LLEN, ZCARD or GET.",
            )
        return Answer((Series(((time.time(), value),)),))

    def close(self) -> None:
        """Close the connections."""
        self._pool.disconnect()

    def _fetch(self, section: str) -> Any:
        return self._call(self._redis.info, section)

    def _execute(self, words: tuple[str, ...]) -> Any:
        if words[:2] not in self._reading:
            require_reading(words, self._plain.execute_command)
            self._reading.add(words[:2])
        return self._plain.execute_command(*words)  # type: ignore[no-untyped-call]

    def _call(self, call: Any, argument: Any) -> Any:
        self._budget.begin()
        try:
            return call(argument)
        except RedisError as error:
            url = self._options.url
            told = failure(error, shown_address(url), self._options.timeout)
            # Not the cause: a traceback would show what the server said as it was.
            raise type(told)(hide_passwords(told.message, url), told.hint) from None


def _answer_of_field(metric: str, info: dict[str, Any], at: float) -> Answer:
    field, _, part = metric.partition(".")
    within = info.get(field)
    if metric in info:
        found = info[metric]
    elif part and isinstance(within, dict) and part in within:
        found = within[part]
    else:
        return Answer(notes=_notes(metric, info))
    value = number_of(found)
    if value is None:
        raise MeasureError(f"{metric} is {_described(found)}, no number", _instead(metric, info))
    return Answer((Series(((at, value),)),))


def _notes(metric: str, info: dict[str, Any]) -> tuple[str, ...]:
    notes = [f"INFO has no field {metric!r}. {suggest(metric, _fields(info))}"]
    if metric.startswith("db"):
        notes.append("A database without keys is not listed.")
    if info.get("redis_mode") == "sentinel":
        notes.append(_SENTINEL)
    return tuple(notes)


def _instead(metric: str, info: dict[str, Any]) -> str:
    below = [name for name in _fields(info) if name.startswith(f"{metric}.")]
    near = [metric.removesuffix("_human")] if metric.endswith("_human") else []
    return suggest(metric, below or near or _fields(info))


def _fields(info: dict[str, Any]) -> list[str]:
    """The names of all numbers."""
    fields: list[str] = []
    for name, value in info.items():
        if isinstance(value, dict):
            fields += [f"{name}.{part}" for part in value if number_of(value[part]) is not None]
        elif number_of(value) is not None:
            fields.append(name)
    return fields


def _described(value: Any) -> str:
    if isinstance(value, dict):
        return f"a group of {', '.join(map(str, value))}"
    if isinstance(value, list):
        return f"a list of {len(value)}"
    if isinstance(value, bool):
        return "true or false"
    text = value.decode("utf-8", "replace") if isinstance(value, bytes) else str(value)
    return f"the text {units.shorten(text)!r}"
