"""What a load is: who asks what, how many of them, for how long."""

from collections.abc import Mapping
from pathlib import Path
from types import MappingProxyType
from typing import Any, Final, NamedTuple
from urllib.parse import urlsplit


class Request(NamedTuple):
    """One kind of request that a virtual user makes.

    Attributes:
        path: below the plan's ``url``, or empty for the url itself.
        name: under which it is counted; its method and path by default.
        weight: how often it is made, in proportion to the others.
        expect: the statuses that are no failure; none for all below 400.
    """

    path: str = ""
    method: str = "GET"
    name: str = ""
    weight: int = 1
    headers: Mapping[str, str] = MappingProxyType({})
    body: str | None = None
    expect: tuple[int, ...] = ()


class Stage(NamedTuple):
    """So many users for so many seconds; the first ``warm_up`` of them are left out of the figures.

    The users that a stage has more than the one before it are added at the plan's ``spawn_rate``,
    and the stage's time begins when all of them are there.
    """

    users: int
    seconds: float
    warm_up: float = 0.0


class LoadPlan(NamedTuple):
    """A load, whole.

    Attributes:
        url: where the requests go; also what the team's own locustfile takes as its host.
        requests: what is asked, by weight.
        locustfile: the team's own virtual users, in place of ``requests``.
        hosts: which others than the one of ``url`` and this machine they may load.
        stages: one after the other; the users stay from one to the next.
        spawn_rate: how many users are added a second.
        pause: how long a user waits after each answer, in seconds.
        timeout: how long a user waits for an answer, in seconds.
        workers: how many local processes share the users; 1 is one process without any master.
        master: ``host:port`` that workers of other machines connect to.
        expect_workers: how many of them are waited for.
        workers_within: how long workers are waited for, in seconds.
        directory: where the locustfile is run; where this process runs by default.
        verify: whether certificates have to be trustworthy; a locustfile's users say so themselves.
        ca_file: the certificates that are trusted, instead of the system's.
    """

    url: str
    requests: tuple[Request, ...] = (Request(),)
    locustfile: Path | None = None
    stages: tuple[Stage, ...] = ()
    spawn_rate: float = 100.0
    pause: float = 0.0
    timeout: float = 30.0
    workers: int = 1
    master: str | None = None
    expect_workers: int = 0
    workers_within: float = 60.0
    hosts: tuple[str, ...] = ()
    directory: Path | None = None
    verify: bool = True
    ca_file: Path | None = None


_PATHS: Final = ("locustfile", "directory", "ca_file")


def planned_seconds(plan: LoadPlan) -> float:
    """How long a load takes by its plan, with what adding and taking away users takes."""
    users, seconds = 0, 0.0
    for stage in plan.stages:
        seconds += stage.seconds + abs(stage.users - users) / plan.spawn_rate
        users = stage.users
    return seconds


def address(url: str, path: str) -> str:
    """Where a request goes: a path continues the one of the url."""
    return url.rstrip("/") + path if path else url


def shown_url(url: str) -> str:
    """The url without what may be secret: user, password, query, fragment."""
    parts = urlsplit(url)
    return f"{parts.scheme}://{parts.netloc.rpartition('@')[2]}{parts.path}"


def plan_to_builtins(plan: LoadPlan) -> dict[str, Any]:
    """A plan as builtins, fit for JSON."""
    requests = [
        request._replace(headers=dict(request.headers))._asdict() for request in plan.requests
    ]
    stages = [stage._asdict() for stage in plan.stages]
    given = {name: getattr(plan, name) for name in _PATHS}
    paths = {name: None if path is None else str(path) for name, path in given.items()}
    return {**plan._asdict(), "requests": requests, "stages": stages, **paths}


def plan_from_builtins(data: Mapping[str, Any]) -> LoadPlan:
    """The plan that :func:`plan_to_builtins` took apart."""
    requests = [
        Request(**{**request, "expect": tuple(request["expect"])}) for request in data["requests"]
    ]
    paths = {name: None if data[name] is None else Path(data[name]) for name in _PATHS}
    stages = tuple(Stage(**stage) for stage in data["stages"])
    return LoadPlan(
        **{
            **data,
            "requests": tuple(requests),
            "hosts": tuple(data["hosts"]),
            "stages": stages,
            **paths,
        }
    )
