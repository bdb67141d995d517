"""One answer for all the questions of a run about the same moment."""

import threading
import time
from collections.abc import Callable, Hashable
from typing import Generic, NamedTuple, TypeVar

from pytest_fitness.errors import MeasureError

T = TypeVar("T")


class Fetched(NamedTuple, Generic[T]):
    """What was fetched, and when: seconds since the epoch."""

    value: T
    time: float


class Burst(Generic[T]):
    """Remembers what was fetched for the last moment, errors too: a dead source costs one timeout.

    Args:
        fetch: takes the name of what is wanted, and may raise ``MeasureError``.
    """

    def __init__(self, fetch: Callable[[str], T]) -> None:
        self._fetch = fetch
        self._lock = threading.Lock()
        self._moment: Hashable = None
        self._known: dict[str, Fetched[T] | MeasureError] = {}

    def get(self, moment: float, name: str) -> Fetched[T]:
        """What that name had at the first question about this moment.

        Raises:
            MeasureError: as the fetching did.
        """
        with self._lock:
            if moment != self._moment:
                self._moment = moment
                self._known.clear()
            if name not in self._known:
                self._known[name] = self._try(name)
            found = self._known[name]
        if isinstance(found, MeasureError):
            # A new one for each thread: raising it again would lengthen its traceback.
            raise type(found)(found.message, found.hint) from found
        return found

    def _try(self, name: str) -> Fetched[T] | MeasureError:
        try:
            return Fetched(self._fetch(name), time.time())
        except MeasureError as error:
            return error
