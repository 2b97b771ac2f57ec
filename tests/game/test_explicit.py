"""Games told firm by firm: alike firms give what the group gives, different ones what each would choose."""

from __future__ import annotations

from fractions import Fraction

import pytest

import rdgames as rd
from rdgames.errors import InputError, TooLargeError, UnknownNameError

POINT = {"a": 100, "b": 1, "gamma": 15}


def alike(game, **values):
    """A point at which members do not differ."""
    return {
        name: next(value for stem, value in values.items() if name == stem or name.startswith(f"{stem}_"))
        for name in game.parameter
    }


@pytest.mark.parametrize("n", [1, 2, 3, 5])
@pytest.mark.parametrize("regime", ["competition", "cartel", "rjv-cartel", "open-loop"])
def test_alike_firms_do_what_a_group_does(aj, n, regime):
    game = rd.explicit(aj, different=["c", "gamma"], n=n)
    told = rd.solve(game, regime).at(**alike(game, **POINT, c=60, beta="1/3"))
    group = rd.solve(aj, regime).at(**POINT, c=60, beta="1/3", n=n)
    for name, value in group.values.items():
        for place in range(1, n + 1):
            assert told.values.get(f"{name}_{place}", told.values.get(name)) == value
    assert told.valid
    assert group.valid


def test_different_firms_each_do_their_best(aj):
    game = rd.explicit(aj, different=["c"], n=3)
    point = alike(game, **POINT, c=60, beta="1/5") | {"c_2": 50, "beta_1_3": "1/2", "beta_3_1": 0}
    found = rd.solve(game).at(**point)
    assert found.valid
    assert found.values["x_2"] > found.values["x_3"] > 0
    equilibrium = rd.solve(game)
    for firm in (1, 2, 3):
        for change in (Fraction(-1, 10), Fraction(1, 10)):
            history = {f"x_{place}": [found.values[f"x_{place}"]] for place in (1, 2, 3)}
            history[f"x_{firm}"] = [history[f"x_{firm}"][0] + change]
            assert equilibrium.given(history, **point).values[f"profit_{firm}"][0] < found.values[f"profit_{firm}"]


def test_identities_hold_for_different_firms(aj):
    game = rd.explicit(aj, different=["c", "gamma"], n=2)
    v = rd.solve(game, "cartel").at(**alike(game, **POINT, c=60, beta=0) | {"c_2": 55, "gamma_1": 20}).values
    assert v["output"] == v["q_1"] + v["q_2"]
    assert v["welfare"] == v["profit_1"] + v["profit_2"] + v["output"] ** 2 / 2


def test_several_groups_are_told_apart():
    game = rd.explicit(rd.load("vertical-spillovers"), n_u=2, n_d=1)
    assert {"v_u_1_1", "v_u_2_1", "v_d_1_1", "h_u_1_2"} <= set(game.parameter)
    assert not {"h_d_1_1", "n_u", "n_d"} & set(game.parameter)
    regimes = {regime.name for regime in game.regimes}
    assert "full" in regimes
    assert not {"vertical", "consortia", "second-best"} & regimes


def test_formulas_of_many_different_firms_are_not_written_out(aj):
    game = rd.explicit(aj, different=["c", "gamma"], n=5)
    equilibrium = rd.solve(game, "cartel")
    with pytest.raises(TooLargeError, match="values can be had all the same"):
        equilibrium.formula("x_1")
    ds = rd.sweep(game, "cartel", **alike(game, **POINT, c=60, beta=0.25) | {"c_1": [50, 60]})
    assert ds["valid"].all()
    assert ds["x_1"][0, 0] > ds["x_1"][0, 1]
    assert "too long to be written out" in repr(equilibrium)
    assert "too long to be written out" in equilibrium._repr_latex_()


def test_a_game_told_firm_by_firm_can_be_written_and_read(aj, tmp_path):
    game = rd.explicit(aj, n=2)
    rd.write_game(game, tmp_path / "duopoly.toml")
    assert rd.load(tmp_path / "duopoly.toml") == game


@pytest.mark.parametrize(
    ("sizes", "different", "advice"),
    [
        ({}, (), "no value for n, expected one, such as n=2"),
        ({"n": 2.5}, (), "expected a whole number"),
        ({"n": 0}, (), "found 0 members of firms, expected a whole number from 1 to 12"),
        ({"n": 13}, (), "from 1 to 12"),
        ({"n": 2}, ("b",), "expected a common parameter in what is defined for each member"),
        ({"n": 2}, ("beta",), "expected a common parameter"),
    ],
)
def test_what_cannot_be_told_apart_says_why(aj, sizes, different, advice):
    with pytest.raises(InputError, match=advice):
        rd.explicit(aj, different=different, **sizes)


def test_unknown_names_are_refused(aj):
    with pytest.raises(UnknownNameError, match="size of a group 'm'"):
        rd.explicit(aj, n=2, m=3)
    with pytest.raises(UnknownNameError, match="parameter 'd'"):
        rd.explicit(aj, different=["d"], n=2)


def test_a_group_without_members_is_refused_and_a_game_without_citation_is_told():
    game = rd.Game(
        name="entrants",
        parameters={"a": "a > 0", "n": {"domain": "n >= 1", "integer": True}},
        groups={"incumbents": "n", "entrants": "n - 1"},
        stages={"market": {"actions": {"q": "incumbents", "r": "entrants"}}},
        definitions={"p": "a - sum(q[j] for j in incumbents) - sum(r[j] for j in entrants)"},
        payoffs={"incumbents": "p*q[i]", "entrants": "p*r[i]"},
    )
    assert rd.explicit(game, n=3).outcomes[:5] == ("q_1", "q_2", "q_3", "r_1", "r_2")
    with pytest.raises(InputError, match="found 0 members of entrants"):
        rd.explicit(game, n=1)


def test_different_wants_names(aj):
    with pytest.raises(InputError, match="expected a list of parameters"):
        rd.explicit(aj, different=5, n=2)
