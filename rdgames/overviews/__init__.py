"""Datasets as a person wants to meet them first: what was found, how much of it holds, and why not the rest."""
