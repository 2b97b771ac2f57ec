"""NUMBERS GET THEIR LABELS HERE: grids of parameters, sweeps to xarray Datasets, and files of them."""
