"""Several devices, or one that is no CPU: how large blocks are there, and how one block is divided among them."""

from __future__ import annotations

from typing import Any

import jax
import numpy as np

from rdgames.kernel.blocks import Blocks

ACCELERATOR_FACTOR = 64
"""How many times as large a block is on a device that is no CPU: there a call costs more, and memory is faster."""


def planned_blocks(shape: tuple[int, ...], points: int) -> Blocks:
    """Return blocks with about so many points for each device, with an axis that can be divided evenly among them.

    A device that is no CPU takes larger ones.
    """
    devices = jax.devices()
    factor = 1 if devices[0].platform == "cpu" else ACCELERATOR_FACTOR
    blocks = Blocks.of(shape, points * factor * len(devices), len(devices))
    if any(size % len(devices) == 0 for size in blocks.sizes) or max(blocks.sizes, default=0) < len(devices):
        return blocks
    sizes = list(blocks.sizes)
    longest = sizes.index(max(sizes))
    sizes[longest] -= sizes[longest] % len(devices)
    return Blocks(shape, tuple(sizes))


def divided(arguments: Any) -> Any:
    """Return arguments with the longest array divided evenly among all devices.

    What is computed from it is divided likewise, by XLA. Nothing changes if there is one device, or if no array has a
    length that can be divided.
    """
    devices = jax.devices()
    if len(devices) == 1:
        return arguments
    leaves, structure = jax.tree.flatten(arguments)
    even = [place for place, leaf in enumerate(leaves) if np.size(leaf) and np.size(leaf) % len(devices) == 0]
    if not even:
        return arguments
    longest = max(even, key=lambda place: np.size(leaves[place]))
    array = leaves[longest]
    parts = ["devices" if length == np.size(array) else None for length in np.shape(array)]  # it lies along one axis
    mesh = jax.sharding.Mesh(np.array(devices), ("devices",))
    spread = jax.sharding.NamedSharding(mesh, jax.sharding.PartitionSpec(*parts))
    leaves[longest] = jax.device_put(array, spread)
    return jax.tree.unflatten(structure, leaves)
