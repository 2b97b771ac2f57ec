"""The closed forms, conditions, propositions and numbers of CATALOGUE.md section 1, as identities with n a symbol."""

from fractions import Fraction

import pytest
import sympy as sp

from .algebra import (
    HIGH_SPILLOVER,
    LOW_SPILLOVER,
    SLACK,
    D,
    T,
    a,
    b,
    beta,
    c,
    gamma,
    h,
    k,
    n,
    positive,
    s,
    same,
    same_sign,
)
from .points import REGIMES, formula, solved

JOINT_VENTURES = ("rjv-competition", "rjv-cartel")

# 1.3, the table. q is output per firm; M and FB are given there as industry output.
CLOSED_FORMS = {
    ("competition", "x"): 2 * s * T / (D - 2 * s * k),
    ("competition", "q"): gamma * (n + 1) * T / (D - 2 * s * k),
    ("competition", "profit"): gamma * T**2 * (D - 2 * s**2) / (D - 2 * s * k) ** 2,
    ("cartel", "x"): 2 * k * T / (D - 2 * k**2),
    ("cartel", "q"): gamma * (n + 1) * T / (D - 2 * k**2),
    ("cartel", "profit"): gamma * T**2 / (D - 2 * k**2),
    ("rjv-competition", "x"): 2 * T / (D - 2 * n),
    ("rjv-competition", "q"): gamma * (n + 1) * T / (D - 2 * n),
    ("rjv-competition", "profit"): gamma * T**2 * (D - 2) / (D - 2 * n) ** 2,
    ("rjv-cartel", "x"): 2 * n * T / (D - 2 * n**2),
    ("rjv-cartel", "q"): gamma * (n + 1) * T / (D - 2 * n**2),
    ("rjv-cartel", "profit"): gamma * T**2 / (D - 2 * n**2),
    ("second-best", "x"): (n + 2) * k * T / (D - (n + 2) * k**2),
    ("second-best", "q"): gamma * (n + 1) * T / (D - (n + 2) * k**2),
    ("second-best", "welfare"): n * (n + 2) * gamma * T**2 / (2 * (D - (n + 2) * k**2)),
    ("merger", "x"): k * T / (2 * b * gamma * n - k**2),
    ("merger", "output"): n * gamma * T / (2 * b * gamma * n - k**2),
    ("merger", "industry_profit"): n * gamma * T**2 / (2 * (2 * b * gamma * n - k**2)),
    ("first-best", "x"): k * T / (b * gamma * n - k**2),
    ("first-best", "output"): n * gamma * T / (b * gamma * n - k**2),
    ("first-best", "welfare"): n * gamma * T**2 / (2 * (b * gamma * n - k**2)),
    # P13
    ("open-loop", "x"): T / (b * gamma * (n + 1) - k),
}

_STEEP = sp.Rational(9, 2) * b * gamma

# 1.3, as d'Aspremont and Jacquemin print them for two firms.
PUBLISHED_FOR_TWO = {
    ("competition", "x"): T * (2 - beta) / (_STEEP - (2 - beta) * (1 + beta)),
    ("cartel", "x"): T * (1 + beta) / (_STEEP - (1 + beta) ** 2),
    ("merger", "x"): T * (1 + beta) / (4 * b * gamma - (1 + beta) ** 2),
    ("first-best", "x"): T * (1 + beta) / (2 * b * gamma - (1 + beta) ** 2),
    ("competition", "output"): 2 * T / (3 * b) * _STEEP / (_STEEP - (2 - beta) * (1 + beta)),
    ("cartel", "output"): 2 * T / (3 * b) * _STEEP / (_STEEP - (1 + beta) ** 2),
    ("merger", "output"): T / (2 * b) * 4 * b * gamma / (4 * b * gamma - (1 + beta) ** 2),
    ("first-best", "output"): T / b * 2 * b * gamma / (2 * b * gamma - (1 + beta) ** 2),
}

# 1.4: the condition holds where this is positive.
CONDITIONS = {
    ("competition", "second_order"): D - 2 * s**2,
    ("competition", "existence"): D - 2 * s * k,
    ("competition", "gradient_stability"): b * gamma * (n + 1) - 2 * s * (1 - beta),
    ("cartel", "second_order"): D - 2 * k**2,
    ("cartel", "second_order_unequal"): b * gamma - 2 * (1 - beta) ** 2,
    ("rjv-competition", "second_order"): D - 2,
    ("rjv-competition", "existence"): D - 2 * n,
    ("rjv-cartel", "second_order"): D - 2 * n**2,
    ("second-best", "second_order"): D - (n + 2) * k**2,
    ("merger", "second_order"): 2 * b * gamma * n - k**2,
    ("first-best", "second_order"): b * gamma * n - k**2,
    # derived by hand: own Hessian [[-gamma, 1], [1, -2b]], equal and unequal changes of everybody's (x, q)
    ("open-loop", "second_order_2"): 2 * b * gamma - 1,
    ("open-loop", "existence"): b * gamma * (n + 1) - k,
    ("open-loop", "gradient_stability_2"): b * gamma - (1 - beta),
}


