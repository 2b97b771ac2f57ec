"""The checker of certificates: small, exact, and independent of the program that found the proof.

A certificate claims that domains, assumptions and what is given imply a statement, for all real values of the
parameters (see *integers*), wherever everything is defined; and that this is not said of nothing, or is false: it
names a point. The proof is by contradiction. Suppose that the implication is false at some point; *knowledge* says
which signs polynomials may have there, at first any but 0 for denominators. With that, statements have sets of
possible truth values (`rdgames.certificates.claims`). The rules of inference, for a polynomial P and signs S:

suppose        P has one of S, since the implication is true if P has any other sign that is possible so far.
sign           P has one of S (one of ``+``, ``0+``, ``-``, ``-0``), by evidence (`rdgames.certificates.charts`): in
               nonnegative coordinates, a positive multiple of P is a sum of products of what is not negative; or
               P = A*v**2 + B*v + C with A > 0 and 4*A*C - B**2 > 0, or >= 0 for ``0+``.
cases          Each sign of P that is possible so far leads to a contradiction.
integers       So do n <= k and n >= k + 1, for a parameter n of whole numbers that was not replaced.
settled        The implication is true, whatever the signs are, of those that are possible so far: a contradiction.
contradiction  P has no sign left.
solvers        Two solvers say that no real numbers have signs that follow from what is known. Only this rule rests
               on more than the arithmetic of this program, and is counted.

Before that, a given equality may replace a parameter everywhere (`rdgames.certificates.claims`). Whatever is not
expected, in a value, a name or a type, is a reason to reject. Only the standard library is imported.
"""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from rdgames.certificates.charts import SIGNS, check_evidence, negative
from rdgames.certificates.claims import Claim
from rdgames.certificates.polynomials import ANY_SIGN, CertificateError, Key, Polynomial, Signs, demand

__all__ = ["CertificateError", "Checked", "check_certificate", "script_of"]

MAX_CHARACTERS = 50_000_000
RELATIONS = {"+": ">", "0+": ">=", "0": "=", "-": "<", "-0": "<="}
PROVED = {"witness", "proof"}
PARTS = {"proved": PROVED, "proved by one solver": PROVED, "refuted": {"counterexample"}, "vacuous": {"proof"}}
"""What a certificate of a verdict has, of witness, counterexample and proof; the others are null."""

# fmt: off
NAME, NUMBER, SIGN = r"[A-Za-z_]\w*", r"-?\d{1,4000}(/0*[1-9]\d{0,3999})?", "|".join(map(re.escape, SIGNS))
FACTORED = {"constant": NUMBER, "factors": [[str, int], ...]}
SHAPES: dict[str, Any] = {
    "@certificate": {
        "format": "rdgames certificate 1", "rdgames": str, "model": str, "claim": str, "statement": str, "given": str,
        "parameters": {f"({NAME})": {"domain": str, "integer": bool}}, "abbreviations": {f"({NAME})": str},
        "outcomes": {rf"({NAME}(-\w+)*\.{NAME})": FACTORED}, "assumptions": ["@assumption", ...],
        "substitutions": [[NAME, str, str], ...], "atoms": [({"of": str, **FACTORED}, "@rooted"), ...],
        "witness": ({f"({NAME})": NUMBER}, None), "verdict": "|".join(PARTS),
        "counterexample": ({f"({NAME})": NUMBER}, None), "proof": (["@step", ...], None),
    },
    "@assumption": {
        "regime": str, "name": str, "margin": FACTORED, "strict": bool, "applies": (FACTORED, None), "whole": bool,
    },
    "@rooted": {"of": str, "plain": FACTORED, "factor": FACTORED, "radicand": FACTORED, "norm": FACTORED},
    "@step": (
        {"rule": "suppose", "polynomial": str, "sign": SIGN},
        {"rule": "sign", "polynomial": str, "sign": SIGN, "by": "@evidence"},
        {"rule": "cases", "polynomial": str, "cases": {r"([-0+])": ["@step", ...]}},
        {"rule": "integers", "parameter": NAME, "at": r"-?\d{1,99}", "below": ["@step", ...], "above": ["@step", ...]},
        {"rule": "settled"},
        {"rule": "contradiction", "polynomial": str},
        {"rule": "solvers", "facts": [[str, SIGN], ...], "script": str, "answers": ["@answer", ...]},
    ),
    "@answer": {"solver": "z3|cvc5", "version": str, "answer": "unsat|sat|unknown|timeout|failed"},
    "@evidence": (
        {"chart": ["@move", ...], "(multiplier)": str, "(terms)": [{"factor": str, "fact": str}, ...]},
        {"quadratic": NAME, "leading": "@evidence", "discriminant": "@evidence"},
    ),
    "@move": ({"parameter": NAME, "fact": str}, {"parameter": NAME, "zero": str},
              {"parameter": NAME, "low": str, "high": str}),
}
# fmt: on
"""Shapes of JSON: types, patterns of texts, (alternatives), [entries, ...], {fields, and (patterns) of others}."""


