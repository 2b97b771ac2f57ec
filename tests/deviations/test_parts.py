"""One member on its own; what remains of a game; which bounds bind."""

import numpy as np
import pytest

import rdgames as rd
from rdgames.deviations import continuation
from rdgames.deviations.continuation import Continuation, failures
from rdgames.deviations.remaining import remaining
from rdgames.deviations.splitting import ONE, apart
from rdgames.errors import IndeterminateError
from rdgames.game.play import play

AJ = rd.load("daspremont-jacquemin")


@pytest.mark.parametrize(
    ("sentence", "group", "said"),
    [
        ("firms choose x jointly", "firms", "1 of firms are deviator, the rest others; firms choose x jointly"),
        (
            "n - 1 of firms are insiders, the rest outsiders; insiders choose x jointly; insiders share beta = 1",
            "insiders",
            "1 of firms are deviator, n - 1 - 1 of firms are insiders, the rest outsiders; "
            "deviator, insiders choose x jointly; deviator, insiders share beta = 1",
        ),
        (
            "2 of firms are insiders, the rest outsiders; outsiders choose q for profit[i]",
            "outsiders",
            "1 of firms are deviator, 2 of firms are insiders, the rest outsiders; "
            "deviator, outsiders choose q for profit[i]",
        ),
        (
            "2 of firms are leaders, the rest followers; leaders choose x jointly for sum(profit[j] for j in leaders)",
            "leaders",
            "1 of firms are deviator, 2 - 1 of firms are leaders, the rest followers; "
            "deviator, leaders choose x jointly for sum(profit[j] for j in deviator) + sum(profit[j] for j in leaders)",
        ),
    ],
)
def test_the_sentence_speaks_of_both(sentence, group, said):
    found = apart(AJ, AJ.regime(sentence), {group: ONE})
    assert found.deviators == {group: "deviator"}
    assert str(found.regime.sentence) == said


def test_a_name_that_is_taken_is_not_taken_again():
    sentence = "2 of firms are deviator, the rest others"
    found = apart(AJ, AJ.regime(sentence), {"others": ONE})
    assert (found.deviators, found.others) == ({"others": "deviator_"}, {"others": "others"})


def test_what_has_been_chosen_is_a_parameter_of_what_remains():
    rest = remaining(play(AJ, AJ.regime("cartel")), ["x"])
    assert list(rest.game.action) == ["q"]
    assert "x" in rest.game.parameter
    assert rest.clauses == ()


def test_bounds_are_found_in_either_way(monkeypatch):
    """All choices tried, and pivoting from one to the next: the same outputs of four firms, some of which stay out."""
    game = rd.explicit(AJ, different=["c"], n=4)
    points = 50
    random = np.random.default_rng(5)
    numbers = {name: np.zeros(points) for name in game.parameter} | {"a": np.full(points, 100.0), "b": np.ones(points)}
    numbers |= {f"c_{place}": random.uniform(10, 100, points) for place in range(1, 5)}
    numbers |= {f"x_{place}": random.uniform(0, 10, points) for place in range(1, 5)}
    given = [f"x_{place}" for place in range(1, 5)]

    def outputs() -> list[np.ndarray]:
        chosen = np.full((4, points), np.nan)
        for found in Continuation(play(game, game.regime("competition")), given).solutions(numbers, (points,), {}):
            here = failures(found, (points,)) == 0
            levels = np.array([np.broadcast_to(found[f"level:q_{place}"], points) for place in range(1, 5)])
            assert np.isnan(chosen[:, here]).all()  # one equilibrium
            chosen[:, here] = levels[:, here]
        return chosen

    tried = outputs()
    monkeypatch.setattr(continuation, "MAX_BOUNDS", 0)
    np.testing.assert_allclose(outputs(), tried, atol=1e-12)
    assert np.isfinite(tried).all()
    assert 0 < (tried == 0).sum() < tried.size
    cost = np.array([numbers[f"c_{place}"] - numbers[f"x_{place}"] for place in range(1, 5)])
    np.testing.assert_allclose(tried, np.maximum(100 - tried.sum(axis=0) - cost, 0), atol=1e-9)


@pytest.mark.parametrize(
    ("model", "action", "why"),
    [
        ("vertical-spillovers", "q_d", "do not determine w"),  # nobody buys: any high price clears the market
        ("kamien-muller-zang-cournot", "x", "is zero where all choose the same"),  # the first outlay has no bounds
    ],
)
def test_cells_that_cannot_be_derived_are_left_out_with_a_reason(model, action, why):
    game = rd.load(model)
    whole = Continuation(play(game, game.regime("competition")), ())
    cells = [cell.held for cell in whole.each_cell()]
    assert () in cells
    assert (action,) not in cells
    assert why in str(whole.why_not[action,])


def test_a_game_that_cannot_be_solved_is_refused_with_the_reason():
    with pytest.raises(IndeterminateError, match="jointly and equally"):
        rd.check_equilibrium(AJ, "firms choose q jointly", a=100, b=1, c=60, gamma=5, beta=0, n=2)
