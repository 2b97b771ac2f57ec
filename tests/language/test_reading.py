"""Text to trees and back: what is written is what is read, and nothing else gets in."""

import time
import tracemalloc
from fractions import Fraction

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rdgames.errors import ExpressionError, InputError
from rdgames.language.printer import typed
from rdgames.language.reader import (
    FUNCTIONS,
    MAX_CHARACTERS,
    MAX_DEPTH,
    MAX_DIGITS,
    MAX_EXPONENT,
    MAX_NODES,
    read_expression,
    read_statement,
)
from rdgames.language.tree import (
    Binary,
    Call,
    Comparison,
    Indexed,
    Logic,
    Negative,
    Number,
    OfRegime,
    Power,
    Sum,
    Symbol,
    children,
    rewrite,
    symbols,
    walk,
)

MANY = settings(max_examples=200, deadline=None, derandomize=True, database=None)
SOME = settings(max_examples=80, deadline=None, derandomize=True, database=None)

# -- trees that a text can say


def highest_power(node):
    """The largest product of exponents on any way down a tree; the reader has a limit for it."""
    own = max(node.exponent, -node.exponent, 1) if isinstance(node, Power) else 1
    return own * max((highest_power(child) for child in children(node)), default=1)


names = st.sampled_from(["a", "b", "beta", "gamma_1", "x_u", "Q", "lambda_"])
indices = st.sampled_from(["i", "j", "k"])
decimals = st.builds(
    lambda digits, places: Number(Fraction(digits, 10**places)), st.integers(0, 10**9), st.integers(0, 9)
)
leaves = st.one_of(
    decimals,
    st.builds(Symbol, names),
    st.builds(lambda name, index: Indexed(name, (index,)), names, indices),
    st.builds(lambda name, one, other: Indexed(name, (one, other)), names, indices, indices),
)


@st.composite
def sums(draw, below):
    index = draw(indices)
    excluding = draw(st.none() | indices.filter(lambda other: other != index))
    return Sum(draw(below), index, draw(st.sampled_from(["firms", "suppliers"])), excluding)


def calls(below):
    return st.sampled_from(sorted(FUNCTIONS)).flatmap(
        lambda name: st.builds(Call, st.just(name), st.tuples(*[below] * FUNCTIONS[name]))
    )


def grown(below):
    return st.one_of(
        st.builds(Negative, below),
        st.builds(Binary, st.sampled_from("+-*/"), below, below),
        st.builds(Power, below, st.integers(-3, 3)),
        sums(below),
        st.builds(lambda body, index: Sum(body, index, "#n"), below, indices),
        calls(below),
    )


formulas = st.recursive(leaves, grown, max_leaves=12).filter(lambda tree: highest_power(tree) <= MAX_EXPONENT)

REGIMES = ("cartel", "rjv-cartel", "second-best")
outcomes = st.builds(OfRegime, st.sampled_from(REGIMES), st.sampled_from(["x", "welfare"]))
claimed = st.recursive(leaves | outcomes, grown, max_leaves=5).filter(lambda tree: highest_power(tree) <= MAX_EXPONENT)


@st.composite
def comparisons(draw):
    terms = draw(st.lists(claimed, min_size=2, max_size=3))
    relations = st.sampled_from(["<", "<=", ">", ">=", "==", "!="])
    return Comparison(tuple(terms), tuple(draw(relations) for _ in terms[1:]))


statements = st.recursive(
    comparisons(),
    lambda below: st.one_of(
        st.builds(
            lambda parts, word: Logic(word, tuple(parts)),
            st.lists(below, min_size=2, max_size=3),
            st.sampled_from(["and", "or"]),
        ),
        st.builds(lambda part: Logic("not", (part,)), below),
        st.builds(lambda left, right: Logic("iff", (left, right)), below, below),
    ),
    max_leaves=4,
)


@MANY
@given(formulas)
def test_what_is_typed_reads_back(tree):
    assert read_expression(typed(tree)) == tree


@SOME
@given(statements)
def test_what_is_claimed_reads_back(statement):
    assert read_statement(typed(statement), REGIMES) == statement


