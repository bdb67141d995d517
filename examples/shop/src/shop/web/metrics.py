"""What is counted of the requests, and of the process."""

import os
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping
from itertools import accumulate
from pathlib import Path
from threading import Lock
from typing import Final

from shop.web.exposition import Metric, Sample, counter, gauge

BUCKETS: Final = (
    *(0.00025, 0.0005, 0.001, 0.002, 0.003, 0.005, 0.0075, 0.01, 0.015, 0.025, 0.05),
    *(0.1, 0.25, 0.5, 1.0, 2.5),
)
"""The upper bounds of the histogram in seconds: close together where most answers are."""

_BOUNDS: Final = (*map(repr, BUCKETS), "+Inf")
_STATM: Final = Path("/proc/self/statm")


class RequestMetrics:
    """How many requests there were, and how long they took. Safe to share by threads.

    A page is the path of a route and never what a client sent, so there is an end to them.
    """

    def __init__(self) -> None:
        self._lock = Lock()
        self._requests: Counter[tuple[str, int]] = Counter()
        self._buckets: dict[str, list[int]] = {}
        self._seconds: defaultdict[str, float] = defaultdict(float)

    def observe(self, page: str, status: int, seconds: float) -> None:
        """Count one request."""
        bucket = next((at for at, bound in enumerate(BUCKETS) if seconds <= bound), len(BUCKETS))
        with self._lock:
            self._requests[page, status] += 1
            self._buckets.setdefault(page, [0] * len(_BOUNDS))[bucket] += 1
            self._seconds[page] += seconds

    def collect(self) -> Iterator[Metric]:
        """The metrics as they are now, all of the same moment."""
        with self._lock:
            requests = dict(self._requests)
            buckets = {page: tuple(counts) for page, counts in self._buckets.items()}
            seconds = dict(self._seconds)
        errors = sum(number for (_, status), number in requests.items() if status >= 500)
        yield _requests(requests)
        yield counter("shop_errors", "Requests that failed by a fault of the shop.", errors)
        yield _durations(buckets, seconds)


def memory() -> Iterator[Metric]:
    """How much memory this process holds; nothing where that cannot be known."""
    try:
        pages = int(_STATM.read_text(encoding="ascii").split()[1])
    except (OSError, ValueError, IndexError):
        return
    size = pages * os.sysconf("SC_PAGE_SIZE")
    yield gauge("process_resident_memory_bytes", "Resident memory of the process.", size)


def _requests(requests: Mapping[tuple[str, int], int]) -> Metric:
    samples = (
        Sample(number, "_total", {"page": page, "status": str(status)})
        for (page, status), number in sorted(requests.items())
    )
    return Metric("shop_requests", "counter", "Requests answered.", tuple(samples))


def _durations(buckets: Mapping[str, tuple[int, ...]], seconds: Mapping[str, float]) -> Metric:
    samples: list[Sample] = []
    for page, counts in sorted(buckets.items()):
        samples += (
            Sample(number, "_bucket", {"page": page, "le": bound})
            for bound, number in zip(_BOUNDS, accumulate(counts), strict=True)
        )
        samples.append(Sample(seconds[page], "_sum", {"page": page}))
        samples.append(Sample(sum(counts), "_count", {"page": page}))
    about = "Time from the request line to the answer."
    return Metric("shop_request_seconds", "histogram", about, tuple(samples))
