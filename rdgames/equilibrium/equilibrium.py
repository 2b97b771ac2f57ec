"""The equilibrium of a game under a regime, as a user holds it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import replace
from functools import cached_property
from itertools import chain, product
from typing import Any

from rdgames.algebra.presentation import Presenter
from rdgames.algebra.rational import MAX_WORK, RationalFunction, Ring
from rdgames.algebra.sympy_edge import to_sympy
from rdgames.equilibrium.bounds import bound
from rdgames.equilibrium.condition import Condition
from rdgames.equilibrium.conditions import conditions_of, move_conditions, never_holds
from rdgames.equilibrium.display import as_latex, as_text, imposed, presenters
from rdgames.equilibrium.evaluation import Evaluator, division
from rdgames.equilibrium.first_order import total_matrix
from rdgames.equilibrium.histories import follow
from rdgames.equilibrium.induction import Induction
from rdgames.equilibrium.pages import equilibrium_page
from rdgames.equilibrium.point import History, Point
from rdgames.equilibrium.recording import further_names
from rdgames.equilibrium.verification import verify
from rdgames.errors import (
    InputError,
    NoFormulaError,
    NotConcaveError,
    NotQuadraticError,
    TooLargeError,
)
from rdgames.game.entries import NamedRegime
from rdgames.game.game import Game, expect_game
from rdgames.game.play import needed_parameters, play
from rdgames.game.values import read_point
from rdgames.language.printer import LATEX, typed, typeset
from rdgames.language.tree import Expression, Symbol

MAX_DERIVATION = MAX_WORK // 6
"""How much of the work that formulas may cost a derivation may take; beyond that, there are only numbers."""


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

    def __init__(self, game: Game, regime: NamedRegime, at_bounds: Iterable[str] = ()) -> None:
        self.game, self.regime = game, regime
        self.play = bound(play(game, regime), at_bounds)
        self._in_symbols: Induction[RationalFunction] | None = None
        self._refusal: NoFormulaError | None = None
        try:
            self._derive()
        except TooLargeError:
            self._refusal = TooLargeError(self._only_numbers("has formulas too long to be written out"))
            verify(None, self.play, self._ring.names)
        except NotQuadraticError as error:
            self._refusal = NoFormulaError(self._only_numbers(f"has no closed form ({error})"), error.key)
            self._expand(error)

    def _derive(self) -> None:
        """Derive the equilibrium in symbols, and check it."""
        self._ring = Ring(tuple(self.game.parameter))
        self._ring = Ring((*self._ring.names, *further_names(self.play)))
        self._ring.limit = MAX_DERIVATION
        self._in_symbols = found = Induction(self.play, self._ring)
        try:
            verify(found, self.play, self._ring.names)
            self._refuse_what_is_never_concave()
        except TooLargeError:
            self._in_symbols = None
            raise
        self._ring.limit = MAX_WORK

    def _expand(self, why: NotQuadraticError) -> None:
        """Write down the equations of an equilibrium without closed form, or say why there are none."""
        try:
            self._evaluator = Evaluator(self.play)
        except NotQuadraticError as error:
            error.key = error.key or why.key
            raise

    def _only_numbers(self, why: str) -> str:
        return (
            f"{self.game.name} under {self.regime.name!r} {why}; "
            "its values can be had all the same: at(...), --at and sweep"
        )

    @property
    def _induction(self) -> Induction[RationalFunction]:
        if self._in_symbols is None:
            assert self._refusal is not None  # there is either a derivation or a reason why there is none
            raise self._refusal
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
        if self._in_symbols is None:
            return self._evaluator.unknowns
        implicit = self._in_symbols.implicit
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
        first = self._induction.moves[0]
        conditions = {**first.conditions, **first.equations}
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

    @property
    def stated_conditions(self) -> tuple[Condition[Any], ...]:
        """Conditions and diagnostics with what they mean, also where their margins are no formulas."""
        return self._evaluator.recording.conditions if self._in_symbols is None else self.exact_conditions

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
        if self._refusal is not None:
            raise self._refusal
        return self._present(condition.margin, abbreviated=abbreviated)

    @property
    def notes(self) -> tuple[str, ...]:
        """Restrictions that the regime imposes, and why there are no formulas if there are none, in words."""
        return (*self._restrictions, *([str(self._refusal)] if self._refusal else []))

    @cached_property
    def _restrictions(self) -> tuple[str, ...]:
        notes = imposed(self.play)
        with suppress(NoFormulaError):
            for condition in move_conditions(self._induction):
                if condition.divides and condition.decides and not condition.margin.numerator:
                    notes.append(division(condition))
        return tuple(notes)

    def _for_people(self, *, decides: bool) -> dict[str, Condition[Any]]:
        chosen = [condition for condition in self.exact_conditions if condition.decides is decides]
        return {c.name: replace(c, margin=to_sympy(self._present(c.margin))) for c in chosen}

    def _present(self, function: RationalFunction, *, abbreviated: bool = False) -> Expression:
        return self._presenters[abbreviated].quotient(function)

    @cached_property
    def _presenters(self) -> tuple[Presenter, Presenter]:
        return presenters(self.play, self._ring)

    # -- numbers -----------------------------------------------------------------------------------------------------

    @cached_property
    def _evaluator(self) -> Evaluator:
        return Evaluator(self.play)

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
        return self._evaluator.at(point, self._restrictions)

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
        rules = self._evaluator.recording.rules
        if not rules:
            raise self._refusal or NoFormulaError(self._only_numbers("has rules near the equilibrium only"))
        return follow(self.play, point, rules, self._evaluator.rules(point), history)

    # -- display -----------------------------------------------------------------------------------------------------

    def __repr__(self) -> str:
        return as_text(self)

    def _repr_latex_(self) -> str:
        return as_latex(self)

    def _repr_html_(self) -> str:
        return equilibrium_page(self).html()


def solve(game: Game, regime: str = "competition", *, at_bounds: Iterable[str] = ()) -> Equilibrium:
    """Derive the equilibrium of a game under a regime.

    Parameters
    ----------
    game
        The game.
    regime
        The name of one of its regimes, or a sentence such as ``"firms choose x jointly; firms share beta = 1"``
        (`rdgames.game.sentences` says what a sentence can say).
    at_bounds
        Bounds that bind, so that the equilibrium is a corner: actions that everybody chooses at their least level
        (``"x"``), requirements that hold with equality (``"unit_cost"``), actions that others just hold at their
        least level (``"q_2-by-x_1"``); see `rdgames.equilibrium.bounds`. The conditions say where that is an
        equilibrium (`rdgames.equilibrium.corners` gives all corners).

    Raises
    ------
    UnknownNameError, ModelError
        If there is no such regime or bound, or the sentence does not fit the game.
    DerivationError
        If no equilibrium can be derived under the regime; its subclasses say why.
    """
    expect_game(game)
    if not isinstance(regime, str):
        raise InputError(f"found a {type(regime).__name__}, expected the name of a regime, or a sentence")
    return Equilibrium(game, game.regime(regime), at_bounds)
