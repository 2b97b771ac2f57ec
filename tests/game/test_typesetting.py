"""What a notebook shows of a game."""

from __future__ import annotations


def test_game_typesets_itself_with_its_citation(aj):
    page = aj._repr_markdown_()
    assert "d'Aspremont and Alexis Jacquemin (1988)" in page
    assert r"\sum_{j \in \mathrm{firms},\, j \neq i} \beta_{ij} x_{j}" in page
    assert r"$0 \leq \beta \leq 1$" in page
    assert "1. research: $x_{i}$ of firms\n2. production: $q_{i}$ of firms" in page
    assert "| cartel | firms choose x jointly | joint R&D, rivalry on the market |" in page
    assert page.count("$") % 2 == 0
