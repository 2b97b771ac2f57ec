"""Games that are not linear-quadratic, against nested numbers, closed forms in other variables, and themselves."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from scipy.optimize import fsolve

import rdgames as rd
from rdgames.algebra.presentation import typical_point
from rdgames.algebra.program import Recorder
from rdgames.equilibrium.conditions import conditions_of
from rdgames.equilibrium.expansion import ExpandedInduction, expand
from rdgames.equilibrium.moves import moves_of
from rdgames.equilibrium.recording import replay
from rdgames.errors import IndeterminateError, NoFormulaError, NotQuadraticError
from rdgames.game.play import play

WHOLE = {"domain": "n >= 1", "integer": True}
SPILLOVER = {"domain": "0 <= beta <= 1", "index": ["firms", "firms"]}
INPUT = "x[i] + sum(beta[i, j]*x[j] for j in firms if j != i)"


def market(name: str, parameters: str, price: str, cost: str, outlay: str) -> rd.Game:
    """Return a duopoly or oligopoly with R&D, then quantities."""
    return rd.Game(
        name=name,
        parameters={**{each: f"{each} > 0" for each in parameters.split()}, "beta": SPILLOVER, "n": WHOLE},
        groups={"firms": "n"},
        stages={"research": {"actions": {"x": "firms"}}, "production": {"actions": {"q": "firms"}}},
        definitions={
            "output": "sum(q[j] for j in firms)",
            "price": price,
            "unit_cost": {"for": "i in firms", "is": cost.format(input=INPUT)},
        },
        payoffs={"firms": f"(price - unit_cost[i])*q[i] - ({outlay})"},
        regimes={"cartel": "firms choose x jointly", "merger": "firms choose x, q jointly and equally"},
    )


ISOELASTIC = market("isoelastic", "a eps c rho", "a*output**(-1/eps)", "c*(1 + {input})**(-rho)", "x[i]")
EXPONENTIAL = market(
    "exponential", "a b c kappa", "a*exp(-output/b)", "c/(1 + {input})", "kappa*x[i]**3/3 + log(1 + x[i])"
)
POINTS = {
    "isoelastic": {"a": 20, "eps": 1.5, "c": 3, "rho": 0.3, "beta": 0.5},
    "exponential": {"a": 10, "b": 3, "c": 4, "kappa": 2, "beta": 0.25},
}
PRICES: dict[str, Callable[[Any, Any], Any]] = {
    "isoelastic": lambda p, total: p["a"] * total ** (-1 / p["eps"]),
    "exponential": lambda p, total: p["a"] * np.exp(-total / p["b"]),
}
SLOPES: dict[str, Callable[[Any, Any], Any]] = {
    "isoelastic": lambda p, total: -PRICES["isoelastic"](p, total) / (p["eps"] * total),
    "exponential": lambda p, total: -PRICES["exponential"](p, total) / p["b"],
}
COSTS: dict[str, Callable[[Any, Any], Any]] = {
    "isoelastic": lambda p, inputs: p["c"] * (1 + inputs) ** -p["rho"],
    "exponential": lambda p, inputs: p["c"] / (1 + inputs),
}
OUTLAYS: dict[str, Callable[[Any, Any], Any]] = {
    "isoelastic": lambda _, x: x,
    "exponential": lambda p, x: p["kappa"] * x**3 / 3 + np.log(1 + x),
}


class Nested:
    """The same markets, firm by firm: outputs answer any research, by the textbook's conditions and SciPy."""

    def __init__(self, game: rd.Game, start: float, n: int) -> None:
        self.name, self.point, self.start, self.n = game.name, POINTS[game.name], start, n

    def price(self, total: Any) -> Any:
        return PRICES[self.name](self.point, total)

    def outputs(self, x: np.ndarray) -> np.ndarray:
        cost = COSTS[self.name](self.point, x + self.point["beta"] * (x.sum() - x))

        def marginal(q: np.ndarray) -> np.ndarray:
            return self.price(q.sum()) + SLOPES[self.name](self.point, q.sum()) * q - cost

        return fsolve(marginal, np.full(self.n, self.start), xtol=1e-12)

    def profits(self, x: np.ndarray) -> np.ndarray:
        q = self.outputs(x)
        cost = COSTS[self.name](self.point, x + self.point["beta"] * (x.sum() - x))
        return (self.price(q.sum()) - cost) * q - OUTLAYS[self.name](self.point, x)


