"""How long each packaged model takes to derive, regime by regime, and how long SymPy's rational functions would take.

    python tests/benchmarks/derivations.py [MODEL ...] [--sympy] [--limit SECONDS]

A derivation is all of ``rd.solve``: the sentence applied, backward induction in symbols, the solution substituted back.
With ``--sympy`` the same induction runs once more over SymPy's field of fractions (``QQ.frac_field``), the best that
SymPy has for this, without the substitution; what takes longer than the limit is stopped.
"""

from __future__ import annotations

import argparse
import multiprocessing
import statistics
import time
from fractions import Fraction
from typing import Any

import rdgames as rd
from rdgames.equilibrium.equilibrium import Equilibrium
from rdgames.equilibrium.induction import Induction
from rdgames.errors import DerivationError
from rdgames.game.play import play

REPEATS = 5
FAMILIES = {
    "kamien-muller-zang-cournot, four regimes": (
        "kamien-muller-zang-cournot", ("competition", "cartel", "rjv-competition", "rjv-cartel"), 50,
    ),
    "kamien-muller-zang-bertrand, four regimes": (
        "kamien-muller-zang-bertrand", ("competition", "cartel", "rjv-competition", "rjv-cartel"), 150,
    ),
    "vertical-spillovers, seven regimes": (
        "vertical-spillovers",
        ("competition", "horizontal-upstream", "horizontal-downstream", "horizontal", "vertical", "full",
         "second-best"),
        200,
    ),
    "poyago-theotoky-1995, all regimes": ("poyago-theotoky-1995", (), 500),
}  # fmt: skip


class SymPyField:
    """The field of rational functions of some parameters, by SymPy."""

    def __init__(self, names: tuple[str, ...]) -> None:
        from sympy import QQ

        self.field = QQ.frac_field(*names)
        self.generators = dict(zip(names, self.field.gens, strict=True))

    def constant(self, value: Fraction | int) -> Any:
        value = Fraction(value)
        return self.field.one * value.numerator / value.denominator

    def parameter(self, name: str) -> Any:
        return self.generators[name]

    def is_zero(self, element: Any) -> bool:
        return not element


def best_of(game: rd.Game, regime: str) -> tuple[float, float]:
    """The best and the median time of deriving a regime, in seconds."""
    times = []
    for _ in range(REPEATS):
        start = time.perf_counter()
        Equilibrium(game, game.regime(regime))
        times.append(time.perf_counter() - start)
    return min(times), statistics.median(times)


def by_sympy(model: str, regime: str, answer: Any) -> None:
    """Send how long SymPy takes."""
    game = rd.load(model)
    played = play(game, game.regime(regime))
    field = SymPyField(tuple(game.parameter))
    start = time.perf_counter()
    Induction(played, field)  # type: ignore[arg-type]
    answer.put(time.perf_counter() - start)


def limited(model: str, regime: str, limit: float) -> float | None:
    """How long SymPy takes, None if longer than the limit."""
    context = multiprocessing.get_context("spawn")
    answer = context.Queue()
    worker = context.Process(target=by_sympy, args=(model, regime, answer))
    worker.start()
    worker.join(limit + 5)
    if worker.is_alive():
        worker.terminate()
        return None
    return answer.get() if not answer.empty() else None


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("models", nargs="*", default=sorted(rd.models()))
    parser.add_argument("--sympy", action="store_true")
    parser.add_argument("--limit", type=float, default=60)
    arguments = parser.parse_args()
    best: dict[tuple[str, str], float] = {}
    print(
        f"{'model':40} {'regime':24} {'best ms':>8} {'median':>8}"
        + (f" {'SymPy ms':>10} {'ratio':>7}" * arguments.sympy)
    )
    for model in arguments.models:
        game = rd.load(model)
        for regime in game.regimes:
            try:
                best[model, regime.name], median = best_of(game, regime.name)
            except DerivationError as error:
                print(f"{model:40} {regime.name:24} {type(error).__name__}")
                continue
            line = f"{model:40} {regime.name:24} {1e3 * best[model, regime.name]:8.1f} {1e3 * median:8.1f}"
            if arguments.sympy:
                theirs = limited(model, regime.name, arguments.limit)
                ratio = (
                    f"{theirs / best[model, regime.name]:6.0f}x"
                    if theirs
                    else f"> {arguments.limit / best[model, regime.name]:.0f}x"
                )
                line += f" {1e3 * theirs:10.0f} {ratio:>7}" if theirs else f" {'> limit':>10} {ratio:>7}"
            print(line, flush=True)
    for name, (model, regimes, target) in FAMILIES.items():
        times = [
            value for (known, regime), value in best.items() if known == model and (not regimes or regime in regimes)
        ]
        if times:
            print(f"{name}: {1e3 * sum(times):.0f} ms (target {target} ms)")


if __name__ == "__main__":
    main()
