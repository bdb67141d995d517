"""The source ``openmetrics``: what is scraped or read, and what may be asked of it."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

from pytest_fitness.config.kinds import Source
from pytest_fitness.config.options import Record
from pytest_fitness.hookspecs import hookimpl
from pytest_fitness.sources.openmetrics.options import OpenMetricsOptions, OpenMetricsQuery
from pytest_fitness.sources.openmetrics.selector import EXAMPLE, SelectorError, parse_selector
from pytest_fitness.sources.support.http import HttpOptions, http_problems


class OpenMetrics(Source):
    """What a program exposes in the text format of Prometheus or OpenMetrics."""

    name = "openmetrics"
    about = "metrics in the text format of Prometheus or OpenMetrics: scraped, or from files"
    options = Record(OpenMetricsOptions)
    query = OpenMetricsQuery

    def open(self, options: OpenMetricsOptions, root: Path) -> Any:
        """A client of the URL, or of the files."""
        if options.file is not None:
            from pytest_fitness.sources.openmetrics.files import FilesClient

            return FilesClient(root, options.file, is_newest_now=options.now == "newest")
        from pytest_fitness.sources.openmetrics.scraping import ScrapingClient

        return ScrapingClient(options, root)

    def keeps_time(self, options: OpenMetricsOptions, query: OpenMetricsQuery) -> bool:  # noqa: ARG002
        """Always: files may have timestamps, and a URL is watched for as long as is asked for."""
        return True

    def longest(self, options: OpenMetricsOptions, query: OpenMetricsQuery) -> float | None:  # noqa: ARG002
        """A URL is watched no longer than ``longest_wait``."""
        return options.longest_wait if options.url else None

    def problems(self, options: OpenMetricsOptions) -> Iterator[str]:
        """One of URL and file, with the keys that belong to it."""
        if bool(options.url) == (options.file is not None):
            yield "exactly one of `url` and `file` is needed"
            return
        if not 0 <= options.longest_wait <= 3600:
            yield "`longest_wait` has to be from 0s to 1h"
        if options.file is None:
            yield from http_problems(options)
            yield from _unfit(options, "url", "now")
        else:
            yield from _unfit(options, "file", "longest_wait", *HttpOptions.keys)

    def query_problems(self, query: OpenMetricsQuery) -> Iterator[str]:
        """A name, with labels or without."""
        try:
            parse_selector(query.metric)
        except SelectorError as error:
            yield (
                f"`metric`, {error}; it is a name with labels such as {EXAMPLE}, "
                "without functions or a time"
            )


def _unfit(options: OpenMetricsOptions, beside: str, *names: str) -> Iterator[str]:
    for name in names:
        if getattr(options, name) != OpenMetricsOptions.keys[name].default:
            yield f"`{name}` has no meaning beside `{beside}`"


@hookimpl
def fitness_sources() -> list[Source]:
    """The source of this module."""
    return [OpenMetrics()]
