"""The checker accepts what is shown, and nothing else: handwritten certificates, and every way of spoiling them."""

from __future__ import annotations

import copy
import itertools
import json
import operator
import time
from fractions import Fraction
from functools import reduce

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from rdgames.certificates.charts import SIGNS as SIGN_SETS
from rdgames.certificates.charts import check_evidence, negative
from rdgames.certificates.checker import CertificateError, check_certificate, script_of
from rdgames.certificates.polynomials import Polynomial

from .small_certificates import (
    CERTIFICATES,
    SETTLED,
    Truth,
    atom,
    certificate,
    claim_of,
    counterexample,
    move,
    point_of,
    product,
    sign,
    suppose,
)
from .spoiling import SAYS_NOTHING, mutants

VALUES = tuple(
    Fraction(each) for each in ["-2", "-1", "-1/2", "0", "1/3", "1/2", "1", "3/2", "2", "5/2", "3", "7", "101"]
)


def accepted(document):
    try:
        return check_certificate(document)
    except CertificateError:
        return None


@pytest.mark.parametrize("name", CERTIFICATES)
def test_what_is_shown_is_accepted(name):
    document = CERTIFICATES[name]
    checked = check_certificate(document)
    assert checked == check_certificate(json.dumps(document))
    assert checked.verdict == document["verdict"]
    assert checked.verdict in str(checked)
    assert checked.points == (document["witness"] is not None) + (document["counterexample"] is not None)
    truth = Truth(document)
    if checked.verdict == "refuted":
        assert truth.at(point_of(document["counterexample"])) == (True, False)
    else:
        assert counterexample(claim_of(document), VALUES) is None


@pytest.mark.parametrize("name", CERTIFICATES)
def test_what_is_spoiled_is_rejected_or_still_true(name):
    """Whatever is changed, the certificate is rejected, or says nothing false; and its texts are what was changed."""
    original, count, survivors = CERTIFICATES[name], 0, []
    for path, mutant in mutants(original):
        count += 1
        if accepted(mutant) is None or any(key in SAYS_NOTHING for key in path):
            continue
        survivors.append((path, mutant))
        if mutant["verdict"] == "refuted":
            assert Truth(mutant).at(point_of(mutant["counterexample"])) == (True, False), path
            continue
        point = counterexample(claim_of(mutant), VALUES)
        assert point is None, (path, mutant, point)
        if mutant["witness"] is not None:
            assert Truth(mutant).at(point_of(mutant["witness"])) == (True, True), path
    assert count > 200
    assert len(survivors) < count / 5


# --- Lies that a checker may fall for. -----------------------------------------------------------------------------


def one_step(polynomial, found, chart, supposed, parameters=("0 <= x <= 1", "y >= 0"), given="", **more):
    """Return a certificate that a polynomial has a sign: the only step that may fail is the evidence for it."""
    relation = {"+": ">", "0+": ">=", "-": "<", "-0": "<="}[found]
    steps = [suppose(*each) for each in supposed]
    statement = f"{polynomial.replace('^', '**')} {relation} 0"
    return certificate(
        statement,
        parameters,
        [*([atom(1, ("x*y - x", 1))] if given else []), atom(1, (polynomial, 1))],
        [*steps, sign(polynomial, found, chart, **more), SETTLED],
        {"x": "1/2", "y": "1"},
        given=given,
    )


X, Y = ("x", "0+"), ("y", "0+")
XS = [X, ("x - 1", "-0")]
PAIR = {"parameter": "x", "low": "x", "high": "x - 1"}

