import pytest
from hypothesis import given
from hypothesis import strategies as st
from radon.raw import analyze

from pytest_fitness.codebase.files.raw import RawCounts, count_lines
from pytest_fitness.codebase.files.raw_tokens import count_tokens
from python_programs import LAYOUT, law, programs


def ours(text: str) -> RawCounts:
    return count_lines(text.encode())


def radons(text: str) -> RawCounts:
    return RawCounts(*analyze(text))


@law
@given(text=programs(layout=True))
def test_programs_have_the_counts_that_radon_gives_them(text: str) -> None:
    assert ours(text) == radons(text)


@law
@given(text=programs(layout=True))
def test_the_tokenizer_comes_to_the_same_result(text: str) -> None:
    by_tokens = count_tokens(text)
    counts = ours(text)
    assert by_tokens == (counts.lloc, counts.comments, counts.multi, counts.single_comments)


@law
@given(text=programs(layout=True))
def test_every_line_is_of_one_sort(text: str) -> None:
    counts = ours(text)
    assert counts.loc == counts.sloc + counts.blank + counts.multi + counts.single_comments
    assert counts.loc == len(text.splitlines())


@pytest.mark.parametrize("lines", LAYOUT)
def test_each_layout_alone(lines: str) -> None:
    assert ours(lines) == radons(lines)
    assert ours(f"{lines}\n") == radons(f"{lines}\n")


@pytest.mark.parametrize(
    ("text", "counts"),
    [
        ("", RawCounts(0, 0, 0, 0, 0, 0, 0)),
        ("\n", RawCounts(1, 0, 0, 0, 0, 1, 0)),
        ("x = 1", RawCounts(1, 1, 1, 0, 0, 0, 0)),
        ("# a\n# b\n", RawCounts(2, 0, 0, 2, 0, 0, 2)),
        ('"""doc"""\n', RawCounts(1, 1, 0, 0, 0, 0, 1)),
        ('"""doc\n\nmore\n"""\n', RawCounts(4, 1, 0, 0, 3, 1, 0)),
        ("x = '''a\n\n'''\n", RawCounts(3, 1, 2, 0, 0, 1, 0)),
        ("if x: y  # why\n", RawCounts(1, 2, 1, 1, 0, 0, 0)),
        ("if x:\n    y\n", RawCounts(2, 2, 2, 0, 0, 0, 0)),
        ("f(  # a\n\n  # b\n)\n", RawCounts(4, 1, 3, 2, 0, 1, 0)),
        ("x = {1: 2}\n", RawCounts(1, 2, 1, 0, 0, 0, 0)),
        ("def f(x: int): return x\n", RawCounts(1, 2, 1, 0, 0, 0, 0)),
        ("def f(x: int):\n    pass\n", RawCounts(2, 2, 2, 0, 0, 0, 0)),
    ],
)
def test_counts(text: str, counts: RawCounts) -> None:
    assert ours(text) == counts
    assert radons(text) == counts


@pytest.mark.parametrize(
    "text",
    [
        "x = '# no comment'\n",
        "x = 'it\\'s'  # it's\n",
        "x = \"'''\"\ny = '\"\"\"'\n",
        '"""a \\""" b"""\n',
        '"""a" ""b"""\n',
        '""""a" """\n',
        "x = r'\\\\'  # raw\n",
        "x = rb'a' Rb'b'\n",
        "x = ''\ny = \"\"\nz = ''''''\n",
        "x = [[[1, (2)], {3: {4: 5}}], '(']\n",
        "x = a[1:2, ::3]\n",
        "x = lambda: (yield)\n",
        "class A: pass; x = 1\n",
        "x = 1;\n",
        "'doc';\n",
        "'doc'; x\n",
        "x = '''\n;\n'''\n",
        "if x:  # ;\n    y\n",
        "x = 1 \t\n",
        "if x:\n\tif y:\n\t\tz\n\t# end\n",
        "x = 'é'  # ü\nß = '''\n ñ\n\n'''\n",
        "x = '''\n\u3000\n'''\n",
    ],
)
def test_lexical_corners(text: str) -> None:
    assert ours(text) == radons(text)


@pytest.mark.parametrize("separator", ["\x0b", "\x0c", "\x1c", "\x85", "\u2028", "\u2029"])
@pytest.mark.parametrize("template", ["x = 'a{}b'\n", '"""a{}b"""\n', "# a{}b\n"])
def test_only_python_line_ends_count(template: str, separator: str) -> None:
    """Radon takes these for line ends, and so raises or counts lines that are not there."""
    counts = ours(template.format(separator))
    assert counts == ours(template.format(" "))
    assert counts.loc == 1


def test_a_form_feed_between_functions_is_one_blank_line() -> None:
    assert ours("x\n\x0c\ny\n") == ours("x\n\ny\n")


@law
@given(size=st.integers(1, 40), ends=st.sampled_from([("{", "}"), ('"""', '"""'), ("f(", ")")]))
def test_a_bracket_or_string_of_many_lines(size: int, ends: tuple[str, str]) -> None:
    entries = "".join(f"    'key {number}': ({number}, [1, 2]),\n" for number in range(size))
    text = f"{ends[0]}\n{entries}{ends[1]}\n"
    assert ours(text) == radons(text)


@pytest.mark.parametrize("opening", ["x = {", '"""'])
def test_a_very_long_statement_is_counted_in_one_go(opening: str) -> None:
    """Radon takes minutes for one of this length."""
    closing = "}" if opening.endswith("{") else opening
    entries = "".join(f"    'key {number}': [{number}, (2, 3)],\n" for number in range(20_000))
    counts = ours(f"{opening}\n{entries}{closing}\n")
    assert counts.loc == 20_002
    if closing == "}":
        assert counts == RawCounts(20_002, 2, 20_002, 0, 0, 0, 0)
    else:
        assert counts == RawCounts(20_002, 1, 0, 0, 20_002, 0, 0)


def test_brackets_nested_as_deep_as_python_allows() -> None:
    assert ours("x = " + "[" * 199 + "1:2" + "]" * 199 + "\n").lloc == 2


def test_an_f_string_is_one_token_on_every_python() -> None:
    assert ours("f'{a:>{b}}'\n") == RawCounts(1, 1, 0, 0, 0, 0, 1)
    assert ours("f'''{a:>{b}}\n'''\n") == RawCounts(2, 1, 0, 0, 2, 0, 0)
    assert ours("x = f'{a:>10}'; y = f'{b}'\n").lloc == 2
