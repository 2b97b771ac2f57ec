"""Results as the tables of a paper: LaTeX in the style of booktabs."""
