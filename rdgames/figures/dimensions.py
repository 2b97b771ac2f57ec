"""The dimensions of a dataset: regimes, and parameters of several values. What has one value is no dimension here."""

from __future__ import annotations

from typing import Any

import xarray as xr

from rdgames.errors import InputError, UnknownNameError
from rdgames.figures.wording import choice, listing

NOT_OUTCOMES = ("valid", "failed_condition")


def prepared(dataset: Any) -> xr.Dataset:
    """Return a dataset whose dimensions are the regime and the parameters of several values.

    Raises
    ------
    InputError
        If this is no dataset of regimes.
    """
    if not isinstance(dataset, xr.Dataset):
        raise InputError(
            f"found {type(dataset).__name__}, expected the xarray.Dataset that a sweep returns. "
            "Give the whole dataset, and name the outcome beside it."
        )
    if "regime" in dataset.coords and dataset["regime"].ndim == 0:
        dataset = dataset.expand_dims("regime")
    if "regime" not in dataset.dims or "regime" not in dataset.coords or not dataset.sizes["regime"]:
        raise InputError("found a dataset without regimes, expected one along 'regime'. Make it with a sweep.")
    return dataset.squeeze([name for name, size in dataset.sizes.items() if size == 1 and name != "regime"])


def parameters(dataset: xr.Dataset, outcome: str) -> list[str]:
    """Return the names of the swept parameters that an outcome depends on.

    Raises
    ------
    UnknownNameError
        If the dataset has no such outcome.
    """
    known = [
        str(name)
        for name, array in dataset.data_vars.items()
        if name not in NOT_OUTCOMES and array.dtype.kind in "fiu" and "regime" in array.dims
    ]
    if outcome not in known:
        raise UnknownNameError("outcome", str(outcome), known)
    return [str(name) for name in dataset[outcome].dims if name != "regime"]


def only_parameter(dataset: xr.Dataset, outcome: str) -> str:
    """Return the name of the parameter that is swept.

    Raises
    ------
    InputError
        If it is not exactly one.
    """
    names = parameters(dataset, outcome)
    if not names:
        raise InputError(
            "found a single point, expected one parameter with several values. "
            "Sweep one, for example beta=rd.linspace(0, 1, 101)."
        )
    if len(names) > 1:
        rest = ", ".join(choice(name, dataset[name].values[0]) for name in names[1:])
        raise InputError(
            f"found {len(names)} swept parameters ({', '.join(names)}), expected one. Select values of the others, for "
            f"example dataset.sel({rest}), or use plot_regions to show two."
        )
    return names[0]


def two_parameters(dataset: xr.Dataset, outcome: str, x: str | None, y: str | None) -> tuple[str, str]:
    """Return the names of the parameters along two axes, those not asked for in the order of the dataset.

    Raises
    ------
    UnknownNameError
        If no parameter of a name asked for is swept.
    InputError
        If not exactly two parameters are swept.
    """
    names = parameters(dataset, outcome)
    for name in (x, y):
        if name is not None and name not in names:
            if name in dataset.coords and dataset[name].ndim == 0:
                raise InputError(
                    f"found {name} fixed at {dataset[name].item()}, expected a swept parameter: "
                    f"{' or '.join(names) or 'there is none'}. Sweep {name}, or leave it out."
                )
            raise UnknownNameError("swept parameter", str(name), names)
    if x is not None and x == y:
        raise InputError(f"found {x} along both axes, expected two parameters. Leave one of x and y out.")
    if len(names) < 2:
        raise InputError(
            f"found {listing(names) if names else 'no parameter'} swept, expected two parameters with several values. "
            "Sweep two, or use plot for one."
        )
    if len(names) > 2:
        shown = [name for name in (x, y) if name] or names[:2]
        rest = [name for name in names if name not in shown][-(len(names) - 2) :]
        values = ", ".join(choice(name, dataset[name].values[0]) for name in rest)
        raise InputError(
            f"found {len(names)} swept parameters ({', '.join(names)}), expected two. "
            f"Select values of the others, for example dataset.sel({values})."
        )
    first = x or next(name for name in names if name != y)
    return first, y or next(name for name in names if name != first)
