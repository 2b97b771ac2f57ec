"""Rivals that are held at the point of stopping: one-sided derivatives by hand, and best replies from outside."""

from __future__ import annotations

from fractions import Fraction

import pytest

import rdgames as rd
from rdgames.errors import DerivationError, InputError, NotQuadraticError, UnknownNameError
from rdgames.game.game import Game

A, COST, GAMMA = 100, 20, 10
"""Demand 100 - Q; the first firm's cost before research; the slope of the marginal cost of research."""
POINT = {"a": A, "b": 1, "c_1": COST, "gamma": GAMMA, "beta_1_2": 0, "beta_2_1": 0}


@pytest.fixture(scope="module")
def duopoly(aj):
    return rd.explicit(aj, different=["c"], n=2)


@pytest.fixture(scope="module")
def cells(duopoly):
    return rd.corners(duopoly)


@pytest.fixture(scope="module")
def entry():
    """Incumbents do research before entrants decide how much to sell."""
    whole = {"domain": "m >= 1", "integer": True}
    return Game(
        name="entry",
        parameters={
            **{name: f"{name} > 0" for name in ("a", "b", "c", "d", "gamma")},
            "m": whole,
            "k": {**whole, "domain": "k >= 1"},
        },
        groups={"incumbents": "m", "entrants": "k"},
        stages={
            "research": {"actions": {"x": "incumbents"}},
            "production": {"actions": {"q": "incumbents", "e": "entrants"}},
        },
        definitions={
            "price": "a - b*(sum(q[j] for j in incumbents) + sum(e[j] for j in entrants))",
            "profit": {"for": "i in incumbents", "is": "(price - c + x[i])*q[i] - gamma*x[i]**2/2"},
            "entrants_profit": {"for": "i in entrants", "is": "(price - d)*e[i]"},
        },
        payoffs={"incumbents": "profit[i]", "entrants": "entrants_profit[i]"},
        regimes={"cartel": "incumbents choose x jointly"},
    )


def nobody_gains(game: Game, point, parameters, regime: str = "competition") -> bool:
    levels = {name: float(point.values[name]) for name in game.action}
    numbers = {name: float(value) for name, value in parameters.items()}
    return rd.check_equilibrium(game, regime, levels=levels, **numbers).holds()


def test_research_keeps_the_rival_at_the_point_of_stopping(duopoly):
    """The rival's margin is zero where it sells nothing; both one-sided derivatives are the textbook's."""
    kept_out = rd.solve(duopoly, at_bounds=["x_2", "q_2-by-x_1"])
    assert str(kept_out["x_1"]) == "(a + c_1 - 2*c_2)/(1 - 2*beta_2_1)"
    found = kept_out.at(**POINT, c_2="57.5")
    assert found.valid
    assert (found.values["x_1"], found.values["q_1"], found.values["q_2"]) == (5, Fraction(85, 2), 0)
    assert found.values["price"] == found.values["unit_cost_2"]
    rival_per_research = Fraction(-1, 2)  # a monopoly's price falls by half of what its cost does
    monopoly = Fraction(85, 2) - GAMMA * 5
    duopolist = Fraction(4, 3) * Fraction(85, 2) - GAMMA * 5
    assert found.conditions["edge_q_2_held"].margin == monopoly / rival_per_research > 0
    assert found.conditions["edge_q_2_free"].margin == -duopolist / rival_per_research >= 0


def test_the_three_cells_meet_and_do_not_overlap(duopoly):
    """The kink begins where a duopolist's research, and ends where a monopoly's, just keeps the rival out."""
    free, kink, stopped = (
        rd.solve(duopoly, at_bounds=bounds) for bounds in ([], ["x_2", "q_2-by-x_1"], ["x_2", "q_2"])
    )
    begins, ends = Fraction(400, 7), Fraction(1100, 19)
    little = Fraction(1, 10**9)
    for cost, holds in [
        (begins - little, [True, False, False]),
        (begins, [False, True, False]),
        (begins + little, [False, True, False]),
        (ends - little, [False, True, False]),
        (ends, [False, False, True]),
        (ends + little, [False, False, True]),
    ]:
        assert [cell.at(**POINT, c_2=cost).valid for cell in (free, kink, stopped)] == holds
    at_the_ends = [kink.at(**POINT, c_2=cost).values for cost in (begins, ends)]
    assert at_the_ends == [free.at(**POINT, c_2=begins).values, stopped.at(**POINT, c_2=ends).values]


@pytest.mark.parametrize(("worth", "bounds"), [("7/10", ()), ("9/10", ("x_2", "q_2-by-x_1")), (1.1, ("x_2", "q_2"))])
def test_where_research_spills_over_less_of_it_keeps_the_rival_out(duopoly, cells, worth, bounds):
    """Research is worth 4/5 of output to a duopolist, all of it to a monopoly; here it costs so much of it as said."""
    per_output = Fraction(worth)
    research = 80 * per_output / (20 - per_output)  # where it leaves the rival a margin of zero
    point = {**POINT, "beta_2_1": Fraction(4, 5), "c_2": 60 + Fraction(3, 10) * research}
    found = cells.at(**point)
    assert (found.valid, found.at_bounds) == (True, bounds)
    assert (found.values["x_1"] == research) is (per_output == Fraction(9, 10))
    assert nobody_gains(duopoly, found, point)


