"""Mutants of Python source: the same module with one small fault, made from its syntax tree.

Left alone is what no test of behaviour can tell: docstrings, annotations, `Literal` and other
types, messages of `raise`, `assert` (which only narrows types), `__slots__`, and the fields of a
scenario's tables. The latter are data (default, bounds, unit, source, grade), of which
`scenarios/base.toml`, the schema and the register of evidence each hold a copy that is tested. So
are unit, definition, source and group of a measure.
"""

from __future__ import annotations

import ast
import copy
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from types import CodeType
from typing import Any, NamedTuple

ROOT = Path(__file__).resolve().parents[1]
Place = tuple[str, str, int]  # of a function: file, qualified name, first line

COMPARISONS: dict[type[ast.cmpop], type[ast.cmpop]] = {
    ast.Lt: ast.LtE, ast.LtE: ast.Lt, ast.Gt: ast.GtE, ast.GtE: ast.Gt, ast.Eq: ast.NotEq,
    ast.NotEq: ast.Eq, ast.Is: ast.IsNot, ast.IsNot: ast.Is, ast.In: ast.NotIn, ast.NotIn: ast.In,
}  # fmt: skip
ARITHMETIC: dict[type[ast.operator], type[ast.operator]] = {
    ast.Add: ast.Sub, ast.Sub: ast.Add, ast.Mult: ast.Div, ast.Div: ast.Mult,
    ast.FloorDiv: ast.Mult, ast.Mod: ast.Mult, ast.Pow: ast.Mult, ast.LShift: ast.RShift,
    ast.RShift: ast.LShift, ast.BitAnd: ast.BitOr, ast.BitOr: ast.BitAnd,
}  # fmt: skip
PAIRS = (
    ("min", "max"), ("any", "all"), ("floor", "ceil"), ("mean", "median"), ("minimum", "maximum"),
    ("nanmean", "nanmedian"), ("argmin", "argmax"), ("zeros", "ones"), ("nanmin", "nanmax"),
    ("fmin", "fmax"),
)  # fmt: skip
NAMES = {one: other for pair in PAIRS for one, other in (pair, pair[::-1])} | {"popleft": "pop"}
WORDS = {"higher": "lower", "lower": "higher"}
TYPES = {"Literal", "Annotated", "Callable", "Sequence", "tuple", "dict", "list", "type"}
COMPOUND = (ast.If, ast.For, ast.While, ast.With, ast.Try, ast.FunctionDef, ast.ClassDef)


@dataclass(frozen=True)
class Mutation:
    """One change of one statement, and where in the tree it is to be put."""

    where: str  # qualified name of the function or class, "" for the module
    function: tuple[str, int] | None  # outermost function around it: qualified name, first line
    line: int
    operator: str
    before: str  # the statement, without what is nested in it
    after: str
    place: tuple[ast.AST, str, int | None]
    new: ast.AST


class Mutant(NamedTuple):
    """A mutation of a file."""

    file: str
    tree: ast.Module
    mutation: Mutation

    @property
    def key(self) -> tuple[str, str, str, str]:
        """What stays the same when other lines of the file change."""
        return self.file, self.mutation.where, self.mutation.before, self.mutation.after

    @property
    def position(self) -> tuple[str, int]:
        """Where it stands."""
        return self.file, self.mutation.line

    @property
    def place(self) -> Place | None:
        """The function it is in; None when it is in what runs at import."""
        function = self.mutation.function
        return function and (str(ROOT / self.file), *function)

    def code(self) -> CodeType:
        """Compile the module with its fault."""
        return compiled(self.tree, self.mutation, str(ROOT / self.file))


@dataclass(frozen=True)
class _Scope:
    where: str = ""
    function: tuple[str, int] | None = None
    statement: ast.AST | None = None  # or one entry of a long list at import


def mutations(tree: ast.Module) -> list[Mutation]:
    """List every mutant of a module; of the same change of the same statement, the first."""
    seen: Counter[tuple[str, str, str]] = Counter()
    found = []
    for one in _walk(tree, _Scope()):
        what = one.where, one.before, one.after
        seen[what] += 1
        if seen[what] == 1 and one.before != one.after:
            found.append(one)
    return found


def compiled(tree: ast.Module, mutation: Mutation, filename: str) -> CodeType:
    """Compile the module with the mutation in it; the tree is as before afterwards."""
    old = _put(mutation.place, mutation.new)
    try:
        return compile(tree, filename, "exec", dont_inherit=True)
    finally:
        _put(mutation.place, old)


def _put(place: tuple[ast.AST, str, int | None], node: Any) -> Any:
    parent, field, number = place
    if number is None:
        old = getattr(parent, field)
        setattr(parent, field, node)
    else:
        old = getattr(parent, field)[number]
        getattr(parent, field)[number] = node
    return old


def _walk(node: ast.AST, scope: _Scope) -> Iterator[Mutation]:
    for field, value in ast.iter_fields(node):
        children = enumerate(value) if isinstance(value, list) else [(None, value)]
        for number, child in children:
            if isinstance(child, ast.AST) and not _left_alone(node, field, child):
                inside = _entered(node, field, child, scope)
                for operator, new in _changes(child, inside):
                    yield _mutation(operator, (node, field, number), child, new, inside)
                yield from _walk(child, inside)


