"""The source ``prometheus``: which server it is, and what may be asked of it."""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from pytest_fitness.config.kinds import Source
from pytest_fitness.config.options import Record
from pytest_fitness.hookspecs import hookimpl
from pytest_fitness.sources.prometheus.options import PrometheusQuery
from pytest_fitness.sources.prometheus.selector import is_selector
from pytest_fitness.sources.support.http import HttpOptions, http_problems


class Prometheus(Source):
    """Prometheus, Mimir, Thanos, VictoriaMetrics and others that speak its HTTP API."""

    name = "prometheus"
    about = "Prometheus, or another server with its HTTP API (Mimir, Thanos, VictoriaMetrics)"
    options = Record(HttpOptions)
    query = PrometheusQuery

    def open(self, options: HttpOptions, root: Path) -> Any:
        """A client of the API."""
        from pytest_fitness.sources.prometheus.client import PrometheusClient

        return PrometheusClient(options, root)

    def keeps_time(self, options: HttpOptions, query: PrometheusQuery) -> bool:  # noqa: ARG002
        """Always."""
        return True

    def problems(self, options: HttpOptions) -> Iterator[str]:
        """Those of any HTTP, and a URL that says what this source adds to it."""
        problems = list(http_problems(options))
        yield from problems
        if not problems and re.search(r"/api/v\d+(/|$)", urlsplit(options.url).path):
            yield "`url` ends before /api/v1, which is added to it"

    def query_problems(self, query: PrometheusQuery) -> Iterator[str]:
        """One of both is asked, and a metric is nothing but that."""
        if (query.promql is None) == (query.metric is None):
            yield "exactly one of `promql` and `metric` is needed"
        elif query.metric is not None and not is_selector(query.metric):
            yield (
                '`metric` is a name with labels, such as requests_total{code=~"5.."}; '
                "write any other expression as `promql`"
            )


@hookimpl
def fitness_sources() -> list[Source]:
    """The source of this module."""
    return [Prometheus()]
