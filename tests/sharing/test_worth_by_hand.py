"""What coalitions are worth, against best replies solved here: with nothing of the library but the game it is told."""

from __future__ import annotations

from functools import cache

import numpy as np
import pytest

import rdgames as rd
from rdgames.game.game import Game
from rdgames.sharing.coalitions import members
from rdgames.sharing.partitions import partitions
from rdgames.sharing.share import share
from rdgames.sharing.worth import partition_worth, worth


def best_replies(payoffs, owners, blocks):
    """Return the actions at which no block gains, of payoffs that are quadratic: differences of step one are exact."""
    count = len(owners)

    def gradient(actions):
        found = np.empty(count)
        for action, owner in enumerate(owners):
            step = np.eye(count)[action]
            [block] = [block for block in blocks if owner in block]
            found[action] = (payoffs(actions + step) - payoffs(actions - step))[list(block)].sum() / 2
        return found

    constant = gradient(np.zeros(count))
    slopes = np.array([gradient(one) - constant for one in np.eye(count)]).T
    return np.linalg.solve(slopes, -constant)


def cournot(intercept, slope, costs):
    """Return outputs on one market, found by replies to replies."""
    outputs = np.zeros(len(costs))
    for _ in range(200):
        for firm, cost in enumerate(costs):
            outputs[firm] = (intercept - cost - slope * (outputs.sum() - outputs[firm])) / (2 * slope)
    return outputs


SPILLOVER = np.array([[0, 0.6, 0.1], [0.3, 0, 0.8], [0.05, 0.4, 0]])
"""What reaches the firm of a row from the firm of a column."""
COST, STEEPNESS = np.array([40, 45, 42]), np.array([25, 30, 22])


@pytest.mark.parametrize(("regime", "shared"), [("cartel", None), ("rjv-cartel", 1.0)])
def test_firms_that_differ_in_everything(regime, shared):
    game = rd.explicit(rd.load("daspremont-jacquemin"), different=["c", "gamma"], n=3)
    given = {"a": 200, "b": 1.3}
    given |= {f"c_{firm + 1}": COST[firm] for firm in range(3)} | {f"gamma_{i + 1}": STEEPNESS[i] for i in range(3)}
    given |= {f"beta_{i + 1}_{j + 1}": SPILLOVER[i, j] for i in range(3) for j in range(3) if i != j}
    found = partition_worth(game, regime, **given)
    assert found["valid"].all()
    for place, partition in enumerate(partitions(3)):
        blocks = [members(block) for block in partition]
        reaching = SPILLOVER.copy()
        for block in blocks if shared else []:
            reaching[np.ix_(block, block)] = shared
        np.fill_diagonal(reaching, 1)

        def profits(research, reaching=reaching):
            costs = COST - reaching @ research
            outputs = cournot(200, 1.3, costs)
            return (200 - 1.3 * outputs.sum() - costs) * outputs - STEEPNESS * research**2 / 2

        earned = profits(best_replies(profits, [0, 1, 2], blocks))
        expected = [earned[list(block)].sum() for block in blocks]
        np.testing.assert_allclose(found["worth"].values[place, : len(blocks)], expected, rtol=1e-9)


@cache
def granted(funds: str) -> Game:
    """Return two firms, an institute whose research helps both, and a government that pays for it by the unit.

    Institute and government sell nothing. The government gains what consumers do, and its funds have some cost.
    """
    return rd.explicit(
        rd.Game(
            name="granted",
            parameters={name: f"{name} > 0" for name in ("a", "c", "gamma", "gamma_z", "kappa")} | {"v": "0 <= v <= 1"},
            groups={"firms": 2, "institute": 1, "government": 1},
            stages={
                "grant": {"actions": {"s": "government"}},
                "research": {"actions": {"x": "firms", "z": "institute"}},
                "production": {"actions": {"q": "firms"}},
            },
            definitions={
                "output": "sum(q[j] for j in firms)",
                "price": "a - output",
                "rate": "sum(s[k] for k in government)",
                "research": "sum(z[k] for k in institute)",
                "unit_cost": {"for": "i in firms", "is": "c - x[i] - v*research"},
                "profit": {"for": "i in firms", "is": "(price - unit_cost[i])*q[i] - gamma*x[i]**2/2"},
            },
            payoffs={
                "firms": "profit[i]",
                "institute": "rate*z[i] - gamma_z*z[i]**2/2",
                "government": f"output**2/2 - rate*research - {funds}",
            },
        ),
        different=["c"],
    )


