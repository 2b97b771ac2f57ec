"""GAME × REGIME → EQUILIBRIUM, by backward induction in own-and-totals form, with its conditions."""
