"""How text is written in LaTeX and in HTML: what is special there, and tables."""
