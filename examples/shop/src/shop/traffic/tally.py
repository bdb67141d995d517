"""What a crowd of customers did."""

from collections import Counter
from threading import Lock


class Tally:
    """Counts of what happened. Safe to share by threads."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._counts: Counter[str] = Counter()

    def add(self, what: str) -> None:
        """Count one more."""
        with self._lock:
            self._counts[what] += 1

    @property
    def requests(self) -> int:
        """How many requests were answered, however."""
        with self._lock:
            return self._counts["requests"]

    def summary(self) -> str:
        """All of it in a line."""
        with self._lock:
            found = (f"{self._counts[each]} {each}" for each in _WORTH_TELLING)
            return f"traffic: {', '.join(found)}"


_WORTH_TELLING = ("requests", "visitors", "orders", "errors", "unanswered")
