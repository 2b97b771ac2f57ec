"""Games in normal form: what is said of them holds against every deviation, and nothing is missed."""

import json
import sys
from fractions import Fraction
from itertools import product

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rdgames.choices.normal_form import NormalForm
from rdgames.choices.payoffs import MAX_PROFILES, check_size
from rdgames.errors import InputError, UnknownNameError


@st.composite
def games(draw, players=(1, 4), most=3, largest=4):
    """Games with small whole payoffs, in which ties are frequent."""
    count = draw(st.integers(*players))
    shape = [draw(st.integers(1, most)) for _ in range(count)]
    numbers = st.fractions(-largest, largest, max_denominator=3)
    size = int(np.prod(shape)) * count
    flat = draw(st.lists(numbers, min_size=size, max_size=size))
    return NormalForm.of(np.array(flat, dtype=object).reshape(*shape, count))


def floating(game):
    return NormalForm(game.players, game.strategies, game.payoffs)


def deviations(game, profile):
    """What each player earns by each other strategy, beside what it earns at a profile."""
    for player, names in enumerate(game.strategies):
        for name in names:
            if name != profile[player]:
                other = (*profile[:player], name, *profile[player + 1 :])
                yield game.at(*profile)[player], game.at(*other)[player]


@settings(deadline=None)
@given(games())
def test_pure_equilibria_are_all_profiles_from_which_no_deviation_gains(game):
    expected = {}
    for profile in product(*game.strategies):
        pairs = list(deviations(game, profile))
        if all(here >= there for here, there in pairs):
            expected[profile] = all(here > there for here, there in pairs)
    found = {equilibrium.profile: equilibrium.strict for equilibrium in game.pure_equilibria()}
    assert found == expected
    assert {e.profile: e.strict for e in floating(game).pure_equilibria()} == expected
    for equilibrium in game.pure_equilibria():
        assert equilibrium.payoffs == game.at(*equilibrium.profile)


@settings(deadline=None)
@given(games())
def test_dominant_strategies_are_better_whatever_others_play(game):
    for weakly, found in ((False, game.dominant()), (True, game.dominant(strictly=False))):
        for player, own in enumerate(game.strategies):
            rest = [names for place, names in enumerate(game.strategies) if place != player]
            dominating = []
            for name in own:
                leads = [
                    [
                        game.at(*others[:player], name, *others[player:])[player]
                        - game.at(*others[:player], other, *others[player:])[player]
                        for others in product(*rest)
                    ]
                    for other in own
                    if other != name
                ]
                if all(min(lead) >= 0 and (max(lead) > 0 if weakly else min(lead) > 0) for lead in leads):
                    dominating.append(name)
            assert [found[player]] == (dominating or [None])


def expected_payoffs(game, mixes):
    return [
        sum(
            np.prod([mix[name] for mix, name in zip(mixes, profile, strict=True)]) * game.at(*profile)[player]
            for profile in product(*mixes)
        )
        for player in range(len(game.players))
    ]


@settings(deadline=None, max_examples=150)
@given(games(players=(2, 2), most=4))
def test_mixed_equilibria_are_exact_best_replies(game):
    found = game.equilibria()
    assert len(found) >= 1  # Nash 1950
    for equilibrium in found:
        assert all(sum(mix.values()) == 1 and min(mix.values()) > 0 for mix in equilibrium.mixes)
        assert list(equilibrium.payoffs) == expected_payoffs(game, equilibrium.mixes)
        for player, names in enumerate(game.strategies):
            for name in names:
                mixes = list(equilibrium.mixes)
                mixes[player] = {name: Fraction(1)}
                assert expected_payoffs(game, mixes)[player] <= equilibrium.payoffs[player]


