"""What the kinds that put a system under load are told: where, what, and by how many processes."""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Final

from pytest_fitness import units
from pytest_fitness.config.options import Options, Record, key
from pytest_fitness.config.targets import TargetUrl
from pytest_fitness.config.values import Amount, Choice, Flag, Integer, ListOf, MapOf, Text
from pytest_fitness.load.plan import LoadPlan, Request, Stage
from pytest_fitness.load.values import Body, Json, Locustfile, LocustfilePath, ProcessSource

_METHODS: Final = ("GET", "POST", "PUT", "PATCH", "DELETE", "HEAD", "OPTIONS")
_HEADER: Final = r"[A-Za-z0-9!#$%&'*+.^_`|~-]+"
_HEADER_VALUE: Final = r"[\t\x20-\x7e\xa0-\xff]*"
_NAME: Final = r"(?!.*::)[^\[\]\x00-\x1f\x7f]{1,120}"


class RequestOptions(Options):
    """One kind of request that virtual users make."""

    path: str = key(
        Text("a path such as /checkout", r"[/?]\S*"), "Below `url`; that itself by default.",
        default="",
    )  # fmt: skip
    method: str = key(Choice(*_METHODS, what="method"), "The method of HTTP.", default="GET")
    name: str | None = key(
        Text("a name without brackets and `::`", _NAME),
        "What limits and messages call it: `GET /checkout` by default.",
        default=None,
    )
    weight: int = key(
        Integer(1, 1000), "How often it is made, in proportion to the others.", default=1
    )
    headers: dict[str, str] = key(
        MapOf(Text("the value of a header", _HEADER_VALUE), "name of a header", _HEADER),
        "Headers sent with it.",
        default={},
    )
    body: str | None = key(
        Body(), "What is sent: a text; a mapping or list is sent as JSON.", default=None
    )
    expect: tuple[int, ...] = key(
        ListOf(Integer(100, 599)),
        "The statuses that are no failure; all below 400 by default.",
        default=(),
    )

    def __repr__(self) -> str:
        """Without what may be secret: tracebacks show it."""
        return f"RequestOptions({self.method} {self.path})"


class TargetOptions(Options):
    """Where the load goes, what is asked, and who asks."""

    url: str = key(TargetUrl(), "Where the requests go; another machine needs `allow_hosts`.")
    requests: tuple[RequestOptions, ...] = key(
        ListOf(Record(RequestOptions)), "What is asked; a GET of `url` by default.", default=()
    )
    locustfile: Locustfile | None = key(
        LocustfilePath(), "Your own virtual users, written for Locust.", default=None
    )
    target: str | None = key(
        ProcessSource(), "The `process` source that is started before the load.", default=None
    )
    spawn_rate: float = key(Amount(units.RATE), "How many users are added a second.", default=100.0)
    pause: float = key(
        Amount(units.SECONDS), "How long a user waits after each answer.", default=0.0
    )
    timeout: float = key(
        Amount(units.SECONDS),
        "How long a connection may take, and an answer may stay silent.",
        default=30.0,
    )
    verify: bool = key(
        Flag(), "Whether the certificate of the system has to be trustworthy.", default=True
    )
    ca_file: str | None = key(
        Text("a path"), "The certificates (PEM) that are trusted, instead of the system's.",
        default=None,
    )  # fmt: skip
    workers: int = key(
        Integer(1, 64), "How many processes of this machine share the users.", default=1
    )
    master: str | None = key(
        Text("host:port", r"(\[[0-9A-Fa-f:.]+\]|[^\s:\[\]]+):\d{1,5}"),
        "Where workers on other machines connect to: an address of this machine.",
        default=None,
    )
    expect_workers: int = key(
        Integer(1, 1000), "How many workers on other machines are waited for.", default=0
    )

    def __repr__(self) -> str:
        """Without what may be secret: tracebacks show it."""
        return f"{type(self).__name__}(...)"


def target_problems(options: TargetOptions) -> Iterator[str]:
    """What is wrong with options that are each valid by themselves."""
    if options.locustfile and options.requests:
        yield "`requests` and `locustfile` exclude each other"
    if not 0 < options.spawn_rate <= 10_000:
        yield "`spawn_rate` lies above 0/s and is at most 10000/s"
    if not 0 <= options.pause <= 3600:
        yield "`pause` lies between 0s and 1h"
    if options.locustfile and options.pause:
        yield "`pause` has no meaning beside `locustfile`, whose users have a wait_time"
    if not 0 < options.timeout <= 3600:
        yield "`timeout` is more than 0s and at most 1h"
    yield from _trust_problems(options)
    yield from _machine_problems(options)
    yield from _request_problems(options)


def _trust_problems(options: TargetOptions) -> Iterator[str]:
    if options.ca_file and not options.verify:
        yield "`ca_file` has no meaning beside `verify: false`"
    for name in ("verify", "ca_file"):
        if options.locustfile and getattr(options, name) != options.keys[name].default:
            yield f"`{name}` has no meaning beside `locustfile`, whose users say what they trust"


def _machine_problems(options: TargetOptions) -> Iterator[str]:
    if (options.master is None) != (options.expect_workers == 0):
        yield "`master` and `expect_workers` belong together"
    if options.master and options.workers > 1:
        yield "`workers` are of this machine, `master` is for others: write one of them"
    if options.master and not 0 < int(options.master.rpartition(":")[2]) < 65_536:
        yield "`master` has a port between 1 and 65535"


def _request_problems(options: TargetOptions) -> Iterator[str]:
    names = [request.name for request in requests_of(options)]
    for name in sorted({name for name in names if names.count(name) > 1}):
        yield f"`requests`: two have the name {name!r}; give one of them another `name`"
    if "?" in options.url and any(request.path for request in options.requests):
        yield "`url` has a query, and takes no `path` after it"
    for request in options.requests:
        if request.body is not None and request.method in ("GET", "HEAD"):
            yield f"`requests`: a {request.method} has no `body`"


def requests_of(options: TargetOptions) -> tuple[Request, ...]:
    """The requests, each with the name under which it is counted."""
    return tuple(map(_request, options.requests)) or (Request(name="GET " + _path(options.url)),)


def plan_of(options: TargetOptions, stages: tuple[Stage, ...], root: Path) -> LoadPlan:
    """The whole load; a relative path of a locustfile starts at ``root``."""
    return LoadPlan(
        url=options.url,
        requests=requests_of(options),
        locustfile=root / options.locustfile.path if options.locustfile else None,
        hosts=options.locustfile.hosts if options.locustfile else (),
        stages=stages,
        spawn_rate=options.spawn_rate,
        pause=options.pause,
        timeout=options.timeout,
        workers=options.workers,
        master=options.master,
        expect_workers=options.expect_workers,
        directory=root,
        verify=options.verify,
        ca_file=root / options.ca_file if options.ca_file else None,
    )


def _request(options: RequestOptions) -> Request:
    headers = dict(options.headers)
    if isinstance(options.body, Json) and "content-type" not in map(str.lower, headers):
        headers["Content-Type"] = "application/json"
    return Request(
        path=options.path,
        method=options.method,
        name=options.name or f"{options.method} {options.path or '/'}",
        weight=options.weight,
        headers=headers,
        body=options.body,
        expect=options.expect,
    )


def _path(url: str) -> str:
    return re.sub(r"^https?://[^/?#]*", "", url).partition("?")[0] or "/"
