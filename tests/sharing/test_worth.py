"""What coalitions are worth: against the equilibria of the regimes that say the same, one partition at a time."""

from __future__ import annotations

from functools import cache

import numpy as np
import pytest

import rdgames as rd
from rdgames.equilibrium.coalitions import Cooperation
from rdgames.errors import InputError, RdgamesError
from rdgames.game.game import Game
from rdgames.sharing.coalitions import members
from rdgames.sharing.partitions import coalitional, partitions
from rdgames.sharing.worth import partition_worth, worth

GIVEN = {"a": 200.0, "b": 1.0, "c_1": 40.0, "c_2": 45.0, "c_3": 42.0, "gamma": 25.0}
SPILLOVERS = {"beta_1_2": 0.6, "beta_1_3": 0.1, "beta_2_1": 0.3, "beta_2_3": 0.8, "beta_3_1": 0.0, "beta_3_2": 0.4}
DROPPED = ("published", "claims")
FIRMS = ("firms_1", "firms_2", "firms_3")


@cache
def trio() -> Game:
    return rd.explicit(rd.load("daspremont-jacquemin"), different=["c"], n=3)


@cache
def consortium() -> Game:
    """Return two firms, and an institute that sells nothing and whose research helps both."""
    return rd.Game(
        name="consortium",
        parameters={name: f"{name} > 0" for name in ("a", "c", "gamma", "gamma_z")} | {"v": "0 <= v <= 1"},
        groups={"firms": 2, "institute": 1},
        stages={
            "research": {"actions": {"x": "firms", "z": {"by": "institute", "signed": True}}},
            "production": {"actions": {"q": "firms"}},
        },
        definitions={
            "price": "a - sum(q[j] for j in firms)",
            "unit_cost": {"for": "i in firms", "is": "c - x[i] - v*sum(z[k] for k in institute)"},
            "profit": {"for": "i in firms", "is": "(price - unit_cost[i])*q[i] - gamma*x[i]**2/2"},
            "cost": {"for": "i in institute", "is": "gamma_z*z[i]**2/2"},
        },
        payoffs={"firms": "profit[i]", "institute": "-cost[i]"},
    )


@cache
def elastic() -> Game:
    """Return a duopoly without closed form."""
    return rd.Game(
        name="elastic",
        parameters={name: f"{name} > 0" for name in ("a", "eps", "c", "rho")} | {"beta": "0 <= beta <= 1"},
        groups={"firms": 2},
        stages={"research": {"actions": {"x": "firms"}}, "production": {"actions": {"q": "firms"}}},
        definitions={
            "price": "a*sum(q[j] for j in firms)**(-1/eps)",
            "unit_cost": {
                "for": "i in firms",
                "is": "c*(1 + x[i] + beta*sum(x[j] for j in firms if j != i))**(-rho)",
            },
        },
        payoffs={"firms": "(price - unit_cost[i])*q[i] - x[i]**2"},
    )


def named_blocks(partition: tuple[int, ...], players: tuple[str, ...] = FIRMS) -> list[list[str]]:
    return [[players[member] for member in members(block)] for block in partition]


MERGER = "firms_1, firms_2, firms_3 choose x_1, x_2, x_3, q_1, q_2, q_3 jointly"


@pytest.mark.parametrize("regime", ["rjv-competition", MERGER])
def test_every_partition_is_the_regime_that_says_the_same(regime: str) -> None:
    game, spillovers = trio(), SPILLOVERS | {"beta_1_2": [0.1, 0.6]}
    if regime == MERGER:  # several plants of one firm: costs must rise with output, or only the cheapest produces
        game = rising_cost()
    found = partition_worth(game, regime, **GIVEN, **spillovers)
    assert found["valid"].all()
    cooperation = Cooperation.of(game, regime)
    for place, partition in enumerate(partitions(3)):
        alone = rd.sweep(game, cooperation.among(named_blocks(partition)), **GIVEN, **spillovers)
        assert alone["valid"].all()
        for column, block in enumerate(partition):
            expected = sum(alone[f"profit_{member + 1}"].values[0] for member in members(block))
            np.testing.assert_allclose(found["worth"].values[place, column], expected, rtol=1e-9)


@cache
def rising_cost() -> Game:
    document = rd.load("daspremont-jacquemin").to_document()
    profit = "(price - unit_cost[i])*q[i] - q[i]**2 - gamma*x[i]**2/2"
    document["definitions"]["profit"] = {"for": "i in firms", "is": profit}
    return rd.explicit(rd.Game(**{key: value for key, value in document.items() if key not in DROPPED}), ["c"], n=3)


