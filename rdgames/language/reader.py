"""Text to trees, by Python's own parser and a whitelist; nothing is ever evaluated.

Whatever the text says, reading ends in a tree or in an `ExpressionError`, in time and memory bounded by the limits
below: length, depth, number of nodes, digits of a number, and the product of nested exponents.
"""

from __future__ import annotations

import ast
import re
import warnings
from collections.abc import Iterable
from fractions import Fraction
from typing import NoReturn

from rdgames.errors import ExpressionError, did_you_mean
from rdgames.language.tree import (
    Binary,
    Call,
    Comparison,
    Expression,
    Indexed,
    Logic,
    Negative,
    Number,
    OfRegime,
    Power,
    Statement,
    Sum,
    Symbol,
)

MAX_CHARACTERS = 10_000
MAX_NODES = 2_000
MAX_DEPTH = 200
MAX_DIGITS = 40
MAX_EXPONENT = 16

FUNCTIONS = {"sqrt": 1, "sign": 1, "derivative": 2}

_ARITHMETIC: dict[type[ast.operator], str] = {ast.Add: "+", ast.Sub: "-", ast.Mult: "*", ast.Div: "/"}
_COMPARISONS: dict[type[ast.cmpop], str] = {
    ast.Lt: "<",
    ast.LtE: "<=",
    ast.Gt: ">",
    ast.GtE: ">=",
    ast.Eq: "==",
    ast.NotEq: "!=",
}
_FORBIDDEN: dict[type[ast.AST], str] = {
    ast.Attribute: "an attribute (a dot)",
    ast.Lambda: "a lambda",
    ast.IfExp: "a conditional",
    ast.ListComp: "a list",
    ast.List: "a list",
    ast.Dict: "a dictionary",
    ast.Set: "a set",
    ast.Tuple: "a pair",
    ast.JoinedStr: "a string",
    ast.NamedExpr: "an assignment",
    ast.Starred: "a star",
    ast.Await: "an await",
    ast.Yield: "a yield",
    ast.GeneratorExp: "a generator outside sum(...)",
    ast.Compare: "a comparison, where a formula is expected",
    ast.BoolOp: "a statement, where a formula is expected",
}


def read_expression(text: object) -> Expression:
    """Read a formula, such as ``a - b*sum(q[j] for j in firms)``.

    Parameters
    ----------
    text
        The formula; a number, a tree (returned as it is), or a SymPy expression, which is read in its printed form.

    Raises
    ------
    ExpressionError
        If the text is no formula, or outgrows the limits of this module.

    Examples
    --------
    >>> read_expression("2*x[i]")
    Binary(operator='*', left=Number(value=Fraction(2, 1)), right=Indexed(name='x', indices=('i',)))
    """
    if isinstance(text, Expression):
        return text
    source = _as_text(text)
    return _Reader(source, ()).expression(_parse(source), 0)


def read_statement(text: object, regimes: Iterable[str] = ()) -> Statement:
    """Read a statement, such as ``0 <= beta <= 1`` or ``sign(cartel.x - competition.x) == sign(2*beta - 1)``.

    ``regimes`` are the names that may stand before a dot. A name with a hyphen may be written with it.
    The word ``iff`` joins two statements: ``iff(beta > 1/2, cartel.x > competition.x)``.
    """
    if isinstance(text, Comparison | Logic):
        return text
    source = _as_text(text)
    names = {name.replace("-", "_"): name for name in regimes}
    plain = source
    for underscored, name in names.items():
        if name != underscored:
            plain = re.sub(rf"(?<![\w-]){re.escape(name)}(?=\s*\.)", underscored, plain)
    return _Reader(source, names).statement(_parse(plain), 0)


def _as_text(value: object) -> str:
    """Return the text of a formula in one line, so that a column is a place in it."""
    if isinstance(value, str):
        return " ".join(value.splitlines()).strip()
    if isinstance(value, bool) or value is None:
        raise ExpressionError(str(value), 1, f"found {value!r}, expected a formula")
    if isinstance(value, int | float | Fraction):
        return str(value)
    if type(value).__module__.partition(".")[0] == "sympy":
        return str(value)
    raise ExpressionError(str(value), 1, f"found a {type(value).__name__}, expected a formula as text")


