"""TEXT ↔ GAME: model files read and written, the lines of their mistakes found, and the packaged models."""