@dataclass(frozen=True)
class Checked:
    """What a certificate was found to show: a verdict on a claim, by steps of which some may rest on solvers.

    Attributes
    ----------
    points
        How many points were confirmed exactly: a witness, or a counterexample.
    whole
        Whether the proof needs that some parameters are whole numbers.
    """

    verdict: str
    claim: str
    model: str
    statement: str
    steps: int
    solver_steps: int
    points: int
    whole: bool = False
    given: str = ""

    def __str__(self) -> str:
        solvers = f", {self.solver_steps} of them by solvers" if self.solver_steps else ""
        steps = f"{self.steps} step{'s' * (self.steps != 1)}{solvers}{', for whole numbers' * self.whole}"
        given = f", given {self.given}" if self.given.strip() else ""
        points = f"{self.points} exact point{'s' * (self.points != 1)}"
        return f"{self.claim} of {self.model}: {self.verdict} ({steps}; {points}): {self.statement}{given}"


def check_certificate(document: Mapping[str, Any] | str | Path) -> Checked:
    """Check a certificate, given as what JSON describes, as a text of JSON, or as the path of such a text.

    Raises
    ------
    CertificateError
        If it does not show what it claims, or is not a certificate at all.
    """
    try:
        found = read(document)
        verdict, steps = found["verdict"], found["proof"]
        parts = {part for part in ("witness", "counterexample", "proof") if found[part] is not None}
        demand(
            parts == PARTS[verdict], f"found {', '.join(sorted(parts))}, which is not what shows that it is {verdict}"
        )
        proof = Proof(Claim(found), enough=1 if verdict == "proved by one solver" else 2)
        for part in parts - {"proof"}:
            proof.claim.confirm(found[part], conclusion=part == "witness")
        if steps is not None:
            proof.check(steps, dict.fromkeys(proof.claim.reader.excluded, SIGNS["-+"]))
        demand(proof.alone or proof.enough == 2, f"found the verdict {verdict!r}, but no such step")
        texts, used = (verdict, found["claim"], found["model"], found["statement"]), proof.used
        counts = used.total(), used["solvers"], len(parts - {"proof"})
        return Checked(*texts, *counts, whole=used["integers"] > 0, given=found["given"])
    except CertificateError:
        raise
    except Exception as error:  # whatever goes wrong, nothing is shown
        if isinstance(error, json.JSONDecodeError):
            raise CertificateError(f"this is no JSON: {error}") from error
        raise CertificateError(f"this is no certificate: {type(error).__name__}: {error!s:.200}") from error


def read(document: Mapping[str, Any] | str | Path) -> dict[str, Any]:
    """Return a certificate as plain JSON; fields that stand twice, and numbers that are not whole, are rejected."""
    if isinstance(document, Mapping):
        text = json.dumps(dict(document))
    else:
        inline = isinstance(document, str) and document.lstrip().startswith("{")
        text = str(document) if inline else Path(document).read_text(encoding="utf-8")
    demand(len(text) <= MAX_CHARACTERS, f"found more than {MAX_CHARACTERS} characters")

    def once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
        demand(len(dict(pairs)) == len(pairs), f"found a field twice in {[name for name, _ in pairs]!r:.200}")
        return dict(pairs)

    found = json.loads(text, object_pairs_hook=once)
    wrong = misfit(found, "@certificate")
    demand(not wrong, wrong)
    return dict(found)


def misfit(value: Any, shape: Any, place: str = "") -> str:
    """Return what is wrong where a value does not have a shape, nothing if it has."""
    wrong = f"found {value!r:.80} at {place.strip('.') or 'the top'}, which is not expected there"
    parts: list[tuple[Any, Any, str]] | None = None  # values, shapes and places of what is in it
    match SHAPES.get(shape, shape) if isinstance(shape, str) else shape:
        case tuple(alternatives):
            found = [misfit(value, each, place) for each in alternatives]
            return max(found, key=lambda each: each.count("."), default=wrong) if all(found) else ""
        case dict(fields) if type(value) is dict and all(name in value for name in fields if name.isidentifier()):
            kinds = {name: [each for each in fields if re.fullmatch(each, name, re.ASCII)] for name in value}
            parts = [(value[name], fields[kinds[name][0]] if kinds[name] else (), f"{place}.{name}") for name in value]
        case [each, last] if last is ... and type(value) is list:
            parts = [(entry, each, f"{place}.{i}") for i, entry in enumerate(value)]
        case list(each) if ... not in each and type(value) is list and len(value) == len(each):
            parts = [(value[i], each[i], f"{place}.{i}") for i in range(len(each))]
        case str(pattern) if type(value) is str and re.fullmatch(pattern, value, re.ASCII):
            parts = []
        case kind if type(value) is kind or value is kind is None:
            parts = []
    return wrong if parts is None else next(filter(None, (misfit(*part) for part in parts)), "")


