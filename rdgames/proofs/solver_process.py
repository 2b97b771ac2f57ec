"""What runs in the process of a solver: a script by standard input, its answer as lines of JSON by standard output.

It is run as a file, ``python solver_process.py z3 60``, not as a module of rdgames, and imports nothing but the solver:
what its start costs is then what the solver's costs. The first line that it writes is ``{"version": "5.4.0"}``, the
second is the answer, ``{"answer": "sat", "model": {"x": ["3", "2"]}, "message": ""}``. Numbers are written as pairs of
hexadecimal numerator and denominator (decimals of thousands of digits are not converted by Python unless told so), and
an algebraic number as two such pairs, the ends of an interval around it.
"""

from __future__ import annotations

import json
import os
import re
import signal
import sys
from collections.abc import Iterator
from fractions import Fraction
from typing import Any, TextIO, TypeAlias

Value: TypeAlias = Fraction | tuple[Fraction, Fraction]
"""A rational number, or the ends of an interval around an algebraic one."""

WIDTH = Fraction(1, 2**60)
"""How wide such an interval may be."""

_DIGITS = 19
"""10**-19 is less than that width."""

_GRACE = 1.0
"""So many seconds beyond its limit a process ends itself: who asked may have been killed, and kill nobody any more."""

_DECLARED = re.compile(r"\(\s*declare-(?:const\s+|fun\s+)(?:\|([^|]*)\||([^\s()|]+))\s+(?:\(\s*\)\s*)?Real\s*\)")
"""The declaration of a real constant, its name with or without bars."""


def main(solver: str, limit: float) -> None:
    """Read a script, ask the solver that is named, and write its version and its answer."""
    if hasattr(signal, "setitimer"):
        signal.setitimer(signal.ITIMER_REAL, limit + _GRACE)
    sys.set_int_max_str_digits(0)
    with os.fdopen(os.dup(1), "w", encoding="utf-8") as out:
        os.dup2(2, 1)  # what a solver itself writes is no answer
        script = sys.stdin.buffer.read().decode()
        answer, model, message = (ask_z3 if solver == "z3" else ask_cvc5)(script, out)
        shown = None if model is None else {name: _written(value) for name, value in model.items()}
        _write(out, {"answer": answer, "model": shown, "message": message})
        out.flush()
        os._exit(0)  # taking a solver's memory apart can take longer than it took to answer


def _write(out: TextIO, line: dict[str, Any]) -> None:
    out.write(json.dumps(line) + "\n")
    out.flush()


def _written(value: Value) -> list[Any]:
    if isinstance(value, tuple):
        return [_written(end) for end in value]
    return [f"{value.numerator:x}", f"{value.denominator:x}"]


def ask_z3(script: str, out: TextIO) -> tuple[str, dict[str, Value] | None, str]:
    """Return the answer of z3, a model, and a message."""
    import z3

    _write(out, {"version": z3.get_version_string()})
    try:
        solver = z3.SolverFor("QF_NRA")
        solver.from_string(script)
        answer = str(solver.check())
        if answer != "sat":
            return answer, None, solver.reason_unknown() if answer == "unknown" else ""
        model = solver.model()
        names = [barred or plain for barred, plain in _DECLARED.findall(script)]
        values = {name: _of_z3(z3, model.evaluate(z3.Real(name), model_completion=True)) for name in names}
    except z3.Z3Exception as error:
        return "failed", None, str(error)
    return answer, *_complete(values)


def _of_z3(z3: Any, value: Any) -> Value | None:
    if z3.is_rational_value(value):
        return Fraction(value.numerator_as_long(), value.denominator_as_long())
    if not z3.is_algebraic_value(value):
        return None
    ends = (
        z3.RatNumRef(bound(value.ctx_ref(), value.as_ast(), _DIGITS), value.ctx)
        for bound in (z3.Z3_get_algebraic_number_lower, z3.Z3_get_algebraic_number_upper)
    )
    low, high = (Fraction(end.numerator_as_long(), end.denominator_as_long()) for end in ends)
    return low, high


