"""False claims near true ones are never proved, and claims about nothing are called so."""

from __future__ import annotations

from fractions import Fraction

import pytest

from rdgames.certificates.checker import check_certificate
from rdgames.claims.hypotheses import everything_that_decides, no_condition
from rdgames.equilibrium.equilibrium import solve
from rdgames.errors import DerivationError, ModelError, UnknownNameError
from rdgames.game.literature import Claim
from rdgames.language.reader import read_statement
from rdgames.language.tree import OfRegime, walk
from rdgames.modelfile.catalogue import load
from rdgames.proofs.proving import prove

THRESHOLD_MOVED = {
    "cartel": ("iff(cartel.x > competition.x, beta > 501/1000)", "n >= 2"),
    "cartel, other way": ("iff(cartel.x > competition.x, beta > 499/1000)", "n >= 2"),
    "cartel, very little": ("sign(cartel.x - competition.x) == sign(beta - 1/2 - 1/10**12)", "n >= 2"),
    "merger": ("iff(merger.x > competition.x, beta > (3*n + 1)/(n**2 + 6*n + 1) - 1/1000)", "n >= 2"),
    "merger in duopoly": ("sign(merger.x - competition.x) == sign(1001*17*beta - 1000*7)", "n == 2"),
    "second best": ("iff(competition.x > second-best.x, beta < (n - 2)/((n - 1)*(n + 4)) + 1/1000)", "n >= 2"),
    "output": ("iff(merger.output < cartel.output, 1001*b*gamma*(n + 1) > 1000*k**2)", "n >= 2"),
    "welfare, 15 digits": (
        "iff(rjv-competition.welfare > competition.welfare, beta < 0.519881543971699)",
        "n == 2 and b*gamma == 2",
    ),
    "slope": ("sign(derivative(competition.effective_rd, beta)) == sign(501/1000 - beta)", "n >= 2"),
    "one lab": ("iff(sqrt(n)*cartel.x >= cartel.effective_rd, beta <= 1/(1 + sqrt(n)) + 1/1000)", "n >= 2"),
    "one lab, very little": ("iff(sqrt(n)*cartel.x >= cartel.effective_rd, beta <= sqrt(2) - 1 + 1/10**12)", "n == 2"),
    "whole numbers": ("competition.x <= second-best.x", "n >= 2 and beta >= 1/12 - 1/1000"),
}
STRICT_AT_AN_EQUALITY = {
    "at 1/2": ("iff(cartel.x > competition.x, beta >= 1/2)", "n >= 2"),
    "profit at 1/2": ("cartel.profit > competition.profit", "n >= 2"),
    "at 0 and 1": ("competition.effective_rd > rjv-competition.effective_rd", "n >= 2"),
    "at 1 only": ("iff(competition.effective_rd == rjv-competition.effective_rd, beta == 0)", "n >= 2"),
    "at 0 only": ("iff(competition.effective_rd == rjv-competition.effective_rd, beta == 1)", "n >= 2"),
    "at the duopoly without spillovers": ("competition.x != second-best.x", "n == 2"),
    "where a root is whole": ("iff(sqrt(n)*cartel.x >= cartel.effective_rd, beta < 1/(1 + sqrt(n)))", "n == 4"),
    "at the edge of the merger's outputs": ("merger.output != cartel.output", "n >= 2"),
    "increasing at a maximum": ("increasing(competition.effective_rd, beta)", "n >= 2 and beta <= 1/2"),
}
ASSUMPTION_DROPPED = {
    "n >= 2": ("sign(cartel.x - competition.x) == sign(2*beta - 1)", ""),
    "n == 2": ("sign(merger.x - competition.x) == sign(17*beta - 7)", "n >= 2"),
    "n == 2, without spillovers": ("competition.x == second-best.x", "beta == 0 and n >= 2"),
    "beta == 0": ("iff(competition.x > second-best.x, n >= 3)", "n >= 2"),
    "b*gamma >= 2": ("rjv-competition.welfare > competition.welfare", "n == 2 and beta <= 1/2"),
    "beta < 1": ("rjv-competition.welfare < competition.welfare", "n == 2 and beta >= 3/5"),
    "one regime too many": (
        "highest(cartel.welfare, competition.welfare, rjv-cartel.welfare)",
        "n >= 2",
    ),
}
ALMOST = {
    f"{kind}: {name}": claim
    for kind, table in {
        "moved": THRESHOLD_MOVED, "strict": STRICT_AT_AN_EQUALITY, "dropped": ASSUMPTION_DROPPED,
    }.items()
    for name, claim in table.items()
}  # fmt: skip


@pytest.mark.parametrize(("statement", "given"), ALMOST.values(), ids=ALMOST)
def test_an_almost_true_claim_is_refuted_by_a_point_that_the_equilibria_confirm(aj, statement, given):
    proof = prove(Claim(name="mine", statement=statement, given=given), aj, exactly=0)
    assert proof.verdict == "refuted", str(proof)
    assert proof.holds is False
    assert check_certificate(proof.certificate).verdict == "refuted"
    regimes = [regime.name for regime in aj.regimes]
    nodes = [node for node in walk(read_statement(statement, regimes)) if isinstance(node, OfRegime)]
    for node in nodes:
        point = solve(aj, node.regime).at(**proof.counterexample.parameters)
        found = proof.counterexample.values.get(f"{node.regime}.{node.outcome}")
        assert found is None or point.values[node.outcome] == found
        needed = [name for name in point.conditions if name.startswith(("second_order", "existence", "interior"))]
        assert needed
        assert all(point.conditions[name].holds for name in needed)


