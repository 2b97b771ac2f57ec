"""Trees in three notations: no parenthesis is lost, and what differs in meaning differs on the page."""

from fractions import Fraction
from itertools import product

import pytest

from rdgames.language.printer import LATEX, UNICODE, typed, typeset
from rdgames.language.reader import read_expression, read_statement
from rdgames.language.tree import Binary, Negative, Number, Power, Symbol

FORMULAS = [
    # typed, as a terminal shows it, in LaTeX
    ("a - (b - c)", "a − (b − c)", "a - (b - c)"),
    ("a - (b + c)", "a − (b + c)", "a - (b + c)"),
    ("a + (b - c)", "a + (b − c)", "a + (b - c)"),
    ("a - b - c", "a − b − c", "a - b - c"),
    ("-(a*b)", "−a b", "-a b"),
    ("-a*b", "(−a) b", "(-a) b"),
    ("-(a + b)", "−(a + b)", "-(a + b)"),
    ("--a", "−(−a)", "-(-a)"),
    ("a - -b", "a − (−b)", "a - (-b)"),
    ("a*-b", "a (−b)", "a (-b)"),
    ("(a + b)**2", "(a + b)²", "(a + b)^{2}"),
    ("(-a)**2", "(−a)²", "(-a)^{2}"),
    ("-a**2", "−a²", "-a^{2}"),
    ("(a**2)**3", "(a²)³", "(a^{2})^{3}"),
    ("(a*b)**2", "(a b)²", "(a b)^{2}"),
    ("(a/b)**2", "(a/b)²", r"(\frac{a}{b})^{2}"),
    ("a**-2", "a⁻²", "a^{-2}"),
    ("a**12", "a¹²", "a^{12}"),
    ("a/(b*c)", "a/(b c)", r"\frac{a}{b c}"),
    ("a/b*c", "(a/b) c", r"\frac{a}{b} c"),
    ("a*b/c", "a b/c", r"\frac{a b}{c}"),
    ("a/b/c", "a/b/c", r"\frac{\frac{a}{b}}{c}"),
    ("a/(b/c)", "a/(b/c)", r"\frac{a}{\frac{b}{c}}"),
    ("a - b/c", "a − b/c", r"a - \frac{b}{c}"),
    ("(a - b)/c", "(a − b)/c", r"\frac{a - b}{c}"),
    ("a/(b - c)", "a/(b − c)", r"\frac{a}{b - c}"),
    ("(a - b)*(c - d)", "(a − b) (c − d)", "(a - b) (c - d)"),
    ("2*3", "2 · 3", r"2 \cdot 3"),
    ("a**2*3", "a² · 3", r"a^{2} \cdot 3"),
    ("2*(1/2)", "2 (1/2)", r"2 \cdot \frac{1}{2}"),
    ("0.5*a", "(1/2) a", r"\frac{1}{2} a"),
    ("a/0.5", "a/(1/2)", r"\frac{a}{\frac{1}{2}}"),
    ("gamma*x[i]**2/2", "γ x_i²/2", r"\frac{\gamma x_{i}^{2}}{2}"),
    ("beta[i, j]*x[j]", "β_ij x_j", r"\beta_{ij} x_{j}"),
    ("gamma_u*x_u[i]", "γ_u x_u_i", r"\gamma_{u} {x_{u}}_{i}"),
    ("lambda_", "λ", r"\lambda"),
    ("unit_cost", "unit_cost", r"\mathrm{unit\ cost}"),
    ("sqrt(n + 1)", "√(n + 1)", r"\sqrt{n + 1}"),
    ("sum(q[j] for j in firms)", "Σ_{j ∈ firms} q_j", r"\sum_{j \in \mathrm{firms}} q_{j}"),
    ("sum(q[j] - a for j in firms)", "Σ_{j ∈ firms} (q_j − a)", r"\sum_{j \in \mathrm{firms}} (q_{j} - a)"),
    ("sum(q[j] for j in firms)**2", "(Σ_{j ∈ firms} q_j)²", r"(\sum_{j \in \mathrm{firms}} q_{j})^{2}"),
    ("a - sum(q[j] for j in firms)", "a − Σ_{j ∈ firms} q_j", r"a - \sum_{j \in \mathrm{firms}} q_{j}"),
    ("a/sum(q[j] for j in firms)", "a/(Σ_{j ∈ firms} q_j)", r"\frac{a}{\sum_{j \in \mathrm{firms}} q_{j}}"),
    (
        "sum(x[j] for j in firms if j != i)",
        "Σ_{j ∈ firms, j≠i} x_j",
        r"\sum_{j \in \mathrm{firms},\, j \neq i} x_{j}",
    ),
]

