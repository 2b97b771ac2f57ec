"""HOW FAST IT IS, AS RATIOS IN ONE RUN: what ``rdgames bench`` measures, against what, and on which machine."""
