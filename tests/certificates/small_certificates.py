"""Certificates written by hand, of tiny games: one for every rule and every kind of evidence; and truth at points."""

from __future__ import annotations

import ast
import functools
import itertools
import json
import operator
import re
from fractions import Fraction

import sympy

from rdgames.certificates.checker import script_of
from rdgames.claims import surds


def product(constant, *factors):
    return {"constant": str(constant), "factors": [list(factor) for factor in factors]}


def atom(constant, *factors):
    return {"of": "", **product(constant, *factors)}


def certificate(statement, parameters, atoms, proof, witness=None, **more):
    return {
        "format": "rdgames certificate 1",
        "rdgames": "0.1",
        "model": "tiny",
        "claim": "T1",
        "statement": statement,
        "given": "",
        "parameters": {
            name: {"domain": text, "integer": name in ("n", "m")}
            for name, text in ((re.search("[a-z]+", each)[0], each) for each in parameters)
        },
        "abbreviations": {},
        "outcomes": {},
        "assumptions": [],
        "substitutions": [],
        "atoms": atoms,
        "witness": witness,
        "verdict": "proved",
        "counterexample": None,
        "proof": proof,
        **more,
    }


def suppose(polynomial, sign):
    return {"rule": "suppose", "polynomial": polynomial, "sign": sign}


def sign(polynomial, found, chart, **more):
    return {"rule": "sign", "polynomial": polynomial, "sign": found, "by": {"chart": chart, **more}}


def move(parameter, fact):
    return {"parameter": parameter, "fact": fact}


SETTLED = {"rule": "settled"}
UNIT = [suppose("x", "0+"), suppose("x - 1", "-0")]
INTERVAL = [{"parameter": "x", "low": "x", "high": "1 - x"}]


def asked(names, *facts, answers=("unsat", "unsat")):
    entries = [
        {"solver": solver, "version": "1", "answer": answer}
        for solver, answer in zip(("z3", "cvc5"), answers, strict=False)
    ]
    return {"rule": "solvers", "facts": list(facts), "script": script_of(names, facts), "answers": entries}


