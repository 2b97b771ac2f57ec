"""What a store was made from, in a file of its own: so that it is continued as it was begun, or not at all."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass
from importlib.metadata import version
from pathlib import Path
from typing import Any

import numpy as np
from jaxtyping import Float

from rdgames.errors import OutputError
from rdgames.game.game import Game
from rdgames.grid.questions import Question

MANIFEST = "manifest.json"
FORMAT = 1
PROGRAMS = ("rdgames", "jax", "numpy")
"""The programs whose version the values depend on, or may."""


@dataclass(frozen=True)
class Axis:
    """The values along an axis: how many, the ends, and a hash of all of them."""

    size: int
    first: float
    last: float
    sha256: str

    @classmethod
    def of(cls, values: Float[np.ndarray, " points"]) -> Axis:
        """Return what is kept of some values."""
        digest = hashlib.sha256(np.ascontiguousarray(values, dtype="<f8").tobytes()).hexdigest()
        return cls(len(values), float(values[0]), float(values[-1]), digest)

    def __str__(self) -> str:
        return f"{self.size:,} values from {self.first:g} to {self.last:g}"


@dataclass(frozen=True)
class Manifest:
    """What a store was made from.

    Attributes
    ----------
    model, model_sha256
        The whole game as the tables of a model file, and its fingerprint.
    regimes
        What each regime says, by its name, in order.
    outcomes, margins, corners, derivatives, starts, dtype
        What is computed, in which numbers.
    axes, fixed
        The grid.
    chunk
        The shape of a chunk, regimes aside.
    versions
        Which programs computed it.
    """

    model: Mapping[str, Any]
    model_sha256: str
    regimes: Mapping[str, str]
    outcomes: tuple[str, ...]
    margins: bool
    corners: bool
    derivatives: tuple[str, ...]
    starts: int
    dtype: str
    axes: Mapping[str, Axis]
    fixed: Mapping[str, float]
    chunk: tuple[int, ...]
    versions: Mapping[str, str]

    @classmethod
    def of(cls, question: Question, chunk: tuple[int, ...]) -> Manifest:
        """Return the manifest of a sweep that is asked for."""
        game = question.game
        return cls(
            model=game.to_document(),
            model_sha256=game.fingerprint,
            regimes={name: str(game.regime(name).sentence) for name in question.regimes},
            outcomes=question.outcomes,
            margins=question.margins,
            corners=question.corners,
            derivatives=question.derivatives,
            starts=question.starts,
            dtype=question.dtype,
            axes={name: Axis.of(values) for name, values in question.grid.axes.items()},
            fixed=dict(question.grid.fixed),
            chunk=chunk,
            versions={name: version(name) for name in PROGRAMS},
        )

    @classmethod
    def read(cls, store: Path) -> Manifest:
        """Read the manifest of a store.

        Raises
        ------
        OutputError
            If there is none, or it cannot be read.
        """
        path = store / MANIFEST
        try:
            document = json.loads(path.read_text(encoding="utf-8"))
            if document.pop("format") != FORMAT:
                raise ValueError(f"expected format {FORMAT}, which this version of rdgames writes")
            if document.pop("checksum") != _checksum(document):
                raise ValueError("its checksum is another, so it was changed or damaged")
            axes = {name: Axis(**axis) for name, axis in document.pop("axes").items()}
            lists: dict[str, Any] = {name: tuple(document.pop(name)) for name in ("outcomes", "derivatives", "chunk")}
            return cls(**document, axes=axes, **lists)
        except FileNotFoundError:
            raise OutputError(
                f"cannot continue {store}: found no {MANIFEST} in it, expected a store that rdgames has begun; "
                "choose another name"
            ) from None
        except (OSError, ValueError, KeyError, TypeError, AttributeError, RecursionError) as error:
            said = error.strerror if isinstance(error, OSError) else error
            raise OutputError(
                f"cannot continue {store}: its {MANIFEST} cannot be read ({type(error).__name__}: {said}), expected it "
                "as rdgames has written it; restore it, or choose another name"
            ) from None

    def to_text(self) -> str:
        """Return the text of the file."""
        document = asdict(self)
        head = {"format": FORMAT, "checksum": _checksum(document)}
        return json.dumps(head | document, indent=1, ensure_ascii=False) + "\n"

    @property
    def shape(self) -> tuple[int, ...]:
        """The number of values along each axis."""
        return tuple(axis.size for axis in self.axes.values())

    def changes(self, question: Question, asked: Manifest) -> list[str]:
        """Return what keeps a question from being answered by continuing this store, each as old -> new.

        Values appended to an axis do not; the chunk shape is that of the store, whatever is asked.
        """
        found = list(_differences(("model",), self.model, asked.model))
        if not found and self.model_sha256 != asked.model_sha256:
            found.append("model: the order of its entries")
        found += _differences(("regime",), self.regimes, asked.regimes)
        if not found and list(self.regimes) != list(asked.regimes):
            found.append(f"regimes: {', '.join(self.regimes)} -> {', '.join(asked.regimes)}")
        for name in ("outcomes", "margins", "corners", "derivatives", "starts", "dtype"):
            old, new = getattr(self, name), getattr(asked, name)
            if old != new:
                found.append(f"{name}: {_shown(old)} -> {_shown(new)}")
        found += _differences(("fixed",), self.fixed, asked.fixed)
        if list(self.axes) != list(asked.axes):
            found.append(f"swept parameters: {_shown(tuple(self.axes))} -> {_shown(tuple(asked.axes))}")
        for name in self.axes.keys() & asked.axes.keys():
            old_axis, new_axis = self.axes[name], asked.axes[name]
            if Axis.of(question.grid.axes[name][: old_axis.size]) != old_axis:
                found.append(
                    f"values of {name}: {old_axis} -> {new_axis} (others may be appended, those that are there stay)"
                )
        for name in PROGRAMS:
            old, new = self.versions.get(name), asked.versions[name]
            if old != new:
                found.append(f"version of {name}: {old} -> {new} (values of one store come from one version)")
        return found


def rebuilt(manifest: Manifest) -> Game:
    """Return the game of a manifest."""
    return Game(**manifest.model)


def _checksum(document: Mapping[str, Any]) -> str:
    return hashlib.sha256(json.dumps(document).encode()).hexdigest()


def _shown(value: Any) -> str:
    if isinstance(value, tuple | list) and all(isinstance(each, str) for each in value):
        return ", ".join(value) or "none"
    text = json.dumps(value, ensure_ascii=False)
    return text if len(text) <= 120 else f"{text[:117]}..."


def _differences(where: tuple[str, ...], old: Any, new: Any) -> Iterator[str]:
    """Yield where two documents differ, and how."""
    if isinstance(old, Mapping) and isinstance(new, Mapping):
        for key in dict.fromkeys([*old, *new]):
            if key not in old:
                yield f"{'.'.join((*where, key))}: none -> {_shown(new[key])}"
            elif key not in new:
                yield f"{'.'.join((*where, key))}: {_shown(old[key])} -> none"
            else:
                yield from _differences((*where, key), old[key], new[key])
    elif json.dumps(old) != json.dumps(new):
        yield f"{'.'.join(where)}: {_shown(old)} -> {_shown(new)}"
