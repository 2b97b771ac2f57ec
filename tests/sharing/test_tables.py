"""Games from what coalitions of named members are worth, and divisions that say what they do not know."""

from __future__ import annotations

from fractions import Fraction

import numpy as np
import pytest

from rdgames.errors import InputError
from rdgames.sharing.rule import Division, Remark
from rdgames.sharing.shapley import Shapley
from rdgames.sharing.tables import tabulate

NAMES = ["firm", "lab", "state"]
WORTH = {
    "firm": 4,
    "lab": 0,
    "state": 1,
    ("lab", "firm"): 9,
    ("firm", "state"): 6,
    frozenset({"state", "lab"}): 2,
    ("state", "lab", "firm"): 12,
}


def test_coalitions_by_name():
    assert tabulate(WORTH, NAMES).tolist() == [0, 4, 0, 9, 1, 6, 2, 12]
    assert tabulate({1: 4, 2: 5, (1, 2): 9}, [1, 2]).tolist() == [0, 4, 5, 9]
    assert tabulate({"firm": Fraction(1, 3), (): 0}, ["firm"]).tolist() == [0, Fraction(1, 3)]
    along = tabulate({**WORTH, "lab": np.array([0.0, 0.5])}, NAMES)
    assert along.tolist() == [[0, 4, 0, 9, 1, 6, 2, 12], [0, 4, 0.5, 9, 1, 6, 2, 12]]


def without(*coalitions):
    return {coalition: worth for coalition, worth in WORTH.items() if coalition not in coalitions}


@pytest.mark.parametrize(
    ("worth", "names", "complaint"),
    [
        (without("lab", ("lab", "firm")), NAMES, "no worth for 2 of 7 coalitions: lab; firm and lab"),
        (WORTH, ["firm", "lab", "firm"], "the name 'firm' is used 2 times.*found the member 'state'"),
        ({**WORTH, ("firm", "lab"): 8}, NAMES, "the coalition of firm and lab is given twice"),
        ({**WORTH, ("firm", "firm"): 8}, NAMES, "the coalition of firm names a member twice"),
        ({**WORTH, "sate": 8}, NAMES, r"found the member 'sate' \(did you mean 'state'\?\)"),
        ({**WORTH, (): 8}, NAMES, "the empty coalition is worth 8.0, expected 0"),
        ({**WORTH, "lab": np.nan}, NAMES, r"the worth of coalition \{lab\} is missing"),
        ([3, 4], NAMES, "found worths of type list, expected a mapping"),
        ({tuple(range(40)): 1}, range(40), "found 40 players, expected 1 to 20"),
        ({**WORTH, "lab": [1, 2], "firm": [1, 2, 3]}, NAMES, "different shapes"),
        ({}, ["a", "b", "c", "d"], "no worth for 15 of 15 coalitions: a; b; a and b; .*, and 5 more"),
    ],
)
def test_mistakes_are_located(worth, names, complaint):
    with pytest.raises(InputError, match=complaint):
        tabulate(worth, names)


def test_the_first_reason_that_applies_is_given():
    games = np.array([[0.0, 1], [0, 2], [0, 3], [np.nan, np.nan]])
    one, other = np.array([False, True, True, True]), np.array([False, True, False, True])
    everywhere = Remark("so it is", np.ones((4, 1), dtype=bool))
    nowhere = Remark("so it is not", np.array([[False], [True], [True], [True]]))
    found = Division.of(Shapley(), games, games[:, 1:], ("other", other), ("one", one), remarks=(everywhere, nowhere))
    assert [found.meanings[status] for status in found.status] == ["divided", "other", "one", found.meanings[1]]
    assert found.divided.tolist() == [True, False, False, False]
    assert np.isnan(found.shares[:, 0]).tolist() == [False, True, True, True]
    assert [remark.text for remark in found.remarks] == ["so it is"]
    assert found.remarks[0].where.tolist() == [[True], [False], [False], [False]]