CERTIFICATES = {
    "cases": certificate(
        "sign(rjv-cartel.x - competition.x) == sign(2*x - 1)",
        ["0 <= x <= 1", "n >= 1"],
        [atom(1, ("n - 2", 1)), atom(1, ("2*x - 1", 1), ("n + 1", -1)), atom(1, ("2*x - 1", 1))],
        [
            suppose("n - 2", "0+"),
            sign("n + 1", "+", [move("n", "n - 2")]),
            {"rule": "cases", "polynomial": "1 - 2*x", "cases": {each: [SETTLED] for each in "+-0"}},
        ],
        {"x": "3/4", "n": "2"},
        given="n >= 2",
        abbreviations={"T": "n + 1"},
        outcomes={"rjv-cartel.x": product(2, ("x", 1), ("n+1", -1)), "competition.x": product(1, ("n + 1", -1))},
    ),
    "pair": certificate(
        "x**2 - x + 1 > 0",
        ["0 <= x <= 1"],
        [atom(1, ("x^2 - x + 1", 1))],
        [*UNIT, sign("x^2 - x + 1", "+", INTERVAL), SETTLED],
        {"x": "1/2"},
    ),
    "multiplier": certificate(
        "-3*x**2 + 3*x < 1",
        ["0 <= x <= 1"],
        [atom(-1, ("3*x^2 - 3*x + 1", 1))],
        [*UNIT, sign("3*x^2 - 3*x + 1", "+", INTERVAL, multiplier="x + x'"), SETTLED],
        {"x": "1/2"},
    ),
    "open pair": certificate(
        "x*(1 - x) > 0",
        ["0 < x < 1"],
        [atom(-1, ("x", 1), ("x - 1", 1))],
        [suppose("x", "+"), suppose("1 - x", "+"), sign("x^2 - x", "-", INTERVAL), SETTLED],
        {"x": "1/2"},
    ),
    "terms": certificate(
        "x**2 - y**2 + y > 0",
        ["x >= 0", "y > 0"],
        [atom(1, ("x - y", 1)), atom(1, ("x^2 - y^2 + y", 1))],
        [
            suppose("x", "0+"),
            suppose("y", "+"),
            suppose("x - y", "0+"),
            sign(
                "x^2 - y^2 + y",
                "+",
                [move("x", "x"), move("y", "y")],
                terms=[{"factor": "x + y", "fact": "x - y"}],
            ),
            SETTLED,
        ],
        {"x": "2", "y": "1"},
        given="x >= y",
    ),
    "strict term": certificate(
        "x*y*y > y*y*y or y == 0",
        ["x >= 0", "y >= 0"],
        [atom(1, ("x - y", 1)), atom(1, ("y", 2), ("x - y", 1)), atom(1, ("y", 1))],
        [
            suppose("x - y", "+"),
            suppose("y", "+"),
            sign(
                "x*y^2 - y^3",
                "+",
                [move("x", "x - y"), move("y", "y")],
                terms=[{"factor": "y^2", "fact": "x - y"}],
            ),
            SETTLED,
        ],
        {"x": "2", "y": "1"},
        given="x > y",
    ),
    "zero": certificate(
        "x > y",
        ["x >= 0", "y >= 0"],
        [atom(1, ("x - y - 1", 1)), atom(1, ("x - y", 1))],
        [
            suppose("x - y - 1", "0"),
            sign("x - y", "+", [{"parameter": "x", "zero": "x - y - 1"}]),
            SETTLED,
        ],
        {"x": "2", "y": "1"},
        given="x == y + 1",
    ),
    "free term": certificate(
        "x*x*x == x*x*y",
        ["x >= 0", "y >= 0"],
        [atom(1, ("x - y", 1)), atom(1, ("x", 2), ("x - y", 1))],
        [
            suppose("x - y", "0"),
            sign("x^3 - x^2*y", "0+", [], terms=[{"factor": "x^2", "fact": "x - y"}]),
            sign("x^3 - x^2*y", "-0", [], terms=[{"factor": "-x^2", "fact": "x - y"}]),
            SETTLED,
        ],
        {"x": "2", "y": "2"},
        given="x == y",
    ),
    "substitution": certificate(
        "x <= 1 and n == 2",
        ["x >= 0", "y >= 1", "n >= 1"],
        [
            atom(0),
            atom(0),
            atom(-1, ("y - 1", 1), ("y", -1)),
            atom(0),
        ],
        [suppose("y - 1", "0+"), sign("y", "+", [move("y", "y - 1")]), SETTLED],
        {"x": "1/2", "y": "2", "n": "2"},
        given="n == 2 and 2*x*y == n",
        substitutions=[["n", "2", "1"], ["x", "1", "y"]],
    ),
    "vacuous": certificate(
        "x > 7",
        ["x >= 0"],
        [atom(1, ("x + 1", 1)), atom(1, ("x - 7", 1))],
        [
            suppose("x", "0+"),
            suppose("x + 1", "-"),
            sign("x + 1", "+", [move("x", "x")]),
            {"rule": "contradiction", "polynomial": "x + 1"},
        ],
        given="x < -1",
        verdict="vacuous",
    ),
    "quadratic": certificate(
        "x**2 - x*y + y**2 + 1 > 0",
        ["x <= 5", "y >= 1/2"],
        [atom(1, ("x^2 - x*y + y^2 + 1", 1))],
        [
            {
                "rule": "sign",
                "polynomial": "x^2 - x*y + y^2 + 1",
                "sign": "+",
                "by": {
                    "quadratic": "x",
                    "leading": {"chart": []},
                    "discriminant": {"quadratic": "y", "leading": {"chart": []}, "discriminant": {"chart": []}},
                },
            },
            SETTLED,
        ],
        {"x": "1/2", "y": "1/2"},
    ),
    "integers": certificate(
        "n**2 - 3*n + 2 >= 0",
        ["n >= 1"],
        [atom(1, ("n - 1", 1), ("n - 2", 1))],
        [
            suppose("n - 1", "0+"),
            {
                "rule": "integers",
                "parameter": "n",
                "at": "1",
                "below": [SETTLED],
                "above": [SETTLED],
            },
        ],
        {"n": "3"},
    ),
    "root": certificate(
        "1/(1 + sqrt(y)) < 1",
        ["y >= 2"],
        [
            {
                "of": "",
                "plain": product(-1, ("y", 1), ("y - 1", -1)),
                "factor": product(1, ("y - 1", -1)),
                "radicand": product(1, ("y", 1)),
                "norm": product(1, ("y", 1), ("y - 1", -1)),
            }
        ],
        [
            suppose("y - 2", "0+"),
            sign("y", "+", [move("y", "y - 2")]),
            sign("y - 1", "+", [move("y", "y - 2")]),
            SETTLED,
        ],
        {"y": "9/2"},
    ),
    "derivative": certificate(
        "derivative(f.x, x) > 0 and derivative(x*y, y) == x and sign(derivative(f.x, x))*2 - 1 >= 1",
        ["x >= 0", "y == 2"],
        [atom(1, ("x + 1", -2)), atom(0), atom(1, ("x + 1", -2))],
        [SETTLED],
        {"x": "1/2", "y": "2"},
        outcomes={"f.x": product(1, ("x", 1), ("x + 1", -1))},
    ),
    "derivative of a root": certificate(
        "derivative(sqrt(x), x) > 0",
        ["x > 0"],
        [
            {
                "of": "",
                "plain": product(0),
                "factor": product("1/2", ("x", -1)),
                "radicand": product(1, ("x", 1)),
                "norm": product("-1/4", ("x", -1)),
            }
        ],
        [suppose("x", "+"), SETTLED],
        {"x": "2"},
    ),
    "negative slope": certificate(
        "x*y < 2",
        ["x <= 100", "y > 0"],
        [atom(1, ("x*y - 1", 1)), atom(1, ("x*y - 2", 1))],
        [
            suppose("x*y - 1", "-0"),
            suppose("y", "+"),
            sign("x*y - 2", "-", [move("x", "x*y - 1"), move("y", "y")]),
            SETTLED,
        ],
        {"x": "1/2", "y": "1"},
        given="x*y <= 1",
    ),
    "solvers": certificate(
        "x**2 + y**2 + 1 > 0",
        ["x <= 3", "y <= 3"],
        [atom(1, ("x^2 + y^2 + 1", 1))],
        [suppose("x^2 + y^2 + 1", "-0"), asked("xy", ["x^2 + y^2 + 1", "-0"])],
        {"x": "1", "y": "0"},
    ),
    "one solver": certificate(
        "x**2 + y**2 + 1 > 0",
        ["x <= 3", "y <= 3"],
        [atom(1, ("x^2 + y^2 + 1", 1))],
        [suppose("x^2 + y^2 + 1", "-0"), asked("xy", ["x^2 + y^2 + 1", "-0"], answers=("unsat", "timeout"))],
        {"x": "1", "y": "0"},
        verdict="proved by one solver",
    ),
    "assumptions": certificate(
        "x > y or not(y > 0 and iff(x >= 0, y <= 100))",
        ["x >= 0", "0 < y <= 7"],
        [
            atom(1, ("x - y", 1)),
            atom(1, ("y", 1)),
            atom(1, ("x", 1)),
            atom(1, ("y - 100", 1)),
        ],
        [
            suppose("x", "0+"),
            suppose("y", "+"),
            sign("x + y", "+", [move("x", "x"), move("y", "y")]),
            suppose("x - y", "+"),
            SETTLED,
        ],
        {"x": "3/2", "y": "1"},
        assumptions=[
            {
                "regime": "f",
                "name": "second_order",
                "margin": product(1, ("x - y", 1), ("x + y", -1)),
                "strict": True,
                "applies": product(1, ("y", 1)),
                "whole": False,
            },
            {
                "regime": "f",
                "name": "whole_size",
                "margin": product(2, ("x", 1)),
                "strict": False,
                "applies": None,
                "whole": True,
            },
        ],
    ),
    "refuted": certificate(
        "x > y and x < 7",
        ["x >= 0", "0 <= y < 3"],
        [atom(1, ("x - y", 1)), atom(1, ("x - 7", 1))],
        None,
        verdict="refuted",
        counterexample={"x": "1", "y": "2"},
        assumptions=[
            {
                "regime": "f",
                "name": "existence",
                "margin": product(1, ("x + y", 1)),
                "strict": False,
                "applies": None,
                "whole": False,
            }
        ],
    ),
}

