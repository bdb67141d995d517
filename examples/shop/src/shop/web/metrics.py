"""What is counted, in Prometheus's text format."""

import os
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping
from itertools import accumulate
from pathlib import Path
from threading import Lock
from typing import Final

BUCKETS: Final = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5)
"""The upper bounds of the duration histogram, in seconds."""

_STATM: Final = Path("/proc/self/statm")
_COUNT: Final = "shop_http_requests_total"
_DURATION: Final = "shop_http_request_duration_seconds"


class RequestMetrics:
    """How many requests there were, and how long they took. Safe to share by threads.

    Labels come from the routes and never from a client, so there is an end to them.
    """

    def __init__(self) -> None:
        self._lock = Lock()
        self._requests: Counter[tuple[str, str, int]] = Counter()
        self._buckets: dict[str, list[int]] = {}
        self._seconds: defaultdict[str, float] = defaultdict(float)

    def observe(self, method: str, route: str, status: int, seconds: float) -> None:
        """Count one request."""
        bucket = next((at for at, bound in enumerate(BUCKETS) if seconds <= bound), len(BUCKETS))
        with self._lock:
            self._requests[method, route, status] += 1
            self._buckets.setdefault(route, [0] * (len(BUCKETS) + 1))[bucket] += 1
            self._seconds[route] += seconds

    def render(self) -> Iterator[str]:
        """The lines."""
        with self._lock:
            requests = dict(self._requests)
            buckets = {route: list(counts) for route, counts in self._buckets.items()}
            seconds = dict(self._seconds)
        yield from _head(_COUNT, "counter", "Requests answered.")
        for (method, route, status), value in sorted(requests.items()):
            labels = {"method": method, "route": route, "status": str(status)}
            yield _sample(_COUNT, value, labels)
        yield from _head(_DURATION, "histogram", "Time from the request line to the answer.")
        for route in sorted(buckets):
            yield from _histogram(route, buckets[route], seconds[route])


def render_value(name: str, kind: str, text: str, value: float) -> Iterator[str]:
    """The lines of a metric that is one number."""
    yield from _head(name, kind, text)
    yield _sample(name, value)


def render_memory() -> Iterator[str]:
    """The lines that tell how much memory this process holds; none where that cannot be known."""
    try:
        pages = int(_STATM.read_text(encoding="ascii").split()[1])
    except (OSError, ValueError, IndexError):
        return
    size = pages * os.sysconf("SC_PAGE_SIZE")
    yield from render_value(
        "process_resident_memory_bytes", "gauge", "Resident memory of the process.", size
    )


def _histogram(route: str, counts: Iterable[int], seconds: float) -> Iterator[str]:
    bounds = (*(f"{bound:g}" for bound in BUCKETS), "+Inf")
    total = 0
    for bound, total in zip(bounds, accumulate(counts), strict=True):
        yield _sample(f"{_DURATION}_bucket", total, {"route": route, "le": bound})
    yield _sample(f"{_DURATION}_sum", seconds, {"route": route})
    yield _sample(f"{_DURATION}_count", total, {"route": route})


def _head(name: str, kind: str, text: str) -> Iterator[str]:
    yield f"# HELP {name} {text}"
    yield f"# TYPE {name} {kind}"


def _sample(name: str, value: float, labels: Mapping[str, str] | None = None) -> str:
    inner = ",".join(f'{label}="{text}"' for label, text in (labels or {}).items())
    return f"{name}{{{inner}}} {value!r}" if inner else f"{name} {value!r}"
