"""Points are admissible, different, near bounds and on faces; lines are cut where something can change."""

from __future__ import annotations

from fractions import Fraction
from math import floor
from random import Random

import pytest

from rdgames.algebra.rational import Ring
from rdgames.claims.hypotheses import Hypotheses, interior_optimum
from rdgames.claims.lines import Cell, cells, simplest_between
from rdgames.claims.sampling import Walk, drawn
from rdgames.equilibrium.equilibrium import solve
from rdgames.game.domains import Domain
from rdgames.game.entries import Parameter
from rdgames.game.game import Game
from rdgames.language.reader import read_statement


def points_of(game, statement: str, given: str | None, lines: int = 150):
    regimes = [regime.name for regime in game.regimes]
    claimed = read_statement(statement, regimes)
    hypotheses = Hypotheses.of(game, read_statement(given, regimes) if given else None, claimed, interior_optimum)
    return list(Walk(hypotheses, claimed, Random(0)).points(lines))


@pytest.fixture(scope="module")
def points(aj):
    return points_of(aj, "cartel.x > competition.x", "n >= 2")


def test_points_are_different_whole_where_they_must_be_and_admissible(aj, points):
    assert len({tuple(point.values.values()) for point in points}) == len(points) > 200
    for point in points[::10]:
        assert all(aj.parameter[name].problem(value) is None for name, value in point.values.items())
        for regime in ("cartel", "competition"):
            conditions = solve(aj, regime).at(**point.values).conditions
            assert all(verdict.holds for name, verdict in conditions.items() if not name.startswith(
                ("gradient", "participation", "nonnegative")
            ))  # fmt: skip


def test_points_lie_on_faces_near_bounds_and_far_out(aj, points):
    assert {Fraction(0), Fraction(1, 2), Fraction(1)} <= {point.values["beta"] for point in points}
    assert len({point.values["n"] for point in points}) > 5
    cartel = solve(aj, "cartel")
    margins = [cartel.at(**p.values).conditions["second_order"].margin / p.values["gamma"] for p in points]
    assert min(margins) < Fraction(1, 10_000)
    assert max(margins) > Fraction(1, 2)
    assert 0 < min(abs(2 * point.values["beta"] - 1) or 1 for point in points) < Fraction(1, 10_000)


def test_given_equalities_fix_parameters_and_others_are_met(aj):
    found = points_of(aj, "cartel.x > 0", "n == 2 and 1/2 == beta and b*gamma == 2 and c == a/3")
    assert len(found) >= 10
    for point in found:
        values = point.values
        assert (values["n"], values["beta"], values["b"] * values["gamma"]) == (2, Fraction(1, 2), 2)
        assert values["c"] == values["a"] / 3


def test_a_point_may_be_all_that_is_left():
    game = Game(
        name="fixed",
        parameters={"n": {"domain": "n >= 1", "integer": True}, "t": "t > 0"},
        groups={"firms": "n"},
        stages={"only": {"actions": {"q": "firms"}}},
        payoffs={"firms": "(t - sum(q[j] for j in firms))*q[i]"},
    )
    assert len(points_of(game, "competition.q == 1/3", "n == 2 and t == 1")) == 1


def test_cells_lie_between_the_roots_of_numerators_and_denominators():
    line = Ring(["x"])
    x = line.parameter("x")
    exact, found = cells([(x * x - 2) / (3 * x - 1), x - 5, x * x + 1], Domain.read("x >= 0"))
    assert exact == [0, Fraction(1, 3), 5]
    assert len(found) == 4
    assert (found[1].low, found[-1].low, found[-1].high) == (Fraction(1, 3), 5, None)
    assert found[1].high ** 2 < 2 < found[2].low ** 2
    assert float(found[2].low - found[1].high) < 1e-12


@pytest.mark.parametrize(
    "cell",
    [
        Cell(Fraction(1, 3), Fraction(1, 2)),
        Cell(Fraction(-7), None),
        Cell(None, Fraction(2, 7)),
        Cell(Fraction(1, 3), Fraction(1, 3) + Fraction(1, 10**12)),
    ],
)
def test_numbers_worth_trying_are_in_their_cell(cell):
    rng = Random(0)
    for _ in range(50):
        for value in (cell.inside(rng), *cell.near_ends(rng)):
            assert cell.low is None or value > cell.low
            assert cell.high is None or value < cell.high


def test_the_simplest_fraction_has_the_least_denominator():
    rng = Random(1)
    for _ in range(500):
        low = Fraction(rng.randint(-50, 50), rng.randint(1, 20))
        high = low + Fraction(rng.randint(1, 50), rng.randint(1, 400))
        found = simplest_between(low, high)
        least = next(d for d in range(1, 1000) if floor(low * d) + 1 < high * d)
        assert low < found < high
        assert found.denominator == least
    close = Fraction(1, 3), Fraction(1, 3) + Fraction(1, 10**400)
    assert close[0] < simplest_between(*close) < close[1]


@pytest.mark.parametrize(
    ("domain", "integer"),
    [("z > 0", False), ("0 <= z <= 1", False), ("z >= 3/2", True), ("1 < z < 4", True), ("z <= 7", False),
     ("2 <= z <= 2", False), ("z > 1", True), ("z < 0", False)],
)  # fmt: skip
def test_values_are_drawn_from_domains(domain, integer):
    domain = domain.replace("3/2", "1.5")
    parameter, rng = Parameter(name="z", domain=domain, integer=integer), Random(0)
    assert all(parameter.problem(drawn(parameter, rng)) is None for _ in range(200))