@pytest.mark.parametrize(("statement", "given"), list(ALMOST.values())[::5], ids=list(ALMOST)[::5])
def test_no_seed_proves_what_is_false(aj, statement, given):
    for seed in (1, 2, 3):
        assert (
            prove(Claim(name="mine", statement=statement, given=given), aj, seed=seed, exactly=0).verdict == "refuted"
        )


def test_without_counterexamples_the_search_itself_proves_nothing_false(aj, monkeypatch):
    """The layers that prove must be honest also where no point warns them."""

    def see_only_two_points(attempt, _most):
        if not attempt.points:
            list(attempt._more_points(2))

    monkeypatch.setattr("rdgames.proofs.attempt.Attempt._refuted_by", see_only_two_points)
    monkeypatch.setattr("rdgames.proofs.attempt.Attempt._by_solvers", lambda attempt, _: attempt._found("unknown"))
    for statement, given in list(ALMOST.values())[::4]:
        proof = prove(Claim(name="mine", statement=statement, given=given), aj, timeout=2, exactly=0)
        assert proof.verdict == "unknown", str(proof)
        assert proof.holds is None


@pytest.mark.parametrize(
    "given", ["n >= 2 and beta > 2", "n == 5/2", "n == 2 and n == 3", "beta == 2", "a < c", "n >= 2 and cartel.x < 0"]
)
def test_a_claim_about_nothing_is_vacuous(aj, given):
    proof = prove("cartel.x > competition.x", aj, given=given)
    assert proof.verdict == "vacuous" or given == "n == 5/2", str(proof)
    assert proof.verdict != "proved"
    assert proof.example is None


def test_a_claim_of_whole_numbers_says_so(aj):
    bound = "competition.x <= second-best.x"
    assert prove(bound, aj, given="n >= 2 and beta >= 1/12").numbers == "whole"
    assert prove(bound, aj, given="n >= 2 and beta >= 1/5").numbers == "real"


def test_an_unknown_answer_says_what_was_tried():
    game = load("uncertain-success")
    proof = prove("rjv-cartel-welfare", game, timeout=1)
    assert proof.verdict in ("unknown", "proved")
    if proof.verdict == "unknown":
        assert proof.tried
        assert proof.certificate is None
        assert proof.seconds < 2


def test_conditions_can_be_chosen(aj):
    rising = "derivative(competition.x, beta) < 0"
    assert prove(rising, aj, given="n >= 2").verdict == "proved"
    assert prove(rising, aj, given="n >= 2", assuming=no_condition).verdict == "refuted"
    cheap = "cartel.unit_cost >= 0"
    assert prove(cheap, aj).verdict == "refuted"
    assert prove(cheap, aj, assuming=everything_that_decides).verdict == "proved"


def test_divisors_that_may_vanish_are_named(aj):
    proof = prove("1/(2*beta - 1)**2 > 0", aj, given="cartel.x > 0")
    assert proof.verdict == "proved"
    assert proof.defined_where == ("2*beta - 1 != 0",)


@pytest.mark.parametrize(
    ("statement", "message"),
    [
        ("cartell.x > competition.x", "cartel"),
        ("cartel.xx > competition.x", "effective_rd|xx"),
        ("cartel.x > competition.x and betta > 1/2", "beta"),
        ("increasing(cartel.x, betta)", "beta"),
    ],
)
def test_a_wrong_name_meets_the_nearest_right_one(aj, statement, message):
    with pytest.raises((ModelError, UnknownNameError), match=message):
        prove(statement, aj)


def test_a_claim_that_is_not_there_meets_the_nearest(aj):
    with pytest.raises(UnknownNameError, match="P1a"):
        prove("P1aa", aj)


def test_without_closed_form_nothing_is_proved_and_the_reason_is_said(aj):
    game = load("kamien-muller-zang-cournot")
    assert prove("K1a", game).verdict == "proved"
    with pytest.raises(DerivationError):
        prove("a.x > 0", without_closed_form())


def without_closed_form():
    from rdgames.game.game import Game

    return Game(
        name="power",
        parameters={"t": "t > 0", "g": "g > 0", "n": {"domain": "n >= 1", "integer": True}},
        groups={"firms": "n"},
        stages={"research": {"actions": {"x": "firms"}}, "market": {"actions": {"q": "firms"}}},
        definitions={"y": {"for": "i in firms", "is": "log(1 + x[i])"}},
        payoffs={"firms": "(t + y[i] - sum(q[j] for j in firms))*q[i] - g*x[i]"},
        regimes={"a": ""},
    )


def test_points_are_fractions(aj):
    proof = prove("P5c", aj)
    assert all(isinstance(value, Fraction) for value in proof.counterexample.parameters.values())
    document = proof.to_document()
    assert document["verdict"] == "refuted"
    assert set(document["counterexample"]["parameters"]) == set(aj.parameter)
