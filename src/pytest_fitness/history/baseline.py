"""The baseline file: violations that were accepted, by what they are and never by line.

One sorted JSON file, one violation a line, so that a diff shows what was added and what was fixed.
Values that were pinned under a name lie in it too.
"""

import json
from collections.abc import Iterable, Mapping
from pathlib import Path
from types import MappingProxyType
from typing import Any, Final, NamedTuple

from pytest_fitness.errors import BaselineError
from pytest_fitness.files import replace_text
from pytest_fitness.history.pins import Pins, pins_from, pins_to
from pytest_fitness.model import Verdict, Violation

FORMAT: Final = 1
MAX_BYTES: Final = 64_000_000
Accepted = dict[str, float | None]


class Baseline(NamedTuple):
    """What was accepted.

    Attributes:
        accepted: the violations of each check (``series``), with the value each was accepted at.
        pinned: by their names, the values that checks are compared with.
    """

    path: Path
    accepted: Mapping[str, Accepted] = MappingProxyType({})
    pinned: Mapping[str, Pins] = MappingProxyType({})

    def of(self, series: str) -> Accepted:
        """What was accepted for one check; nothing where the file does not list it."""
        return self.accepted.get(series, {})

    def pinned_at(self, name: str) -> Pins:
        """The values pinned under a name, by their series.

        Raises:
            BaselineError: nothing is pinned under that name.
        """
        if name not in self.pinned:
            known = ", ".join(sorted(self.pinned)) or "none"
            raise BaselineError(
                f"{self.path.name} has nothing pinned as {name!r}; known: {known}",
                f"Pin the present values with `pytest-fitness baseline set {name}`, and commit it.",
            )
        return self.pinned[name]

    def pin(self, name: str, pins: Pins) -> "Baseline":
        """The baseline in which a name stands for these values, and for no others."""
        return self._replace(pinned={**self.pinned, name: dict(pins)})

    def unpin(self, name: str) -> "Baseline":
        """The baseline without a name.

        Raises:
            BaselineError: nothing is pinned under that name.
        """
        self.pinned_at(name)
        return self._replace(pinned={key: of for key, of in self.pinned.items() if key != name})

    def accept(self, verdicts: Iterable[Verdict]) -> "Baseline":
        """The baseline in which every violation of these verdicts is accepted."""
        accepted = dict(self.accepted)
        for verdict in verdicts:
            accepted[verdict.series] = _entries((*verdict.violations, *verdict.known))
        return self._replace(accepted=accepted)

    def prune(self, verdicts: Iterable[Verdict]) -> "Baseline":
        """The baseline without what these verdicts found fixed, and tightened where better.

        Nothing is ever added or loosened.
        """
        accepted = dict(self.accepted)
        for verdict in verdicts:
            if verdict.series not in accepted:
                continue
            known = _entries(verdict.known)
            kept = dict(accepted[verdict.series])
            for key in verdict.fixed:
                kept.pop(key, None)
            accepted[verdict.series] = {key: known.get(key, value) for key, value in kept.items()}
        return self._replace(accepted=accepted)

    def without(self, series: Iterable[str]) -> "Baseline":
        """The baseline without these checks (functions that are no more)."""
        dropped = set(series)
        kept = {name: keys for name, keys in self.accepted.items() if name not in dropped}
        return self._replace(accepted=kept)

    def save(self) -> None:
        """Write the file whole or not at all.

        Raises:
            BaselineError: it cannot be written, or holds something else.
        """
        try:
            _require_replaceable(self.path)
            replace_text(self.path, _dump(self))
        except OSError as error:
            raise BaselineError(
                f"{self.path.name} cannot be written: {error.strerror or error}"
            ) from error


