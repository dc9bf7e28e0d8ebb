"""Small changes of a module, each of which a test should notice."""

from __future__ import annotations

import ast
import copy
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from collections.abc import Iterator

_COMPARED: Final = {
    ast.Lt: ast.LtE, ast.LtE: ast.Lt, ast.Gt: ast.GtE, ast.GtE: ast.Gt, ast.Eq: ast.NotEq,
    ast.NotEq: ast.Eq, ast.In: ast.NotIn, ast.NotIn: ast.In, ast.Is: ast.IsNot, ast.IsNot: ast.Is,
}  # fmt: skip
_REVERSED: Final = {ast.Lt: ast.GtE, ast.LtE: ast.Gt, ast.Gt: ast.LtE, ast.GtE: ast.Lt}
_RECKONED: Final = {
    ast.Add: ast.Sub, ast.Sub: ast.Add, ast.Mult: ast.Div, ast.Div: ast.Mult,
    ast.FloorDiv: ast.Mult, ast.Mod: ast.Mult, ast.BitAnd: ast.BitOr, ast.BitOr: ast.BitAnd,
    ast.LShift: ast.RShift, ast.RShift: ast.LShift,
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Mutant:
    """
    A change of one node.

    Attributes
    ----------
    number : int
        Its place among those of the module.
    line, last : int
        First and last line of the statement that holds it.
    said : str
        The change, in words.
    """

    number: int
    line: int
    last: int
    said: str


def mutants_of(source: str) -> list[Mutant]:
    """List the changes of a module."""
    tree = ast.parse(source)
    return [
        Mutant(number, line, last, said)
        for number, (line, last, said, _) in enumerate(_changes(tree))
    ]


def mutated(source: str, number: int) -> Any:
    """Give the tree of a module with one change in it."""
    tree = ast.parse(source)
    for at, (_, _, _, change) in enumerate(_changes(tree)):
        if at == number:
            change()
            return ast.fix_missing_locations(tree)
    raise IndexError(number)


def _changes(tree: ast.Module) -> Iterator[tuple[int, int, str, Any]]:
    for statement in _statements(tree):
        for node in _own(statement):
            for said, change in _of_node(node):
                yield node.lineno, getattr(statement, "end_lineno", node.lineno), said, change


def _statements(tree: ast.AST) -> Iterator[ast.stmt]:
    """Give every statement but those that only tell types, and docstrings."""
    for node in ast.iter_child_nodes(tree):
        if isinstance(node, ast.If) and "TYPE_CHECKING" in ast.unparse(node.test):
            continue
        if isinstance(node, ast.stmt):
            is_text = isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant)
            if not is_text and not isinstance(node, ast.Import | ast.ImportFrom):
                yield node
        yield from _statements(node)


def _own(statement: ast.stmt) -> Iterator[Any]:
    """Give the nodes of a statement without those of the statements in it, nor its types."""
    yield statement
    waiting: list[ast.AST] = [statement]
    unread = {"annotation", "returns", "decorator_list", "args", "type_params"}
    while waiting:
        node = waiting.pop(0)
        for name, value in ast.iter_fields(node):
            if name in unread and isinstance(node, ast.stmt | ast.arg | ast.arguments):
                continue
            for child in value if isinstance(value, list) else [value]:
                if isinstance(child, ast.expr | ast.comprehension | ast.keyword):
                    waiting.append(child)
                    if isinstance(child, ast.expr):
                        yield child


def _of_node(node: Any) -> Iterator[tuple[str, Any]]:
    if isinstance(node, ast.Compare):
        for table in (_COMPARED, _REVERSED):
            other = table.get(type(node.ops[0]))
            if other is not None:
                yield _named(node, "ops", [other(), *node.ops[1:]])
    elif isinstance(node, ast.BinOp | ast.AugAssign) and type(node.op) in _RECKONED:
        yield _named(node, "op", _RECKONED[type(node.op)]())
    elif isinstance(node, ast.BoolOp):
        yield _named(node, "op", ast.Or() if isinstance(node.op, ast.And) else ast.And())
    elif isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.Not):
        yield _named(node, "operand", ast.UnaryOp(ast.Not(), node.operand))
    elif isinstance(node, ast.Constant) and isinstance(node.value, bool | int | float):
        value = node.value
        yield _named(node, "value", not value if isinstance(value, bool) else value + 1)
    elif isinstance(node, ast.If | ast.While | ast.IfExp) and not isinstance(
        node.test, ast.Compare
    ):
        yield _named(node, "test", ast.UnaryOp(ast.Not(), node.test))
    elif isinstance(node, ast.Return) and ast.unparse(node) not in ("return", "return None"):
        yield _named(node, "value", ast.Constant(None))


def _named(node: Any, field: str, value: Any) -> tuple[str, Any]:
    before = ast.unparse(node).split("\n")[0][:90]
    other = copy.copy(node)
    setattr(other, field, value)
    after = ast.unparse(ast.fix_missing_locations(other)).split("\n")[0][:90]
    return f"{before}  ->  {after}", lambda: setattr(node, field, value)