def _parse(text: str) -> ast.expr:
    if len(text) > MAX_CHARACTERS:
        raise ExpressionError(text, MAX_CHARACTERS, f"found {len(text)} characters, expected at most {MAX_CHARACTERS}")
    if not text.strip():
        raise ExpressionError(text, 1, "found nothing, expected a formula")
    if "#" in text:
        raise ExpressionError(text, text.index("#") + 1, "found #, expected a formula without comments")
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            return ast.parse(text, mode="eval").body
    except SyntaxError as error:
        problem = str(error.msg).partition(";")[0]
        raise ExpressionError(text, error.offset or 1, f"this is no formula: {problem}") from None
    except (ValueError, MemoryError, RecursionError):
        raise ExpressionError(
            text, 1, "this is no formula: too deeply nested, or with unprintable characters"
        ) from None


class _Reader:
    """Turn the nodes of Python's parser into ours; whatever is not on the list is refused."""

    def __init__(self, text: str, regimes: dict[str, str] | tuple[()]) -> None:
        self.text = text
        self.regimes = dict(regimes)
        self.nodes = 0

    def refuse(self, node: ast.AST, problem: str) -> NoReturn:
        raise ExpressionError(self.text, getattr(node, "col_offset", 0) + 1, problem)

    def count(self, node: ast.AST, depth: int) -> None:
        self.nodes += 1
        if self.nodes > MAX_NODES:
            self.refuse(node, f"found more than {MAX_NODES} terms, expected fewer: name parts of it as definitions")
        if depth > MAX_DEPTH:
            self.refuse(node, f"nested deeper than {MAX_DEPTH} levels: name parts of it as definitions")

    def expression(self, node: ast.expr, depth: int, power: int = 1) -> Expression:
        self.count(node, depth)
        match node:
            case ast.Constant():
                return self.number(node)
            case ast.Name(id=name):
                return Symbol(name)
            case ast.UnaryOp(op=ast.USub(), operand=operand):
                return Negative(self.expression(operand, depth + 1, power))
            case ast.UnaryOp(op=ast.UAdd(), operand=operand):
                return self.expression(operand, depth + 1, power)
            case ast.BinOp(left=base, op=ast.Pow(), right=exponent):
                return self.power(base, exponent, depth, power)
            case ast.BinOp(left=left, op=operator, right=right) if type(operator) in _ARITHMETIC:
                sides = self.expression(left, depth + 1, power), self.expression(right, depth + 1, power)
                return Binary(_ARITHMETIC[type(operator)], *sides)
            case ast.Subscript(value=ast.Name(id=name), slice=index):
                return Indexed(name, self.indices(index))
            case ast.Call():
                return self.call(node, depth, power)
            case ast.Attribute(value=ast.Name(id=regime), attr=outcome) if self.regimes:
                return self.of_regime(node, regime, outcome)
        found = _FORBIDDEN.get(type(node), f"a {type(node).__name__}")
        self.refuse(node, f"found {found}, expected numbers, names, x[i], sum(...), and + - * / **")

    def number(self, node: ast.Constant) -> Number:
        value = node.value
        if isinstance(value, bool) or not isinstance(value, int | float):
            self.refuse(node, f"found {str(value)[:40]!r}, expected a number")
        limit = 10**MAX_DIGITS
        if not abs(value) < limit:
            self.refuse(node, f"found a number of more than {MAX_DIGITS} digits, expected a smaller one")
        digits = self.text.encode()[node.col_offset : node.end_col_offset].decode()
        exact = Fraction(digits) if isinstance(value, float) else Fraction(value)
        if exact.denominator > limit:
            self.refuse(node, f"found a number with more than {MAX_DIGITS} decimal places, expected fewer")
        return Number(exact)

    def power(self, base: ast.expr, exponent: ast.expr, depth: int, outer: int) -> Power | Call:
        sign = 1
        if isinstance(exponent, ast.UnaryOp) and isinstance(exponent.op, ast.USub):
            sign, exponent = -1, exponent.operand
        if not isinstance(exponent, ast.Constant) or type(exponent.value) is not int:
            self.refuse(exponent, "found an exponent that is no whole number, expected one such as x**2")
        if exponent.value * outer > MAX_EXPONENT:
            self.refuse(exponent, f"found powers that multiply to more than {MAX_EXPONENT}, expected at most that")
        inner = self.expression(base, depth + 1, max(exponent.value, 1) * outer)
        return Power(inner, sign * exponent.value)

    def indices(self, index: ast.expr) -> tuple[str, ...]:
        parts = index.elts if isinstance(index, ast.Tuple) else [index]
        names = tuple(part.id for part in parts if isinstance(part, ast.Name))
        if len(names) != len(parts) or not 1 <= len(names) <= 2:
            self.refuse(index, "found an index that is no name, expected x[i] or beta[i, j]")
        return names

    def call(self, node: ast.Call, depth: int, power: int) -> Expression:
        name = node.func.id if isinstance(node.func, ast.Name) else None
        if name == "sum":
            return self.total(node, depth, power)
        if name == "Sum":
            return self.sympy_sum(node, depth, power)
        if name not in FUNCTIONS or node.keywords:
            known = ["sum", *FUNCTIONS]
            hint = did_you_mean(name or "", known)
            self.refuse(node, f"found a call of {name or 'something'}{hint}, expected one of {', '.join(known)}")
        if len(node.args) != FUNCTIONS[name]:
            self.refuse(node, f"found {len(node.args)} arguments of {name}, expected {FUNCTIONS[name]}")
        return Call(name, tuple(self.expression(argument, depth + 1, power) for argument in node.args))

    def total(self, node: ast.Call, depth: int, power: int) -> Sum:
        shape = "expected sum(x[j] for j in firms) or sum(x[j] for j in firms if j != i)"
        if len(node.args) != 1 or node.keywords or not isinstance(node.args[0], ast.GeneratorExp):
            self.refuse(node, f"found another kind of sum, {shape}")
        generator = node.args[0]
        loop = generator.generators[0]
        if len(generator.generators) != 1 or loop.is_async:
            self.refuse(node, f"found a sum over several indices, {shape}")
        if not isinstance(loop.target, ast.Name) or not isinstance(loop.iter, ast.Name) or len(loop.ifs) > 1:
            self.refuse(node, f"found another kind of sum, {shape}")
        index, excluding = loop.target.id, None
        if loop.ifs:
            match loop.ifs[0]:
                case ast.Compare(left=ast.Name(id=left), ops=[ast.NotEq()], comparators=[ast.Name(id=right)]) if (
                    index in (left, right) and left != right
                ):
                    excluding = right if left == index else left
                case _:
                    self.refuse(loop.ifs[0], f"found another condition in a sum, {shape}")
        return Sum(self.expression(generator.elt, depth + 1, power), index, loop.iter.id, excluding)

    def sympy_sum(self, node: ast.Call, depth: int, power: int) -> Sum:
        match node.args:
            case [body, ast.Tuple(elts=[ast.Name(id=index), ast.Constant(value=1), ast.Name(id=size)])]:
                return Sum(self.expression(body, depth + 1, power), index, f"#{size}")
        self.refuse(node, "found another kind of Sum, expected Sum(x[j], (j, 1, n)) with n the size of a group")

    def of_regime(self, node: ast.Attribute, regime: str, outcome: str) -> OfRegime:
        if regime not in self.regimes:
            known = list(self.regimes.values())
            self.refuse(
                node,
                f"found the regime {regime!r}{did_you_mean(regime, known)}, expected one of {', '.join(known)}",
            )
        return OfRegime(self.regimes[regime], outcome)

    def statement(self, node: ast.expr, depth: int) -> Statement:
        self.count(node, depth)
        match node:
            case ast.Compare(left=left, ops=operators, comparators=rest) if all(
                type(op) in _COMPARISONS for op in operators
            ):
                terms = tuple(self.expression(term, depth + 1) for term in [left, *rest])
                return Comparison(terms, tuple(_COMPARISONS[type(op)] for op in operators))
            case ast.BoolOp(op=operator, values=values):
                parts = tuple(self.statement(value, depth + 1) for value in values)
                return Logic("and" if isinstance(operator, ast.And) else "or", parts)
            case ast.UnaryOp(op=ast.Not(), operand=operand):
                return Logic("not", (self.statement(operand, depth + 1),))
            case ast.Call(func=ast.Name(id="iff"), args=[left, right], keywords=[]):
                return Logic("iff", (self.statement(left, depth + 1), self.statement(right, depth + 1)))
        self.refuse(
            node,
            "found a formula, expected a comparison such as beta > 1/2, or several joined by and, or, not, iff(..., ...)",
        )