STATEMENTS = [
    ("0 <= beta <= 1", "0 ≤ β ≤ 1", r"0 \leq \beta \leq 1"),
    ("a == b", "a = b", "a = b"),
    ("a > b or (c > b and a != c)", "a > b or (c > b and a ≠ c)", None),
    ("not (a > b and b > c)", "not (a > b and b > c)", None),
    ("iff(a > b, b > c) and a > c", "(a > b iff b > c) and a > c", None),
]


@pytest.mark.parametrize(("text", "terminal", "latex"), FORMULAS, ids=[text for text, *_ in FORMULAS])
def test_formulas(text, terminal, latex):
    tree = read_expression(text)
    assert typed(tree) == text
    assert typeset(tree, UNICODE) == terminal
    assert typeset(tree, LATEX) == latex


@pytest.mark.parametrize(("text", "terminal", "latex"), STATEMENTS, ids=[text for text, *_ in STATEMENTS])
def test_statements(text, terminal, latex):
    tree = read_statement(text)
    assert typed(tree) == text
    assert typeset(tree, UNICODE) == terminal
    assert latex is None or typeset(tree, LATEX) == latex


def test_outcomes_of_regimes():
    claim = read_statement("rjv-cartel.x > cartel.x", ["cartel", "rjv-cartel"])
    assert typed(claim) == "rjv-cartel.x > cartel.x"
    assert typeset(claim, UNICODE) == "x[rjv-cartel] > x[cartel]"


def test_names_take_the_symbols_of_the_paper():
    tree = read_expression("delta*x[i]")
    assert typeset(tree, LATEX, {"delta": r"\hat\delta", "x": "X"}) == r"\hat\delta X_{i}"


@pytest.mark.parametrize(
    ("value", "text"),
    [("1/10", "0.1"), ("-1/4", "-0.25"), ("1/3", "1/3"), ("-2/3", "-2/3"), ("1/1024", "0.0009765625"), ("7", "7")],
)
def test_numbers_are_decimal_where_that_is_exact(value, text):
    assert typed(Number(Fraction(value))) == text


def test_numbers_that_are_no_decimals_keep_to_themselves():
    third = Number(Fraction(1, 3))
    assert typed(Power(third, 2)) == "(1/3)**2"
    assert typed(Binary("/", Symbol("a"), third)) == "a/(1/3)"
    assert typeset(Power(third, 2), LATEX) == r"(\frac{1}{3})^{2}"
    assert typeset(Binary("-", Symbol("a"), Number(Fraction(-1, 3))), UNICODE) == "a − (−1/3)"


def value(node, values):
    match node:
        case Number(number):
            return number
        case Symbol(name):
            return values[name]
        case Negative(operand):
            return -value(operand, values)
        case Power(base, exponent):
            return value(base, values) ** exponent
        case Binary("+", left, right):
            return value(left, values) + value(right, values)
        case Binary("-", left, right):
            return value(left, values) - value(right, values)
        case Binary("*", left, right):
            return value(left, values) * value(right, values)
        case Binary("/", left, right):
            return value(left, values) / value(right, values)
    raise AssertionError(node)


def small_trees():
    """All formulas of three leaves and two operators, negated and squared in all ways."""
    first, second, third = Symbol("a"), Number(Fraction(2)), Symbol("b")
    bare = [lambda node: node, Negative, lambda node: Power(node, 2)]
    halves = [lambda node: node, lambda node: Binary("/", node, Number(Fraction(2)))]
    for inner, outer in product("+-*/", repeat=2):
        for low, high, whole in product(bare, repeat=3):
            for middle in halves:
                yield whole(Binary(outer, high(Binary(inner, low(first), middle(second))), third))
                yield whole(Binary(outer, low(first), high(Binary(inner, middle(second), third))))


@pytest.mark.parametrize("show", [typed, lambda tree: typeset(tree, UNICODE), lambda tree: typeset(tree, LATEX)])
def test_what_differs_in_value_differs_on_the_page(show):
    values = {"a": Fraction(7), "b": Fraction(11)}
    meant = {}
    for tree in small_trees():
        assert meant.setdefault(show(tree), value(tree, values)) == value(tree, values), show(tree)
    assert len(meant) > 1000
