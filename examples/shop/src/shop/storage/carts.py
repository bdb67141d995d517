"""The carts of the sessions that are active, in memory."""

import time
from collections import OrderedDict
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from itertools import takewhile
from threading import Lock


@dataclass(slots=True)
class _Session:
    seen: float
    items: dict[int, int] = field(default_factory=dict)


class CartStore:
    """What lies in which cart: for each session the quantity by product.

    A session that was not heard of for a while is forgotten with its cart, and so is the one that
    was silent for longest when there are too many. Safe to share by threads.
    """

    def __init__(
        self,
        max_idle_seconds: float,
        max_sessions: int = 100_000,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._max_idle = max_idle_seconds
        self._max_sessions = max_sessions
        self._clock = clock
        self._lock = Lock()
        self._sessions: OrderedDict[str, _Session] = OrderedDict()

    def start(self, session: str) -> None:
        """Begin a session with an empty cart."""
        with self._lock:
            self._forget_idle()
            self._sessions[session] = _Session(self._clock())
            if len(self._sessions) > self._max_sessions:
                self._sessions.popitem(last=False)

    def touch(self, session: str) -> bool:
        """Whether a session is active; it then is for a while longer."""
        with self._lock:
            self._forget_idle()
            found = self._sessions.get(session)
            if found is None:
                return False
            found.seen = self._clock()
            self._sessions.move_to_end(session)
            return True

    def items(self, session: str) -> dict[int, int]:
        """A copy of what lies in a cart; nothing for a session that is not active."""
        with self._lock:
            found = self._sessions.get(session)
            return dict(found.items) if found else {}

    def put(self, session: str, product_id: int, quantity: int, max_products: int) -> bool:
        """Set the quantity of a product, zero takes it out; false if that is one product too many.

        Nothing happens to a session that is not active.
        """
        with self._lock:
            found = self._sessions.get(session)
            if found is None:
                return True
            if quantity == 0:
                found.items.pop(product_id, None)
            elif product_id in found.items or len(found.items) < max_products:
                found.items[product_id] = quantity
            else:
                return False
            return True

    def take(self, session: str) -> dict[int, int]:
        """Empty a cart. Of two that try at once, one gets everything."""
        with self._lock:
            found = self._sessions.get(session)
            if found is None:
                return {}
            items, found.items = found.items, {}
            return items

    def give_back(self, session: str, items: Mapping[int, int]) -> None:
        """Undo ``take``; what was put into the cart since then stays as it is."""
        with self._lock:
            found = self._sessions.get(session)
            if found is not None:
                found.items = {**items, **found.items}

    def active(self, seconds: float) -> int:
        """How many sessions are active and were heard of in the last so many seconds."""
        with self._lock:
            self._forget_idle()
            oldest = self._clock() - seconds
            newest_first = reversed(self._sessions.values())
            return sum(1 for _ in takewhile(lambda session: session.seen >= oldest, newest_first))

    def _forget_idle(self) -> None:
        # The sessions are in the order in which they were last heard of.
        oldest = self._clock() - self._max_idle
        while self._sessions and next(iter(self._sessions.values())).seen < oldest:
            self._sessions.popitem(last=False)
