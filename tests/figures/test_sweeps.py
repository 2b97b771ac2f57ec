"""What a sweep returns can be drawn as it is."""

from __future__ import annotations

import numpy as np

from rdgames.figures.curves import plot
from rdgames.figures.regions import plot_regions
from rdgames.figures.winners import highest
from rdgames.grid.sweep import sweep

FIXED = {"a": 100, "b": 1, "c": 60}


def said(figure):
    parts = [text.get_text() for text in figure.axes[0].texts]
    parts += [text.get_text() for legend in figure.legends for text in legend.get_texts()]
    parts += [text.get_text() for text in figure.texts]
    return " ".join(" ".join(parts).replace("\N{NO-BREAK SPACE}", " ").split())


def test_curves_of_a_sweep(aj):
    beta = np.linspace(0, 1, 101)
    dataset = sweep(aj, ["competition", "cartel", "merger"], n=2, gamma=1.9, beta=beta, **FIXED)
    words = said(plot(dataset, "x"))
    assert r"$\beta$ = 0.5: competition = cartel" in words
    assert r"$\beta$ ≈ 0.412: competition = merger" in words  # Henriques 1990: 7/17
    assert r"no unequal division of x among firms does better than the equal one – cartel at $\beta$ ≤ 0.02" in words
    assert "cartel: joint R&D, rivalry on the market" in words
    assert "Model daspremont-jacquemin: $a$ = 100, $b$ = 1, $c$ = 60" in words


def test_regions_of_a_sweep(aj):
    dataset = sweep(aj, ["competition", "cartel"], n=[2, 3, 4], gamma=8, beta=np.linspace(0, 1, 11), **FIXED)
    found = highest(dataset, "welfare").transpose("beta", "n")
    assert (found[:6] == 0).all()  # welfare of the cartel is higher exactly above beta = 1/2; the tie goes to the first
    assert (found[6:] == 1).all()
    words = said(plot_regions(dataset, "welfare", x="n"))
    assert "Ties (competition = cartel) at 3 of 33 points; the regime named first is shown." in words
