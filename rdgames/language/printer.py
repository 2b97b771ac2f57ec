r"""Trees to text: as they are typed, as a terminal can show mathematics, and as LaTeX.

The typed form reads back to the same tree:

>>> from rdgames.language.reader import read_expression
>>> tree = read_expression("c - x[i] - sum(beta[i, j]*x[j] for j in firms if j != i)")
>>> typed(tree)
'c - x[i] - sum(beta[i, j]*x[j] for j in firms if j != i)'
>>> typeset(tree, UNICODE)
'c − x_i − Σ_{j ∈ firms, j≠i} β_ij x_j'
>>> typeset(tree, LATEX)
'c - x_{i} - \\sum_{j \\in \\mathrm{firms},\\, j \\neq i} \\beta_{ij} x_{j}'
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from decimal import Decimal, localcontext
from fractions import Fraction

from rdgames.language.reader import MAX_DIGITS
from rdgames.language.tree import (
    Binary,
    Call,
    Comparison,
    Indexed,
    Logic,
    Negative,
    Node,
    Number,
    OfRegime,
    Power,
    Sum,
    Symbol,
)

_LOGIC, _COMPARISON, _SUM, _QUOTIENT, _PRODUCT, _SIGN, _POWER, _ATOM = range(8)

_GREEK = {
    "alpha": "α", "beta": "β", "gamma": "γ", "delta": "δ", "epsilon": "ε", "zeta": "ζ", "eta": "η", "theta": "θ",
    "kappa": "κ", "lambda": "λ", "mu": "μ", "nu": "ν", "xi": "ξ", "pi": "π", "rho": "ρ", "sigma": "σ", "tau": "τ",
    "phi": "φ", "chi": "χ", "psi": "ψ", "omega": "ω",
}  # fmt: skip
_SUPERSCRIPTS = str.maketrans("-0123456789", "⁻⁰¹²³⁴⁵⁶⁷⁸⁹")


def typed(node: Node) -> str:
    """Return a tree as text that reads back to it."""
    return _Typist().show(node)


@dataclass(frozen=True)
class Notation:
    """How mathematics is written in one medium."""

    name: Callable[[str, Mapping[str, str]], str]
    index: Callable[[str, str], str]
    fraction: Callable[[str, str], str] | None
    power: Callable[[str, int], str]
    real_power: Callable[[str, str], str]
    sum: Callable[[str, str, str | None], str]
    function: Callable[[str, str], str]
    minus: str
    dot: str
    relations: Mapping[str, str]
    words: Mapping[str, str]
    times: str = " "


def typeset(node: Node, notation: Notation, names: Mapping[str, str] | None = None) -> str:
    """Return a tree in the notation of a medium; ``names`` gives names their own symbols (in LaTeX)."""
    return _Typesetter(notation, names or {}).show(node)


def _unicode_name(name: str, symbols: Mapping[str, str]) -> str:  # noqa: ARG001 -- a terminal has no LaTeX symbols
    stem, _, tail = name.partition("_")
    return _GREEK.get(stem, stem) + (f"_{_GREEK.get(tail, tail)}" if tail else "")


def _latex_name(name: str, symbols: Mapping[str, str]) -> str:
    if name in symbols:
        return symbols[name]
    name = name.rstrip("_")  # lambda_ stands for lambda, a word that Python reserves
    if name in _GREEK:
        return rf"\{name}"
    stem, _, tail = name.partition("_")
    if tail and (len(stem) == 1 or stem in _GREEK):
        return f"{_latex_name(stem, {})}_{{{_latex_name(tail, {})}}}"
    return name if len(name) == 1 else rf"\mathrm{{{name.replace('_', ' ')}}}".replace(" ", r"\ ")


def _unicode_sum(index: str, group: str, excluding: str | None) -> str:
    return f"Σ_{{{index} ∈ {group}{f', {index}≠{excluding}' if excluding else ''}}} "


def _latex_sum(index: str, group: str, excluding: str | None) -> str:
    rest = rf",\, {index} \neq {excluding}" if excluding else ""
    return rf"\sum_{{{index} \in {_latex_name(group, {})}{rest}}} "


UNICODE = Notation(
    name=_unicode_name,
    index=lambda name, index: f"{name}_{index}",
    fraction=None,
    power=lambda base, exponent: base + str(exponent).translate(_SUPERSCRIPTS),
    real_power=lambda base, exponent: f"{base}^({exponent})",
    sum=_unicode_sum,
    function=lambda name, arguments: f"{'√' if name == 'sqrt' else name}({arguments})",
    minus="−",
    dot="· ",
    relations={"<=": "≤", ">=": "≥", "==": "=", "!=": "≠"},
    words={},
)

LATEX = Notation(
    name=_latex_name,
    index=lambda name, index: f"{name}_{{{index}}}" if "_" not in name else f"{{{name}}}_{{{index}}}",
    fraction=lambda above, below: rf"\frac{{{above}}}{{{below}}}",
    power=lambda base, exponent: f"{base}^{{{exponent}}}",
    real_power=lambda base, exponent: f"{base}^{{{exponent}}}",
    sum=_latex_sum,
    function=lambda name, arguments: (
        rf"\sqrt{{{arguments}}}" if name == "sqrt" else rf"\operatorname{{{name}}}({arguments})"
    ),
    minus="-",
    dot=r"\cdot ",
    relations={"<=": r"\leq", ">=": r"\geq", "==": "=", "!=": r"\neq"},
    words={word: rf"\;\text{{{word}}}\;" for word in ("and", "or", "not", "iff")},
)

IN_LINES = replace(LATEX, fraction=None, times=r"\allowbreak ")
"""LaTeX without fractions: a formula that may be broken at its signs, and between factors."""


@dataclass
class _Typist:
    """Python's notation, with only the parentheses that it needs."""

    def show(self, node: Node) -> str:
        return self.render(node)[0]

    def at_least(self, node: Node, level: int) -> str:
        text, own = self.render(node)
        return text if own >= level else f"({text})"

    def render(self, node: Node) -> tuple[str, int]:
        """Return the text of a node and how tightly it binds."""
        match node:
            case Number(value):
                return self.number(value)
            case Symbol(name):
                return self.symbol(name), _ATOM
            case Indexed(name, indices):
                return self.indexed(name, indices), _ATOM
            case Negative(operand):
                return self.negative(operand)
            case Binary(operator, left, right):
                return self.binary(operator, left, right)
            case Power(base, exponent):
                return self.power(base, exponent), _POWER
            case Sum(body, index, group, excluding):
                return self.sum(body, index, group, excluding)
            case Call("power", (base, exponent)):
                return self.real_power(base, exponent), _POWER
            case Call(function, arguments):
                return self.call(function, ", ".join(map(self.show, arguments))), _ATOM
            case OfRegime(regime, outcome):
                return self.of_regime(regime, outcome), _ATOM
            case Comparison(terms, operators):
                shown = [self.at_least(term, _SUM) for term in terms]
                pairs = zip(operators, shown[1:], strict=True)
                return shown[0] + "".join(f" {self.relation(op)} {term}" for op, term in pairs), _COMPARISON
            case Logic("iff", (left, right)):
                return self.iff(left, right)
            case Logic("not", (part,)):
                return f"{self.word('not')} {self.at_least(part, _COMPARISON)}", _LOGIC
            case Logic(operator, parts):
                return f" {self.word(operator)} ".join(self.at_least(part, _COMPARISON) for part in parts), _LOGIC
        raise AssertionError(node)

    def negative(self, operand: Node) -> tuple[str, int]:
        return f"-{self.at_least(operand, _SIGN)}", _SIGN

    def number(self, value: Fraction) -> tuple[str, int]:
        level = _ATOM if value >= 0 else _SIGN
        if value.denominator == 1:
            return str(value), level
        if 10**MAX_DIGITS % value.denominator == 0:
            with localcontext(prec=4 * MAX_DIGITS):
                return str(Decimal(value.numerator) / Decimal(value.denominator)), level
        return str(value), _PRODUCT if value >= 0 else _SIGN

    def symbol(self, name: str) -> str:
        return name

    def indexed(self, name: str, indices: tuple[str, ...]) -> str:
        return f"{name}[{', '.join(indices)}]"

    def binary(self, operator: str, left: Node, right: Node) -> tuple[str, int]:
        if operator in "+-":
            return f"{self.at_least(left, _SUM)} {operator} {self.at_least(right, _PRODUCT)}", _SUM
        return f"{self.at_least(left, _PRODUCT)}{operator}{self.at_least(right, _SIGN)}", _PRODUCT

    def power(self, base: Node, exponent: int) -> str:
        return f"{self.at_least(base, _ATOM)}**{exponent}"

    def real_power(self, base: Node, exponent: Node) -> str:
        return f"{self.at_least(base, _ATOM)}**{self.at_least(exponent, _ATOM)}"

    def sum(self, body: Node, index: str, group: str, excluding: str | None) -> tuple[str, int]:
        if group.startswith("#"):
            return f"Sum({self.show(body)}, ({index}, 1, {group[1:]}))", _ATOM
        condition = f" if {index} != {excluding}" if excluding else ""
        return f"sum({self.show(body)} for {index} in {group}{condition})", _ATOM

    def call(self, function: str, arguments: str) -> str:
        return f"{function}({arguments})"

    def of_regime(self, regime: str, outcome: str) -> str:
        return f"{regime}.{outcome}"

    def relation(self, operator: str) -> str:
        return operator

    def word(self, operator: str) -> str:
        return operator

    def iff(self, left: Node, right: Node) -> tuple[str, int]:
        return f"iff({self.show(left)}, {self.show(right)})", _ATOM