def test_of_several_who_could_hold_a_rival_the_ends_of_a_continuum_are_found(aj):
    game = rd.explicit(aj, different=["c"], n=3)
    cells = rd.corners(game, among=["x_3", "q_3"])
    nothing = {name: 0 for name in game.parameter if name.startswith("beta")}
    point = {"a": 100, "b": 1, "gamma": 10, "c_1": 20, "c_2": 22, "c_3": Fraction(897, 20), **nothing}
    ends = [cell.at(**point) for cell in cells]
    ends = [end for end in ends if end.valid]
    assert [end.at_bounds for end in ends] == [("x_3", "q_3-by-x_1"), ("x_3", "q_3-by-x_2")]
    found = cells.at(**point)
    assert found.failed == ("one_solution",)
    assert "between these lies a continuum of equilibria" in found.conditions["one_solution"].meaning
    middle = {name: float(ends[0].values[name] + ends[1].values[name]) / 2 for name in game.action}
    numbers = {name: float(value) for name, value in point.items()}
    for levels in (*({name: float(end.values[name]) for name in game.action} for end in ends), middle):
        assert rd.check_equilibrium(game, levels=levels, **numbers).holds()
    beyond = {name: 2 * float(ends[0].values[name]) - middle[name] for name in game.action}
    assert not rd.check_equilibrium(game, levels=beyond, **numbers).holds()


def test_a_group_that_holds_entrants_out_shares_it_equally(entry):
    kept_out = rd.solve(entry, at_bounds=["e-by-x"])
    assert str(kept_out["x"]) == "(a + c*m - d*m - d)/m"
    assert str(kept_out["q"]) == "(a - d)/(b*m)"
    assert any("can be divided among the members in other ways" in note for note in kept_out.notes)
    cells = rd.corners(entry)
    for members, entrants in [(1, 2), (2, 1), (3, 2)]:
        kinds = []
        for place in range(240):
            point = {"a": 100, "b": 1, "c": 20, "d": 36 + Fraction(place, 10), "gamma": 10, "m": members, "k": entrants}
            found = cells.at(**point)
            assert found.valid
            kinds.append(found.at_bounds)
            if found.at_bounds == ("e-by-x",) and found.at_bounds not in kinds[:-1]:
                assert nobody_gains(entry, found, point)
        assert list(dict.fromkeys(kinds)) == [(), ("e-by-x",), ("e",)]


def test_a_cartel_holds_entrants_out_together(entry):
    point = {"a": 100, "b": 1, "c": 20, "d": 45, "gamma": 10, "m": 2, "k": 3}
    found = rd.corners(entry, "cartel").at(**point)
    assert (found.valid, found.at_bounds, found.values["x"]) == (True, ("e-by-x",), Fraction(5, 2))
    assert found.conditions["second_order_unequal"].holds  # other divisions keep the entrants out, too, and cost more
    assert nobody_gains(entry, found, point, "cartel")


def test_a_sweep_has_kinks_too(entry):
    fixed = {"a": 100, "b": 1, "c": 20, "gamma": 10, "m": 2, "k": 3}
    entrants = [42.0, 44.0, 46.0]
    ds = rd.sweep(entry, ["competition"], corners=True, d=entrants, **fixed).sel(regime="competition")
    names = ds["corner"].attrs["flag_meanings"].split()
    assert ds["valid"].all()
    assert [names[code] for code in ds["corner"].values] == ["none", "e-by-x", "e"]
    exact = [rd.corners(entry).at(d=int(cost), **fixed).values["x"] for cost in entrants]
    assert ds["x"].values == pytest.approx([float(x) for x in exact], rel=1e-12)


@pytest.mark.parametrize(
    ("bounds", "error", "words"),
    [
        (["q_2-by-x_2"], DerivationError, "no kink to stay at"),
        (["q_2-by-x_1-not-x_2"], DerivationError, "no kink to stay at"),
        (["q_2-by-x_1-not-x_1"], DerivationError, "nobody moves it by x_1"),
        (["x_2-by-x_1"], DerivationError, "x_2-by-x_1 shall bind, but nothing"),
        (["q_2-by-q_1"], DerivationError, "what moves it last is x_1, x_2"),
        (["q_1-by-x_2", "q_2-by-x_1"], InputError, "at once, expected at most one"),
        (["q_2-by-y_1"], UnknownNameError, "'y_1'"),
        (["q_3-by-x_1"], UnknownNameError, r"'q_3' \(did you mean"),
    ],
)
def test_kinks_that_there_are_not(duopoly, bounds, error, words):
    with pytest.raises(error, match=words):
        rd.solve(duopoly, at_bounds=bounds)


def test_kinks_of_members_who_are_alike_and_without_closed_form_are_refused(aj, isoelastic):
    with pytest.raises(NotQuadraticError, match="bounds that are reached without a kink"):
        rd.solve(isoelastic, at_bounds=["q-by-x"])
    differentiated = rd.load("daspremont-jacquemin-differentiated-bertrand")
    with pytest.raises(DerivationError, match=r"at a kink of its own.*rd\.explicit"):
        rd.solve(differentiated, at_bounds=["p-by-x"])
    with pytest.raises(DerivationError, match="no kink to stay at"):
        rd.solve(aj, at_bounds=["q-by-x"])
