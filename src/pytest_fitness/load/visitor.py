"""The virtual user that makes the requests of a plan. This runs inside Locust."""

import random
import time
from collections.abc import Callable
from typing import Any

from locust import FastHttpUser, constant, task

from pytest_fitness.load.certificates import trusting, trusting_all
from pytest_fitness.load.plan import LoadPlan, Request, address
from pytest_fitness.load.recorder import Recorder


def visitor(plan: LoadPlan, recorder: Recorder) -> type[FastHttpUser]:
    """A class of users that ask, wait for the answer, pause, and ask again."""
    # One for all users, as certificates take a while to be read; the library would add its own.
    context = trusting(plan.ca_file) if plan.verify else trusting_all()
    requests = [request for request in plan.requests for _ in range(request.weight)]

    class Visitor(FastHttpUser):
        host = plan.url
        wait_time = constant(plan.pause)
        connection_timeout = network_timeout = plan.timeout
        insecure = not plan.verify
        ssl_context_factory = staticmethod(lambda **_: context)

        def on_start(self) -> None:
            # A redirection is an answer, and is not followed to wherever it leads. Locust's own
            # `allow_redirects` breaks where it and its HTTP library are of different times.
            client: Any = self.client.client
            # Older ones of that library spell it in their own way.
            client.redirect_response_codes = client.redirect_resonse_codes = frozenset()

        @task
        def visit(self) -> None:
            request = random.choice(requests)  # noqa: S311 (which page comes next is no secret)
            recorder.waiting[id(self)] = (request.name, time.perf_counter())
            try:
                _make(self.client, plan.url, request)
            finally:
                del recorder.waiting[id(self)]

    return Visitor


def _make(client: Any, url: str, request: Request) -> None:
    """One request, judged."""
    with client.request(
        request.method,
        address(url, request.path),
        name=request.name or f"{request.method} {request.path or '/'}",
        data=request.body,
        headers=dict(request.headers),
        catch_response=True,
    ) as answer:
        if request.expect and answer.status_code:
            _judge(answer.status_code, request, answer.success, answer.failure)


def _judge(
    status: int, request: Request, succeed: Callable[[], None], fail: Callable[[str], None]
) -> None:
    if status in request.expect:
        succeed()
    else:
        fail(f"status {status}, which is not expected")
