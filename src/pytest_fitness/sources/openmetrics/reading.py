"""Reading the text formats: Prometheus 0.0.4 and OpenMetrics 1.0.

The library prometheus-client judges each way in which a name with its labels is written, once. The
numbers behind it are read here: it takes fifty times as long for a line, and would refuse a file
whose times are not in order.
"""

import io
import re
from typing import Any, Final

from pytest_fitness.errors import MeasureError
from pytest_fitness.extras import require
from pytest_fitness.sources.openmetrics.store import MOST_SAMPLES, Held, Store
from pytest_fitness.units import shorten

_EOF: Final = b"# EOF"
_BOM: Final = b"\xef\xbb\xbf"
_HASH: Final = ord("#")
_NAME: Final = re.compile(rb"\s*\S+")
_UNQUOTED_HASH: Final = re.compile(rb'((?:[^"#]|"(?:[^"\\]|\\.)*+")*+)#')
# Only OpenMetrics has these.
_ONLY_OPENMETRICS: Final = re.compile(
    rb"# (?:UNIT\s|TYPE\s+\S+\s+(?:unknown|info|stateset|gaugehistogram)$)"
)
_LONGEST_HEAD: Final = 64 * 1024
# In seconds after the year 5000; in milliseconds in 1973.
_LATEST: Final = 1e11
_EXPECTED: Final = "expected a name, a value and perhaps a time"
_CUT_OFF: Final = "this is OpenMetrics, but does not end with the line `# EOF`: it was cut off"


def ends_as_openmetrics(body: bytes) -> bool:
    """Whether an exposition has the end that OpenMetrics demands."""
    return body.startswith(_EOF) or b"\n" + _EOF in body


class Exposition:
    """Reads expositions into a store.

    Args:
        store: what they are read into.
    """

    def __init__(self, store: Store) -> None:
        self._store = store
        self._samples = 0
        self._parsers: dict[bool, Any] = {
            False: require("prometheus_client.parser", "openmetrics"),
            True: require("prometheus_client.openmetrics.parser", "openmetrics"),
        }

    def read(self, body: bytes, shown: str, taken: float, *, openmetrics: bool) -> None:
        """Read a text.

        Args:
            body: the text.
            shown: what messages call it; they add the number of a line.
            taken: the time of samples that come without.
            openmetrics: whether it is that format; the other one is Prometheus'.

        Raises:
            MeasureError: it cannot be read.
        """
        number = 0
        ended = False
        line = b"\n"
        for number, line in enumerate(io.BytesIO(body.removeprefix(_BOM)), 1):
            try:
                if ended and openmetrics and line.strip():
                    raise ValueError("nothing may follow the line `# EOF`")
                if line[0] == _HASH:
                    ended |= _is_end(line.rstrip(), openmetrics)
                else:
                    self._sample(line, taken, openmetrics)
            except ValueError as error:
                raise _unreadable(shown, number, str(error), line) from error
        if openmetrics and not ended:
            raise _unreadable(shown, number, _CUT_OFF)
        if not openmetrics and not line.endswith(b"\n"):
            raise _unreadable(shown, number, "the last line has no end: it may be cut off", line)

    def _sample(self, line: bytes, taken: float, openmetrics: bool) -> None:
        if openmetrics and b"#" in line:
            line = _without_exemplar(line)
        end = line.rfind(b"}") + 1 or _end_of_name(line)
        if not end:
            return
        head, tail = line[:end], line[end:]
        held = self._store.heads.get(head) or self._new_head(head, openmetrics)
        fields = tail.split()
        if not 1 <= len(fields) <= 2 or b"_" in tail:
            raise ValueError(_EXPECTED)
        value = _number(fields[0])
        if len(fields) == 2:
            taken = _seconds(fields[1]) if openmetrics else _milliseconds(fields[1]) / 1000
            held.is_timed = True
            if taken > self._store.newest:  # noqa: PLR1730 - max() takes a tenth of all the time
                self._store.newest = taken
        held.times.append(taken)
        held.values.append(value)
        self._samples += 1
        if self._samples > MOST_SAMPLES:
            raise _too_many()

    def _new_head(self, head: bytes, openmetrics: bool) -> Held:
        if len(head) > _LONGEST_HEAD:
            raise ValueError("the name and labels are too long")
        text = [f"{head.decode()} 1\n"] + ["# EOF\n"] * openmetrics
        try:
            families = list(self._parsers[openmetrics].text_fd_to_metric_families(text))
            ((sample,),) = (family.samples for family in families)
        except Exception as error:
            raise ValueError("no name with labels that can be read") from error
        if sample.value != 1 or sample.timestamp is not None:
            raise ValueError(_EXPECTED)
        # To Prometheus an empty label is none.
        labels = tuple(sorted((name, value) for name, value in sample.labels.items() if value))
        held = self._store.heads[head] = self._store.held(sample.name, labels)
        return held


def _is_end(comment: bytes, openmetrics: bool) -> bool:
    if not openmetrics and _ONLY_OPENMETRICS.match(comment):
        raise ValueError(_CUT_OFF)
    return comment == _EOF


def _without_exemplar(line: bytes) -> bytes:
    cut = _UNQUOTED_HASH.match(line)
    return cut[1] if cut else line


def _end_of_name(line: bytes) -> int:
    """Where a name without labels ends; 0 in an empty line."""
    name = _NAME.match(line)
    return name.end() if name else 0


def _number(text: bytes) -> float:
    try:
        return float(text)
    except ValueError:
        raise ValueError(_EXPECTED) from None


def _seconds(text: bytes) -> float:
    time = _number(text)
    if not -_LATEST < time < _LATEST:
        raise ValueError("the time is not in seconds, as in OpenMetrics")
    return time


def _milliseconds(text: bytes) -> float:
    """A time in milliseconds, as none of this century is in seconds."""
    time = _number(text)
    if not _LATEST <= abs(time) < _LATEST * 1000 or not time.is_integer():
        raise ValueError(
            "the time is not in milliseconds; with seconds it is OpenMetrics, which ends with the "
            "line `# EOF`: it may be cut off"
        )
    return time


def _too_many() -> MeasureError:
    return MeasureError(
        f"there are more than {MOST_SAMPLES:,} samples", "Expose or keep fewer of them."
    )


def _unreadable(shown: str, number: int, why: str, line: bytes = b"") -> MeasureError:
    found = shorten(line.decode("utf-8", "backslashreplace").strip()) if line.strip() else ""
    return MeasureError(
        f"{shown}:{number}: {why}{f': {found!r}' if found else ''}",
        "Expected is the text format of Prometheus or OpenMetrics; `promtool check metrics` tells.",
    )