def difference(outcome, better, worse):
    """By how much an outcome is higher under one regime than under another."""
    return sp.together(formula(better, outcome) - formula(worse, outcome))


def for_two(expression, **values):
    """The expression for two firms, b = 1 and a - c = 1, and for further values."""
    common = {n: 2, b: 1, a: 2, c: 1}
    return sp.together(expression.subs(common).subs({sp.Symbol(name): value for name, value in values.items()}))


# ------------------------------------------------------------------------------------------- closed forms


@pytest.mark.parametrize(("regime", "outcome"), CLOSED_FORMS)
def test_closed_form(regime, outcome):
    assert same(formula(regime, outcome), CLOSED_FORMS[regime, outcome])


@pytest.mark.parametrize(("regime", "outcome"), PUBLISHED_FOR_TWO)
def test_published_form_for_two_firms(regime, outcome):
    assert same(formula(regime, outcome).subs(n, 2), PUBLISHED_FOR_TWO[regime, outcome])


@pytest.mark.parametrize("regime", [r for r in REGIMES if r not in ("merger", "first-best", "open-loop")])
def test_profit_of_a_cournot_firm_is_b_times_its_output_squared_less_its_rd(regime):
    assert same(formula(regime, "profit"), b * formula(regime, "q") ** 2 - gamma * formula(regime, "x") ** 2 / 2)


@pytest.mark.parametrize("regime", REGIMES)
def test_consumer_surplus_is_half_the_slope_times_output_squared(regime):
    assert same(formula(regime, "consumer_surplus"), b * formula(regime, "output") ** 2 / 2)


@pytest.mark.parametrize("regime", [r for r in REGIMES if r not in ("merger", "first-best")])
def test_welfare_at_common_rd(regime):
    q, x = formula(regime, "q"), formula(regime, "x")
    assert same(formula(regime, "welfare"), n * (n + 2) * b * q**2 / 2 - n * gamma * x**2 / 2)


def test_decision_rule_of_a_cournot_firm_after_unequal_rd():
    # exact: q_i = (T + s*x_i + h*(R&D of all others))/(b*(n + 1))
    x = [Fraction(7, 2), Fraction(0), Fraction(11, 3), Fraction(5)]
    spillover, slope = Fraction(2, 7), Fraction(3, 2)
    outputs = solved("competition").given({"x": x}, a=100, b=slope, c=60, n=4, beta=spillover, gamma=5).values["q"]
    own, other = 4 - 3 * spillover, 2 * spillover - 1
    assert outputs == [(40 + own * own_x + other * (sum(x) - own_x)) / (slope * 5) for own_x in x]


# --------------------------------------------------------------------------------------------- conditions


@pytest.mark.parametrize(("regime", "condition"), CONDITIONS)
def test_condition_is_that_of_the_catalogue(regime, condition):
    margin = solved(regime).conditions[condition].margin
    assert positive(margin / CONDITIONS[regime, condition])
    assert solved(regime).conditions[condition].strict


@pytest.mark.parametrize("regime", REGIMES)
def test_unit_cost_is_what_rd_leaves_of_it(regime):
    reach = n if regime in JOINT_VENTURES else k
    margin = solved(regime).conditions["nonnegative_unit_cost"].margin
    assert same(margin, c - reach * formula(regime, "x"))


def test_best_replies_converge_where_the_catalogue_says():
    # 1 - ((n - 1)*r)**2 is the product of the two bounds, for beta below and above 1/2
    slope = 2 * s * h / (D - 2 * s**2)
    margin = solved("competition").diagnostics["best_reply_stability"].margin
    assert same(margin, 1 - ((n - 1) * slope) ** 2)
    below_half, above_half = D - 2 * s * (2 * n - 1 - 3 * (n - 1) * beta), D - 2 * s * k
    assert same(margin * (D - 2 * s**2) ** 2, below_half * above_half)


def test_henriques_conditions_and_her_two_numbers():
    margin = solved("competition").diagnostics["best_reply_stability"].margin.subs(n, 2)
    hers = (3 * b * gamma - 2 * (2 - beta) * (1 - beta)) * (9 * b * gamma - 2 * (2 - beta) * (1 + beta))
    assert same(margin * (9 * b * gamma - 2 * (2 - beta) ** 2) ** 2 / 3, hers)
    thresholds = [root for root in sp.real_roots(sp.numer(for_two(margin, gamma=1)), beta) if 0 <= root < 0.5]
    assert thresholds == [(3 - sp.sqrt(7)) / 2]
    assert float(thresholds[0]) == pytest.approx(0.177124344467705, abs=1e-15)
    equal_rd = sp.solve(sp.numer(sp.cancel(difference("x", "merger", "competition").subs(n, 2))), beta)
    assert equal_rd == [sp.Rational(7, 17)]


