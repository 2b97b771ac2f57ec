"""The equilibrium of a game under a regime, as a user holds it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import replace
from fractions import Fraction
from functools import cached_property
from itertools import chain, product
from typing import Any

from rdgames.algebra.presentation import Presenter, typical_point
from rdgames.algebra.program import Program, Recorder
from rdgames.algebra.rational import MAX_WORK, RationalFunction, Ring
from rdgames.algebra.sympy_edge import to_sympy
from rdgames.equilibrium.condition import DEFINED, DEFINED_MEANING, ONE_SOLUTION, Condition
from rdgames.equilibrium.conditions import conditions_of, move_conditions, never_holds
from rdgames.equilibrium.display import as_latex, as_text, imposed
from rdgames.equilibrium.first_order import total_matrix
from rdgames.equilibrium.histories import follow
from rdgames.equilibrium.induction import Induction
from rdgames.equilibrium.interpretation import AtEqualActions
from rdgames.equilibrium.levels import find_levels
from rdgames.equilibrium.point import History, Point, Verdict
from rdgames.equilibrium.recording import UNDEFINED, Recording, further_names, judged, record, replay
from rdgames.equilibrium.verification import verify
from rdgames.errors import InputError, NotConcaveError, TooLargeError
from rdgames.game.entries import NamedRegime
from rdgames.game.game import Game, expect_game
from rdgames.game.play import needed_parameters, play
from rdgames.game.values import read_point
from rdgames.language.printer import LATEX, typed, typeset
from rdgames.language.tree import Expression, Symbol, rewrite

MAX_DERIVATION = MAX_WORK // 6
"""How much of the work that formulas may cost a derivation may take; beyond that, there are only numbers."""

_ANY_DIVISION = (
    "only the total is determined at this move, any division of it among the members is as good; "
    "the equal one is reported (the margin of {} is zero)"
)


_SEVERAL = (
    "the first-order conditions have one solution; {} were found, of which the lowest is reported, the others: {}"
)


class Equilibrium:
    """A subgame-perfect equilibrium in which the members of a group choose the same, for every value of the parameters.

    Indexing gives an outcome as a SymPy expression; `formula` gives it in our own tree, `exact` as the rational
    function that everything else is made from.

    Examples
    --------
    >>> from rdgames.modelfile.catalogue import load
    >>> cartel = solve(load("daspremont-jacquemin"), "cartel")
    >>> cartel["x"]
    2*(a - c)*(beta*(n - 1) + 1)/(b*gamma*(n + 1)**2 - 2*(beta*(n - 1) + 1)**2)
    >>> cartel.text("x", abbreviated=True)
    '2*T*k/(D - 2*k**2)'
    >>> point = cartel.at(a=100, b=1, c=60, n=2, beta="1/3", gamma=5)
    >>> point.values["x"], point.valid
    (Fraction(960, 373), True)
    """

    def __init__(self, game: Game, regime: NamedRegime) -> None:
        self.game, self.regime = game, regime
        self.play = play(game, regime)
        self._ring = Ring((*game.parameter, *further_names(self.play)))
        self._ring.limit = MAX_DERIVATION
        try:
            self._in_symbols: Induction[RationalFunction] | None = Induction(self.play, self._ring)
            verify(self._in_symbols, self.play, self._ring.names)
            self._refuse_what_is_never_concave()
        except TooLargeError:
            self._in_symbols = None
            verify(None, self.play, self._ring.names)
        self._ring.limit = MAX_WORK

    @property
    def _induction(self) -> Induction[RationalFunction]:
        if self._in_symbols is None:
            raise TooLargeError(
                f"{self.game.name} under {self.regime.name!r} has formulas too long to be written out; "
                "its values can be had all the same: at(...), --at and sweep"
            )
        return self._in_symbols

    def _refuse_what_is_never_concave(self) -> None:
        for condition in move_conditions(self._induction, stability=False):
            if condition.decides and never_holds(self.game, condition):
                margin = typed(self._present(condition.margin))
                raise NotConcaveError(
                    f"no optimum under {self.regime.name!r}: it is required that {condition.meaning}, but the margin "
                    f"of that, {margin}, is nowhere positive ({condition.name}); change the payoff, or who decides",
                    ("payoffs", self.game.payoffs[0].name),
                )

    # -- formulas ----------------------------------------------------------------------------------------------------

    def __getitem__(self, outcome: str) -> Any:
        """Return an outcome as a SymPy expression, factored for people."""
        return to_sympy(self.formula(outcome))

    def __iter__(self) -> Iterator[str]:
        return iter(self.outcomes)

    @property
    def outcomes(self) -> tuple[str, ...]:
        """The names of the outcomes: those of the game, where the regime splits a group one for each part of it."""
        return self.play.game.outcomes

    def unit(self, outcome: str) -> str:
        """Return the unit of an outcome."""
        return self.play.game.unit(outcome)

    @property
    def parameters(self) -> tuple[str, ...]:
        """The names of the parameters that need a value."""
        return needed_parameters(self.game, self.regime)

    @property
    def unknowns(self) -> tuple[str, ...]:
        """The actions whose levels have no closed form."""
        implicit = self._in_symbols.implicit if self._in_symbols else self._recorded[1].implicit
        return tuple(implicit.residuals) if implicit else ()

    @property
    def residuals(self) -> Mapping[str, Any]:
        """The equations of an equilibrium without closed form: what must be zero, by the action that it determines.

        SymPy expressions in the parameters, in the levels of actions, and in the values and slopes of technologies
        (``y``, ``y_slope``); empty if there is a closed form.
        """
        implicit = self._induction.implicit
        return {a: to_sympy(self._present(each)) for a, each in implicit.residuals.items()} if implicit else {}

    def latex_residuals(self) -> list[str]:
        """Return the residuals in LaTeX."""
        implicit = self._induction.implicit
        residuals = implicit.residuals.values() if implicit else ()
        return [typeset(self._present(each), LATEX, self.play.game.symbols) for each in residuals]

    @property
    def jacobian(self) -> Mapping[tuple[str, str], Any]:
        """How the residuals change with the levels, as SymPy expressions, by action and level; empty in closed form."""
        implicit = self._induction.implicit
        if implicit is None:
            return {}
        conditions = self._induction.moves[0].conditions
        matrix = total_matrix(self._induction, conditions)
        pairs = product(conditions, conditions)
        return {
            pair: to_sympy(self._present(entry)) for pair, entry in zip(pairs, chain.from_iterable(matrix), strict=True)
        }

    def exact(self, outcome: str) -> RationalFunction:
        """Return an outcome as an exact rational function of the parameters.

        Raises
        ------
        UnknownNameError
            If the game has no such outcome.
        """
        self.play.game.entry(outcome)
        return self._induction.outcome(outcome)

    def formula(self, outcome: str, *, abbreviated: bool = False) -> Expression:
        """Return an outcome as a formula, in the paper's abbreviations if asked."""
        return self._present(self.exact(outcome), abbreviated=abbreviated)

    def text(self, outcome: str, *, abbreviated: bool = False) -> str:
        """Return an outcome as text, as one would type it."""
        return typed(self.formula(outcome, abbreviated=abbreviated))

    def latex(self, outcome: str, *, abbreviated: bool = False) -> str:
        """Return an outcome in LaTeX."""
        return typeset(self.formula(outcome, abbreviated=abbreviated), LATEX, self.play.game.symbols)

    def symbol(self, name: str) -> str:
        """Return the LaTeX symbol of an outcome."""
        return typeset(Symbol(name), LATEX, self.play.game.symbols)

    @cached_property
    def exact_conditions(self) -> tuple[Condition[RationalFunction], ...]:
        """Conditions and diagnostics, their margins as exact rational functions."""
        return conditions_of(self._induction)

    @cached_property
    def conditions(self) -> Mapping[str, Condition[Any]]:
        """What must hold, by name; the margins are SymPy expressions."""
        return self._for_people(decides=True)

    @cached_property
    def diagnostics(self) -> Mapping[str, Condition[Any]]:
        """What a careful reader wants to know besides, by name; the margins are SymPy expressions."""
        return self._for_people(decides=False)

    def condition_formula(self, condition: Condition[RationalFunction], *, abbreviated: bool = False) -> Expression:
        """Return the margin of a condition as a formula."""
        return self._present(condition.margin, abbreviated=abbreviated)

    @cached_property
    def notes(self) -> tuple[str, ...]:
        """Restrictions that the regime imposes, in words."""
        notes = imposed(self.play)
        with suppress(TooLargeError):
            for condition in move_conditions(self._induction):
                if condition.divides and condition.decides and not condition.margin.numerator:
                    notes.append(_ANY_DIVISION.format(condition.name))
        return tuple(notes)

    def _for_people(self, *, decides: bool) -> dict[str, Condition[Any]]:
        chosen = [condition for condition in self.exact_conditions if condition.decides is decides]
        return {c.name: replace(c, margin=to_sympy(self._present(c.margin))) for c in chosen}

    def _present(self, function: RationalFunction, *, abbreviated: bool = False) -> Expression:
        return self._presenters[abbreviated].quotient(function)

    @cached_property
    def _presenters(self) -> tuple[Presenter, Presenter]:
        return tuple(Presenter(self._ring, self._typical, names) for names in ({}, self._abbreviations))  # type: ignore[return-value]

    @cached_property
    def _typical(self) -> dict[str, Fraction]:
        point = typical_point({p.name: (p.domain.low, p.domain.high) for p in self.game.parameters})
        return point | {name: Fraction(1) for name in self._ring.names if name not in point}

    @cached_property
    def _abbreviations(self) -> dict[str, RationalFunction]:
        reader = AtEqualActions(self.play, self._ring, {})
        formulas: dict[str, Expression] = {}
        for entry in self.game.abbreviations:  # each may use those before it
            formulas[entry.name] = rewrite(entry.formula, lambda part: formulas.get(getattr(part, "name", "")))  # type: ignore[assignment]
        return {name: reader.evaluate(formula, {}) for name, formula in formulas.items()}

    # -- numbers -----------------------------------------------------------------------------------------------------

    @cached_property
    def _recorded(self) -> tuple[Program, Recording]:
        recorder = Recorder()
        recording = record(self.play, recorder)
        return recorder.program(recording.outputs), recording

    def at(self, /, *, extrapolate: bool = False, **parameters: Any) -> Point:
        """Return the equilibrium at a point of the parameters.

        Parameters
        ----------
        extrapolate
            Evaluate also outside the domains of the parameters.
        parameters
            A value for each. Whole numbers, Fractions and text (``"1/3"``, ``"0.25"``) are exact, and if all are,
            so is the result; otherwise everything is computed in floats.

        Raises
        ------
        UnknownNameError, MissingValueError, OutsideDomainError
            If the parameters are not those of the game, or outside their domains.
        """
        point = read_point(self.game, parameters, self.parameters, extrapolate=extrapolate)
        implicit = self._recorded[1].implicit
        solutions: Sequence[Mapping[str, Any]] = [{}]  # nothing is left to find where there is a closed form
        if implicit is not None:
            solutions = find_levels(implicit, point) or [dict.fromkeys(implicit.names, UNDEFINED)]
        found = self._point(point, solutions[0])
        if len(solutions) == 1:
            return found
        others = "; ".join(", ".join(f"{a} = {one[a]:.6g}" for a in self.unknowns) for one in solutions[1:])
        verdict = Verdict(None, False, _SEVERAL.format(len(solutions), others))
        return replace(found, conditions={ONE_SOLUTION: verdict, **found.conditions})

    def _point(self, point: Mapping[str, Any], levels: Mapping[str, Any]) -> Point:
        program, recording = self._recorded
        found = replay(program, {**point, **levels})
        verdicts = judged(recording.conditions, found)
        values = {name: found[f"value:{name}"] for name in self.outcomes}
        if None in values.values():
            verdicts[0][DEFINED] = Verdict(None, False, DEFINED_MEANING)
        notes = [
            _ANY_DIVISION.format(c.name)
            for c in recording.conditions
            if c.divides and c.name in verdicts[0] and verdicts[0][c.name].margin == 0
        ]
        notes = list(dict.fromkeys([*self.notes, *notes]))
        return Point(self.game.name, self.regime.name, point, values, *verdicts, tuple(notes))

    def given(
        self, history: Mapping[str, Sequence[Any]], /, *, extrapolate: bool = False, **parameters: Any
    ) -> History:
        """Return what follows from explicit, possibly unequal choices at the first moves.

        Parameters
        ----------
        history
            For each action of the first moves, its level for every member of the group.
        extrapolate, parameters
            As in `at`.

        Examples
        --------
        >>> from rdgames.modelfile.catalogue import load
        >>> competition = solve(load("daspremont-jacquemin"), "competition")
        >>> competition.given({"x": [3, 0]}, a=100, b=1, c=60, n=2, beta=0, gamma=5).values["q"]
        [Fraction(46, 3), Fraction(37, 3)]
        """
        point = read_point(self.game, parameters, self.parameters, extrapolate=extrapolate)
        program, recording = self._recorded
        implicit = recording.implicit
        unknown = dict.fromkeys(implicit.names, UNDEFINED) if implicit else {}  # what was chosen is given
        coefficients = replay(program, {**point, **unknown})
        return follow(self.play, point, recording.rules, coefficients, history)

    # -- display -----------------------------------------------------------------------------------------------------

    def __repr__(self) -> str:
        return as_text(self)

    def _repr_latex_(self) -> str:
        return as_latex(self)


def solve(game: Game, regime: str = "competition") -> Equilibrium:
    """Derive the equilibrium of a game under a regime.

    Parameters
    ----------
    game
        The game.
    regime
        The name of one of its regimes, or a sentence such as ``"firms choose x jointly; firms share beta = 1"``
        (`rdgames.game.sentences` says what a sentence can say).

    Raises
    ------
    UnknownNameError, ModelError
        If there is no such regime, or the sentence does not fit the game.
    DerivationError
        If no equilibrium can be derived under the regime; its subclasses say why.
    """
    expect_game(game)
    if not isinstance(regime, str):
        raise InputError(f"found a {type(regime).__name__}, expected the name of a regime, or a sentence")
    return Equilibrium(game, game.regime(regime))