@pytest.mark.parametrize("outsiders", ["singletons", "merged"])
def test_assumptions_about_outsiders_read_the_partition_function(outsiders: str) -> None:
    table = partition_worth(trio(), "cartel", **GIVEN, **SPILLOVERS)["worth"].values
    found = worth(trio(), "cartel", outsiders=outsiders, **GIVEN, **SPILLOVERS)
    np.testing.assert_allclose(found["worth"].values, coalitional(table, outsiders), rtol=1e-12)
    assert found["worth"].values[0] == 0


def test_pessimists_and_optimists_bracket_all_ways_to_group_outsiders() -> None:
    low, high = (
        worth(trio(), "cartel", outsiders=each, **GIVEN, **SPILLOVERS)["worth"].values
        for each in ("pessimistic", "optimistic")
    )
    either = [
        worth(trio(), "cartel", outsiders=each, **GIVEN, **SPILLOVERS)["worth"].values
        for each in ("singletons", "merged")
    ]
    np.testing.assert_array_equal(low, np.minimum(*either))  # with three players there are no other ways
    np.testing.assert_array_equal(high, np.maximum(*either))
    assert (low < high)[[1, 2, 4]].all()


def test_worth_does_not_depend_on_how_firms_are_numbered() -> None:
    one = worth(trio(), "cartel", **GIVEN, **SPILLOVERS)["worth"].values
    swapped = {"c_1": GIVEN["c_2"], "c_2": GIVEN["c_1"]}
    number = {"1": "2", "2": "1", "3": "3"}
    spillovers = {f"beta_{number[n[5]]}_{number[n[7]]}": value for n, value in SPILLOVERS.items()}
    other = worth(trio(), "cartel", **{**GIVEN, **swapped}, **spillovers)["worth"].values
    np.testing.assert_allclose(one[[0, 2, 1, 3, 4, 6, 5, 7]], other, rtol=1e-12)


def test_an_institute_that_sells_nothing_is_worth_something_to_others() -> None:
    regime = "firms_1, firms_2, institute_1 choose x_1, x_2, z_1 jointly"
    game = rd.explicit(consortium())
    found = worth(game, regime, a=100, c=60, gamma=20, gamma_z=20, v=[0, 0.5])
    assert found["valid"].all()
    alone, with_firm, firm = (found["worth"].sel(coalition=coalition).values for coalition in (4, 5, 1))
    np.testing.assert_array_equal(alone, 0)  # it chooses nothing for itself
    assert with_firm[0] == pytest.approx(firm[0])
    assert with_firm[1] > firm[1]


def test_games_without_closed_form_are_solved_partition_by_partition() -> None:
    game = rd.explicit(elastic())
    given = {"a": 20.0, "eps": 1.5, "c": 3.0, "rho": 0.3, "beta": [0.5, 0.6]}
    regime = "firms_1, firms_2 choose x_1, x_2 jointly"
    found = worth(game, regime, starts=1, **given)
    assert found["valid"].all()
    joint = rd.sweep(elastic(), "firms choose x jointly and equally", starts=1, outcomes=["x", "q"], **given)
    x, q = joint["x"].values[0], joint["q"].values[0]
    cost = 3 * (1 + (1 + np.array([0.5, 0.6])) * x) ** -0.3
    np.testing.assert_allclose(
        found["worth"].values[3], 2 * ((20 * (2 * q) ** (-1 / 1.5) - cost) * q - x**2), rtol=1e-8
    )


def test_a_coalition_is_unknown_where_its_equilibrium_fails() -> None:
    found = worth(trio(), "cartel", **(GIVEN | {"gamma": [0.01, 25.0]}), **SPILLOVERS)
    assert found["valid"].values[1:].tolist() == [[False, True]] * 7
    np.testing.assert_array_equal(np.isnan(found["worth"].values), ~found["valid"].values)
    names = found["failed_condition"].attrs["flag_meanings"].split()
    assert names[int(found["failed_condition"].values[7, 0])].startswith("second_order")


@pytest.mark.parametrize(
    ("game", "regime", "says"),
    [
        (lambda: rd.load("daspremont-jacquemin"), "cartel", "explicit(game, n=3)"),
        (trio, "competition", "nothing is done together in 'competition'"),
        (trio, "planner chooses x_1 for welfare", "planner"),
        (trio, "firms_1 choose x_1 for welfare", "for welfare"),
    ],
)
def test_what_is_no_cooperation_is_refused(game: object, regime: str, says: str) -> None:
    with pytest.raises(InputError) as caught:
        worth(game(), regime, **GIVEN, **SPILLOVERS)  # type: ignore[operator]
    assert says in str(caught.value)


def test_wrong_names_meet_the_nearest() -> None:
    with pytest.raises(RdgamesError, match="singletons"):
        worth(trio(), "cartel", outsiders="singleton", **GIVEN, **SPILLOVERS)
    with pytest.raises(RdgamesError, match="gamma"):
        worth(trio(), "cartel", **(GIVEN | {"gama": 3}), **SPILLOVERS)
