"""Source bytes brought to one form: UTF-8 without a mark in front, lines ended by a newline."""

import io

_UTF8_MARK = b"\xef\xbb\xbf"
# An encoding is declared on one of the first two lines (PEP 263).
_HEAD = 1_000


def normalised(source: bytes) -> bytes:
    r"""Return the source in UTF-8, without byte order mark, with `\n` for every line end.

    Raises:
        SyntaxError: The source declares an encoding that is not known.
        UnicodeDecodeError: It is not in the encoding that it declares.
    """
    source = source.removeprefix(_UTF8_MARK)
    if b"coding" in source[:_HEAD]:
        source = _recoded(source)
    if b"\r" in source:
        source = source.replace(b"\r\n", b"\n").replace(b"\r", b"\n")
    # Python imports a file whose comments alone are not UTF-8.
    return source if source.isascii() else source.decode("utf-8", "replace").encode()


def _recoded(source: bytes) -> bytes:
    import tokenize

    encoding, _ = tokenize.detect_encoding(io.BytesIO(source).readline)
    return source if encoding == "utf-8" else source.decode(encoding).encode()
