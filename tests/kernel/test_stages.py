"""What needs only some of the axes is computed before the rest, once, and changes no number."""

from __future__ import annotations

import jax
import jax.numpy as jnp
import numpy as np
import pytest

from rdgames.kernel.compilation import compiled
from rdgames.kernel.stages import in_stages

pytestmark = pytest.mark.usefixtures("as_for_users")

ARGUMENTS = {"x": np.linspace(1, 2, 5).reshape(5, 1), "y": np.linspace(3, 4, 7).reshape(1, 7), "z": np.float64(2.0)}


def mixed(given):
    """Steps over one axis, over both, comparisons, a loop, and a result that needs one axis only."""
    along_x = jnp.exp(given["x"]) * given["z"]
    along_y = jnp.where(given["y"] > 3.4, jnp.log(given["y"]), -1.0)
    whole = jax.lax.fori_loop(0, 3, lambda _, value: value * along_y + 1, along_x + along_y)
    return {"whole": whole, "holds": (along_x < 8) & (along_y > 0), "broadcast": jnp.broadcast_to(along_x, (5, 7))}


def at_once(given):
    with jax.enable_x64(True):
        return jax.jit(mixed)(given)


def test_stages_change_no_number():
    found = compiled(in_stages(mixed), "mixed")(ARGUMENTS)
    for name, expected in at_once(ARGUMENTS).items():
        np.testing.assert_allclose(found[name], expected, rtol=1e-14)


def test_what_needs_one_axis_is_computed_in_a_branch_which_cannot_be_fused():
    with jax.enable_x64(True):
        lowered = jax.jit(in_stages(mixed)).lower(ARGUMENTS)
        compiled_text = lowered.compile().as_text()
    entry = compiled_text[compiled_text.index("ENTRY") :]
    assert "conditional(" in entry
    assert "exponential(" not in entry
    loops = [line for line in compiled_text.splitlines() if "exponential(" in line]
    assert loops
    assert all("f64[5,1]" in line or "f64[5]" in line for line in loops)


@pytest.mark.parametrize("name", ["x", "y", "z"])
def test_what_is_no_number_stays_none(name):
    spoiled = ARGUMENTS | {name: ARGUMENTS[name] * np.nan}
    found = compiled(in_stages(mixed), "mixed")(spoiled)
    for key, expected in at_once(spoiled).items():
        if key != "holds":
            np.testing.assert_array_equal(np.isnan(found[key]), np.isnan(expected))
    np.testing.assert_array_equal(found["holds"], at_once(spoiled)["holds"])


def test_a_single_point_needs_no_stages():
    point = {"x": np.float64(1.5), "y": np.float64(3.5), "z": np.float64(2.0)}
    found = compiled(in_stages(lambda given: given["x"] * given["y"] + given["z"]), "point")(point)
    assert float(found) == 7.25
