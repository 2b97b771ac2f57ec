"""The engine against explicit firms: random games of two groups, two stages, two actions, every kind of decision.

The other road expands the payoffs of every single firm, differentiates them, solves all first-order conditions of a
stage as one linear system, and goes backward. It shares no code with the library, and knows no totals.
"""

from __future__ import annotations

import random
from fractions import Fraction

import pytest
import sympy as sp

import rdgames as rd

# A payoff of member i of group {me} with actions {x}, then {y}; the other group {ot} chooses {z}, then {w}.
TERMS = (
    "{x}[i]",
    "{y}[i]",
    "{x}[i]*{y}[i]",
    "{x}[i]*sum({x}[j] for j in {me} if j != i)",
    "{y}[i]*sum({y}[j] for j in {me} if j != i)",
    "{y}[i]*sum({w}[j] for j in {ot})",
    "{x}[i]*sum({z}[j] for j in {ot})",
    "{y}[i]*sum({x}[j] for j in {me} if j != i)",
    "{y}[i]*sum({z}[j] for j in {ot})",
    "sum({x}[j]*{y}[j] for j in {me} if j != i)",
    "sum({z}[j]**2 for j in {ot})",
    "sum({w}[j]*{z}[j] for j in {ot})",
    "sum({w}[j] for j in {ot})*sum({y}[j] for j in {me})",
)
GROUP_OF = {"x": "u", "y": "u", "z": "d", "w": "d"}
STAGES = (("x", "z"), ("y", "w"))
LETTERS = {"u": dict(zip("xyzw", "xyzw", strict=True)), "d": dict(zip("xyzw", "zwxy", strict=True))}

# Consortia: how many of each group are in one, and who decides what in them.
CONSORTIA = {
    "pairs of u and d choose x, z jointly": "xz",
    "pairs of u and d choose y, w jointly": "yw",
    "pairs of u and d choose x, z, y, w jointly": "xzyw",
    "pairs of u and d choose y jointly": "y",
    "pairs of u and d choose x, y jointly; d choose w jointly": "xy",
    "consortia of 2 u and 1 d choose x, z jointly": "xz",
    "consortia of 2 u and 1 d choose y, w jointly": "yw",
    "consortia of 2 u choose x, y jointly": "xy",
}

# For each regime, who decides an action: (how, whose payoffs are added up); alone if it is not named.
REGIMES = {
    "competition": {},
    "u choose x jointly": {"x": ("jointly", "u")},
    "u choose y jointly": {"y": ("jointly", "u")},
    "u, d choose x, z jointly": {"x": ("jointly", "ud"), "z": ("jointly", "ud")},
    "u, d choose x jointly": {"x": ("jointly", "ud")},
    "u, d choose x, z, y jointly": dict.fromkeys("xzy", ("jointly", "ud")),
    "u, d choose x, z jointly and equally; u choose y jointly": {
        "x": ("equally", "ud"),
        "z": ("equally", "ud"),
        "y": ("jointly", "u"),
    },
    "u, d choose x, y jointly and equally": {"x": ("equally", "ud"), "y": ("equally", "ud")},
}


def payoff_of(group: str, weights: list[Fraction]) -> str:
    names = {**LETTERS[group], "me": group, "ot": "d" if group == "u" else "u"}
    terms = [f"({weight})*{term}" for weight, term in zip(weights, TERMS, strict=True)]
    return " + ".join([*terms, "-(40)*{x}[i]**2", "-(20)*{y}[i]**2"]).format(**names)


def expand_by_hand(weights: list[Fraction], group: str, place: int, sizes: dict[str, int]) -> sp.Expr:
    letter = LETTERS[group]
    me, ot = sizes[group], sizes["d" if group == "u" else "u"]
    x, y = ([sp.Symbol(f"{letter[a]}{k}") for k in range(me)] for a in "xy")
    z, w = ([sp.Symbol(f"{letter[a]}{k}") for k in range(ot)] for a in "zw")
    others = [k for k in range(me) if k != place]
    terms = (
        x[place],
        y[place],
        x[place] * y[place],
        x[place] * sum(x[k] for k in others),
        y[place] * sum(y[k] for k in others),
        y[place] * sum(w),
        x[place] * sum(z),
        y[place] * sum(x[k] for k in others),
        y[place] * sum(z),
        sum(x[k] * y[k] for k in others),
        sum(entry**2 for entry in z),
        sum(one * other for one, other in zip(w, z, strict=True)),
        sum(w) * sum(y),
    )
    whole = sum(sp.Rational(str(weight)) * term for weight, term in zip(weights, terms, strict=True))
    return sp.expand(whole - 40 * x[place] ** 2 - 20 * y[place] ** 2)


