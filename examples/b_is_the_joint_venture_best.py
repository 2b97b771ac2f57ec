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
# # Is the research joint venture best? Kamien, Muller and Zang (1992)
#
# **Should an antitrust authority always allow firms to share all results and choose their
# research together?**
#
# Two things are cooperation: to *share* what is found, and to *decide* together how much is
# looked for. Kamien, Muller and Zang took them apart. With or without each, there are four
# regimes. Their best-known result is that the one with both, the RJV cartel, serves prices and
# welfare best under Cournot competition and "in most cases" under Bertrand competition. Here
# the first half is proved, for any number of firms, and the cases that are not most cases are
# mapped.

# %%
import textwrap

import numpy as np
import pandas as pd

import rdgames as rd

cournot = rd.load("kamien-muller-zang-cournot")
bertrand = rd.load("kamien-muller-zang-bertrand")
four = ["competition", "cartel", "rjv-competition", "rjv-cartel"]


def state(claim, game):
    """Prove a claim of a model, and print it in words and as a formula."""
    assert rd.prove(claim, game).verdict == "proved"
    print(textwrap.fill(claim.words, 96))
    print(textwrap.fill(f"proved: {claim.statement}", 90, initial_indent="    "), end="\n\n")


# %% [markdown]
# ## The game
#
# Firms spend $x_i$ on research; a share $\beta$ of every outlay also works for each rival.
# Outlays that work for a firm lower its unit cost by $f(X) = \sqrt{2X/\gamma}$, with
# diminishing returns. Then firms sell substitutes; $\sigma$ says how close, from 0 (independent
# goods) to 1 (the same good). A joint venture that shares everything has $\beta = 1$.

# %%
pd.DataFrame(
    [(str(regime.sentence), regime.description) for regime in cournot.regimes[:4]],
    index=four,
    columns=["sentence", "what it means"],
)

# %% [markdown]
# At one point, with close but not identical goods and no spillovers without a joint venture:

# %%
point = {"a": 120, "c": 100, "n": 2, "gamma": 12, "sigma": "9/10", "beta": 0}


def outcomes(game, regimes=four):
    """Return what regimes lead to at the point, as a table."""
    found = {name: rd.solve(game, name).at(**point) for name in regimes}
    assert all(each.valid for each in found.values())
    columns = {
        "y": "cost reduction",
        "profit": "profit of a firm",
        "consumer_surplus": "consumers",
        "welfare": "welfare",
    }
    rows = {name: [float(each.values[key]) for key in columns] for name, each in found.items()}
    return pd.DataFrame.from_dict(rows, orient="index", columns=list(columns.values())).round(2)


in_quantities = outcomes(cournot)
rd_of = in_quantities["cost reduction"]
assert rd_of["rjv-competition"] < rd_of["competition"]
assert in_quantities.idxmax().tolist() == ["rjv-cartel"] * 4
in_quantities

# %% [markdown]
# Everybody prefers the RJV cartel. To share *without* deciding together reduces costs by less
# than competition does: why search, if the rival will have it for nothing?
#
# ## Cournot: a theorem
#
# That was one point. The claims of the model file say it for all demands, costs, spillovers,
# degrees of substitution, and for every number of firms; the prover decides them.

# %%
claims = {claim.name: claim for claim in cournot.claims}
for name in ("K1a", "K3c", "K7", "K6a", "K6b"):
    state(claims[name], cournot)

# %% [markdown]
# So under Cournot competition the answer is yes: prices are lowest, welfare and profits
# highest. Firms would choose the RJV cartel of their own accord, and an authority has no reason
# to stop them.
#
# ## Bertrand: a counterexample
#
# The same claim about firms that compete in prices:

# %%
best_for_welfare = (
    "highest(rjv-cartel.welfare, cartel.welfare, competition.welfare, rjv-competition.welfare)"
)
in_prices = rd.prove(best_for_welfare, bertrand, given="n == 2 and a > c", exactly=0)
assert in_prices.verdict == "refuted"
there = in_prices.counterexample.parameters
assert all(rd.solve(bertrand, regime).at(**there).valid for regime in four)
in_prices

