"""What the source ``openmetrics`` is told and asked."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final

from pytest_fitness import units
from pytest_fitness.config.kinds import Source
from pytest_fitness.config.options import Options, Record, key
from pytest_fitness.config.values import Amount, Choice, Text
from pytest_fitness.hookspecs import hookimpl
from pytest_fitness.sources.openmetrics.selector import EXAMPLE, SelectorError, parse_selector
from pytest_fitness.sources.support.http import HttpOptions, http_problems

LONGEST_WAIT: Final = 60.0


class OpenMetricsOptions(HttpOptions):
    """A URL to scrape, or files of what was scraped."""

    url: str = key(
        Text("a URL such as http://localhost:8000/metrics"),
        "What is scraped, http or https.",
        default="",
    )
    file: str | None = key(
        Text("a path such as metrics/*.prom"),
        "A file, or several by a glob; relative to fitness.yaml.",
        default=None,
    )
    now: str = key(
        Choice("clock", "newest", what="present"),
        "What is the present of a `file` with timestamps: the time of the run (clock), or that of "
        "its newest sample (newest); its samples are then moved as if that were taken now.",
        default="clock",
    )
    longest_wait: float = key(
        Amount(units.SECONDS),
        "How long a `url` may be watched to answer a question `over` a time: it knows only now.",
        default=LONGEST_WAIT,
    )

    def __repr__(self) -> str:
        """Without secrets: tracebacks show it."""
        if self.file is None:
            return super().__repr__()
        return f"{type(self).__name__}(file={self.file!r}, now={self.now!r})"


class OpenMetricsQuery(Options):
    """Which series."""

    metric: str = key(
        Text(f"a metric such as {EXAMPLE}"),
        "The full name of a sample (with _total, _sum, _count or _bucket), and its labels.",
    )


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
