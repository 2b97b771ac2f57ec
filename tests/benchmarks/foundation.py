"""How fast the foundation is: start-up, derivation, sweep. Prints figures; asserts nothing.

    python tests/benchmarks/foundation.py [--points 500]

Every candidate is warmed up before it is timed, candidates are interleaved in one process, and best and median of the
rounds are printed. The sweep is compared with what a user would otherwise do, `sympy.lambdify` on NumPy, doing the
same work: 24 outcomes (three regimes, eight each) over beta x gamma x n, masked by the conditions that say where they
hold. The formulas handed to lambdify are what `sympy.factor` makes of the outcomes, which is what a user would have.
For comparison it is also run without the conditions, with common subexpressions shared (cse), and on the formulas that
rdgames displays, which are shorter. Outcomes that do not depend on an axis stay small under lambdify on an open mesh,
while a labelled Dataset has them everywhere.
"""

from __future__ import annotations

import argparse
import statistics
import subprocess
import sys
import time
from collections.abc import Callable
from typing import Any

import numpy as np
import sympy

import rdgames as rd
from rdgames.equilibrium.equilibrium import Equilibrium
from rdgames.game.game import Game
from rdgames.grid.axes import Grid
from rdgames.kernel.kernel import compile_kernel

REGIMES = ("competition", "cartel", "rjv-cartel")
OUTCOMES = ("x", "q", "price", "output", "unit_cost", "profit", "consumer_surplus", "welfare")
PARAMETERS = "a b c gamma beta n"
AT = "a=100,b=1,c=60,n=2,beta=1/4,gamma=5"


def timed(candidates: dict[str, Callable[[], Any]], rounds: int) -> dict[str, tuple[float, float]]:
    """Return best and median seconds of each candidate, warmed up just before, interleaved."""
    times: dict[str, list[float]] = {name: [] for name in candidates}
    for candidate in candidates.values():
        candidate()
    for _ in range(rounds):
        for name, candidate in candidates.items():
            candidate()
            started = time.perf_counter()
            candidate()
            times[name].append(time.perf_counter() - started)
    return {name: (min(seconds), statistics.median(seconds)) for name, seconds in times.items()}


def whole_process(*arguments: str) -> Callable[[], None]:
    return lambda: subprocess.run([sys.executable, *arguments], check=True, capture_output=True) and None


def show_start_up(rounds: int) -> None:
    solve = ("-m", "rdgames", "solve", "daspremont-jacquemin", "--regime", "cartel", "--at", AT, "--json", "--exact")
    candidates = {
        "python -c pass": whole_process("-c", "pass"),
        "import rdgames": whole_process("-c", "import rdgames"),
        "rdgames solve --at --json --exact": whole_process(*solve),
    }
    print("\nStart-up, whole processes (targets: import under 0.1 s, solve under 0.6 s)")
    for name, (best, median) in timed(candidates, rounds).items():
        print(f"  {name:36} best {best:6.3f} s   median {median:6.3f} s")


def by_sympy() -> sympy.Expr:
    """Derive one regime (competition) as one would by hand in SymPy: solve, factor."""
    a, b, c, gamma, beta, n, x, own, others, q, total = sympy.symbols("a b c gamma beta n x own others q total")
    cost = c - own - beta * others
    rivals = c - x * (1 + (n - 2) * beta) - beta * own
    # Cournot with one firm's cost different: the firm and its n - 1 rivals.
    outputs = sympy.solve(
        [a - b * total - b * q - cost, a - b * total - b * ((total - q) / (n - 1)) - rivals], [q, total], dict=True
    )[0]
    profit = b * outputs[q].subs(others, (n - 1) * x) ** 2 - gamma * own**2 / 2
    return sympy.factor(sympy.solve(sympy.diff(profit, own).subs(own, x), x)[0])


def show_derivation(game: Game, rounds: int) -> None:
    seven = [regime.name for regime in game.regimes if regime.name != "open-loop"]
    candidates: dict[str, Callable[[], Any]] = {
        "rdgames, seven regimes, n symbolic": lambda: [Equilibrium(game, game.regime(name)) for name in seven],
        "SymPy solve and factor, competition": lambda: by_sympy(),
    }
    found = timed(candidates, rounds)
    print("\nDerivation, rechecked by substitution (target: seven regimes under 30 ms)")
    for name, (best, median) in found.items():
        print(f"  {name:36} best {1e3 * best:6.1f} ms  median {1e3 * median:6.1f} ms")


