"""From rows of a store to the numbers of a series."""

from collections.abc import Iterable, Mapping
from typing import NamedTuple

from pytest_fitness.history.records import Trail


class Words(NamedTuple):
    """What a trail has to know of what was said beside its numbers."""

    unit: str
    failed: bool


def trail(newest_first: Iterable[tuple[int, float | None]]) -> Trail:
    """The numbers of all runs, whatever they mean."""
    # Rows are taken apart as they come: to keep them all would cost a fifth more.
    columns = tuple(zip(*newest_first, strict=True))
    if not columns:
        return Trail()
    run_ids, values = columns
    return Trail(run_ids[::-1], values[::-1])


def reference_trail(
    newest_first: Iterable[tuple[int, float | None, int]], words: Mapping[int, Words]
) -> Trail:
    """The numbers of a reference.

    Where the unit changed, the trail begins: numbers in other units are not comparable.

    Args:
        newest_first: run, value, and the number of the words.
        words: what was said, by its number.
    """
    columns = tuple(zip(*newest_first, strict=True))
    if not columns:
        return Trail()
    run_ids, values, numbers = columns
    unit = words[numbers[0]].unit
    different = {number for number in set(numbers) if words[number].unit != unit}
    if different:
        end = next(place for place, number in enumerate(numbers) if number in different)
        run_ids, values, numbers = run_ids[:end], values[:end], numbers[:end]
    return Trail(run_ids[::-1], values[::-1], _failed(run_ids, numbers, words), unit)


def _failed(
    run_ids: tuple[int, ...], numbers: tuple[int, ...], words: Mapping[int, Words]
) -> frozenset[int]:
    bad = {number for number in set(numbers) if words[number].failed}
    if not bad:
        return frozenset()
    pairs = zip(run_ids, numbers, strict=True)
    return frozenset(run_id for run_id, number in pairs if number in bad)
