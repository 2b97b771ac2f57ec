"""Stable partitions of games: against tables of the same game, one coalition at a time, and known markets."""

from __future__ import annotations

import numpy as np
import pytest

from rdgames.errors import InputError, UnknownNameError
from rdgames.sharing.partitions import partitions
from rdgames.sharing.worth import partition_worth
from rdgames.stability.forming import form
from rdgames.stability.sequential import propose_coalitions
from rdgames.stability.stable import stable
from rdgames.stability.structures import stable_partitions
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
