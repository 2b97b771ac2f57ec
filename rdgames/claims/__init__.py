"""WHAT FOLLOWS: propositions and published formulas, held against the equilibria of a game in exact arithmetic."""
