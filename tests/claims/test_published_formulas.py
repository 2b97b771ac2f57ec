"""Published formulas are compared as identities, after what is given is put in."""

from __future__ import annotations

import pytest

from rdgames.claims.published import check_published
from rdgames.equilibrium.equilibrium import solve
from rdgames.errors import InputError
from rdgames.game.literature import Published


def entry(formula: str, given: str | None = None, **more) -> Published:
    return Published.model_validate(
        {"name": "0", "regime": "cartel", "outcome": "x", "is": formula, "given": given, "source": "here", **more}
    )


def test_an_identity_for_every_n_holds(aj):
    check = check_published(aj, entry("2*T*k/(D - 2*k**2)"))
    assert check.holds
    assert check.difference is None
    assert str(check).endswith("holds")


def test_a_formula_that_is_right_at_one_number_of_firms_holds_there_only(aj):
    duopoly = "2*T*(1 + beta)/(9*b*gamma - 2*(1 + beta)**2)"
    assert check_published(aj, entry(duopoly, "n == 2")).holds
    assert check_published(aj, entry(duopoly, "2 == n and beta <= 1/2")).holds
    assert not check_published(aj, entry(duopoly)).holds


def test_the_difference_is_what_the_equilibrium_says_there(aj):
    check = check_published(aj, entry("2*T*k/(D - 2*k)", "n == 2"))
    assert not check.holds
    assert not check.as_known
    point = solve(aj, "cartel").at(**check.difference.parameters, extrapolate=True)
    assert point.values["x"] == check.difference.derived != check.difference.printed
    assert check.difference.parameters["n"] == 2
    assert "refuted" in str(check)
    assert check.to_document()["difference"]["derived"] == str(check.difference.derived)


def test_equalities_between_parameters_are_put_in_one_after_the_other(aj):
    formula = "2*a*k/(a**2*(n + 1)**2 - 2*k**2)"
    assert check_published(aj, entry(formula, "c == 0 and b == gamma and gamma == a")).holds
    assert not check_published(aj, entry(formula, "c == 0 and b == gamma")).holds


def test_a_misprint_needs_a_refuted_formula_and_a_right_correction(aj):
    right, wrong = "2*T*k/(D - 2*k**2)", "T*k/(D - 2*k**2)"
    assert check_published(aj, entry(wrong, holds=False, corrected=right)).as_known
    assert check_published(aj, entry(wrong, holds=False)).as_known
    assert not check_published(aj, entry(wrong, holds=False, corrected=wrong)).as_known
    assert not check_published(aj, entry(right, holds=False, corrected=right)).as_known
    assert not check_published(aj, entry(wrong)).as_known


@pytest.mark.parametrize(
    ("formula", "given", "expected"),
    [
        ("sqrt(beta)", None, "square root"),
        ("sign(beta)", None, "sign"),
        ("beta", "b*gamma == 2", "one parameter in terms of others"),
        ("beta", "n == 2 and n == 3", "once"),
        ("beta", "b == b*gamma", "one parameter in terms of others"),
        ("beta/(n - 2)", "n == 2", "division by zero"),
        ("1/(beta - beta)", None, "division by zero"),
    ],
)
def test_what_cannot_be_compared_is_refused(aj, formula, given, expected):
    with pytest.raises(InputError, match=expected):
        check_published(aj, entry(formula, given))
