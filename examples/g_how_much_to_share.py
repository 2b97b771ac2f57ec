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
# # How much to share: openness as a choice
#
# **Of what they find out, should competing firms share nothing, everything, or something in
# between?**
#
# In most models the spillover is a fact. But an association can agree on openness, and a law on
# patents or on publication sets it. Then $\beta$ is a choice, and who chooses, and when, makes
# all the difference: a firm alone shares nothing; firms whose research is done share
# everything; and firms that agree *before* they compete in research stop short of everything,
# though not as early as would be best for others.

# %%
import textwrap

import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
from IPython.display import display

import rdgames as rd

# %% [markdown]
# ## Alone, or together once research is done: nothing, or everything
#
# Two firms have done research and decide what to disclose (Poyago-Theotoky 1999). To disclose
# helps the rival at the firm's own cost, whatever the other does. Together, equal firms gain by
# disclosing more. Nothing is in between.

# %%
disclosure = rd.load("poyago-theotoky-1999")
for claim in disclosure.claims:
    if claim.name in (
        "secrecy-alone",
        "no-optimum-inside",
        "full-disclosure",
        "consumers-gain",
    ):
        assert rd.prove(claim, disclosure).verdict == "proved"
        print(textwrap.fill(claim.words, 96))
        print(
            textwrap.fill(f"proved: {claim.statement}", 90, initial_indent="    "), end="\n\n"
        )

# %% [markdown]
# ## Agreed before: something in between
#
# Now openness is agreed, or made law, before firms do research, each for itself. More openness
# makes each result worth more to the industry, but makes each firm look for fewer. In the model
# of d'Aspremont and Jacquemin, two firms:

# %%
game = rd.load("daspremont-jacquemin")
market = {"a": 100, "b": 1, "c": 60, "n": 2}
outcomes = {
    "profit": "a firm's profit",
    "welfare": "welfare",
    "consumer_surplus": "consumer surplus",
}
ds = rd.sweep(game, "competition", gamma=5, beta=rd.linspace(0, 1, 1001), **market).isel(
    regime=0
)
assert ds["valid"].all()
figure, axes = plt.subplots(figsize=(5.6, 3.4), layout="constrained")
for (outcome, words), style in zip(outcomes.items(), ("-", "--", ":"), strict=True):
    best = float(ds["beta"][ds[outcome].argmax("beta")])
    axes.plot(
        ds["beta"],
        ds[outcome] / ds[outcome].max(),
        "k" + style,
        label=f"{words}, best at {best:.3f}",
    )
    axes.plot(best, 1, "ko", markersize=4)
    assert 0 < best < 1
axes.set(xlabel=r"openness $\beta$", ylabel="as a part of its maximum")
axes.spines[["top", "right"]].set_visible(False)
axes.legend(frameon=False, loc="lower right")
plt.show()

# %% [markdown]
# Three interior optima, in an order: consumers want the least openness, the firms the most. Is
# each a maximum, and is that always so? `rd.statics` proves exactly where an outcome rises with
# $\beta$, for all parameters:

# %%
competition = rd.solve(game, "competition")
rises = {}
for outcome, words in outcomes.items():
    found = rd.statics(competition, of=outcome, wrt="beta", given="n == 2")
    rises[outcome] = found.changes_where
    print(f"{words} rises exactly where {found.changes_where}")
assert rises == {
    "profit": "27*b*gamma*(1 - beta) - 2*(2 - beta)**3 > 0",
    "welfare": "9*b*gamma*(4 - 5*beta) - 2*(2 - beta)**3 > 0",
    "consumer_surplus": "beta < 1/2",
}

# %% [markdown]
# Consumers: exactly at 1/2, since costs are lowest there. Each of the other two conditions
# holds up to one spillover and not beyond it, where there is a maximum. What is best for
# welfare is below 4/5, what is best for the firms below 1, and they come near these bounds as
# research gets expensive. And the order is a theorem: as long as welfare rises with openness,
# and where it is at its best, firms would gain by still more.

# %%
statements = [
    # What stands on the left of the two conditions falls in beta: each has one root at most.
    ("27*b*gamma > 6*(2 - beta)**2 and competition.x > 0", "n == 2"),
    ("45*b*gamma > 6*(2 - beta)**2 and competition.x > 0", "n == 2"),
    # At 4/5 and beyond, welfare falls; at 1, profit does.
    ("derivative(competition.welfare, beta) < 0", "n == 2 and beta >= 4/5"),
    ("derivative(competition.profit, beta) < 0", "n == 2 and beta == 1"),
    # Where welfare still rises, or is at its best, profit rises, if consumers' best is behind.
    (
        "derivative(competition.profit, beta) > 0",
        "n == 2 and beta > 1/2 and 9*b*gamma*(4 - 5*beta) >= 2*(2 - beta)**3",
    ),
    # At the best for consumers welfare still rises.
    ("derivative(competition.welfare, beta) > 0", "n == 2 and beta == 1/2"),
]
for statement, given in statements:
    proof = rd.prove(statement, game, given=given)
    assert proof.verdict == "proved"
    display(proof)