@pytest.mark.parametrize("game", [ISOELASTIC, EXPONENTIAL], ids=lambda game: game.name)
@pytest.mark.parametrize("regime", ["competition", "cartel"])
@pytest.mark.parametrize("n", [2, 3])
def test_nested_numbers_agree(game, regime, n):
    found = rd.solve(game, regime).at(**POINTS[game.name], n=n)
    assert found.conditions["converged"].holds
    nested = Nested(game, found.values["q"], n)
    here = np.full(n, found.values["x"])
    np.testing.assert_allclose(nested.outputs(here), found.values["q"], rtol=1e-7)
    h = 1e-3 * found.values["x"]
    one, even, uneven = np.eye(n)[0], np.ones(n), np.eye(n)[0] - np.eye(n)[1]

    def worth(x: np.ndarray) -> float:
        profits = nested.profits(x)
        return profits[0] if regime == "competition" else profits.sum()

    def second(direction: np.ndarray) -> float:
        return (worth(here + h * direction) - 2 * worth(here) + worth(here - h * direction)) / h**2

    along = one if regime == "competition" else even
    assert (worth(here + h * along) - worth(here - h * along)) / (2 * h) == pytest.approx(0, abs=2e-5)
    margins = {name: verdict.margin for name, verdict in found.conditions.items()}
    if regime == "competition":
        assert -second(one) == pytest.approx(margins["second_order"], rel=2e-3)
    else:
        assert -second(even) == pytest.approx(n * margins["second_order"], rel=2e-3)
        assert -second(uneven) == pytest.approx(2 * margins["second_order_unequal"], rel=2e-3)


def test_profits_and_surplus_are_those_of_the_nested_numbers():
    point = POINTS["isoelastic"]
    found = rd.solve(ISOELASTIC, "competition").at(**point, n=2)
    x, q = found.values["x"], found.values["q"]
    cost = point["c"] * (1 + x * (1 + point["beta"])) ** -point["rho"]
    assert found.values["unit_cost"] == pytest.approx(cost, rel=1e-12)
    assert found.values["price"] == pytest.approx(point["a"] * (2 * q) ** (-1 / point["eps"]), rel=1e-12)


# -- linear-quadratic games: expanded all the same, and in other variables


@pytest.mark.parametrize(
    "model", ["daspremont-jacquemin", "vertical-spillovers", "kamien-muller-zang-bertrand", "katz-1986"]
)
def test_an_expansion_that_is_not_needed_changes_nothing(model):
    game = rd.load(model)
    domains = {parameter.name: (parameter.domain.low, parameter.domain.high) for parameter in game.parameters}
    at = {name: float(value) for name, value in typical_point(domains).items()}
    compared = 0
    for regime in game.regimes:
        closed = rd.solve(game, regime.name)
        if closed.unknowns:
            continue
        played = play(game, regime)
        for expanded in range(1, len(moves_of(played)) + 1):
            recorder = Recorder()
            try:
                induction = ExpandedInduction(played, recorder, expanded)
            except (NotQuadraticError, IndeterminateError):  # consortia; all divisions as good
                continue
            compared += 1
            outputs = {f"residual:{name}": each for name, each in induction.implicit.residuals.items()}
            outputs |= {f"margin:{c.name}": c.margin for c in conditions_of(induction)}
            outputs |= {f"value:{name}": induction.outcome(name) for name in closed.outcomes}
            point = closed.at(extrapolate=True, **{name: at[name] for name in closed.parameters})
            levels = {name: point.values[name] for name in induction.implicit.residuals}
            found = replay(recorder.program(outputs), {**at, **levels})
            scale = max(abs(value) for value in point.values.values())
            for name in induction.implicit.residuals:
                assert found[f"residual:{name}"] == pytest.approx(0, abs=1e-9 * scale)
            for name, verdict in {**point.conditions, **point.diagnostics}.items():
                if f"margin:{name}" in found and verdict.margin is not None:
                    assert found[f"margin:{name}"] == pytest.approx(verdict.margin, rel=1e-8, abs=1e-8 * scale)
            for name, value in point.values.items():
                assert found[f"value:{name}"] == pytest.approx(value, rel=1e-9, abs=1e-12 * scale)
    assert compared > 5


