"""Games of other papers, and of none: the engine knows no model, so it must get them all right.

Every formula here is derived by hand, next to the game; equality is that of rational functions, for all parameters.
"""

from fractions import Fraction
from types import SimpleNamespace

import pytest

import rdgames as rd
from rdgames.algebra.rational import Ring
from rdgames.errors import (
    DerivationError,
    IndeterminateError,
    ModelError,
    NoFormulaError,
    NotConcaveError,
)

WHOLE = {"domain": "n >= 1", "integer": True}


def game(name, parameters, **tables):
    return rd.Game(
        name=name, parameters={one: f"{one} > 0" for one in parameters.split()} | tables.pop("others", {}), **tables
    )


def check(equilibrium, expected):
    """Outcomes are what the hand has derived; ``expected`` makes them from the parameters."""
    ring = Ring(equilibrium.game.parameter)
    parameters = SimpleNamespace(**{name: ring.parameter(name) for name in ring.names})
    for outcome, formula in expected(parameters).items():
        assert equilibrium.exact(outcome) == formula, outcome


# -- Cournot, for any number of firms: price a - bQ, cost cq + dq²/2


COURNOT = game(
    "cournot",
    "a b c d",
    others={"n": WHOLE},
    groups={"firms": "n"},
    stages={"market": {"actions": {"q": "firms"}}},
    definitions={
        "output": "sum(q[j] for j in firms)",
        "price": "a - b*output",
        "profit": "(price - c)*q[i] - d*q[i]**2/2",
        "consumer_surplus": "b*output**2/2",
        "welfare": "sum(profit[j] for j in firms) + consumer_surplus",
    },
    payoffs={"firms": "profit[i]"},
)


def test_cournot():
    # a - c - bQ - bq - dq = 0
    def expected(p):
        q = (p.a - p.c) / (p.b * (p.n + 1) + p.d)
        return {"q": q, "output": p.n * q, "price": p.a - p.b * p.n * q, "profit": (p.b + p.d / 2) * q * q}

    check(rd.solve(COURNOT), expected)


@pytest.mark.parametrize("adverbs", ["jointly", "jointly and equally"])
def test_a_cartel_of_everybody(adverbs):
    # a - c - 2bQ - dq = 0; with rising marginal cost the equal division is also the best
    check(rd.solve(COURNOT, f"firms choose q {adverbs}"), lambda p: {"q": (p.a - p.c) / (2 * p.b * p.n + p.d)})


@pytest.mark.parametrize("adverbs", ["", "equally"])
def test_a_planner(adverbs):
    # price = marginal cost: a - bQ = c + dq
    check(
        rd.solve(COURNOT, f"planner chooses q {adverbs} for welfare"), lambda p: {"q": (p.a - p.c) / (p.b * p.n + p.d)}
    )


def test_managers_paid_for_something_else():
    # Each maximizes its own objective, here the same for all: market revenue pQ; a - 2bQ = 0
    revenue = rd.solve(COURNOT, "firms choose q jointly and equally for price*output")
    check(revenue, lambda p: {"output": p.a / (2 * p.b)})


def test_sums_of_squares_in_the_objective_of_a_planner():
    # a - bQ - (s + d)q = 0, where the planner also dislikes size, s of it squared
    dislike = "planner chooses q for a*output - b*output**2/2 - c*output - (d + 3)*sum(q[j]**2 for j in firms)/2"
    check(rd.solve(COURNOT, dislike), lambda p: {"q": (p.a - p.c) / (p.b * p.n + p.d + 3)})


def test_products_over_pairs_are_totals_and_squares():
    # sum over pairs of q_j*q_k = (Q² - sum q²)/2: a - (Q - q) - 2q = 0
    pairs = "sum(q[j]*sum(q[k] for k in firms if k != j) for j in firms)/2"
    chosen = rd.solve(COURNOT, f"planner chooses q for a*output - {pairs} - sum(q[j]**2 for j in firms)")
    check(chosen, lambda p: {"q": p.a / (p.n + 1)})


