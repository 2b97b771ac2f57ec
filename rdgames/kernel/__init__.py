"""THE ONE DOOR FROM SYMBOLS TO ARRAYS: equilibria become compiled functions of parameter arrays."""
