"""The checker of certificates: small, exact, and independent of the program that found the proof.

A certificate (`check_certificate`) says that an implication holds for all real values of its parameters, the whole
ones being whole: domains, assumptions and what is given imply the statement. The argument is by contradiction.
Suppose that the implication is false at some point. *Knowledge* says which signs polynomials may have there; every
step of a proof adds to it, until no sign is left for some polynomial, or the implication is true whatever the signs.

Only the standard library is imported, only whole numbers and fractions are computed with, and whatever is not
expected, in a value, a name or a type, is a reason to reject.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, TypeAlias

from rdgames.proofs.checker_charts import SIGNS, check_evidence, negative
from rdgames.proofs.checker_claims import Claim, Implication
from rdgames.proofs.checker_polynomials import (
    CertificateError,
    Key,
    Polynomial,
    canonical,
    constant,
    demand,
    read_polynomial,
    total,
)
from rdgames.proofs.checker_values import ANY_SIGN, Signs, fields, read_number

__all__ = ["CertificateError", "Checked", "check_certificate", "script_of"]

FORMAT = "rdgames certificate 1"
VERDICTS = ("proved", "proved by one solver", "refuted", "vacuous")
SOLVERS = ("z3", "cvc5")
ANSWERS = ("unsat", "sat", "unknown", "timeout", "failed")
MAX_CHARACTERS, MAX_DEPTH = 50_000_000, 60
FIELDS: dict[str, Any] = {
    **dict.fromkeys(("format", "rdgames", "model", "claim", "statement", "given", "verdict"), str),
    **dict.fromkeys(("parameters", "abbreviations", "outcomes"), dict),
    **dict.fromkeys(("assumptions", "substitutions", "atoms"), list),
    **dict.fromkeys(("witness", "counterexample"), (dict, type(None))),
    "proof": (list, type(None)),
}
RELATIONS = {"+": ">", "0+": ">=", "0": "=", "-": "<", "-0": "<="}

Knowledge: TypeAlias = dict[Key, Signs]


@dataclass(frozen=True)
class Checked:
    """What a certificate was found to show.

    Attributes
    ----------
    verdict, claim, model, statement
        As in the certificate.
    steps, solver_steps
        How many steps the proof has, and how many of them rest on the answers of solvers instead of exact arithmetic.
    points
        How many points were confirmed exactly: a witness, a counterexample.
    """

    verdict: str
    claim: str
    model: str
    statement: str
    steps: int
    solver_steps: int
    points: int

    def __str__(self) -> str:
        solvers = f", {self.solver_steps} of them by solvers" if self.solver_steps else ""
        steps = f"{self.steps} step{'s' * (self.steps != 1)}{solvers}"
        points = f"{self.points} exact point{'s' * (self.points != 1)}"
        return f"{self.claim} of {self.model}: {self.verdict} ({steps}; {points}): {self.statement}"


def check_certificate(document: Mapping[str, Any] | str | Path) -> Checked:
    """Check a certificate, given as what JSON describes, as a text of JSON, or as the path of such a text.

    Raises
    ------
    CertificateError
        If it does not show what it claims, or is not a certificate at all.
    """
    try:
        return _check(_read(document))
    except CertificateError:
        raise
    except (
        ArithmeticError,
        AttributeError,
        LookupError,
        MemoryError,
        OSError,
        RecursionError,
        TypeError,
        ValueError,
    ) as error:
        raise CertificateError(f"this is no certificate: {type(error).__name__}: {error!s:.200}") from error


def script_of(names: Sequence[str], facts: Sequence[Sequence[str]]) -> str:
    """Return the question whether some real numbers have polynomials of these signs, in SMT-LIB 2.

    >>> print(script_of(["x"], [["x^2 - 2", "-0"], ["x", "-+"]]))
    (set-logic QF_NRA)
    (declare-const x Real)
    (assert (<= (+ (* x x) (- 2)) 0))
    (assert (not (= x 0)))
    (check-sat)
    <BLANKLINE>
    """
    lines = ["(set-logic QF_NRA)", *(f"(declare-const {name} Real)" for name in names)]
    for text, signs in facts:
        demand(signs in SIGNS and signs != "-0+", f"found the signs {signs!r:.20} of a fact")
        shown = _prefixed(read_polynomial(text, names), names)
        lines.append(f"(assert (not (= {shown} 0)))" if signs == "-+" else f"(assert ({RELATIONS[signs]} {shown} 0))")
    return "\n".join([*lines, "(check-sat)", ""])


def _prefixed(polynomial: Polynomial, names: Sequence[str]) -> str:
    terms = []
    for monomial in sorted(polynomial, reverse=True):
        coefficient = polynomial[monomial]
        parts = [name for name, power in zip(names, monomial, strict=True) for _ in range(power)]
        if coefficient != 1 or not parts:
            parts.insert(0, str(coefficient) if coefficient > 0 else f"(- {-coefficient})")
        terms.append(parts[0] if len(parts) == 1 else f"(* {' '.join(parts)})")
    return terms[0] if len(terms) == 1 else f"(+ {' '.join(terms)})" if terms else "0"


def _read(document: Mapping[str, Any] | str | Path) -> dict[str, Any]:
    """Return a certificate as plain JSON; fields that stand twice, and numbers that are not whole, are rejected."""
    if isinstance(document, Mapping):
        text = json.dumps(dict(document), allow_nan=False)
    elif isinstance(document, str) and document.lstrip().startswith("{"):
        text = document
    else:
        demand(Path(document).stat().st_size <= MAX_CHARACTERS, f"found more than {MAX_CHARACTERS} characters")
        text = Path(document).read_text(encoding="utf-8")
    demand(len(text) <= MAX_CHARACTERS, f"found more than {MAX_CHARACTERS} characters")

    def once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
        twice = [name for name, count in Counter(name for name, _ in pairs).items() if count > 1]
        demand(not twice, f"found the field {twice[:1]!r:.80} twice")
        return dict(pairs)

    def refuse(number: str) -> Any:
        raise CertificateError(f"found the number {number:.40}, expected whole numbers, and others as text")

    return fields(
        json.loads(text, object_pairs_hook=once, parse_float=refuse, parse_constant=refuse), FIELDS, "a certificate"
    )


def _check(document: dict[str, Any]) -> Checked:
    verdict, proof = document["verdict"], document["proof"]
    demand(document["format"] == FORMAT, f"found the format {document['format']!r:.80}, expected {FORMAT!r}")
    demand(verdict in VERDICTS, f"found the verdict {verdict!r:.80}, expected one of {', '.join(VERDICTS)}")
    refuted, vacuous = verdict == "refuted", verdict == "vacuous"
    demand((proof is None) == refuted, "expected a proof, or a counterexample to what is refuted, and not both")
    demand((document["counterexample"] is not None) == refuted, "expected a counterexample to what is refuted only")
    demand(refuted or (document["witness"] is None) == vacuous, "expected a witness, but of what is vacuous")
    claim, points = Claim.read(document), 0
    if document["witness"] is not None:
        points += _confirm(claim, document["witness"], None if refuted else True)
    if refuted:
        points += _confirm(claim, document["counterexample"], False)
    checker = None
    if not refuted or document["atoms"] or document["substitutions"]:
        replacements = claim.replacements(document["substitutions"])
        implication = claim.compiled(replacements, document["atoms"], vacuous=vacuous)
        gone = {claim.names[place] for place, _, _ in replacements}
        checker = _Proof(claim.names, frozenset(claim.whole - gone), implication, verdict == "proved by one solver")
    if checker and proof is not None:
        checker.check(proof, dict.fromkeys(checker.implication.excluded, frozenset((-1, 1))), 0)
        demand(checker.alone or verdict != "proved by one solver", f"found the verdict {verdict!r}, but no such step")
    counts = (checker.steps, checker.solver_steps) if checker else (0, 0)
    return Checked(verdict, document["claim"], document["model"], document["statement"], *counts, points)


def _confirm(claim: Claim, point: Mapping[str, Any], conclusion: bool | None) -> int:
    demand(set(point) == set(claim.names), f"found a point with {', '.join(point)!r:.200}, expected every parameter")
    claim.check_point({name: read_number(point[name]) for name in claim.names}, conclusion)
    return 1


@dataclass
class _Proof:
    """The steps of a proof that an implication holds."""

    names: Sequence[str]
    whole: frozenset[str]
    implication: Implication
    one_solver_is_enough: bool
    steps: int = 0
    solver_steps: int = 0
    alone: int = field(default=0)
    """How many steps rest on one solver alone."""

    def check(self, steps: object, knowledge: Knowledge, depth: int) -> None:
        """Demand that steps prove the implication, from what is known."""
        demand(isinstance(steps, list) and steps and depth <= MAX_DEPTH, f"found {steps!r:.80}, expected steps")
        knowledge = dict(knowledge)
        entries: list[Any] = steps if isinstance(steps, list) else []
        for place, step in enumerate(entries, start=1):
            self.steps += 1
            rule = step.get("rule") if isinstance(step, dict) else None
            demand(rule in RULES, f"found the step {step!r:.80}, expected one of the rules {', '.join(RULES)}")
            closes, kinds = RULES[str(rule)]
            demand(
                closes == (place == len(entries)), f"found the rule {rule!r}, expected one that closes at the end only"
            )
            fields(step, {"rule": str, **kinds}, f"a step by the rule {rule!r}")
            getattr(self, f"by_{rule}")(step, knowledge, depth)

    def about(self, step: Mapping[str, Any]) -> tuple[Key, Signs, int]:
        """Return the polynomial of a step in canonical form, its signs in that form, and what turned it so."""
        content, key = canonical(read_polynomial(step["polynomial"], self.names))
        signs = SIGNS.get(step.get("sign", "-0+"))
        if signs is None:
            raise CertificateError(f"found the signs {step['sign']!r:.80}")
        return key, signs if content >= 0 else negative(signs), content

    def holds(self, knowledge: Knowledge) -> bool:
        return self.implication.holds(lambda key: known(knowledge, key))

    def by_suppose(self, step: Mapping[str, Any], knowledge: Knowledge, _: int) -> None:
        """Suppose the signs with which alone the implication may be false."""
        key, signs, _ = self.about(step)
        before = known(knowledge, key)
        for sign in before - signs:
            demand(
                self.holds({**knowledge, key: frozenset((sign,))}),
                f"nothing lets us suppose {step['polynomial']!r:.80}",
            )
        knowledge[key] = before & signs

    def by_sign(self, step: Mapping[str, Any], knowledge: Knowledge, _: int) -> None:
        """Take the sign that evidence shows."""
        key, signs, _ = self.about(step)
        polynomial = read_polynomial(step["polynomial"], self.names)
        check_evidence(step["by"], polynomial, step["sign"], self.names, lambda other: known(knowledge, other))
        knowledge[key] = known(knowledge, key) & signs

    def by_cases(self, step: Mapping[str, Any], knowledge: Knowledge, depth: int) -> None:
        """Treat each sign that is possible on its own."""
        key, _, content = self.about(step)
        possible = known(knowledge, key)
        possible = possible if content >= 0 else negative(possible)
        demand(
            {name for name, signs in SIGNS.items() if len(signs) == 1 and signs <= possible} == set(step["cases"]),
            f"found the cases {', '.join(step['cases'])!r:.80}, expected exactly the possible signs",
        )
        for name, steps in step["cases"].items():
            signs = SIGNS[name] if content >= 0 else negative(SIGNS[name])
            self.check(steps, {**knowledge, key: signs}, depth + 1)

    def by_integers(self, step: Mapping[str, Any], knowledge: Knowledge, depth: int) -> None:
        """Divide at a whole number: the parameter is at most that, or at least one more."""
        demand(
            step["parameter"] in self.whole,
            f"found {step['parameter']!r:.80}, expected a whole parameter that is not replaced",
        )
        at = read_number(step["at"])
        demand(at.denominator == 1, f"found {step['at']!r:.80}, expected a whole number")
        monomial = tuple(int(name == step["parameter"]) for name in self.names)
        for name, bound, signs in (("below", int(at), SIGNS["-0"]), ("above", int(at) + 1, SIGNS["0+"])):
            key = canonical(total([(1, {monomial: 1}), (-bound, constant(1, len(self.names)))]))[1]
            self.check(step[name], {**knowledge, key: known(knowledge, key) & signs}, depth + 1)

    def by_settled(self, _step: Mapping[str, Any], knowledge: Knowledge, _: int) -> None:
        """Close where the implication is true whatever the signs are."""
        demand(self.holds(knowledge), "what is known does not settle the implication")

    def by_contradiction(self, step: Mapping[str, Any], knowledge: Knowledge, _: int) -> None:
        """Close where no sign is left."""
        demand(not known(knowledge, self.about(step)[0]), f"a sign is left for {step['polynomial']!r:.80}")

    def by_solvers(self, step: Mapping[str, Any], knowledge: Knowledge, _: int) -> None:
        """Close where solvers say that no real numbers have signs that follow from what is known."""
        for fact in step["facts"]:
            demand(type(fact) is list and len(fact) == 2 and fact[1] in SIGNS, f"found the fact {fact!r:.80}")
            key, signs, _ = self.about({"polynomial": fact[0], "sign": fact[1]})
            demand(known(knowledge, key) <= signs, f"the fact {fact!r:.80} is not known")
        demand(step["script"] == script_of(self.names, step["facts"]), "the script does not ask about the facts")
        said: dict[str, str] = {}
        for entry in step["answers"]:
            answer = fields(entry, dict.fromkeys(("solver", "version", "answer"), str), "an answer")
            demand(
                answer["solver"] in SOLVERS and answer["solver"] not in said,
                f"found an answer of {answer['solver']!r:.80}",
            )
            said[answer["solver"]] = answer["answer"]
        for name, word in said.items():
            demand(word in ANSWERS, f"found the answer {word!r:.80} of {name}")
        count = list(said.values()).count("unsat")
        demand("sat" not in said.values() and count >= (1 if self.one_solver_is_enough else 2), "too few solvers agree")
        self.solver_steps, self.alone = self.solver_steps + 1, self.alone + (count == 1)


def known(knowledge: Knowledge, key: Key) -> Signs:
    """Return the possible signs of a canonical polynomial."""
    if key in knowledge:
        return knowledge[key]
    if any(any(monomial) for monomial, _ in key):
        return ANY_SIGN
    return frozenset((1 if key else 0,))


RULES: dict[str, tuple[bool, dict[str, Any]]] = {
    "suppose": (False, {"polynomial": str, "sign": str}),
    "sign": (False, {"polynomial": str, "sign": str, "by": dict}),
    "cases": (True, {"polynomial": str, "cases": dict}),
    "integers": (True, {"parameter": str, "at": str, "below": list, "above": list}),
    "settled": (True, {}),
    "contradiction": (True, {"polynomial": str}),
    "solvers": (True, {"facts": list, "script": str, "answers": list}),
}
"""For each rule, whether it ends a proof, and the fields of its steps."""