# %% [markdown]
# ## An independent check
#
# `rd.design` looks for the best choice by another road, and checks it in exact arithmetic:

# %%
rows = []
for outcome in ("profit", "welfare"):
    designed = rd.design(
        game, "competition", choose={"beta": (0, 1)}, maximize=outcome, gamma=5, **market
    )
    chosen = designed["choice"].item()
    slack = {"profit": 27 * 5 * (1 - chosen), "welfare": 9 * 5 * (4 - 5 * chosen)}[
        outcome
    ] - 2 * (2 - chosen) ** 3
    assert abs(slack) < 1e-3
    assert designed["certified"].item()
    rows.append((outcomes[outcome], chosen, float(ds["beta"][ds[outcome].argmax("beta")])))
far = {**market, "gamma": 10_000, "beta": "0:1:1001"}
for outcome, bound in (("profit", 1), ("welfare", 0.8)):
    assert (
        abs(rd.optimum(game, "competition", outcome, "beta", **far)["beta"].item() - bound)
        < 0.002
    )
pd.DataFrame(rows, columns=["best for", "designed", "on the grid"]).set_index("best for").round(
    4
)

# %% [markdown]
# ## It depends on how knowledge leaks
#
# In the model of Kamien, Muller and Zang what leaks is not results but the fruit of outlays,
# with diminishing returns: a rival's research is then a substitute for one's own, and openness
# costs more research. The same questions:

# %%
kmz = rd.load("kamien-muller-zang-cournot")
inputs = rd.solve(kmz, "competition")
for outcome in ("profit", "welfare"):
    found = rd.statics(inputs, of=outcome, wrt="beta", given="n == 2 and sigma == 1")
    print(f"{outcomes[outcome]} rises exactly where {found.changes_where}")
assert (
    rd.statics(inputs, of="consumer_surplus", wrt="beta", given="n == 2 and sigma == 1").sign
    == "-"
)
print("consumer surplus falls with openness, always")

# %%
gammas = {"gamma": rd.linspace(2, 20, 73)}
results = {**market, **gammas, "beta": "0:1:1001"}
outlays = {"a": 100, "c": 60, "sigma": 1, "n": 2, **gammas, "beta": "0:1:1001"}
figure, panels = plt.subplots(1, 2, figsize=(7, 3.4), layout="constrained", sharey=True)
for panel, model, where, title in (
    (panels[0], game, results, "results leak (AJ)"),
    (panels[1], kmz, outlays, "outlays leak (KMZ)"),
):
    best = {}
    for (outcome, words), style in zip(outcomes.items(), ("-", "--", ":"), strict=True):
        found = rd.optimum(model, "competition", outcome, "beta", **where)
        best[outcome] = found["beta"].isel(regime=0)
        panel.plot(found["gamma"], best[outcome], "k" + style, label=words)
    assert (best["consumer_surplus"] < best["welfare"]).all()
    assert (best["welfare"] < best["profit"]).all()
    assert (best["profit"] < 1).all()
    panel.set(
        title=title,
        xlabel=r"slope of the marginal cost of research $\gamma$",
        ylim=(-0.03, 1.03),
    )
panels[0].set_ylabel(r"best openness $\beta$")
figure.legend(
    *panels[0].get_legend_handles_labels(), loc="outside lower center", ncols=3, frameon=False
)
plt.show()
limits = {"welfare": -1 + 3 / np.sqrt(5), "profit": np.sqrt(3) - 1}
print(
    "KMZ, very expensive research: welfare {welfare:.3f}, firms {profit:.3f}".format(**limits)
)
far = {**outlays, "gamma": 10_000}
for outcome, limit in limits.items():
    chosen = rd.optimum(kmz, "competition", outcome, "beta", **far)["beta"].item()
    assert abs(chosen - limit) < 0.001

# %% [markdown]
# In both, firms that compete in research would agree on more openness than is best for welfare,
# and consumers would rather have less. A ministry that presses for open sharing among rivals
# may press for too much: openness is paid for in research.
#
# ## If research is decided together, too
#
# Then nobody looks for less because others will have it, and everything should be shared; in
# both models, for every number of firms, by everybody's measure:

# %%
for model in (game, kmz):
    cartel = rd.solve(model, "cartel")
    for outcome, words in outcomes.items():
        assert rd.statics(cartel, of=outcome, wrt="beta", given="n >= 2").sign == "+"
        print(f"{model.name}: in an R&D cartel {words} rises with openness")

# %% [markdown]
# So "how much to share" has no answer before it is said who decides on research, and when
# openness is fixed.
#
# ## Where this stops
#
# Two identical firms; one openness for both, fixed before research and kept. A firm that could
# break the agreement would: that is the first part of this page. How openness and loyalty go
# together over time is another question (`rd.critical_discount`, and the model
# `kesteloot-veugelers-1995`).
