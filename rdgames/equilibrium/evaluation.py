"""An equilibrium in numbers: the recorded derivation replayed at one point of the parameters."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from functools import cached_property
from typing import Any

from rdgames.algebra.program import Program, Recorder
from rdgames.equilibrium.condition import CONVERGED, DEFINED, DEFINED_MEANING, DIVISION, ONE_SOLUTION, Condition
from rdgames.equilibrium.levels import find_levels
from rdgames.equilibrium.newton import System
from rdgames.equilibrium.point import Point, Verdict
from rdgames.equilibrium.recording import UNDEFINED, Recording, judged, record, replay
from rdgames.game.play import Play

ANY_DIVISION = (
    "only the total is determined at this move, any division of it among the members is as good; "
    "the equal one is reported (the margin of {} is zero)"
)
SOME_DIVISIONS = (
    "the bound that binds determines only a total, which can be divided among the members in other ways, too; "
    "the equal one is reported (the margin of {} is zero)"
)

_SEVERAL = (
    "the first-order conditions have one solution; {} were found, of which the lowest is reported, the others: {}"
)


def division(condition: Condition[Any]) -> str:
    """Return what to say where the margin of a condition about a division is zero."""
    return (SOME_DIVISIONS if condition.name.startswith(DIVISION) else ANY_DIVISION).format(condition.name)


class Evaluator:
    """Computes the outcomes and margins of one equilibrium at a point.

    Attributes
    ----------
    program, recording
        The steps from the parameters, and from levels without closed form, to everything.
    """

    def __init__(self, play: Play) -> None:
        self.play = play
        recorder = Recorder()
        self.recording: Recording = record(play, recorder)
        self.program: Program = recorder.program(self.recording.outputs)

    @cached_property
    def _system(self) -> System:
        assert self.recording.implicit is not None  # asked for only where there are levels to find
        return System.of(self.recording.implicit)

    @property
    def unknowns(self) -> tuple[str, ...]:
        """The actions and prices whose levels have no closed form."""
        return tuple(self.recording.implicit.residuals) if self.recording.implicit else ()

    def at(self, point: Mapping[str, Any], notes: Iterable[str]) -> Point:
        """Return the equilibrium at a point; ``notes`` are true of every one."""
        implicit = self.recording.implicit
        if implicit is None:
            return self._with(point, {}, notes)
        solutions = find_levels(self._system, point)
        search = {CONVERGED: 1.0 if solutions else -1.0, ONE_SOLUTION: 2.0 - len(solutions)}
        levels: Mapping[str, Any] = solutions[0] if solutions else dict.fromkeys(implicit.residuals, UNDEFINED)
        found = self._with(point, {**levels, **search}, notes)
        if len(solutions) < 2:
            return found
        others = "; ".join(", ".join(f"{a} = {one[a]:.6g}" for a in self.unknowns) for one in solutions[1:])
        verdict = replace(found.conditions[ONE_SOLUTION], meaning=_SEVERAL.format(len(solutions), others))
        return replace(found, conditions={**found.conditions, ONE_SOLUTION: verdict})

    def _with(self, point: Mapping[str, Any], levels: Mapping[str, Any], notes: Iterable[str]) -> Point:
        found = replay(self.program, {**point, **levels})
        verdicts = judged(self.recording.conditions, found)
        values = {name: found[f"value:{name}"] for name in self.play.game.outcomes}
        if None in values.values():
            verdicts[0][DEFINED] = Verdict(None, False, DEFINED_MEANING)
        undecided = [
            division(c)
            for c in self.recording.conditions
            if c.divides and c.name in verdicts[0] and verdicts[0][c.name].margin == 0
        ]
        said = tuple(dict.fromkeys([*notes, *undecided]))
        names = self.play.original.name, self.play.regime.name
        return Point(*names, point, values, *verdicts, said, self.play.at_bounds)

    def rules(self, point: Mapping[str, Any]) -> Mapping[str, Any]:
        """Return the coefficients of decision rules; what was chosen first is given, so it is not looked for."""
        names = (*self.unknowns, CONVERGED, ONE_SOLUTION) if self.unknowns else ()
        return replay(self.program, {**point, **dict.fromkeys(names, UNDEFINED)})
