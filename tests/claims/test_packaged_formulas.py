"""Every published formula of every packaged model, held against what the engine derives."""

from __future__ import annotations

import pytest

from rdgames.claims.published import check_all_published, check_published
from rdgames.modelfile.catalogue import load, models

GAMES = {name: load(name) for name in models()}
PUBLISHED = [
    pytest.param(game, entry, id=f"{name}-{entry.name}") for name, game in GAMES.items() for entry in game.published
]


@pytest.mark.parametrize(("game", "entry"), PUBLISHED)
def test_a_published_formula_is_what_the_file_says_of_it(game, entry):
    check = check_published(game, entry)
    assert check.as_known, str(check)
    assert check.holds is entry.holds
    if not entry.holds:
        assert check.corrected_holds is True
        assert check.difference is not None
        assert check.difference.printed != check.difference.derived


def test_all_at_once(aj):
    assert all(check.as_known for check in check_all_published(aj))
