# ---
# jupyter:
#   jupytext:
#     text_representation:
#       extension: .py
#       format_name: percent
#   kernelspec:
#     display_name: Python 3
#     language: python
#     name: python3
# ---

# %% [markdown]
# # Who should cooperate with whom? Research in a vertical chain
#
# **Should a program for research bring rivals together, or suppliers and their customers, or
# everybody?**
#
# Two suppliers sell an input to two producers. Both tiers do research. What a firm finds out
# leaks to its rival in the same tier (horizontal spillover, $h$) and to the firms of the other
# tier (vertical spillover, $v$). Atallah (2002) asked which partners should work together, and
# found that no setting dominates all others. For welfare, the map below has a border that can
# be written on the back of an envelope, and is proved; for what producers earn, it is a
# different map.

# %%
import pandas as pd
from IPython.display import display

import rdgames as rd

chain = rd.load("vertical-spillovers")

# %% [markdown]
# The packaged model has spillovers and costs of research of each tier by themselves, and any
# numbers of firms. Here both tiers are alike in this. That is a game of its own: a file that
# starts from the packaged one and puts some of its parts in place of others.

# %%
game = rd.read_game("chain-alike.toml")  # it lies beside this notebook
regimes = ["competition", "horizontal", "vertical", "full"]

# %% [markdown]
# That it is the packaged game, with equal spillovers, is checked at a point, in exact
# fractions:

# %%
firms = {"a": 100, "b": 1, "c_u": 45, "c_d": 45, "n_u": 2, "n_d": 2}
spillovers = {"h_u": "1/5", "h_d": "1/5", "v_u": "1/3", "v_d": "1/3"}
others = {"gamma_u": 17, "gamma_d": 17, "a_u": 1, "a_d": 1}
for regime in regimes:
    here = rd.solve(game, regime).at(**firms, h="1/5", v="1/3", gamma=17)
    there = rd.solve(chain, regime).at(**firms, **spillovers, **others)
    assert here.valid
    assert here.values == there.values

# %% [markdown]
# ## Welfare: one line
#
# With two firms in each tier, whatever demand, costs and spillovers are, pairs of a supplier
# and its customer are better for welfare than competition, and better than cooperation among
# rivals; and all together are better than rivals.

# %%
two = "n_u == 2 and n_d == 2 and a > c_u + c_d"
for statement in (
    "vertical.welfare > competition.welfare",
    "vertical.welfare > horizontal.welfare",
    "full.welfare > horizontal.welfare",
):
    proof = rd.prove(statement, game, given=two)
    assert proof.verdict == "proved"
    display(proof)

# %% [markdown]
# So only two candidates are left, and between them there is a straight line.

# %%
line = rd.region("full.welfare > vertical.welfare", game, given=two)
assert line.condition == "h > (2 - 5*v)/7"
line

# %% [markdown]
# **Everybody together if $7h + 5v > 2$, pairs otherwise.** The cost of research does not enter,
# nor does demand.

# %%
values = {"a": 100, "b": 1, "c_u": 45, "c_d": 45, "gamma": 17, "n_u": 2, "n_d": 2}
ds = rd.sweep(game, regimes, h=rd.linspace(0, 1, 101), v=rd.linspace(0, 1, 101), **values)
assert ds["valid"].all()
rd.plot_regions(ds, "welfare", x="v", y="h", boundaries=line)

# %%
full, vertical = (ds["welfare"].sel(regime=name) for name in ("full", "vertical"))
beyond = 7 * ds.h + 5 * ds.v - 2
assert ((full > vertical) == (beyond > 1e-9)).where(abs(beyond) > 1e-9, True).all()

# %% [markdown]
# The line is the same for research itself, in both tiers: the setting that is best for welfare
# is the one that does more research. One reading: where little leaks, research mostly takes
# business from rivals, and rivals that cooperate do less of it; pairs of a supplier and a
# customer remain rivals of other pairs. Where much leaks, everybody who receives should be at
# the table. The border is known for any number of firms, too, if there are as many suppliers as
# producers:

# %%
for outcome in ("x_u", "x_d"):
    same = rd.region(f"full.{outcome} > vertical.{outcome}", game, given=two)
    assert same.condition == line.condition
many = "n_u == n_d and n_u >= 2 and a > c_u + c_d"
general = rd.region("full.welfare > vertical.welfare", game, given=many)
assert general.condition == "h > (n_d - 2*n_d*v - v)/(3*n_d + 1)"
general

# %% [markdown]
# ## What the firms want is another map
#
# All four firms together earn most: more than under horizontal or vertical cooperation whatever
# the parameters, and more than under competition at every point of the map. With transfers
# between the tiers there would be no quarrel.

# %%
for rival in ("horizontal", "vertical"):
    proof = rd.prove(f"full.industry_profit >= {rival}.industry_profit", game, given=two)
    assert proof.verdict == "proved"
    display(proof)
earned = ds["industry_profit"]
assert (earned.sel(regime="full") > earned.sel(regime="competition")).all()

# %% [markdown]
# Without transfers there is. Suppliers see almost the map of welfare. Producers do not: on this
# map there is no point at which a producer earns most when all four cooperate.

# %%
winners = {
    outcome: ds[outcome].argmax("regime") for outcome in ("welfare", "profit_u", "profit_d")
}
table = pd.DataFrame(
    {
        f"best for {who}": [f"{float((winners[outcome] == k).mean()):.0%}" for k in range(4)]
        for outcome, who in zip(winners, ("welfare", "a supplier", "a producer"), strict=True)
    },
    index=regimes,
)
assert float((winners["profit_u"] == winners["welfare"]).mean()) > 0.99
assert (winners["profit_d"] != regimes.index("full")).all()
assert float((winners["welfare"] == regimes.index("full")).mean()) > 0.9
table.rename_axis("share of the map")

# %%
producers = [
    rd.region(f"{one}.profit_d > {other}.profit_d", game, given=two, b=1, gamma=17)
    for one, other in (("horizontal", "vertical"), ("vertical", "competition"))
]
rd.plot_regions(ds, "profit_d", x="v", y="h", boundaries=producers)

# %% [markdown]
# (Horizontal and vertical cooperation also tie on the lower solid line, where competition is
# better than both.) A program that lets firms choose their partners should expect that: what
# producers would ask for is never what is best for welfare where that is all four together, and
# payments along the chain have to make up for it.
#
# ## Where it stops
#
# "Pairs are better than competition" is about two and two. With four suppliers and four
# producers, and nothing that spills over, it is false.

# %%
four = "n_u == 4 and n_d == 4 and h == 0 and v == 0 and a > c_u + c_d"
proof = rd.prove("vertical.welfare < competition.welfare", game, given=four)
assert proof.verdict == "proved"
proof

# %% [markdown]
# All of this also rests on the model: the input has one linear price, and producers take it as
# given. Suppliers who bargain with each customer play another game, and it should be written
# down as one (see the notebook on writing your own game).