@dataclass
class Proof:
    """The steps of a proof; counts uses of rules, and those of one solver alone, where one is enough."""

    claim: Claim
    enough: int
    used: Counter[str] = field(default_factory=Counter)
    alone: int = 0

    def turned(self, text: str, signs: Signs = ANY_SIGN) -> tuple[Key, Signs]:
        """Return a polynomial in canonical form, and the signs which that has if the polynomial has some signs."""
        content, key = Polynomial.read(text, self.claim.names).canonical()
        return key, signs if content >= 0 else negative(signs)

    def check(self, steps: Sequence[Mapping[str, Any]], knowledge: Mapping[Key, Signs]) -> None:
        """Demand that steps lead from knowledge to a contradiction, by the rules of inference."""
        knowledge = {self.turned("0")[0]: SIGNS["0"], self.turned("1")[0]: SIGNS["+"], **knowledge}

        def known(key: Key) -> Signs:
            return knowledge.get(key, ANY_SIGN)

        closed = False
        for step in steps:
            self.used[step["rule"]] += 1
            demand(not closed, f"found the step {step!r:.80} after a contradiction")
            text, closed = step.get("polynomial", "0"), step["rule"] not in ("suppose", "sign")
            key, signs = self.turned(text, SIGNS[step.get("sign", "-0+")])
            before = known(key)
            match step["rule"]:
                case "suppose":
                    for sign in before - signs:
                        knowledge[key] = frozenset((sign,))
                        demand(self.claim.holds(known), f"nothing lets us suppose that {text!r:.80} is {step['sign']}")
                    knowledge[key] = before & signs
                case "sign":
                    polynomial = Polynomial.read(text, self.claim.names)
                    check_evidence(step["by"], polynomial, step["sign"], self.claim.names, known)
                    knowledge[key] = before & signs
                case "cases":
                    possible = {sign for sign in "-0+" if self.turned(text, SIGNS[sign])[1] <= before}
                    demand(set(step["cases"]) >= possible, f"found cases of {text!r:.80}, expected {sorted(possible)}")
                    for one in possible:
                        self.check(step["cases"][one], {**knowledge, key: self.turned(text, SIGNS[one])[1]})
                case "integers":
                    parameter = self.claim.parameters[step["parameter"]]
                    gone = {self.claim.names[place] for place, _, _ in self.claim.reader.replacements}
                    whole = parameter["integer"] and step["parameter"] not in gone
                    demand(whole, f"found {step['parameter']!r:.80}, expected a whole parameter that is not replaced")
                    for side, more, way in (("below", 0, "-0"), ("above", 1, "0+")):
                        difference = f"{step['parameter']} {-int(step['at']) - more:+d}".removesuffix(" +0")
                        key, signs = self.turned(difference, SIGNS[way])
                        self.check(step[side], {**knowledge, key: known(key) & signs})
                case "settled":
                    demand(self.claim.holds(known), "what is known does not settle the implication")
                case "contradiction":
                    demand(not before, f"a sign is left for {text!r:.80}")
                case "solvers":
                    for fact, sign in step["facts"]:
                        key, signs = self.turned(fact, SIGNS[sign])
                        demand(known(key) <= signs, f"the fact that {fact!r:.80} is {sign} is not known")
                    self.check_answers(step)
        demand(closed, "found a proof that does not end in a contradiction")

    def check_answers(self, step: Mapping[str, Any]) -> None:
        """Demand that different solvers, enough of them, say that facts contradict each other, and none denies it."""
        names = list(self.claim.parameters)
        demand(step["script"] == script_of(names, step["facts"]), "the script does not ask about the facts")
        said = {answer["solver"]: answer["answer"] for answer in step["answers"]}
        agree = list(said.values()).count("unsat")
        clear = len(said) == len(step["answers"]) and "sat" not in said.values()
        demand(clear and agree >= self.enough, "too few solvers agree")
        self.alone += agree == 1


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
        shown = prefixed(text, names)
        lines.append(f"(assert (not (= {shown} 0)))" if signs == "-+" else f"(assert ({RELATIONS[signs]} {shown} 0))")
    return "\n".join([*lines, "(check-sat)", ""])


def prefixed(text: str, names: Sequence[str]) -> str:
    """Return a polynomial as SMT-LIB 2 writes it."""
    terms = []
    for monomial, coefficient in sorted(Polynomial.read(text, names).items(), reverse=True):
        parts = [name for name, power in zip(names, monomial, strict=True) for _ in range(power)]
        if coefficient != 1 or not parts:
            parts.insert(0, str(coefficient) if coefficient > 0 else f"(- {-coefficient})")
        terms.append(parts[0] if len(parts) == 1 else f"(* {' '.join(parts)})")
    return terms[0] if len(terms) == 1 else f"(+ {' '.join(terms)})" if terms else "0"
