"""Actions restricted to levels: published tables, and equilibria that stay what they are among other levels."""

from fractions import Fraction

import pytest

from rdgames.choices.levels import choose_levels
from rdgames.equilibrium.equilibrium import solve
from rdgames.errors import InputError, MissingValueError
from rdgames.game.game import Game
from rdgames.modelfile.catalogue import load

PEPALL = {"a": 100, "b": 2, "c": 60, "gamma": 1, "n": 2}
LOW, HIGH = "7.5", "10"


def printed(value):
    """A number to two digits, halves rounded up as in print."""
    return (value * 100 + Fraction(1, 2)) // 1 / Fraction(100)


def table(game, regime, **parameters):
    return choose_levels(game, regime, {"x": [LOW, HIGH]}, **PEPALL, **parameters)


@pytest.mark.parametrize(
    ("beta", "both_low", "high_against_low", "both_high", "nash", "cartel"),
    [
        ("1/4", "107.31", ("110.50", "100.54"), "103.13", HIGH, LOW),
        ("3/4", "128.67", ("125.78", "136.13"), "133.68", LOW, HIGH),
    ],
)
def test_table_20_3_of_pepall_richards_and_norman(aj, beta, both_low, high_against_low, both_high, nash, cartel):
    game = table(aj, "competition", beta=beta)
    assert [printed(value) for value in game.at(LOW, LOW)] == [Fraction(both_low)] * 2
    assert [printed(value) for value in game.at(HIGH, LOW)] == list(map(Fraction, high_against_low))
    assert [printed(value) for value in game.at(LOW, HIGH)] == list(map(Fraction, high_against_low[::-1]))
    assert [printed(value) for value in game.at(HIGH, HIGH)] == [Fraction(both_high)] * 2
    assert [(e.profile, e.strict) for e in game.pure_equilibria()] == [((nash, nash), True)]
    assert game.joint_optima() == ((cartel, cartel),)
    assert game.dominant() == (nash, nash)
    assert game.is_prisoners_dilemma
    [equilibrium] = game.equilibria()
    assert equilibrium.pure
    assert not game.equilibria().degenerate
    assert game.exact
    assert game.valid


def test_table_20_3_in_a_research_joint_venture(aj):
    game = table(aj, "rjv-competition", beta=1)
    assert game.at(HIGH, HIGH) == (150, 150)
    assert printed(game.at(LOW, LOW)[0]) == Fraction("139.93")  # as the catalogue has it
    assert printed(table(aj, "competition", beta=1).at(LOW, LOW)[0]) == Fraction("139.93")
    assert game.joint_optima() == ((HIGH, HIGH),)


def rd_or_none(aj, beta, slope=2):
    """No R&D, or the R&D of competitors: the two levels that proposition P11 is about."""
    point = {"a": 11, "b": 1, "c": 10, "gamma": slope, "beta": beta, "n": 2}
    level = solve(aj, "competition").at(**point).values["x"]
    return choose_levels(aj, "competition", {"x": [0, level]}, **point), level


@pytest.mark.parametrize("beta", ["0", "1/20", "1/15", "1/12", "1/10", "1/5", "2/5"])
def test_the_prisoners_dilemma_in_research(aj, beta):
    spillover = Fraction(beta)
    game, level = rd_or_none(aj, beta)
    loses = 27 * 2 * spillover < 2 * (2 - spillover) * (1 + spillover) ** 2
    both, none = game.at(str(level), str(level)), game.at("0", "0")
    assert none == (Fraction(1, 9),) * 2
    assert (both[0] < none[0]) == loses
    assert game.dominant() == (str(level),) * 2  # for beta < 1/2, R&D pays more against less R&D
    assert game.is_prisoners_dilemma == loses


def test_the_prisoners_dilemma_begins_exactly_at_its_threshold(aj):
    beta = Fraction(1, 10)
    slope = 2 * (2 - beta) * (1 + beta) ** 2 / (27 * beta)
    for below, dilemma in ((Fraction(1, 10**9), True), (Fraction(0), False), (-Fraction(1, 10**9), False)):
        game, level = rd_or_none(aj, beta, slope - below)
        assert game.is_prisoners_dilemma == dilemma
        assert (game.at(str(level), str(level)) == game.at("0", "0")) == (below == 0)