# --- What is true at a point, by Python's own evaluation of the texts, with sympy for derivatives. -----------------


class UndefinedError(ArithmeticError):
    """Something divides by zero, or takes the root of a negative number."""


def number(text):
    """Write whole numbers and decimals as fractions, but for exponents."""
    return re.sub(r"(?<![\w.])(?<!\*\*)(?<!\*\*-)(\d+(?:\.\d+)?)", r"F('\1')", text)


def root(value):
    if sign_of(value) < 0:
        raise UndefinedError
    return surds.sqrt(Fraction(value) if isinstance(value, int) else value)


def sign_of(value):
    return surds.sign(Fraction(value) if isinstance(value, int) else value)


def formula_of(entry):
    parts = [f"({base.replace('^', '**')})**{power}" for base, power in entry["factors"]]
    return "*".join([f"({entry['constant']})", *parts])


class Truth:
    """The implication that a certificate claims, at points."""

    def __init__(self, document):
        self.document = document
        self.names = list(document["parameters"])
        regimes = {name.split(".")[0] for name in document["outcomes"]}
        self.words = {name.replace("-", "_").replace(".", "__"): entry for name, entry in document["outcomes"].items()}
        texts = [each["domain"] for each in document["parameters"].values()]
        texts += [document["given"]] * bool(document["given"].strip())
        self.hypotheses = [self.tree(text, regimes) for text in texts]
        self.conclusion = None if document["verdict"] == "vacuous" else self.tree(document["statement"], regimes)
        self.assumptions = [
            (formula_of(each["margin"]), each["applies"] and formula_of(each["applies"]), each)
            for each in document["assumptions"]
        ]

    def tree(self, text, regimes):
        for regime in sorted(regimes, key=len, reverse=True):
            text = text.replace(f"{regime}.", f"{regime.replace('-', '_')}__")
        return ast.parse(text.strip(), mode="eval").body

    def symbolic(self, node):
        names = {name: sympy.Symbol(name, real=True) for name in self.names}
        for word, text in self.document["abbreviations"].items():
            names[word] = sympy.sympify(text, names)
        for word, entry in self.words.items():
            names[word] = sympy.sympify(formula_of(entry), names)
        names["derivative"] = sympy.diff
        return str(sympy.sympify(ast.unparse(node), names))

    def formula(self, node, env):
        for part in ast.walk(node):
            if isinstance(part, ast.Call) and part.func.id == "derivative":
                self.formula(part.args[0], env)  # where it is undefined, so is its derivative
        derivatives = any(isinstance(part, ast.Call) and part.func.id == "derivative" for part in ast.walk(node))
        signs = any(isinstance(part, ast.Call) and part.func.id == "sign" for part in ast.walk(node))
        if derivatives and not signs:
            return self.evaluate(self.symbolic(node), env)
        if derivatives:
            match node:
                case ast.Call(func=ast.Name(id="sign"), args=[inner]):
                    return sign_of(self.formula(inner, env))
                case ast.BinOp(left=left, right=right):
                    sides = self.formula(left, env), self.formula(right, env)
                    join = {ast.Add: operator.add, ast.Sub: operator.sub, ast.Mult: operator.mul}[type(node.op)]
                    return join(*sides)
        return self.evaluate(ast.unparse(node), env)

    def evaluate(self, text, env):
        values = dict(env)
        for word, formula in self.document["abbreviations"].items():
            if re.search(rf"\b{word}\b", text):
                values[word] = self.evaluate(formula, env)
        for word, entry in self.words.items():
            if re.search(rf"\b{word}\b", text):
                values[word] = self.evaluate(formula_of(entry), env)
        return eval(compiled(number(text)), {"F": Fraction, "sqrt": root, "sign": sign_of}, values)

    def holds(self, node, env):
        match node:
            case ast.Compare(left=left, ops=kinds, comparators=rest):
                sides = [self.formula(side, env) for side in [left, *rest]]
                signs = [sign_of(one - other) for one, other in itertools.pairwise(sides)]
                return all(COMPARE[type(kind)](each, 0) for kind, each in zip(kinds, signs, strict=True))
            case ast.BoolOp(op=kind, values=parts):
                return (all if isinstance(kind, ast.And) else any)([self.holds(part, env) for part in parts])
            case ast.UnaryOp(operand=operand):
                return not self.holds(operand, env)
            case ast.Call(args=[left, right]):
                return self.holds(left, env) == self.holds(right, env)
        raise AssertionError(ast.unparse(node))

    def at(self, point):
        """Return whether hypotheses and conclusion are true; None where anything is undefined."""
        try:
            admissible = all(
                value.denominator == 1 for name, value in point.items() if self.document["parameters"][name]["integer"]
            )
            for margin, applies, each in self.assumptions:
                asked = applies is None or self.evaluate(applies, point) > 0
                value = self.evaluate(margin, point)
                good = value.denominator == 1 if each["whole"] else value > 0 or (value == 0 and not each["strict"])
                admissible &= good or not asked
            given = [self.holds(each, point) for each in self.hypotheses]  # all of them: one may be undefined
            return admissible and all(given), self.conclusion is not None and self.holds(self.conclusion, point)
        except (ZeroDivisionError, UndefinedError):
            return None

    def counterexample(self, values):
        """Return a point, of some values of the parameters, at which the implication is false."""
        for chosen in itertools.product(values, repeat=len(self.names)):
            point = dict(zip(self.names, chosen, strict=True))
            if self.at(point) == (True, False):
                return point
        return None


def point_of(entry):
    return {name: Fraction(value) for name, value in entry.items()}


@functools.cache
def counterexample(claim, values):
    """Return a point at which the implication is false, by the fields that say what is claimed."""
    return Truth(json.loads(claim)).counterexample(values)


def claim_of(document):
    """Return what a certificate claims, without its argument."""
    argument = ("atoms", "proof", "witness", "substitutions", "claim", "model", "rdgames")
    return json.dumps({key: value for key, value in document.items() if key not in argument}, sort_keys=True)


COMPARE = {
    ast.Lt: operator.lt,
    ast.LtE: operator.le,
    ast.Gt: operator.gt,
    ast.GtE: operator.ge,
    ast.Eq: operator.eq,
    ast.NotEq: operator.ne,
}


@functools.cache
def compiled(text):
    return compile(text.strip(), "formula", "eval")
