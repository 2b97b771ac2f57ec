"""Comparative statics: signs that are proved, signs that change, and what is said when there is no time."""

from __future__ import annotations

import json
import time
from dataclasses import replace
from fractions import Fraction

import pytest
import sympy as sp

import rdgames as rd
from rdgames.errors import DerivationError, InputError, ModelError, UnknownNameError
from rdgames.theorems.tabulated import Statics, StaticsTable

AJ = rd.load("daspremont-jacquemin")


@pytest.fixture(scope="module")
def cartel():
    return rd.solve(AJ, "cartel")


def test_sign_with_its_proof_and_certificate(cartel):
    found = rd.statics(cartel, of="welfare", wrt="beta", given="n >= 2")
    assert (found.sign, found.changes_where, found.given) == ("+", "", "n >= 2")
    assert [proof.verdict for proof in found.proofs] == ["proved"]
    checked = rd.check_certificate(found.proofs[0].certificate)
    assert checked.statement == "derivative(cartel.welfare, beta) > 0"


def test_derivative_is_that_of_the_formula(cartel):
    found = rd.statics(cartel, of="x", wrt="n", given="n >= 2")
    assert sp.simplify(found.derivative - sp.diff(cartel["x"], sp.Symbol("n"))) == 0
    assert found.text in str(found)


def test_derivative_has_the_sign_of_differences(cartel):
    """Not a word of calculus: a slightly larger parameter."""
    base = {"a": 100, "b": 1, "c": 60, "n": 3, "beta": Fraction(1, 2), "gamma": 9}
    table = rd.statics(cartel, given="n >= 2", wrt=["a", "c", "gamma", "beta"])
    for (outcome, parameter), entry in table.entries.items():
        more = {**base, parameter: base[parameter] + Fraction(1, 1000)}
        change = cartel.at(**more).values[outcome] - cartel.at(**base).values[outcome]
        if entry.sign in ("+", "-"):
            assert (change > 0) == (entry.sign == "+"), (outcome, parameter)
        else:
            assert entry.sign == "changes"


def test_sign_that_changes_is_shown_by_two_exact_points(cartel):
    found = rd.statics(cartel, of="x", wrt="n", given="n >= 2")
    assert found.sign == "changes"
    values = {}
    for proof in found.proofs:
        assert proof.verdict == "refuted"
        rd.check_certificate(proof.certificate)
        point = {name: str(value) for name, value in proof.counterexample.parameters.items()}
        assert cartel.at(**point).conditions["second_order"].holds
        slope = found.derivative.subs({sp.Symbol(name): sp.Rational(value) for name, value in point.items()})
        values[proof.statement.rpartition("x, n) ")[2]] = slope
    assert min(values.values()) < 0 < max(values.values())


def test_where_a_sign_changes_is_taken_over_from_the_proof(cartel):
    found = rd.statics(cartel, of="price", wrt="a", given="n == 2 and beta == 1/2 and b == 1 and c == 1")
    assert found.sign == "changes"
    positive = next(proof for proof in found.proofs if proof.statement.endswith("> 0"))
    assert found.changes_where == positive.exactly_when
    if found.changes_where:
        assert f"increases exactly where {found.changes_where}" in str(found)


def test_weak_sign_where_firms_may_be_alone():
    """One firm has nobody to share with: x does not depend on beta then."""
    found = rd.statics(rd.solve(AJ, "cartel"), of="x", wrt="beta")
    assert found.sign == ">= 0"
    assert [proof.verdict for proof in found.proofs][-1] == "proved"
    assert rd.statics(rd.solve(AJ, "cartel"), of="x", wrt="beta", given="n > 1").sign == "+"


def test_parameter_that_an_outcome_does_not_depend_on():
    found = rd.statics(rd.solve(AJ, "rjv-cartel"), of="welfare", wrt="beta")
    assert (found.sign, found.derivative) == ("0", 0)
    assert [(proof.verdict, proof.statement[-4:]) for proof in found.proofs] == [("proved", "== 0")]


def test_zero_under_what_is_given():
    found = rd.statics(rd.solve(AJ, "cartel"), of="x", wrt="beta", given="n == 1")
    assert found.sign == "0"
    assert found.derivative != 0


def test_contradictory_assumptions_are_no_theorem(cartel):
    found = rd.statics(cartel, of="x", wrt="beta", given="beta > 1")
    assert found.sign == "vacuous"
    assert found.proofs[-1].verdict == "vacuous"


def test_sentence_and_parts_of_groups():
    regime = "2 of firms are insiders, the rest outsiders; insiders choose x jointly"
    apart = rd.solve(AJ, regime)
    found = rd.statics(apart, of="x_insiders", wrt="a", timeout=60)
    assert (found.sign, found.regime) == ("+", apart.regime.name)
    assert found.model == "daspremont-jacquemin"
    assert "asked" in found.proofs[0].statement


def test_sentence_in_a_game_that_has_a_regime_of_the_name_given_to_it():
    document = AJ.to_document()
    document["regimes"]["asked"] = "firms choose x jointly"
    game = rd.Game(**document)
    found = rd.statics(rd.solve(game, "firms share beta = 1"), of="x", wrt="beta")
    assert found.sign == "0"
    assert "asked-2.x" in found.proofs[0].statement


def test_number_of_firms_is_said_to_be_taken_as_real(cartel):
    found = rd.statics(cartel, of="price", wrt="n", given="n >= 2")
    assert found.whole
    assert any("n is a whole number" in note for note in found.notes)
    assert rd.statics(cartel, of="price", wrt="gamma").notes == ()


