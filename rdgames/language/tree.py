"""Formulas as trees: frozen nodes that know their parts and nothing else.

A formula is written in the notation of the papers::

    c - x[i] - sum(beta[i, j]*x[j] for j in firms if j != i)

and read (`rdgames.language.reader`) into these nodes. What the names stand for is decided where the tree is used.
Statements, which are true or false (domains, assumptions, claims), are built from comparisons of formulas.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from fractions import Fraction
from typing import TypeAlias


@dataclass(frozen=True, slots=True)
class Number:
    """An exact number."""

    value: Fraction


@dataclass(frozen=True, slots=True)
class Symbol:
    """A name without index: a parameter, or a quantity of the whole market such as ``price``."""

    name: str


@dataclass(frozen=True, slots=True)
class Indexed:
    """A quantity of one player, ``x[i]``, or of an ordered pair of players, ``beta[i, j]``."""

    name: str
    indices: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Negative:
    """The negative of a formula."""

    operand: Expression


@dataclass(frozen=True, slots=True)
class Binary:
    """Two formulas joined by ``+``, ``-``, ``*`` or ``/``."""

    operator: str
    left: Expression
    right: Expression


@dataclass(frozen=True, slots=True)
class Power:
    """A formula to a whole power."""

    base: Expression
    exponent: int


@dataclass(frozen=True, slots=True)
class Sum:
    """``sum(body for index in group if index != excluding)``.

    A group written by its size, as in SymPy's ``Sum(x[j], (j, 1, n))``, stands as ``#n`` until the game names it.
    ``within`` is the player in whose consortium the members are; only regimes, not files, sum over consortia.
    """

    body: Expression
    index: str
    group: str
    excluding: str | None = None
    within: str | None = None


@dataclass(frozen=True, slots=True)
class Call:
    """A named function of formulas, such as ``sqrt(n)``."""

    function: str
    arguments: tuple[Expression, ...]


@dataclass(frozen=True, slots=True)
class OfRegime:
    """An outcome under a named way of cooperating, ``cartel.x``; only claims compare regimes."""

    regime: str
    outcome: str


@dataclass(frozen=True, slots=True)
class Comparison:
    """A chain of comparisons, ``0 <= beta <= 1``.

    A claim in a word, ``highest(cartel.welfare)``, is a call alone, that nothing stands beside: it has no operators.
    """

    terms: tuple[Expression, ...]
    operators: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Logic:
    """Statements joined by ``and``, ``or``, ``not`` or ``iff``."""

    operator: str
    parts: tuple[Statement, ...]


Expression: TypeAlias = Number | Symbol | Indexed | Negative | Binary | Power | Sum | Call | OfRegime
Statement: TypeAlias = Comparison | Logic
Node: TypeAlias = Expression | Statement


def children(node: Node) -> tuple[Node, ...]:
    """Return the parts of a node, left to right."""
    match node:
        case Negative(operand):
            return (operand,)
        case Binary(_, left, right):
            return (left, right)
        case Power(base, _):
            return (base,)
        case Sum(body):
            return (body,)
        case Call(_, arguments):
            return arguments
        case Comparison(terms, _):
            return terms
        case Logic(_, parts):
            return parts
        case _:
            return ()


def walk(node: Node) -> Iterator[Node]:
    """Yield a node and everything below it, parents first."""
    yield node
    for child in children(node):
        yield from walk(child)


def rewrite(node: Node, change: Callable[[Node], Node | None]) -> Node:
    """Return the tree in which ``change`` has replaced nodes, with all below them; it returns None to keep one."""
    changed = change(node)
    if changed is not None:
        return changed

    def again(part: Node) -> Node:
        return rewrite(part, change)

    match node:
        case Negative(operand):
            return Negative(again(operand))  # type: ignore[arg-type]
        case Binary(operator, left, right):
            return Binary(operator, again(left), again(right))  # type: ignore[arg-type]
        case Power(base, exponent):
            return Power(again(base), exponent)  # type: ignore[arg-type]
        case Sum(body, index, group, excluding, within):
            return Sum(again(body), index, group, excluding, within)  # type: ignore[arg-type]
        case Call(function, arguments):
            return Call(function, tuple(map(again, arguments)))  # type: ignore[arg-type]
        case Comparison(terms, operators):
            return Comparison(tuple(map(again, terms)), operators)  # type: ignore[arg-type]
        case Logic(operator, parts):
            return Logic(operator, tuple(map(again, parts)))  # type: ignore[arg-type]
        case _:
            return node


def symbols(node: Node) -> set[str]:
    """Return the names used without index.

    >>> sorted(symbols(Binary("*", Symbol("b"), Indexed("q", ("i",)))))
    ['b']
    """
    return {part.name for part in walk(node) if isinstance(part, Symbol)}
