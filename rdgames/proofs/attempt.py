"""One claim on its way to a verdict: layers from cheap to dear, each of which is final where it decides.

1. Exact points of the admissible region, of which one may already deny the claim.
2. Signs of the factors of denominators and of differences, from coefficients in nonnegative coordinates.
3. Combinations with the hypotheses, by linear programming; then the ranges of parameters are cut.
4. Many more points, where a false claim is likely to be false.
5. Solvers for what is left, each checking the other.

The work that a layer may do is counted, so that a verdict does not depend on how fast a machine is; only a time limit
that is asked for does.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from random import Random
from time import monotonic
from typing import Any

from rdgames.claims.findings import Counterexample
from rdgames.claims.functions import ExactPoint
from rdgames.claims.hypotheses import Hypotheses, Selection
from rdgames.claims.reading import Proposition
from rdgames.claims.sampling import Walk, drawn
from rdgames.claims.truth import AtPoint
from rdgames.errors import TooLargeError
from rdgames.proofs.certificate import Verdict, certificate
from rdgames.proofs.charts import Limit, TooHardError
from rdgames.proofs.definedness import defined_where
from rdgames.proofs.evidence import Coefficients
from rdgames.proofs.implication import Implication
from rdgames.proofs.linear_programming import LinearProgramming
from rdgames.proofs.problem import Effort, Point, Problem, Step, in_flint
from rdgames.proofs.proof import Finding, Proof
from rdgames.proofs.reading import Reading
from rdgames.proofs.search import find_proof
from rdgames.proofs.solvers import available

FEW_POINTS = 4
"""How many admissible points guide a search."""

TRIED_POINTS = (100, 300)
"""How many admissible points are tried for a counterexample after the first layer, and after the second."""

MOST_UNDEFINED = 200
"""At how many admissible points the statement may have no value before others are no longer looked for."""

LINES = 400
"""Along how many lines points are looked for; half as many before hypotheses are thought to be contradictory."""


@dataclass(frozen=True)
class Layer:
    """One effort at a proof: its name, ways of showing signs, cuts of ranges, work in terms, seconds for solvers."""

    name: str
    ways: tuple[Any, ...]
    cuts: int
    work: float
    solvers: float = 0.0


LAYERS = (
    Layer("coefficients in nonnegative coordinates", (Coefficients(),), 0, 3e5),
    Layer("combinations with the hypotheses", (Coefficients(), LinearProgramming()), 0, 1e6),
    Layer("cuts of ranges", (Coefficients(), LinearProgramming()), 3, 4e6),
    Layer("large polynomials", (Coefficients(),), 1, 6e6),
)
SOLVERS = Layer("solvers", (Coefficients(), LinearProgramming()), 0, 1e6, 10.0)


@dataclass
class Attempt:
    """One claim on its way through the layers.

    Attributes
    ----------
    proposition, assuming
        The claim, and which conditions of the regimes are assumed.
    limit
        The time that is left.
    seed
        The same seed tries the same points.
    layers, solvers
        The layers that may be used, and whether solvers may be asked in the end.
    tried
        What was tried, in words.
    points
        The admissible points that were found.
    """

    proposition: Proposition
    assuming: Selection
    limit: Limit
    seed: int = 0
    layers: Sequence[Layer] = LAYERS
    solvers: bool = True
    tried: list[str] = field(default_factory=list)
    points: list[ExactPoint] = field(default_factory=list)

    def __post_init__(self) -> None:
        """Read the claim, and prepare the search for points."""
        self.started = monotonic()
        self.reading = Reading(self.proposition, self.assuming)
        game = self.proposition.game
        hypotheses = Hypotheses.of(game, self.proposition.given, self.proposition.statement, self.assuming)
        self.walk = Walk(hypotheses, self.proposition.statement, Random(self.seed), before_line=self._heed_the_time)
        self.admissible = self.walk.points(lines=LINES)

    def _heed_the_time(self) -> None:
        self.limit.spend(0)

    def decide(self) -> Proof:
        """Go through the layers."""
        try:
            return self._in_layers()
        except (TooHardError, TooLargeError) as error:
            self.tried.append(str(error) or "the time is over")
            return self._found("unknown")

    def _in_layers(self) -> Proof:
        refuted = self._refuted_by(FEW_POINTS)
        if refuted is not None:
            return refuted
        if not self.points:
            return self._without_points()
        implication = self.reading.implication
        for place, layer in enumerate(self.layers):
            steps, effort = self._search(implication, layer)
            if steps is not None:
                return self._proved(steps, effort)
            refuted = self._refuted_by(TRIED_POINTS[place]) if place < len(TRIED_POINTS) else None
            if refuted is not None:
                return refuted
        return self._by_solvers(implication)

    # -- points ------------------------------------------------------------------------------------------------------

    def _more_points(self, most: int) -> Iterator[ExactPoint]:
        for point in self.admissible:
            self.points.append(point)
            yield point
            if len(self.points) >= most:
                return

    def _refuted_by(self, most: int) -> Proof | None:
        """Look at admissible points until one denies the claim."""
        before, undefined = len(self.points), 0
        for point in self._more_points(most):
            try:
                true = AtPoint(self.proposition.game, point).decide(self.proposition.statement)
            except ArithmeticError:
                undefined += 1
                self.points.remove(point)
                if undefined > MOST_UNDEFINED:
                    break
                continue
            if not true:
                return self._refuted(point.values)
        if undefined and not self.points:
            self.tried.append(f"the statement has no value at any of {undefined} admissible points")
        if len(self.points) > before:
            self.tried.append(f"true at {len(self.points)} exact points")
        return None

    def _refuted(self, values: Mapping[str, Fraction]) -> Proof:
        found = Counterexample(values, self.proposition.values_at(ExactPoint(values)))
        document = certificate(self.reading, "refuted", counterexample=values)
        return self._found("refuted", counterexample=found, certificate=document)

    # -- proofs ------------------------------------------------------------------------------------------------------

    def _guides(self) -> list[Point]:
        """Return points of the domains, for where no admissible point is known."""
        rng, parameters = Random(self.seed), self.proposition.game.parameters
        drawn_points = [{parameter.name: drawn(parameter, rng) for parameter in parameters} for _ in range(FEW_POINTS)]
        return [in_flint(values) for values in drawn_points]

    def _search(self, implication: Implication, layer: Layer) -> tuple[list[Step] | None, Effort]:
        effort = Effort(layer.ways, cuts=layer.cuts, limit=Limit(layer.work, self.limit.until), solvers=layer.solvers)
        points = [in_flint(point.values) for point in self.points[:FEW_POINTS]]
        guides = points or self._guides()
        steps = find_proof(Problem(implication, self.reading.polynomials, points, effort, self.reading.whole, guides))
        self.limit.spend(0)
        self.tried.append(layer.name)
        return steps, effort

    def _proved(self, steps: list[Step], effort: Effort) -> Proof:
        verdict: Verdict = "proved by one solver" if effort.by_one_solver else "proved"
        example = self.points[0].values
        return self._found(
            verdict,
            numbers="whole" if effort.whole else "real",
            layers=tuple(sorted(effort.layers)) or ("signs",),
            example=example,
            certificate=certificate(self.reading, verdict, proof=steps, witness=example),
        )

    def _without_points(self) -> Proof:
        """No admissible point was found: show that there is none."""
        implication = Implication(self.reading.implication.hypotheses, None)
        for layer in self.layers:
            steps, effort = self._search(implication, layer)
            if steps is not None:
                document = certificate(self.reading, "vacuous", proof=steps)
                return self._found("vacuous", layers=tuple(sorted(effort.layers)) or ("signs",), certificate=document)
        self.tried.append(
            f"none of {self.walk.proposed} points satisfies the assumptions, which perhaps contradict each other"
        )
        return self._found("unknown")

    def _by_solvers(self, implication: Implication) -> Proof:
        if not self.solvers or not available():
            return self._found("unknown")
        steps, effort = self._search(implication, SOLVERS)
        if steps is not None:
            return self._proved(steps, effort)
        for values in effort.candidates:
            refuted = self._if_it_denies(values)
            if refuted is not None:
                return refuted
        return self._found("unknown")

    def _if_it_denies(self, values: Mapping[str, Fraction]) -> Proof | None:
        """Look at a point that a solver proposes, in exact numbers."""
        game = self.proposition.game
        point = ExactPoint({name: values.get(name, Fraction(1)) for name in game.parameter})
        inside = all(game.parameter[name].problem(value) is None for name, value in point.values.items())
        try:
            if not inside or self.walk.hypotheses.violations(point):
                return None
            true = AtPoint(game, point).decide(self.proposition.statement)
        except ArithmeticError:
            return None
        return None if true else self._refuted(point.values)

    def _found(self, verdict: Finding, **more: Any) -> Proof:
        claim = self.proposition.claim
        if verdict in ("proved", "proved by one solver", "refuted"):
            more["defined_where"] = defined_where(self.reading, self.points[:FEW_POINTS], self.limit.until)
        missing = () if len(available()) == 2 else ("z3 and cvc5 (pip install 'rdgames[prove]')",)
        return Proof(
            self.proposition.game.name,
            claim.name,
            claim.statement,
            claim.given,
            verdict,
            tried=tuple(self.tried),
            missing=missing,
            seconds=monotonic() - self.started,
            **more,
        )