TRUE_STEPS = {
    "weak": one_step("x", "0+", [move("x", "x")], [X]),
    "a fact with a replaced name": one_step("x^2 + 1", "+", [move("y", "y"), move("x", "x")], [X, Y]),
    "both faces of a pair": one_step("x^2 - x + 2", "+", [PAIR], XS),
    "strict at one end": one_step("x", "+", [PAIR], [("x", "+"), ("x - 1", "-0")], ("0 < x <= 1", "y >= 0")),
}
FALSE_STEPS = {
    "weak taken for strict": one_step("x", "+", [move("x", "x")], [X]),
    "one face of a pair": one_step("x", "+", [PAIR], XS),
    "the other face": one_step("1 - x", "+", [PAIR], XS),
    "product of a pair": one_step("x - x^2", "+", [PAIR], XS),
    "strict at the other end only": one_step(
        "1 - x", "+", [PAIR], [("x", "+"), ("x - 1", "-0")], ("0 < x <= 1", "y >= 0")
    ),
    "no coordinate": one_step("y", "0+", [], [X], ("x >= 0", "y <= 9")),
    "a coordinate of unknown sign": one_step("y", "0+", [move("y", "y")], [X], ("x >= 0", "y <= 9")),
    "a slope of unknown sign": one_step("x*y + 1", "0+", [move("x", "x*y + 1")], [], ("x <= 9", "y <= 9")),
    "a slope that may vanish": one_step("x", "0+", [move("x", "x*y"), move("y", "y")], [Y, ("x*y", "0+")]),
    "degree zero": one_step("y - x", "0+", [move("x", "y"), move("y", "y")], [Y]),
    "degree two": one_step("x", "0+", [move("x", "x^2")], [("x^2", "0+")], ("x <= 9", "y <= 9")),
    "replaced twice": one_step("x - 5", "0+", [move("x", "x"), move("x", "x - 5")], [X]),
    "a multiplier that may vanish": one_step("x*y - y", "0+", [move("y", "y")], [Y], multiplier="y"),
    "a negative multiplier": one_step("-y", "0+", [move("y", "y")], [Y], multiplier="-1"),
    "no multiplier at all": one_step("y - 1", "0+", [move("y", "y")], [Y], multiplier="0"),
    "a negative factor": one_step(
        "y - 1", "0+", [move("y", "y")], [Y], terms=[{"factor": "-1", "fact": "y"}, {"factor": "2", "fact": "y"}]
    ),
    "a fact of unknown sign": one_step("y - 1", "0+", [], [Y], terms=[{"factor": "1", "fact": "y - 1"}]),
    "a factor of unknown sign": one_step(
        "x*y - x", "0+", [move("y", "y")], [Y], terms=[{"factor": "y - 1", "fact": "y"}]
    ),
    "zero that is not known": one_step("y - x", "0+", [{"parameter": "y", "zero": "y - x"}], [X, Y]),
    "the ends of an interval exchanged": one_step("-x", "0+", [{"parameter": "x", "low": "x - 1", "high": "x"}], XS),
    "an empty interval": one_step(
        "-1", "+", [{"parameter": "x", "low": "x", "high": "y - x"}, move("y", "y + 1")], [X, Y, ("x - y", "-0")]
    ),
    "slopes that show each other's sign": one_step(
        "y^2 - y",
        "0+",
        [move("y", "x - x*y"), move("x", "x - x*y")],
        [("x*y - x", "+")],
        ("x <= 9", "y <= 9"),
        given="x*y > x",
    ),
    "evidence of the wrong sign": one_step("y", "-0", [move("y", "y")], [Y]),
}


@pytest.mark.parametrize("name", TRUE_STEPS)
def test_evidence_near_the_lies_is_accepted(name):
    assert check_certificate(TRUE_STEPS[name])


@pytest.mark.parametrize("name", FALSE_STEPS)
def test_evidence_that_does_not_hold_is_rejected(name):
    """And not only for the reason that the statement is false at the witness."""
    with pytest.raises(CertificateError) as caught:
        check_certificate({**FALSE_STEPS[name], "verdict": "vacuous", "witness": None})
    assert "settle" not in str(caught.value)


def changed(name, **more):
    return {**CERTIFICATES[name], **more}


def with_proof(name, *steps):
    return changed(name, proof=list(steps))


