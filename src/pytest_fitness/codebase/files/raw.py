"""Line counts of a source file, equal to radon's but taken in linear time.

Radon tokenises a statement again for each further line of it, which is quadratic. Here regular
expressions reduce the source to a *skeleton*, one short line for each logical line, on which
counting is a matter of a few more expressions. A file that needs its tokens one by one (it has
semicolons, or quotes nested in f-strings) goes through the tokenizer, once.

Lines are what Python takes for lines. Radon splits at form feeds and Unicode separators as well,
and so counts more lines than there are, or stops in the middle of a string. A string counts as one
token on every Python; since 3.12 the tokenizer, and radon with it, looks into f-strings.
"""

import re
import string
import sys
from typing import NamedTuple

from pytest_fitness.codebase.files.raw_tokens import LogicalCounts, count_tokens


class RawCounts(NamedTuple):
    """The line counts of a file; `sloc + blank + multi + single_comments == loc`."""

    loc: int
    lloc: int
    sloc: int
    comments: int
    multi: int
    blank: int
    single_comments: int


_STRING_OR_COMMENT = re.compile(
    rb"("
    rb"#[^\n]*+"
    rb'|"""[^"\\]*+(?:(?:\\.|"(?!""))[^"\\]*+)*+"""'
    rb"|'''[^'\\]*+(?:(?:\\.|'(?!''))[^'\\]*+)*+'''"
    rb'|"[^"\\\n]*+(?:\\.[^"\\\n]*+)*+"'
    rb"|'[^'\\\n]*+(?:\\.[^'\\\n]*+)*+'"
    rb")",
    re.DOTALL,
)
# The alphabet of a skeleton: # a comment, " a string with ~ for each line of it if it has several,
# ( ) any bracket, r a letter that may be the prefix of a string, x anything else.
_PREFIX_LETTERS = b"rRbBuUfFtT"
_WHITESPACE = string.whitespace.encode().replace(b"\n", b"")
_ALPHABET = bytearray(b"x" * 256)
for _letters, _sign in ((b"([{", b"("), (b")]}", b")"), (_PREFIX_LETTERS, b"r")):
    for _letter in _letters:
        _ALPHABET[_letter] = _sign[0]
for _letter in b'\n#"~:;':
    _ALPHABET[_letter] = _letter

_BRACKETS = re.compile(rb"\([^():]*+\)")
_BRACKETS_WITH_COLON = re.compile(rb"\([^():]*+:[^()]*+\)")
_SINGLE_COMMENTS = (b"#", b'"', b'r"', b'rr"')
_MULTI_LINE_STRING = re.compile(rb'\nr{0,2}"(~++)(?=\n)')
_F_PREFIX = (b"f", b"F", b"t", b"T")
_CODE_AFTER_COLON = re.compile(rb":[^:#\n]+#?\n")


def count_lines(source: bytes) -> RawCounts:
    r"""Count the lines of a source file that parses.

    Args:
        source: The content in UTF-8 with `\n` for line ends, as `decoding.normalised` gives it.
    """
    loc, blank = _physical_lines(source)
    counts = _count_skeleton(source) or count_tokens(source.decode())
    sloc = loc - blank - counts.multi - counts.single_comments
    return RawCounts(
        loc, counts.lloc, sloc, counts.comments, counts.multi, blank, counts.single_comments
    )


def _physical_lines(source: bytes) -> tuple[int, int]:
    lines: list[bytes] | list[str]
    lines = source.split(b"\n") if source.isascii() else source.decode().split("\n")
    if not lines[-1]:
        lines.pop()
    blank = sum(1 for line in lines if not line or line.isspace())
    return len(lines), blank


def _count_skeleton(source: bytes) -> LogicalCounts | None:
    parts = _STRING_OR_COMMENT.split(source)
    if sys.version_info >= (3, 12) and _has_nested_quotes(parts):
        return None
    marks = [
        b"#" if token[:1] == b"#" else b'"' if b"\n" not in token else _mark_lines(token)
        for token in parts[1::2]
    ]
    parts[1::2] = marks
    code = b"".join(parts).replace(b"\\\n", b"").replace(b":=", b"=")
    skeleton = _without_brackets(b"\n%b\n" % code.translate(_ALPHABET, _WHITESPACE))
    if b";" in skeleton:
        return None
    lines = [line for line in skeleton.split(b"\n") if line]
    return LogicalCounts(
        lloc=len(lines) - lines.count(b"#") + len(_CODE_AFTER_COLON.findall(skeleton)),
        comments=marks.count(b"#"),
        multi=sum(map(len, _MULTI_LINE_STRING.findall(skeleton))),
        single_comments=sum(map(lines.count, _SINGLE_COMMENTS)),
    )


def _mark_lines(text: bytes) -> bytes:
    return b'"' + b"~" * sum(1 for line in text.decode().split("\n") if line.strip())


def _without_brackets(skeleton: bytes) -> bytes:
    """Replace each bracket by what it is to its statement: code, perhaps with a colon in it."""
    replaced = 1
    while replaced:
        skeleton, plain = _BRACKETS.subn(b"x", skeleton)
        skeleton, with_colon = _BRACKETS_WITH_COLON.subn(b":x", skeleton)
        replaced = plain + with_colon
    return skeleton


def _has_nested_quotes(parts: list[bytes]) -> bool:
    """Tell whether an f-string seems to end within a replacement field, as it may since 3.12."""
    return any(
        code[-1:] in _F_PREFIX or code[-2:-1] in _F_PREFIX
        for code, token in zip(parts[::2], parts[1::2], strict=False)
        if b"{" in token and not _is_balanced(token)
    )


def _is_balanced(token: bytes) -> bool:
    fields = token.replace(b"{{", b"").replace(b"}}", b"")
    return fields.count(b"{") == fields.count(b"}")
