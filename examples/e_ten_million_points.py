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
failed = ds["failed_condition"]
names = failed.attrs["flag_meanings"].split()
codes, counts = np.unique(failed.values, return_counts=True)
for code, count in zip(codes, counts, strict=True):
    if code:
        print(f"{count:8,} points fail {names[list(failed.attrs['flag_values']).index(code)]}")
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
# Neither yes nor no. For every number of firms and every $\gamma \ge 2$ in the store, welfare
# is highest at some spillover inside:

# %%
welfare = ds["welfare"].sel(regime="competition").where(ds["valid"].sel(regime="competition"))
best = welfare.compute().idxmax("beta")
assert ((best > 0.5) & (best < 1)).sel(gamma=slice(2, None)).all()

figure, axes = plt.subplots(figsize=(5.2, 3.4), layout="constrained")
for number, style in zip((2, 3, 6), ("-", "--", ":"), strict=True):
    curve = best.sel(n=number, gamma=slice(2, None))
    axes.plot(curve.gamma, curve, "k" + style)
    axes.text(20.2, curve[-1], f"{number} firms", va="center")
axes.set(xlim=(2, 23), xlabel=r"slope of the marginal cost of research $\gamma$")
axes.set_ylabel(r"spillover $\beta$ best for welfare")
axes.spines[["top", "right"]].set_visible(False)
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
assert {
    entry.sign for (_, parameter), entry in cartel.entries.items() if parameter == "beta"
} == {"+"}
assert {
    entry.sign for (_, parameter), entry in cartel.entries.items() if parameter == "gamma"
} == {"-"}
cartel

# %% [markdown]
# Under competition, two firms:

# %%
rivals = rd.statics(
    competition,
    of=["x", "effective_rd", "profit", "welfare"],
    wrt=["beta", "gamma"],
    given="n == 2",
)
assert rivals.entries["x", "beta"].sign == "-"
assert rivals.entries["effective_rd", "beta"].changes_where == "beta < 1/2"
rivals

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
print(rd.latex(rivals))

# %% [markdown]
# ## Proof status
#
# Each entry rests on a proof with a certificate, that of a sign or that of where it changes. A
# small program, which shares no algebra with the prover, checks them all; they go into the
# replication package.

# %%
rows = []
for (outcome, parameter), entry in rivals.entries.items():
    where = [proof.condition_certificate for proof in entry.proofs if proof.exactly_when]
    always = [proof.certificate for proof in entry.proofs if proof.verdict == "proved"]
    (certificate,) = where or always
    assert bool(where) == (entry.sign == "changes")
    assert rd.check_certificate(certificate).verdict == "proved"
    rows.append((outcome, parameter, entry.sign, "proved", len(certificate["proof"])))
columns = ["outcome", "by", "sign", "status", "steps of the certificate"]
pd.DataFrame(rows, columns=columns).set_index(["outcome", "by"])

# %% [markdown]
# ## Where this stops
#
# The store has one demand and one unit cost ($a = 100$, $b = 1$, $c = 60$), and says nothing
# between its points. The proofs cover all parameters at which there is an interior optimum;
# what they assume stands below each table. The store masks more than that: also points at
# which the equilibrium is unstable or costs would be negative.

# %%
folder.cleanup()