@MANY
@given(formulas)
def test_spaces_and_parentheses_do_not_matter(tree):
    text = typed(tree)
    assert read_expression(f"\t( {text} )\n") == tree
    assert typed(read_expression(text)) == text


@pytest.mark.parametrize(
    ("text", "tree"),
    [
        ("a - b - c", Binary("-", Binary("-", Symbol("a"), Symbol("b")), Symbol("c"))),
        ("a/b*c", Binary("*", Binary("/", Symbol("a"), Symbol("b")), Symbol("c"))),
        ("-x**2", Negative(Power(Symbol("x"), 2))),
        ("(-x)**2", Power(Negative(Symbol("x")), 2)),
        ("x**-2", Power(Symbol("x"), -2)),
        ("+x", Symbol("x")),
        ("beta[i, j]", Indexed("beta", ("i", "j"))),
        ("sum(x[j] for j in firms)", Sum(Indexed("x", ("j",)), "j", "firms")),
        ("sum(x[j] for j in firms if j != i)", Sum(Indexed("x", ("j",)), "j", "firms", "i")),
        ("sum(x[j] for j in firms if i != j)", Sum(Indexed("x", ("j",)), "j", "firms", "i")),
        ("sqrt(n)", Call("sqrt", (Symbol("n"),))),
    ],
)
def test_notation(text, tree):
    assert read_expression(text) == tree


@pytest.mark.parametrize(
    ("value", "exact"),
    [
        ("0.1", "1/10"),
        ("0.30000000000000000000000000000000000001", "30000000000000000000000000000000000001/" + "1" + "0" * 38),
        ("1e-3", "1/1000"),
        ("2.5E2", "250"),
        ("1_000.5", "2001/2"),
        (".5", "1/2"),
        ("4.", "4"),
        (0.1, "1/10"),
        (1e22, "10000000000000000000000"),
        (7, "7"),
    ],
)
def test_decimals_are_exact(value, exact):
    assert read_expression(value) == Number(Fraction(exact))


def test_numbers_and_trees_are_read_too():
    tree = read_expression("a + 1/3")
    assert read_expression(tree) is tree
    assert read_expression(Fraction(1, 3)) == read_expression("1/3")
    assert read_expression(-2) == Negative(Number(Fraction(2)))
    statement = read_statement("a > c")
    assert read_statement(statement) is statement


NO_FORMULAS = {
    "truth": True,
    "nothing": None,
    "no number": float("nan"),
    "infinity": float("inf"),
    "large": 10**50,
    "larger than Python shows": 10**5000,
    "small": Fraction(1, 10**50),
    "list": [],
    "table": {},
    "bytes": b"a",
    "object": object(),
}


@pytest.mark.parametrize("value", NO_FORMULAS.values(), ids=NO_FORMULAS)
def test_what_is_no_formula_is_refused(value):
    with pytest.raises(ExpressionError, match="expected"):
        read_expression(value)


# -- regimes in claims


def test_regimes_may_have_hyphens():
    claim = read_statement("rjv-cartel.x-cartel.x > second-best.x - 1", REGIMES)
    assert claim == Comparison(
        (
            Binary("-", OfRegime("rjv-cartel", "x"), OfRegime("cartel", "x")),
            Binary("-", OfRegime("second-best", "x"), Number(Fraction(1))),
        ),
        (">",),
    )


def test_a_hyphen_without_spaces_is_also_a_minus():
    claim = read_statement("cartel.x-rjv-cartel.x > 0", REGIMES)
    assert claim.terms[0] == Binary("-", OfRegime("cartel", "x"), OfRegime("rjv-cartel", "x"))


def test_a_misspelled_regime_is_met_with_the_right_one():
    with pytest.raises(ExpressionError, match=r"regime 'cartell' \(did you mean 'cartel'\?\)"):
        read_statement("cartell.x > 0", REGIMES)


def test_a_column_is_a_place_in_the_text_as_it_was_written():
    text = "rjv-cartel.x > second-best.x + lambda"
    with pytest.raises(ExpressionError) as caught:
        read_statement(text, REGIMES)
    assert text[caught.value.column - 1 :] == "lambda"


# -- hostile text