def solve_firm_by_firm(payoffs, sizes, decided):
    """Solve backward; ``payoffs`` maps (group, place) to a formula in all firms' actions."""
    solution: dict[sp.Symbol, sp.Expr] = {}
    for stage in reversed(STAGES):
        equations, unknowns = [], []
        for action in stage:
            group = GROUP_OF[action]
            symbols = [sp.Symbol(f"{action}{k}") for k in range(sizes[group])]
            unknowns += symbols
            how, partners = decided.get(action, ("alone", ""))
            joint = 0 if how == "consortia" else sum(f for (who, _), f in payoffs.items() if who in partners)
            if how == "equally":
                equations.append(sum(sp.diff(joint, symbol) for symbol in symbols))
                equations += [symbol - symbols[0] for symbol in symbols[1:]]
            else:
                for place, symbol in enumerate(symbols):
                    objective = joint if how == "jointly" else payoffs[group, place]
                    if how == "consortia":
                        mine = place // partners[group]
                        inside = [who for who in payoffs if who[0] in partners and who[1] // partners[who[0]] == mine]
                        objective = sum(payoffs[who] for who in inside)
                    equations.append(sp.diff(objective, symbol))
        (found,) = sp.linsolve(equations, unknowns)
        rules = dict(zip(unknowns, found, strict=True))
        payoffs = {who: sp.expand(formula.subs(rules)) for who, formula in payoffs.items()}
        solution = {symbol: formula.subs(rules) for symbol, formula in solution.items()} | rules
    return solution


def random_game(draw, sizes):
    """A random game, and the payoff of every firm written out."""
    weights = {group: [Fraction(draw.randint(-12, 12), 4) for _ in TERMS] for group in sizes}
    game = rd.Game(
        name="random",
        parameters={"t": "t > 0"},
        groups=sizes,
        stages={"one": {"actions": {"x": "u", "z": "d"}}, "two": {"actions": {"y": "u", "w": "d"}}},
        payoffs={group: f"0*t + {payoff_of(group, weights[group])}" for group in sizes},
    )
    return game, {(g, k): expand_by_hand(weights[g], g, k, sizes) for g in sizes for k in range(sizes[g])}


@pytest.mark.parametrize("regime", CONSORTIA)
def test_random_games_of_consortia_agree_firm_by_firm(regime):
    draw = random.Random(regime)
    counts = {"u": 1, "d": 1} if "pairs" in regime else {"u": 2, "d": 1} if " d " in regime else {"u": 2}
    sizes = {"u": 2 * counts["u"], "d": 2}
    game, payoffs = random_game(draw, sizes)
    decided = dict.fromkeys(CONSORTIA[regime], ("consortia", counts))
    if "d choose w" in regime:
        decided["w"] = ("jointly", "d")
    equilibrium = rd.solve(game, regime)
    solution = solve_firm_by_firm(payoffs, sizes, decided)
    for action, group in GROUP_OF.items():
        ours = sp.Rational(str(equilibrium.exact(action).at({"t": 1})))
        assert {solution[sp.Symbol(f"{action}{k}")] for k in range(sizes[group])} == {ours}, action


@pytest.mark.parametrize("seed", range(3))
def test_random_games_agree_firm_by_firm(seed):
    draw = random.Random(seed)
    sizes = {"u": draw.choice([2, 3]), "d": draw.choice([1, 2])}
    game, payoffs = random_game(draw, sizes)
    for regime, decided in REGIMES.items():
        equilibrium = rd.solve(game, regime)
        solution = solve_firm_by_firm(payoffs, sizes, decided)
        for action, group in GROUP_OF.items():
            ours = sp.Rational(str(equilibrium.exact(action).at({"t": 1})))
            theirs = {solution[sp.Symbol(f"{action}{k}")] for k in range(sizes[group])}
            assert theirs == {ours}, (regime, action)
