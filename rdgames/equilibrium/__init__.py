"""GAME × REGIME → EQUILIBRIUM, by backward induction in own-and-totals form, with the conditions under which it holds."""
