"""A cache in front of something slower."""

import time
from collections import OrderedDict
from collections.abc import Callable, Hashable
from dataclasses import dataclass
from threading import Lock
from typing import Generic, TypeVar

Key = TypeVar("Key", bound=Hashable)
Value = TypeVar("Value")


@dataclass(frozen=True, slots=True)
class CacheCounts:
    """How often something was found, and how often not."""

    hits: int
    misses: int


class Cache(Generic[Key, Value]):
    """Keeps the most recently used values, each for a limited time. Safe to share by threads."""

    def __init__(
        self,
        max_entries: int,
        max_age_seconds: float,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._max_entries = max_entries
        self._max_age = max_age_seconds
        self._clock = clock
        self._lock = Lock()
        self._entries: OrderedDict[Key, tuple[float, Value]] = OrderedDict()
        self._hits = 0
        self._misses = 0

    def get(self, key: Key, load: Callable[[], Value]) -> Value:
        """The value kept for a key, or else the loaded one. An exception of ``load`` is not kept.

        Loading holds no lock: two threads may load the same, and neither waits for another key.
        """
        now = self._clock()
        with self._lock:
            found = self._entries.get(key)
            if found is not None and now < found[0]:
                self._entries.move_to_end(key)
                self._hits += 1
                return found[1]
            self._misses += 1
        value = load()
        with self._lock:
            self._entries[key] = (now + self._max_age, value)
            self._entries.move_to_end(key)
            if len(self._entries) > self._max_entries:
                self._entries.popitem(last=False)
        return value

    def discard(self, key: Key) -> None:
        """Forget a value that is no longer true."""
        with self._lock:
            self._entries.pop(key, None)

    def counts(self) -> CacheCounts:
        """The hits and misses so far."""
        with self._lock:
            return CacheCounts(self._hits, self._misses)
