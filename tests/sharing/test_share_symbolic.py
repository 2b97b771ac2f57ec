"""Worth in symbols: against the numeric road, and the core as inequalities that the prover decides."""

from __future__ import annotations

from fractions import Fraction
from functools import cache

import numpy as np
import pytest

import rdgames as rd
from rdgames.errors import InputError
from rdgames.sharing.coalitions import membership
from rdgames.sharing.core import core_of
from rdgames.sharing.symbolic import balanced_collections, symbolic_worth
from rdgames.sharing.worth import worth

TIED = "beta_1_2 == beta_2_1 and b == 1"


@cache
def firms(number: int) -> rd.Game:
    return rd.explicit(rd.load("daspremont-jacquemin"), different=["c"], n=number)


def point(game: rd.Game) -> dict[str, Fraction]:
    given = {"a": 200, "b": 1, "gamma": 25, "c": 42, "c_1": 40, "c_2": 45, "c_3": 42}
    spillovers = {name: Fraction(place, 10) for place, name in enumerate(n for n in game.parameter if "beta" in n)}
    return {name: Fraction(value) for name, value in (given | spillovers).items() if name in game.parameter}


@pytest.mark.parametrize(("regime", "outsiders"), [("cartel", "merged"), ("rjv-cartel", "singletons")])
def test_formulas_are_what_numbers_say(regime, outsiders):
    game = rd.explicit(rd.load("daspremont-jacquemin"), n=3)
    pairs = {"beta_2_1": "beta_1_2", "beta_3_1": "beta_1_3", "beta_3_2": "beta_2_3"}
    values = point(game)
    values |= {name: values[other] for name, other in pairs.items()}
    given = " and ".join(["b == 1", "c == 42", "gamma == 25", *(f"{name} == {other}" for name, other in pairs.items())])
    formulas = symbolic_worth(game, regime, outsiders=outsiders, given=given)
    found = worth(game, regime, outsiders=outsiders, **{name: float(value) for name, value in values.items()})["worth"]
    exact = [function.at(values) for function in formulas.worths]
    np.testing.assert_allclose([float(number) for number in exact], found.values, rtol=1e-9)


def test_shapley_in_closed_form():
    formulas = symbolic_worth(firms(2), "cartel", given=TIED)
    values = point(firms(2)) | {"beta_1_2": Fraction(1, 5), "beta_2_1": Fraction(1, 5)}
    exact = [function.at(values) for function in formulas.worths]
    shares = [function.at(values) for function in formulas.exact_shares("shapley")]
    assert shares == rd.Shapley().divide(exact).shares.tolist()
    assert sum(shares) == exact[-1]
    weighted = formulas.exact_shares(rd.WeightedShapley([2, 1]))
    assert [each.at(values) for each in weighted] == rd.WeightedShapley([2, 1]).divide(exact).shares.tolist()
    assert str(formulas.shares("shapley")["firms_1"]).count("gamma") > 0


def test_equalities_shorten_formulas():
    long, short = (symbolic_worth(firms(2), "cartel", given=given).worths[3] for given in ("", TIED))
    assert len(short.numerator) < len(long.numerator)
    values = point(firms(2)) | {"beta_1_2": Fraction(1, 5), "beta_2_1": Fraction(1, 5)}
    assert short.at(values) == long.at(values)


def test_the_core_of_two_is_proved_not_to_be_empty():
    game = rd.explicit(rd.load("daspremont-jacquemin"), n=2)
    proofs = symbolic_worth(game, "cartel").prove_core(given=TIED)
    assert {words: proof.verdict for words, proof in proofs.items()} == {"firms_1; firms_2": "proved"}


def test_a_core_that_can_be_empty_is_refuted_with_a_point():
    game = rd.explicit(rd.load("daspremont-jacquemin"), n=3)
    names = [name for name in game.parameter if name.startswith("beta")]
    given = " and ".join(f"{name} == 1/5" for name in names) + " and b == 1 and c == 60 and gamma == 25"
    formulas = symbolic_worth(game, "rjv-cartel", given=given)
    statement = formulas.core_statements()[-1]  # each two of three, half of the time
    assert rd.prove(statement, formulas.game, given=given, exactly=0).verdict == "refuted"
    values = {"a": 100, "b": 1, "c": 60, "gamma": 25} | {name: Fraction(1, 5) for name in names}
    assert core_of([function.at(values) for function in formulas.worths]).status == 2


@pytest.mark.parametrize(("players", "count"), [(2, 1), (3, 5), (4, 41)])
def test_balanced_collections_decide_whether_cores_are_empty(players, count):
    collections = balanced_collections(players)
    assert len(collections) == count  # Peleg 1965, beside the collection of everyone alone
    inside = membership(players)
    for weights in collections:
        assert (sum(weight * inside[coalition].astype(int) for coalition, weight in weights.items()) == 1).all()
    games = np.random.default_rng(3).integers(0, 4, (60, 1 << players)).astype(float)
    games[:, 0] = 0
    games[:, -1] += players
    empty = [
        any(sum(float(weight) * game[coalition] for coalition, weight in weights.items()) > game[-1] + 1e-9
            for weights in collections)
        for game in games
    ]  # fmt: skip
    np.testing.assert_array_equal(empty, ~core_of(games).nonempty)
    assert 0 < sum(empty) < len(games)


@pytest.mark.parametrize(
    ("number", "options", "says"),
    [
        (5, {}, "5 players, expected at most 4"),
        (2, {"outsiders": "pessimistic"}, "no assumption about outsiders 'pessimistic'"),
        (2, {"given": "beta_1_2 == 0 and beta_2_1 == 0 and b == 1 and gamma == 2/9"}, "divide by zero everywhere"),
        (2, {"given": "beta_1_2 == beta_1_2"}, "expected one parameter in terms of others"),
    ],
)
def test_what_has_no_formula_is_refused(number, options, says):
    with pytest.raises(InputError, match=says):
        symbolic_worth(firms(number), "cartel", **options)


def test_only_linear_rules_have_closed_forms():
    with pytest.raises(InputError, match="linear"):
        symbolic_worth(firms(2), "cartel", given=TIED).exact_shares("nucleolus")
    with pytest.raises(InputError, match="what each coalition is worth"):
        symbolic_worth(firms(2), "cartel", given=TIED).exact_shares("myerson-partition")