# %% [markdown]
# It is refuted by an exact point, at which all four are equilibria. At the point of the table
# above, too:

# %%
in_prices_too = outcomes(bertrand)
assert (
    in_prices_too["welfare"].idxmax()
    == in_prices_too["cost reduction"].idxmax()
    == "competition"
)
assert in_prices_too["profit of a firm"].idxmax() == "rjv-cartel"
in_prices_too

# %% [markdown]
# Competition reduces costs most, and welfare is highest with it; the firms still earn most in
# the RJV cartel. This is the case in which an authority and the firms disagree. One reading:
# with close substitutes a firm that has the lower price takes most of the market, so rivals
# search hard for an advantage. The joint venture takes that away: costs are always equal in it.
#
# ## When?
#
# First, for cost reductions there is a formula, for every number of firms. With $e = 1 +
# \sigma(n - 2)$,

# %%
claims = {claim.name: claim for claim in bertrand.claims}
for name in ("K4a", "K4b"):
    state(claims[name], bertrand)

# %% [markdown]
# In duopoly without spillovers, goods must be closer than $\sigma = \sqrt 3 - 1 = 0.73$. For
# welfare there is no short formula, but it can be said where one can stop worrying: in duopoly,
# whatever the spillover and the cost of research, the RJV cartel is best whenever $\sigma \le
# 7/10$.

# %%
safe = rd.prove(best_for_welfare, bertrand, given="n == 2 and a > c and sigma <= 7/10")
assert safe.verdict == "proved"
safe

# %% [markdown]
# Beyond that, a map. Colors are a sweep: the regime with the highest welfare at each of 9,898
# points. The line is no interpolation but the exact boundary between the RJV cartel and
# competition, from `rd.region`: in $\sigma$ a polynomial of degree ten. Where colors are pale,
# not all four regimes are equilibria.

# %%
ds = rd.sweep(
    bertrand,
    ["competition", "rjv-cartel", "rjv-competition", "cartel"],
    outcomes=["welfare", "profit"],
    a=120,
    c=100,
    n=2,
    gamma=12,
    sigma=rd.linspace(0.01, 0.98, 98),
    beta=rd.linspace(0, 1, 101),
)
assert ds["welfare"].isel(regime=0).size == 9898
border = rd.region(
    "rjv-cartel.welfare > competition.welfare", bertrand, given="a > c", n=2, gamma=12
)
rd.plot_regions(ds, "welfare", x="beta", y="sigma", boundaries=border)

# %%
(edge,) = border.boundaries[0].roots("sigma", beta=0)
assert len(edge.coefficients) == 11  # degree ten
print(f"without spillovers, competition is better from sigma = {edge.value:.6f} on")
competition, joint = (ds["welfare"].sel(regime=name) for name in ("competition", "rjv-cartel"))
assert (ds["welfare"].max("regime") <= np.maximum(competition, joint) * (1 + 1e-12)).all()
better = competition > joint
assert better.sel(beta=0, sigma=slice(edge.value, None)).all()
assert not better.sel(sigma=slice(0, 0.7)).any()
share = float(better.mean())
print(f"competition is best at {share:.0%} of the points, the RJV cartel at all others")

# %% [markdown]
# ## Who would object?
#
# Where competition is better, the firms would not choose it. That is proved for all Bertrand
# competition; so in the upper left of this map there is something for an authority to do, and
# only there.

# %%
for name in ("K6a", "K6b"):
    state(claims[name], bertrand)

# %% [markdown]
# ## Where this stops
#
# The proofs hold where the regimes compared are interior optima, for linear demand and for
# $f(X) = \sqrt{2X/\gamma}$; the paper has more general functions. The point of the table is an
# equilibrium in the strong sense, too: no firm gains by any deviation, however large, as a
# search finds that knows nothing of the formulas.

# %%
for regime in ("competition", "rjv-cartel"):
    deviations = rd.check_equilibrium(
        bertrand, regime, a=120, c=100, n=2, gamma=12, sigma=0.9, beta=0
    )
    print(deviations)
    assert deviations.holds()
