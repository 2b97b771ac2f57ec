"""Claims proved or refuted, for all values of the parameters at once."""

from __future__ import annotations

from dataclasses import replace
from math import inf
from time import monotonic

from rdgames.claims.hypotheses import Selection, interior_optimum
from rdgames.claims.reading import Proposition, find_claim
from rdgames.errors import InputError, ModelError, UnknownNameError
from rdgames.game.game import Game, expect_game
from rdgames.game.literature import Claim
from rdgames.proofs.attempt import LAYERS, Attempt
from rdgames.proofs.charts import Limit
from rdgames.proofs.exactness import exactly_when
from rdgames.proofs.proof import UNNAMED, Proof

SECONDS_FOR_CONDITIONS = 5.0
"""For how long the condition is looked for under which a refuted claim is true."""


def prove(
    claim: Claim | str,
    game: Game,
    *,
    given: str = "",
    assuming: Selection = interior_optimum,
    timeout: float = inf,
    exactly: float = SECONDS_FOR_CONDITIONS,
    seed: int = 0,
) -> Proof:
    """Prove or refute a claim about a game, for all values of its parameters at once.

    A claim is an implication: domains, the conditions of every regime that it names, and what is given imply the
    statement. Every comparison in it is one of signs of polynomials (`rdgames.proofs.implication`); these are shown
    with certificates, or one exact point denies the claim.

    Parameters
    ----------
    claim
        The name of a claim of the model, a claim, or a statement such as ``cartel.x > competition.x``.
    game
        The game.
    given
        What is given besides, such as ``beta > 1/2 and n == 2``.
    assuming
        Which conditions of the regimes are assumed: `interior_optimum` (the default), `everything_that_decides`,
        `no_condition` (all in `rdgames.claims.hypotheses`), or your own choice.
    timeout
        Seconds after which the answer is ``unknown``.
    exactly
        For how many seconds, if it is refuted, the condition is looked for under which, and only under which, it is
        true; zero for not at all.
    seed
        The same seed tries the same points.

    Raises
    ------
    ModelError
        If the claim cannot be read, with every mistake and the nearest right names.
    DerivationError
        If a regime that it names has no equilibrium in closed form.

    Examples
    --------
    >>> from rdgames.modelfile.catalogue import load
    >>> game = load("daspremont-jacquemin")
    >>> proof = prove("cartel.x > competition.x", game, given="n >= 2 and beta > 1/2")
    >>> proof.verdict, proof.layers
    ('proved', ('coefficients',))
    >>> prove("cartel.x > competition.x", game, given="n >= 2").exactly_when
    'beta > 1/2'
    """
    expect_game(game)
    if not isinstance(claim, Claim | str):
        raise InputError(f"found {claim!r:.60} as a claim, expected a statement, the name of a claim, or a claim")
    until = monotonic() + timeout
    proposition = Proposition.read(game, as_claim(game, claim, given))
    attempt = Attempt(proposition, assuming, Limit(until=until), seed)
    proof = attempt.decide()
    until = min(until, monotonic() + exactly)
    if proof.verdict != "refuted" or until <= monotonic():
        return proof

    def prove_in_turn(statement: str) -> Proof:
        """Prove a statement under the same hypotheses, without asking in turn when it is true."""
        other = proposition.claim.model_copy(update={"name": UNNAMED, "statement": statement})
        found = Proposition.read(game, other)
        return Attempt(found, assuming, Limit(until=until), seed, LAYERS[:2], solvers=False).decide()

    when = exactly_when(attempt.reading, prove_in_turn, until=until)
    return replace(proof, exactly_when=when.condition, condition_certificate=when.proof.certificate) if when else proof


def as_claim(game: Game, claim: Claim | str, given: str = "") -> Claim:
    """Return a claim from its name or its statement, with what is given besides.

    Raises
    ------
    UnknownNameError, ModelError
        If it is neither the name of a claim nor a statement that can be read.
    """
    known = {entry.name: entry for entry in game.claims}
    if isinstance(claim, str):
        if claim not in known and not any(mark in claim for mark in "<>=(."):
            raise UnknownNameError("claim", claim, known)
        claim = known.get(claim) or Claim(name=UNNAMED, statement=claim)
    if given:
        joined = f"({claim.given}) and ({given})" if claim.given else given
        claim = claim.model_copy(update={"given": joined})
    try:
        return find_claim(game, claim)
    except ModelError as error:
        if claim.name != UNNAMED:
            raise
        typed = [
            replace(mistake, key=tuple(part for part in mistake.key[2:] if part != "is")) for mistake in error.mistakes
        ]
        raise ModelError(typed, f"the statement {claim.statement!r}") from None
