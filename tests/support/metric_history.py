"""Metrics of a shop whose history is known, to be read by a real Prometheus."""

import math
from collections.abc import Callable, Iterator

SAMPLE_SECONDS = 15
BEFORE_SECONDS = 6 * 3600
AFTER_SECONDS = 3600

# The value so many minutes from the moment; nothing where there is no sample.
Curve = Callable[[float], float | None]


def _counts(per_minute: float) -> Curve:
    return lambda minutes: per_minute * (minutes + BEFORE_SECONDS / 60)


def _always(value: float) -> Curve:
    return lambda minutes: value


def _restarted(minutes: float) -> float:
    return 60 * (minutes + 30) if minutes >= -30 else 60 * (minutes + BEFORE_SECONDS / 60)


GAUGES: dict[str, Curve] = {
    "shop_active_users": lambda minutes: 1000 + minutes,
    'shop_memory_bytes{instance="a"}': lambda minutes: 1e6 * (1000 + minutes),
    'shop_memory_bytes{instance="b"}': _always(5e8),
    "shop_page_seconds": lambda minutes: 0.1 if minutes < -60 else 0.12,
    "shop_gone": lambda minutes: 7 if minutes <= -20 else None,
    "shop_gap": lambda minutes: None if -40 < minutes < -30 else 3,
    "shop_nan": _always(math.nan),
    "shop_infinite": _always(math.inf),
}
COUNTERS: dict[str, Curve] = {
    'shop_requests_total{code="200"}': _counts(594),
    'shop_requests_total{code="500"}': _counts(6),
    "shop_cache_hits_total": _counts(540),
    "shop_cache_misses_total": _counts(60),
    "shop_restarted_total": _restarted,
    "shop_quiet_total": _always(42),
}
# What falls into or below each bucket in a minute.
BUCKETS = {"0.1": 540, "0.25": 570, "0.5": 594, "1.0": 600, "+Inf": 600}
HISTOGRAMS: dict[str, Curve] = {
    **{f'shop_request_seconds_bucket{{le="{le}"}}': _counts(n) for le, n in BUCKETS.items()},
    "shop_request_seconds_count": _counts(600),
    "shop_request_seconds_sum": _counts(60),
    **{f'shop_quiet_seconds_bucket{{le="{le}"}}': _always(0) for le in BUCKETS},
    "shop_quiet_seconds_count": _always(0),
    "shop_quiet_seconds_sum": _always(0),
}


def shop_history(moment: int) -> str:
    """OpenMetrics text of a sample each 15 s, from 6 h before a moment until 1 h after it.

    What goes on after the moment keeps "now" answered for as long as a test run lasts. With m for
    the minutes from the moment:

    ==================================  =========================================================
    shop_active_users                   1000 + m
    shop_memory_bytes{instance="a"}     a million times the users
    shop_memory_bytes{instance="b"}     500 million
    shop_page_seconds                   0.1, from an hour before the moment on 0.12
    shop_gone                           7, the last sample 20 minutes before the moment
    shop_gap                            3, no samples between 40 and 30 minutes before the moment
    shop_nan, shop_infinite             NaN, +Inf
    shop_requests_total{code=...}       594 a minute of code="200", 6 of code="500": 1 % errors
    shop_cache_hits_total               540 a minute
    shop_cache_misses_total             60 a minute: 90 % hits
    shop_restarted_total                60 a minute, from 0 again 30 minutes before the moment
    shop_quiet_total                    42 all the time: no traffic
    shop_request_seconds                histogram, 600 a minute: p90 0.1, p95 0.25, p99 0.5
    shop_quiet_seconds                  histogram without any traffic
    ==================================  =========================================================
    """
    kinds = {"gauge": GAUGES, "counter": COUNTERS, "histogram": HISTOGRAMS}
    lines = [line for kind, curves in kinds.items() for line in _family_lines(kind, curves, moment)]
    return "\n".join([*lines, "# EOF\n"])


def _family_lines(kind: str, curves: dict[str, Curve], moment: int) -> Iterator[str]:
    family = ""
    for series, curve in curves.items():
        if (named := _family(series)) != family:
            family = named
            yield f"# TYPE {family} {kind}"
        for seconds in range(-BEFORE_SECONDS, AFTER_SECONDS + 1, SAMPLE_SECONDS):
            value = curve(seconds / 60)
            if value is not None:
                yield f"{series} {_written(value)} {moment + seconds}"


def _family(series: str) -> str:
    name = series.partition("{")[0]
    for suffix in ("_total", "_bucket", "_count", "_sum"):
        name = name.removesuffix(suffix)
    return name


def _written(value: float) -> str:
    if math.isfinite(value):
        return repr(value)
    return "NaN" if math.isnan(value) else "+Inf"
