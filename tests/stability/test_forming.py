"""Stable partitions of games: against tables of the same game, one coalition at a time, and known markets."""

from __future__ import annotations

import json

import numpy as np
import pytest

from rdgames.errors import InputError, UnknownNameError
from rdgames.sharing.partitions import partitions
from rdgames.sharing.structures import AumannDreze
from rdgames.sharing.worth import partition_worth
from rdgames.stability.forming import form
from rdgames.stability.sequential import propose_coalitions
from rdgames.stability.stable import stable
from rdgames.stability.structures import stable_partitions
from rdgames.stability.valuation import ANOTHER_SUM
from rdgames.stability.wording import explain
from tests.stability.games import FIRMS, market, trio, values

SYMMETRIC = {"a": 1, "c_1": 0, "c_2": 0, "c_3": 0}


def test_coalitions_divide_what_they_are_worth_in_every_partition() -> None:
    given = values(gamma=[6.0, 8.0])
    found = form(trio(), "rjv-cartel", rule=["own", "shapley"], **given)
    total = partition_worth(trio(), "rjv-cartel", **given)["worth"]
    for row, partition in enumerate(partitions(3)):
        for column, block in enumerate(partition):
            who = [firm for place, firm in enumerate(FIRMS) if block >> place & 1]
            for rule in ("own", "shapley"):
                got = found["payoff"].sel(rule=rule, partition=row, player=who).sum("player")
                np.testing.assert_allclose(got, total.sel(partition=row, block=column))
    tables = found["payoff"].sel(rule="shapley").transpose("gamma", "partition", "player").values
    for membership in found["membership"].values:
        here = found["stable"].sel(rule="shapley", membership=membership).transpose("gamma", "partition")
        np.testing.assert_array_equal(here, stable_partitions(tables, str(membership)).stable)
    np.testing.assert_array_equal(found["formed"].sel(rule="shapley"), propose_coalitions(tables).partition)


@pytest.mark.parametrize("regime", ["cartel", "rjv-cartel"])
def test_what_firms_earn_in_every_partition_by_hand(regime: str) -> None:
    costs, reach = np.array([58.0, 60.0, 62.0]), np.array([[1, 0.3, 0.9], [0.6, 1, 0.2], [0.5, 0.7, 1]])
    spillovers = {f"beta_{i + 1}_{j + 1}": reach[i, j] for i in range(3) for j in range(3) if i != j}
    found = form(trio(), regime, **values(**spillovers))["payoff"]
    of_margins = np.eye(3) - 0.25  # Cournot with b = 1: q_i = m_i - sum(m)/4 for the margins m = a - cost
    for row, partition in enumerate(partitions(3)):
        together = np.array([[any(b >> i & b >> j & 1 for b in partition) for j in range(3)] for i in range(3)])
        shared = np.where(together, 1.0, reach) if regime == "rjv-cartel" else reach
        effect, start = of_margins @ shared, of_margins @ (100 - costs)
        # x_i: gamma*x_i = sum over the coalition of i of d(q_j**2)/dx_i, where q = start + effect @ x
        slope = 2 * np.einsum("ij,ji,jk->ik", together, effect, effect)
        x = np.linalg.solve(8 * np.eye(3) - slope, 2 * np.einsum("ij,ji,j->i", together, effect, start))
        np.testing.assert_allclose(found.sel(partition=row), (start + effect @ x) ** 2 - 4 * x**2)


def test_almost_ideal_shares_fit_coalitions_that_break_up_if_that_is_said() -> None:
    given = values(beta=0.8, c_1=50)
    own = form(trio(), "cartel", membership="gamma", **given)["payoff"].values
    for remaining, left in (("together", [3, 2, 1]), ("alone", [4, 4, 4])):
        found = form(trio(), "cartel", rule="almost-ideal", membership="gamma", remaining=remaining, **given)
        options = own[left, range(3)]
        np.testing.assert_allclose(found["payoff"].sel(partition=0), options + (own[0].sum() - options.sum()) / 3)
    assert found["stable"].sel(partition=0)