@pytest.mark.parametrize(("beta", "dilemma"), [("1/25", True), ("1/10", False)])
def test_the_prisoners_dilemma_with_square_roots_is_computed_in_floats(beta, dilemma):
    kmz = load("kamien-muller-zang-cournot")
    point = {"a": 2, "c": 1, "sigma": 1, "gamma": 3, "beta": beta, "n": 2}
    level = solve(kmz, "competition").at(**point).values["x"]
    game = choose_levels(kmz, "competition", {"x": [0, level]}, **point)
    assert not game.exact
    assert game.dominant() == (str(level),) * 2
    spillover = Fraction(beta)
    assert dilemma == (27 * 3 * spillover < 2 * (2 - spillover) * (1 + spillover))  # the catalogue, K9
    assert game.is_prisoners_dilemma == dilemma


def test_an_equilibrium_among_levels_around_it_is_an_equilibrium(aj):
    point = {"a": 100, "b": 1, "c": 60, "gamma": 5, "beta": "1/3", "n": 3}
    level = solve(aj, "competition").at(**point).values["x"]
    game = choose_levels(aj, "competition", {"x": [level - 1, level, level + 1, 0]}, **point)
    assert [(e.profile, e.strict) for e in game.pure_equilibria()] == [((str(level),) * 3, True)]
    payoff = solve(aj, "competition").at(**point).values
    assert game.at(*[str(level)] * 3) == (payoff["profit"],) * 3
    assert game.outcomes["welfare"][1, 1, 1] == payoff["welfare"]


def test_members_are_exchangeable(aj):
    game = choose_levels(aj, "competition", {"x": [1, 2, 3]}, a=100, b=1, c=60, gamma=5, beta="1/3", n=4)
    solved = solve(aj, "competition")
    for levels in ([3, 1, 2, 2], [1, 1, 3, 2], [2, 3, 3, 1]):
        followed = solved.given({"x": levels}, a=100, b=1, c=60, gamma=5, beta="1/3", n=4).values
        assert list(game.at(*map(str, levels))) == followed["profit"]
        assert game.outcomes["welfare"][game.place(*map(str, levels))] == followed["welfare"]


def test_several_groups_have_their_own_levels():
    vertical = load("vertical-spillovers")
    point = dict.fromkeys(vertical.parameter, 1)
    point |= {"a": 100, "c_u": 20, "c_d": 10, "n_u": 2, "n_d": 2, "gamma_u": 9, "gamma_d": 9}
    point |= dict.fromkeys(("h_u", "h_d", "v_u", "v_d"), "1/3")
    solved = solve(vertical, "competition")
    point = {name: point[name] for name in solved.parameters}
    game = choose_levels(vertical, "competition", {"x_d": [1, 3], "x_u": [2, 4]}, **point)
    assert game.players == ("upstream 1", "upstream 2", "downstream 1", "downstream 2")
    assert game.strategies == (("2", "4"),) * 2 + (("1", "3"),) * 2
    followed = solved.given({"x_u": [4, 2], "x_d": [1, 3]}, **point).values
    assert list(game.at("4", "2", "1", "3")) == [*followed["profit_u"], *followed["profit_d"]]


def test_partial_consortia_play_as_parts(aj):
    split = "2 of firms are insiders, the rest outsiders; insiders share beta = 1"
    point = {"a": 100, "b": 1, "c": 60, "gamma": 9, "beta": "1/4", "n": 3}
    game = choose_levels(aj, split, {"x_insiders": [0, 2], "x_outsiders": [1, 4]}, **point)
    assert game.players == ("insider 1", "insider 2", "outsiders")
    assert game.strategies[2] == ("1", "4")


def test_floats_stay_floats(aj):
    game = choose_levels(aj, "competition", {"x": [7.5, 10]}, **PEPALL, beta=0.25)
    assert not game.exact
    assert game.at("10", "10")[0] == pytest.approx(103.125)
    assert [e.profile for e in game.pure_equilibria()] == [("10", "10")]
    [equilibrium] = game.equilibria()
    assert equilibrium.mixes == ({"10": 1.0}, {"10": 1.0})
    assert [type(payoff) for payoff in equilibrium.payoffs] == [float, float]


