"""What to cite: the publications that models, rules and methods rest on, as BibTeX."""
