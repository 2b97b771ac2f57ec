"""RESULTS TO LOOK AT: labelled results become figures. Matplotlib appears in this room only.

What is shown is calculated apart from how it is drawn:

    reading ──→ thresholds, stretches, winners, outlines     numbers and words, no drawing
    looks, wording, sheet                                    how any figure of this room looks
    curves, regions                                          the two figures: `plot` and `plot_regions`
"""
