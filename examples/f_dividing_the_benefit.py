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
# # Dividing the benefit of a research consortium
#
# **A leading firm, two small firms and an institute do research together: who should get how
# much, and who would leave?**
#
# The members come from a table, as a consortium would keep it. What every coalition could earn
# follows from a game. Rules of division are put side by side, those under which somebody would
# leave are told apart from the others, and what is left is a range to negotiate about. At the
# end the rule changes with the phase of the project.

# %%
import matplotlib.pyplot as plt
import numpy as np
import pandas as pd

import rdgames as rd

# The table lies beside this notebook, as does the game, consortium.toml.
pd.read_csv("members.csv", dtype=str, keep_default_na=False)

# %% [markdown]
# ## What a coalition is worth
#
# Firms sell differentiated goods ($s$ says how close substitutes they are); the leader's unit
# cost is lower. The institute sells nothing, but its research lowers everybody's costs. Without
# a consortium little of what is found reaches others; members share everything, and choose
# research for their joint profit.

# %%
game = rd.read_game("consortium.toml")
game

# %%
members = rd.read_members("members.csv")
players = rd.explicit(game)  # the members, one by one
spillovers = {
    p.name: 0.3 if p.name.startswith("beta") else 0.2
    for p in players.parameters
    if p.name.startswith(("beta", "v_"))
}
costs = members.parameters(players, {"c": "cost"})
market = {"a": 100, "s": 0.3, "gamma": 20, "kappa": 8, **spillovers, **costs}
worth = rd.worth(players, "consortium", outsiders="singletons", **market)
assert worth["valid"].all()

values = worth["worth"].values
names = list(members.names)
labels = [
    " + ".join(name for i, name in enumerate(names) if number >> i & 1) for number in range(16)
]
pd.DataFrame({"worth": values[1:].round(1)}, index=labels[1:]).rename_axis("coalition")

# %% [markdown]
# Coalitions reckon with the others being on their own (`outsiders="singletons"`). That is an
# assumption, and has to be said. Alone, the institute earns nothing; no coalition gains more by
# having it than all three firms do:

# %%
everybody, firms = values[15], values[7]
print(f"all together {everybody:.0f}, of which without the institute {firms:.0f}")
assert values[8] == 0
assert everybody - firms == max(values[s | 8] - values[s] for s in range(8))

# %% [markdown]
# ## Rules side by side
#
# Two rules look at the table of members and not at the game: equal shares, and shares in
# proportion to outlays. Two look at the game alone: the Shapley value and the nucleolus. One
# starts from the Shapley value and pays those who bear more than an equal part of the risk, or
# bring in more than an equal part of the knowledge.

# %%
risk_and_knowledge = {
    "risk": members.numbers("risk_share"),
    "knowledge": members.numbers("knowledge_share"),
}
rules = {
    "equal shares": "equal-split",
    "by outlays": rd.Proportional(members.numbers("outlay"), to="outlays"),
    "Shapley value": "shapley",
    "nucleolus": "nucleolus",
    "corrected Shapley": rd.CorrectedShapley(risk_and_knowledge, base="surplus"),
}
shares = rd.share(worth, rules, members=members)
print("\n".join(rd.describe_shares(shares).splitlines()[: 1 + len(rules)]))
rd.plot_shares(shares)

# %% [markdown]
# ## Who would leave
#
# Equal shares sound fair, and outlays are easy to audit. Under both, somebody is better off
# outside:

# %%
for line in rd.describe_shares(shares).splitlines():
    if " would leave: " in line:
        print(line)
stay = dict(zip(shares["rule"].values.tolist(), shares["in_core"].values.tolist(), strict=True))
assert [rule for rule, kept in stay.items() if not kept] == ["equal shares", "by outlays"]

# %% [markdown]
# ## The range to negotiate about
#
# Divisions that no coalition would leave form the core. It is not a point but a range. Written
# as a contract: the institute gets a part of all that is earned; of the rest the leader gets a
# part, and the two small firms, which are alike, half of what is left each. For every part of
# the leader, `rd.acceptable` finds which parts of the institute (1 % to 40 % are tried) keep
# everybody:

# %%
rest = "(1 - institute)*(1 - leader)/2"
agreement = rd.contract(
    players, "consortium", shares=["(1 - institute)*leader", rest, rest, "institute"]
)
amounts = {rule: shares["share"].sel(rule=rule).values for rule in rules}
assert all(np.isclose(amount[1], amount[2]) for amount in amounts.values())
proposed = {
    rule: (amount[0] / amount[:3].sum(), amount[3] / amount.sum())
    for rule, amount in amounts.items()
}
kept = rd.acceptable(
    agreement,
    choose={"institute": (0.01, 0.4)},
    subject="core",
    leader=np.union1d(np.linspace(0.3, 0.75, 46), [leader for leader, _ in proposed.values()]),
    **market,
)
low, high = (kept[end].isel(interval=0) for end in ("low", "high"))
figure, axes = plt.subplots(figsize=(6, 3), layout="constrained")
axes.fill_between(100 * kept["leader"], 100 * low, 100 * high, color="0.85")
for marker, (rule, (leader, institute)) in zip("svo^D", proposed.items(), strict=True):
    axes.plot(100 * leader, 100 * institute, f"k{marker}", label=rule)
    ends = (float(end.sel(leader=leader)) for end in (low, high))
    assert stay[rule] == (next(ends) <= institute <= next(ends))  # two roads to one answer
