"""Every small change to a module that its tests should notice: conditions, sums, numbers, names, statements, SQL. Pure.

What only people or type checkers read is left as it is: docstrings, annotations, sentences, decorators, asserts.
"""

import ast
import copy
import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

_COMPARED = {
    ast.Lt: ast.LtE, ast.LtE: ast.Lt, ast.Gt: ast.GtE, ast.GtE: ast.Gt, ast.Eq: ast.NotEq, ast.NotEq: ast.Eq,
    ast.Is: ast.IsNot, ast.IsNot: ast.Is, ast.In: ast.NotIn, ast.NotIn: ast.In,
}  # fmt: skip
_COMPUTED = {
    ast.Add: ast.Sub, ast.Sub: ast.Add, ast.Mult: ast.FloorDiv, ast.FloorDiv: ast.Mult, ast.Div: ast.Mult,
    ast.Mod: ast.Mult, ast.Pow: ast.Mult, ast.BitOr: ast.BitAnd, ast.BitAnd: ast.BitOr, ast.LShift: ast.RShift,
    ast.RShift: ast.LShift,
}  # fmt: skip
_CALLED = {"min": "max", "max": "min", "any": "all", "all": "any"}
_SAYS_THE_SAME_NEGATED = (ast.Eq, ast.NotEq, ast.Is, ast.IsNot, ast.In, ast.NotIn)
_NAME = re.compile(r"[a-z]+([_-][a-z]+)*")  # of a state, a role, a column; anything else is a sentence
_STATEMENT = re.compile(r"\b(SELECT|UPDATE|DELETE|INSERT|WHERE|AND|OR|EXISTS)\b")
_SQL = (
    (r" < ", " <= "), (r" <= ", " < "), (r" > ", " >= "), (r" >= ", " > "), (r" <> ", " = "), (r" \+ ", " - "),
    (r" - ", " + "), (r"\bAND\b", "OR"), (r"\bOR\b", "AND"), (r"\bNOT EXISTS\b", "EXISTS"), (r"\bDESC\b", ""),
    (r"\bIS NULL\b", "IS NOT NULL"), (r"\bIS NOT NULL\b", "IS NULL"),
)  # fmt: skip
_CONDITION = re.compile(r"\b(SET|WHERE|AND|OR|ON|WHEN)\b")
_UNREAD = {"annotation", "returns", "decorator_list", "keywords", "bases", "type_params"}


@dataclass(frozen=True, slots=True)
class Mutant:
    """One change: ``before`` → ``after`` in a line of a function ("" outside of any), as source."""

    line: int
    function: str
    before: str
    after: str
    _where: tuple[Any, ...]  # the field of a node, or the place in its list, and what stands there instead

    def applied(self, tree: ast.Module) -> ast.Module:
        """Return the module with the change. ``tree`` is the one that ``mutants`` looked at; it stays as it was."""
        node, name, place, new = self._where
        old = getattr(node, name)
        setattr(node, name, new if place is None else [*old[:place], new, *old[place + 1 :]])
        try:
            return ast.fix_missing_locations(copy.deepcopy(tree))
        finally:
            setattr(node, name, old)


def mutants(tree: ast.Module) -> list[Mutant]:
    """Return every mutant of a module, in the order of its source."""
    return list(_within(tree, "", ""))


def _within(node: ast.AST, function: str, inside: str) -> Iterator[Mutant]:
    """Yield the mutants below a node. ``inside`` is what the name of a function here begins with."""
    for name, value in ast.iter_fields(node):
        if name in _UNREAD and not (name == "keywords" and isinstance(node, ast.Call)):
            continue
        for place, child in enumerate(value if isinstance(value, list) else [value]):
            if not isinstance(child, ast.AST) or _unread(child, node):
                continue
            at = place if isinstance(value, list) else None
            owner = "" if isinstance(node, ast.arguments) else function
            line = getattr(child, "lineno", getattr(node, "lineno", 0))
            if not function and isinstance(node, ast.Assign | ast.Call) and _is_a_name(child):
                continue  # what a constant stands for: whoever uses it goes on using it
            for new in _instead(child, node, name):
                ast.copy_location(new, child if hasattr(child, "lineno") else node)
                yield Mutant(line, owner, ast.unparse(child), ast.unparse(new), (node, name, at, new))
            if isinstance(child, ast.FunctionDef | ast.AsyncFunctionDef):
                yield from _within(child, f"{inside}{child.name}", f"{inside}{child.name}.<locals>.")
            else:
                within = f"{inside}{child.name}." if isinstance(child, ast.ClassDef) else inside
                yield from _within(child, owner, within)


