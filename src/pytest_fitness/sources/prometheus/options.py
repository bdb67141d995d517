"""What the source ``prometheus`` is asked."""

from pytest_fitness.config.options import Options, key
from pytest_fitness.config.values import Text


class PrometheusQuery(Options):
    """An expression, or the name of a metric."""

    promql: str | None = key(
        Text("a PromQL expression"), "What is computed there, in PromQL.", default=None
    )
    metric: str | None = key(
        Text("a metric such as up or requests_total{code='500'}"),
        "A metric as it was scraped, by its name and labels.",
        default=None,
    )
