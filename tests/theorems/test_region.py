"""Regions: exactly when a statement is true, what bounds that, and what is said where it is not found."""

from __future__ import annotations

import json
from fractions import Fraction
from itertools import pairwise, product

import pytest
from flint import fmpz_poly

from rdgames import check_certificate
from rdgames.claims.functions import ExactPoint
from rdgames.claims.reading import Proposition
from rdgames.claims.truth import AtPoint
from rdgames.errors import InputError, MissingValueError, ModelError, OutsideDomainError, UnknownNameError
from rdgames.game.literature import Claim
from rdgames.language.reader import read_statement
from rdgames.modelfile.catalogue import load
from rdgames.proofs.open_signs import admissible_points
from rdgames.proofs.proving import prove
from rdgames.proofs.reading import Reading
from rdgames.proofs.sign_tables import briefest, comparison
from rdgames.proofs.signs import ANY, NEGATIVE, ZERO, members
from rdgames.theorems.boundaries import Boundary
from rdgames.theorems.real_roots import WIDTH, real_roots
from rdgames.theorems.region import Region, region

AJ, KMZ, VERTICAL = "daspremont-jacquemin", "kamien-muller-zang-cournot", "vertical-spillovers"


@pytest.fixture(scope="module")
def aj():
    return load(AJ)


KNOWN = {
    "P1a": (AJ, "cartel.x > competition.x", "n >= 2", "beta > 1/2"),
    "P1b": (AJ, "cartel.output > competition.output", "n >= 2", "beta > 1/2"),
    "P2b": (AJ, "cartel.profit == competition.profit", "n >= 2", "beta == 1/2"),
    "P2d": (AJ, "cartel.profit > competition.profit", "n >= 2", "beta != 1/2"),
    "P3b": (AJ, "cartel.welfare >= competition.welfare", "n >= 2", "beta >= 1/2"),
    "P5b": (AJ, "merger.x > competition.x", "n >= 2", "beta > (3*n + 1)/(n**2 + 6*n + 1)"),
    "P6e": (AJ, "cartel.output > merger.output", "n >= 2", "gamma > (beta*(n - 1) + 1)**2/(b*(n + 1))"),
    "P7b": (AJ, "second-best.x > competition.x", "n >= 2", "beta > (n - 2)/((n - 1)*(n + 4))"),
    "P12a": (AJ, "sqrt(n)*cartel.x >= cartel.effective_rd", "n >= 2", "beta <= (sqrt(n) - 1)/(n - 1)"),
    "K5": (KMZ, "cartel.effective_rd > competition.effective_rd", "n >= 2", "beta > sigma/2"),
    "V1": (VERTICAL, "horizontal-upstream.x_u > competition.x_u", "n_u >= 2", "v_u > 1 - 2*h_u"),
    "two": (
        AJ,
        "cartel.x > competition.x and cartel.output > merger.output",
        "n == 2 and b == 1",
        "beta > 1/2 and gamma > (beta + 1)**2/3",
    ),
    "either": (AJ, "cartel.x > competition.x or competition.x > merger.x", "n == 2", "beta < 7/17 or beta > 1/2"),
}


@pytest.mark.parametrize("name", KNOWN)
def test_conditions_of_the_papers_are_found_and_proved(name):
    model, statement, given, condition = KNOWN[name]
    game = load(model)
    found = region(statement, game, given=given)
    assert (found.finding, found.condition) == ("exact", condition)
    assert found.proof.verdict == "proved"
    assert condition in found.proof.statement
    assert check_certificate(found.proof.certificate).verdict == "proved"
    agree_at_points(game, found)


def agree_at_points(game, found):
    """Statement and condition are looked at side by side, apart from any proof."""
    proposition = Proposition.read(game, Claim(name="stated", statement=found.statement, given=found.given))
    points = admissible_points(Reading(proposition), most=80, seed=5)
    assert len(points) > 20
    truths = set()
    for point in points:
        here = AtPoint(game, point)
        true = here.decide(proposition.statement)
        truths.add(true)
        assert true == here.decide(read_statement(found.condition, [regime.name for regime in game.regimes]))
    assert truths == {True, False}


def test_where_welfare_is_higher_with_a_cartel_than_with_a_merger(aj):
    found = region("cartel.welfare > merger.welfare", aj, n=3)
    assert found.finding == "exact"
    assert found.boundaries[0].explicit.startswith("gamma = (2*beta + 1)**2*(")
    agree_at_points(aj, found)


