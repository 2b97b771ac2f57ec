"""SWEEPS LARGER THAN MEMORY: chunk by chunk to a Zarr store, resumed after a kill, by one process or by many."""
