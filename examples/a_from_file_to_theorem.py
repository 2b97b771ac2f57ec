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
# # From a file to a theorem: d'Aspremont and Jacquemin (1988)
#
# **When do two rivals that choose their research together do more of it, and is that good for
# everybody else?**
#
# The answer of d'Aspremont and Jacquemin is much quoted in the literature on research
# cooperation: when more than half of what a firm finds out reaches its rival. Below, the game
# is read from a file, solved, and the number 1/2 is found, then proved, not for two firms only
# but for any number. The last part shows where the result stops, and what was disputed in 1990.

# %%
import tempfile
from pathlib import Path

import matplotlib.pyplot as plt
import numpy as np
import sympy as sp
from IPython.display import Math

import rdgames as rd

# %% [markdown]
# ## The game
#
# A model is a text file. Four of its lines are the economics: what the market pays, what a firm
# knows, what it costs, and what it earns. `game` typesets the whole file, so that a misreading
# is seen.

# %%
game = rd.load("daspremont-jacquemin")
game

# %% [markdown]
# ## Deriving it
#
# `rd.solve` works backward: first the outputs for any research that firms may have done, then
# the research. The number of firms $n$ stays a symbol. In the letters of the file, $T = a - c$,
# $D = b\gamma(n + 1)^2$, $k = 1 + (n - 1)\beta$ and $s = n - (n - 1)\beta$:

# %%
competition, cartel = rd.solve(game, "competition"), rd.solve(game, "cartel")
alone, together = competition.latex("x", abbreviated=True), cartel.latex("x", abbreviated=True)
Math(rf"x_{{\text{{competition}}}} = {alone} \qquad x_{{\text{{cartel}}}} = {together}")

# %% [markdown]
# The paper has $n = 2$. Its printed formulas are in the file, too, and are compared with what
# is derived here, exactly and for all parameters at once.

# %%
checks = [rd.check_published(game, entry) for entry in game.published]
for check in checks:
    verdict = "as derived" if check.holds else "not as derived"
    print(f"{verdict:15} {check.entry.regime:12} {check.entry.outcome:7} {check.entry.source}")
assert all(check.as_known for check in checks)

# %% [markdown]
# The two lines that are not as derived are misprints in a textbook: they leave out the cost of
# research. The file records them as wrong, with the correct line, which is checked as well.

# %%
wrong = [check for check in checks if not check.holds]
for check in wrong:
    print(f"{check.entry.source}: {check.entry.note}")
assert len(wrong) == 2
assert all(check.corrected_holds for check in wrong)

# %% [markdown]
# ## Reaction functions
#
# How does a firm answer the research of its rival? Tie the hands of firm 2: let it do $r$,
# whatever happens. A game that differs from a packaged one in a line is a file that starts with
# `extends`. What firm 1 chooses then *is* its reaction function.

# %%
tied_file = """
extends = "daspremont-jacquemin"
name = "tied-hands"

[parameters]
r = { domain = "r >= 0", description = "research to which a firm is tied" }

[regimes]
tied = "firms choose x for -(x[i] - r)**2"
"""
with tempfile.TemporaryDirectory() as folder:
    path = Path(folder) / "tied-hands.toml"
    path.write_text(tied_file)
    tied = rd.explicit(rd.read_game(path), n=2)

answer = rd.solve(tied, "firms_2 choose x_2 for -(x_2[i] - r)**2")["x_1"]
letter = {symbol.name: symbol for symbol in answer.free_symbols}
beta = sp.Symbol("beta")
reaction = answer.subs(
    {letter["beta_1_2"]: beta, letter["beta_2_1"]: beta}
)  # spillovers are the same both ways
slope = sp.factor(sp.diff(reaction, letter["r"]))
Math(rf"R(r) = {sp.latex(sp.factor(reaction))} \qquad R'(r) = {sp.latex(slope)}")

# %% [markdown]
# The slope has the factor $2\beta - 1$, and the second-order condition makes all the rest of it
# positive. Research of a rival does two things to a firm: a share $\beta$ of it lowers the
# firm's own cost, and all of it makes the rival sell more. At $\beta = 1/2$ the two cancel, and
# firms do not react at all: that is already the number of the paper. Below 1/2 a firm answers
# more with less (strategic substitutes), above it with more (strategic complements).

