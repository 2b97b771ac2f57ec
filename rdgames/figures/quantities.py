"""Parameters, outcomes and regimes in words, as their attributes in a dataset describe them."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any

import xarray as xr

from rdgames.figures.wording import capitalized, formula, head, plain


@dataclass(frozen=True)
class Quantity:
    """A parameter or an outcome; ``sign`` stands for it in a formula or a sentence."""

    name: str
    words: str
    sign: str
    units: str

    @classmethod
    def of(cls, array: xr.DataArray) -> Quantity:
        """Read a quantity from its attributes; all of them may be missing."""
        name, attrs = str(array.name), array.attrs
        symbol = str(attrs.get("symbol", ""))
        words = head(str(attrs.get("long_name", ""))) or ("" if symbol else plain(name.replace("_", " ")))
        return cls(name, words, formula(symbol, name), plain(str(attrs.get("units", ""))))

    @property
    def label(self) -> str:
        """The text at an axis: ``Spillover β``, ``Welfare (money)``."""
        sign = self.sign if self.sign.startswith("$") else ""
        units = "" if self.units in ("", "1", *self.words.split()) else f"({self.units})"
        return " ".join(part for part in (capitalized(self.words), sign, units) if part)


@dataclass(frozen=True)
class Regime:
    """A regime, and its place among all regimes of the dataset, which decides its look."""

    name: str
    description: str
    place: int

    @property
    def label(self) -> str:
        """The regime in words."""
        return f"{self.name}: {self.description}" if self.description else self.name


def table_of(text: Any) -> dict[str, str]:
    """Return a table of words from its JSON text; empty if there is none."""
    try:
        table = json.loads(text) if isinstance(text, str) else text
    except ValueError:
        return {}
    return {str(key): str(value) for key, value in table.items()} if isinstance(table, dict) else {}
