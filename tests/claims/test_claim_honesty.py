"""The checker finds what is wrong with claims that are almost true, and says nothing where it knows nothing."""

from __future__ import annotations

from fractions import Fraction

import pytest

from rdgames.claims.checking import check_claim
from rdgames.claims.hypotheses import everything_that_decides, no_condition
from rdgames.equilibrium.equilibrium import solve
from rdgames.game.literature import Claim
from rdgames.language.reader import read_statement
from rdgames.language.tree import OfRegime, walk

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
}
ASSUMPTION_DROPPED = {
    "n >= 2": ("sign(cartel.x - competition.x) == sign(2*beta - 1)", ""),
    "n == 2": ("sign(merger.x - competition.x) == sign(17*beta - 7)", "n >= 2"),
    "n == 2, without spillovers": ("competition.x == second-best.x", "beta == 0 and n >= 2"),
    "beta == 0": ("iff(competition.x > second-best.x, n >= 3)", "n >= 2"),
    "b*gamma >= 2": ("rjv-competition.welfare > competition.welfare", "n == 2 and beta <= 1/2"),
    "beta < 1": ("rjv-competition.welfare < competition.welfare", "n == 2 and beta >= 3/5"),
}
ALMOST = {
    f"{kind}: {name}": claim
    for kind, table in {
        "moved": THRESHOLD_MOVED, "strict": STRICT_AT_AN_EQUALITY, "dropped": ASSUMPTION_DROPPED,
    }.items()
    for name, claim in table.items()
}  # fmt: skip


def claim(statement: str, given: str = "n >= 2") -> Claim:
    return Claim(name="mine", statement=statement, given=given)


@pytest.mark.parametrize(("statement", "given"), ALMOST.values(), ids=ALMOST)
def test_an_almost_true_claim_is_refuted(aj, statement, given):
    for seed in range(3):
        check = check_claim(aj, claim(statement, given), seed=seed)
        assert check.finding == "refuted", str(check)


@pytest.mark.parametrize(("statement", "given"), ALMOST.values(), ids=ALMOST)
def test_a_counterexample_is_confirmed_by_the_equilibria_themselves(aj, statement, given):
    check = check_claim(aj, claim(statement, given))
    regimes = [regime.name for regime in aj.regimes]
    nodes = [node for node in walk(read_statement(statement, regimes)) if isinstance(node, OfRegime)]
    for node in nodes:
        point = solve(aj, node.regime).at(**check.counterexample.parameters)
        assert point.values[node.outcome] == check.counterexample.values[f"{node.regime}.{node.outcome}"]
        needed = [name for name in point.conditions if name.startswith(("second_order", "existence", "interior"))]
        assert needed
        assert all(point.conditions[name].holds for name in needed)


@pytest.mark.parametrize(
    "given",
    ["n >= 2 and beta > 2", "n == 5/2", "n == 2 and n == 3", "beta == 2", "a < c", "n >= 2 and cartel.x < 0"],
)
def test_a_claim_about_nothing_is_vacuous_and_does_not_hold(aj, given):
    check = check_claim(aj, claim("cartel.x > competition.x", given), points=20)
    assert check.finding == "vacuous"
    assert not check.holds
    assert not check.as_known
    assert check.points == 0
    assert check.example is None
    assert "vacuous so far" in str(check)


@pytest.mark.parametrize("statement", ["cartel.x/(beta - beta) > 0", "sqrt(-1 - beta) > cartel.x"])
def test_a_claim_without_value_anywhere_is_vacuous(aj, statement):
    check = check_claim(aj, claim(statement), points=20)
    assert check.finding == "vacuous"
    assert check.undefined > 0
    assert "no value" in str(check)


def test_points_at_which_a_claim_has_no_value_are_counted_apart(aj):
    check = check_claim(aj, claim("1/(2*beta - 1) != cartel.x - cartel.x"), points=100)
    assert check.finding == "holds"
    assert check.points == 100
    assert check.undefined > 0


def test_an_equivalence_of_what_never_happens_shows(aj):
    check = check_claim(aj, claim("iff(cartel.x < 0, beta > 1)"), points=50)
    assert check.finding == "holds"
    assert check.truths == {"cartel.x < 0": 0, "beta > 1": 0}


def test_all_parts_of_a_statement_are_evaluated(aj):
    check = check_claim(aj, claim("cartel.x > 0 or 1/(2*beta - 1) > 0"), points=100)
    assert check.undefined > 0


def test_the_same_seed_gives_the_same_points_and_another_seed_others(aj):
    same = [check_claim(aj, "P5c", seed=3) for _ in range(2)]
    assert same[0] == same[1]
    assert check_claim(aj, "P1a", seed=4, points=5).example != same[0].example


def test_conditions_can_be_chosen(aj):
    rising = claim("derivative(competition.x, beta) < 0", "n >= 2 and a > c")
    assert check_claim(aj, rising).finding == "holds"
    assert check_claim(aj, rising, admissible=no_condition).finding == "refuted"
    sign = claim("sign(derivative(competition.x, beta)) == sign(2*s**2 - D)", "n >= 2 and a > c")
    assert check_claim(aj, sign, admissible=no_condition).finding == "holds"


def test_all_that_decides_is_asked_for_when_chosen(aj):
    cheap = claim("cartel.unit_cost >= 0")
    assert check_claim(aj, cheap).finding == "refuted"
    assert check_claim(aj, cheap, admissible=everything_that_decides).finding == "holds"


def test_a_finding_is_a_document(aj):
    document = check_claim(aj, "P5c").to_document()
    assert document["finding"] == "refuted"
    assert set(document["counterexample"]["parameters"]) == set(aj.parameter)
    assert Fraction(document["counterexample"]["values"]["merger.x"]) <= Fraction(
        document["counterexample"]["values"]["competition.x"]
    )
    assert check_claim(aj, "P1a", points=3).to_document()["counterexample"] is None
