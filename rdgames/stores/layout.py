"""The frame of a store: what Zarr says of its arrays, so that it opens in xarray as the Dataset that a sweep gives."""

from __future__ import annotations

import warnings
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
import xarray as xr

from rdgames.errors import OutputError
from rdgames.grid.axes import Grid
from rdgames.grid.labels import Variable, coordinates
from rdgames.grid.questions import Question
from rdgames.stores.chunks import LEVEL, fill
from rdgames.stores.plan import Plan


def write_layout(
    folder: Path, question: Question, variables: Mapping[str, Variable], plan: Plan, attributes: Mapping[str, Any]
) -> None:
    """Write everything of a store but the chunks to a folder that is not there yet.

    ``attributes`` are those of the whole store.
    """
    import zarr
    from zarr.codecs import BloscCodec, Crc32cCodec

    labels = coordinates(question.game, question.regimes, question.grid)
    dimension, names, told = labels["regime"]
    labels["regime"] = (dimension, np.array(names, dtype=object), told)  # text of any length, a type of Zarr 3
    empty = xr.Dataset({}, labels, attributes)
    empty.to_zarr(folder, mode="w-", zarr_format=3, consolidated=False)
    group = zarr.open_group(folder, mode="r+")
    for name, variable in variables.items():
        group.create_array(
            name,
            shape=(len(question.regimes), *plan.shape),
            chunks=(len(question.regimes), *plan.chunk),
            dtype=variable.dtype,
            fill_value=fill(variable.dtype),
            compressors=[BloscCodec(cname="lz4", clevel=LEVEL, shuffle="shuffle"), Crc32cCodec()],
            dimension_names=("regime", *question.grid.axes),
            attributes={key: _plain(value) for key, value in variable.attributes.items()},
        )
    with warnings.catch_warnings():  # of implementations that may not know it: they read what each array says
        warnings.filterwarnings("ignore", message="Consolidated metadata")
        zarr.consolidate_metadata(str(folder), zarr_format=3)


def install_layout(draft: Path, store: Path) -> None:
    """Put a layout in the place of that of a store; again, if it was interrupted. Chunks stay as they are."""
    for file in sorted(draft.rglob("*")):
        if file.is_file():
            target = store / file.relative_to(draft)
            target.parent.mkdir(parents=True, exist_ok=True)
            file.replace(target)


def open_store(store: Path) -> xr.Dataset:
    """Open a store; values are read when they are used, with Dask, if it is installed, chunk by chunk.

    Raises
    ------
    OutputError
        If it cannot be read.
    """
    try:
        return xr.open_zarr(store)
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise OutputError(
            f"cannot read {store} ({type(error).__name__}: {error}), expected a store that rdgames has written"
        ) from error


def read_grid(store: Path, axes: tuple[str, ...], fixed: Mapping[str, float]) -> Grid:
    """Return the grid of a store."""
    with xr.open_zarr(store, chunks=None) as dataset:
        return Grid({name: dataset[name].values.astype(np.float64) for name in axes}, dict(fixed))


def _plain(value: Any) -> Any:
    return value.tolist() if isinstance(value, np.ndarray) else value