# ------------------------------------------------------------------------------------------- propositions

_N, _C, _SB = D - 2 * s * k, D - 2 * k**2, D - (n + 2) * k**2
_M, _FB = 2 * b * gamma * n - k**2, b * gamma * n - k**2


@pytest.mark.parametrize("outcome", ["x", "output"])
def test_p1_a_cartel_does_more_exactly_where_spillovers_exceed_one_half(outcome):
    assert same_sign(difference(outcome, "cartel", "competition"), h, _N, _C)


def test_p2_a_cartel_never_earns_less_and_earns_the_same_only_at_one_half():
    assert same_sign(difference("profit", "cartel", "competition"), h**2, _C, _N**2)


@pytest.mark.parametrize(
    ("spillover", "steeper_than"), [(LOW_SPILLOVER, 2 * s**2), (HIGH_SPILLOVER, 2 * k**2)], ids=["below", "above"]
)
def test_p3_a_cartel_yields_more_welfare_exactly_where_spillovers_exceed_one_half(spillover, steeper_than):
    # a proof for every n >= 2: below one half the own second-order condition of rivals binds, above that of the cartel
    # units in which b = 1 and a - c = 1 lose nothing (test_limits.py) and keep the expansion short
    units = {b: 1, a: 1, c: 0}
    gain = difference("welfare", "cartel", "competition").subs(units)
    sign = sp.cancel(gain * (_N**2 * _C**2).subs(units) / h)
    # nothing else is left below the fraction line; otherwise the expansion that follows would not end
    assert sp.denom(sign).is_number
    assert positive(sign.subs(gamma, (steeper_than + SLACK) / (n + 1) ** 2), spillover)


def test_p4_first_best_beats_merger_beats_cartel_in_rd():
    assert positive(difference("x", "first-best", "merger") * _FB * _M)
    # for n > 1; a single firm is its own cartel
    assert same_sign(difference("x", "merger", "cartel"), n - 1, _M, _C)


def test_p5_merged_duopolists_do_more_rd_than_rivals_exactly_above_seven_seventeenths():
    gap = difference("x", "merger", "competition").subs(n, 2)
    assert same_sign(gap, 17 * beta - 7, _M.subs(n, 2), _N.subs(n, 2))


def test_p6_when_merged_duopolists_produce_less():
    merged = _M.subs(n, 2)
    below_cartel = difference("output", "cartel", "merger").subs(n, 2)
    assert same_sign(below_cartel, 3 * b * gamma - (1 + beta) ** 2, merged, _C.subs(n, 2))
    below_rivals = difference("output", "competition", "merger").subs(n, 2)
    assert same_sign(below_rivals, 3 * b * gamma - (1 + beta) * (5 * beta - 1), merged, _N.subs(n, 2))


def test_p6_the_published_ordering_fails_at_high_spillovers():
    values = {regime: solved(regime).at(a=20, b=1, c=19, n=2, beta="9/10", gamma="11/5") for regime in REGIMES}
    assert all(values[regime].valid for regime in ("competition", "merger", "first-best"))
    assert values["merger"].values["output"] > values["competition"].values["output"]


def test_p7_cartels_fall_short_of_the_second_best_and_rivals_may_overshoot():
    assert positive(difference("x", "second-best", "cartel") * _SB * _C)
    overshoot = (n - 2) - beta * (n - 1) * (n + 4)
    assert same_sign(difference("x", "competition", "second-best"), overshoot, _N, _SB)
    first_best_overshoot = 2 * n * s - (n + 1) ** 2 * k
    assert same_sign(difference("x", "competition", "first-best"), first_best_overshoot, _N, _FB)
    assert same(difference("x", "competition", "second-best").subs({n: 2, beta: 0}), 0)


def test_p8_effective_rd_of_rivals_peaks_at_one_half():
    effective = sp.diff(formula("competition", "effective_rd"), beta)
    assert same_sign(effective, (n - 1) * -h, _N**2)
    own = sp.diff(formula("competition", "x"), beta)
    assert same_sign(own, (n - 1) * (2 * s**2 - D), _N**2)


def test_p9_sharing_alone_never_raises_effective_rd():
    lost = difference("effective_rd", "competition", "rjv-competition")
    assert same_sign(lost, beta * (1 - beta) * (n - 1) ** 2, _N, D - 2 * n)


def test_p11_when_duopolists_would_rather_do_no_rd():
    idle = T**2 / (9 * b)
    gap = sp.together(formula("competition", "profit").subs(n, 2) - idle)
    hers = 27 * b * gamma * beta - 2 * (2 - beta) * (1 + beta) ** 2
    assert same_sign(gap, hers, _N.subs(n, 2) ** 2)