# %%
second_order = 9 * letter["b"] * letter["gamma"] - 2 * (2 - beta) ** 2
assert sp.simplify(slope - 2 * (2 - beta) * (2 * beta - 1) / second_order) == 0
margin = competition.conditions["second_order"].margin
at_two = {
    symbol: {"n": 2, "beta": beta}.get(symbol.name, symbol) for symbol in margin.free_symbols
}
assert (
    sp.simplify(margin.subs(at_two) - second_order / (9 * letter["b"])) == 0
)  # positive in every equilibrium

# %%
market = {"a": 100, "b": 1, "c": 60, "gamma": 5}
figure, panels = plt.subplots(1, 2, figsize=(7, 3.9), layout="constrained", sharey=True)
for panel, share in zip(panels, ("1/5", "4/5"), strict=True):
    values = {letter[name]: value for name, value in market.items() if name in letter}
    line = sp.lambdify(letter["r"], reaction.subs({**values, beta: sp.Rational(share)}))
    apart = competition.at(**market, n=2, beta=share)
    joint = cartel.at(**market, n=2, beta=share)
    assert apart.valid
    assert joint.valid
    x, other = float(apart.values["x"]), float(joint.values["x"])
    assert abs(line(x) - x) < 1e-12  # competition is where the reaction functions meet
    assert (other > x) == (share == "4/5")

    rival = np.array([0, 8])
    panel.plot(rival, line(rival), "k-", label="what firm 1 answers")
    panel.plot(line(rival), rival, "k--", label="what firm 2 answers")
    panel.plot(x, x, "o", color="tab:blue", markersize=8, label="competition")
    panel.plot(other, other, "s", color="tab:orange", markersize=7, label="cartel")
    panel.set(
        title=rf"$\beta = {share}$",
        xlabel="research of firm 2",
        xlim=(0, 5),
        ylim=(0, 5),
        aspect="equal",
    )
panels[0].set_ylabel("research of firm 1")
figure.legend(
    *panels[0].get_legend_handles_labels(), loc="outside lower center", ncols=4, frameon=False
)
plt.show()

# %% [markdown]
# Where they meet is the equilibrium of competition. The cartel does less than that on the left,
# more on the right.
#
# ## The number 1/2
#
# First it is seen, in a sweep over the spillover; the dotted line is where the ranking flips.

# %%
ds = rd.sweep(game, ["competition", "cartel"], n=2, beta=rd.linspace(0, 1, 201), **market)
rd.plot(ds, "x")

# %% [markdown]
# Then it is asked for. `rd.region` returns exactly where a statement is true, among all
# parameters at which both regimes have an interior optimum, whatever the number of firms.

# %%
where = rd.region("cartel.x > competition.x", game, given="n >= 2")
assert where.condition == "beta > 1/2"
where

# %% [markdown]
# ## The theorem
#
# And it is proved: for every $n \ge 2$ and all demands and costs, a cartel does more research,
# sells more and serves consumers and welfare better exactly when spillovers exceed 1/2. Its
# members never lose, whatever the spillover. These are claims of the model file; each line
# below is a proof, with a certificate that a small program, which shares no algebra with the
# prover, checks step by step.

# %%
for claim in game.claims:
    if claim.name in ("P1a", "P1b", "P1d", "P2a", "P2b", "P3a"):
        proof = rd.prove(claim, game)
        assert proof.verdict == "proved"
        assert rd.check_certificate(proof.certificate).verdict == "proved"
        print(f"{claim.words}\n    {claim.statement}: {proof.verdict}")

# %% [markdown]
# So members and everybody else agree about cooperation where spillovers are large, and only
# there: below 1/2 a cartel raises profits and lowers welfare.
#
# ## Where it fails, 1: nobody said that research must be equal
#
# A cartel that sets the same research for both firms maximizes joint profit only if no
# *unequal* division earns more. That is a second-order condition, too, which the symmetric
# formula does not show. Salant and Shaffer (1998) found that it is violated where spillovers
# are small and research is cheap.

# %%
small = {"a": 2, "b": 1, "c": 1, "n": 2, "beta": 0, "gamma": "3/2"}
saddle = cartel.at(**small)
unequal = competition.given({"x": ["4/7", 0]}, **small)
for what, profit in [
    (f"research of {saddle.values['x']} in each firm", saddle.values["industry_profit"]),
    ("research of 4/7 in one firm, none in the other", unequal.values["industry_profit"]),
]:
    print(f"{what}: joint profit {profit} = {float(profit):.4f}")
