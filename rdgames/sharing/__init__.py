"""DIVIDING WHAT COOPERATION EARNS: coalitions and their worth, and the rules by which members share it."""