def test_what_fails_is_kept_by_profile(aj):
    game = choose_levels(aj, "competition", {"x": [0, 80]}, a=100, b=1, c=60, gamma=5, beta=0, n=2)
    assert not game.valid
    assert game.failed == {
        ("0", "80"): ("least level of q", "nonnegative_unit_cost"),
        ("80", "0"): ("least level of q", "nonnegative_unit_cost"),
        ("80", "80"): ("nonnegative_unit_cost",),
    }
    assert "conditions fail at 3 profiles" in repr(game)
    assert game.to_document()["failed"][2] == {"profile": ["80", "80"], "failed": ["nonnegative_unit_cost"]}


def test_what_every_history_needs_is_kept_at_all_profiles(aj):
    game = choose_levels(aj, "competition", {"x": [0, 1]}, a=10, b=1, c=12, gamma=5, beta=0, n=2)
    assert all("a > c" in game.failed[profile] for profile in game.profiles)


@pytest.mark.parametrize(
    ("regime", "levels", "message"),
    [
        ("cartel", {"x": [1, 2]}, "not chosen by every player alone"),
        ("second-best", {"x": [1, 2]}, "not chosen by every player alone"),
        ("firms choose x for industry_profit", {"x": [1, 2]}, "not chosen by every player alone"),
        ("competition", {"q": [1, 2]}, "found levels of q, expected them of x"),
        ("competition", {"x": [1], "q": [1]}, "expected them of x"),
        ("competition", {}, "found levels of nothing"),
        ("open-loop", {"x": [1]}, "expected them of x, q"),
        ("competition", {"x": "12"}, "expected a list of levels"),
        ("competition", {"x": 3}, "expected a list of levels"),
        ("competition", {"x": []}, "found no levels"),
        ("competition", {"x": [1, "1.0"]}, "expected different levels"),
        ("competition", {"x": [1, "much"]}, "expected a number"),
    ],
)
def test_mistakes_are_explained(aj, regime, levels, message):
    with pytest.raises(InputError, match=message):
        choose_levels(aj, regime, levels, **PEPALL, beta="1/4")


def test_missing_parameters_are_named(aj):
    with pytest.raises(MissingValueError, match="gamma"):
        choose_levels(aj, "competition", {"x": [1, 2]}, a=100, b=1, c=60, beta=0, n=2)


def test_too_many_profiles_are_refused(aj):
    with pytest.raises(InputError, match="with 1048576 profiles"):
        choose_levels(aj, "competition", {"x": [1, 2]}, **{**PEPALL, "n": 20}, beta=0)


def test_a_payoff_without_a_name_is_refused():
    game = Game(
        name="cournot",
        parameters={"a": "a > 0", "n": {"domain": "n >= 1", "integer": True}},
        groups={"firms": "n"},
        stages={"output": {"actions": {"q": "firms"}}},
        definitions={"price": "a - sum(q[j] for j in firms)"},
        payoffs={"firms": "price*q[i]"},
    )
    with pytest.raises(InputError, match=r"found the payoff price\*q\[i\] of firms, expected a quantity"):
        choose_levels(game, "competition", {"q": [1, 2]}, a=10, n=2)


def test_one_stage_and_several_actions_of_a_player():
    game = Game(
        name="bundle",
        parameters={"a": "a > 0", "n": {"domain": "n >= 1", "integer": True}},
        groups={"firms": "n"},
        stages={"output": {"actions": {"q": "firms", "r": "firms"}}},
        definitions={
            "profit": {
                "for": "i in firms",
                "is": "(a - sum(q[j] for j in firms))*q[i] + (a - sum(r[j] for j in firms))*r[i]",
            }
        },
        payoffs={"firms": "profit[i]"},
    )
    found = choose_levels(game, "competition", {"q": [2, 3], "r": [3, 4]}, a=9, n=2)
    assert found.strategies[0] == ("q = 2, r = 3", "q = 2, r = 4", "q = 3, r = 3", "q = 3, r = 4")
    assert [e.profile for e in found.pure_equilibria()] == [("q = 3, r = 3",) * 2]  # the Cournot output is a/3
