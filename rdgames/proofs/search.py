"""The search for a proof: what follows from the hypotheses, then cases, then cuts of ranges, then solvers."""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction
from math import floor
from time import monotonic
from typing import Any

from rdgames.certificates.checker import script_of
from rdgames.proofs import signs
from rdgames.proofs.atlas import Atlas
from rdgames.proofs.branch import Branch
from rdgames.proofs.charts import TooHardError
from rdgames.proofs.problem import Problem, Step
from rdgames.proofs.signs import ANY
from rdgames.proofs.solver_process import Value
from rdgames.proofs.solvers import ask

LONGEST_FACT = 100
"""Solvers are told of polynomials with no more terms."""


def find_proof(problem: Problem) -> list[Step] | None:
    """Return a proof, None if none was found; what was found on the way is noted in the problem's effort."""
    effort = problem.effort
    branch = Branch(problem, dict(problem.implication.at_first), list(range(len(problem.points))))
    try:
        steps = _prove(branch, effort.depth, effort.cuts)
    except TooHardError:
        steps = None
    effort.root_knowledge = branch.known
    effort.whole = _whole_numbers_in(steps or [])
    return steps


def _whole_numbers_in(steps: list[Step]) -> bool:
    """Whether a proof uses that numbers are whole."""
    inner = [case for step in steps for case in (step.get("below"), step.get("above"), *step.get("cases", {}).values())]
    return any(step["rule"] == "integers" for step in steps) or any(_whole_numbers_in(case) for case in inner if case)


def _prove(branch: Branch, depth: int, cuts: int) -> list[Step] | None:
    """Return the steps that prove a case, None if none were found."""
    if branch.closed():
        return branch.steps
    closing = _by_cases(branch, depth, cuts) or _by_cutting(branch, depth, cuts) or _by_solvers(branch)
    return None if closing is None else [*branch.steps, closing]


def _by_cases(branch: Branch, depth: int, cuts: int) -> Step | None:
    for name in list(branch.undecided())[:2] if depth else ():
        found = _cases(branch, name, depth - 1, cuts)
        if found is not None:
            return found
    return None


def _cases(branch: Branch, name: str, depth: int, cuts: int) -> Step | None:
    found = {}
    for sign in reversed(list(signs.members(branch.known.get(name, ANY)))):
        steps = _prove(branch.where(name, signs.set_of(sign)), depth, cuts)
        if steps is None:
            return None
        found[signs.text(signs.set_of(sign))] = steps
    return {"rule": "cases", "polynomial": name, "cases": found}


def _by_cutting(branch: Branch, depth: int, cuts: int) -> Step | None:
    """Cut the range of one parameter in two."""
    for parameter, low, high in _ranges(branch) if cuts else ():
        if parameter in branch.problem.whole:
            at = floor(low if high is None else (low + high) / 2)
            if high is not None and at + 1 > high:
                continue
            found = _integers(branch, parameter, at, depth, cuts - 1)
        elif high is not None:
            middle = (low + high) / 2
            name, _ = branch.problem.polynomials.known_as(_above(branch, parameter, middle))
            found = _cases(branch, name, depth, cuts - 1)
        else:
            continue
        if found is not None:
            return found
    return None


def _integers(branch: Branch, parameter: str, at: int, depth: int, cuts: int) -> Step | None:
    found: Step = {"rule": "integers", "parameter": parameter, "at": str(at)}
    for key, bound, allowed in (
        ("below", at, signs.NEGATIVE | signs.ZERO),
        ("above", at + 1, signs.ZERO | signs.POSITIVE),
    ):
        name, _ = branch.problem.polynomials.known_as(_above(branch, parameter, Fraction(bound)))
        steps = _prove(branch.where(name, allowed), depth, cuts)
        if steps is None:
            return None
        found[key] = steps
    return found


def _by_solvers(branch: Branch) -> Step | None:
    """Ask solvers whether what is known here can be."""
    effort = branch.problem.effort
    if not effort.solvers or branch.points:
        return None
    length = branch.problem.polynomials.length
    facts = [
        [name, signs.text(known)]
        for name, known in branch.known.items()
        if known != ANY and length(name) <= LONGEST_FACT
    ]
    script = script_of(branch.problem.polynomials.parameters, facts)
    answers = ask(script, min(effort.solvers, effort.limit.until - monotonic()))
    said = [answer.answer for answer in answers]
    for answer in answers:
        if answer.answer == "sat" and answer.model:
            effort.candidates.append({name: rational(value) for name, value in answer.model.items()})
    if "sat" in said or "unsat" not in said:
        return None
    effort.layers.add("solvers")
    effort.by_one_solver |= said.count("unsat") == 1
    transcripts = [{"solver": each.solver, "version": each.version, "answer": each.answer} for each in answers]
    return {"rule": "solvers", "facts": facts, "script": script, "answers": transcripts}


def _above(branch: Branch, parameter: str, value: Fraction) -> Any:
    return branch.problem.polynomials.generator[parameter] * value.denominator - value.numerator


def _ranges(branch: Branch) -> Iterator[tuple[str, Fraction, Fraction | None]]:
    """Yield parameters between numbers, with these; whole ones first."""
    atlas = Atlas(branch.problem.polynomials, branch.known, branch.problem.guides[:1], branch.problem.effort.limit)
    parameters = sorted(branch.problem.polynomials.parameters, key=lambda name: name not in branch.problem.whole)
    for parameter in parameters:
        ends: dict[str, list[Fraction]] = {"low": [], "high": [], "zero": []}
        for bound in atlas.bounds.get(parameter, []):
            if not bound.others:
                ends[bound.kind] += [Fraction(int(end.p), int(end.q)) for end in bound.ends]
        if ends["low"] and not ends["zero"]:
            low, high = max(ends["low"]), min(ends["high"], default=None)
            if high is None or low < high:
                yield parameter, low, high


def rational(value: Value) -> Fraction:
    """Return a number that a solver gives, the middle of an interval."""
    return value if isinstance(value, Fraction) else (value[0] + value[1]) / 2