ALL = "firms_1, firms_2, institute_1, government_1 choose x_1, x_2, z_1, s_1 jointly"
FIRMS = "firms_1, firms_2, institute_1 choose x_1, x_2, z_1 jointly"
RISING, LEAKING = "kappa*rate**2/2", "kappa*rate*research"
MARKET = {"a": 100, "c_1": 60, "c_2": 63, "gamma": 8, "gamma_z": 9, "v": 0.5, "kappa": 0.3}
INSTITUTE, GOVERNMENT = 2, 3


def granted_by_hand(funds, together):
    """Return what all earn, and the rate, if these blocks decide."""

    def payoffs(research, rate):
        costs = np.array([60, 63]) - research[:2] - 0.5 * research[2]
        outputs = cournot(100, 1, costs)
        profits = (100 - outputs.sum() - costs) * outputs - 4 * research[:2] ** 2
        spent = rate * research[2]
        raised = 0.15 * rate**2 if funds == RISING else 0.3 * spent
        return np.array([*profits, spent - 4.5 * research[2] ** 2, outputs.sum() ** 2 / 2 - spent - raised])

    def after(rate):
        return payoffs(best_replies(lambda research: payoffs(research, rate), [0, 1, 2], together), rate)

    [own] = [list(block) for block in together if GOVERNMENT in block]
    low, middle, high = (after(rate)[own].sum() for rate in (-1, 0, 1))
    assert low + high < 2 * middle
    rate = (high - low) / 2 / (2 * middle - low - high)
    return after(rate), rate


@pytest.mark.parametrize(("funds", "regime"), [(RISING, ALL), (RISING, FIRMS), (LEAKING, FIRMS)])
def test_a_government_that_grants_a_subsidy_to_an_institute(funds, regime):
    found = partition_worth(granted(funds), regime, **MARKET)
    for place, partition in enumerate(partitions(4)):
        blocks = [members(block) for block in partition]
        others = [tuple(player for player in block if player != GOVERNMENT) for block in blocks]
        together = blocks if regime == ALL else [*filter(None, others), (GOVERNMENT,)]
        earned, rate = granted_by_hand(funds, together)
        if any({INSTITUTE, GOVERNMENT} <= {*block} for block in together):
            assert rate == pytest.approx(0, abs=1e-9)  # money that moves within a coalition earns nothing
        elif rate < 0:  # research that would be done anyway is taxed, which a subsidy cannot do
            names = found["failed_condition"].attrs["flag_meanings"].split()
            assert names[int(found["failed_condition"][place])] == "interior_s_1"
            continue
        expected = [earned[list(block)].sum() for block in blocks]
        np.testing.assert_allclose(found["worth"].values[place, : len(blocks)], expected, rtol=1e-9, atol=1e-9)
    assert found["valid"].values.sum() == (15 if funds == RISING else 13)


def test_members_who_sell_nothing_are_paid_for_what_they_bring():
    found = worth(granted(RISING), ALL, **MARKET)
    divided = share(found, "shapley, nucleolus")
    assert (divided["status"] == 0).all()
    gains = divided["share"].sel(rule="shapley").values - found["worth"].values[[1, 2, 4, 8]]
    assert (gains[[INSTITUTE, GOVERNMENT]] > 0).all()


def test_money_that_leaks_among_members_leaves_a_coalition_without_a_worth():
    # a unit granted costs 1 + kappa: a coalition of both sides would tax its own research without end, if it could
    found = worth(granted(LEAKING), ALL, **MARKET)
    for coalition in range(16):
        if {INSTITUTE, GOVERNMENT} <= {*members(coalition)}:
            assert np.isnan(found["worth"].values[coalition])
    divided = share(found, "shapley")
    assert int(divided["status"].item()) != 0
    names = divided["failed_condition"].attrs["flag_meanings"].split()
    assert names[int(divided["failed_condition"])] == "interior_s_1"  # of the first coalition that is unknown
    assert names[int(found["failed_condition"][15])].startswith("second_order")


def test_an_institute_that_does_nothing_for_itself_alone_is_a_player_all_the_same():
    # its research is at its least level, 0, where the first-order condition holds: no bound is in the way
    spread = {"gamma": np.linspace(7, 12, 23), "gamma_z": np.linspace(8, 30, 17)}
    found = partition_worth(granted(RISING), ALL, **{**MARKET, **spread})
    money_moves = [any({INSTITUTE, GOVERNMENT} <= {*members(block)} for block in one) for one in partitions(4)]
    assert found["valid"].values[money_moves].all()  # the rate is 0 there
