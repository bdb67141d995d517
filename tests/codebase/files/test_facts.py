import marshal
import sys
import warnings

import pytest
from hypothesis import given
from hypothesis import strategies as st
from radon.raw import analyze

from pytest_fitness.codebase.files.facts import FileFacts
from pytest_fitness.codebase.files.inspection import analyse
from python_programs import law, programs, radon_functions, radon_halstead, radon_total_complexity


@law
@given(text=programs(layout=True))
def test_all_figures_of_radon_in_one_go(text: str) -> None:
    facts = analyse(text.encode())
    assert facts.error is None
    ours = {(line, complexity) for _, _, line, _, complexity in facts.functions}
    assert ours >= set(radon_functions(text))
    assert facts.halstead == tuple(radon_halstead(text)[:4])
    assert facts.total_complexity == radon_total_complexity(text)
    assert facts.raw == tuple(analyze(text))


@law
@given(text=programs())
def test_names_are_unique_in_a_file(text: str) -> None:
    facts = analyse(text.encode())
    for definitions in (facts.functions, facts.classes):
        names = [definition[0] for definition in definitions]
        assert len(set(names)) == len(names)


@law
@given(text=programs())
def test_facts_survive_marshal(text: str) -> None:
    facts = analyse(text.encode())
    assert FileFacts.unpack(marshal.loads(marshal.dumps(facts.pack()))) == facts


@law
@given(source=st.binary(max_size=200))
def test_no_content_is_fatal(source: bytes) -> None:
    facts = analyse(source)
    assert facts.error is None or facts == FileFacts.broken(*facts.error)
    assert FileFacts.unpack(marshal.loads(marshal.dumps(facts.pack()))) == facts


def test_what_is_learnt_of_a_file() -> None:
    source = b'''"""A shop."""
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from .money import Price


class Cart(ABC):
    # many
    def add(
        self, price: Price
    ) -> None:
        if price > 0:
            self.total += price


def main():
    import importlib
    importlib.import_module("plugin")
'''
    assert analyse(source) == FileFacts(
        functions=[("Cart.add", "method", 10, 14, 2), ("main", "function", 17, 19, 1)],
        classes=[("Cart", 8, True)],
        halstead=(2, 3, 2, 4),
        raw=(19, 11, 12, 1, 0, 5, 2),
        total_complexity=4,
        imports=[
            ("typing.TYPE_CHECKING", 2, False),
            (".money.Price", 5, True),
            ("importlib", 18, False),
        ],
        dynamic=1,
        error=None,
    )


def test_redefinitions_are_numbered_in_source_order() -> None:
    source = b"""
class A:
    @property
    def x(self): ...
    @x.setter
    def x(self, value): ...
    if y:
        def z(self): ...
    else:
        def z(self):
            def inner(): ...
class A:
    def z(self): ...
"""
    facts = analyse(source)
    assert [name for name, *_ in facts.functions] == [
        "A.x",
        "A.x#2",
        "A.z",
        "A.z#2",
        "A.z.inner",
        "A.z#3",
    ]
    assert [name for name, *_ in facts.classes] == ["A", "A#2"]


def test_dynamic_imports_are_counted_wherever_they_are() -> None:
    source = b"""
@register(import_module("a"))
def f(x=__import__("b"), y=lambda: importlib.import_module("c")):
    import_module = "no call"
"""
    assert analyse(source).dynamic == 3


def test_the_empty_file() -> None:
    facts = analyse(b"")
    assert facts.error is None
    assert facts.total_complexity == 1
    assert facts.raw == (0, 0, 0, 0, 0, 0, 0)


def test_a_byte_order_mark_changes_nothing() -> None:
    source = b"def f(): return a or b\r\n"
    assert analyse(b"\xef\xbb\xbf" + source) == analyse(source)


def test_the_declared_encoding_is_heeded() -> None:
    facts = analyse(b"# coding: latin-1\ndef \xe9t\xe9(): pass\n")
    assert facts.error is None
    assert facts.functions[0][0] == "été"


@pytest.mark.parametrize(
    ("source", "line", "message"),
    [
        (b"x = 1\ny = = 2\n", 2, "invalid syntax"),
        (b"if x:\npass\n", 2, "expected an indented block"),
        (b"x = '\n", 1, "unterminated string"),
        (b"x = 1\0", 1, "null bytes"),
        (b"x = 1\n'\xff'\n", None, "utf-8"),
        (b"# coding: ascii\n'\xff'\n", None, "ascii"),
        (b"# coding: klingon\n", None, "unknown encoding"),
        (b"x = " + b"(" * 1_000, 1, "too many nested"),
        (b"-" * 200_000 + b"1", 1, "nested too deeply"),
    ],
)
def test_what_cannot_be_parsed_says_why(source: bytes, line: int | None, message: str) -> None:
    facts = analyse(source)
    assert facts.error is not None
    assert message in facts.error[1]
    assert line in (None, facts.error[0])
    assert facts.functions == []
    assert facts.raw == (0,) * 7


def test_a_sum_of_many_terms_is_analysed() -> None:
    terms = 3_000 if sys.version_info < (3, 12) else 1_000
    before = sys.getrecursionlimit()
    facts = analyse(b"x = " + b" + ".join([b"a"] * terms))
    assert facts.halstead == (1, terms - 1, terms - 1, 2 * (terms - 1))
    assert sys.getrecursionlimit() == before


@pytest.mark.parametrize("source", [b"'\\d'\n", b"1if x else 2\n", b"x is 1\n"])
def test_the_parsers_warnings_are_not_ours(source: bytes) -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        assert analyse(source).error is None


def test_a_very_large_literal() -> None:
    entries = b"".join(b"    'key %d': [%d, -1],\n" % (number, number) for number in range(4_000))
    facts = analyse(b"x = {\n" + entries + b"}\n")
    assert facts.raw == (4_002, 2, 4_002, 0, 0, 0, 0)
    assert facts.halstead == (1, 1, 4_000, 4_000)
