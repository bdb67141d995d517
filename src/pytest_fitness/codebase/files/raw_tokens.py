"""What is counted by logical lines, taken from the tokens of a file one by one.

This is the rule as radon states it (`radon.raw`); `raw` knows a faster way for most files.
"""

import io
import tokenize
from collections.abc import Iterable, Iterator
from typing import NamedTuple


class LogicalCounts(NamedTuple):
    """Counts that depend on where statements, strings and comments begin and end."""

    lloc: int
    comments: int
    multi: int
    single_comments: int


class _Token(NamedTuple):
    kind: int
    text: str
    first_line: int
    last_line: int


_LAYOUT = frozenset({tokenize.INDENT, tokenize.DEDENT, tokenize.ENDMARKER})
# Since Python 3.12 (f-strings) and 3.14 (t-strings) such a string is several tokens.
_STRING_STARTS = {getattr(tokenize, name, -1) for name in ("FSTRING_START", "TSTRING_START")}
_STRING_ENDS = {getattr(tokenize, name, -1) for name in ("FSTRING_END", "TSTRING_END")}


def count_tokens(text: str) -> LogicalCounts:
    """Count logical lines and comments in the text of a file that parses."""
    lines = text.split("\n")
    lloc = comments = multi = single_comments = 0
    for tokens in _logical_lines(text):
        comments += sum(token.kind == tokenize.COMMENT for token in tokens)
        lloc += _count_logical(tokens)
        if len(tokens) > 1:
            continue
        only = tokens[0]
        if only.kind == tokenize.STRING and only.last_line > only.first_line:
            spanned = lines[only.first_line - 1 : only.last_line]
            multi += sum(1 for line in spanned if line.strip())
        elif only.kind in (tokenize.COMMENT, tokenize.STRING):
            single_comments += 1
    return LogicalCounts(lloc, comments, multi, single_comments)


def _logical_lines(text: str) -> Iterator[list[_Token]]:
    line: list[_Token] = []
    for token in _tokens(text):
        if token.kind == tokenize.NEWLINE or (
            token.kind == tokenize.NL and all(t.kind == tokenize.COMMENT for t in line)
        ):
            if line:
                yield line
            line = []
        elif token.kind != tokenize.NL:
            line.append(token)
    if line:
        yield line


def _tokens(text: str) -> Iterator[_Token]:
    """Yield tokens with every string whole."""
    depth = first_line = 0
    for token in tokenize.generate_tokens(io.StringIO(text).readline):
        if token.type in _STRING_STARTS:
            first_line = first_line if depth else token.start[0]
            depth += 1
        elif token.type in _STRING_ENDS:
            depth -= 1
            if not depth:
                yield _Token(tokenize.STRING, "", first_line, token.end[0])
        elif not depth and token.type not in _LAYOUT:
            yield _Token(token.type, token.string, token.start[0], token.end[0])


def _count_logical(tokens: list[_Token]) -> int:
    texts = [token.text for token in tokens if token.kind != tokenize.COMMENT]
    *earlier, last = _split(texts, ";")
    # Radon expects an end marker after each statement, but only the last one has it.
    return sum(_count_statement(texts, 2) for texts in earlier) + _count_statement(last, 1)


def _count_statement(texts: list[str], end: int) -> int:
    """Count two for a statement with code after its last colon, one for any other."""
    if ":" not in texts:
        return bool(texts)
    after_colon = texts[::-1].index(":") + 1
    return 1 if after_colon == end else 2


def _split(texts: Iterable[str], separator: str) -> list[list[str]]:
    runs: list[list[str]] = [[]]
    for text in texts:
        if text == separator:
            runs.append([])
        else:
            runs[-1].append(text)
    return runs
