"""How long each claim takes: our layers, the checker of certificates, and z3 and cvc5 each alone.

    python tests/benchmarks/claims.py [MODEL ...] [--solvers SECONDS]

Without ``--solvers`` only our own times are printed. With it, each solver is asked whether the hypotheses and the
denial of the statement can hold together, with that limit; every polynomial is given in factors, which is what we start
from too. A dash says that the solver has nothing to say within the limit, or that the claim contains a root.
"""

from __future__ import annotations

import argparse
from statistics import median
from time import perf_counter

from rdgames.certificates.checker import check_certificate, prefixed
from rdgames.claims.reading import Proposition
from rdgames.game.game import Game
from rdgames.game.literature import Claim
from rdgames.modelfile.catalogue import load, models
from rdgames.proofs.implication import Atom, Compared, Implication, Joined, Part, SignsCompared
from rdgames.proofs.polynomials import Product
from rdgames.proofs.proving import prove
from rdgames.proofs.reading import Reading
from rdgames.proofs.solvers import ask, available

CATALOGUE = {
    "P1 to P13": ("daspremont-jacquemin", "P"),
    "K1 to K11, Cournot": ("kamien-muller-zang-cournot", "K"),
    "K1 to K11, Bertrand": ("kamien-muller-zang-bertrand", "K"),
    "V1 to V7": ("vertical-spillovers", "V"),
}


def denial(implication: Implication, names: tuple[str, ...]) -> str | None:
    """The question, in SMT-LIB 2, whether the hypotheses and the denial of the statement can hold together."""
    if any(atom.radicand is not None for atom in implication.atoms) or implication.statement is None:
        return None
    lines = ["(set-logic QF_NRA)", *(f"(declare-const {name} Real)" for name in names)]
    below = dict.fromkeys(name for atom in implication.atoms for name in atom.below)
    lines += [f"(assert (not (= {prefixed(name, names)} 0)))" for name in below]
    lines += [f"(assert {written(part, names)})" for part in implication.hypotheses]
    return "\n".join([*lines, f"(assert (not {written(implication.statement, names)}))", "(check-sat)", ""])


def written(part: Part, names: tuple[str, ...]) -> str:
    """A statement in SMT-LIB 2."""
    match part:
        case Compared(atom, "!="):
            return f"(not (= {signed(atom, names)} 0))"
        case Compared(atom, sort):
            return f"({sort.replace('==', '=')} {signed(atom, names)} 0)"
        case Joined("iff", (left, right)):
            return f"(= {written(left, names)} {written(right, names)})"
        case Joined(word, parts):
            return f"({word} {' '.join(written(each, names) for each in parts)})"
        case SignsCompared(_, _, "==", arguments) if len(arguments) == 2:
            one, other = (signed(atom, names) for atom in arguments.values())
            return f"(and (= (> {one} 0) (> {other} 0)) (= (< {one} 0) (< {other} 0)))"
    raise NotImplementedError


def signed(atom: Atom, names: tuple[str, ...]) -> str:
    """A product that has the sign of an atom."""
    product: Product = atom.plain
    if not product.constant:
        return "0"
    parts = [prefixed(name, names) for name, exponent in product.factors for _ in range(abs(exponent))]
    return f"(* {'1' if product.constant > 0 else '(- 1)'} {' '.join(parts)})" if parts else f"{product.constant > 0:d}"


def alone(game: Game, claim: Claim, seconds: float) -> dict[str, str]:
    """What each solver says alone, and after how long."""
    reading = Reading(Proposition.read(game, claim))
    try:
        script = denial(reading.implication, reading.polynomials.parameters)
    except NotImplementedError:
        script = None
    told = {}
    for solver in available():
        found = ask(script, seconds, [solver])[0] if script else None
        decided = found is not None and found.answer in ("sat", "unsat")
        told[solver] = f"{found.answer} {1e3 * found.seconds:.0f}" if found is not None and decided else "-"
    return told


def main() -> None:
    """Print one line per claim, and the medians that the issue asks for."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("models", nargs="*", default=list(models()))
    parser.add_argument("--solvers", type=float, default=0.0, metavar="SECONDS")
    chosen = parser.parse_args()
    times: dict[tuple[str, str], float] = {}
    counts: dict[str, int] = {}
    print(f"{'claim':58} {'verdict':10} {'layers':34} {'ms':>7} {'check':>6}", *available() if chosen.solvers else ())
    for name in chosen.models:
        game = load(name)
        for claim in game.claims:
            started = perf_counter()
            proof = prove(claim, game, exactly=0)
            taken = perf_counter() - started
            if proof.certificate:
                check_certificate(proof.certificate)
            checked = perf_counter() - started - taken
            times[name, claim.name], counts[proof.verdict] = taken, counts.get(proof.verdict, 0) + 1
            told = alone(game, claim, chosen.solvers) if chosen.solvers else {}
            layers = ", ".join(proof.layers) + (" (whole n)" if proof.numbers == "whole" else "")
            label = f"{name} {claim.name}"
            print(
                f"{label:58} {proof.verdict:10} {layers:34} {1e3 * taken:7.0f} {1e3 * checked:6.0f}",
                *(f"{answer:>12}" for answer in told.values()), flush=True,
            )  # fmt: skip
    for title, (name, letter) in CATALOGUE.items():
        group = [time for (model, claim), time in times.items() if model == name and claim.startswith(letter)]
        if group:
            print(f"{title}: {len(group)} claims, median {1e3 * median(group):.0f} ms, slowest {max(group):.2f} s")
    print(counts, f"median {1e3 * median(times.values()):.0f} ms, all {sum(times.values()):.0f} s")


if __name__ == "__main__":
    main()