def _unread(child: ast.AST, node: ast.AST) -> bool:
    if isinstance(child, ast.Expr) and isinstance(child.value, ast.Constant):
        return True  # a docstring
    if isinstance(child, ast.Assert | ast.Import | ast.ImportFrom | ast.JoinedStr):
        return not (isinstance(child, ast.JoinedStr) and _STATEMENT.search(ast.unparse(child)))
    if isinstance(child, ast.keyword) and child.arg == "strict":
        return True
    return isinstance(child, ast.Subscript) and isinstance(child.value, ast.Name) and child.value.id == "Literal"


def _is_a_name(node: ast.AST) -> bool:
    return isinstance(node, ast.Constant) and isinstance(node.value, str) and bool(_NAME.fullmatch(node.value))


def _instead(node: ast.AST, parent: ast.AST, field: str) -> Iterator[ast.AST]:
    """Yield what may stand in place of a node."""
    match node:
        case ast.Compare(ops=[op, *_]) if type(op) in _COMPARED:
            for place, each in enumerate(node.ops):
                new = _COMPARED[type(each)]()
                yield ast.Compare(node.left, [*node.ops[:place], new, *node.ops[place + 1 :]], node.comparators)
        case ast.BoolOp():
            yield ast.BoolOp(ast.Or() if isinstance(node.op, ast.And) else ast.And(), node.values)
        case ast.BinOp() if type(node.op) in _COMPUTED:
            yield ast.BinOp(node.left, _COMPUTED[type(node.op)](), node.right)
        case ast.AugAssign() if type(node.op) in _COMPUTED:
            yield ast.AugAssign(node.target, _COMPUTED[type(node.op)](), node.value)
            yield ast.Pass()
        case ast.UnaryOp(op=ast.Not() | ast.USub()):
            yield node.operand
        case ast.Constant(value=bool()):
            yield ast.Constant(not node.value)
        case ast.Constant(value=int()):
            yield ast.Constant(node.value + 1)
        case ast.Constant(value=str()) if _NAME.fullmatch(node.value):
            yield ast.Constant(f"{node.value}?")
        case ast.Constant(value=str()) if _STATEMENT.search(node.value):
            yield from map(ast.Constant, _other_sql(node.value))
        case ast.Call(func=ast.Name(id=name)) if name in _CALLED:
            yield ast.Call(ast.Name(_CALLED[name], ast.Load()), node.args, node.keywords)
        case ast.Return(value=value) if value and not (isinstance(value, ast.Constant) and value.value is None):
            yield ast.Return(ast.Constant(None))
        case ast.Expr() | ast.Raise() | ast.Continue() | ast.Break() | ast.Delete():
            yield ast.Pass()
        case ast.Assign(targets=[ast.Attribute() | ast.Subscript()]):
            yield ast.Pass()
    if field == "ifs" or (field == "test" and isinstance(parent, ast.If | ast.While | ast.IfExp)):
        compared = isinstance(node, ast.Compare) and isinstance(node.ops[0], _SAYS_THE_SAME_NEGATED)
        if not compared and not (isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.Not)):
            yield ast.UnaryOp(ast.Not(), node)


def _other_sql(text: str) -> Iterator[str]:
    for pattern, new in _SQL:
        for found in re.finditer(pattern, text):
            yield f"{text[: found.start()]}{new}{text[found.end() :]}"
    for found in re.finditer(r" = ", text):
        before = _CONDITION.findall(text[: found.start()])
        if before and before[-1] != "SET":
            yield f"{text[: found.start()]} <> {text[found.end() :]}"