@settings(deadline=None, max_examples=150)
@given(games(players=(2, 2), most=4))
def test_equilibria_contain_the_pure_ones_and_are_odd_in_number_unless_degenerate(game):
    found = game.equilibria()
    pure = {tuple(next(iter(mix)) for mix in equilibrium.mixes) for equilibrium in found if equilibrium.pure}
    assert pure == {equilibrium.profile for equilibrium in game.pure_equilibria()}
    assert len({str(equilibrium.mixes) for equilibrium in found}) == len(found)
    if not found.degenerate:
        assert len(found) % 2 == 1  # Wilson 1971
        assert all(len(equilibrium.mixes[0]) == len(equilibrium.mixes[1]) for equilibrium in found)


@settings(deadline=None, max_examples=100)
@given(games(players=(2, 2), most=3, largest=20))
def test_floats_give_the_same_equilibria(game):
    exact, approximate = game.equilibria(), floating(game).equilibria()
    assert approximate.degenerate == exact.degenerate
    for one, other in zip(sorted_mixes(exact), sorted_mixes(approximate), strict=True):
        assert one == pytest.approx(other, abs=1e-6)


def sorted_mixes(equilibria):
    return sorted(
        tuple(round(float(mix.get(str(name), 0)), 7) for mix in equilibrium.mixes for name in range(1, 5))
        for equilibrium in equilibria
    )


def test_the_equilibrium_that_supports_in_floats_lose_is_found():
    row = np.array([[44, 15, -34], [16, 49, 21], [-24, 4, -43]])
    column = np.array([[11, -4, 22], [20, -25, 14], [2, 12, -5]])
    payoffs = [[(Fraction(int(r), 7), Fraction(int(c), 7)) for r, c in zip(*rows)] for rows in zip(row, column)]  # noqa: B905
    [found] = NormalForm.of(payoffs).equilibria()
    assert [set(mix) for mix in found.mixes] == [{"1", "2"}, {"1", "3"}]


def test_matching_pennies_has_one_equilibrium_in_which_both_mix():
    game = NormalForm.of([[(1, -1), (-1, 1)], [(-1, 1), (1, -1)]], strategies=["heads", "tails"])
    assert game.pure_equilibria() == ()
    [found] = game.equilibria()
    assert found.mixes == ({"heads": Fraction(1, 2), "tails": Fraction(1, 2)},) * 2
    assert found.payoffs == (0, 0)
    assert "no equilibrium without mixing" in repr(game)


def test_the_battle_of_the_sexes_has_three_equilibria():
    found = NormalForm.of([[(2, 1), (0, 0)], [(0, 0), (1, 2)]]).equilibria()
    assert [equilibrium.pure for equilibrium in found] == [True, True, False]
    assert found.found[2].mixes == (
        {"1": Fraction(2, 3), "2": Fraction(1, 3)},
        {"1": Fraction(1, 3), "2": Fraction(2, 3)},
    )
    assert not found.degenerate


def test_a_continuum_is_said_to_be_one_and_its_corners_are_found():
    found = NormalForm.of([[(1, 1), (1, 1)], [(0, 0), (1, 0)]]).equilibria()
    assert found.degenerate
    # against the first row all columns are as good; against the second column both rows, but only for pure rows
    corners = {tuple(next(iter(mix)) for mix in equilibrium.mixes) for equilibrium in found}
    assert {("1", "1"), ("1", "2")} <= corners


def test_a_player_without_a_choice():
    game = NormalForm.of([[(0, 1), (0, 3), (0, 3)]])
    found = game.equilibria()
    assert [equilibrium.mixes[1] for equilibrium in found] == [{"2": 1}, {"3": 1}]
    assert found.degenerate


def test_without_nashpy_only_mixing_is_out_of_reach(monkeypatch):
    monkeypatch.setitem(sys.modules, "nashpy", None)
    game = NormalForm.of([[(2, 1), (0, 0)], [(0, 0), (1, 2)]])
    assert len(game.pure_equilibria()) == 2
    with pytest.raises(ModuleNotFoundError, match="needs nashpy: pip install"):
        game.equilibria()