def test_one_open_parameter_gives_intervals_with_exact_ends(aj):
    for rival, root in (("competition", 0.569582585871044), ("cartel", 0.518780643070853)):
        found = region(f"rjv-competition.welfare > {rival}.welfare", aj, n=2, b=1, gamma=5)
        true, false = found.intervals
        assert (found.parameter, true.truth, false.truth) == ("beta", "true", "false")
        assert (true.low.root.low, true.low_included, true.high_included) == (0, True, False)
        assert (false.high.root.low, false.low_included, false.high_included) == (1, True, True)
        assert true.high == false.low
        assert true.high.value == pytest.approx(root, abs=1e-14)
        assert not true.high.exact


def test_intervals_stop_where_the_assumptions_do(aj):
    found = region("cartel.output > merger.output", aj, n=2, b=1, beta=1)
    below, above = found.intervals
    assert str(below) == "1 < gamma <= " + str(below)[len("1 < gamma <= ") :]  # the merger's second-order condition
    assert (below.truth, above.truth) == ("false", "true")
    assert below.high.root.low == Fraction(4, 3)
    assert above.high is None


def test_single_values_are_intervals_too(aj):
    found = region("cartel.profit == competition.profit", aj, n=2, b=1, gamma=5)
    assert [(str(each), each.truth) for each in found.intervals] == [
        ("0 <= beta < 0.5", "false"),
        ("beta = 0.5", "true"),
        ("0.5 < beta <= 1", "false"),
    ]


def test_no_intervals_where_the_assumptions_tie_the_parameter_to_others(aj):
    assert region("cartel.x > competition.x", aj, n=2).intervals == ()


def test_always_never_vacuous(aj):
    always = region("P4", aj)
    assert always.always
    assert not always.never
    assert (always.finding, always.condition, always.proof.verdict) == ("always", "", "proved")
    never = region("cartel.x > merger.x", aj, given="n >= 2")
    assert never.never
    assert never.true_at is None
    vacuous = region("cartel.x > merger.x", aj, given="n >= 2 and n < 2")
    assert (vacuous.finding, vacuous.proof.verdict) == ("vacuous", "vacuous")


def test_what_is_not_found_is_unknown_and_says_what_is_open(aj):
    found = region("cartel.welfare > merger.welfare", aj, given="n >= 2", most=0)
    assert (found.finding, found.condition, found.proof) == ("unknown", "", None)
    assert len(found.boundaries) == 1
    regimes = [regime.name for regime in aj.regimes]
    for point, truth in ((found.true_at, True), (found.false_at, False)):
        here = AtPoint(aj, ExactPoint(point))
        assert here.decide(read_statement("cartel.welfare > merger.welfare", regimes)) is truth
    assert "unknown" in str(found)
    assert region("cartel.welfare > merger.welfare", aj, given="n >= 2", timeout=1e-6).finding == "unknown"


def test_a_region_reads_as_text_and_goes_into_json(aj):
    found = region("cartel.x > competition.x", aj, given="n >= 2", b=1)
    assert str(found).splitlines() == [
        "cartel.x > competition.x, given (n >= 2) and b == 1: true exactly when beta > 1/2",
        "  equivalence proved (coefficients)",
        "  boundary: beta = 1/2",
    ]
    document = json.loads(json.dumps(found.to_document(), allow_nan=False))
    assert (document["condition"], document["regimes"]) == ("beta > 1/2", ["cartel", "competition"])
    assert document["boundaries"] == [{"polynomial": "1 - 2*beta", "parameters": ["beta"], "explicit": "beta = 1/2"}]
    assert "0 <= beta <= 1" in document["assumptions"]
    assert any(text.startswith("cartel: ") for text in document["assumptions"])


def test_fixed_values_may_come_in_any_exact_form(aj):
    for fixed in ({"fix": {"n": "2", "gamma": 5.0}, "b": 1}, {"n": 2, "b": Fraction(1), "gamma": "5"}):
        found = region("rjv-competition.welfare > cartel.welfare", aj, **fixed)
        assert found.intervals[0].high.value == pytest.approx(0.518780643070853)


@pytest.mark.parametrize(
    ("statement", "options", "error", "words"),
    [
        ("cartel.x > competition.x", {"gama": 5}, UnknownNameError, "did you mean 'gamma'"),
        ("cartel.x > competition.x", {"fix": {"n": 2}, "n": 3}, InputError, "n in fix and besides"),
        ("cartel.x > competition.x", {"beta": 2}, OutsideDomainError, "beta"),
        ("cartel.x > competition.x", {"n": "two"}, InputError, "expected a number"),
        ("cartl.x > competition.x", {}, ModelError, "did you mean 'cartel'"),
        ("P99", {}, UnknownNameError, "P99"),
    ],
)
def test_mistakes_are_named(aj, statement, options, error, words):
    with pytest.raises(error, match=words):
        region(statement, aj, **options)


