"""Datasets written to files."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import xarray as xr

from rdgames.writing import DATASETS, check_target, whole_file


def write(dataset: xr.Dataset, path: str | os.PathLike[str]) -> Path:
    """Write a Dataset as NetCDF (``.nc``), Parquet (``.parquet``) or CSV (``.csv``), by the suffix.

    A failed or interrupted write leaves an old file as it was. Parquet and CSV have a row for each regime and point,
    with the name of the condition that fails first; attributes (units, provenance) are in NetCDF and Parquet only.

    Raises
    ------
    OutputError
        If the path is unfit, its library not installed, or the disk full.
    """
    target = check_target(path, DATASETS)
    with whole_file(target) as draft:
        _WRITERS[target.suffix.lower()](dataset, draft)
    return target


def _write_netcdf(dataset: xr.Dataset, path: Path) -> None:
    dataset.to_netcdf(path, engine="h5netcdf")


def _write_parquet(dataset: xr.Dataset, path: Path) -> None:
    frame = _frame(dataset)
    frame.attrs = {key: str(value) for key, value in dataset.attrs.items()}
    frame.to_parquet(path, index=False)


def _write_csv(dataset: xr.Dataset, path: Path) -> None:
    _frame(dataset).to_csv(path, index=False)


def _frame(dataset: xr.Dataset) -> Any:
    """Return a table with a row for each regime and point, the condition that fails by its name."""
    frame = dataset.to_dataframe().reset_index()
    if "failed_condition" in dataset:
        names = dataset["failed_condition"].attrs["flag_meanings"].split()
        frame["failed_condition"] = [names[code] for code in frame["failed_condition"]]
    return frame


_WRITERS: dict[str, Callable[[xr.Dataset, Path], None]] = {
    ".nc": _write_netcdf,
    ".parquet": _write_parquet,
    ".csv": _write_csv,
}
