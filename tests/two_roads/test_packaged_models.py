"""Every packaged model under every one of its regimes, against explicit firms that know only formulas and sentences.

A new model file is covered as it is. Points are drawn around the example of the file, in an order that is always the
same; the library says which of them are equilibria, the explicit firms of `explicit` whether that is so.
"""

from __future__ import annotations

import itertools
import random
from collections.abc import Iterator, Mapping
from dataclasses import replace
from fractions import Fraction
from functools import cache
from typing import Any

import numpy as np
import pytest

import rdgames as rd
from rdgames.equilibrium.point import Point
from rdgames.language.tree import Call

from .explicit import Table, UnseatableError, levels_of

SKIPPED: dict[str, str] = {}
"""Models that this road cannot go, each with the reason."""

MORE_SENTENCES = {
    "daspremont-jacquemin": {
        "cartel": "firms choose x jointly",
        "contract": "firms choose x for (1 - s)*profit[i] + s*industry_profit/n",
        "contract-at-once": "firms choose x, q simultaneously for (1 - s)*profit[i] + s*welfare",
        "insiders": "k of firms are insiders, the rest outsiders; insiders choose x jointly; insiders share beta = 1",
        "insiders-for-all": "k of firms are insiders, the rest outsiders; outsiders choose q jointly and equally; "
        "insiders choose x for sum(profit[j] for j in insiders)/k + s*profit[i]",
        "consortia": "consortia of k firms choose x jointly; consortia of k firms share beta = 1",
        "consortia-equally": "consortia of k firms choose x jointly and equally; firms share beta = 1 - s",
        "deviation": "1 of firms are deviators, the rest loyal; loyal choose x as in cartel",
        "planned-parts": "k of firms are insiders, the rest outsiders; "
        "planner chooses x equally for welfare - s*sum(x[j]**2 for j in insiders)",
    },
    "kamien-muller-zang-cournot": {
        "insiders": "k of firms are insiders, the rest outsiders; insiders choose x jointly",
        "contract": "firms choose x for (1 - s)*profit[i] + s*welfare",
    },
    "vertical-spillovers": {
        "tiers": "upstream choose q_u jointly and equally; "
        "k of downstream are large, the rest small; large choose x_d jointly",
        "mergers": "upstream, downstream choose x_u, x_d jointly; "
        "upstream choose q_u jointly and equally; downstream choose q_d jointly and equally",
        "sharing": "consortia of a_u upstream and a_d downstream choose x_u, x_d jointly; downstream share h_d = s; "
        "consortia of a_u upstream and a_d downstream share v_u = 1",
        "kept": "downstream choose x_d as in mergers; upstream choose x_u, q_u simultaneously",
    },
}
"""Sentences of kinds that few packaged models use, for some of their games."""


def _with_more_sentences(model: str, sentences: dict[str, str]) -> rd.Game:
    document = rd.load(model).to_document() | {"name": f"more-{model}", "regimes": sentences}
    document |= {"published": [], "claims": {}, "abbreviations": {}}
    fixed = {**document["example"]["fix"], "s": "0.5", "k": 2}
    document["example"] = {"fix": fixed, "over": document["example"]["over"]}
    more = {"s": "0 <= s <= 1", "k": {"domain": "k >= 1", "integer": True}}
    return rd.Game(**document | {"parameters": document["parameters"] | more})


def _games() -> dict[str, rd.Game]:
    games = {model: rd.load(model) for model in rd.models() if model not in SKIPPED}
    more = (_with_more_sentences(model, sentences) for model, sentences in MORE_SENTENCES.items())
    return games | {game.name: game for game in more}


GAMES = _games()
CASES = [
    pytest.param(model, regime.name, id=f"{model}/{regime.name}")
    for model, game in GAMES.items()
    for regime in game.regimes
]
POINTS, LAYOUTS, DRAWS, FEW_LAYOUTS, MANY_DRAWS = 2, 40, 25, 3, 40


# ------------------------------------------------------------------------------------------------------ points


