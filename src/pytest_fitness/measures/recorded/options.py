"""What ``recorded`` is told."""

from pytest_fitness import units
from pytest_fitness.config.options import Options, key
from pytest_fitness.config.values import Amount, Choice, Text, Unit
from pytest_fitness.results.names import FORMATS, RECORDED

REDUCTIONS = ("last", "mean", "min", "max", "p50", "p95", "p99")


class RecordedOptions(Options):
    """Either a number of a file, or one that tests hand over."""

    file: str | None = key(
        Text("a path such as results/k6.json"),
        "What another tool wrote; with a glob, the newest file that matches.",
        default=None,
    )
    format: str | None = key(
        Choice(*FORMATS, what="format"),
        "Which tool wrote it; told from its content by default.",
        default=None,
    )
    metric: str | None = key(
        Text("a number such as http_req_duration.p95"),
        "The number of the file, where it is not named under `limits`.",
        default=None,
    )
    name: str | None = key(
        Text("a name such as search.p95", RECORDED),
        "The name under which tests record it; in place of `file`.",
        default=None,
    )
    unit: tuple[str, float] | None = key(
        Unit(),
        "The unit of the number, where neither the tool nor the test says.",
        default=None,
    )
    reduce: str | None = key(
        Choice(*REDUCTIONS, what="reduction"),
        "What becomes of several numbers that one test run recorded: the last by default.",
        default=None,
    )
    stale_after: float = key(Amount(units.SECONDS), "How old the number may be.", default=86400.0)
