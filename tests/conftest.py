"""What holds for every test: shapes are checked while it runs, and the packaged game is read once."""

from __future__ import annotations

import os
import sys
import tempfile
from collections.abc import Callable, Iterator

from jaxtyping import install_import_hook

# Before anything of these rooms is imported: from here on, wrong shapes and types in them are errors.
CHECKED = ["kernel", "grid", "reductions", "stores", "sharing", "stability", "figures", "panels"]
install_import_hook([f"rdgames.{room}" for room in CHECKED], "beartype.beartype")

# Compiled functions are kept for the processes of one run of the tests, not among those of the user.
KEPT = tempfile.TemporaryDirectory(prefix="rdgames-")
os.environ.setdefault("RDGAMES_CACHE", KEPT.name)
os.environ.pop("PYTHONDONTWRITEBYTECODE", None)  # or each of many processes would read all sources again

import matplotlib as mpl  # noqa: E402
import pytest  # noqa: E402

from rdgames.game.game import Game  # noqa: E402
from rdgames.kernel import cache  # noqa: E402
from rdgames.kernel.kernel import compile_kernel  # noqa: E402
from rdgames.modelfile.catalogue import load  # noqa: E402

mpl.use("agg")

AS_FOR_USERS = dict(cache.OPTIONS)
QUICKLY = {"xla_backend_optimization_level": 0, "xla_cpu_use_fusion_emitters": False}
"""Most tests run what they compile once, at a few points: compiling is most of their time, so it is made short."""

cache.OPTIONS.update(QUICKLY)


@pytest.fixture(scope="module")
def as_for_users() -> Iterator[None]:
    """Compile as users do, for tests of what compilation may change: rounding, order, and what it does with NaN."""
    cache.OPTIONS.clear()
    cache.OPTIONS.update(AS_FOR_USERS)
    compile_kernel.cache_clear()
    yield
    cache.OPTIONS.update(QUICKLY)


@pytest.fixture(scope="session")
def aj() -> Game:
    return load("daspremont-jacquemin")


@pytest.fixture(scope="session")
def isoelastic() -> Game:
    """A game without closed form: demand of constant elasticity, and a technology with decreasing returns."""
    spillover = {"domain": "0 <= beta <= 1", "index": ["firms", "firms"]}
    return Game(
        name="isoelastic",
        parameters={
            **{name: f"{name} > 0" for name in ("a", "eps", "c", "rho")},
            "beta": spillover,
            "n": {"domain": "n >= 1", "integer": True},
        },
        groups={"firms": "n"},
        stages={"research": {"actions": {"x": "firms"}}, "production": {"actions": {"q": "firms"}}},
        definitions={
            "output": "sum(q[j] for j in firms)",
            "price": "a*output**(-1/eps)",
            "input": {"for": "i in firms", "is": "x[i] + sum(beta[i, j]*x[j] for j in firms if j != i)"},
            "unit_cost": {"for": "i in firms", "is": "c*(1 + input[i])**(-rho)"},
            "profit": {"for": "i in firms", "is": "(price - unit_cost[i])*q[i] - x[i]"},
        },
        payoffs={"firms": "profit[i]"},
        regimes={"cartel": "firms choose x jointly"},
    )


LISTEN = "import runpy, signal; signal.signal(signal.SIGINT, signal.default_int_handler); "
START = "runpy.run_module('rdgames', run_name='__main__', alter_sys=True)"
TELL = """import functools, sys
from {module} import {name}
def telling(true):
    @functools.wraps(true)
    def told(*arguments, **options):
        print("begun", file=sys.stderr, flush=True)
        return true(*arguments, **options)
    return told
{name}.{method} = telling({name}.{method})
"""


@pytest.fixture
def hearing() -> list[str]:
    """How to start the command so that it hears interrupts: a shell in the background may have told us to ignore them.

    (Not by a function that runs between fork and exec: JAX, loaded by other tests, warns of forks.)
    """
    return [sys.executable, "-c", LISTEN + START]


@pytest.fixture
def telling() -> Callable[[str, str, str], list[str]]:
    """How to start it so that it says ``begun`` on standard error when a method is called: time to interrupt."""
    return lambda module, name, method: [
        sys.executable,
        "-c",
        TELL.format(module=module, name=name, method=method) + LISTEN + START,
    ]