@dataclass
class _Typesetter(_Typist):
    """The notation of papers: subscripts, fractions, products by juxtaposition."""

    notation: Notation
    names: Mapping[str, str] = field(default_factory=dict)

    def negative(self, operand: Node) -> tuple[str, int]:
        return self.notation.minus + self.at_least(operand, _QUOTIENT), _SUM

    def number(self, value: Fraction) -> tuple[str, int]:
        if value.denominator == 1 or self.notation.fraction is None:
            shown, level = str(abs(value)), _ATOM if value.denominator == 1 else _QUOTIENT
        else:
            shown, level = self.notation.fraction(str(abs(value.numerator)), str(value.denominator)), _POWER
        return (shown, level) if value >= 0 else (self.notation.minus + shown, _SUM)

    def symbol(self, name: str) -> str:
        return self.notation.name(name, self.names)

    def indexed(self, name: str, indices: tuple[str, ...]) -> str:
        return self.notation.index(self.symbol(name), "".join(indices))

    def binary(self, operator: str, left: Node, right: Node) -> tuple[str, int]:
        if operator in "+-":
            sign = "+" if operator == "+" else self.notation.minus
            return f"{self.at_least(left, _SUM)} {sign} {self.at_least(right, _QUOTIENT)}", _SUM
        if operator == "/":
            if self.notation.fraction is not None:
                return self.notation.fraction(self.show(left), self.show(right)), _POWER
            return f"{self.at_least(left, _QUOTIENT)}/{self.at_least(right, _POWER)}", _QUOTIENT
        # what stands behind a slash would be read as part of the divisor
        above, below = self.at_least(left, _PRODUCT), self.at_least(right, _PRODUCT)
        mixed = above[-1].isdigit() and below.startswith("\\frac")  # 2 times 1/2 must not read as two and a half
        return (
            f"{above}{self.notation.times}{self.notation.dot if below[0].isdigit() or mixed else ''}{below}",
            _PRODUCT,
        )

    def power(self, base: Node, exponent: int) -> str:
        return self.notation.power(self.at_least(base, _ATOM), exponent)

    def real_power(self, base: Node, exponent: Node) -> str:
        return self.notation.real_power(self.at_least(base, _ATOM), self.show(exponent))

    def sum(self, body: Node, index: str, group: str, excluding: str | None) -> tuple[str, int]:
        return self.notation.sum(index, group.lstrip("#"), excluding) + self.at_least(body, _PRODUCT), _PRODUCT

    def call(self, function: str, arguments: str) -> str:
        return self.notation.function(function, arguments)

    def of_regime(self, regime: str, outcome: str) -> str:
        return f"{self.symbol(outcome)}[{regime}]"

    def relation(self, operator: str) -> str:
        return self.notation.relations.get(operator, operator)

    def word(self, operator: str) -> str:
        return self.notation.words.get(operator, operator)

    def iff(self, left: Node, right: Node) -> tuple[str, int]:
        return f"{self.show(left)} {self.word('iff')} {self.show(right)}", _LOGIC
