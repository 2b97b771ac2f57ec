"""THE WORDS: formulas as trees, read from text without ever evaluating it, and printed back."""
