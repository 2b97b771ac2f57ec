"""Where sliders begin and end."""

from __future__ import annotations

import numpy as np
import pytest

import rdgames as rd
from rdgames.errors import InputError, OutsideDomainError, UnknownNameError
from rdgames.game.domains import Domain
from rdgames.game.entries import Parameter
from rdgames.panels.asked import read_asked
from rdgames.panels.ranges import range_about, read_ranges

COURNOT = {
    "name": "cournot",
    "parameters": {"a": "a > 0", "c": "c >= 0", "n": {"domain": "n >= 1", "integer": True}},
    "groups": {"firms": "n"},
    "stages": {"output": {"actions": {"q": "firms"}}},
    "definitions": {"price": "a - sum(q[j] for j in firms)"},
    "payoffs": {"firms": "(price - c)*q[i]"},
    "assumptions": ["a > c"],
}


@pytest.mark.parametrize(
    ("domain", "start", "expected"),
    [
        ("a > 0", 100, (2, 200, 2)),
        ("c >= 0", 60, (0, 120, 1)),
        ("0 <= beta <= 1", 0.5, (0, 1, 0.01)),
        ("0 < s < 1", 0.5, (0.01, 0.99, 0.01)),
        ("e > 1", 1.5, (1.01, 2, 0.01)),
        ("-1 <= s <= 1", 0, (-1, 1, 0.02)),
        ("t >= 0", 0, (0, 1, 0.01)),
    ],
)
def test_range_is_about_the_start_within_the_domain(domain, start, expected):
    parameter = Parameter(name=Domain.read(domain).name, domain=domain)
    found = range_about(parameter, float(start))
    assert (found.low, found.high, found.step) == pytest.approx(expected)
    assert found.low in parameter.domain
    assert found.high in parameter.domain


@pytest.mark.parametrize(("domain", "expected"), [("n >= 1", (1, 10)), ("n > 1", (2, 10)), ("1 <= n <= 4", (1, 4))])
def test_whole_numbers_have_all_their_values(domain, expected):
    found = range_about(Parameter(name="n", domain=domain, integer=True), 2.0)
    assert (found.low, found.high, found.step) == (*expected, 1)
    assert found.values(201).tolist() == [*range(expected[0], expected[1] + 1)]


@pytest.mark.parametrize("model", [*rd.models()])
def test_every_model_starts_within_its_sliders(model):
    asked = read_asked(rd.load(model))
    for name, each in asked.ranges.items():
        parameter = asked.game.parameter[name]
        assert parameter.problem(each.low) is None
        assert parameter.problem(each.high) is None
        assert each.low <= each.start <= each.high
        assert np.isclose((each.start - each.low) / each.step % 1, [0, 1]).any()  # the slider can come back to it
    assert len({asked.first.across, asked.first.up} & {*asked.swept}) == 2


def test_without_an_example_sliders_start_at_an_equilibrium():
    game = rd.Game(**COURNOT)
    asked = read_asked(game)
    assert rd.solve(game).at(**asked.first.values).valid


def test_what_is_given_is_kept(aj):
    ranges = read_ranges(aj, ("competition",), {"c": 50, "gamma": "1:9:81", "n": [2, 6]})
    assert ranges["c"].start == 50
    assert (ranges["gamma"].low, ranges["gamma"].high, ranges["gamma"].step) == pytest.approx((1, 9, 0.1))
    assert ranges["gamma"].start == 5  # that of the example lies inside
    assert ranges["n"].values(201).tolist() == [2, 3, 4, 5, 6]
    assert read_asked(aj, c="40:60:21").first.across == "c"


@pytest.mark.parametrize(
    ("given", "error"),
    [
        ({"gama": 5}, UnknownNameError),
        ({"beta": "0:2:21"}, OutsideDomainError),
        ({"n": 2.5}, OutsideDomainError),
        ({"gamma": "a lot"}, InputError),
        ({"gamma": [3]}, InputError),
        ({"x": "beta", "y": "beta"}, InputError),
    ],
)
def test_what_is_wrong_is_said(aj, given, error):
    with pytest.raises(error):
        read_asked(aj, **given)
