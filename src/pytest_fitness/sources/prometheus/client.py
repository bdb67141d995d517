"""Asking the HTTP API of Prometheus."""

import math
import re
from pathlib import Path
from typing import Any, Final, NoReturn
from urllib.parse import urlencode

from pytest_fitness.answers import Answer, Client, Points, Series, Window
from pytest_fitness.errors import MeasureError
from pytest_fitness.sources.prometheus.options import PrometheusQuery
from pytest_fitness.sources.prometheus.reading import read_answer
from pytest_fitness.sources.support.http import Http, HttpOptions, Reply, shown_url
from pytest_fitness.units import shorten

# How long Prometheus itself takes a sample for current.
LOOKBACK: Final = 300.0
# The most points of a series that Prometheus computes for one question.
MOST_POINTS: Final = 11_000
_LONGEST_GET: Final = 2000
# With these it says in its own words what is wrong.
_REFUSALS: Final = (400, 422, 500, 503)


class PrometheusClient(Client):
    """One Prometheus."""

    def __init__(self, options: HttpOptions, root: Path) -> None:
        self._http = Http(options, root)
        self._shown = shown_url(options.url)

    def ask(self, query: PrometheusQuery, window: Window) -> Answer:
        """Raw samples of a metric; of an expression, its value at each step of the window."""
        end = math.floor(window.end * 1000) / 1000  # as precise as Prometheus knows times
        if query.metric is not None:
            asked = f"{query.metric.strip()}[{_duration(window.seconds or LOOKBACK)}]"
            params = {"query": asked, "time": _time(end)}
        elif window.seconds:
            asked = str(query.promql)
            step = math.ceil(max(window.step, window.seconds / MOST_POINTS) * 1000) / 1000
            # The last point is at the end, and the first of them after the beginning.
            steps = max(math.ceil(window.seconds / step - 1e-6) - 1, 0)
            times = {"start": _time(end - steps * step), "end": _time(end), "step": _time(step)}
            params = {"query": asked, **times}
        else:
            asked = str(query.promql)
            params = {"query": asked, "time": _time(end)}
        reply = self._fetch("query_range" if "step" in params else "query", params)
        if reply.status >= 300:
            self._refused(reply, asked)
        answer = read_answer(reply.json(self._shown), self._shown)
        return Answer(tuple(_within(each, window) for each in answer.series), answer.notes)

    def close(self) -> None:
        """Close the connections."""
        self._http.close()

    def _fetch(self, what: str, params: dict[str, str]) -> Reply:
        is_long = len(urlencode(params)) > _LONGEST_GET
        fetch = self._http.post_form if is_long else self._http.get
        return fetch(f"api/v1/{what}", tuple(params.items()), "application/json", _REFUSALS)

    def _refused(self, reply: Reply, asked: str) -> NoReturn:
        try:
            document = reply.json(self._shown)
            kind, said = str(document["errorType"]), str(document["error"])
        except (MeasureError, LookupError, TypeError):
            raise MeasureError(
                f"{self._shown} answered with the status {reply.status}",
                "Look at the url of the source, and at the log of its server.",
            ) from None
        raise MeasureError(
            f"{self._shown} refused the query ({shorten(kind)}): {shorten(said, 300)}",
            _place(said, asked) or _advice(kind),
        )


def _within(series: Series, window: Window) -> Series:
    """The points of a window; the newest one, where it asks for that."""
    if not window.seconds:
        return series._replace(points=_until(series.points[-1:], window.end))
    start = window.end - window.seconds
    # Prometheus 2 takes the sample at the very start for one of the window; Prometheus 3 does not.
    points = tuple(point for point in series.points if point[0] > start)
    return series._replace(points=_until(points, window.end))


def _until(points: Points, end: float) -> Points:
    """The points, without those that VictoriaMetrics adds after the end to round it."""
    return tuple((min(time, end), value) for time, value in points if time < end + 0.001)


def _duration(seconds: float) -> str:
    milliseconds = max(math.ceil(seconds * 1000), 1)
    whole, rest = divmod(milliseconds, 1000)
    return f"{milliseconds}ms" if rest else f"{whole}s"


def _time(seconds: float) -> str:
    return f"{seconds:.3f}"


def _place(said: str, asked: str) -> str | None:
    """Where in the query a parse error is."""
    found: Any = re.search(r"\b(\d{1,9}):(\d{1,9}): parse error", said)
    if not found:
        return None
    line, column = int(found[1]), int(found[2])
    lines = asked.splitlines()
    rest = lines[line - 1][column - 1 :] if 0 < line <= len(lines) else ""
    where = f"at {shorten(rest)!r}" if rest.strip() else "at its end"
    return f"Look at line {line}, column {column} of the query, {where}."


def _advice(kind: str) -> str:
    if kind in ("timeout", "canceled"):
        return "Ask for less: a shorter time, fewer series, a recording rule."
    return "Try the query in the web page of the server."