def test_a_number_of_firms_is_as_good_as_a_symbol():
    document = COURNOT.to_document()
    document["groups"] = {"firms": 3}
    del document["parameters"]["n"]
    three, many = rd.solve(rd.Game(**document)), rd.solve(COURNOT)
    point = {"a": 10, "b": "1/2", "c": 1, "d": 2}
    assert three.at(**point).values == many.at(**point, n=3).values
    assert three.at(**point).conditions.keys() == many.at(**point, n=3).conditions.keys()


def test_costs_may_belong_to_players():
    document = COURNOT.to_document()
    document["parameters"]["c"] = {"domain": "c > 0", "index": ["firms"]}
    document["definitions"]["profit"] = "(price - c[i])*q[i] - d*q[i]**2/2"
    check(rd.solve(rd.Game(**document)), lambda p: {"q": (p.a - p.c) / (p.b * (p.n + 1) + p.d)})


# -- Bertrand with differentiated goods: p_i = a - q_i - s*(sum of the other q), solved for q


BERTRAND = game(
    "bertrand",
    "a c",
    others={"s": "0 < s < 1", "n": WHOLE},
    groups={"firms": "n"},
    stages={"market": {"actions": {"p": "firms"}}},
    definitions={
        "demand": "(a*(1 - s) - (1 + (n - 2)*s)*p[i] + s*sum(p[j] for j in firms if j != i))/((1 - s)*(1 + (n - 1)*s))",
        "profit": "(p[i] - c)*demand[i]",
    },
    payoffs={"firms": "profit[i]"},
    regimes={"cartel": "firms choose p jointly"},
)


def test_bertrand():
    # a(1 - s) - (1 + (n - 2)s)(2p - c) + (n - 1)sp = 0
    def expected(m):
        p = (m.a * (1 - m.s) + (1 + (m.n - 2) * m.s) * m.c) / (2 + (m.n - 3) * m.s)
        return {"p": p, "demand": (m.a - p) / (1 + (m.n - 1) * m.s)}

    check(rd.solve(BERTRAND), expected)


def test_a_price_cartel_charges_what_a_monopolist_would():
    check(rd.solve(BERTRAND, "cartel"), lambda m: {"p": (m.a + m.c) / 2})


# -- leaders and followers: two groups, one after the other


STACKELBERG = game(
    "stackelberg",
    "a b c",
    others={name: {"domain": f"{name} >= 1", "integer": True} for name in ("m", "k")},
    groups={"leaders": "m", "followers": "k"},
    stages={"first": {"actions": {"x": "leaders"}}, "second": {"actions": {"y": "followers"}}},
    definitions={"price": "a - b*sum(x[j] for j in leaders) - b*sum(y[j] for j in followers)"},
    payoffs={"leaders": "(price - c)*x[i]", "followers": "(price - c)*y[i]"},
)


def test_leaders_and_followers():
    # followers: y = (a - c - bX)/(b(k + 1)), so leaders see the price a' - b'X, both divided by k + 1
    def expected(p):
        x = (p.a - p.c) / (p.b * (p.m + 1))
        return {"x": x, "y": x / (p.k + 1), "price": p.c + p.b * x / (p.k + 1)}

    check(rd.solve(STACKELBERG), expected)


def test_leaders_who_cannot_commit():
    together = rd.solve(STACKELBERG, "leaders, followers choose x, y simultaneously")
    check(together, lambda p: dict.fromkeys(("x", "y"), (p.a - p.c) / (p.b * (p.m + p.k + 1))))


def test_two_clauses_are_two_moments():
    apart = rd.solve(STACKELBERG, "leaders choose x simultaneously; followers choose y simultaneously")
    check(apart, lambda p: {"x": (p.a - p.c) / (p.b * (p.m + 1))})


def test_leaders_who_collude():
    colluding = rd.solve(STACKELBERG, "leaders choose x jointly and equally")
    check(colluding, lambda p: {"x": (p.a - p.c) / (2 * p.b * p.m), "y": (p.a - p.c) / (2 * p.b * (p.k + 1))})