def _left_alone(parent: ast.AST, field: str, child: ast.AST) -> bool:
    if isinstance(child, ast.Raise | ast.Assert | ast.Import | ast.ImportFrom | ast.JoinedStr):
        return True
    if field in ("annotation", "returns", "bases", "decorator_list"):
        return True
    if isinstance(child, ast.Expr) and isinstance(child.value, ast.Constant):
        return True  # docstring
    if isinstance(child, ast.AnnAssign) and isinstance(parent, ast.ClassDef):
        return True  # field of a table
    if isinstance(child, ast.Subscript) and _name(child.value) in TYPES:
        return True
    if isinstance(parent, ast.Call) and _name(parent.func) == "Measure":
        return child in (*parent.args[1:2], *parent.args[3:6])  # unit, definition, source, group
    slots = isinstance(child, ast.Assign) and _name(child.targets[0]) == "__slots__"
    return slots or (isinstance(child, ast.Call) and _name(child.func) == "parameter")


def _entered(parent: ast.AST, field: str, child: ast.AST, scope: _Scope) -> _Scope:
    """Give the scope of a child: its names, and the statement it is part of."""
    where, function, statement = scope.where, scope.function, scope.statement
    if isinstance(parent, ast.FunctionDef | ast.ClassDef):
        where = f"{where}.{parent.name}" if where else parent.name
        body = isinstance(parent, ast.FunctionDef) and field == "body"
        if body and function is None:
            first = min([parent.lineno, *(one.lineno for one in parent.decorator_list)])
            function = where, first
    if isinstance(child, ast.stmt) or (isinstance(parent, ast.Tuple) and _is_call(child, scope)):
        statement = child
    return _Scope(where, function, statement)


def _is_call(node: ast.AST, scope: _Scope) -> bool:
    return isinstance(node, ast.Call) and scope.function is None


def _mutation(
    operator: str, place: tuple[ast.AST, str, int | None], old: ast.AST, new: ast.AST, scope: _Scope
) -> Mutation:
    statement = scope.statement
    assert statement is not None
    ast.copy_location(new, old)
    ast.fix_missing_locations(new)
    before = _head(statement)
    if old is statement:
        after = _head(new) if not isinstance(new, ast.Pass) else "(left out)"
    else:
        _put(place, new)
        after = _head(statement)
        _put(place, old)
    line = getattr(old, "lineno", statement.lineno)
    return Mutation(scope.where, scope.function, line, operator, before, after, place, new)


def _head(statement: ast.AST) -> str:
    """Write a statement in one line, without the statements in it."""
    if isinstance(statement, COMPOUND):
        statement = copy.copy(statement)
        for field in ("orelse", "finalbody", "handlers", "decorator_list"):
            if hasattr(statement, field):
                setattr(statement, field, [])
        statement.body = []
    return " ".join(ast.unparse(statement).split())


def _changes(node: ast.AST, scope: _Scope) -> Iterator[tuple[str, ast.AST]]:
    yield from _of_operators(node)
    yield from _of_statements(node)
    if isinstance(node, ast.Constant):
        yield from _of_constant(node, scope)
    if isinstance(node, ast.Name) and node.id in NAMES:
        yield "function", ast.Name(NAMES[node.id], node.ctx)
    if isinstance(node, ast.Attribute) and node.attr in NAMES:
        yield "function", ast.Attribute(node.value, NAMES[node.attr], node.ctx)


def _of_operators(node: ast.AST) -> Iterator[tuple[str, ast.AST]]:
    if isinstance(node, ast.Compare):
        for number, old in enumerate(node.ops):
            ops = list(node.ops)
            ops[number] = COMPARISONS[type(old)]()
            yield "comparison", ast.Compare(node.left, ops, node.comparators)
    elif isinstance(node, ast.BinOp) and type(node.op) in ARITHMETIC:
        yield "arithmetic", ast.BinOp(node.left, ARITHMETIC[type(node.op)](), node.right)
    elif isinstance(node, ast.AugAssign) and type(node.op) in ARITHMETIC:
        yield "arithmetic", ast.AugAssign(node.target, ARITHMETIC[type(node.op)](), node.value)
    elif isinstance(node, ast.BoolOp):
        other = ast.And() if isinstance(node.op, ast.Or) else ast.Or()
        yield "and, or", ast.BoolOp(other, node.values)
    elif isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.Not | ast.USub | ast.Invert):
        yield "not, minus", node.operand


def _of_statements(node: ast.AST) -> Iterator[tuple[str, ast.AST]]:
    if isinstance(node, ast.If | ast.IfExp | ast.While) and not isinstance(
        node.test, ast.Compare | ast.BoolOp | ast.UnaryOp
    ):
        new = copy.copy(node)
        new.test = ast.copy_location(ast.UnaryOp(ast.Not(), node.test), node.test)
        yield "condition", new
    elif isinstance(node, ast.Return) and not isinstance(node.value, ast.Constant | None):
        yield "return", ast.Return(ast.Constant(None))
    elif isinstance(node, ast.Break):
        yield "break, continue", ast.Continue()
    elif isinstance(node, ast.Continue):
        yield "break, continue", ast.Break()
    elif (isinstance(node, ast.Expr) and isinstance(node.value, ast.Call)) or (
        isinstance(node, ast.Assign | ast.AugAssign)
        and isinstance(node.targets[0] if isinstance(node, ast.Assign) else node.target,
                       ast.Attribute | ast.Subscript)
    ):  # fmt: skip
        yield "statement", ast.Pass()


def _of_constant(node: ast.Constant, scope: _Scope) -> Iterator[tuple[str, ast.AST]]:
    value = node.value
    if isinstance(value, bool):
        yield "true, false", ast.Constant(not value)
    elif isinstance(value, int | float):
        yield "number", ast.Constant(value + 1)
    elif isinstance(value, str) and (scope.function or " " not in value):  # else a source or unit
        yield "word", ast.Constant(WORDS.get(value, value + "_"))


def _name(node: ast.AST) -> str:
    return getattr(node, "id", getattr(node, "attr", ""))