def test_a_prisoners_dilemma_and_what_is_none():
    dilemma = NormalForm.of([[(3, 3), (0, 4)], [(4, 0), (1, 1)]])
    assert dilemma.is_prisoners_dilemma
    assert dilemma.joint_optima() == (("1", "1"),)
    harmony = NormalForm.of([[(3, 3), (2, 2)], [(2, 2), (1, 1)]])
    assert harmony.dominant() == ("1", "1")
    assert not harmony.is_prisoners_dilemma
    sexes = NormalForm.of([[(2, 1), (0, 0)], [(0, 0), (1, 2)]])
    assert sexes.dominant() == (None, None)
    assert not sexes.is_prisoners_dilemma
    assert sexes.joint_optima() == (("1", "1"), ("2", "2"))


def test_what_is_printed_is_the_bimatrix():
    game = NormalForm.of(
        [[("107.3125", "107.3125"), ("100.545", "110.5")], [("110.5", "100.545"), ("103.125", "103.125")]],
        players=["one", "two"],
        strategies=["low", "high"],
    )
    assert repr(game).splitlines() == [
        "           two",
        "                      low             high",
        "one   low  107.31, 107.31   100.55, 110.50",
        "     high  110.50, 100.55  103.13, 103.13*",
        "* Nash equilibrium",
    ]
    page = game._repr_html_()
    assert "<b>103.13, 103.13</b>" in page
    assert page.count("<td>") == 4


def test_names_are_escaped_in_html():
    game = NormalForm.of([[(1, 1)]], players=["<a>", "b"])
    assert "<a>" not in game._repr_html_()
    assert "<pre>" in NormalForm.of([[[(1, 1, 1)]]])._repr_html_()


def test_documents_and_tables():
    game = NormalForm.of([[("1/3", 1), (0, 0)], [(0, 0), (1, 2)]], strategies=["in", "out"])
    document = json.loads(json.dumps(game.to_document(exact=True)))
    assert document["profiles"][0] == {
        "player 1": "in",
        "player 2": "in",
        "payoff of player 1": "1/3",
        "payoff of player 2": "1",
        "nash": True,
    }
    assert document["pure_equilibria"] == [
        {"profile": ["in", "in"], "strict": True},
        {"profile": ["out", "out"], "strict": True},
    ]
    assert json.loads(json.dumps(floating(game).to_document()))["profiles"][0]["payoff of player 1"] == pytest.approx(
        1 / 3
    )
    assert len(game.as_table()) == 4


@pytest.mark.parametrize(
    ("make", "message"),
    [
        (lambda: NormalForm.of([1, 2]), "found no payoffs"),
        (lambda: NormalForm.of([[1, 2], [3, 4]]), "found payoffs of shape"),
        (lambda: NormalForm.of([[(1, 1)]], strategies=[["a"], ["b", "c"]]), "found payoffs of shape"),
        (lambda: NormalForm.of([[(1, 1), (1, 1)], [(1, 1), (1, 1)]], strategies=["a", "a"]), "expected different ones"),
        (lambda: NormalForm.of([[(1, "x")]]), "expected a number"),
        (lambda: NormalForm.of([[(1, 1)]]).at("1"), "expected one for each of player 1, player 2"),
        (lambda: NormalForm.of([[[(1, 1, 1)]]]).equilibria(), "found 3 players, expected two"),
        (lambda: NormalForm.of(np.zeros((11, 2, 2), dtype=int)).equilibria(), "found 11 strategies"),
        (lambda: check_size([10] * 5), f"at most {MAX_PROFILES}"),
    ],
)
def test_mistakes_are_explained(make, message):
    with pytest.raises(InputError, match=message):
        make()


def test_an_unknown_strategy_meets_the_right_one():
    with pytest.raises(UnknownNameError, match="did you mean 'join'"):
        NormalForm.of([[(1, 1), (1, 1)], [(1, 1), (1, 1)]], strategies=["join", "stay out"]).at("jion", "join")