def test_followers_who_collude():
    colluding = rd.solve(STACKELBERG, "followers choose y jointly and equally")
    check(colluding, lambda p: {"x": (p.a - p.c) / (p.b * (p.m + 1)), "y": (p.a - p.c) / (2 * p.b * p.k * (p.m + 1))})


# -- k of n firms merge (Salant, Switzer and Reynolds 1983): one group split in two


MERGER = game(
    "merger",
    "a b c",
    others={name: {"domain": f"{name} >= 1", "integer": True} for name in ("k", "m")},
    groups={"insiders": "k", "outsiders": "m"},
    stages={"market": {"actions": {"x": "insiders", "y": "outsiders"}}},
    definitions={
        "price": "a - b*sum(x[j] for j in insiders) - b*sum(y[j] for j in outsiders)",
        "inside": {"for": "i in insiders", "is": "(price - c)*x[i]"},
        "outside": {"for": "i in outsiders", "is": "(price - c)*y[i]"},
    },
    payoffs={"insiders": "inside[i]", "outsiders": "outside[i]"},
    regimes={"merger": "insiders choose x jointly and equally"},
)


def test_a_merger_of_k_firms_is_one_firm_among_the_others():
    def expected(p):
        share = (p.a - p.c) / (p.b * (p.m + 2))
        return {"x": share / p.k, "y": share, "inside": p.b * share * share / p.k, "outside": p.b * share * share}

    check(rd.solve(MERGER, "merger"), expected)
    check(rd.solve(MERGER), lambda p: dict.fromkeys("xy", (p.a - p.c) / (p.b * (p.k + p.m + 1))))


def test_mergers_pay_from_four_fifths_of_the_market_on():
    def gains(n, k):
        point = {"a": 10, "b": 1, "c": 1, "m": n - k, "k": k}
        return rd.solve(MERGER, "merger").at(**point).values["inside"] > rd.solve(MERGER).at(**point).values["inside"]

    assert [gains(5, k) for k in (2, 3, 4)] == [False, False, False]  # at 80 per cent just not
    assert [gains(6, k) for k in (3, 4, 5)] == [False, False, True]


# -- a chain: one supplier names the price of an input, any number of buyers compete


CHAIN = game(
    "chain",
    "a b c e",
    others={"n": WHOLE},
    groups={"supplier": 1, "buyers": "n"},
    stages={"input": {"actions": {"w": "supplier"}}, "market": {"actions": {"q": "buyers"}}},
    definitions={
        "input_price": "sum(w[s] for s in supplier)",
        "output": "sum(q[j] for j in buyers)",
        "price": "a - b*output",
        "profit_u": {"for": "s in supplier", "is": "(w[s] - e)*output"},
        "profit_d": {"for": "i in buyers", "is": "(price - input_price - c)*q[i]"},
    },
    payoffs={"supplier": "profit_u[i]", "buyers": "profit_d[i]"},
)


def test_double_marginalization():
    # buyers: q = (a - c - w)/(b(n + 1)); the supplier maximizes (w - e)(a - c - w)
    def expected(p):
        q = (p.a - p.c - p.e) / (2 * p.b * (p.n + 1))
        return {
            "w": (p.a - p.c + p.e) / 2,
            "q": q,
            "profit_d": p.b * q * q,
            "profit_u": (p.a - p.c - p.e) ** 2 * p.n / (4 * p.b * (p.n + 1)),
        }

    check(rd.solve(CHAIN), expected)


def test_a_planner_over_the_price_of_the_input_only():
    # consumers want output (a - c - e)n/(b(n + 1)) and more; a planner who minds prices only pays the buyers:
    # at welfare bQ²/2 + (p - c - e)Q the price must be c + e, so w = e - bq
    welfare = "b*output**2/2 + (price - c - e)*output"
    check(
        rd.solve(CHAIN, f"planner chooses w equally for {welfare}"),
        lambda p: {"output": (p.a - p.c - p.e) / p.b, "w": p.e - (p.a - p.c - p.e) / p.n},
    )


