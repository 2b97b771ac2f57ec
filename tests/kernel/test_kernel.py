"""The kernel against the exact road: same values, same verdicts, block by block."""

from __future__ import annotations

from fractions import Fraction

import jax
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rdgames.equilibrium.equilibrium import solve
from rdgames.kernel.blocks import Blocks
from rdgames.kernel.kernel import compile_kernel
from rdgames.kernel.tracing import FAILED

pytestmark = pytest.mark.usefixtures("as_for_users")

REGIMES = ("competition", "cartel", "rjv-competition", "rjv-cartel", "merger", "second-best", "first-best", "open-loop")


def test_kernel_agrees_with_exact_values(aj):
    kernel = compile_kernel(aj, REGIMES, aj.outcomes)
    betas, gammas = np.array([0.0, 0.25, 0.5, 0.875]), np.array([0.75, 2.5, 8.0])
    axes, fixed = {"beta": betas, "gamma": gammas}, {"a": 100.0, "b": 1.0, "c": 60.0, "n": 3.0}
    values = kernel.evaluate(axes, fixed, (slice(None),) * 2)
    for regime in REGIMES:
        equilibrium = solve(aj, regime)
        for place in np.ndindex(4, 3):
            point = equilibrium.at(
                a=100, b=1, c=60, n=3, beta=Fraction(betas[place[0]]), gamma=Fraction(gammas[place[1]])
            )
            failed = int(values[regime, FAILED][place])
            assert (failed == 0) == point.valid
            if failed:
                assert kernel.condition_names[failed - 1] == point.failed[0]
            for name in aj.outcomes:
                found = values[regime, name][place]
                assert np.isnan(found) if failed else found == pytest.approx(float(point.values[name]), rel=1e-12)


def test_blocks_make_no_difference(aj, monkeypatch):
    kernel = compile_kernel(aj, ("competition", "cartel"), ("welfare", "x"))
    axes = {"n": np.array([1.0, 2.0, 5.0]), "beta": np.linspace(0, 1, 7), "gamma": np.linspace(1, 9, 11)}
    fixed = {"a": 50.0, "b": 2.0, "c": 20.0}
    whole = kernel.evaluate(axes, fixed, (slice(None),) * 3)
    monkeypatch.setattr("rdgames.kernel.tracing.BLOCK_POINTS", 20)
    seen = np.zeros((3, 7, 11), dtype=int)
    for block in kernel.blocks((3, 7, 11)):
        values = kernel.evaluate(axes, fixed, block)
        seen[block] += 1
        for key, value in values.items():
            # XLA may contract a product and a sum in one shape and not in another, so the last digit may differ.
            np.testing.assert_allclose(value, whole[key][block], rtol=1e-13)
    assert seen.min() >= 1


def test_double_precision_is_a_scope_not_a_setting(aj):
    kernel = compile_kernel(aj, ("competition",), ("x",))
    before = jax.config.jax_enable_x64
    assert not before
    fixed = {"a": 1e2, "b": 1.0, "c": 60.0, "n": 2.0, "gamma": 5.0}
    values = kernel.evaluate({"beta": np.linspace(0, 1, 3)}, fixed, (slice(None),))
    assert values["competition", "x"].dtype == np.float64
    assert jax.config.jax_enable_x64 == before
    assert jax.numpy.ones((1,)).dtype == np.float32


def test_shared_steps_are_recorded_once(aj):
    together = compile_kernel(aj, ("competition", "cartel", "rjv-cartel"), aj.outcomes).program.operations
    apart = sum(
        compile_kernel(aj, (r,), aj.outcomes).program.operations for r in ("competition", "cartel", "rjv-cartel")
    )
    assert together < apart


@settings(derandomize=True, max_examples=60, deadline=None)
@given(st.lists(st.integers(1, 9), min_size=0, max_size=4), st.integers(1, 40))
def test_blocks_have_one_shape_and_cover_the_mesh(shape, points):
    seen = np.zeros(shape, dtype=int)
    sizes = set()
    for block in Blocks.of(tuple(shape), points):
        seen[block] += 1
        sizes.add(seen[block].shape)
    assert seen.min() >= 1
    assert len(sizes) == 1
    assert np.prod(sizes.pop(), dtype=int) <= points
