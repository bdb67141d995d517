"""Naming series as Prometheus does: ``requests_total{code=~"5..", method!="GET"}``."""

import re
import warnings
from collections.abc import Mapping
from functools import lru_cache
from typing import Final, NamedTuple

from pytest_fitness.units import shorten

EXAMPLE: Final = 'requests_total{code=~"5..", method!="GET"}'
_SPACE: Final = re.compile(r"\s*")
_METRIC: Final = re.compile(r"[a-zA-Z_:][a-zA-Z0-9_:]*")
_LABEL: Final = re.compile(r"[a-zA-Z_][a-zA-Z0-9_]*")
_OPERATOR: Final = re.compile(r"=~|!~|!=|=")
_STRING: Final = re.compile(r"""(["'])((?:[^\\\n]|\\.)*?)\1|`([^`]*)`""")
_ESCAPE: Final = re.compile(r"\\(x[0-9a-fA-F]{2}|u[0-9a-fA-F]{4}|.)")
_ESCAPED: Final = {
    "\\": "\\", '"': '"', "'": "'", "n": "\n", "t": "\t", "r": "\r",
    "a": "\a", "b": "\b", "f": "\f", "v": "\v",
}  # fmt: skip


class SelectorError(ValueError):
    """A text is no selector; says at which column, counted from 1."""


class Matcher(NamedTuple):
    """What a label has to be; a label that is missing is an empty text."""

    label: str
    operator: str
    value: str
    pattern: re.Pattern[str] | None

    def matches(self, labels: Mapping[str, str]) -> bool:
        """Whether a series with these labels is meant."""
        found = labels.get(self.label, "")
        if self.pattern is None:
            is_same = found == self.value
        else:
            is_same = self.pattern.fullmatch(found) is not None
        return is_same == self.operator.startswith("=")


class Selector(NamedTuple):
    """The series of one name, those that all matchers match."""

    name: str
    matchers: tuple[Matcher, ...] = ()

    def matches(self, labels: Mapping[str, str]) -> bool:
        """Whether a series of that name with these labels is meant."""
        return all(matcher.matches(labels) for matcher in self.matchers)


@lru_cache(maxsize=1024)
def parse_selector(text: str) -> Selector:
    """Read a selector.

    Raises:
        SelectorError: it is none.
    """
    return _Parser(text).selector()


class _Parser:
    def __init__(self, text: str) -> None:
        self._text = text
        self._at = 0

    def selector(self) -> Selector:
        name = self._taken(_METRIC)
        matchers: list[Matcher] = []
        if self._took("{"):
            if name is None:
                # One with other characters stands as a string among the labels.
                name = self._string("the name of a metric in quotes")
                self._comma()
            while not self._took("}"):
                matchers.append(self._matcher())
                self._comma()
        elif name is None:
            raise self._expected("the name of a metric")
        self._skip()
        if self._at < len(self._text):
            raise self._expected("the end" if "{" in self._text[: self._at] else "{ or the end")
        return Selector(name, tuple(matchers))

    def _comma(self) -> None:
        if not self._took(",") and not self._next("}"):
            raise self._expected("a comma or }")

    def _matcher(self) -> Matcher:
        label = self._taken(_LABEL)
        if label is None:
            label = self._string("the name of a label")
        operator = self._taken(_OPERATOR)
        if operator is None:
            raise self._expected("one of =, !=, =~, !~")
        self._skip()
        start = self._at
        value = self._string("a text in quotes")
        return Matcher(label, operator, value, self._pattern(value, operator, start))

    def _pattern(self, value: str, operator: str, start: int) -> re.Pattern[str] | None:
        if "~" not in operator:
            return None
        try:
            with warnings.catch_warnings():
                warnings.simplefilter("ignore")
                # As in RE2: a dot is any character, and \d an ASCII digit.
                return re.compile(value, re.DOTALL | re.ASCII)
        except (re.error, OverflowError, RecursionError) as error:
            self._at = start
            raise self._problem(f"no regular expression: {error}") from error

    def _string(self, wanted: str) -> str:
        self._skip()
        match = _STRING.match(self._text, self._at)
        if match is None:
            opens = self._text.startswith(('"', "'", "`"), self._at)
            raise self._problem("this quote is never closed") if opens else self._expected(wanted)
        if match[3] is not None:
            self._at = match.end()
            return match[3]
        value = _ESCAPE.sub(lambda escape: self._unescaped(escape, match.start(2)), match[2])
        self._at = match.end()
        return value

    def _unescaped(self, escape: re.Match[str], start: int) -> str:
        code = escape[1]
        if len(code) > 1:
            return chr(int(code[1:], 16))
        if code not in _ESCAPED:
            self._at = start + escape.start()
            raise self._problem(f"unknown escape \\{code}; for a backslash write \\\\ or `...`")
        return _ESCAPED[code]

    def _taken(self, pattern: re.Pattern[str]) -> str | None:
        self._skip()
        match = pattern.match(self._text, self._at)
        if match is None:
            return None
        self._at = match.end()
        return match[0]

    def _took(self, character: str) -> bool:
        took = self._next(character)
        self._at += took
        return took

    def _next(self, character: str) -> bool:
        self._skip()
        return self._text.startswith(character, self._at)

    def _skip(self) -> None:
        match = _SPACE.match(self._text, self._at)
        self._at = match.end() if match else self._at

    def _expected(self, wanted: str) -> SelectorError:
        self._skip()
        rest = self._text[self._at :]
        found = repr(shorten(rest, 20)) if rest else "the end"
        return self._problem(f"expected {wanted}, found {found}")

    def _problem(self, message: str) -> SelectorError:
        return SelectorError(f"column {self._at + 1}: {message}")
