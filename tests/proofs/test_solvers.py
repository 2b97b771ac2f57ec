"""Solvers are asked in processes of their own: what they say is exact, and they end when they are told to."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
import time
from fractions import Fraction

import pytest

from rdgames.errors import InputError, UnknownNameError
from rdgames.proofs import solvers
from rdgames.proofs.solvers import Answer, ask, available, contradiction

INSTALLED = available()
HARD = """(set-logic QF_NRA)
(declare-const x Real)(declare-const y Real)(declare-const z Real)(declare-const u Real)(declare-const v Real)
(declare-const w Real)
(assert (= (+ (* x x x y) (* y y y z) (* z z z u) (* u u u v) (* v v v w) (* w w w x)) 1))
(assert (= (+ (* x y z u) (* y z u v) (* z u v w) (* u v w x) (* v w x y) (* w x y z)) 3))
(assert (= (+ (* x x) (* y y y) (* z z u) (* u v w) (* v v v) (* w w w w w)) 7))
(assert (> (+ (* x y v) (* z u w)) (* x x z z w)))
(check-sat)"""

needs_solvers = pytest.mark.skipif(not INSTALLED, reason="no solver is installed: pip install 'rdgames[prove]'")


def script(*assertions: str, names: str = "x y") -> str:
    declared = " ".join(f"(declare-const {name} Real)" for name in names.split())
    asserted = " ".join(f"(assert {assertion})" for assertion in assertions)
    return f"(set-logic QF_NRA)\n{declared}\n{asserted}\n(check-sat)\n"


@pytest.fixture(params=INSTALLED)
def solver(request) -> str:
    return request.param


@needs_solvers
def test_what_cannot_hold_together_is_so_for_all_solvers():
    answers = ask(script("(< (+ (* x x) (* y y)) (* 2 x y))"), 20)
    assert [(answer.solver, answer.answer) for answer in answers] == [(name, "unsat") for name in INSTALLED]
    assert all(answer.model is None and answer.message == "" and answer.version for answer in answers)
    assert not contradiction(answers)


def test_a_model_gives_every_constant_a_rational_number(solver):
    [found] = ask(script("(= (* 3 x) 2)", "(= y (+ x (/ 1 7)))", names="x y unused"), 20, [solver])
    assert found.answer == "sat"
    assert found.model is not None
    assert found.model["x"] == Fraction(2, 3)
    assert found.model["y"] == Fraction(17, 21)
    assert isinstance(found.model["unused"], Fraction)


def test_names_may_end_in_a_prime_between_bars(solver):
    [found] = ask(script("(= |b'| (- 5))", "(= x 1)", names="|b'| x"), 20, [solver])
    assert found.model == {"b'": Fraction(-5), "x": Fraction(1)}


@pytest.mark.parametrize("degree", [2, 5])
def test_an_algebraic_number_lies_in_a_narrow_interval(solver, degree):
    power = f"(* {'x ' * degree})"
    [found] = ask(script(f"(= {power} 3)", "(> x 0)", "(= y (* 2 x))"), 20, [solver])
    assert found.model is not None
    for name, scale in (("x", 1), ("y", 2)):
        low, high = found.model[name]
        assert 0 < high - low <= Fraction(1, 2**60)
        assert (low / scale) ** degree < 3 < (high / scale) ** degree


def test_numbers_of_thousands_of_digits_come_through(solver):
    huge = 7 ** (6 * 1024)
    half = 7 ** (3 * 1024)
    doubling = [f"(= x{i + 1} (* x{i} x{i}))" for i in range(10)]
    names = " ".join(f"x{i}" for i in range(11))
    [found] = ask(script("(= x0 (/ 117649 2))", *doubling, names=names), 20, [solver])
    if found.model is not None:  # not every solver cares to go so far
        assert found.model["x10"] == Fraction(huge, 2**1024)
        assert found.model["x9"] == Fraction(half, 2**512)
    assert found.answer in ("sat", "unknown", "timeout")


@needs_solvers
def test_a_solver_is_stopped_at_the_limit():
    ask(script("(> x 0)"), 20)  # so that what is read from the disk has been read
    started = time.perf_counter()
    answers = ask(HARD, 1.0)
    assert 1.0 <= time.perf_counter() - started < 1.3
    for found in answers:
        assert (found.answer, found.message) == ("timeout", "stopped after 1 seconds")
        assert 1.0 <= found.seconds < 1.3
        assert found.version


@pytest.mark.parametrize("text", ["(assert (> x 0))(check-sat)", "(set-logic QF_NRA)(check-sat", "words"])
def test_a_script_that_cannot_be_read_is_a_failure_that_says_why(solver, text):
    [found] = ask(text, 20, [solver])
    assert found.answer == "failed"
    assert found.model is None
    assert found.message


def test_a_process_that_crashes_is_a_failure(solver, monkeypatch, tmp_path):
    program = tmp_path / "program.py"
    program.write_text("raise RuntimeError('out of order')")
    monkeypatch.setattr(solvers, "_PROGRAM", program)
    [found] = ask(script("(> x 0)"), 20, [solver])
    assert found.answer == "failed"
    assert found.message == "its process ended with the code 1: RuntimeError: out of order"


@needs_solvers
def test_an_interrupt_ends_the_processes(monkeypatch):
    started: list[subprocess.Popen] = []

    def start(name: str, limit: float) -> subprocess.Popen:
        started.append(begin(name, limit))
        return started[-1]

    begin = solvers._start
    monkeypatch.setattr(solvers, "_start", start)
    was = signal.signal(signal.SIGINT, signal.default_int_handler)
    alarm = threading.Timer(1.0, os.kill, (os.getpid(), signal.SIGINT))
    alarm.start()
    before = time.perf_counter()
    try:
        with pytest.raises(KeyboardInterrupt):
            ask(HARD, 60)
    finally:
        alarm.cancel()
        signal.signal(signal.SIGINT, was)
    assert time.perf_counter() - before < 2
    assert len(started) == len(INSTALLED)
    assert all(process.returncode == -signal.SIGKILL for process in started)


@pytest.mark.skipif(not hasattr(signal, "setitimer"), reason="the system has no timers")
def test_a_process_whose_parent_was_killed_ends_itself(solver):
    process = solvers._start(solver, 0.5)
    with process:
        process.stdin.write(HARD.encode())
        process.stdin.close()
        assert process.wait(5) == -signal.SIGALRM


def test_contradictions_show():
    def says(*answers: str) -> list[Answer]:
        return [Answer("a solver", "1", answer, 0.1) for answer in answers]

    assert contradiction(says("sat", "unsat"))
    assert contradiction(says("unsat", "timeout", "sat"))
    assert not contradiction(says("sat", "sat"))
    assert not contradiction(says("unsat", "unknown", "timeout", "failed"))
    assert not contradiction([])


def test_wrong_questions_are_refused():
    with pytest.raises(UnknownNameError, match="did you mean 'cvc5'"):
        ask(script("(> x 0)"), 1, ["cvc4"])
    for limit in (0, -1, float("nan"), float("inf")):
        with pytest.raises(InputError, match="expected a positive number of seconds"):
            ask(script("(> x 0)"), limit)


def test_without_solvers_nothing_is_asked(monkeypatch):
    monkeypatch.setattr(solvers, "find_spec", lambda _: None)
    assert available() == ()
    assert ask(script("(> x 0)"), 1) == ()
    with pytest.raises(InputError, match=r"z3, which is not installed: pip install 'rdgames\[prove\]'"):
        ask(script("(> x 0)"), 1, ["z3"])


def test_no_solver_is_imported_here():
    code = "import sys, rdgames.proofs.solvers as s; s.available(); print({'z3', 'cvc5'} & set(sys.modules))"
    found = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert found.stdout.strip() == "set()"