def test_roots_of_a_boundary_are_certified(aj):
    [boundary] = region("rjv-competition.welfare > competition.welfare", aj, n=2).boundaries
    assert boundary.parameters == ("b", "gamma", "beta")
    for gamma, expected in ((2, 0.519881543971699), (3, 0.548140892740987), (10, 0.585040576434212)):
        [root] = boundary.roots("beta", b=1, gamma=gamma)
        assert root.root.high - root.root.low <= WIDTH
        assert root.value == pytest.approx(expected, abs=1e-14)
        assert count_roots_by_sturm(list(root.coefficients), root.root.low, root.root.high) == 1


def count_roots_by_sturm(coefficients, low, high):
    """The number of different roots within an interval, by signs in Sturm's chain, in fractions."""

    def value(polynomial, at):
        total = Fraction(0)
        for coefficient in reversed(polynomial):
            total = total * at + coefficient
        return total

    def remainder(above, below):
        above = list(above)
        while len(above) >= len(below):
            factor, shift = above[-1] / below[-1], len(above) - len(below)
            above = [
                each - factor * below[place - shift] if place >= shift else each for place, each in enumerate(above)
            ]
            above.pop()
        while above and not above[-1]:
            above.pop()
        return above

    chain = [[Fraction(each) for each in coefficients]]
    chain.append([place * each for place, each in enumerate(chain[0])][1:])
    while rest := remainder(chain[-2], chain[-1]):
        chain.append([-each for each in rest])

    def changes(at):
        signs = [one > 0 for polynomial in chain if (one := value(polynomial, at))]
        return sum(one != other for one, other in pairwise(signs))

    return changes(low) - changes(high)


def test_roots_ask_for_what_they_need(aj):
    [boundary] = region("cartel.output > merger.output", aj, given="n >= 2").boundaries
    assert [root.root.low for root in boundary.roots("gamma", n=2, b=1, beta="1/2")] == [Fraction(3, 4)]
    assert [root.root.low for root in boundary.roots("gamma", n=2, b=1, beta=0.5, a=7)] == [Fraction(3, 4)]
    with pytest.raises(MissingValueError, match="beta"):
        boundary.roots("gamma", n=2, b=1)
    with pytest.raises(UnknownNameError, match="gamma"):
        boundary.roots("gama", n=2, b=1, beta=0)
    assert boundary.roots("beta", n=2, b=1, gamma=5) == ()  # the root is no share


def test_roots_of_several_polynomials_are_kept_apart():
    close = [fmpz_poly([-2, 0, 1]), fmpz_poly([-14142135623730950488, 10**19])]
    negative, root, rational = real_roots(close)
    assert root.root.high < rational.root.low or rational.root.high < root.root.low
    assert rational.exact or root.exact
    assert negative.value == pytest.approx(-(2**0.5))


def test_tables_of_signs_are_said_briefly():
    every = list(product((-1, 0, 1), repeat=2))
    for said, length in (
        (lambda p, _: p > 0, 1),
        (lambda p, q: p > 0 or q <= 0, 2),
        (lambda p, q: p * q > 0, 4),
        (lambda p, q: p != 0 and q >= 0, 2),
    ):
        clauses = briefest({at: said(*at) for at in every}, (ANY, ANY))
        assert clauses.length == length
        for at in every:
            inner = {"and": all, "or": any}
            true = inner[clauses.outer](
                inner[clauses.inner](at[place] in members(mask) for place, mask in clause) for clause in clauses.clauses
            )
            assert true == said(*at)


def test_comparisons_use_what_is_known():
    assert comparison(ZERO, NEGATIVE | ZERO) == "=="
    assert comparison(NEGATIVE, NEGATIVE | ZERO) == "<"


def test_a_condition_is_no_answer_without_its_proof(aj, monkeypatch):
    """A prover that proves nothing leaves nothing to report."""

    def proves_nothing(claim, game, **options):
        found = prove(claim, game, **options)
        return type(found)(found.model, found.claim, found.statement, found.given, "unknown")

    monkeypatch.setattr("rdgames.theorems.region.prove", proves_nothing)
    assert region("cartel.x > competition.x", aj, given="n >= 2").finding == "unknown"


def test_a_boundary_that_fills_a_page_is_told_by_its_size():
    terms = {(power, 1): power + 1 for power in range(120)}
    polynomial = " + ".join(f"{number}*k**{power}*w" for (power, _), number in terms.items())
    long = Boundary(polynomial, ("k", "w"), "", {}, terms)
    assert str(long) == "a polynomial of 120 terms in k, w = 0 (its attribute `polynomial` has it)"
    unknown = Region("m", "x > y", "", (), (), "unknown", boundaries=(long,))
    assert "k**119" not in str(unknown)
    assert "k**119" not in unknown._repr_html_()
    assert "120 terms in k, w = 0" in unknown._repr_html_()
