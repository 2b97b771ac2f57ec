"""ANSWERS WITHOUT A SWEEP: which regime is best, optima, counts, histograms and extremes, straight from the kernel."""