def lambdified(game: Game, *, ours: bool, conditions: bool, cse: bool) -> Callable[[dict[str, Any]], list[Any]]:
    """Return a function of parameter arrays that does what the kernel does, or only the outcomes of it.

    ``ours`` says whose formulas: those that rdgames displays, or those that `sympy.factor` makes of them.
    """
    expressions: list[Any] = []
    strict: dict[str, list[tuple[int, bool]]] = {}
    for regime in REGIMES:
        expressions += [rd.solve(game, regime)[name] for name in OUTCOMES]
    for regime in REGIMES if conditions else ():
        strict[regime] = []
        for condition in rd.solve(game, regime).conditions.values():
            strict[regime].append((len(expressions), condition.strict))
            expressions.append(condition.margin)
    expressions = expressions if ours else [sympy.factor(expression) for expression in expressions]
    function = sympy.lambdify(sympy.symbols(PARAMETERS), expressions, "numpy", cse=cse)

    def evaluate(values: dict[str, Any]) -> list[Any]:
        found = function(*(values[name] for name in PARAMETERS.split()))
        results = found[: len(REGIMES) * len(OUTCOMES)]
        for place, regime in enumerate(strict):
            valid: Any = True
            for margin, is_strict in strict[regime]:
                valid = valid & (found[margin] > 0 if is_strict else found[margin] >= 0)
            for k in range(place * len(OUTCOMES), (place + 1) * len(OUTCOMES)):
                results[k] = np.where(valid, results[k], np.nan)
        return results

    return evaluate


def show_sweep(game: Game, points: int, rounds: int) -> None:
    n, gamma, beta = np.arange(2.0, 12.0), np.linspace(2, 12, points), np.linspace(0, 1, points)
    size = len(n) * points * points
    fixed = {"a": 100.0, "b": 1.0, "c": 60.0}
    open_mesh = fixed | {"n": n[:, None, None], "gamma": gamma[None, :, None], "beta": beta[None, None, :]}
    full = np.meshgrid(n, gamma, beta, indexing="ij")
    mesh_grid = fixed | {"n": full[0], "gamma": full[1], "beta": full[2]}
    kernel = compile_kernel(game, REGIMES, OUTCOMES)
    grid = Grid.of(game, {**fixed, "n": n, "gamma": gamma, "beta": beta})
    target = np.empty((len(REGIMES) * len(OUTCOMES), *grid.shape))

    def fill() -> None:
        target.fill(1.0)

    def consume() -> None:
        for block in kernel.blocks(grid.shape):
            kernel.evaluate(grid.axes, grid.fixed, block)

    candidates: dict[str, Callable[[], Any]] = {
        "write limit (fill 24 arrays)": fill,
        "rdgames kernel, blocks consumed, one thread": consume,
        "rdgames.sweep, labelled Dataset": lambda: rd.sweep(
            game, REGIMES, outcomes=OUTCOMES, **fixed, n=n, gamma=gamma, beta=beta
        ),
    }
    for mesh, values in (("open mesh", open_mesh), ("mesh grid", mesh_grid)):
        for words, choice in (
            ("outcomes and conditions", {"ours": False, "conditions": True, "cse": False}),
            ("outcomes and conditions, cse", {"ours": False, "conditions": True, "cse": True}),
            ("outcomes only", {"ours": False, "conditions": False, "cse": False}),
            ("outcomes only, rdgames' formulas", {"ours": True, "conditions": False, "cse": False}),
        ):
            function = lambdified(game, **choice)
            candidates[f"lambdify, {mesh}, {words}"] = lambda f=function, v=values: f(v)
    found = timed(candidates, rounds)
    reference = found["rdgames.sweep, labelled Dataset"][0]
    print(f"\nSweep of {size:,} points, 3 regimes x 8 outcomes, float64 (targets: 2.5 x open mesh, 20 x mesh grid)")
    for name, (best, median) in found.items():
        rate, ratio = size / best / 1e6, best / reference
        print(
            f"  {name:56} best {best:7.3f} s  median {median:7.3f} s  {rate:7.1f} M points/s "
            f" {ratio:6.2f} x the time of rdgames.sweep"
        )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--points", type=int, default=500, help="values along beta and along gamma; n has ten")
    parser.add_argument("--rounds", type=int, default=7)
    options = parser.parse_args()
    game = rd.load("daspremont-jacquemin")
    show_start_up(options.rounds)
    show_derivation(game, options.rounds)
    show_sweep(game, options.points, options.rounds)


if __name__ == "__main__":
    main()
