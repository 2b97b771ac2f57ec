"""PROVED OR REFUTED: claims decided for all parameters at once, with certificates that a small program checks."""
