"""Solvers that decide whether polynomial inequalities can hold together, each asked in a process of its own.

A question is an SMT-LIB 2 script of real constants and assertions about them. Solvers have had bugs, so that one answer
alone proves nothing here: all that are installed are asked, at the same time, and `contradiction` tells when they do
not agree. Neither z3 (``z3-solver``) nor cvc5 is needed by anything else, and neither is imported in this process: a
solver that crashes, or does not end, takes nothing with it.

>>> from rdgames.proofs.solvers import ask
>>> script = "(set-logic QF_NRA)(declare-const x Real)(assert (< (* x x) 0))(check-sat)"
>>> {answer.answer for answer in ask(script, 10)} <= {"unsat"}  # the empty set, where no solver is installed
True
"""

from __future__ import annotations

import json
import math
import subprocess
import sys
from collections.abc import Iterable, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass
from fractions import Fraction
from importlib.util import find_spec
from pathlib import Path
from time import perf_counter
from typing import Any, Literal, get_args

from rdgames.errors import InputError, UnknownNameError
from rdgames.proofs import solver_process
from rdgames.proofs.solver_process import Value

SOLVERS = ("z3", "cvc5")
"""The solvers that can be asked; the name of each is that of its module."""

Verdict = Literal["sat", "unsat", "unknown", "timeout", "failed"]
"""What can become of a question: the last two are no answers of a solver, but say that it gave none."""

_PROGRAM = Path(solver_process.__file__)


@dataclass(frozen=True)
class Answer:
    """What a solver says.

    Attributes
    ----------
    solver, version
        Who says it; the version is empty if the solver did not come so far as to tell.
    answer
        ``sat`` if the assertions can hold together, ``unsat`` if not; ``timeout`` if the solver was stopped at the
        limit, ``failed`` if it could not read the script, or crashed.
    seconds
        From the start of its process to its answer.
    model
        If they can hold: for every constant a rational number, or two of them with an algebraic number between, at most
        2**-60 apart. None if the solver gives no exact numbers.
    message
        Why there is no answer, or no model; empty else.
    """

    solver: str
    version: str
    answer: Verdict
    seconds: float
    model: Mapping[str, Value] | None = None
    message: str = ""


def available() -> tuple[str, ...]:
    """Return the names of the solvers that are installed; none is imported.

    Examples
    --------
    >>> set(available()) <= {"z3", "cvc5"}
    True
    """
    return tuple(name for name in SOLVERS if find_spec(name) is not None)


def ask(script: str, limit: float, solvers: Iterable[str] | None = None) -> tuple[Answer, ...]:
    """Run a script in several solvers at the same time, and return what each says.

    All processes have ended when this returns, and also when it is interrupted.

    Parameters
    ----------
    script
        SMT-LIB 2 over the reals (``QF_NRA``), with one ``(check-sat)`` at its end.
    limit
        After so many seconds, its start included, a solver is stopped.
    solvers
        Their names; all that are installed, if left out.

    Returns
    -------
    One answer for each solver, in their order; none if no solver is installed.

    Raises
    ------
    UnknownNameError
        If there is no solver of that name.
    InputError
        If a solver is not installed, or the limit is no positive number.
    """
    chosen = available() if solvers is None else tuple(dict.fromkeys(solvers))
    _check(chosen, limit)
    if not chosen:
        return ()
    running: list[subprocess.Popen[bytes]] = []
    started = perf_counter()
    with ThreadPoolExecutor(len(chosen)) as pool:
        try:
            for name in chosen:
                running.append(_start(name, limit))
            waits = [
                pool.submit(_wait, name, process, script, started, limit)
                for name, process in zip(chosen, running, strict=True)
            ]
            return tuple(wait.result() for wait in waits)
        finally:  # before the pool waits for its threads, which wait for the processes
            for process in running:
                process.kill()


def contradiction(answers: Iterable[Answer]) -> bool:
    """Whether one solver says that the assertions can hold together, and another that they cannot: one has a bug.

    Examples
    --------
    >>> contradiction([Answer("z3", "5.4.0", "sat", 0.1), Answer("cvc5", "1.4.2", "unsat", 0.1)])
    True
    """
    return {"sat", "unsat"} <= {answer.answer for answer in answers}


def _check(chosen: tuple[str, ...], limit: float) -> None:
    installed = available()
    for name in chosen:
        if name not in SOLVERS:
            raise UnknownNameError("solver", name, SOLVERS)
        if name not in installed:
            raise InputError(f"found the solver {name}, which is not installed: pip install 'rdgames[prove]'")
    if not (math.isfinite(limit) and limit > 0):
        raise InputError(f"found limit = {limit}, expected a positive number of seconds")


def _start(solver: str, limit: float) -> subprocess.Popen[bytes]:
    # By its path, so that nothing of rdgames is imported; and -P, so that no module here hides one that it imports.
    command = [sys.executable, "-P", str(_PROGRAM), solver, str(limit)]
    pipe = subprocess.PIPE
    return subprocess.Popen(command, stdin=pipe, stdout=pipe, stderr=pipe)


def _wait(solver: str, process: subprocess.Popen[bytes], script: str, started: float, limit: float) -> Answer:
    """Hand a script to the process of a solver, and return what it answers within its time."""
    late = False
    try:
        out, complaints = process.communicate(script.encode(), max(started + limit - perf_counter(), 0.0))
    except subprocess.TimeoutExpired:
        late = True
        process.kill()
        out, complaints = process.communicate()
    said = _said(out)
    answer, version = said.get("answer", "failed"), said.get("version", "")
    seconds = perf_counter() - started
    if "answer" not in said and late:
        return Answer(solver, version, "timeout", seconds, message=f"stopped after {limit:g} seconds")
    if answer not in get_args(Verdict):
        return Answer(solver, version, "failed", seconds, message=f"found the answer {answer!r}")
    if "answer" not in said:
        last = complaints.decode(errors="replace").strip().splitlines()[-1:]
        message = ": ".join([f"its process ended with the code {process.returncode}", *last])
        return Answer(solver, version, "failed", seconds, message=message)
    model = said["model"]
    values = None if model is None else {name: _read(value) for name, value in model.items()}
    return Answer(solver, version, answer, seconds, values, said["message"])


def _said(out: bytes) -> dict[str, Any]:
    """Return what a process wrote, its lines put together; a line that was cut off is left out."""
    said: dict[str, Any] = {}
    for line in out.decode(errors="replace").splitlines():
        with suppress(json.JSONDecodeError):
            said |= json.loads(line)
    return said


def _read(value: list[Any]) -> Value:
    """Return a number that is written as a pair, or an interval that is a pair of such pairs."""
    if isinstance(value[0], str):
        return Fraction(int(value[0], 16), int(value[1], 16))
    low, high = (Fraction(int(end[0], 16), int(end[1], 16)) for end in value)
    return low, high