def test_successive_oligopoly_with_the_inverse_demand_for_the_input():
    # upstream firms choose quantities at the price w = a - c - b(n_d + 1)/n_d*X, at which the market clears
    oligopoly = game(
        "successive",
        "a b c e",
        others={name: {"domain": f"{name} >= 1", "integer": True} for name in ("m", "n")},
        groups={"suppliers": "m", "buyers": "n"},
        stages={"input": {"actions": {"x": "suppliers"}}, "market": {"actions": {"q": "buyers"}}},
        definitions={
            "input_price": "a - c - b*(n + 1)/n*sum(x[s] for s in suppliers)",
            "price": "a - b*sum(q[j] for j in buyers)",
        },
        payoffs={"suppliers": "(input_price - e)*x[i]", "buyers": "(price - input_price - c)*q[i]"},
    )

    def expected(p):
        x = (p.a - p.c - p.e) * p.n / (p.b * (p.n + 1) * (p.m + 1))
        return {"x": x, "q": p.m * x / p.n}  # the market for the input clears

    check(rd.solve(oligopoly), expected)


# -- capacity first, output later, at a cost of straying from capacity


CAPACITY = game(
    "capacity",
    "a b d r",
    others={"n": WHOLE},
    groups={"firms": "n"},
    stages={"capacity": {"actions": {"k": "firms"}}, "market": {"actions": {"q": "firms"}}},
    definitions={"price": "a - b*sum(q[j] for j in firms)"},
    payoffs={"firms": "price*q[i] - d*(q[i] - k[i])**2/2 - r*k[i]"},
)


def test_capacity_before_output():
    # a - bQ - bq - d(q - k) = 0, so q = (a + dk)/D with D = b(n + 1) + d if all choose the same;
    # one firm's capacity moves the output of the others by -bd(n - 1)/(D(b + d)), which is worth b²d(n - 1)q/(D(b + d))
    def expected(p):
        big = p.b * (p.n + 1) + p.d
        one = 1 + p.b * p.b * (p.n - 1) / (big * (p.b + p.d))
        k = (p.a * one / big - p.r / p.d) / (1 - p.d * one / big)
        return {"k": k, "q": (p.a + p.d * k) / big}

    check(rd.solve(CAPACITY), expected)


def test_capacity_and_output_at_once():
    # no strategic effect: d(q - k) = r and a - b(n + 1)q = d(q - k)
    def expected(p):
        q = (p.a - p.r) / (p.b * (p.n + 1))
        return {"q": q, "k": q - p.r / p.d}

    check(rd.solve(CAPACITY, "firms choose k, q simultaneously"), expected)


# -- three stages: quality, R&D, output


THREE = game(
    "three-stages",
    "a b c g h",
    others={"n": WHOLE},
    groups={"firms": "n"},
    stages={
        "quality": {"actions": {"z": "firms"}},
        "research": {"actions": {"x": "firms"}},
        "market": {"actions": {"q": "firms"}},
    },
    definitions={
        "margin": "a + z[i] - c + x[i] - b*sum(q[j] for j in firms)",
        "profit": "margin[i]*q[i] - g*x[i]**2/2 - h*z[i]**2/2",
    },
    payoffs={"firms": "profit[i]"},
)


def three(p):
    """Cournot gives (n + 1)bq_i = (n + 1)A_i - sum A in the margins A_i = a - c + z_i + x_i, and profit bq² - gx²/2.

    R&D: x = ux with u = 2n/(g(n + 1)) times q. So q_i(b - u) = B_i - b*sum B/((n + 1)b - u) with B_i = a - c + z_i,
    which moves with z_i at the rate v = (nb - u)/(((n + 1)b - u)(b - u)). Quality: z = w times q.
    """
    u = 2 * p.n / (p.g * (p.n + 1))
    v = (p.n * p.b - u) / (((p.n + 1) * p.b - u) * (p.b - u))
    w = 2 * (p.b - p.g * u * u / 2) * v / p.h
    q = (p.a - p.c) / ((p.n + 1) * p.b - u - w)
    return {"q": q, "x": u * q, "z": w * q, "profit": (p.b - p.g * u * u / 2 - p.h * w * w / 2) * q * q}


