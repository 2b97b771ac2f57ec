"""Rules that differ by phase: a fixed one loses a member that an adjusted one keeps."""

from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from rdgames.errors import InputError
from rdgames.sharing.core import blocking
from rdgames.sharing.corrections import CorrectedShapley
from rdgames.sharing.equal import EqualSplit
from rdgames.sharing.phases import NEVER, Phase, in_phases
from rdgames.sharing.proportional import Proportional
from rdgames.sharing.shapley import Shapley

MEMBERS = ["Institute", "Maker", "Seller"]

# In the formation the institute brings in the knowledge, so it is worth much to the others and little alone; in the
# maturation the seller has learnt what there is to know, and could go on alone.
FORMATION = [0, 2, 1, 6, 1, 6, 3, 12]
OPERATION = [0, 2, 3, 8, 3, 8, 8, 18]
MATURATION = [0, 1, 3, 5, 10, 12, 13, 18]
RISKS = {
    "formation": [Fraction(1, 2), Fraction(1, 4), Fraction(1, 4)],
    "operation": [Fraction(5, 12), Fraction(7, 24), Fraction(7, 24)],
    "maturation": [Fraction(1, 3)] * 3,
}
GAMES = {"formation": FORMATION, "operation": OPERATION, "maturation": MATURATION}


def project(risks):
    return [Phase(name, exact(GAMES[name]), CorrectedShapley({"risk": risks[name]})) for name in GAMES]


def exact(worth):
    return [Fraction(each) for each in worth]


def test_a_fixed_rule_loses_a_member_that_an_adjusted_one_keeps():
    """The institute bears most of the risk when the rule is agreed, and no more than others in the end."""
    fixed = in_phases(project(dict.fromkeys(RISKS, RISKS["formation"])))
    adjusted = in_phases(project(RISKS))
    assert fixed.phases[int(fixed.leaving_phase)].name == "maturation"
    assert 0b100 in fixed.who()
    assert any(said.startswith("maturation: Seller gets") for said in fixed.sentences(MEMBERS))
    assert not fixed.stays
    assert adjusted.stays
    assert adjusted.leaving_phase == NEVER
    assert adjusted.who() == []
    assert adjusted.sentences(MEMBERS) == ["Institute, Maker and Seller stay together in all phases"]


def test_each_phase_is_divided_by_its_rule():
    found = in_phases(project(RISKS))
    for place, (name, game) in enumerate(GAMES.items()):
        alone = CorrectedShapley({"risk": RISKS[name]}).divide(exact(game))
        assert (found.shares[place] == alone.shares).all()
    assert (found.total == found.shares.sum(axis=0)).all()
    assert sum(found.total) == sum(game[-1] for game in GAMES.values())


def test_who_looks_ahead_bears_an_early_loss():
    """Ann loses 1 in the first phase for 3 in the second; who looks at the phase alone leaves at once."""
    early = Phase("early", [0, 3, 0, 4], EqualSplit())
    late = Phase("late", [0, 1, 0, 8], EqualSplit())
    assert in_phases([early, late]).stays
    short = in_phases([early, late], farsighted=False)
    assert short.leaving_phase == 0
    assert short.sentences(["Ann", "Bob"]) == ["early: Ann gets 2, and is worth 3"]


def test_a_phase_that_may_not_be_reached_counts_for_less():
    early = Phase("early", [0, 3, 0, 4], EqualSplit())
    weights = np.array([0.1, 0.3, 0.4, 1])
    found = in_phases([early, Phase("late", [0, 1, 0, 8], EqualSplit(), weight=weights)])
    assert found.leaving_phase.tolist() == [0, 0, NEVER, NEVER]  # 1 lost at once, 3*weight won later
    np.testing.assert_allclose(found.total, 2 + 4 * weights[:, None] * [1, 1])


@given(st.lists(st.lists(st.integers(0, 9), min_size=7, max_size=7), min_size=1, max_size=3), st.booleans())
def test_who_leaves_is_who_blocks_what_is_left(tables, farsighted):
    games = [np.array([0, *table], dtype=float) for table in tables]
    found = in_phases([Phase(str(k), game, Shapley()) for k, game in enumerate(games)], farsighted=farsighted)
    for place in range(len(games)):
        until = len(games) if farsighted else place + 1
        left = sum(games[place:until])
        shares = sum(Shapley().divide(game).shares for game in games[place:until])
        np.testing.assert_array_equal(found.blockings[place].blocks, blocking(left, shares).blocks)
    if found.leaving_phase != NEVER:
        assert found.who()
        assert not any(each.blocks.any() for each in found.blockings[: int(found.leaving_phase)])


def test_over_a_map_every_point_is_as_alone():
    scale = np.linspace(0.5, 2, 7)
    worth = scale[:, None] * np.array(MATURATION, dtype=float)
    rule = CorrectedShapley({"risk": [0.0, 0.25, 0.75]})
    found = in_phases([Phase("first", np.array(FORMATION, dtype=float), Shapley()), Phase("then", worth, rule)])
    assert found.leaving_phase.shape == (7,)
    for place, game in enumerate(worth):
        alone = in_phases([Phase("first", np.array(FORMATION, dtype=float), Shapley()), Phase("then", game, rule)])
        assert found.leaving_phase[place] == alone.leaving_phase
        assert found.who((place,)) == alone.who()


def test_a_rule_that_says_nothing_is_named():
    undefined = Phase("late", [0, 0, 0, 4], Proportional([0, 0]))
    found = in_phases([Phase("early", [0, 1, 1, 4], EqualSplit()), undefined])
    assert not found.stays
    assert "late: proportional does not divide it" in found.sentences()[0]


def test_mistakes_are_listed_together():
    one, other = Phase("a", [0, 1, 1, 4], EqualSplit()), Phase("a", [0, 1], EqualSplit(), weight=0)
    with pytest.raises(InputError, match=r"'a' is used 2 times; found different numbers .*; found the weight 0 of 'a'"):
        in_phases([one, other])
    with pytest.raises(InputError, match="found no phases"):
        in_phases([])
