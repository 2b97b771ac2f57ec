"""Results of sweeps to draw: d'Aspremont and Jacquemin's closed forms, and datasets made of any curves."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence

import numpy as np
import pytest
import xarray as xr

DESCRIPTIONS = {
    "competition": "every firm decides alone",
    "cartel": "joint R&D, rivalry on the market",
    "rjv-competition": "all results shared, every firm decides alone",
    "rjv-cartel": "all results shared, joint R&D",
    "merger": "joint R&D and output, the same for every firm",
    "second-best": "a planner sets R&D, the same for every firm, before Cournot competition",
    "first-best": "a planner sets R&D and output, the same for every firm",
}
MEANINGS = {
    "second_order": "every decision is a best one: second-order condition",
    "symmetric": "equal R&D is the joint optimum",
    "nonnegative_unit_cost": "R&D removes no more than the whole unit cost",
}
ATTRIBUTES = {
    "a": ("highest price that anybody pays", "money per unit of output", "a"),
    "b": ("slope of demand", "money per unit of output squared", "b"),
    "c": ("unit cost before R&D", "money per unit of output", "c"),
    "gamma": ("slope of the marginal cost of R&D", "output squared per money", r"\gamma"),
    "beta": ("spillover: share of a firm's cost reduction that reaches each rival", "", r"\beta"),
    "n": ("number of firms", "firms", "n"),
}


def dataset_of(
    values: np.ndarray,
    outcome: str = "welfare",
    regimes: Sequence[str] | None = None,
    failed: np.ndarray | None = None,
    **swept: Sequence[float] | np.ndarray,
) -> xr.Dataset:
    """Return a dataset with these values of one outcome, by regime and swept parameter."""
    names = list(regimes or [f"regime-{count}" for count in range(len(values))])
    dims = ("regime", *swept)
    failed = np.zeros(values.shape, np.int8) if failed is None else np.asarray(failed, np.int8)
    dataset = xr.Dataset(
        {
            outcome: (dims, np.where(failed == 0, values, np.nan), {"long_name": outcome, "units": "money"}),
            "valid": (dims, failed == 0),
            "failed_condition": (dims, failed),
        },
        coords={"regime": names, **swept},
        attrs={"model": "test-model"},
    )
    dataset["regime"].attrs["descriptions"] = json.dumps(DESCRIPTIONS)
    dataset["failed_condition"].attrs |= {
        "flag_values": np.arange(len(MEANINGS) + 1, dtype=np.int8),
        "flag_meanings": " ".join(["none", *MEANINGS]),
        "meanings": json.dumps(MEANINGS),
    }
    for name in set(swept) & set(ATTRIBUTES):
        dataset[name].attrs |= dict(zip(("long_name", "units", "symbol"), ATTRIBUTES[name], strict=True))
    return dataset


def aj(regimes: Sequence[str], **parameters: float | np.ndarray) -> xr.Dataset:
    """Return welfare of d'Aspremont and Jacquemin's game over the parameters that are arrays."""
    usual = {"a": 100.0, "b": 1.0, "c": 60.0, "n": 2, "gamma": 5.0, "beta": 0.5}
    parameters |= {name: value for name, value in usual.items() if name not in parameters}
    swept = {name: value for name, value in parameters.items() if np.ndim(value)}
    mesh = dict(zip(swept, np.meshgrid(*swept.values(), indexing="ij"), strict=True))
    a, b, c, n, g, beta = (mesh.get(name, parameters[name]) for name in ("a", "b", "c", "n", "gamma", "beta"))
    values, failed = zip(*(_aj(regime, a, b, c, n, g, beta) for regime in regimes), strict=True)
    shape = (len(regimes), *(len(value) for value in swept.values()))
    welfare, fails = np.broadcast_to(np.stack(values), shape), np.broadcast_to(np.stack(failed), shape)
    dataset = dataset_of(welfare, regimes=regimes, failed=fails, **swept)
    dataset = dataset.assign_coords({name: value for name, value in parameters.items() if name not in swept})
    for name, words in ATTRIBUTES.items():
        dataset[name].attrs |= dict(zip(("long_name", "units", "symbol"), words, strict=True))
    return dataset


def _aj(regime: str, a, b, c, n, g, beta) -> tuple[np.ndarray, np.ndarray]:
    beta = np.ones_like(np.asarray(beta + 0 * g)) if regime.startswith("rjv") else beta + 0 * g
    T, D, k, s = a - c, b * g * (n + 1) ** 2, 1 + (n - 1) * beta, n - (n - 1) * beta
    unequal = np.ones_like(beta)
    if regime.endswith("competition"):
        below, x, q, second = D - 2 * s * k, 2 * s * T, g * (n + 1) * T, D - 2 * s**2
    elif regime.endswith("cartel"):
        below, x, q, second = D - 2 * k**2, 2 * k * T, g * (n + 1) * T, D - 2 * k**2
        unequal = np.where(beta < 1, b * g - 2 * (1 - beta) ** 2, 1)
    elif regime == "second-best":
        below, x, q, second = D - (n + 2) * k**2, (n + 2) * k * T, g * (n + 1) * T, D - (n + 2) * k**2
    else:
        below = (2 if regime == "merger" else 1) * b * g * n - k**2
        x, q, second = k * T, g * T, below
    with np.errstate(all="ignore"):
        x, q = x / below, q / below
        welfare = n * ((a - b * n * q - c + k * x) * q - g * x**2 / 2) + b * (n * q) ** 2 / 2
        failed = np.select([(below <= 0) | (second <= 0), unequal <= 0, c - k * x < 0], [1, 2, 3], 0)
    return welfare, failed


@pytest.fixture
def make() -> Callable[..., xr.Dataset]:
    return dataset_of


@pytest.fixture
def duopoly() -> Callable[..., xr.Dataset]:
    return aj


@pytest.fixture
def all_regimes() -> list[str]:
    return list(DESCRIPTIONS)
