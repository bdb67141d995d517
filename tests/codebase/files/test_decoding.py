import pytest

from pytest_fitness.codebase.files.decoding import normalised


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        (b"x = 1\n", b"x = 1\n"),
        (b"\xef\xbb\xbfx = 1\n", b"x = 1\n"),
        (b"a\r\nb\rc\n", b"a\nb\nc\n"),
        (b"# coding: latin-1\n'\xe9'\n", "# coding: latin-1\n'é'\n".encode()),
        (
            b"#!/bin/sh\n# -*- coding: cp1252 -*-\n'\x80'",
            "#!/bin/sh\n# -*- coding: cp1252 -*-\n'€'".encode(),
        ),
        (b"\n\n# coding: latin-1\n'\xc3\xa9'\n", "\n\n# coding: latin-1\n'é'\n".encode()),
        (b"encoding = 1\n", b"encoding = 1\n"),
    ],
)
def test_sources_are_brought_to_one_form(source: bytes, expected: bytes) -> None:
    assert normalised(source) == expected


def test_an_unknown_encoding_is_a_syntax_error() -> None:
    with pytest.raises(SyntaxError, match="unknown encoding"):
        normalised(b"# coding: klingon\n")


def test_a_wrong_encoding_is_an_error() -> None:
    with pytest.raises(UnicodeDecodeError):
        normalised(b"# coding: ascii\n'\xe9'\n")
