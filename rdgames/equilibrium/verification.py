"""Solutions substituted back into what they solve.

The same derivation is run in exact fractions at a point of random whole numbers, and there the rules of every move are
put into its first-order conditions, and into the equations of its markets: polynomials in what was chosen before, which
must vanish on every history. The rules in symbols must have the same coefficients at that point. A rational function of
degree d that is not zero everywhere is zero at such a point with probability at most d/2**60 (Schwartz 1980, Journal of
the ACM 27:701-717), so a mistake in either derivation is found.
"""

from __future__ import annotations

import random
from fractions import Fraction

from rdgames.algebra.fields import K, Numbers
from rdgames.algebra.rational import RationalFunction
from rdgames.equilibrium.induction import Induction
from rdgames.equilibrium.polynomial import Polynomial
from rdgames.errors import DerivationError
from rdgames.game.play import Play

BITS = 60


def verify(induction: Induction[RationalFunction] | None, play: Play, names: tuple[str, ...]) -> None:
    """Substitute the rules of every move into its first-order conditions, and into what clears its markets.

    ``induction`` is the derivation in symbols, if there is one; ``names`` are all names that its formulas may have.

    Raises
    ------
    DerivationError
        If one is not zero on every history, or the symbols say otherwise. That would be a mistake of this library.
    """
    rng = random.Random(play.regime.name)
    point = {name: Fraction(rng.getrandbits(BITS) + 2) for name in names}
    there = Induction(play, Numbers(point))
    substitute_back(there)
    if induction is None:
        return
    for in_symbols, in_numbers in zip(induction.moves, there.moves, strict=True):
        for name, rule in (in_symbols.own_rules | in_symbols.total_rules).items():
            expected = (in_numbers.own_rules | in_numbers.total_rules)[name].terms
            if {monomial: function.at_whole(point) for monomial, function in rule.terms.items()} != expected:
                raise DerivationError(f"the rule for {name} is not the same in numbers: please report this")


def substitute_back(induction: Induction[K]) -> None:
    """Substitute the rules of every move into its first-order conditions, and into what clears its markets.

    Raises
    ------
    DerivationError
        If one is not zero on every history. That would be a mistake of this library.
    """
    for solved in induction.moves:
        for action, condition in {**solved.conditions, **solved.equations}.items():
            if solved.technologies:
                if induction.implicit is None:
                    _expect_zero(condition.state, f"the first-order condition of {action}")
                continue
            left = induction.after(solved, condition.whole)
            unit = solved.move.unit_of(action)
            if unit.equally and unit.consortia:
                left = left.summed_within(0, induction.count(action), 0)  # the condition for the common level
            elif unit.equally or induction.field.is_zero(induction.size(action) - 1):
                left = induction.summed(left, action)  # the same; one player has no other condition
            what = "equation of the bound that binds" if action in solved.equations else "first-order condition of"
            _expect_zero(left, f"the {what} {action}")
        for price, excess in solved.clearing.items():
            _expect_zero(induction.after(solved, excess), f"the market that {price} clears")


def _expect_zero(left: Polynomial[K], what: str) -> None:
    if not left.is_zero():
        raise DerivationError(f"{what} does not vanish at its own solution: please report this")
