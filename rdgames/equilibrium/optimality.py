"""Second-order and stability conditions, read off the solved first-order conditions of a move.

Write ``A`` for how a member's first-order condition changes with its own action and ``B`` for how it changes with the
total, as in `rdgames.equilibrium.first_order`; ``size`` is the number of members. In a consortium, ``C`` is added to
``B``, and ``size`` is the number of members that it has.

- A player alone: its payoff has the second derivative ``A + B``.
- A joint decision: an equal change of all has the second derivative ``A + size*B`` (for each), a change that leaves
  the total alone ``A``. An interior joint optimum needs both negative (Salant and Shaffer 1998); a unit that must
  choose equally needs the first, and the second only says whether the restriction costs it anything.
- A price that clears a market: excess demand falls when it rises, once those who take it as given have reacted.
- Several units at one move: under gradient adjustment, equal disturbances die out if ``A + size*B`` is stable, unequal
  ones if ``A`` is; with simultaneous best replies of slope ``r = -B/(A + B)`` to each rival, if ``|(size - 1)*r| < 1``.

With several actions at a move these are matrices: definiteness is by leading minors, stability by Hurwitz minors.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any, Generic

from rdgames.algebra.fields import K
from rdgames.algebra.linear import Matrix, determinant, hurwitz_minors, leading_minors, solve
from rdgames.equilibrium.binding import Kept
from rdgames.equilibrium.condition import DIVISION, Condition
from rdgames.equilibrium.first_order import SolvedMove, total_matrix, within_matrix
from rdgames.equilibrium.induction import Induction
from rdgames.equilibrium.moves import Unit
from rdgames.equilibrium.polynomial import Polynomial, Total

_SALANT_SHAFFER = "Salant and Shaffer 1998, International Journal of Industrial Organization 16:195-208"
_HENRIQUES = "Henriques 1990, American Economic Review 80:638-640"
_MATHEMATICS = "Mas-Colell, Whinston and Green 1995, Microeconomic Theory, Mathematical Appendix M.J"
_SAMUELSON = "Samuelson 1947, Foundations of Economic Analysis, chapter IX"
_DIXIT = "Dixit 1986, International Economic Review 27:107-122"


class MoveReader(Generic[K]):
    """Reads the second-order and stability conditions off the solved conditions of one move."""

    def __init__(self, induction: Induction[K], solved: SolvedMove[K], suffix: str) -> None:
        self.induction, self.solved, self.suffix = induction, solved, suffix
        self.field = induction.field
        self.zero = self.field.constant(0)
        pinned = solved.bound.pinned
        units = (replace(unit, actions=tuple(a for a in unit.actions if a not in pinned)) for unit in solved.move.units)
        self.move = replace(solved.move, units=tuple(unit for unit in units if unit.actions)) if pinned else solved.move
        # With full input spillovers only the total of outlays matters: no division is better than another.
        self.strict = not solved.technologies

    def own(self, actions: tuple[str, ...]) -> Matrix[K]:
        """Return A for the actions of one player."""
        return [[self.solved.conditions[a].own.get(b, self.zero) for b in actions] for a in actions]

    def alone(self, actions: tuple[str, ...]) -> Matrix[K]:
        """Return ``A + B``, the second derivatives of one player's payoff."""
        return [[self._sum(self.solved.conditions[a].own.get(b), *self.others(a, b)) for b in actions] for a in actions]

    def others(self, a: str, b: str) -> list[K]:
        """Return what there is of C and B."""
        condition = self.solved.conditions[a]
        return [table[b] for table in (condition.within, condition.total) if b in table]

    def joint(self, unit: Unit) -> Matrix[K]:
        """Return the second derivatives along equal changes in each group, ``size*A + size*size*B``."""
        rows = []
        for a in unit.actions:
            own, size = self.solved.conditions[a].own, self.size(a, unit)
            row = []
            for b in unit.actions:
                entry: Any = self._sum(own.get(b), self.size(b, unit) * self._sum(*self.others(a, b)))
                row.append(entry if len(unit.actions) == 1 else size * entry)
            rows.append(row)
        return rows

    def size(self, action: str, unit: Unit | None = None) -> Any:
        """Return the number of players who choose an action, in a unit or in all."""
        return self.induction.count(action) if unit and unit.consortia else self.induction.size(action)

    def members(self, unit: Unit) -> Iterator[tuple[str, tuple[str, ...]]]:
        """Yield the groups of a unit with the actions that their members choose now."""
        for group in unit.groups:
            yield group, tuple(a for a in unit.actions if self.induction.group(a) == group)

    def second_order(self) -> Iterator[Condition[K]]:
        """Yield the second-order conditions of every unit."""
        several = len(self.solved.move.units) > 1
        keeping = {kept.unit: kept for kept in self.solved.bound.kept}
        for kept in keeping.values():
            yield from self._division(kept)
        for unit in self.solved.move.units if self.solved.conditions or self.solved.marginals else ():
            suffix = self.suffix + (f"_{'_'.join(unit.actions)}" if several else "")
            if unit in keeping:
                yield from self._along_bounds(keeping[unit], suffix)
                continue
            chosen = " and ".join(unit.actions)
            if not unit.jointly:
                meaning = f"a player's payoff is strictly concave in its own {chosen}"
                yield from self._definite(f"second_order{suffix}", self.alone(unit.actions), meaning)
                continue
            meaning = f"the joint objective is strictly concave along equal changes of {chosen}"
            yield from self._definite(f"second_order{suffix}", self.joint(unit), meaning)
            for group, actions in self.members(unit):
                others: Any = self.size(actions[0], unit) - 1
                if self.field.is_zero(others):
                    continue  # whoever is alone divides nothing
                name = f"second_order_unequal{suffix}" + (f"_{group}" if len(unit.groups) > 1 else "")
                meaning = f"no unequal division of {' and '.join(actions)} among {group} does better than the equal one"
                if unit.equally:
                    meaning += (
                        ", if what is chosen later is divided as the regime says; "
                        "the equal division is imposed, so this does not decide"
                    )
                for condition in self._definite(name, self.own(actions), meaning):
                    yield replace(
                        condition,
                        strict=self.strict,
                        applies=others,
                        decides=not unit.equally,
                        divides=True,
                        source=_SALANT_SHAFFER,
                    )

    def _division(self, kept: Kept[K]) -> Iterator[Condition[K]]:
        """Yield what says whether the bounds that members of a group keep alone say how they divide it."""
        for action in () if kept.unit.jointly else kept.pinned:
            others: Any = self.size(action) - 1
            own: Any = self.solved.equations[action].own.get(action, self.zero)
            if not self.field.is_zero(others):
                meaning = f"every player's own {action} moves its own bound, or only the total counts (margin zero)"
                more: Any = {"strict": False, "applies": others, "divides": True}
                yield Condition(f"{DIVISION}{action}{self.suffix}", own * own, meaning, _MATHEMATICS, **more)

    def _along_bounds(self, kept: Kept[K], suffix: str) -> Iterator[Condition[K]]:
        """Yield the second-order conditions of a unit along changes after which the bounds that it keeps still bind."""
        unit, whole = kept.unit, replace(self.solved, conditions=dict(self.solved.marginals))
        reader = MoveReader(self.induction, whole, self.suffix)
        yield from reader.concave(unit, suffix)
        free = tuple(a for a in unit.actions if a not in kept.pinned)
        if free:
            meaning = (
                f"what is maximized is strictly concave in {' and '.join(free)}, as {', '.join(kept.pinned)} follow"
            )

            def slope(margin: Polynomial[K], action: str) -> K:
                there: Any = self.induction.at_equal_levels(margin)
                return there * self.size(action, unit) if unit.jointly else there  # type: ignore[no-any-return]

            follow = kept.tangent(self.field, slope)
            matrix = reader.joint(unit) if unit.jointly else reader.alone(unit.actions)
            yield from self._definite(f"second_order{suffix}", self._followed(unit.actions, matrix, follow), meaning)
        for group, actions in self.members(unit) if unit.jointly else ():
            divided = [p for p in kept.pinned if p in actions and self.solved.equations[p].own]
            if len(divided) == len(actions) or self.field.is_zero(self.size(actions[0], unit) - 1):
                continue  # who else would have to choose less does not keep the bound
            rows = [self.solved.equations[p].own for p in divided]
            square = [[row.get(p, self.zero) for p in divided] for row in rows]
            follow = {
                a: dict(
                    zip(
                        divided,
                        solve(self.field, square, [-row.get(a, self.zero) for row in rows], _times),
                        strict=True,
                    )
                )
                for a in actions
                if a not in divided
            }
            meaning = f"no unequal division of {' and '.join(actions)} among {group} that keeps the bounds does better"
            name = f"second_order_unequal{suffix}" + (f"_{group}" if len(unit.groups) > 1 else "")
            for condition in self._definite(name, self._followed(actions, reader.own(actions), follow), meaning):
                applies = self.size(actions[0], unit) - 1
                yield replace(
                    condition, applies=applies, decides=not unit.equally, divides=True, source=_SALANT_SHAFFER
                )

    def concave(self, unit: Unit, suffix: str) -> Iterator[Condition[K]]:
        """Yield the diagnostics that what a unit maximizes is concave, so that bounds are best against all levels."""
        matrices = [("", self.joint(unit) if unit.jointly else self.alone(unit.actions), None)]
        for group, actions in self.members(unit) if unit.jointly else ():
            others: Any = self.size(actions[0], unit) - 1
            if not self.field.is_zero(others):
                matrices.append((f"_unequal_{group}", self.own(actions), others))
        for which, matrix, applies in matrices:
            meaning = (
                f"what is maximized is strictly concave in {' and '.join(unit.actions)}, so that what is best nearby, "
                "with bounds that bind, is best of all"
            )
            for condition in self._definite(f"concave{suffix}{which}", matrix, meaning):
                yield replace(condition, applies=applies, decides=False)

    def _followed(
        self, actions: tuple[str, ...], matrix: Matrix[K], follow: Mapping[str, Mapping[str, K]]
    ) -> Matrix[K]:
        """Return second derivatives by some actions, each of which takes others along."""
        one: Any = self.field.constant(1)
        changes = [{a: one, **others} for a, others in follow.items()]

        def second(first: Mapping[str, Any], other: Mapping[str, Any]) -> K:
            return self._sum(  # type: ignore[no-any-return]
                *(
                    first[a] * matrix[row][column] * other[b]
                    for row, a in enumerate(actions)
                    for column, b in enumerate(actions)
                    if a in first and b in other
                )
            )

        return [[second(first, other) for other in changes] for first in changes]

    def stability(self) -> Iterator[Condition[K]]:
        """Yield existence and stability of a move at which more than one unit decides.

        They are about what first-order conditions determine: what is at a bound stays there after a small disturbance.
        """
        move = self.move
        one_unit = len(move.units) == 1 and move.units[0].jointly and not move.units[0].consortia
        if one_unit or not self.solved.conditions:
            return
        matrix = total_matrix(self.induction, self.solved.conditions)
        negative = [[-entry for entry in row] for row in matrix]
        meaning = "the first-order conditions have one solution, and reactions to rivals do not build up without end"
        yield Condition(f"existence{self.suffix}", determinant(self.field, negative), meaning, _DIXIT)
        for order, margin in enumerate(hurwitz_minors(self.field, matrix)[:-1], start=1):
            meaning = "equal disturbances die out when players adjust along their gradients, together with existence"
            yield Condition(f"gradient_stability_equal{self.suffix}_{order}", margin, meaning, _DIXIT)
        for group in move.groups:
            yield from self._stability_within(group, f"_{group}" if len(move.groups) > 1 else "")
        yield from self._stability_between_consortia()
        if len(move.actions) == 1 and not move.units[0].jointly:
            yield from self._best_replies(move.actions[0])

    def _stability_within(self, group: str, which: str) -> Iterator[Condition[K]]:
        """Yield the conditions that unequal disturbances among the members of a group die out."""
        move = self.move
        own = [a for a in move.actions if self.induction.group(a) == group]
        actions = tuple(a for a in own if not move.unit_of(a).equally)
        applies: Any = self.induction.sizes[group] - 1
        if self.field.is_zero(applies) or all(move.unit_of(a).jointly for a in actions):
            return  # nobody else, or one unit's second-order conditions say it
        margins = hurwitz_minors(self.field, self.own(actions))
        for order, margin in enumerate(margins, start=1):
            name = f"gradient_stability{self.suffix}{which}" + (f"_{order}" if len(margins) > 1 else "")
            meaning = "unequal disturbances die out when players adjust along their gradients"
            yield Condition(name, margin, meaning, _DIXIT, strict=self.strict, applies=applies, divides=True)

    def _stability_between_consortia(self) -> Iterator[Condition[K]]:
        """Yield the conditions that disturbances die out by which one consortium chooses more and another less."""
        actions = [a for a in self.solved.conditions if self.induction.count(a) is not None]
        if not any(self.move.unit_of(a).consortia for a in actions):
            return
        applies = self.size(actions[0]) - self.induction.count(actions[0])
        margins = hurwitz_minors(self.field, within_matrix(self.induction, self.solved.conditions, actions))
        for order, margin in enumerate(margins, start=1):
            name = f"gradient_stability{self.suffix}_consortia" + (f"_{order}" if len(margins) > 1 else "")
            meaning = "disturbances that differ between consortia die out when they adjust along their gradients"
            yield Condition(name, margin, meaning, _DIXIT, applies=applies)

    def price_stability(self) -> Iterator[Condition[K]]:
        """Yield the conditions that prices which rise with excess demand come to clear their markets."""
        prices, conditions = [*self.solved.clearing], self.solved.conditions
        if not prices:
            return
        reactions = []  # of the totals of all actions to each price
        for price in prices:
            column = [-(self.size(a) * conditions[a].total.get(price, self.zero)) for a in conditions]
            reactions.append(solve(self.field, total_matrix(self.induction, conditions), column, lambda v, k: v * k))
        responses = []
        for price in prices:
            excess = self.solved.clearing[price].terms
            row = []
            for other, reaction in zip(prices, reactions, strict=True):
                through: Any = self._sum(
                    *(excess.get((Total(a),), self.zero) * r for a, r in zip(conditions, reaction, strict=True))
                )
                row.append(self._sum(excess.get((Total(other),)), through))
            responses.append(row)
        meaning = f"{' and '.join(prices)} clears its market when it rises with excess demand"
        for order, margin in enumerate(hurwitz_minors(self.field, responses), start=1):
            name = f"price_stability_{'_'.join(prices)}" + (f"_{order}" if len(prices) > 1 else "")
            yield Condition(name, margin, meaning, _SAMUELSON)

    def _best_replies(self, action: str) -> Iterator[Condition[K]]:
        """Yield the diagnostic for a move of one action, chosen by each member alone."""
        condition = self.solved.conditions[action]
        cross: Any = condition.total.get(action, self.zero)
        own = self._sum(condition.own.get(action), cross)
        if self.field.is_zero(own):
            return  # no best reply; the second-order condition says so
        rivals = self.size(action) - 1
        margin = 1 - rivals * rivals * (cross / own) * (cross / own)
        meaning = "simultaneous best replies converge: 1 - ((size - 1)*r)**2, with r the slope of the reaction function"
        name = f"best_reply_stability{self.suffix}"
        yield Condition(name, margin, meaning, _HENRIQUES, applies=rivals, decides=False)

    def _definite(self, name: str, matrix: Matrix[K], meaning: str) -> Iterator[Condition[K]]:
        """Yield the conditions that a matrix is negative definite."""
        margins = leading_minors(self.field, [[-entry for entry in row] for row in matrix])
        for order, margin in enumerate(margins, start=1):
            strict = self.strict or order == 1
            yield Condition(f"{name}_{order}" if len(margins) > 1 else name, margin, meaning, _MATHEMATICS, strict)

    def _sum(self, *parts: Any) -> Any:
        total: Any = self.zero
        for part in parts:
            total = total if part is None else total + part
        return total


def _times(value: Any, factor: Any) -> Any:
    return value * factor
