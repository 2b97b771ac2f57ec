"""Finite choices: levels from a list, or ways of cooperating, in a normal form whose payoffs are equilibria."""