print("what fails:", *saddle.failed)
assert saddle.failed == ("second_order_unequal",)
assert unequal.values["industry_profit"] > saddle.values["industry_profit"]

# %% [markdown]
# And there the theorem says nothing: with one laboratory for both, the cartel is better for
# welfare than competition, although nothing spills over.

# %%
rivals = competition.at(**small)
print(f"welfare with one laboratory: {float(unequal.values['welfare']):.4f}")
print(f"welfare under competition:   {float(rivals.values['welfare']):.4f}")
assert rivals.valid
assert unequal.values["welfare"] > rivals.values["welfare"]

# %% [markdown]
# The condition is one line, and the same for any number of firms:

# %%
condition = cartel.conditions["second_order_unequal"]
print(condition.meaning)
assert "n" not in {symbol.name for symbol in condition.margin.free_symbols}
Math(rf"{sp.latex(condition.margin)} > 0")

# %% [markdown]
# ## Where it fails, 2: the equilibrium that nobody would find
#
# Henriques (1990) pointed out that with small spillovers the equilibrium of the paper can be
# unstable: after a small disturbance, firms that answer each other move away from it. What an
# unstable equilibrium does when a parameter changes is no prediction. The 0.17 of her abstract
# comes out with $b\gamma = 1$: it is the root of a quadratic.

# %%
stability = competition.diagnostics["best_reply_stability"].margin
letter = {symbol.name: symbol for symbol in stability.free_symbols}
stability = sp.factor(stability.subs({letter["b"]: 1, letter["gamma"]: 1, letter["n"]: 2}))
bounds = [
    root
    for root in sp.solve(sp.numer(stability), letter["beta"])
    if root.is_real and 0 <= root <= 1
]
print(f"stable from a spillover of {bounds[0]} = {float(bounds[0]):.4f} on")
assert bounds == [sp.Rational(3, 2) - sp.sqrt(7) / 2]
assert not competition.at(a=100, b=1, c=90, n=2, gamma=1, beta="0.17").valid
assert competition.at(a=100, b=1, c=90, n=2, gamma=1, beta="0.18").valid

# %%
cheap = rd.sweep(
    game, ["competition", "cartel"], a=100, b=1, c=90, n=2, gamma=1, beta=rd.linspace(0, 1, 401)
)
rd.plot(cheap, "x")

# %% [markdown]
# The strip below the curves says where a regime is no equilibrium, and which condition fails
# there. With research as cheap as that, competition is unstable at small spillovers, and a
# cartel would rather divide its research unequally.
#
# ## Where it fails, 3: the controversy of 1990
#
# The paper also compares with firms that *merge*, and set research and output together. As
# Henriques reports it, the paper said that merged firms do more research than competitors also
# where spillovers are small. That is refuted, with a point, and the exact condition under which
# it is true; her 0.41 is $7/17$.

# %%
small_spillovers = rd.prove("P5c", game)
assert (small_spillovers.verdict, small_spillovers.exactly_when) == ("refuted", "beta > 7/17")
small_spillovers

# %% [markdown]
# For any number of firms, merged firms do more research exactly here:

# %%
rd.region("merger.x > competition.x", game, given="n >= 2")

# %% [markdown]
# Nor does the order of outputs that the paper gives for large spillovers (first best, cartel,
# competition, merger) hold everywhere: where research is cheap enough, merged firms can sell
# more than competitors.

# %%
order = rd.prove("P6d", game)
assert order.verdict == "refuted"
sold = order.counterexample.values
assert sold["merger.output"] > sold["competition.output"]
order

# %% [markdown]
# D'Aspremont and Jacquemin replied with an erratum (*American Economic Review* 80, 1990,
# 641-642), which has not been read for this page; whether it says the last thing is left open.
# What survives of 1988 is what was proved above: the comparison of competition and cartel,
# wherever both are equilibria.
#
# **To go on.** Change `n` in the sweep; prove a conjecture of your own with `rd.prove("...",
# game)`; look for the other claims of the file with `rdgames show daspremont-jacquemin`.
