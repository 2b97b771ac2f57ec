"""The derivatives of an equilibrium's outcomes, and what can be proved of their signs.

What exact admissible points show of a derivative says which sign to claim first; a point that denies that says which to
claim next. So few claims are made about each, and what is not proved is refuted by points.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from fractions import Fraction
from functools import cached_property
from itertools import islice
from random import Random
from time import monotonic
from typing import Any

from rdgames.algebra.presentation import Presenter, typical_point
from rdgames.claims.functions import ExactPoint, FastFunction, solved
from rdgames.claims.hypotheses import Hypotheses, Selection
from rdgames.claims.reading import Proposition
from rdgames.claims.sampling import Walk
from rdgames.equilibrium.equilibrium import Equilibrium
from rdgames.errors import DerivationError, InputError, Mistake, ModelError, TooLargeError
from rdgames.game.game import Game
from rdgames.game.literature import Claim
from rdgames.language.tree import Expression
from rdgames.proofs.proof import Proof
from rdgames.proofs.proving import SECONDS_FOR_CONDITIONS, as_claim, prove
from rdgames.theorems.tabulated import Sign, Statics

POINTS, LINES = 12, 60
"""How many admissible points say which sign to claim first, and along how many lines they are looked for."""

_SHOWN: dict[str, Sign] = {">": "+", "<": "-", "==": "0", ">=": ">= 0", "<=": "<= 0"}
_PROMISING = {(1,): ">", (-1,): "<", (0,): "==", (0, 1): ">=", (-1, 0): "<=", (): ">"}
"""What to claim where points have shown these signs."""

_WEAKER = {">": ">=", "<": "<="}
_PROVED = ("proved", "proved by one solver")


@dataclass
class Differentiation:
    """The derivatives of an equilibrium's outcomes, and what can be proved of their signs."""

    equilibrium: Equilibrium
    given: str
    assuming: Selection
    game: Game = field(init=False)
    regime: str = field(init=False)
    _walk: Walk | None = None
    _points: list[ExactPoint] = field(default_factory=list)

    def __post_init__(self) -> None:
        """Give the regime a name by which claims can speak of it."""
        equilibrium: Any = self.equilibrium
        if not isinstance(equilibrium, Equilibrium):
            found = type(equilibrium).__name__
            raise InputError(f"found a {found}, expected an equilibrium: rd.statics(rd.solve(game, 'cartel'))")
        if equilibrium.unknowns:
            raise DerivationError(
                f"found levels of {', '.join(equilibrium.unknowns)} that have no closed form under {self.shown!r}, "
                "expected formulas, which statics differentiates; sweep a parameter to see outcomes change in numbers"
            )
        self.game, self.regime = _with_name(equilibrium)

    @property
    def shown(self) -> str:
        """The regime as the user knows it: its name or its sentence."""
        return self.equilibrium.regime.name

    @cached_property
    def assumed(self) -> tuple[str, ...]:
        """What is assumed of the regime, in words."""
        conditions = (fast.condition for fast in solved(self.game, self.regime).conditions)
        return tuple(f"{each.name}: {each.meaning}" for each in conditions if self.assuming(each))

    @cached_property
    def presenter(self) -> Presenter:
        """What writes derivatives for people."""
        ring = self.equilibrium.exact(self.equilibrium.outcomes[0]).ring
        typical = typical_point({p.name: (p.domain.low, p.domain.high) for p in self.game.parameters})
        return Presenter(ring, {name: typical.get(name, Fraction(1)) for name in ring.names}, {})

    def claim(self, outcome: str, parameter: str, relation: str) -> Claim:
        """Return the claim that a derivative compares with zero in a way."""
        return Claim(
            name=f"{outcome}-by-{parameter}",
            statement=f"derivative({self.regime}.{outcome}, {parameter}) {relation} 0",
            given=self.given,
        )

    def read_given(self, outcome: str, parameter: str) -> None:
        """Raise ModelError if what is given cannot be read."""
        try:
            Proposition.read(self.game, as_claim(self.game, self.claim(outcome, parameter, ">")))
        except ModelError as error:
            raise ModelError([Mistake((), mistake.problem) for mistake in error.mistakes], "what is given") from None

    def points(self, until: float) -> tuple[ExactPoint, ...]:
        """Return some points at which everything holds that is assumed, as many as are found in time."""
        claim = self.claim(self.equilibrium.outcomes[0], self.equilibrium.parameters[0], ">")
        said = Proposition.read(self.game, claim)
        hypotheses = Hypotheses.of(self.game, said.given, said.statement, self.assuming)
        walk = self._walk = self._walk or Walk(hypotheses, said.statement, Random(0))
        while len(self._points) < POINTS and walk.lines < LINES and monotonic() < until:
            before = walk.lines
            self._points += islice(walk.points(before + 1), POINTS - len(self._points))  # one walk, which may be long
            if walk.lines == before:
                break
        return tuple(self._points)

    def untried(self, outcome: str, parameter: str) -> Statics:
        """Return the entry that was not reached."""
        return self._found(outcome, parameter, "not tried", (), None, "not reached in the time there was")

    def entry(self, outcome: str, parameter: str, until: float) -> Statics:
        """Return what is found about one outcome and one parameter."""
        try:
            derivative = solved(self.game, self.regime).outcome(outcome, (parameter,))
            formula = self._formula(derivative)
        except TooLargeError as error:
            return self._found(outcome, parameter, "unknown", (), None, str(error))
        proofs: dict[str, Proof] = {}
        sign = self._sign(outcome, parameter, derivative, until, proofs)
        if sign == "changes":
            self._show_change(outcome, parameter, derivative, until, proofs)
        return self._found(outcome, parameter, sign, tuple(proofs.values()), formula, "")

    def _sign(
        self, outcome: str, parameter: str, derivative: FastFunction, until: float, proofs: dict[str, Proof]
    ) -> Sign:
        """Claim signs until one is proved, or points have shown both."""
        seen: set[int | None] = {0}
        if derivative.exact.numerator:
            seen = {_sign_at(derivative, point) for point in self.points(until)}
        relation: str | None = _promising(seen)
        while relation is not None and relation not in proofs:
            proof = proofs[relation] = self._prove(outcome, parameter, relation, until)
            if proof.verdict in _PROVED:
                return _SHOWN[relation]
            if proof.verdict == "vacuous":
                return "vacuous"
            if proof.counterexample is not None:
                seen.add(_sign_at(derivative, ExactPoint(proof.counterexample.parameters)))
                relation = _promising(seen)
            else:
                relation = _WEAKER.get(relation)
        return "changes" if {1, -1} <= seen else "unknown"

    def _show_change(
        self, outcome: str, parameter: str, derivative: FastFunction, until: float, proofs: dict[str, Proof]
    ) -> None:
        """Refute that the derivative is positive, which may tell where it is, and that it has one weak sign."""
        shown = {
            _sign_at(derivative, ExactPoint(proof.counterexample.parameters))
            for proof in proofs.values()
            if proof.counterexample is not None
        }
        proofs[">"] = self._prove(outcome, parameter, ">", until, exactly=SECONDS_FOR_CONDITIONS)
        for relation, sign in ((">=", -1), ("<=", 1)):
            if relation not in proofs and sign not in shown:
                proof = proofs[relation] = self._prove(outcome, parameter, relation, until)
                if proof.counterexample is not None:
                    shown.add(_sign_at(derivative, ExactPoint(proof.counterexample.parameters)))

    def _prove(self, outcome: str, parameter: str, relation: str, until: float, exactly: float = 0) -> Proof:
        claim = self.claim(outcome, parameter, relation)
        return prove(claim, self.game, assuming=self.assuming, timeout=until - monotonic(), exactly=exactly)

    def _formula(self, derivative: FastFunction) -> Expression | None:
        """Return a derivative as a formula for people; None if nobody could read it."""
        try:
            return self.presenter.quotient(derivative.exact)
        except TooLargeError:
            return None

    def _found(
        self,
        outcome: str,
        parameter: str,
        sign: Sign,
        proofs: tuple[Proof, ...],
        formula: Expression | None,
        reason: str,
    ) -> Statics:
        where = next((proof.exactly_when for proof in proofs if proof.statement.endswith("> 0")), "")
        return Statics(
            self.equilibrium.game.name,
            self.shown,
            outcome,
            parameter,
            self.given,
            sign,
            where if sign == "changes" else "",
            proofs,
            formula,
            self.assumed,
            self.game.parameter[parameter].integer,
            reason,
        )


def _promising(seen: set[int | None]) -> str | None:
    return _PROMISING.get(tuple(sorted(sign for sign in seen if sign is not None)))


def _sign_at(derivative: FastFunction, point: ExactPoint) -> int | None:
    """Return the sign of a derivative at a point; None where it has no value."""
    try:
        value = derivative.at(point)
    except ZeroDivisionError:
        return None
    return (value > 0) - (value < 0)


def _with_name(equilibrium: Equilibrium) -> tuple[Game, str]:
    """Return a game in which the regime has a name, and that name.

    A game to which a regime is added has another name too: certificates are then not about the packaged model.
    """
    game, regime = equilibrium.game, equilibrium.regime
    known = {entry.name for entry in game.regimes}
    if regime.name in known:
        return game, regime.name
    name = next(
        name for name in ("asked", *(f"asked-{count}" for count in range(2, len(known) + 3))) if name not in known
    )
    document = game.to_document()
    document["regimes"] = {**document.get("regimes", {}), name: str(regime.sentence)}
    return Game(**{**document, "name": f"{game.name}-{name}"}), name