axes.set(xlabel="the leader's part of what the firms get, %", ylabel="the institute's part, %")
axes.set_title("gray: nobody leaves", fontsize="medium")
axes.legend(frameon=False)
plt.show()

# %% [markdown]
# What ends the range is a coalition that would leave. Where the leader gets two fifths of what
# the firms get, the institute can ask for no more than the firms gain by having it:

# %%
at = kept.sel(leader=0.4, method="nearest")
who = str(at["high_because"].values[0])
for player, name in zip(agreement.players, names, strict=True):
    who = who.replace(player, name)
print(f"at most {100 * at['high'].values[0]:.1f} % for the institute, because of")
print(who)
assert who == "core: Leader and Small A and Small B not leaving"
assert np.isclose(at["high"].values[0], 1 - firms / everybody)

# %% [markdown]
# The Shapley value, the nucleolus and the corrected Shapley value are three answers inside that
# range: the first pays what a member adds on average, the second keeps the coalition that is
# closest to leaving as content as possible, the third moves money to those who bear risk and
# bring in knowledge. Which one is fair is for the members to say; that the others break the
# consortium is not.
#
# ## How firm is that?
#
# The closer substitutes the firms' goods are, the more a coalition gains by leaving a rival
# outside. So the range shrinks, and rules drop out one after the other:

# %%
closeness = rd.worth(players, "consortium", **{**market, "s": rd.linspace(0, 1, 41)})
along = rd.share(closeness, rules, members=members)
figure, axes = plt.subplots(figsize=(6, 2.6), layout="constrained")
last = {}
for row, rule in enumerate(rules):
    kept = along["s"].values[along["in_core"].sel(rule=rule).values]
    axes.plot(kept, np.full(kept.size, row), "ks", markersize=4)
    last[rule] = kept.max() if kept.size else None
full = along["s"].values[along["core"].values == 0]
axes.axvspan(full.min(), full.max(), color="0.9", zorder=0)
axes.set_yticks(range(len(rules)), list(rules))
axes.set(
    xlabel="how close substitutes the firms' goods are, $s$", xlim=(0, 1), ylim=(-0.6, 4.6)
)
axes.set_title("squares: nobody leaves; gray: some division keeps everybody", fontsize="medium")
plt.show()
print(f"up to s = {full.max():.3f} some division keeps everybody")
assert (along["core"].values[along["s"].values > full.max()] == 2).all()  # the core is empty
assert last["equal shares"] is None
assert last["by outlays"] is None
assert last["corrected Shapley"] < last["Shapley value"] < last["nucleolus"] == full.max() < 1

# %% [markdown]
# Beyond that no rule can help: a consortium of all four is not what these firms should form.
#
# ## A rule for each phase
#
# Risk is borne when the consortium is formed, knowledge counts while it works, and later only
# what each member adds. So let the rule change: corrected mostly for risk first, for both in
# the middle, not at all at the end. What coalitions are worth changes, too: research gets
# cheaper, and the goods closer substitutes.

# %%


def corrected(risk):
    """Return the Shapley value, corrected for risk by a weight, for knowledge by the rest."""
    weights = {"risk": risk, "knowledge": 1 - risk}
    return rd.CorrectedShapley(risk_and_knowledge, weights=weights, base="surplus")


def worths(**changed):
    """Return what coalitions are worth if some parameters differ."""
    return rd.worth(players, "consortium", **{**market, **changed})["worth"].values


phases = [
    rd.Phase("formation", worths(gamma=30, kappa=12), corrected(0.8), weight=2),
    rd.Phase("operation", worths(), corrected(0.5), weight=5),
    rd.Phase("maturity", worths(s=0.6), rd.Shapley(), weight=3),
]
adjusted = rd.in_phases(phases)
print(*adjusted.sentences(names), sep="\n")
assert adjusted.stays
by_phase = pd.DataFrame(adjusted.shares, index=[phase.name for phase in phases], columns=names)
by_phase.loc["all, weighted by years"] = adjusted.total
assert (by_phase.iloc[0] > 0).all()
by_phase.round(0).astype(int)

# %% [markdown]
# Nobody leaves in any phase, looking ahead. The same project with equal shares throughout:

# %%
equal = rd.in_phases(
    [rd.Phase(p.name, p.worth, rd.EqualSplit(), weight=p.weight) for p in phases]
)
print("formation:", "; ".join(labels[coalition] for coalition in equal.who()), "would leave")
assert equal.leaving_phase == 0  # in the first phase

# %% [markdown]
# ## Where this stops
#
# Worths are equilibria, under the assumption that outsiders stay alone; `outsiders="merged"`
# lets them answer by a consortium of their own. Shares are agreed here after research is chosen
# for joint profit. If members choose research knowing their shares, a rule changes what there
# is to divide: `rd.feedback` and `rd.design` are about that.

# %%
answered = rd.worth(players, "consortium", outsiders="merged", **market)
again = rd.share(answered, rules, members=members)
assert again["in_core"].values.tolist() == shares["in_core"].values.tolist()
print("the same rules keep everybody if outsiders answer by a consortium of their own")
