"""Several devices: a process with four finds what one with one device finds, and all four take part."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import jax
import numpy as np
import pytest

import rdgames as rd
from rdgames.kernel.blocks import open_mesh
from rdgames.kernel.kernel import compile_kernel

REGIMES = ("competition", "cartel", "rjv-cartel")
FIXED = {"a": 100.0, "b": 1.0, "c": 60.0, "n": 3.0}


def answers(number: int, other: int) -> dict:
    """What sweeps and reductions find over beta and gamma, and how many devices took part."""
    game = rd.load("daspremont-jacquemin")
    axes = {"beta": rd.linspace(0, 1, number), "gamma": rd.linspace(0.5, 6, other)}
    kernel = compile_kernel(game, REGIMES, ("x", "welfare"))
    block = kernel.blocks((number, other))[0]
    found = kernel._compiled(open_mesh(axes, FIXED, block))
    ds = rd.sweep(game, REGIMES, outcomes=["x", "welfare"], **FIXED, **axes)
    counted = rd.count(game, REGIMES, "welfare", **FIXED, **axes)
    most = rd.optimum(game, REGIMES, "welfare", "beta", **FIXED, **axes)
    return {
        "devices": len(jax.devices()),
        "at work": len(found[kernel.keys.index(("cartel", "x"))].sharding.device_set),
        "welfare": np.nan_to_num(ds["welfare"].values).ravel().tolist(),
        "failed": ds["failed_condition"].values.ravel().tolist(),
        "counted": [counted[name].values.tolist() for name in ("valid", "failed", "highest", "ahead", "level")],
        "most": np.nan_to_num(most["welfare"].values).tolist(),
    }


def answers_of_four(number: int, other: int) -> dict:
    """The same, in a process that takes the processor for four devices."""
    code = (
        f"import json, sys; sys.path.insert(0, {str(Path(__file__).parent)!r}); from test_devices import answers; "
        f"json.dump(answers({number}, {other}), sys.stdout)"
    )
    environment = os.environ | {"XLA_FLAGS": "--xla_force_host_platform_device_count=4"}
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=False, env=environment, timeout=240
    )
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


@pytest.mark.parametrize(("number", "other", "at_work"), [(1001, 97, 4), (3, 2, 1)])
def test_four_devices_find_what_one_finds(number, other, at_work):
    one, four = answers(number, other), answers_of_four(number, other)
    assert (one.pop("devices"), four.pop("devices")) == (1, 4)
    assert (one.pop("at work"), four.pop("at work")) == (1, at_work)
    for name in ("welfare", "most"):
        np.testing.assert_allclose(four.pop(name), one.pop(name), rtol=1e-12)
    assert four == one
