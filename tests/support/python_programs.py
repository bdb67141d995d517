"""Random Python programs, and radon's opinion of them."""

import ast
import random
import warnings
from typing import Any

from hypothesis import settings
from hypothesis import strategies as st
from radon.complexity import add_inner_blocks, cc_visit_ast
from radon.metrics import h_visit_ast
from radon.visitors import ComplexityVisitor

law = settings(derandomize=True, deadline=None, max_examples=100)

ATOMS = ["a", "b", "a.b", "b.a.c", "0", "1", "1.0", "True", "None", "'a'", "b'a'", "...", '"x:#"']
EXPRESSIONS = [
    "({} + {})",
    "({} and {} or {})",
    "(not {})",
    "-{}",
    "({} < {} is not {})",
    "({} if {} else {})",
    "[{} for x in {} if {} if {}]",
    "{{{}: {} for x in {}}}",
    "(x async for x in {})",
    "(lambda x, y={}: {})",
    "f({}, *{}, k={}, **{})",
    "{}[{}:{}]",
    "({}).a",
    "{{{}: {}, **{}}}",
    "({}, {})",
    "(x := {})",
    "(yield {})",
    "(await {})",
]
STATEMENTS = [
    "{}",
    "x = y = {}",
    "x += {}",
    "x: {} = {}",
    "return {}",
    "assert {}, {}",
    "raise A from {}",
    "del x",
    "import os.path as p, sys",
    "from .a import b",
]
# The parts of a statement, each followed by a body.
COMPOUNDS = [
    ["if {}:"],
    ["if {}:", "elif {}:", "else:"],
    ["for x in {}:"],
    ["async for x in {}:", "else:"],
    ["while {}:", "else:"],
    ["try:", "except {}:", "except {} as e:", "else:", "finally:"],
    ["try:", "finally:"],
    ["try:", "except* {}:", "else:"],
    ["with {} as x, {}:"],
    ["def f(x={}) -> {}:"],
    ["def g(x: {}, *y, z={}):"],
    ["@d({})", "async def f(x):"],
    ["class A({}, k={}):"],
    ["class B:"],
    ["match {}:", "    case 1 if {}:", "    case x:"],
    ["match {}:", "    case [1, a] | {{'k': a}}:", "    case _:"],
]
# What surrounds statements matters to line counts alone.
LAYOUT = [
    "",
    "   ",
    "# comment",
    "# comment: 'quoted'",
    '"""one line"""',
    "r'''two\nlines'''",
    "'''several\n\n   # no comment\nlines'''",
    "'''not alone\n\n'''  # but commented",
    'x = """text\n\nmore""", 1',
    "x = [\n    1,  # one\n\n    2,\n]",
    "x = {\n    1: 2,\n}  # done",
    "x = 1 + \\\n    2",
    "x = 'a\\\nb'",
    "'a\\\nb'",
    "x = 1; y = 2",
    "if x: y = 1; z = 2",
    "if x: return; z[1:]; y",
    "x: int; y = 1;",
    "f(\n    '''\n    ''' 'a')",
    "'a' 'b'",
    "x = {'a:b': lambda: 1}",
    "x = y[a:b]  # slice",
    "x = y[(a := b)]",
]


class _Writer:
    def __init__(self, seed: int, layout: bool) -> None:
        self.random = random.Random(seed)
        self.layout = layout

    def expression(self, depth: int) -> str:
        if depth == 0 or self.random.random() < 0.3:
            return self.random.choice(ATOMS)
        return self.filled(self.random.choice(EXPRESSIONS), depth - 1)

    def filled(self, template: str, depth: int) -> str:
        return template.format(*(self.expression(depth) for _ in range(4)))

    def body(self, indent: str, depth: int) -> list[str]:
        lines = []
        for _ in range(self.random.randint(1, 3)):
            lines += self.statement(indent, depth)
        return [*lines, f"{indent}pass"]

    def statement(self, indent: str, depth: int) -> list[str]:
        if self.layout and self.random.random() < 0.5:
            return [indent + self.random.choice(LAYOUT)]
        if depth == 0 or self.random.random() < 0.4:
            return [indent + self.filled(self.random.choice(STATEMENTS), 3)]
        lines = []
        for head in self.random.choice(COMPOUNDS):
            lines.append(indent + self.filled(head, 2))
            if head.startswith(" "):
                lines += self.body(indent + " " * 8, depth - 1)
            elif not head.startswith(("match", "@")):
                lines += self.body(indent + " " * 4, depth - 1)
        return lines


def _program(seed: int, depth: int, layout: bool) -> str:
    return "\n".join(_Writer(seed, layout).body("", depth)) + "\n"


def _parses(text: str) -> bool:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            ast.parse(text)
        except SyntaxError:
            return False
    return True


def programs(*, layout: bool = False) -> st.SearchStrategy[str]:
    """Programs that parse; with layout also comments, long strings and statements on many lines."""
    seeds = st.integers(0, 2**32)
    return st.builds(_program, seeds, st.integers(0, 3), st.just(layout)).filter(_parses)


def radon_functions(text: str) -> list[tuple[int, int]]:
    """The line and complexity of each function that radon tells of."""
    blocks = add_inner_blocks(cc_visit_ast(ast.parse(text)))
    return sorted({(block.lineno, block.complexity) for block in blocks if block.letter != "C"})


def radon_total_complexity(text: str) -> int:
    total: int = ComplexityVisitor.from_ast(ast.parse(text)).total_complexity
    return total


def radon_halstead(text: str) -> Any:
    """Radon's report on a whole file."""
    return h_visit_ast(ast.parse(text)).total
