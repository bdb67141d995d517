import ast

import pytest
from hypothesis import given

from pytest_fitness.codebase.files.walk import Findings, walk
from python_programs import law, programs, radon_functions, radon_halstead, radon_total_complexity


def findings(text: str) -> Findings:
    return walk(ast.parse(text))


def complexities(text: str) -> dict[str, int]:
    return {
        block.name: 1 + block.decisions for block in findings(text).blocks if block.kind != "class"
    }


@law
@given(text=programs())
def test_every_figure_of_radon_is_reproduced(text: str) -> None:
    found = findings(text)
    ours = {(block.line, 1 + block.decisions) for block in found.blocks if block.kind != "class"}
    assert ours >= set(radon_functions(text))
    assert found.halstead == tuple(radon_halstead(text)[:4])
    assert found.total_complexity == radon_total_complexity(text)


@law
@given(text=programs())
def test_every_definition_of_the_program_is_found_once_in_source_order(text: str) -> None:
    defined = sorted(
        node.lineno
        for node in ast.walk(ast.parse(text))
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef)
    )
    assert [block.line for block in findings(text).blocks] == defined


@pytest.mark.parametrize(
    ("body", "complexity"),
    [
        ("pass", 1),
        ("if a: pass", 2),
        ("if a: pass\n  elif b: pass\n  else: pass", 3),
        ("return a if b else c", 2),
        ("return a and b and c or d", 4),
        ("for x in y: pass", 2),
        ("for x in y: pass\n  else: pass", 3),
        ("while x: pass\n  else: pass", 3),
        ("try: pass\n  except A: pass\n  except B: pass\n  else: pass\n  finally: pass", 4),
        ("try: pass\n  finally: pass", 1),
        ("try: pass\n  except* A: pass", 1),
        ("with a: pass", 1),
        ("return [x for x in y if x if z]", 4),
        ("return {x: 1 for x in y for z in x}", 3),
        ("assert a and b, c or d", 2),
        ("return lambda: a or b", 2),
        ("def inner(x=a or b): return a or b", 1),
        ("class Inner(a or b): c = a or b", 1),
        ("match a:\n    case 1: pass\n    case 2: pass", 3),
        ("match a:\n    case 1: pass\n    case _: pass", 2),
        ("match a:\n    case x: pass", 1),
    ],
)
def test_complexity_of_a_function(body: str, complexity: int) -> None:
    text = f"def f():\n  {body}\n"
    assert complexities(text)["f"] == complexity
    assert (1, complexity) in radon_functions(text)


def test_signature_and_decorators_are_not_counted() -> None:
    text = "@d(a or b)\ndef f(x=a or b, *, y: a or b = c if d else e) -> a or b: pass\n"
    assert complexities(text) == {"f": 1}
    assert findings(text).halstead == (0, 0, 0, 0)


def test_every_kind_of_function_is_there_with_its_own_figure() -> None:
    text = """
def outer():
    if a: pass
    def inner():
        return a or b
    class Local:
        def method(self):
            for x in y: pass
class Outer:
    async def method(self):
        def closure(): assert x
    class Inner:
        if debug:
            def method(self): return a if b else c
"""
    assert complexities(text) == {
        "outer": 2,
        "outer.inner": 2,
        "outer.Local.method": 2,
        "Outer.method": 1,
        "Outer.method.closure": 2,
        "Outer.Inner.method": 2,
    }
    kinds = {block.name: block.kind for block in findings(text).blocks}
    assert kinds == {
        "outer": "function",
        "outer.inner": "closure",
        "outer.Local": "class",
        "outer.Local.method": "method",
        "Outer": "class",
        "Outer.method": "method",
        "Outer.method.closure": "closure",
        "Outer.Inner": "class",
        "Outer.Inner.method": "method",
    }


@pytest.mark.parametrize(
    ("text", "halstead"),
    [
        ("a", (0, 0, 0, 0)),
        ("a + b", (1, 2, 1, 2)),
        ("a + a", (1, 1, 1, 2)),
        ("1 + True + 1.0", (1, 2, 2, 4)),
        ("a.x + b.x", (1, 1, 1, 2)),
        ("f() + f()", (1, 2, 1, 2)),
        ("a < b < c", (1, 3, 2, 3)),
        ("a and b and c", (1, 3, 1, 3)),
        ("not a", (1, 1, 1, 1)),
        ("a += 1", (1, 2, 1, 2)),
        ("def f(): a + b\ndef f(): a + b\ndef g(): a + b", (1, 4, 3, 6)),
        ("assert a + b", (1, 2, 1, 2)),
        ("class A(a + b, metaclass=a + b): pass", (1, 2, 2, 4)),
        ("f'{a + b:{c - d}}'", (2, 4, 2, 4)),
    ],
)
def test_halstead_counts(text: str, halstead: tuple[int, int, int, int]) -> None:
    assert findings(text).halstead == halstead
    assert tuple(radon_halstead(text)[:4]) == halstead


def test_abstract_classes_are_told_from_the_rest() -> None:
    text = """
class A(ABC): pass
class B(abc.ABC): pass
class C(metaclass=abc.ABCMeta): pass
class D(Protocol): pass
class E(typing.Protocol[T]): pass
class F:
    @abstractmethod
    def f(self): ...
class G:
    @property
    @abc.abstractmethod
    def f(self): ...
class H:
    @abc.abstractproperty
    def f(self): ...
class I:
    if x:
        @abstractmethod
        def f(self): ...
class J(A): pass
class K(metaclass=Meta):
    @staticmethod
    def f(self): ...
class L:
    class M(ABC): pass
    def f(self):
        @abstractmethod
        def g(): ...
"""
    abstract = {
        block.name for block in findings(text).blocks if block.kind == "class" and block.is_abstract
    }
    assert abstract == {"A", "B", "C", "D", "E", "F", "G", "H", "I", "L.M"}


def test_imports_are_found_wherever_they_are() -> None:
    text = """
import a.b as c, d
from e.f import g as h, i
from . import j
from ..k import l
from m import *
from . import *
def f():
    import n
    try:
        import o
    except ImportError:
        from p import (
            q,
            r,
        )
match x:
    case 1:
        with y: import s; import t
"""
    assert findings(text).imports == [
        ("a.b", 2, False),
        ("d", 2, False),
        ("e.f.g", 3, False),
        ("e.f.i", 3, False),
        (".j", 4, False),
        ("..k.l", 5, False),
        ("m.*", 6, False),
        (".*", 7, False),
        ("n", 9, False),
        ("o", 11, False),
        ("p.q", 13, False),
        ("p.r", 13, False),
        ("s", 19, False),
        ("t", 19, False),
    ]


def test_imports_for_type_checkers_are_marked() -> None:
    text = """
if TYPE_CHECKING:
    import a
    if x: import b
    else: import c
    def f(): import d
    class C: import e
else:
    import f
if typing.TYPE_CHECKING: import g
elif x: import h
if x: import i
elif t.TYPE_CHECKING: import j
if not TYPE_CHECKING: import k
if TYPE_CHECKING or x: import l
"""
    marked = {name for name, _, type_checking in findings(text).imports if type_checking}
    assert marked == {"a", "b", "c", "d", "e", "g", "j"}
    assert len(findings(text).imports) == 12


def test_depth_does_not_matter() -> None:
    tree = ast.parse("x")
    expression: ast.expr = ast.Name("a", ast.Load())
    for _ in range(50_000):
        expression = ast.UnaryOp(ast.Not(), expression)
    tree.body = [ast.Expr(expression)]
    assert walk(tree).halstead == (1, 50_000, 50_000, 50_000)