def test_three_stages():
    check(rd.solve(THREE), three)


def test_three_stages_at_once():
    # x = q/g, z = q/h
    def expected(p):
        q = (p.a - p.c) / ((p.n + 1) * p.b - 1 / p.g - 1 / p.h)
        return {"q": q, "x": q / p.g, "z": q / p.h}

    check(rd.solve(THREE, "firms choose z, x, q simultaneously"), expected)


def test_the_last_two_of_three_stages_at_once():
    # x = q/g, so q_i(b - 1/g) = B_i - bQ; profit (b - 1/(2g))q² - hz²/2
    def expected(p):
        slope = p.b - 1 / p.g
        v = (1 - p.b / (slope + p.n * p.b)) / slope
        w = 2 * (p.b - 1 / (2 * p.g)) * v / p.h
        q = (p.a - p.c) / (slope + p.n * p.b - w)
        return {"q": q, "x": q / p.g, "z": w * q}

    check(rd.solve(THREE, "firms choose x, q simultaneously"), expected)


def test_a_planner_over_the_first_of_three_stages():
    # with z common, q = (a - c + z)/((n + 1)b - u); the planner maximizes all profits, n((b - gu²/2)q² - hz²/2)
    def expected(p):
        u = 2 * p.n / (p.g * (p.n + 1))
        big = (p.n + 1) * p.b - u
        w = 2 * (p.b - p.g * u * u / 2) / (big * p.h)
        return {"z": w * (p.a - p.c) / (big - w)}

    equally = rd.solve(THREE, "planner chooses z equally for sum(profit[j] for j in firms)")
    check(equally, expected)
    check(rd.solve(THREE, "firms choose z jointly"), expected)


# -- two actions at one stage: output and advertising


ADVERTISING = game(
    "advertising",
    "a b c h",
    others={"n": WHOLE},
    groups={"firms": "n"},
    stages={"market": {"actions": {"q": "firms", "s": "firms"}}},
    definitions={"price": "a + s[i] - b*sum(q[j] for j in firms)", "profit": "(price[i] - c)*q[i] - h*s[i]**2/2"},
    payoffs={"firms": "profit[i]"},
)


def test_two_actions_at_once():
    # a + s - c - b(n + 1)q = 0 and q = hs
    def expected(p):
        q = (p.a - p.c) / (p.b * (p.n + 1) - 1 / p.h)
        return {"q": q, "s": q / p.h}

    equilibrium = rd.solve(ADVERTISING)
    check(equilibrium, expected)
    margins = {condition.name: condition.margin for condition in equilibrium.exact_conditions}
    ring = Ring(equilibrium.game.parameter)
    b, h = ring.parameter("b"), ring.parameter("h")
    assert margins["second_order_1"] == 2 * b
    assert margins["second_order_2"] == 2 * b * h - 1


def test_one_of_two_actions_jointly():
    # advertising is chosen for all profits, output by each; both at once: the sum of q_j ds_j is hs too
    check(
        rd.solve(ADVERTISING, "firms choose s jointly"),
        lambda p: {"q": (p.a - p.c) / (p.b * (p.n + 1) - 1 / p.h)},
    )


def test_both_actions_jointly():
    check(
        rd.solve(ADVERTISING, "firms choose q, s jointly and equally"),
        lambda p: {"q": (p.a - p.c) / (2 * p.b * p.n - 1 / p.h)},
    )


# -- a planner over one action only