def test_p13_rivals_do_strategic_rd_exactly_below_one_half():
    assert same_sign(difference("x", "competition", "open-loop"), (n - 1) * -h, _N, b * gamma * (n + 1) - k)


# P10: below this spillover a joint venture of rivals yields more welfare, for two firms and b = 1
JOINT_VENTURE_BEATS = {
    ("competition", 2): 0.519881543971699,
    ("competition", 3): 0.548140892740987,
    ("competition", 5): 0.569582585871044,
    ("competition", 10): 0.585040576434212,
    ("competition", sp.oo): 0.6,
    ("cartel", 2): 0.505192562914888,
    ("cartel", 3): 0.512812016531833,
    ("cartel", 5): 0.518780643070853,
    ("cartel", 10): 0.523183952226452,
    ("cartel", sp.oo): float(sp.sqrt(sp.Rational(7, 3)) - 1),
}


@pytest.mark.parametrize(("rival", "steepness"), JOINT_VENTURE_BEATS)
def test_p10_spillover_below_which_a_joint_venture_of_rivals_yields_more_welfare(rival, steepness):
    gain = for_two(difference("welfare", "rjv-competition", rival))
    if steepness is sp.oo:
        # as R&D becomes ever more costly only the leading power of gamma in the numerator counts
        polynomial = sp.LC(sp.numer(gain), gamma)
        at_one_half = polynomial / sp.LC(sp.denom(gain), gamma)
    else:
        at_one_half = gain.subs(gamma, steepness)
        polynomial = sp.numer(sp.together(at_one_half))
    inside = [root for root in sp.real_roots(sp.Poly(polynomial, beta)) if 0 < root < 1]
    assert len(inside) == 1
    assert float(inside[0]) == pytest.approx(JOINT_VENTURE_BEATS[rival, steepness], abs=1e-12)
    assert at_one_half.subs(beta, sp.Rational(1, 2)) > 0


# ------------------------------------------------------------------------------------------ printed numbers


def one_laboratory(steepness):
    """Exact outcomes when one of two firms does all the R&D, at the interior optimum of CATALOGUE 1.6."""
    steepness = Fraction(steepness)
    x = 2 / (9 * steepness - 10)
    market = {"a": 2, "b": 1, "c": 1, "n": 2, "beta": 0, "gamma": steepness}
    after = solved("cartel").given({"x": [x, 0]}, **market)
    return x, after.values, {regime: solved(regime).at(**market).values for regime in ("cartel", "competition")}


def test_salant_shaffer_numbers():
    x, specialized, equal = one_laboratory("3/2")
    assert x == Fraction(4, 7)
    assert specialized["industry_profit"] == Fraction(2, 7)
    assert float(equal["cartel"]["industry_profit"]) == pytest.approx(0.260870, abs=5e-7)
    assert float(specialized["welfare"]) == pytest.approx(0.653061, abs=5e-7)
    assert float(equal["competition"]["welfare"]) == pytest.approx(0.631579, abs=5e-7)


def test_salant_shaffer_welfare_falls_where_rd_is_steeper():
    _, specialized, equal = one_laboratory("9/5")
    assert specialized["industry_profit"] > equal["cartel"]["industry_profit"]
    assert float(specialized["welfare"]) == pytest.approx(0.557752, abs=5e-7)
    assert float(equal["competition"]["welfare"]) == pytest.approx(0.590164, abs=5e-7)


# Peppall, Richards and Norman, table 20.3: profits when each firm does 7.5 (L) or 10 (H)
TEXTBOOK_PROFITS = [
    ("competition", "1/4", (7.5, 7.5), (107.31, 107.31)),
    ("competition", "1/4", (10, 7.5), (110.50, 100.54)),
    ("competition", "1/4", (10, 10), (103.13, 103.13)),
    ("competition", "3/4", (7.5, 7.5), (128.67, 128.67)),
    ("competition", "3/4", (10, 7.5), (125.78, 136.13)),
    ("competition", "3/4", (10, 10), (133.68, 133.68)),
    ("rjv-competition", "1/4", (10, 10), (150, 150)),
    ("rjv-competition", "1/4", (7.5, 7.5), (139.93, 139.93)),
]


@pytest.mark.parametrize(("regime", "spillover", "rd", "profits"), TEXTBOOK_PROFITS)
def test_textbook_payoffs(regime, spillover, rd, profits):
    history = {"x": [Fraction(level) for level in rd]}
    after = solved(regime).given(history, a=100, b=2, c=60, n=2, beta=spillover, gamma=1)
    assert [float(profit) for profit in after.values["profit"]] == pytest.approx(profits, abs=0.005)
