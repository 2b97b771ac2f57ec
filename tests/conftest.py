"""What holds for every test: shapes are checked while it runs, and the packaged game is read once."""

from __future__ import annotations

import sys

from jaxtyping import install_import_hook

# Before anything of these rooms is imported: from here on, wrong shapes and types in them are errors.
install_import_hook(["rdgames.kernel", "rdgames.grid", "rdgames.figures"], "beartype.beartype")

import matplotlib as mpl  # noqa: E402
import pytest  # noqa: E402

from rdgames.game.game import Game  # noqa: E402
from rdgames.modelfile.catalogue import load  # noqa: E402

mpl.use("agg")


@pytest.fixture(scope="session")
def aj() -> Game:
    return load("daspremont-jacquemin")


@pytest.fixture
def hearing() -> list[str]:
    """How to start the command so that it hears interrupts: a shell in the background may have told us to ignore them.

    (Not by a function that runs between fork and exec: JAX, loaded by other tests, warns of forks.)
    """
    listen = "import runpy, signal; signal.signal(signal.SIGINT, signal.default_int_handler); "
    return [sys.executable, "-c", listen + "runpy.run_module('rdgames', run_name='__main__', alter_sys=True)"]