def drawn(model: str, regime: str, *, wide: bool = False) -> Iterator[Point]:
    """Yield points of a regime, valid or not: first with the numbers of firms that test it best, then with others."""
    game, equilibrium = GAMES[model], solved(model, regime)
    sentence = game.regime(regime).sentence
    divided = bool(sentence.splits) or any(company.counts for company in sentence.companies)
    most, draws = (FEW_LAYOUTS, MANY_DRAWS) if wide else (LAYOUTS, DRAWS)
    draw = random.Random(f"{model}/{wide}")
    whole = [name for name in equilibrium.parameters if game.parameter[name].integer]
    wanted = {name: (2, 3, 1) if name in game.contract_parameters else (3, 2, 4, 1, 5, 6) for name in whole}
    if divided:
        wanted |= {name: (4, 3, 2, 1, 5, 6) for name in whole if name not in game.contract_parameters}
    choices = [[(k, v) for k, v in enumerate(wanted[name]) if v in game.parameter[name].domain] for name in whole]
    layouts = sorted(itertools.product(*choices), key=lambda one: sum(k for k, _ in one))
    seated = 0
    for layout in layouts:
        sizes = {name: value for name, (_, value) in zip(whole, layout, strict=True)}
        points = [{**sizes, **reals(game, equilibrium.parameters, draw, wide=wide)} for _ in range(draws)]
        try:
            Table(game, replace(sentence, decisions=tuple(d for d in sentence.decisions if not d.as_in)), points[0], {})
        except UnseatableError:
            continue
        yield from (equilibrium.at(**point) for point in points)
        seated += 1
        if seated == most:
            return


def reals(game: rd.Game, names: tuple[str, ...], draw: random.Random, *, wide: bool) -> dict[str, Fraction]:
    """Draw the parameters that are no whole numbers: anything in a bounded domain, else something like the example."""
    example = dict(game.example.fix) if game.example else {}
    found = {}
    for name, parameter in game.parameter.items():
        domain, factor = parameter.domain, Fraction(draw.randint(14, 30), 20)
        if wide and draw.random() < 0.4:
            factor *= Fraction(2) ** draw.randint(-6, 3)
        between = Fraction(draw.randint(1, 39), 40)
        if name not in names or parameter.integer:
            continue
        if domain.low is not None and domain.high is not None:
            found[name] = domain.low + (domain.high - domain.low) * between
        else:
            value = Fraction(example.get(name, "2")) * factor
            found[name] = value if value in domain else (domain.low if domain.low is not None else domain.high) + factor
    return found


@cache
def solved(model: str, regime: str) -> rd.Equilibrium:
    return rd.solve(GAMES[model], regime)


@cache
def valid_points(model: str, regime: str) -> tuple[Point, ...]:
    return tuple(itertools.islice((point for point in drawn(model, regime) if point.valid), POINTS))


# ------------------------------------------------------------------------------------------------- the other road


def table_of(game: rd.Game, regime: str, parameters: Mapping[str, Any]) -> Table:
    """Seat explicit firms; what is kept of another regime is solved on this road too."""
    sentence = game.regime(regime).sentence
    kept = {}
    for other in {decision.as_in for decision in sentence.decisions if decision.as_in}:
        table = table_of(game, other, parameters)
        a, _ = play(table, rd.solve(game, other).at(**parameters).values)
        kept[other] = {
            name: [a[table.layout.slot(name, place)] for place in range(table.sizes[action.by])]
            for name, action in game.action.items()
        }
    return Table(game, sentence, parameters, kept)


def play(table: Table, values: Mapping[str, Any]) -> tuple[np.ndarray, bool]:
    """Solve from an unequal start, not far from what the library says."""
    levels = levels_of(table, values)
    unit = np.abs(levels).max() or 1.0
    start = np.where(levels == 0, unit / 20, levels) * np.linspace(1.05, 1.15, len(levels))
    return table.solve(start, unit)


def disagreements(table: Table, point: Point) -> list[str]:
    """Return the outcomes in which explicit firms do not do what the library says."""
    a, determined = play(table, point.values)
    table.assert_linear_quadratic(a, a * np.linspace(0.8, 1.1, len(a)))
    outcomes = table.outcomes(a)
    assert set(outcomes) == set(point.values)
    scale = 1e-12 * max(np.abs(value).max() for value in outcomes.values())
    found = []
    for name, value in outcomes.items():
        expected = np.full(np.shape(value), float(point.values[name]))
        if not determined:  # only the total is: any division is as good, the library reports the equal one
            value, expected = np.sum(value), np.sum(expected)
        if not np.allclose(value, expected, rtol=1e-9, atol=scale):
            found.append(f"{name}: explicit firms {value}, library {expected}")
    return found


def deviations(columns: list[np.ndarray], seed: int) -> Iterator[np.ndarray]:
    """Yield joint moves of the size of 1: one level alone, all alike, one against another, and at random."""
    rng = np.random.default_rng(seed)
    alone = np.eye(len(columns))
    patterns = [alone[0], alone[-1]]
    if len(columns) > 1:
        patterns += [np.ones(len(columns)), alone[0] - alone[-1], *rng.uniform(-1, 1, (3, len(columns)))]
    for pattern in patterns:
        yield np.asarray(pattern @ np.array(columns))


