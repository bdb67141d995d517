"""F-strings that hold the quotes they are enclosed in are of Python 3.12 and later."""

import sys

import pytest

from pytest_fitness.codebase.files.raw import count_lines

pytestmark = pytest.mark.skipif(sys.version_info < (3, 12), reason="not Python before 3.12")


@pytest.mark.parametrize(
    ("nested", "plain"),
    [
        ('x = f"{a["#"]}"\n', "x = f'{a}'\n"),
        ('x = f"{a["b"]:{w["(":2]}}"  # c\n', "x = f'{a}'  # c\n"),
        ('f"""{\n a["b"]\n}"""\n', 'f"""{\n a\n}"""\n'),
    ],
)
def test_they_count_as_one_string(nested: str, plain: str) -> None:
    assert count_lines(nested.encode()) == count_lines(plain.encode())