def test_nobody_is_paid_with_money_that_is_not_earned() -> None:
    def within_unions(who: tuple[int, ...]) -> AumannDreze:
        return AumannDreze([[0, 1], [2]] if len(who) == 3 else [[0, 1]])

    given = values(c_1=59, c_2=63, c_3=59, beta_1_2=0.8, beta_1_3=0.5, beta_2_1=0.5, beta_2_3=0.3, beta_3_1=0.5)
    given |= {"beta_3_2": 0.4}
    found = stable(trio(), "cartel", rule={"unions": within_unions}, **given).sel(rule="unions")
    own = stable(trio(), "cartel", **given)["payoff"].values
    assert own[3, :2].sum() + own[0, 2] > own[7].sum()  # unions cannot both have what each would earn apart
    assert found["payoff"].sel(coalition=7).isnull().all()
    assert not found["core_stable"]
    assert json.loads(found["division_status"].attrs["meanings"])[int(found["division_status"][7])] == ANOTHER_SUM
    np.testing.assert_allclose(found["payoff"].sel(coalition=3).sum(), own[3].sum())


@pytest.mark.parametrize("s", [1.0, 10.0])
def test_a_coalition_that_cannot_be_left_is_one_of_a_delta_partition(s: float) -> None:
    alone = stable(market(3), "cartel", s=s, **SYMMETRIC)["internal"].values
    found = form(market(3), "cartel", membership="delta", s=s, **SYMMETRIC)["stable"].values
    rows = {each: row for row, each in enumerate(partitions(3))}
    assert alone[[7, 3, 5, 6, 0]].tolist() == [found[rows[each]] for each in ((7,), (3, 4), (5, 2), (1, 6), (1, 2, 4))]
    assert found[4]


def test_several_may_move_at_once() -> None:
    given = values(beta=0.8, c_1=60, c_3=60)
    found = form(trio(), "cartel", together=True, **given)
    assert found["membership"].values.tolist() == ["open", "delta", "gamma"]
    assert found["stable"].sel(partition=0).all()  # all gain most together
    assert not found["stable"].sel(partition=4).any()
    everybody = found.sel(partition=4, membership="delta")
    assert int(everybody["movers"]) == 7
    assert int(everybody["becomes"]) == 0
    words = explain(found.sel(membership="delta"), [4])[0]
    assert words.startswith("firms_1; firms_2; firms_3: firms_1, firms_2 and firms_3 gain at least ")
    assert words.endswith(" by making it (firms_1, firms_2 and firms_3)")
    assert explain(found.sel(membership="delta"), [0]) == ["firms_1, firms_2 and firms_3: nobody gains by moving"]


def test_whoever_proposes_first_stays_outside_of_the_cartel() -> None:
    orders = [FIRMS, ("firms_2", "firms_3", "firms_1")]
    found = [form(market(3), "cartel", s=10, order=order, **SYMMETRIC) for order in orders]
    blocks = [each["blocks"].values[int(each["formed"])] for each in found]
    assert blocks == ["firms_1; firms_2 and firms_3", "firms_1 and firms_3; firms_2"]


def test_where_there_is_no_equilibrium_nothing_is_said() -> None:
    found = form(trio(), "cartel", **values(beta=1.0, gamma=[0.5, 8.0]))
    assert not found["stable"].sel(gamma=0.5).any()
    assert found["formed"].values.tolist()[0] == -1
    assert found["formed"].values.tolist()[1] >= 0
    assert "unknown" in explain(found.sel(gamma=0.5, membership="open"))[0]


def test_messages() -> None:
    with pytest.raises(UnknownNameError, match="did you mean 'exclusive'"):
        form(market(3), "cartel", membership=["exclusiv"], s=1, **SYMMETRIC)
    with pytest.raises(UnknownNameError, match="did you mean 'firms_1'"):
        form(market(3), "cartel", order=["firm_1"], s=1, **SYMMETRIC)
    with pytest.raises(InputError, match="expected each of firms_1, firms_2, firms_3 once"):
        form(market(3), "cartel", order=["firms_1"], s=1, **SYMMETRIC)
    with pytest.raises(InputError, match="each once"):
        form(market(3), "cartel", membership=["open", "open"], s=1, **SYMMETRIC)
    with pytest.raises(InputError, match="expected open, delta or gamma"):
        form(market(3), "cartel", membership="exclusive", together=True, s=1, **SYMMETRIC)