def test_a_planner_over_research_before_cournot():
    # q = (a - c + x)/(b(n + 1)), welfare n(bq² - gx²/2) + b(nq)²/2
    research = game(
        "research",
        "a b c g",
        others={"n": WHOLE},
        groups={"firms": "n"},
        stages={"research": {"actions": {"x": "firms"}}, "market": {"actions": {"q": "firms"}}},
        definitions={
            "output": "sum(q[j] for j in firms)",
            "profit": "(a - b*output - c + x[i])*q[i] - g*x[i]**2/2",
            "welfare": "sum(profit[j] for j in firms) + b*output**2/2",
        },
        payoffs={"firms": "profit[i]"},
    )
    for adverb in ("equally", ""):  # the best for all is to treat them alike, if only R&D costs enough
        planned = rd.solve(research, f"planner chooses x {adverb} for welfare")
        check(planned, lambda p: {"x": (p.n + 2) * (p.a - p.c) / (p.b * p.g * (p.n + 1) ** 2 - (p.n + 2))})
        assert planned.at(a=10, b=1, c=8, g=9, n=3).valid

    # an unequal step dx (of sum 0) moves q by dx/b, welfare by (2b/b² - g)dx²/2 for each: g must exceed 2/b
    found = planned.at(a=10, b=1, c=8, g="3/2", n=3)
    assert found.failed == ("second_order_unequal",)
    assert found.conditions["second_order_unequal"].margin == Fraction(3, 2) - 2


# -- two groups decide together


TWO = game(
    "two-groups",
    "a b d e",
    others={name: {"domain": f"{name} >= 1", "integer": True} for name in ("m", "k")},
    groups={"small": "m", "large": "k"},
    stages={"market": {"actions": {"x": "small", "y": "large"}}},
    definitions={"price": "a - b*sum(x[j] for j in small) - b*sum(y[j] for j in large)"},
    payoffs={"small": "price*x[i] - d*x[i]**2/2", "large": "price*y[i] - e*y[i]**2/2"},
)


def test_two_groups_alone():
    # (b + d)x = (b + e)y = price
    def expected(p):
        price = p.a / (1 + p.b * p.m / (p.b + p.d) + p.b * p.k / (p.b + p.e))
        return {"price": price, "x": price / (p.b + p.d), "y": price / (p.b + p.e)}

    check(rd.solve(TWO), expected)


def test_two_groups_jointly():
    # marginal revenue a - 2b(X + Y) is everybody's marginal cost dx = ey
    def expected(p):
        cost = p.a / (1 + 2 * p.b * (p.m / p.d + p.k / p.e))
        return {"x": cost / p.d, "y": cost / p.e}

    check(rd.solve(TWO, "small, large choose x, y jointly"), expected)


def test_each_group_for_itself():
    # small: a - 2bX - bY = dx, large: a - bX - 2bY = ey
    def expected(p):
        below = (p.d + 2 * p.b * p.m) * (p.e + 2 * p.b * p.k) - p.b * p.b * p.m * p.k
        return {"x": p.a * (p.e + p.b * p.k) / below, "y": p.a * (p.d + p.b * p.m) / below}

    check(rd.solve(TWO, "small choose x jointly; large choose y jointly"), expected)


def test_an_action_of_one_group_chosen_for_both():
    # x for both groups' payoffs: price - dx - b(X + Y) = 0; y alone: price = (b + e)y
    def expected(p):
        y = p.a * (p.d + p.b * p.m) / ((p.b + p.e + p.b * p.k) * (p.d + 2 * p.b * p.m) - 2 * p.b * p.b * p.m * p.k)
        return {"x": (p.a - 2 * p.b * p.k * y) / (p.d + 2 * p.b * p.m), "y": y}

    check(rd.solve(TWO, "small, large choose x jointly"), expected)


# -- what has no answer in closed form says why


def duopoly(payoff, **more):
    return game(
        "duopoly",
        "a b",
        groups={"firms": 2},
        stages={"market": {"actions": {"q": "firms"}}},
        definitions={"output": "sum(q[j] for j in firms)"},
        payoffs={"firms": f"{payoff} + 0*a*b*output"},
        **more,
    )


