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
# # Ten million points, and a table for the appendix
#
# **Does more spillover help or hurt, and how sure can a paper be of that over all parameters?**
#
# An empirical paper wants signs: of research, profit and welfare, when spillovers or the cost
# of research rise. A referee asks whether they hold for other parameters. Here are both
# answers: ten million equilibria in a store on the disk that is queried like a table, and a
# table of signs that are *proved*. Neither replaces the other: the store says how often and how
# much, the proof says always.

# %%
import tempfile
from pathlib import Path

import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
import xarray as xr

import rdgames as rd

game = rd.load("daspremont-jacquemin")
competition = rd.solve(game, "competition")

# %% [markdown]
# ## Ten million equilibria
#
# `rd.stream` computes a grid of any size chunk by chunk, in little memory, and can be
# interrupted and resumed. Here are two regimes, five sizes of the industry, 1,000 costs of
# research and 1,001 spillovers.

# %%
folder = tempfile.TemporaryDirectory()
store = Path(folder.name) / "duopolies-and-more.zarr"
grid = {
    "n": [2, 3, 4, 5, 6],
    "gamma": rd.linspace(1.5, 20, 1000),
    "beta": rd.linspace(0, 1, 1001),
}
rd.stream(
    game,
    ["competition", "cartel"],
    store,
    outcomes=["x", "profit", "welfare"],
    a=100,
    b=1,
    c=60,
    **grid,
)
size = sum(file.stat().st_size for file in store.rglob("*") if file.is_file())
print(f"{size / 1e6:.0f} MB on the disk")

# %% [markdown]
# The store opens as a labelled dataset; nothing is read before it is asked for. It knows what
# it is: the model, its source, units, and which condition fails where.

# %%
ds = xr.open_zarr(store)
assert ds["welfare"].size == 2 * 5 * 1000 * 1001 > 10_000_000
ds

# %% [markdown]
# ## Questions to the store
#
# At how many points is there an equilibrium? An average over points that are none would be an
# average of nothing, so these are masked; what fails there is kept by name.

# %%
valid = ds["valid"].mean(["gamma", "beta"]).compute()
names = dict(
    zip(
        ds["failed_condition"].attrs["flag_values"],
        ds["failed_condition"].attrs["flag_meanings"].split(),
        strict=True,
    )
)
codes, counts = np.unique(ds["failed_condition"].values, return_counts=True)
print(
    {
        str(names[int(code)]): int(count)
        for code, count in zip(codes, counts, strict=True)
        if code
    }
)
valid.to_pandas().map("{:.2%}".format).rename_axis(
    index="equilibria, of all points", columns="firms"
)

# %% [markdown]
# Where does an R&D cartel raise welfare, and by how much? With two firms or six, at spillovers
# above 1/2 and nowhere else; what changes with the number of firms is how much is at stake.

# %%
gain = (
    ds["welfare"].sel(regime="cartel") / ds["welfare"].sel(regime="competition") - 1
).compute()
both = ds["valid"].all("regime").compute()
clear = both & (abs(ds.beta - 0.5) > 1e-9)
assert ((gain > 0) == (ds.beta > 0.5)).where(clear, True).all()
low, high = gain.sel(beta=slice(0.0, 0.499)), gain.sel(beta=slice(0.501, 1.0))
table = pd.DataFrame(
    {
        "median gain, spillover above 1/2": high.median(["gamma", "beta"]).to_series(),
        "median gain, spillover below 1/2": low.median(["gamma", "beta"]).to_series(),
        "largest loss": low.min(["gamma", "beta"]).to_series(),
    }
)
assert (table.iloc[:, 0] > 0).all()
assert (table.iloc[:, 1] < 0).all()
table.map("{:.2%}".format).rename_axis("firms")

# %% [markdown]
# And the question of the title, under competition: does welfare rise with the spillover?
# Neither yes nor no. Along every line of fixed $\gamma$ and $n$, welfare is highest at some
# spillover inside, which is read off the store:

# %%
welfare = ds["welfare"].sel(regime="competition").where(ds["valid"].sel(regime="competition"))
best = welfare.compute().idxmax("beta")
assert ((best > 0.5) & (best < 1)).sel(gamma=slice(2, None)).all()

figure, axes = plt.subplots(figsize=(5.2, 3.4), layout="constrained")
for number, style in zip((2, 3, 6), ("-", "--", ":"), strict=True):
    best.sel(n=number, gamma=slice(2, None)).plot.line(
        "k" + style, ax=axes, label=f"{number} firms"
    )
axes.set(
    title="",
    xlabel=r"slope of the marginal cost of research $\gamma$",
    ylabel=r"spillover $\beta$ best for welfare",
)
axes.legend(frameon=False)
plt.show()

# %% [markdown]
# ## What is proved
#
# For the appendix, signs that hold at *all* parameters, not at ten million. `rd.statics` proves
# every entry, or says exactly where the sign changes. Cartels of any number of firms, first:
# spillovers are good for everything, without exception.

# %%
cartel = rd.statics(
    rd.solve(game, "cartel"),
    of=["x", "effective_rd", "profit", "welfare"],
    wrt=["beta", "gamma"],
    given="n >= 2",
)
print(str(cartel).split("Assumed")[0])
assert {
    entry.sign for (_, parameter), entry in cartel.entries.items() if parameter == "beta"
} == {"+"}
assert {
    entry.sign for (_, parameter), entry in cartel.entries.items() if parameter == "gamma"
} == {"-"}

# %% [markdown]
# Under competition, two firms:

# %%
rivals = rd.statics(
    competition,
    of=["x", "effective_rd", "profit", "welfare"],
    wrt=["beta", "gamma"],
    given="n == 2",
)
print(str(rivals).split("Assumed")[0])
assert rivals.entries["x", "beta"].sign == "-"
assert rivals.entries["effective_rd", "beta"].changes_where == "beta < 1/2"

# %% [markdown]
# So each firm does less research as more of it leaks; yet what reaches a firm, its own and its
# rivals' research together, is highest at $\beta = 1/2$. The last note says where welfare
# rises, and it is the curve in the figure: with $b = 1$, the best spillover solves $9\gamma(4 -
# 5\beta) = 2(2 - \beta)^3$. Store and theorem agree to the step of the grid:

# %%
assert (
    rivals.entries["welfare", "beta"].changes_where
    == "9*b*gamma*(4 - 5*beta) - 2*(2 - beta)**3 > 0"
)
seen = best.sel(n=2, gamma=slice(2, None))
miss = 9 * seen.gamma * (4 - 5 * seen) - 2 * (2 - seen) ** 3
slope = 45 * seen.gamma - 6 * (2 - seen) ** 2  # how fast that falls
print(f"largest distance from the theorem: {float(abs(miss / slope).max()):.5f}")
assert (abs(miss / slope) < 0.0006).all()

# %% [markdown]
# ## The table, for LaTeX

# %%
print(rivals.latex())

# %% [markdown]
# ## Proof status
#
# Each entry rests on proofs with certificates; a table of them goes into the replication
# package.

# %%
status = [
    (outcome, parameter, proof.statement, proof.verdict, ", ".join(proof.layers))
    for (outcome, parameter), entry in rivals.entries.items()
    for proof in entry.proofs
    if proof.verdict == "proved"
]
for (_, _), entry in rivals.entries.items():
    assert rd.check_certificate(entry.proofs[-1].certificate)
pd.DataFrame(
    status, columns=["outcome", "by", "statement", "verdict", "what was needed"]
).set_index(["outcome", "by"])

# %% [markdown]
# ## Where this stops
#
# The store is one line of costs and demands ($a = 100$, $b = 1$, $c = 60$), and says nothing
# between its points; the proofs cover all of them, but assume interior optima: the second-order
# and existence conditions, which are listed with each table, and which fail at the masked
# points.

# %%
folder.cleanup()
