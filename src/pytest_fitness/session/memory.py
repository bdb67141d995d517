"""What a run knows of the past of its checks."""

from collections.abc import Callable, Iterable, Sequence
from functools import cached_property
from itertools import compress, islice
from typing import TYPE_CHECKING, Final

from pytest_fitness.config.kinds import Kind
from pytest_fitness.errors import NoDataError
from pytest_fitness.history.provenance import environment
from pytest_fitness.history.records import RUN_IDS_PER_MILLISECOND, Reference, Run, Trail
from pytest_fitness.history.store import Store
from pytest_fitness.model import Check, FitnessFunction, series_of
from pytest_fitness.trends import Moment, Past

if TYPE_CHECKING:
    from pytest_fitness.session.workspace import Workspace

LOOK_BACK: Final = 200
"""So many runs of the reference are looked at."""

_AT_ONCE: Final = 200


class Memory:
    """The past of each check: of runs that count, and of this machine where that matters.

    Args:
        open_store: opens the history; None where there is none.
        reference: says which runs count; asked only where there is a history.
        names: the series that will be asked for, in about this order: many are read at once.
    """

    def __init__(
        self,
        open_store: Callable[[], Store | None],
        reference: Callable[[], Reference],
        names: Callable[[], Sequence[str]] = tuple,
    ) -> None:
        self._open_store = open_store
        self._tell_reference = reference
        self._tell_names = names
        self._trails: dict[str, Trail] = {}
        self._store: Store | None = None
        self._is_open = False
        self._runs: dict[int, Run] = {}
        self._newest_ids: tuple[int, ...] = ()
        self._moments: tuple[Moment, ...] = ()
        self._fingerprint = ""

    def past(self, series: str, *, of_machine: bool) -> Past:
        """What is known of a check.

        Args:
            series: its name.
            of_machine: whether its numbers depend on the machine: those of others are left out.

        Raises:
            HistoryError: the history cannot be read.
        """
        store = self._opened()
        if store is None:
            return Past()
        trail = self._trail(store, series)
        if not trail.run_ids:
            return Past()
        if trail.run_ids != self._newest_ids:  # most series were measured in the same runs
            self._learn(store, trail.run_ids)
            self._newest_ids = trail.run_ids
            self._moments = tuple(map(self._moment, trail.run_ids))
        past = Past(trail.values, self._moments, _kept(trail), trail.unit)
        return self._of_this_machine(past, trail.run_ids) if of_machine else past

    def _of_this_machine(self, past: Past, run_ids: tuple[int, ...]) -> Past:
        """The part of a past that was measured here."""
        here = [self._is_of_this_machine(run_id) for run_id in run_ids]
        return Past(
            tuple(compress(past.values, here)),
            tuple(compress(past.moments, here)),
            tuple(compress(past.kept, here)),
            past.unit,
            _of_other_machines(here),
        )

    def close(self) -> None:
        """Let go of the history."""
        if self._store is not None:
            self._store.close()

    def _opened(self) -> Store | None:
        if not self._is_open:
            self._store = self._open_store()
            self._is_open = True
        return self._store

    @cached_property
    def _reference(self) -> Reference:
        return self._tell_reference()

    @cached_property
    def _places(self) -> dict[str, int]:
        """The places of the series among those that will be asked for."""
        return {name: place for place, name in enumerate(self._tell_names())}

    def _trail(self, store: Store, series: str) -> Trail:
        if series not in self._trails:
            first = self._places.get(series)
            names = [series]
            if first is not None:
                names = list(islice(self._places, first, first + _AT_ONCE))
            # What is behind is not asked for again, but by another limit of the same function.
            self._trails = dict(store.trails(names, LOOK_BACK, self._reference))
        return self._trails[series]

    def _learn(self, store: Store, ids: Iterable[int]) -> None:
        unknown = [run_id for run_id in ids if run_id not in self._runs]
        if unknown:
            self._runs |= store.runs_of(unknown)

    def _moment(self, run_id: int) -> Moment:
        run = self._runs.get(run_id)
        seconds = run_id / RUN_IDS_PER_MILLISECOND / 1000
        return Moment(seconds, run.commit.id if run is not None else None)

    def _is_of_this_machine(self, run_id: int) -> bool:
        self._fingerprint = self._fingerprint or environment().fingerprint
        run = self._runs.get(run_id)
        return run is not None and run.environment.fingerprint == self._fingerprint


def _kept(trail: Trail) -> tuple[bool, ...]:
    if not trail.failed:
        return (True,) * len(trail.run_ids)
    return tuple(run_id not in trail.failed for run_id in trail.run_ids)


def _of_other_machines(here: Sequence[bool]) -> tuple[str, ...]:
    """That the newest run was made elsewhere, so that nothing is compared with it."""
    if here[-1]:
        return ()
    known = f"; it is compared with {sum(here):,} of this one" if any(here) else ""
    return (f"a new segment: the last run was on another machine{known}",)


def look_back(kind: Kind, function: FitnessFunction, check: Check, workspace: "Workspace") -> Past:
    """The past of a check: as its source tells it where that was asked for, else as remembered.

    Raises:
        HistoryError: the history cannot be read.
        MeasureError: the source cannot be asked.
    """
    if function.trend.over is None:
        series = series_of(function.id, check.part)
        return workspace.memory.past(series, of_machine=kind.of_machine)
    try:
        points = kind.past(function, check, workspace)
    except NoDataError as error:  # what is new has none
        return Past(notes=(f"no past: {error.message}",))
    values, moments = [value for _, value in points], [Moment(time) for time, _ in points]
    return Past(tuple(values), tuple(moments), (True,) * len(points), check.unit)
