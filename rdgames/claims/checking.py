"""Propositions held against equilibria at random exact points.

Until a claim is proved it is checked: at every point that is *admissible*, where the selected conditions of all regimes
that it names hold, the statement is decided in exact arithmetic. One point that denies it refutes it for good; points
that affirm it, however many, prove nothing.
"""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction
from random import Random

from rdgames.claims.findings import ClaimCheck, Counterexample
from rdgames.claims.hypotheses import Hypotheses, Selection, interior_optimum
from rdgames.claims.reading import Proposition, find_claim
from rdgames.claims.sampling import Walk
from rdgames.claims.truth import AtPoint, comparisons_in
from rdgames.errors import InputError
from rdgames.game.game import Game
from rdgames.game.literature import Claim
from rdgames.language.printer import typed


def check_claim(
    game: Game,
    claim: Claim | str,
    *,
    points: int = 300,
    seed: int = 0,
    admissible: Selection = interior_optimum,
) -> ClaimCheck:
    """Check a claim at random admissible points of exact rational parameters.

    Parameters
    ----------
    game
        The game.
    claim
        A claim, or the name of one in the model.
    points
        How many admissible points to try; a counterexample ends the search.
    seed
        The same seed gives the same points.
    admissible
        Which conditions must hold at a point, for every regime that the claim names: `interior_optimum` (the default),
        `everything_that_decides`, `no_condition` (all in `rdgames.claims.hypotheses`), or your own choice.

    Raises
    ------
    UnknownNameError, ModelError
        If there is no such claim, or it cannot be read.
    InputError
        If no points are to be tried.
    DerivationError
        If a regime that it names has no equilibrium in closed form.

    Examples
    --------
    >>> from rdgames.modelfile.catalogue import load
    >>> game = load("daspremont-jacquemin")
    >>> sign = Claim(name="x", statement="iff(cartel.x > competition.x, beta > 1/2)", given="n >= 2")
    >>> print(check_claim(game, sign, points=100))
    x, iff(cartel.x > competition.x, beta > 1/2), given n >= 2: holds at 100 admissible points
    """
    if points < 1:
        raise InputError(f"found points = {points}, expected at least one to be tried")
    proposition = Proposition.read(game, find_claim(game, claim))
    hypotheses = Hypotheses.of(game, proposition.given, proposition.statement, admissible)
    search = Walk(hypotheses, proposition.statement, Random(seed))
    decided = undefined = 0
    truths = [0 for _ in comparisons_in(proposition.statement)]
    example: Mapping[str, Fraction] | None = None
    counterexample: Counterexample | None = None
    for point in search.points(lines=100 + points):
        try:
            true, parts = AtPoint(game, point).decide(proposition.statement)
        except ArithmeticError:
            undefined += 1
            continue
        decided, example = decided + 1, example or point.values
        truths = [times + part for times, part in zip(truths, parts, strict=True)]
        if not true:
            counterexample = Counterexample(point.values, proposition.values_at(point))
        if counterexample is not None or decided == points:
            break
    said = proposition.claim
    return ClaimCheck(
        said.name, said.statement, said.given, said.verdict,
        decided, undefined, search.proposed, example, counterexample,
        {typed(part): times for part, times in zip(comparisons_in(proposition.statement), truths, strict=True)},
    )  # fmt: skip


def check_claims(
    game: Game, *, points: int = 300, seed: int = 0, admissible: Selection = interior_optimum
) -> tuple[ClaimCheck, ...]:
    """Check every claim of a model; see `check_claim`."""
    return tuple(check_claim(game, claim, points=points, seed=seed, admissible=admissible) for claim in game.claims)
