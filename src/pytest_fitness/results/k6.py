"""k6: its summary, and the stream of ``--out json``.

Numbers are named ``METRIC.STATISTIC``: ``http_req_duration.p95``, ``http_req_failed.rate``.
"""

from pytest_fitness.results import k6_stream, k6_summary
from pytest_fitness.results.k6_units import unit_of
from pytest_fitness.results.opened import ResultFile
from pytest_fitness.results.reading import Reading

__all__ = ["claims", "read", "unit_of"]


def claims(file: ResultFile) -> bool:
    """Whether it is a summary or a stream of k6.

    Raises:
        MeasureError: it is broken.
    """
    return k6_stream.claims(file) or k6_summary.claims(file)


def read(file: ResultFile, confidence: float) -> dict[str, Reading]:
    """The numbers of all metrics.

    Raises:
        MeasureError: it is broken, or of a version that is not known.
    """
    if k6_stream.claims(file):
        return k6_stream.read(file, confidence)
    return k6_summary.read(file, confidence)
