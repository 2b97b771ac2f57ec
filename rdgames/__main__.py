"""``python -m rdgames`` is the command ``rdgames``."""

from rdgames.cli import main

if __name__ == "__main__":
    main()