def best_gain(table: Table, a: np.ndarray) -> tuple[float, float]:
    """Return the most that any unit gains by another choice, later moves being played anew, and what counts as much."""
    gains, stakes = [], np.abs(table.derivatives(a)[0]).max()
    for seed, (moment, unit) in enumerate(table.units()):
        agreed = table.worth(a, moment, unit)
        size = np.abs(a @ np.array(unit.columns).T).max() or np.abs(a).max() or 1.0
        for step in deviations(unit.columns, seed):
            for much in (0.01, -0.01, 0.3, -0.3):
                trial = a + much * size * step
                if table.allowed(trial):
                    gains.append(table.worth(trial, moment, unit) - agreed)
    return max(gains), stakes


# ------------------------------------------------------------------------------------------------------- the tests


@pytest.mark.parametrize(("model", "regime"), CASES)
def test_explicit_firms_do_what_the_library_says(model, regime):
    points = valid_points(model, regime)
    assert points, "no valid point found near the example of the model"
    for point in points:
        table = table_of(GAMES[model], regime, point.parameters)
        assert disagreements(table, point) == []


@pytest.mark.parametrize(("model", "regime"), CASES)
def test_no_unit_gains_by_another_choice(model, regime):
    point = valid_points(model, regime)[0]
    table = table_of(GAMES[model], regime, point.parameters)
    gain, stakes = best_gain(table, levels_of(table, point.values))
    assert gain <= 1e-10 * stakes


NEEDED = ("interior", "existence", "defined", "size", "consorti", "shared")
"""Conditions without which, as without the assumptions of the model, there is no interior stationary point."""


def at_no_optimum(model: str, point: Point) -> bool:
    """Whether first-order conditions hold at a point, inside what is possible, and second-order ones do not.

    Whether such a point would also be stable, or worth taking part in, does not matter to who gains there.
    """
    own = [name for name in point.failed if name.startswith("second_order") and "_of_" not in name]
    lacking = any(name.startswith(NEEDED) or "_of_" in name or "<" in name or ">" in name for name in point.failed)
    negative = any(
        isinstance(entry.formula, Call) and point.values.get(entry.name, 0) < 0 for entry in GAMES[model].definitions
    )  # a root that solves the first-order condition and is none: nothing there is stationary
    return not lacking and not negative and any(point.conditions[name].margin < -1e-6 for name in own)


@pytest.mark.parametrize(("model", "regime"), CASES)
def test_where_second_order_conditions_fail_some_unit_gains(model, regime):
    point = next((point for point in drawn(model, regime, wide=True) if at_no_optimum(model, point)), None)
    if point is None:
        pytest.skip("no interior point found at which second-order conditions fail")
    table = table_of(GAMES[model], regime, point.parameters)
    a = levels_of(table, point.values)
    stakes = np.abs(table.derivatives(a)[0]).max()
    regret, settled = table.regret(a)
    assert np.abs(regret).max() <= 1e-8 * np.abs(table.derivatives(a)[1]).max()
    np.testing.assert_allclose(settled, a, rtol=1e-8, atol=1e-8 * np.abs(a).max())
    best = 0.0
    for moment, unit in table.units():
        step = 1e-3 * (np.abs(a @ np.array(unit.columns).T).max() or np.abs(a).max() or 1.0)
        bends, ways = np.linalg.eigh(table.curvature(a, moment, unit, step))
        move = step * ways[:, bends.argmax()] @ np.array(unit.columns)
        best = max(best, *(table.worth(a + s * move, moment, unit) - table.worth(a, moment, unit) for s in (1, -1)))
    assert best > 1e-12 * stakes


# ----------------------------------------------------------------------------------------------- can the road fail?


def test_firms_of_another_game_disagree(aj):
    (point,) = valid_points(aj.name, "competition")[:1]
    document = aj.to_document() | {"published": [], "claims": {}}
    profit = document["definitions"]["profit"]
    document["definitions"] |= {"profit": profit | {"is": profit["is"].replace("gamma*x[i]**2/2", "gamma*x[i]**2")}}
    other = rd.Game(**document)
    assert other.definition["profit"] != aj.definition["profit"]
    assert disagreements(table_of(aj, "competition", point.parameters), point) == []
    found = disagreements(table_of(other, "competition", point.parameters), point)
    assert {line.partition(":")[0] for line in found} >= {"x", "q", "profit", "welfare"}


def test_firms_under_another_regime_disagree(aj):
    point = valid_points(aj.name, "cartel")[0]
    assert disagreements(table_of(aj, "competition", point.parameters), point)


def test_competitors_gain_where_a_cartel_has_chosen(aj):
    point = valid_points(aj.name, "cartel")[0]
    table = table_of(aj, "competition", point.parameters)
    gain, stakes = best_gain(table, levels_of(table, point.values))
    assert gain > 1e-5 * stakes