ONE = "((2 + sqrt(y))/((1 + sqrt(y))*(2 + sqrt(y))) + sqrt(y)/(1 + sqrt(y)))"
NORM = "y^3 - 6*y^2 + 9*y - 4"
"""One; and a polynomial that is in its numerator and in its denominator, if both get rid of their roots."""

SPURIOUS = atom(1, ("y^3 + 3*y^2 + 3*y + 1", 1), ("y + 1", -1))
LIES = {
    "a case is left out": with_proof(
        "cases",
        *CERTIFICATES["cases"]["proof"][:2],
        {"rule": "cases", "polynomial": "1 - 2*x", "cases": {"+": [SETTLED], "-": [SETTLED]}},
    ),
    "nothing closes": with_proof("pair", *CERTIFICATES["pair"]["proof"][:-1]),
    "a step after the end": with_proof("pair", *CERTIFICATES["pair"]["proof"], SETTLED),
    "no step": with_proof("pair"),
    "what is claimed is supposed": with_proof("pair", suppose("x^2 - x + 1", "+"), SETTLED),
    "more than the domain is supposed": with_proof("pair", suppose("x", "+"), SETTLED),
    "no contradiction": with_proof("vacuous", {"rule": "contradiction", "polynomial": "x"}),
    "a real number taken for whole": changed("integers", parameters={"n": {"domain": "n >= 1", "integer": False}}),
    "a gap between whole numbers": with_proof(
        "integers",
        suppose("n - 1", "0+"),
        {"rule": "integers", "parameter": "n", "at": "3/2", "below": [SETTLED], "above": [SETTLED]},
    ),
    "a substitution that is not given": changed("substitution", given="n == 2 and 2*x*y >= n"),
    "a substitution that is given as an alternative": changed("substitution", given="n == 2 or 2*x*y == n"),
    "a substitution that divides by zero": certificate(
        "y > 0",
        ["x >= 0", "y >= 0"],
        [atom(0), atom(1, ("y", 1))],
        [SETTLED],
        {"x": "1", "y": "1"},
        given="x*y == x",
        substitutions=[["y", "x", "x"]],
    ),
    "a substitution by a factor that may be zero": certificate(
        "y == 1",
        ["x >= 0", "y >= 0"],
        [atom(0), atom(0)],
        [SETTLED],
        {"x": "1", "y": "1"},
        given="x*y == x",
        substitutions=[["y", "1", "1"]],
    ),
    "a denominator of one's own": certificate("(y + 1)**2 > 0", ["y <= 9"], [SPURIOUS], [SETTLED], {"y": "0"}),
    "a value where its norm is zero": certificate(
        "1/(1 + sqrt(y)) < 1/2 or y < 1",
        ["y >= 1"],
        [
            {
                "of": "",
                "plain": product("-1/2", ("y + 1", 1), ("y - 1", -1)),
                "factor": product(1, ("y - 1", -1)),
                "radicand": product(1, ("y", 1)),
                "norm": product("1/4", ("y - 1", 1), ("y - 1", -1)) and product("1/4"),
            },
            atom(1, ("y - 1", 1)),
        ],
        [SETTLED],
        {"y": "2"},
    ),
    "a zero that rationalizing made": certificate(
        f"1/{ONE} < 0 or y != 1",
        ["y >= 0"],
        [atom(1), atom(1, ("y - 1", 1))],
        [
            suppose("y - 1", "0"),
            *(sign(NORM, each, [{"parameter": "y", "zero": "y - 1"}]) for each in ("0+", "-0")),
            {"rule": "contradiction", "polynomial": NORM},
        ],
        {"y": "2"},
    ),
    "a root of zero": certificate(
        "sqrt(y) > 0",
        ["y >= 0"],
        [
            {
                "of": "",
                "plain": product(0),
                "factor": product(1),
                "radicand": product(1, ("y", 1)),
                "norm": product(-1, ("y", 1)),
            }
        ],
        [suppose("y", "0+"), SETTLED],
        {"y": "2"},
    ),
    "a witness outside": changed("pair", witness={"x": "3/2"}),
    "a witness that is not whole": changed("integers", witness={"n": "5/2"}),
    "a witness without a parameter": changed("terms", witness={"x": "2"}),
    "a counterexample outside": changed("refuted", counterexample={"x": "1", "y": "3"}),
    "a counterexample at which the statement is true": changed("refuted", counterexample={"x": "2", "y": "1"}),
    "a counterexample at which nothing is said": changed(
        "derivative", verdict="refuted", proof=None, counterexample={"x": "-1", "y": "2"}, atoms=[]
    ),
    "one solver for two": changed("one solver", verdict="proved"),
    "two solvers for one": changed("solvers", verdict="proved by one solver"),
    "one solver in an empty region": changed("one solver", verdict="vacuous", witness=None),
    "another verdict": changed("pair", verdict="true"),
    "a huge exponent": with_proof("pair", sign("x^401", "+", []), SETTLED),
    "a huge power": changed("pair", statement="((x + 1)**64)**64 > 0"),
    "a huge number": changed("pair", statement="((7**64)**64)**64 > x"),
    "a deep statement": changed("pair", statement="-" * 10_000 + "x > 0"),
    "a deep proof": json.dumps(changed("pair"))[:-1].replace('"proof": [', '"proof": ' + "[" * 100_000),
    "an abbreviation of itself": changed("pair", abbreviations={"A": "A + 1"}, statement="A > 0"),
    "an atom too many": changed("pair", atoms=CERTIFICATES["pair"]["atoms"] * 2),
    "a difference that may be a regime": changed("pair", outcomes={"x-f.q": product(1), "f.q": product(2)}),
    "two regimes of one name": changed("pair", outcomes={"a-b.x": product(1), "a_b.x": product(2)}),
    "a field twice": json.dumps(CERTIFICATES["pair"])[:-1] + ', "verdict": "proved"}',
    "no number": json.dumps(CERTIFICATES["pair"])[:-1] + ', "more": NaN}',
    "code": changed("pair", statement="__import__('os').getcwd() > 0"),
    "half a text": json.dumps(CERTIFICATES["pair"])[:-9],
    "no file": "/nowhere/certificate.json",
    "a list": [1],
    "nothing": None,
    "an object": {"format": object()},
}