def ask_cvc5(script: str, out: TextIO) -> tuple[str, dict[str, Value] | None, str]:
    """Return the answer of cvc5, a model, and a message."""
    import cvc5

    terms = cvc5.TermManager()
    solver = cvc5.Solver(terms)
    version = solver.getVersion()
    _write(out, {"version": version.decode() if isinstance(version, bytes) else str(version)})
    solver.setOption("produce-models", "true")
    try:
        parser = cvc5.InputParser(solver)
        parser.setStringInput(cvc5.InputLanguage.SMT_LIB_2_6, script, "script")
        answer, message = "failed", "found no (check-sat) in the script"
        for name, said in _invoked(parser, solver):
            if said.startswith("(error"):
                return "failed", None, said
            if name == "check-sat":
                answer, message = said, ""
        if answer != "sat":
            return answer, None, message
        declared = parser.getSymbolManager().getDeclaredTerms()
        values = {term.getSymbol(): _of_cvc5(cvc5, terms, solver.getValue(term)) for term in declared}
    except RuntimeError as error:
        return "failed", None, str(error)
    return answer, *_complete(values)


def _invoked(parser: Any, solver: Any) -> Iterator[tuple[str, str]]:
    """Yield the commands of a script, each with what cvc5 says to it."""
    while not (command := parser.nextCommand()).isNull():
        yield command.getCommandName(), str(command.invoke(solver, parser.getSymbolManager())).strip()


def _of_cvc5(cvc5: Any, terms: Any, value: Any) -> Value | None:
    if value.isRealValue() or value.isIntegerValue():
        return Fraction(value.getRealValue() if value.isRealValue() else value.getIntegerValue())
    if not value.isRealAlgebraicNumber():
        return None
    unknown = terms.mkVar(terms.getRealSort(), "root")
    polynomial = value.getRealAlgebraicNumberDefiningPolynomial(unknown)
    bounds = value.getRealAlgebraicNumberLowerBound(), value.getRealAlgebraicNumberUpperBound()
    low, high = (Fraction(bound.getRealValue()) for bound in bounds)
    return _narrowed(lambda at: _evaluated(cvc5, polynomial, at), low, high)


def _evaluated(cvc5: Any, term: Any, at: Fraction) -> Fraction:
    """Return the value of a polynomial, which is a term of sums and products in one variable."""
    kind = term.getKind()
    if kind == cvc5.Kind.VARIABLE:
        return at
    if kind not in (cvc5.Kind.ADD, cvc5.Kind.MULT):
        return Fraction(term.getRealValue())
    total = Fraction(kind == cvc5.Kind.MULT)
    for part in term:
        value = _evaluated(cvc5, part, at)
        total = total + value if kind == cvc5.Kind.ADD else total * value
    return total


def _narrowed(function: Any, low: Fraction, high: Fraction) -> Value | None:
    """Return a narrow interval around the root between two points of different signs; None if signs are the same."""
    sign_low, sign_high = function(low), function(high)
    if sign_low * sign_high >= 0:
        return low if low == high else None
    while high - low > WIDTH:
        middle = (low + high) / 2
        sign = function(middle)
        if sign == 0:
            return middle
        low, high = (middle, high) if sign * sign_low > 0 else (low, middle)
    return low, high


def _complete(values: dict[str, Value | None]) -> tuple[dict[str, Value] | None, str]:
    """Return a model that has a value for every constant, or none and the reason."""
    known = {name: value for name, value in values.items() if value is not None}
    if len(known) == len(values):
        return known, ""
    missing = ", ".join(name for name in values if name not in known)
    return None, f"the solver gives no exact value of {missing}"


if __name__ == "__main__":
    main(sys.argv[1], float(sys.argv[2]))
