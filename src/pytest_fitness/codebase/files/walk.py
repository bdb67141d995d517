"""One pass over a syntax tree: complexity, Halstead counts, classes and imports together.

Radon visits a tree once for each figure, recursively; here one loop with a stack of its own feeds
them all, which is several times faster and knows no limit of depth. A *scope* is a run of nodes
that share a block (whose complexity they add to), a Halstead context and a type-checking guard.
What opens another scope is queued and taken up when the current one has ended.
"""

import ast
from collections.abc import Callable
from operator import attrgetter, itemgetter
from typing import Any, NamedTuple

from pytest_fitness.codebase.files.blocks import (
    Block,
    class_is_abstract,
    function_kind,
    has_abstract_mark,
)
from pytest_fitness.codebase.files.nodes import (
    CHILDREN,
    DECISIONS,
    ONLY_CHILD,
    OPERAND_KEY,
    OPERATIONS,
)


class Findings(NamedTuple):
    """What one tree holds. Blocks are in source order, the module itself is left out."""

    blocks: list[Block]
    halstead: tuple[int, int, int, int]
    total_complexity: int
    imports: list[tuple[str, int, bool]]


class _Scope(NamedTuple):
    nodes: list[Any]
    block: Block
    operands: set[Any]
    type_checking: bool


# Three quarters of all nodes.
_COMMONEST = (ast.Name, ast.Attribute, ast.Constant, ast.Call, ast.Assign)


def walk(tree: ast.Module) -> Findings:
    """Visit every node once."""
    walker = _Walker(tree)
    while walker.queue:
        walker.visit(walker.queue.pop())
    return walker.findings()


class _Walker:
    def __init__(self, tree: ast.Module) -> None:
        self.module = Block(None, "module")
        # Decisions that radon does not look at (in an assertion, in the header of a class).
        self.ignored = Block(None, "module")
        self.blocks: list[Block] = []
        self.imports: list[tuple[int, int, Any, bool]] = []
        self.operands_by_context: dict[str | None, set[Any]] = {None: set()}
        self.operators: set[type] = set()
        self.operator_count = 0
        self.operand_count = 0
        self.unlike_operands = 0
        module_operands = self.operands_by_context[None]
        self.queue = [_Scope(list(tree.body), self.module, module_operands, False)]

    def visit(self, scope: _Scope) -> None:  # noqa: PLR0912 - a call for each node costs too much
        """Visit the nodes of one scope. The commonest kinds of node come first."""
        stack, block, operands, _ = scope
        push, extend, pop = stack.append, stack.extend, stack.pop
        only_child, children = ONLY_CHILD, CHILDREN
        decisions, operations, special = DECISIONS, OPERATIONS, _SPECIAL
        name, attribute, constant, call, assign = _COMMONEST
        while stack:
            node = pop()
            kind = node.__class__
            while kind is attribute:
                node = node.value
                kind = node.__class__
            if kind is name or kind is constant:
                continue
            if kind is call:
                push(node.func)
                extend(node.args)
                if node.keywords:
                    extend(node.keywords)
            elif kind is assign:
                extend(node.targets)
                push(node.value)
            elif kind in only_child:
                push(only_child[kind](node))
            elif kind is list:
                extend(node)
            elif node is not None:
                if kind in decisions:
                    block.decisions += decisions[kind](node)
                if kind in operations:
                    self.count_operation(*operations[kind](node), operands)
                if kind in special:
                    special[kind](self, node, scope)
                elif kind in children:
                    extend(children[kind](node))

    def count_operation(self, operators: list[Any], operands: list[Any], context: set[Any]) -> None:
        """Count the operators and operands of one node for Halstead's measures.

        Operands are told apart within a function of that name, which is radon's key. As there,
        equal constants such as `1`, `1.0` and `True` are one operand.
        """
        self.operator_count += len(operators)
        self.operand_count += len(operands)
        for operator in operators:
            self.operators.add(operator.__class__)
        for operand in operands:
            key = OPERAND_KEY.get(operand.__class__)
            if key is None:
                self.unlike_operands += 1
            else:
                context.add(key(operand))

    def enter_function(self, node: Any, scope: _Scope) -> None:
        """Queue the body; decorators, defaults and annotations are not radon's business."""
        parent = scope.block
        block = Block(parent, function_kind(parent), node)
        self.blocks.append(block)
        if parent.kind == "class" and has_abstract_mark(node):
            parent.is_abstract = True
        operands = self.operands_by_context.setdefault(node.name, set())
        self.queue.append(_Scope(list(node.body), block, operands, scope.type_checking))

    def enter_class(self, node: Any, scope: _Scope) -> None:
        """Queue the body, and the header for the sake of its operators alone."""
        block = Block(scope.block, "class", node)
        block.is_abstract = class_is_abstract(node)
        self.blocks.append(block)
        header = [*node.bases, *node.keywords, *node.decorator_list]
        header.extend(getattr(node, "type_params", ()))
        self.queue.append(scope._replace(nodes=header, block=self.ignored))
        self.queue.append(scope._replace(nodes=list(node.body), block=block))

    def enter_assert(self, node: Any, scope: _Scope) -> None:
        """Count an assertion as one decision, whatever it asserts."""
        scope.block.decisions += 1
        self.queue.append(scope._replace(nodes=[node.test, node.msg], block=self.ignored))

    def enter_if(self, node: Any, scope: _Scope) -> None:
        """Treat the body of `if TYPE_CHECKING` as a scope of its own."""
        test = node.test
        if _last_part(test) == "TYPE_CHECKING":
            self.queue.append(scope._replace(nodes=list(node.body), type_checking=True))
        else:
            scope.nodes.append(node.body)
        scope.nodes.append(test)
        scope.nodes.append(node.orelse)

    def add_import(self, node: Any, scope: _Scope) -> None:
        """Note an import statement with its place."""
        self.imports.append((node.lineno, node.col_offset, node, scope.type_checking))

    def findings(self) -> Findings:
        """Sum up, in source order."""
        contexts = self.operands_by_context.values()
        return Findings(
            blocks=sorted(self.blocks, key=attrgetter("line")),
            halstead=(
                len(self.operators),
                sum(map(len, contexts)) + self.unlike_operands,
                self.operator_count,
                self.operand_count,
            ),
            total_complexity=1
            + self.module.decisions
            + sum(block.share_of_total() for block in self.blocks),
            imports=[
                (name, line, type_checking)
                for line, _, node, type_checking in sorted(self.imports, key=itemgetter(0, 1))
                for name in _imported_names(node)
            ],
        )


def _last_part(node: Any) -> str | None:
    kind = node.__class__
    if kind is ast.Name:
        return str(node.id)
    return str(node.attr) if kind is ast.Attribute else None


def _imported_names(node: Any) -> list[str]:
    if node.__class__ is ast.Import:
        return [alias.name for alias in node.names]
    origin = "." * node.level + (f"{node.module}." if node.module else "")
    return [origin + alias.name for alias in node.names]


# Kinds of node that take more than a visit to their children.
_SPECIAL: dict[type, Callable[[_Walker, Any, _Scope], None]] = {
    ast.FunctionDef: _Walker.enter_function,
    ast.AsyncFunctionDef: _Walker.enter_function,
    ast.ClassDef: _Walker.enter_class,
    ast.Assert: _Walker.enter_assert,
    ast.If: _Walker.enter_if,
    ast.Import: _Walker.add_import,
    ast.ImportFrom: _Walker.add_import,
}
