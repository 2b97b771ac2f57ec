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
# # A game that is in no paper, in 37 lines
#
# **A regional cluster can run one thing in common: a school, a laboratory, or an agency that
# advertises the region. Which?**
#
# There is no paper about that, so the game is written here. Firms train people, then do
# research, then advertise their region, then sell: four stages. Trained people move between
# firms (mobility $\mu$), results leak (spillover $\beta$), and what one firm does for the name
# of the region raises what buyers pay to all.

# %%
import textwrap
from pathlib import Path
from tempfile import TemporaryDirectory

import pandas as pd

import rdgames as rd

text = Path("cluster.toml").read_text(encoding="utf-8")  # it lies beside this notebook
print(text)
assert len(text.splitlines()) == 37

# %% [markdown]
# ## Check it
#
# What was written is typeset, so that one sees what was understood. (`rdgames check
# cluster.toml` does the same on the command line.)

# %%
game = rd.read_game("cluster.toml")
game

# %% [markdown]
# Nobody writes such a file without a slip. All slips are reported at once, each with its line,
# and what was probably meant:

# %%
slips = text.replace("skill[i] - knowledge[i]", "skil[i] - knowledge[i]")
slips = slips.replace("w >= 0", "w >> 0")
with TemporaryDirectory() as folder:
    path = Path(folder) / "slips.toml"
    path.write_text(slips, encoding="utf-8")
    try:
        rd.read_game(path)
    except ValueError as error:
        message = str(error).replace(folder, "")
for line in message.splitlines():
    print(textwrap.fill(line, 96, subsequent_indent="    "))
assert "2 mistakes" in message
assert "did you mean 'skill'" in message

# %% [markdown]
# ## Derive it
#
# Four stages, any number of firms: each regime is solved by backward induction, exactly. These
# closed forms fill pages, and nobody should print them. At a point, exact inputs give exact
# answers, and the margin by which each condition holds:

# %%
regimes = ["competition", "school", "laboratory", "agency"]
solved = {name: rd.solve(game, name) for name in regimes}
values = {"a": 100, "c": 60, "k": 30, "w": "1/2", "n": 3}
point = solved["laboratory"].at(**values, mu="1/4", beta="3/4")
assert point.valid
x = point.values["x"]
print(f"research in a common laboratory: {x} = {float(x):.4f}")
for name, each in point.conditions.items():
    print(f"    {name:32} {float(each.margin):9.3f}")

# %% [markdown]
# Is it an equilibrium? The margins are local. A search that knows none of the formulas tries
# large deviations of every firm at every stage, with everything that follows played anew:

# %%
for name in ("competition", "laboratory"):
    found = rd.check_equilibrium(game, name, a=100, c=60, k=30, w=0.5, n=3, mu=0.25, beta=0.75)
    print(found)
    assert found.holds()

# %% [markdown]
# ## Which of the three?
#
# First the corners: nobody moves and nothing leaks, people move, results leak.


# %%
def table(outcome):
    """Return an outcome at three corners, a row for each regime."""
    corners = {"nothing spills over": (0, 0), "people move": (1, 0), "results leak": (0, 1)}
    points = {
        where: {name: solved[name].at(**values, mu=mu, beta=beta) for name in regimes}
        for where, (mu, beta) in corners.items()
    }
    assert all(each.valid for column in points.values() for each in column.values())
    return pd.DataFrame(
        {
            where: {name: float(p.values[outcome]) for name, p in column.items()}
            for where, column in points.items()
        }
    ).round(2)


welfare = table("welfare")
assert welfare.idxmax().tolist() == ["agency", "school", "laboratory"]
assert welfare.loc["laboratory", "people move"] < welfare.loc["competition", "people move"]
welfare

# %% [markdown]
# For welfare, have in common what spills over: the school where people move, the laboratory
# where results leak, and the agency where neither does. To cooperate in the wrong thing is
# worse than not to cooperate: where people move and nothing leaks, a common laboratory lowers
# welfare. And that is what firms would choose:

# %%
profit = table("profit")
people_move = {name: solved[name].at(**values, mu=1, beta=0) for name in regimes}
assert people_move["laboratory"].values["x"] < people_move["competition"].values["x"] / 2
assert profit.idxmax().tolist() == ["school", "laboratory", "school"]
profit

# %% [markdown]
# Where nothing leaks, research only takes business from the others; a common laboratory is a
# way to agree on doing little of it. The same goes for a school where people stay. The map
# shows how far the two interests are apart.

# %%
ds = rd.sweep(
    game,
    regimes,
    outcomes=["welfare", "profit"],
    mu=rd.linspace(0, 1, 81),
    beta=rd.linspace(0, 1, 81),
    **values,
)
assert ds["valid"].all()
rd.plot_regions(ds, "welfare", x="mu", y="beta")

# %%
rd.plot_regions(ds, "profit", x="mu", y="beta")

# %%
best, chosen = (ds[outcome].argmax("regime") for outcome in ("welfare", "profit"))
assert (best != 0).all()
assert (chosen != 0).all()
agree = float((best == chosen).mean())
print(f"firms and welfare agree at {agree:.0%} of the points")
assert 0.4 < agree < 0.8
assert (ds.mu > ds.beta - 0.05).where(best == regimes.index("school"), True).all()
assert (ds.beta > ds.mu - 0.05).where(best == regimes.index("laboratory"), True).all()
harm = ds["welfare"].isel(regime=chosen) < ds["welfare"].sel(regime="competition")
assert harm.any()
print(f"what firms would choose is worse than nothing in common at {float(harm.mean()):.0%}")

# %% [markdown]
# So the answer for a ministry: support the agency unless people move or results leak a good
# deal, then support the school or the laboratory, whichever spills over more; and do not leave
# the choice to the firms. It is an answer for these numbers. To see how it depends on them,
# change `w`, the weight of promotion, and run the notebook again.
#
# ## Where this stops
#
# Three firms, one slope of all costs, linear demand. Firms that are alike choose alike here;
# `rd.explicit(game, n=3)` tells them one by one. The closed forms are too large for the prover:
# what is said above about maps is about their points, not a theorem.
