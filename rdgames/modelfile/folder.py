"""Where the packaged models are: a wheel carries their folder inside the package, a checkout beside it."""

from __future__ import annotations

from pathlib import Path

_PACKAGE = Path(__file__).resolve().parent.parent
FOLDER = next(
    (folder for folder in (_PACKAGE / "models", _PACKAGE.parent / "models") if folder.is_dir()),
    _PACKAGE / "models",
)


def models() -> dict[str, Path]:
    """Return the file of each packaged model, by name."""
    return {path.stem: path for path in sorted(FOLDER.glob("*.toml"))}