@pytest.mark.parametrize("name", LIES)
def test_lies_are_rejected(name):
    with pytest.raises(CertificateError):
        check_certificate(LIES[name])


def test_solvers_that_disagree_prove_nothing():
    document = copy.deepcopy(CERTIFICATES["one solver"])
    document["proof"][-1]["answers"][1]["answer"] = "sat"
    with pytest.raises(CertificateError, match="too few solvers"):
        check_certificate(document)


def test_a_script_says_what_is_asked():
    script = script_of(["x", "y"], [["2*x^2 - y", "+"], ["y", "-0"], ["-x", "0"], ["3", "0+"], ["x - y", "-+"]])
    assert script.splitlines() == [
        "(set-logic QF_NRA)",
        "(declare-const x Real)",
        "(declare-const y Real)",
        "(assert (> (+ (* 2 x x) (* (- 1) y)) 0))",
        "(assert (<= y 0))",
        "(assert (= (* (- 1) x) 0))",
        "(assert (>= 3 0))",
        "(assert (not (= (+ x (* (- 1) y)) 0)))",
        "(check-sat)",
    ]


def test_a_file_is_read(tmp_path):
    path = tmp_path / "certificate.json"
    path.write_text(json.dumps(CERTIFICATES["pair"]), encoding="utf-8")
    assert check_certificate(path) == check_certificate(str(path)) == check_certificate(CERTIFICATES["pair"])


# --- Whatever evidence is made up at random: what it shows is true. ------------------------------------------------