def load(path: Path) -> Baseline:
    """Read a baseline file.

    Raises:
        BaselineError: it is missing, unreadable, or of another format.
    """
    name = path.name
    try:
        if path.stat().st_size > MAX_BYTES:
            raise BaselineError(f"{name} has more than {MAX_BYTES:,} bytes")
        text = path.read_text("utf-8")
    except FileNotFoundError:
        raise BaselineError(
            f"the baseline file {name} does not exist",
            "Accept the violations there are with `pytest-fitness baseline --accept`, "
            "and commit the file.",
        ) from None
    except UnicodeDecodeError as error:
        raise BaselineError(f"{name} is not UTF-8", _restore(name)) from error
    except OSError as error:
        raise BaselineError(f"{name} cannot be read: {error.strerror or error}") from error
    return _parse(text, path)


def _require_replaceable(path: Path) -> None:
    """Refuse to write over what never was a baseline; a damaged one may be written anew."""
    if not path.exists():
        return
    with path.open("rb") as file:
        beginning = file.read(4096)
    if beginning.strip() and not (b'"format"' in beginning or b'"functions"' in beginning):
        raise BaselineError(
            f"{path.name} is no baseline file and is left as it is",
            "Name another file with `baseline:` in the configuration.",
        )


def _parse(text: str, path: Path) -> Baseline:
    name = path.name
    try:
        data = json.loads(text, object_pairs_hook=_without_duplicates, parse_constant=_refuse)
    except json.JSONDecodeError as error:
        if "<<<<<<<" in text:
            message = f"{name} holds the markers of a merge conflict"
            raise BaselineError(message, "Keep the lines of both sides.") from error
        message = f"{name}:{error.lineno}:{error.colno}: not valid JSON: {error.msg}"
        raise BaselineError(message, _restore(name)) from error
    except (ValueError, RecursionError) as error:
        raise BaselineError(f"{name}: {error}", _restore(name)) from error
    found = data.get("format") if isinstance(data, dict) else None
    if type(found) is not int or found != FORMAT:
        raise BaselineError(
            f"{name} has the format {found!r}; this version reads format {FORMAT}",
            "Write it anew with `pytest-fitness baseline --accept`.",
        )
    functions = data.get("functions")
    if not isinstance(functions, dict) or not all(map(_is_entry, functions.values())):
        raise BaselineError(f"{name} is not a baseline file", _restore(name))
    try:
        return Baseline(path, functions, pins_from(data.get("pinned", {})))
    except ValueError as error:
        raise BaselineError(f"{name}: {error}", _restore(name)) from error


def _is_entry(entry: Any) -> bool:
    return isinstance(entry, dict) and all(
        value is None or (isinstance(value, int | float) and not isinstance(value, bool))
        for value in entry.values()
    )


def _without_duplicates(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) < len(pairs):
        keys = [key for key, _ in pairs]
        twice = next(key for key in keys if keys.count(key) > 1)
        raise ValueError(f"the key {twice!r} stands there twice")
    return found


def _refuse(constant: str) -> None:
    raise ValueError(f"{constant} is no value that could be accepted")


def _restore(name: str) -> str:
    return (
        f"Restore {name} from version control; or delete it, and accept what is there with "
        "`pytest-fitness baseline --accept`."
    )


def _entries(violations: Iterable[Violation]) -> Accepted:
    return {violation.key: _rounded(violation.value) for violation in violations}


def _rounded(value: float | None) -> float | None:
    # Six figures are far finer than what counts as worse, and all a reviewer of the diff can use.
    if value is None or value == int(value):
        return None if value is None else int(value)
    return float(f"{value:.6g}")


def _dump(baseline: Baseline) -> str:
    document: dict[str, Any] = {"format": FORMAT, "functions": dict(baseline.accepted)}
    if baseline.pinned:
        document["pinned"] = pins_to(baseline.pinned)
    text = json.dumps(document, indent=1, sort_keys=True, ensure_ascii=False) + "\n"
    # A file name that is not UTF-8 holds lone surrogates, which JSON can only escape.
    return text.encode("utf-8", "backslashreplace").decode()