LONG = 10_000_000
HOSTILE = {
    "import": "__import__('os')",
    "import and call": "__import__('os').system('true')",
    "attribute": "beta.__class__",
    "attribute of a number": "(1).__class__.__bases__",
    "method": "x.copy()",
    "getattr": "getattr(x, 'y')",
    "eval": "eval('1')",
    "open": "open('/etc/passwd')",
    "lambda": "lambda: 1",
    "called lambda": "(lambda x: x)(1)",
    "list": "[1, 2]",
    "list comprehension": "[x for x in y]",
    "set comprehension": "{x for x in y}",
    "dictionary": "{'a': 1}",
    "pair": "a, b",
    "walrus": "(x := 1)",
    "f-string": "f'{x}'",
    "string": "'x'",
    "joined strings": "'a' 'b'",
    "bytes": "b'x'",
    "conditional": "a if b else c",
    "await": "await x",
    "yield": "(yield x)",
    "star": "*a",
    "star argument": "sqrt(*x)",
    "named argument": "sqrt(x=1)",
    "double star argument": "sqrt(**x)",
    "starred sum": "sum(*x)",
    "sum of a list": "sum([x])",
    "sum with a start": "sum((x[j] for j in firms), 1)",
    "sum over two indices": "sum(x[j] for j in firms for k in firms)",
    "sum with two conditions": "sum(x[j] for j in firms if j != i if j != k)",
    "sum with another condition": "sum(x[j] for j in firms if x[j] > 0)",
    "sum over itself": "sum(x[j] for j in firms if j != j)",
    "asynchronous sum": "sum(x[j] async for j in firms)",
    "sum over a call": "sum(x[j] for j in range(9))",
    "sum into a pair": "sum(x[j] for j, k in firms)",
    "SymPy sum from zero": "Sum(x[j], (j, 0, n))",
    "power tower": "10**10**10",
    "nested powers": "((10**10)**10)**10",
    "power of parentheses": "x**(10**10)",
    "large power": "x**17",
    "large negative power": "x**-17",
    "powers that multiply": "(x**4)**5",
    "powers that multiply in a sum": "sum((x[j]**4)**2 for j in firms)**3",
    "caret": "x^2",
    "floor division": "x//y",
    "matrix product": "x @ y",
    "bits": "~x",
    "shift": "1 << 100000",
    "long number": "1" * 41,
    "very long number": "1" * 5000,
    "long hexadecimal number": "0x" + "f" * 9000,
    "infinite number": "1e999",
    "tiny number": "1e-999",
    "zero with a huge exponent": "0e999999999",
    "zero with a huge negative exponent": "1e-999999999",
    "exponent of thousands of digits": "1e-" + "9" * 5000,
    "complex number": "1j",
    "truth": "True",
    "nothing": "None",
    "dots": "...",
    "empty": "",
    "blank": " \n\t ",
    "null byte": "a\0b",
    "surrogate": "\ud800",
    "comment": "a # + b",
    "backslash": "a \\",
    "two formulas": "a; b",
    "assignment": "a = 1",
    "statement": "import os",
    "keyword": "lambda*x",
    "another keyword": "class + 1",
    "Greek letter": "β*x",
    "Cyrillic letter that looks Latin": "\u0430 + b",
    "full-width letter": "\uff58",
    "ligature": "\ufb01rms",
    "combining accent": "a\u0301",
    "typographic minus": "x − y",
    "typographic times": "x × y",
    "superscript": "x²",
    "Arabic digit": "٣",
    "invisible space": "x\u200b",
    "number as index": "x[0]",
    "slice": "x[i:j]",
    "three indices": "x[i, j, k]",
    "index of an index": "x[i][j]",
    "unknown function": "tan(x)",
    "too many arguments": "sqrt(x, y)",
    "comparison": "a < b",
    "logic": "a and b",
    "parentheses": "(" * 100_000,
    "matched parentheses": "(" * 100_000 + "x" + ")" * 100_000,
    "minus signs": "-" * 100_000 + "x",
    "minus signs below the limit of length": "-" * 9_000 + "x",
    "parentheses below the limit of length": "(" * 4_000 + "x" + ")" * 4_000,
    "brackets": "x" + "[i]" * 3_000,
    "calls": "sqrt(" * 1_500 + "x" + ")" * 1_500,
    "a sum without end": "+".join(["x"] * 4_000),
    "a product of many sums": "*".join(["(x+y)"] * 1_500),
    "ten megabytes": "x" * LONG,
    "ten megabytes of lines": "x\n" * (LONG // 2),
}  # fmt: skip


@pytest.mark.parametrize(
    ("read", "text"),
    [
        pytest.param(read, text, id=f"{name}-{read.__name__}")
        for name, text in HOSTILE.items()
        for read in (read_expression, read_statement)
        if (name, read) != ("comparison", read_statement)  # which is what a statement is
    ],
)
def test_hostile_text_is_refused_in_no_time(read, text):
    started = time.process_time()
    with pytest.raises(ExpressionError) as caught:
        read(text)
    assert time.process_time() - started < 1
    error = caught.value
    assert isinstance(error, InputError)
    assert 1 <= error.column <= max(len(text), 1) + 1
    assert f"column {error.column}" in str(error)
    assert len(str(error)) < 500


@pytest.mark.parametrize(
    "name", ["ten megabytes", "ten megabytes of lines", "very long number", "minus signs", "a sum without end"]
)
def test_hostile_text_takes_no_memory(name):
    text = HOSTILE[name]
    tracemalloc.start()
    try:
        with pytest.raises(ExpressionError):
            read_expression(text)
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert peak < 8_000_000


@MANY
@given(st.text(max_size=60) | st.text("()[]{}+-*/%^<>=!.,:;'\"\\#_ \n\t0123456789abijnxe", max_size=60))
def test_any_text_is_read_or_refused(text):
    started, columns = time.process_time(), []
    for read in (read_expression, read_statement):
        try:
            tree = read(text)
        except ExpressionError as refusal:
            columns.append(refusal.column)
        else:
            assert read(typed(tree)) == tree
    assert all(1 <= column <= max(len(text), 1) + 1 for column in columns)
    assert time.process_time() - started < 1


@MANY
@given(
    st.lists(
        st.sampled_from(
            [
                "x",
                "y[i]",
                "sum(",
                "for j in firms",
                "if j != i",
                "(",
                ")",
                "-",
                "+",
                "*",
                "/",
                "**",
                "2",
                "0.5",
                "sqrt(",
                ",",
                "<",
                "and",
                "not ",
            ]
        ),
        max_size=15,
    ).map(" ".join)
)
def test_any_words_are_read_or_refused(text):
    for read in (read_expression, read_statement):
        try:
            tree = read(text)
        except ExpressionError:
            continue
        assert read(typed(tree)) == tree


@pytest.mark.parametrize(
    ("longest", "too_long"),
    [
        ("x" * MAX_CHARACTERS, "x" * (MAX_CHARACTERS + 1)),
        ("-" * MAX_DEPTH + "x", "-" * (MAX_DEPTH + 1) + "x"),
        ("9" * MAX_DIGITS, "1" + "0" * MAX_DIGITS),
        ("0." + "0" * (MAX_DIGITS - 1) + "1", "0." + "0" * MAX_DIGITS + "1"),
        (f"x**{MAX_EXPONENT}", f"x**{MAX_EXPONENT + 1}"),
        ("(x**4)**4", "((x**4)**4)**2"),
        ("sqrt(" * 50 + "x" + ")" * 50, "sqrt(" * 210 + "x" + ")" * 210),
    ],
)
def test_limits_are_where_they_are_said_to_be(longest, too_long):
    read_expression(longest)
    with pytest.raises(ExpressionError):
        read_expression(too_long)


def test_the_number_of_terms_is_limited():
    def bushy(leaves):
        return "x" if leaves == 1 else f"({bushy(leaves // 2)}+{bushy(leaves - leaves // 2)})"

    read_expression(bushy(MAX_NODES // 2))
    with pytest.raises(ExpressionError, match=f"more than {MAX_NODES} terms"):
        read_expression(bushy(MAX_NODES // 2 + 1))


@pytest.mark.parametrize(
    ("text", "advice"),
    [
        ("x^2", r"a power is written \*\*"),
        ("lambda*x", "'lambda', which is reserved, expected another name, such as lambda_"),
        ("β*x", r"'β' \(U\+03B2\), expected plain letters"),
        ("sqr(n)", "did you mean 'sqrt'"),
        ("sum(x)", r"expected sum\(x\[j\] for j in firms\)"),
        ("x[1]", r"expected x\[i\] or beta\[i, j\]"),
        ("x**(y**2)", r"expected one such as x\*\*2"),
        ("(a + b", r"'\(' was never closed"),
        ("beta.x", r"an attribute \(a dot\)"),
    ],
)
def test_a_refusal_says_what_to_write(text, advice):
    with pytest.raises(ExpressionError, match=advice):
        read_expression(text)


def test_a_formula_is_no_statement():
    with pytest.raises(ExpressionError, match="expected a comparison such as beta > 1/2"):
        read_statement("a + b")


# -- SymPy expressions


def test_sympy_expressions_read_to_the_same_meaning_as_text():
    import sympy as sp

    a, b, n, gamma = sp.symbols("a b n gamma")
    i, j = sp.symbols("i j", integer=True)
    x, q, beta = sp.IndexedBase("x"), sp.IndexedBase("q"), sp.IndexedBase("beta")
    pairs = [
        (a - b * sp.Sum(q[j], (j, 1, n)), "a - b*Sum(q[j], (j, 1, n))"),
        (x[i] + sp.Sum(beta[i, j] * x[j], (j, 1, n)), "x[i] + Sum(beta[i, j]*x[j], (j, 1, n))"),
        (sp.Rational(1, 3) * a, "a/3"),
        (gamma * x[i] ** 2 / 2, "gamma*x[i]**2/2"),
        (sp.sqrt(n) + 1, "sqrt(n) + 1"),
        (a / (b * (n + 1)), "a/(b*(n + 1))"),
        (sp.Integer(3), "3"),
    ]
    values = {"a": 7, "b": 3, "n": 4, "gamma": 5, ("x", "i"): 2, ("x", "j"): 11, ("q", "j"): 13, ("beta", "i", "j"): 17}
    for expression, text in pairs:
        assert meaning(read_expression(expression), values) == meaning(read_expression(text), values)


def meaning(node, values):
    """A number for a formula, in which a sum is n times its body, and sqrt gives the square: no roots are needed."""
    match node:
        case Number(value):
            return value
        case Symbol(name):
            return Fraction(values[name])
        case Indexed(name, own):
            return Fraction(values[(name, *own)])
        case Negative(operand):
            return -meaning(operand, values)
        case Power(base, exponent):
            return meaning(base, values) ** exponent
        case Sum(body, _, group, _):
            assert group == "#n"
            return values["n"] * meaning(body, values)
        case Call("sqrt", (argument,)):
            return meaning(argument, values) ** 2
        case Binary(operator, left, right):
            one, other = meaning(left, values), meaning(right, values)
            return {"+": one + other, "-": one - other, "*": one * other, "/": one / other if other else None}[operator]


@pytest.mark.parametrize("text", ["tan(x)", "Sum(x, (k, 0, n))", "Piecewise((x, x > 0), (0, True))", "f(x)"])
def test_sympy_expressions_beyond_the_language_are_refused(text):
    import sympy as sp

    expression = sp.sympify(text)
    with pytest.raises(ExpressionError, match="column"):
        read_expression(expression)


def test_sympy_inequalities_are_statements():
    import sympy as sp

    a, c = sp.symbols("a c")
    assert read_statement(sp.Gt(a, c)) == read_statement("a > c")


# -- trees


def test_walks_see_every_part_once():
    tree = read_expression("sum(beta[i, j]*x[j] for j in firms if j != i)/sqrt(a - b)**2 - -c")
    assert symbols(tree) == {"a", "b", "c"}
    assert sum(1 for _ in walk(tree)) == 13
    assert {type(node) for node in walk(tree)} == {Binary, Sum, Indexed, Power, Call, Symbol, Negative}


@SOME
@given(formulas | statements)
def test_a_rewriting_that_changes_nothing_gives_an_equal_tree(tree):
    assert rewrite(tree, lambda _: None) == tree
    shouted = rewrite(tree, lambda node: Symbol(node.name.upper()) if isinstance(node, Symbol) else None)
    assert symbols(shouted) == {name.upper() for name in symbols(tree)}