@pytest.mark.parametrize(
    ("payoff", "kind", "advice"),
    [
        ("a*q[i]/(b - b) - q[i]**2", DerivationError, "a division by a formula that is zero for all parameters"),
        ("a*q[i] + q[i]**2", NotConcaveError, r"strictly concave in its own q, but the margin of that, -2, is nowhere"),
        ("a*q[i] + b*q[i]**2", NotConcaveError, r"the margin of that, -\(2\*b\), is nowhere positive \(second_order\)"),
        ("a*q[i]", IndeterminateError, "do not determine q: the payoff must be strictly concave in what is chosen"),
        (
            "(a - b*output)*output",
            IndeterminateError,
            "only the total of q, not how it is divided; write 'jointly and equally'",
        ),
    ],
)
def test_a_game_without_equilibrium_says_why(payoff, kind, advice):
    with pytest.raises(kind, match=advice) as caught:
        rd.solve(duopoly(payoff))
    assert isinstance(caught.value, DerivationError)
    assert not isinstance(caught.value, ModelError)


@pytest.mark.parametrize(
    ("payoff", "advice"),
    [
        ("a*q[i] - q[i]**3", r"has the term q\[i\]\*q\[i\]; closed forms need linear-quadratic"),
        ("a*q[i] - q[i]**2 - output**3", r"has the term sum\(q\)\*sum\(q\); closed forms need linear"),
        ("a*q[i] - q[i]**2*output", r"not quadratic when q is chosen"),
        ("a/(b + q[i])", "a division by a formula with actions in it, expected payoffs that are quadratic"),
        ("q[i]/output", "a division by a formula with actions in it, expected payoffs"),
        ("a*q[i] - sum(q[j]**3 for j in firms)", r"has the term q\[i\]\*q\[i\]"),
        ("sqrt(a)*q[i] - q[i]**2", r"sqrt\(a\), which is no rational function"),
    ],
)
def test_a_game_with_numbers_only_says_why_it_has_no_formula(payoff, advice):
    equilibrium = rd.solve(duopoly(payoff))
    assert equilibrium.unknowns == ("q",)
    with pytest.raises(NoFormulaError, match=advice) as caught:
        equilibrium.exact("q")
    assert "its values can be had all the same: at(...), --at and sweep" in str(caught.value)
    assert "q: no closed form" in repr(equilibrium)


@pytest.mark.parametrize("payoff", ["a*q[i] + q[i]**2", "a*q[i]", "(a - b*output)*output"])
def test_the_payoff_to_blame_is_named(payoff):
    with pytest.raises(DerivationError) as caught:
        rd.solve(duopoly(payoff))
    assert caught.value.key == ("payoffs", "firms")


def test_the_definition_to_blame_is_named():
    document = duopoly("a*q[i] - q[i]**2").to_document()
    document["definitions"]["share"] = "q[i]/output"
    document["payoffs"]["firms"] = "(a - b*output)*q[i] - share[i]"
    with pytest.raises(NoFormulaError) as caught:
        rd.solve(rd.Game(**document)).exact("q")
    assert caught.value.key == ("definitions", "share")


def test_joint_output_of_homogeneous_goods_has_no_division():
    """Members of an output cartel with constant unit cost do not mind who produces."""
    document = COURNOT.to_document()
    document["definitions"]["profit"] = "(price - c)*q[i]"
    del document["parameters"]["d"]
    cartel = rd.Game(**document)
    with pytest.raises(IndeterminateError, match="write 'jointly and equally'"):
        rd.solve(cartel, "firms choose q jointly")
    check(rd.solve(cartel, "firms choose q jointly and equally"), lambda p: {"q": (p.a - p.c) / (2 * p.b * p.n)})


def test_a_joint_optimum_that_is_none_is_refused_but_the_equal_one_is_found():
    """If goods are complements in use and each firm's cost falls with scale, unequal divisions do better."""
    # joint: a - 2Q + q = 0 has A = +1 > 0: concentrating output raises profit (Salant and Shaffer 1998)
    scale = duopoly("(a - output)*q[i] + b*q[i]**2/(2*b)")
    with pytest.raises(NotConcaveError, match="no unequal division of q among firms does better"):
        rd.solve(scale, "firms choose q jointly")
    equally = rd.solve(scale, "firms choose q jointly and equally")
    check(equally, lambda p: {"q": p.a / 3})
    assert equally.notes == ("equal split imposed: firms must choose the same q for every member",)
