"""A live source whose answers are written down beforehand, for tests of what is made of them.

``given.json`` maps names to answers: ``{"points": [[age, value], …]}`` for one series,
``{"series": [{"labels": {…}, "points": […]}], "notes": […]}`` for several, ``{"refuses": text}``
and ``{"unreachable": text}`` for trouble, ``{"breaks": text}`` for a defect. Ages are seconds
before the moment that is asked about. Every question is noted in ``asked.txt``.
"""

import json
from pathlib import Path
from typing import Any

from pytest_fitness import MeasureError, Options, Record, Source, hookimpl, key
from pytest_fitness.answers import Answer, Client, Series, Window
from pytest_fitness.config.values import Flag, Text
from pytest_fitness.errors import UnreachableError


class GivenOptions(Options):
    file: str = key(Text(), "Where the answers are.", default="given.json")
    token: str = key(Text(), "A secret.", default="none")
    present: bool = key(Flag(), "Whether it knows only the present.", default=False)


class GivenQuery(Options):
    metric: str = key(Text("a name"), "Which answer.")


class GivenClient(Client):
    def __init__(self, options: GivenOptions, root: Path) -> None:
        self.options = options
        self.root = root

    def ask(self, query: GivenQuery, window: Window) -> Answer:
        with (self.root / "asked.txt").open("a") as file:
            file.write(f"{query.metric} {window.seconds:g}\n")
        answers = json.loads((self.root / self.options.file).read_text())
        given = answers.get(query.metric)
        if given is None:
            return Answer()
        if "refuses" in given:
            raise MeasureError(given["refuses"] + self.options.token, "Ask in another way.")
        if "unreachable" in given:
            raise UnreachableError(given["unreachable"] + self.options.token, "Start it.")
        if "breaks" in given:
            raise ValueError(given["breaks"] + self.options.token)
        series = given.get("series", [given])
        return Answer(tuple(_series(one, window) for one in series), tuple(given.get("notes", ())))

    def close(self) -> None:
        (self.root / "closed.txt").write_text("closed")


def _series(given: dict[str, Any], window: Window) -> Series:
    points = sorted((window.end - age, float(value)) for age, value in given["points"])
    return Series(tuple(points), tuple(sorted(given.get("labels", {}).items())))


class Given(Source):
    name = "given"
    about = "answers that are written down"
    options = Record(GivenOptions)
    query = GivenQuery

    def open(self, options: GivenOptions, root: Path) -> GivenClient:
        return GivenClient(options, root)

    def keeps_time(self, options: GivenOptions, query: GivenQuery) -> bool:
        return not options.present


@hookimpl
def fitness_sources() -> list[Source]:
    return [Given()]
