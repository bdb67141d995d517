"""What the source ``openmetrics`` is told and asked."""

from typing import Final

from pytest_fitness import units
from pytest_fitness.config.options import Options, key
from pytest_fitness.config.values import Amount, Choice, Text
from pytest_fitness.sources.openmetrics.selector import EXAMPLE
from pytest_fitness.sources.support.http import HttpOptions

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
