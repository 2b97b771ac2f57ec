"""Text to trees, by Python's own parser and a whitelist; nothing is ever evaluated.

Whatever the text says, reading ends in a tree or in an `ExpressionError`, in time and memory bounded by the limits
below: length, depth, number of nodes, digits of a number, and the product of nested exponents.
"""

from __future__ import annotations

import ast
import keyword
import math
import re
import warnings
from collections.abc import Iterable
from fractions import Fraction

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
from rdgames.language.words import OF_ANOTHER_MODEL, ONE_MODEL, WORDS, read_arguments

MAX_CHARACTERS = 10_000
MAX_NODES = 2_000
MAX_DEPTH = 200
MAX_DIGITS = 40
MAX_EXPONENT = 16

POWER = "power"
"""The function that stands for a power whose exponent is no whole number, ``X**rho``."""

FUNCTIONS = {"sqrt": 1, "log": 1, "exp": 1, "sign": 1, "derivative": 2}
"""The functions that formulas may call, with the number of their arguments; some only in games, some only in claims."""

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
    ast.Compare: "a comparison",
    ast.BoolOp: "a statement",
    ast.Subscript: "an index behind an index",
    ast.BitXor: "^ (a power is written **)",
    ast.BinOp: "another operator",
    ast.UnaryOp: "another operator",
}
_RESERVED = {"for", "in", "if", "and", "or", "not"}
"""The reserved words of Python that a formula may use, each in its place."""


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
    The word ``iff`` joins two statements: ``iff(beta > 1/2, cartel.x > competition.x)``. Where there are regimes, so in
    claims, four words say comparisons: ``increasing(cartel.x, beta)``, ``decreasing(cartel.x, beta)``,
    ``highest(cartel.welfare, competition.welfare)`` and ``lowest(cartel.welfare)``, the last among all regimes.
    """
    if isinstance(text, Comparison | Logic):
        return text
    source = _as_text(text)
    names = {name.replace("-", "_"): name for name in regimes}
    if names and (foreign := OF_ANOTHER_MODEL.search(source)):
        raise ExpressionError(source, foreign.start() + 1, f"found {foreign[0]!r}, {ONE_MODEL}")
    hyphened = "|".join(re.escape(name) for name in sorted(names.values(), key=len, reverse=True) if "-" in name)
    plain = source
    if hyphened:
        plain = re.sub(rf"(?<!\w)(?:{hyphened})(?=\s*\.)", lambda found: found[0].replace("-", "_"), source)
    return _Reader(source, names).statement(_parse(plain), 0)


def _as_text(value: object) -> str:
    """Return the text of a formula in one line, so that a column is a place in it."""
    if isinstance(value, str):
        if len(value) > MAX_CHARACTERS:
            problem = f"found {len(value)} characters, expected at most {MAX_CHARACTERS}"
            raise ExpressionError(value, MAX_CHARACTERS, problem)
        return " ".join(value.splitlines()).strip()
    if isinstance(value, bool) or value is None:
        raise ExpressionError(str(value), 1, f"found {value!r}, expected a formula")
    if isinstance(value, int) and abs(value) < 10**MAX_DIGITS:
        return str(value)
    if isinstance(value, Fraction) and max(abs(value.numerator), value.denominator) < 10**MAX_DIGITS:
        return str(value)
    if isinstance(value, float) and math.isfinite(value):
        return str(value)
    if isinstance(value, int | float | Fraction):
        shown = str(value) if isinstance(value, float) else "a number"
        raise ExpressionError(shown, 1, f"found {shown}, expected a finite number of at most {MAX_DIGITS} digits")
    if any(str(base.__module__).partition(".")[0] == "sympy" for base in type(value).__mro__):
        return str(value)
    raise ExpressionError(str(value), 1, f"found a {type(value).__name__}, expected a formula as text")


def _parse(text: str) -> ast.expr:
    if len(text) > MAX_CHARACTERS:
        raise ExpressionError(text, MAX_CHARACTERS, f"found {len(text)} characters, expected at most {MAX_CHARACTERS}")
    if not text.strip():
        raise ExpressionError(text, 1, "found nothing, expected a formula")
    if "#" in text:
        raise ExpressionError(text, text.index("#") + 1, "found #, expected a formula without comments")
    if not text.isascii():  # two names that look the same must be the same, and a minus sign must be one
        column, sign = next((place, sign) for place, sign in enumerate(text, start=1) if not sign.isascii())
        raise ExpressionError(text, column, f"found {sign!r} (U+{ord(sign):04X}), expected plain letters and signs")
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            return ast.parse(text, mode="eval").body
    except SyntaxError as error:
        for word in re.finditer(r"[A-Za-z_]\w*", text):
            if keyword.iskeyword(word[0]) and word[0] not in _RESERVED:
                problem = f"found {word[0]!r}, which is reserved, expected another name, such as {word[0]}_"
                raise ExpressionError(text, word.start() + 1, problem) from None
        problem = str(error.msg).partition(";")[0]
        problem += " (equality is written ==)" * bool(re.search(r"(?<![<>=!])=(?![=])", text))
        raise ExpressionError(text, error.offset or 1, f"this is no formula: {problem}") from None
    except (ValueError, MemoryError, RecursionError):
        raise ExpressionError(
            text, 1, "this is no formula: too deeply nested, or with unprintable characters"
        ) from None


def _may_be_no_whole_number(exponent: ast.expr) -> bool:
    """Whether an exponent is a formula such as ``rho`` or ``1/2``; powers of powers are written with parentheses."""
    if isinstance(exponent, ast.Constant):
        return type(exponent.value) is float
    parts = list(ast.walk(exponent))
    return isinstance(exponent, ast.Name | ast.BinOp) and not any(isinstance(part, ast.Pow) for part in parts)


class _Reader:
    """Turn the nodes of Python's parser into ours; whatever is not on the list is refused."""

    def __init__(self, text: str, regimes: dict[str, str] | tuple[()]) -> None:
        self.text = text
        self.regimes = dict(regimes)
        self.nodes = 0

    def refusal(self, node: ast.AST, problem: str) -> ExpressionError:
        return ExpressionError(self.text, getattr(node, "col_offset", 0) + 1, problem)

    def count(self, node: ast.AST, depth: int) -> None:
        self.nodes += 1
        if self.nodes > MAX_NODES:
            raise self.refusal(
                node, f"found more than {MAX_NODES} terms, expected fewer: name parts of it as definitions"
            )
        if depth > MAX_DEPTH:
            raise self.refusal(node, f"nested deeper than {MAX_DEPTH} levels: name parts of it as definitions")

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
            case ast.Attribute(value=ast.Attribute()) if self.regimes:
                raise self.refusal(node, f"found a dot behind a dot, {ONE_MODEL}")
        kinds = type(getattr(node, "op", node)), type(node)
        found = next((_FORBIDDEN[kind] for kind in kinds if kind in _FORBIDDEN), f"a {type(node).__name__}")
        raise self.refusal(node, f"found {found}, expected numbers, names, x[i], sum(...), and + - * / **")

    def number(self, node: ast.Constant) -> Number:
        value = node.value
        if isinstance(value, bool) or not isinstance(value, int | float):
            raise self.refusal(node, f"found {str(value)[:40]!r}, expected a number")
        limit = 10**MAX_DIGITS
        if not abs(value) < limit:
            raise self.refusal(node, f"found a number of more than {MAX_DIGITS} digits, expected a smaller one")
        digits = self.text[node.col_offset : node.end_col_offset]
        exponent = digits.lower().partition("e")[2] if isinstance(value, float) else ""
        if len(exponent) > 4 or abs(int(exponent or 0)) > 2 * MAX_DIGITS:  # Fraction("0e999999999") would not return
            raise self.refusal(node, f"found the exponent {exponent:.10}, expected one of at most {2 * MAX_DIGITS}")
        exact = Fraction(digits) if isinstance(value, float) else Fraction(value)
        if exact.denominator > limit:
            raise self.refusal(node, f"found a number with more than {MAX_DIGITS} decimal places, expected fewer")
        return Number(exact)

    def power(self, base: ast.expr, exponent: ast.expr, depth: int, outer: int) -> Power | Call:
        sign, written = 1, exponent
        if isinstance(exponent, ast.UnaryOp) and isinstance(exponent.op, ast.USub):
            sign, exponent = -1, exponent.operand
        if _may_be_no_whole_number(exponent):
            return Call(POWER, (self.expression(base, depth + 1, outer), self.expression(written, depth + 1, outer)))
        if not isinstance(exponent, ast.Constant) or type(exponent.value) is not int:
            raise self.refusal(exponent, "found an exponent that is no number, expected one such as x**2 or x**rho")
        if exponent.value * outer > MAX_EXPONENT:
            raise self.refusal(
                exponent, f"found powers that multiply to more than {MAX_EXPONENT}, expected at most that"
            )
        inner = self.expression(base, depth + 1, max(exponent.value, 1) * outer)
        return Power(inner, sign * exponent.value)

    def indices(self, index: ast.expr) -> tuple[str, ...]:
        parts = index.elts if isinstance(index, ast.Tuple) else [index]
        names = tuple(part.id for part in parts if isinstance(part, ast.Name))
        if len(names) != len(parts) or not 1 <= len(names) <= 2:
            raise self.refusal(index, "found an index that is no name, expected x[i] or beta[i, j]")
        return names

    def call(self, node: ast.Call, depth: int, power: int) -> Expression:
        name = node.func.id if isinstance(node.func, ast.Name) else None
        if name == "sum":
            return self.total(node, depth, power)
        if name == "Sum":
            return self.sympy_sum(node, depth, power)
        if name in WORDS:
            raise self.refusal(
                node, f"found {name}(...) in a formula, expected it as a statement, which only claims make"
            )
        if name in FUNCTIONS and node.keywords:
            raise self.refusal(node, f"found arguments of {name} with names or stars, expected {name}(x)")
        if name not in FUNCTIONS:
            known = ["sum", *FUNCTIONS]
            hint = did_you_mean(name or "", known)
            raise self.refusal(node, f"found a call of {name or 'something'}{hint}, expected one of {', '.join(known)}")
        if len(node.args) != FUNCTIONS[name]:
            raise self.refusal(node, f"found {len(node.args)} arguments of {name}, expected {FUNCTIONS[name]}")
        return Call(name, tuple(self.expression(argument, depth + 1, power) for argument in node.args))

    def total(self, node: ast.Call, depth: int, power: int) -> Sum:
        shape = "expected sum(x[j] for j in firms) or sum(x[j] for j in firms if j != i)"
        if len(node.args) != 1 or node.keywords or not isinstance(node.args[0], ast.GeneratorExp):
            raise self.refusal(node, f"found another kind of sum, {shape}")
        generator = node.args[0]
        loop = generator.generators[0]
        if len(generator.generators) != 1 or loop.is_async:
            raise self.refusal(node, f"found a sum over several indices, {shape}")
        if not isinstance(loop.target, ast.Name) or not isinstance(loop.iter, ast.Name) or len(loop.ifs) > 1:
            raise self.refusal(node, f"found another kind of sum, {shape}")
        index, excluding = loop.target.id, None
        if loop.ifs:
            match loop.ifs[0]:
                case ast.Compare(left=ast.Name(id=left), ops=[ast.NotEq()], comparators=[ast.Name(id=right)]) if (
                    index in (left, right) and left != right
                ):
                    excluding = right if left == index else left
                case _:
                    raise self.refusal(loop.ifs[0], f"found another condition in a sum, {shape}")
        return Sum(self.expression(generator.elt, depth + 1, power), index, loop.iter.id, excluding)

    def sympy_sum(self, node: ast.Call, depth: int, power: int) -> Sum:
        match node.args:
            case [body, ast.Tuple(elts=[ast.Name(id=index), ast.Constant(value=1), ast.Name(id=size)])]:
                return Sum(self.expression(body, depth + 1, power), index, f"#{size}")
        raise self.refusal(node, "found another kind of Sum, expected Sum(x[j], (j, 1, n)) with n the size of a group")

    def of_regime(self, node: ast.Attribute, regime: str, outcome: str) -> OfRegime:
        if regime not in self.regimes:
            known = list(self.regimes.values())
            found = f"found the regime {regime!r}{did_you_mean(regime, known)}"
            raise self.refusal(node, f"{found}, expected one of {', '.join(known)}: a claim speaks about one model")
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
            case ast.Call(func=ast.Name(id=word)) if word in WORDS and self.regimes:
                arguments = read_arguments(word, node, lambda part: self.expression(part, depth + 1), self.refusal)
                return Comparison((Call(word, arguments),), ())
            case ast.Call(func=ast.Name(id=word)) if word in WORDS:
                raise self.refusal(node, f"found {word}(...), which only claims may use")
        raise self.refusal(
            node,
            "found a formula, expected a comparison such as beta > 1/2, or several joined by and, or, not, iff(.., ..)",
        )
