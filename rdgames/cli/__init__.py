"""THE COMMAND ``rdgames``: what a user types, and tables for people or JSON for programs."""

from rdgames.cli.commands import main

__all__ = ["main"]
