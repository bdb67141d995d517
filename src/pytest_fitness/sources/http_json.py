"""``http_json``: a number in a JSON document that is fetched over HTTP."""

import re
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final

from pytest_fitness.answers import Answer, Client, Series, Window
from pytest_fitness.config.kinds import Source
from pytest_fitness.config.options import Options, Record, key
from pytest_fitness.config.values import Text
from pytest_fitness.errors import MeasureError
from pytest_fitness.hookspecs import hookimpl
from pytest_fitness.sources.support.http import Http, HttpOptions, http_problems, shown_url
from pytest_fitness.sources.support.jmes import path_problem, search
from pytest_fitness.units import shorten

_NUMBER: Final = re.compile(r"[-+]?(\d+\.?\d*|\.\d+)([eE][-+]?\d{1,9})?", re.ASCII)
_MOST_KEYS: Final = 10


class HttpJsonQuery(Options):
    """Which number of which document."""

    path: str = key(
        Text("a JMESPath such as queue.depth"),
        "Where the number stands in the document, as JMESPath.",
    )
    at: str = key(
        Text("a path such as /health"), "Where the document is, below the url.", default=""
    )


class HttpJson(Source):
    """A number of now, from any service that answers with JSON."""

    name = "http_json"
    about = "a number in a JSON document, fetched over HTTP"
    options = Record(HttpOptions)
    query = HttpJsonQuery

    def open(self, options: HttpOptions, root: Path) -> Any:
        """A client of the service."""
        return HttpJsonClient(options, root)

    def problems(self, options: HttpOptions) -> Iterator[str]:
        """Those of any HTTP."""
        yield from http_problems(options)

    def query_problems(self, query: HttpJsonQuery) -> Iterator[str]:
        """A path is checked where its library is installed; asking tells if it is not."""
        problem = path_problem(query.path, "http")
        if problem is not None:
            yield f"`path` {problem}"


class HttpJsonClient(Client):
    """One service; what is asked at the same place more than once is fetched each time."""

    def __init__(self, options: HttpOptions, root: Path) -> None:
        self._http = Http(options, root)

    def ask(self, query: HttpJsonQuery, window: Window) -> Answer:  # noqa: ARG002 - it knows only now
        """The number of now; no series where there is null, true, false, or nothing."""
        shown = shown_url(self._http.url(query.at))
        reply = self._http.get(query.at, accept="application/json")
        now = time.time()
        document = reply.json(shown)
        found = search(query.path, document, f"{shown} ({_described(document)})", "http")
        if found is None or isinstance(found, bool):
            what = "null or not there" if found is None else "true or false, which is no number"
            return Answer(notes=(f"{query.path!r} is {what}; {shown} has {_described(document)}",))
        return Answer((Series(((now, _number(found, query.path)),)),))

    def close(self) -> None:
        """Close the connections."""
        self._http.close()


def _number(found: Any, path: str) -> float:
    try:
        if isinstance(found, int | float) or (isinstance(found, str) and _NUMBER.fullmatch(found)):
            return float(found)
    except OverflowError:
        raise MeasureError(f"{path!r} is too large a number") from None
    raise MeasureError(
        f"{path!r} is {_described(found)}, where one number was expected",
        "Let the path end at a number: a key, an index such as [0], or length(...), max(...), "
        "sum(...), to_number(...).",
    )


def _described(found: Any) -> str:
    """The type of a value and its keys, but nothing of its content."""
    if isinstance(found, dict):
        keys = ", ".join(shorten(str(name), 40) for name in list(found)[:_MOST_KEYS])
        more = ", …" if len(found) > _MOST_KEYS else ""
        return f"an object with the keys {keys}{more}" if found else "an empty object"
    if isinstance(found, list):
        return f"a list of {len(found)}"
    names: dict[type, str] = {str: "a text", bool: "a boolean", type(None): "null"}
    return names.get(type(found), "a number")


@hookimpl
def fitness_sources() -> list[Source]:
    """The source of this module."""
    return [HttpJson()]