STAGES = {"one": "x", "two": "y", "three": "z", "four": "q"}
FOUR = (
    "(a + x[i] + y[i]/2 + z[i]/3 - sum(q[j] for j in firms) + sum(beta*x[j] for j in firms if j != i)"
    " - sum(y[j] for j in firms if j != i)/9)*q[i]"
    " - 3*x[i]**2 - 2*y[i]**2 - 2*z[i]**2 + z[i]*sum(y[j] for j in firms)/7"
)


def stages(last: int, curved: str) -> rd.Game:
    """Return a game of the ``last`` of four moves, in which exponents of some actions are chosen."""
    payoff = FOUR
    for name in "xyzq"[: 4 - last]:
        payoff = re.sub(rf"\b{name}\[[ij]\]", "1", payoff)
    for name in curved:
        payoff = re.sub(rf"\b{name}\[([ij])\]", rf"exp({name}[\1])", payoff)
    left = {stage: name for stage, name in STAGES.items() if name in "xyzq"[4 - last :]}
    return rd.Game(
        name="stages",
        parameters={"a": "a > 0", "beta": "0 <= beta <= 1", "n": WHOLE},
        groups={"firms": "n"},
        stages={stage: {"actions": {name: {"by": "firms", "signed": True}}} for stage, name in left.items()},
        payoffs={"firms": payoff},
        regimes={"cartel": f"firms choose {'y' if last == 3 else 'z'} jointly"},
    )


@pytest.mark.parametrize(("last", "curved"), [(2, "zq"), (3, "yzq"), (4, "xq")])
@pytest.mark.parametrize("regime", ["competition", "cartel"])
def test_other_names_for_the_same_choices_change_nothing(last, curved, regime):
    """Firms that choose exponents choose the same: reactions of every order, against a closed form."""
    plain, other = (rd.solve(stages(last, names), regime) for names in ("", curved))
    assert plain.unknowns == ()
    assert other.unknowns == tuple("xyzq"[4 - last :])
    for n in (1, 2, 3) if last < 4 else (3,):
        point = {"a": 10, "beta": 0.3, "n": n}
        expected, found = plain.at(**point), other.at(**point)
        slopes = {name: float(expected.values[name]) if name in curved else 1.0 for name in "xyzq"[4 - last :]}
        for name in slopes:
            value = np.exp(found.values[name]) if name in curved else found.values[name]
            assert value == pytest.approx(float(expected.values[name]), rel=1e-9)
        names = [name for name in expected.conditions if name.startswith("second_order")]
        assert len(names) >= last
        for name in names:
            moment = name.removeprefix("second_order").removeprefix("_unequal").strip("_")
            slope = slopes[STAGES[moment]] if moment else next(iter(slopes.values()))
            margin = float(expected.conditions[name].margin) * slope**2  # the second derivative by the exponent
            assert found.conditions[name].margin == pytest.approx(margin, rel=1e-7)


# -- firms that differ


def test_firms_that_need_not_differ_are_as_ever():
    game = rd.explicit(ISOELASTIC, different=["c"], n=3)
    point = POINTS["isoelastic"]
    equal = rd.solve(ISOELASTIC, "competition").at(**point, n=3)
    different = rd.solve(game, "competition")
    at = {name: point[name.split("_")[0]] for name in different.parameters}
    found = different.at(**at)
    assert found.valid
    for name in ("x", "q"):
        for place in "123":
            assert found.values[f"{name}_{place}"] == pytest.approx(equal.values[name], rel=1e-9)