def test_table(cartel):
    table = rd.statics(cartel, of=["x", "price"], wrt=["c", "n"], given="n >= 2")
    assert isinstance(table, StaticsTable)
    assert (table.outcomes, table.parameters, table.ended) == (("x", "price"), ("c", "n"), "")
    assert isinstance(table["x", "c"], Statics)
    signs = {pair: entry.sign for pair, entry in table.entries.items()}
    assert signs == {("x", "c"): "-", ("x", "n"): "changes", ("price", "c"): "+", ("price", "n"): "-"}
    lines = table.text().splitlines()
    assert lines[2].split() == ["x", "-", "changes", "[1]"]
    assert any(line.startswith("[1] x by n: ") for line in lines)
    assert "Assumed:" in lines
    assert any(line.strip().startswith("second_order: ") for line in lines)


def test_one_name_and_a_list_or_nothing_make_a_table(cartel):
    assert isinstance(rd.statics(cartel, of="x", wrt=["a"]), StaticsTable)
    assert rd.statics(cartel, of="x").parameters == cartel.parameters
    assert rd.statics(cartel, wrt="c", timeout=60).outcomes == cartel.outcomes


def test_latex(cartel):
    lines = rd.statics(cartel, of=["x", "welfare"], wrt=["gamma", "n"], given="n >= 2").latex().splitlines()
    assert lines[0] == r"\begin{tabular}{lcc}"
    assert lines[1:4] == [r"\toprule", r" & $\gamma$ & $n$ \\", r"\midrule"]
    assert lines[4] == r"$x$ & $-$ & $\pm^{1}$ \\"
    assert lines[5] == r"$W$ & $-$ & $\pm^{2}$ \\"
    assert lines[6:8] == [r"\bottomrule", r"\end{tabular}"]
    assert lines[10].startswith(r"$^{1}$ positive ")
    assert "Every sign is proved, for all parameters for which it holds that: " in "\n".join(lines)
    assert lines[-1] == r"\end{minipage}"
    assert sum(line.count("{") - line.count("}") for line in lines) == 0


def test_condition_of_a_sign_that_changes_is_a_footnote(cartel):
    table = rd.statics(cartel, of=["x"], wrt=["n"], given="n >= 2")
    entry = replace(table["x", "n"], changes_where="2*beta - 1 > 0 or n <= (a - c)/gamma")
    told = replace(table, entries={("x", "n"): entry})
    assert "[1] x by n: increases exactly where 2*beta - 1 > 0 or n <= (a - c)/gamma" in told.text()
    note = r"$^{1}$ positive exactly where $2 \beta - 1 > 0 \;\text{or}\; n \leq \frac{a - c}{\gamma}$"
    assert note in told.latex()


def test_document_is_json(cartel):
    document = json.loads(json.dumps(rd.statics(cartel, of=["x"], wrt=["c"]).to_document()))
    assert set(document) >= {"model", "regime", "given", "assumed", "outcomes", "parameters", "ended", "entries"}
    entry = document["entries"][0]
    assert (entry["outcome"], entry["parameter"], entry["sign"]) == ("x", "c", "-")
    assert entry["proofs"][0]["verdict"] == "proved"


def test_time_limit_is_kept_to_within_a_second():
    vertical = rd.solve(rd.load("vertical-spillovers"), "competition")
    started = time.monotonic()
    table = rd.statics(vertical, timeout=2)
    assert time.monotonic() - started < 3.5  # a slow machine, and others on it
    assert table.ended == "timeout"
    signs = [entry.sign for entry in table.entries.values()]
    assert "not tried" in signs
    assert signs[-1] == "not tried"
    assert "Ended early (the time was over)" in table.text()


def test_interrupt_leaves_what_was_found(cartel):
    def stop(done, total):
        assert total == len(cartel.outcomes) * len(cartel.parameters)
        if done == 3:
            raise KeyboardInterrupt

    table = rd.statics(cartel, progress=stop)
    assert table.ended == "interrupted"
    signs = [entry.sign for entry in table.entries.values()]
    assert "not tried" not in signs[:3]
    assert set(signs[3:]) == {"not tried"}
    assert "interrupted" in table.text()


@pytest.mark.parametrize(
    ("options", "kind", "words"),
    [
        ({"of": "welfar"}, UnknownNameError, "did you mean 'welfare'"),
        ({"wrt": "bta"}, UnknownNameError, "did you mean 'beta'"),
        ({"of": ["x", "y"]}, UnknownNameError, "no outcome 'y'"),
        ({"wrt": []}, InputError, "no parameter"),
        ({"given": "m >= 2"}, ModelError, "undefined name 'm'"),
        ({"given": "cartell.x > 0"}, ModelError, "did you mean 'cartel'"),
    ],
)
def test_wrong_names(cartel, options, kind, words):
    with pytest.raises(kind, match=words):
        rd.statics(cartel, **options)


def test_a_game_is_no_equilibrium():
    with pytest.raises(InputError, match="found a Game, expected an equilibrium"):
        rd.statics(AJ)


def test_levels_without_formulas_have_no_statics():
    game = rd.Game(
        name="logarithm",
        parameters={"a": "a > 0", "c": "c >= 0", "n": {"domain": "n >= 1", "integer": True}},
        groups={"firms": "n"},
        stages={"research": {"actions": {"x": "firms"}}, "market": {"actions": {"q": "firms"}}},
        definitions={
            "profit": {"for": "i in firms", "is": "(a - c + log(1 + x[i]) - sum(q[j] for j in firms))*q[i] - x[i]"}
        },
        payoffs={"firms": "profit[i]"},
    )
    with pytest.raises(DerivationError, match="levels of x that have no closed form"):
        rd.statics(rd.solve(game))
