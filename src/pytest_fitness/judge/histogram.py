"""Times in buckets: small however many there are, and right to within half a percent."""

import math
from typing import Any, Final, Self

# Each power of two is cut into so many buckets of equal width: half of one is 0.39 % of the least
# time in it, at most.
_PARTS: Final = 128
# Under a microsecond and over a day, nobody asks for half a percent.
_LEAST, _MOST = -20, 17
_FIRST: Final = _LEAST * _PARTS
_LAST: Final = _MOST * _PARTS + _PARTS - 1


class Histogram:
    """How often which time was seen; count, sum, least and largest are exact.

    The buckets are logarithmic by powers of two and linear within each, as those of HdrHistogram.
    There are at most 4,864 of them, whatever is added.

    Attributes:
        count: how many times were added.
        sum: all of them together, in seconds.
        min: the least of them; infinite where there is none.
        max: the largest; 0 where there is none.
        buckets: how many times are in each bucket that has any.
    """

    __slots__ = ("buckets", "count", "max", "min", "sum")

    def __init__(self) -> None:
        self.count = 0
        self.sum = 0.0
        self.min = math.inf
        self.max = 0.0
        self.buckets: dict[int, int] = {}

    def add(self, seconds: float) -> None:
        """Add one time; one below zero, which no clock should give, is taken for zero.

        Raises:
            ValueError: it is not finite.
        """
        if not math.isfinite(seconds):
            raise ValueError("a time is finite")
        seconds = max(seconds, 0.0)
        place = _bucket(seconds)
        self.buckets[place] = self.buckets.get(place, 0) + 1
        self.count += 1
        self.sum += seconds
        self.min = min(self.min, seconds)
        self.max = max(self.max, seconds)

    def merge(self, other: "Histogram") -> None:
        """Add all times of another one."""
        for place, count in other.buckets.items():
            self.buckets[place] = self.buckets.get(place, 0) + count
        self.count += other.count
        self.sum += other.sum
        self.min = min(self.min, other.min)
        self.max = max(self.max, other.max)

    @property
    def mean(self) -> float:
        """The arithmetic mean, exact.

        Raises:
            ValueError: there are no times.
        """
        self._require_some()
        return self.sum / self.count

    def percentile(self, percent: float) -> float:
        """The least time that ``percent`` (0 to 100) of all do not exceed.

        The inverse of the empirical distribution: Hyndman and Fan, Sample Quantiles in Statistical
        Packages, 1996, definition 1.

        Raises:
            ValueError: there are no times, or the percentage is none.
        """
        if not 0 <= percent <= 100:
            raise ValueError("a percentage lies between 0 and 100")
        # 99.9 % of 1,000 is the 999th, though the product is a little more than 999.
        return self.at_rank(max(1, math.ceil(percent / 100 * self.count - 1e-9 * self.count)))

    def at_rank(self, rank: int) -> float:
        """The time at a place among all times in ascending order, the first being 1.

        Raises:
            ValueError: there is no such place.
        """
        self._require_some()
        if not 1 <= rank <= self.count:
            raise ValueError(f"there is no rank {rank} among {self.count}")
        if rank == self.count:
            return self.max
        seen = 0
        for place in sorted(self.buckets):
            seen += self.buckets[place]
            if seen >= rank:
                break
        return min(max(_middle(place), self.min), self.max)

    def to_builtins(self) -> list[Any]:
        """Lists and numbers, fit for JSON."""
        least = self.min if self.count else None
        return [self.sum, least, self.max, sorted(map(list, self.buckets.items()))]

    @classmethod
    def from_builtins(cls, data: Any) -> Self:
        """The histogram that :meth:`to_builtins` took apart.

        Raises:
            ValueError: it is none.
        """
        found = cls()
        try:
            total, least, largest, buckets = data
            for place, count in buckets:
                if not (_FIRST <= place <= _LAST and count > 0):
                    raise ValueError("no such bucket")
                found.buckets[int(place)] = int(count)
            found.count = sum(found.buckets.values())
            found.sum, found.max = float(total), float(largest)
            found.min = math.inf if least is None else float(least)
        except (TypeError, ValueError) as error:
            raise ValueError(f"no histogram: {error}") from error
        return found

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Histogram) and self.to_builtins() == other.to_builtins()

    __hash__ = None  # type: ignore[assignment]  # it grows

    def __repr__(self) -> str:
        if not self.count:
            return "Histogram()"
        return f"<Histogram of {self.count:,}: {self.min:.4g} to {self.max:.4g} s>"

    def _require_some(self) -> None:
        if not self.count:
            raise ValueError("there are no times")


def _bucket(seconds: float) -> int:
    share, power = math.frexp(seconds)  # seconds = share * 2 ** power, share from 0.5 to 1
    place = power * _PARTS + int((share - 0.5) * 2 * _PARTS)
    return min(max(place, _FIRST), _LAST) if seconds else _FIRST


def _middle(place: int) -> float:
    power, part = divmod(place, _PARTS)
    return math.ldexp(0.5 + (part + 0.5) / (2 * _PARTS), power)