def test_the_better_firm_does_more():
    game = rd.explicit(ISOELASTIC, different=["c"], n=2)
    equilibrium = rd.solve(game, "competition")
    at = {name: POINTS["isoelastic"][name.split("_")[0]] for name in equilibrium.parameters} | {"c_1": 3.1}
    values = equilibrium.at(**at).values
    assert values["q_1"] < values["q_2"]
    assert values["x_1"] < values["x_2"]


# -- in batches, and where there is nothing to find


def test_a_sweep_finds_what_single_points_find():
    axes = {"rho": np.linspace(0.05, 0.3, 6), "beta": np.linspace(0, 1, 5)}
    fixed = {"a": 20, "eps": 1.5, "c": 4, "n": 3}
    ds = rd.sweep(ISOELASTIC, ["competition", "cartel"], **fixed, **axes)
    assert 0 < int(ds["valid"].sum()) < ds["valid"].size
    meanings = ds["failed_condition"].attrs["flag_meanings"].split()
    for regime in ("competition", "cartel"):
        equilibrium = rd.solve(ISOELASTIC, regime)
        for rho in axes["rho"]:
            for beta in axes["beta"]:
                point = equilibrium.at(**fixed, rho=rho, beta=beta)
                here = ds.sel(regime=regime, rho=rho, beta=beta)
                assert bool(here["valid"]) is point.valid
                if point.valid:
                    assert float(here["x"]) == pytest.approx(point.values["x"], rel=1e-9)
                    assert float(here["profit"] if "profit" in ds else here["q"]) > 0
                else:
                    assert meanings[int(here["failed_condition"])] == point.failed[0]


def test_what_has_no_interior_equilibrium_is_not_converged():
    found = rd.solve(ISOELASTIC, "competition").at(**{**POINTS["isoelastic"], "rho": 0.01, "n": 3})
    assert found.failed[0] == "converged"
    assert set(found.values.values()) == {None}


def test_a_history_cannot_be_followed_with_rules_that_hold_nearby_only():
    with pytest.raises(NoFormulaError, match="no closed form"):
        rd.solve(ISOELASTIC, "competition").given({"x": [1, 2]}, **POINTS["isoelastic"], n=2)


def test_no_more_is_expanded_than_must_be():
    """A technology of a later move leaves the linear-quadratic market behind it in closed form."""
    document = market("late", "a c", "a - output", "c - sqrt(1 + {input})", "x[i]**2").to_document()
    document["stages"] = {"entry": {"actions": {"e": "firms"}}, **document["stages"]}
    document["payoffs"]["firms"] += " - (e[i] - 1)**2 + e[i]*x[i]/5"
    game = rd.Game(**document)
    assert expand(play(game, game.regime("competition")), Recorder()).field.expanded == {"e", "x"}
    assert rd.solve(game, "competition").at(a=20, c=5, beta=0.2, n=2).valid


def test_dasgupta_and_stiglitz_have_a_closed_form_all_the_same():
    """Dasgupta and Stiglitz 1980, Economic Journal 90:266-293: demand s*Q**-e, unit cost k*x**-b, chosen at once.

    Their two conditions are p*(1 - e/n) = k*x**-b and k*b*x**(-b - 1)*Q/n = 1.
    """
    game = rd.Game(
        name="dasgupta-stiglitz",
        parameters={**{name: f"{name} > 0" for name in "sekb"}, "n": WHOLE},
        groups={"firms": "n"},
        stages={"market": {"actions": {"x": "firms", "q": "firms"}}},
        definitions={"output": "sum(q[j] for j in firms)"},
        payoffs={"firms": "(s*output**(-e) - k*x[i]**(-b))*q[i] - x[i]"},
    )
    s, e, k, b = 10.0, 0.6, 2.0, 0.4
    for n in (1, 2, 3):
        found = rd.solve(game).at(s=s, e=e, k=k, b=b, n=n)
        x = ((k / s) * (n / (k * b)) ** e / (1 - e / n)) ** (1 / (b - e * (1 + b)))
        assert found.values["x"] == pytest.approx(x, rel=1e-9)
        assert found.values["q"] == pytest.approx(x ** (1 + b) / (k * b), rel=1e-9)
        assert found.conditions["second_order_1"].holds
        assert found.conditions["second_order_2"].holds