MONOMIALS = ["1", "x", "y", "x^2", "x*y", "y^2"]
FACTS = ["x", "y", "x - 1", "y - 1", "x - y", "x*y - 1", "x + y - 2", "x - 2*y", "x*y - x + y", "2*x*y - y - 1"]
GRID = [{"x": x, "y": y} for x, y in itertools.product((*VALUES, *(-value for value in VALUES)), repeat=2)]
RELATIONS = ["+", "0+", "-", "-0", "0"]


@st.composite
def arguments(draw):
    """Facts, a polynomial with a sign that is claimed, and evidence, mostly about the facts."""
    facts = draw(st.dictionaries(st.sampled_from(FACTS), st.sampled_from(RELATIONS), min_size=1, max_size=4))
    known = st.one_of(st.sampled_from(sorted(facts)), st.sampled_from(sorted(facts)), st.sampled_from(FACTS))
    names = st.sampled_from("xy")
    moves = st.one_of(
        st.fixed_dictionaries({"parameter": names, "fact": known}),
        st.fixed_dictionaries({"parameter": names, "zero": known}),
        st.fixed_dictionaries({"parameter": names, "low": known, "high": known}),
    )
    factors = st.sampled_from(["1", "2", "x", "y", "x'", "-1", "x + y"])
    charts = st.fixed_dictionaries(
        {"chart": st.lists(moves, max_size=2, unique_by=lambda each: each["parameter"])},
        optional={
            "multiplier": st.sampled_from(["x", "1 + x", "x + x'", "1 + y", "y + y'", "x*y + 1"]),
            "terms": st.lists(st.fixed_dictionaries({"factor": factors, "fact": known}), max_size=2),
        },
    )
    quadratics = st.fixed_dictionaries({"quadratic": names, "leading": charts, "discriminant": charts})
    terms = draw(st.dictionaries(st.sampled_from(MONOMIALS), st.sampled_from([-2, -1, 1, 2]), min_size=1, max_size=3))
    text = " + ".join(f"{number}*{name}" if name != "1" else str(number) for name, number in terms.items())
    text = draw(st.one_of(st.just(text.replace("+ -", "- ")), known))
    return facts, text, draw(st.sampled_from(RELATIONS[:4])), draw(st.one_of(charts, charts, charts, quadratics))


def sign_at(text, point):
    value = eval(text.replace("^", "**"), {}, point)
    return (value > 0) - (value < 0)


@settings(max_examples=600, deadline=None, suppress_health_check=list(HealthCheck))
@given(arguments())
def test_made_up_evidence_shows_nothing_false(argument):
    facts, text, claimed, by = argument
    knowledge = {frozenset(): SIGN_SETS["0"], frozenset({((0, 0), 1)}): SIGN_SETS["+"]}
    for fact, known in facts.items():
        content, key = Polynomial.read(fact, "xy").canonical()
        knowledge[key] = SIGN_SETS[known] if content > 0 else negative(SIGN_SETS[known])
    try:
        everything = SIGN_SETS["-0+"]
        check_evidence(by, Polynomial.read(text, "xy"), claimed, "xy", lambda key: knowledge.get(key, everything))
    except CertificateError:
        return
    for point in GRID:
        if all(sign_at(fact, point) in SIGN_SETS[known] for fact, known in facts.items()):
            assert sign_at(text, point) in SIGN_SETS[claimed], point


def test_two_thousand_terms_are_checked_in_a_second():
    names = ("a", "b", "c", "d", "e")
    large = reduce(operator.mul, [Polynomial.read("a + 2*b + 3*c + d - b*d + e + 1", names)] * 8)
    assert len(large) > 2000
    moves = [move("a", "a - 1"), {"parameter": "b", "low": "b", "high": "1 - b"}, move("c", "c - 2")]
    chart = {"chart": [*moves, move("d", "d"), move("e", "e")]}
    below_one = Polynomial.read("b - 1", names).canonical()[1]
    start = time.process_time()
    check_evidence(chart, large, "+", names, lambda key: SIGN_SETS["-0" if key == below_one else "0+"])
    assert time.process_time() - start < 1
