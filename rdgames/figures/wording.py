"""Numbers, symbols and names as they stand in a figure."""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Sequence
from typing import Any

from matplotlib.mathtext import MathTextParser

NO_BREAK = "\N{NO-BREAK SPACE}"
_WORD = re.compile(r"(?:\\\$|\$[^$]*\$|[^ $])+")


def plain(text: str) -> str:
    """Return a text in which no dollar sign opens a formula."""
    return " ".join(text.split()).replace("\\$", "$").replace("$", r"\$")


def formula(symbol: str, name: str) -> str:
    r"""Return a LaTeX symbol as a formula that matplotlib can set, or the name if it cannot.

    >>> formula(r"\beta", "beta")
    '$\\beta$'
    >>> formula(r"\frac{", "gamma_u")
    'gamma_u'
    """
    text = symbol.strip().strip("$")
    if not text or "$" in text or "\n" in text:
        return plain(name)
    try:
        MathTextParser("path").parse(f"${text}$")
    except ValueError:
        return plain(name)
    return f"${text}$"


def head(text: str) -> str:
    """Return the words of a description up to its colon.

    >>> head("spillover: share of a firm's cost reduction that reaches each rival")
    'spillover'
    """
    return plain(text.partition(":")[0])


def capitalized(text: str) -> str:
    """Return a text with its first letter in capitals, the others as they are; a lone letter is a symbol."""
    return text[:1].upper() + text[1:] if len(text) > 1 else text


def unbroken(text: str) -> str:
    """Return a text that no line break divides."""
    return text.replace(" ", NO_BREAK)


def number(value: float, digits: int = 6) -> str:
    """Return a number with so many significant digits, a power of ten set as one.

    >>> number(0.1 + 0.2), number(-2.0), number(1.5e9)
    ('0.3', '−2', '1.5×10$^{9}$')
    """
    text, _, power = f"{value:.{digits}g}".partition("e")
    if power:
        text += f"×10$^{{{int(power)}}}$"
    return text.replace("-", "−", 1) if value < 0 else text


def choice(name: str, value: Any) -> str:
    """Return how to select a value of a parameter.

    >>> choice("gamma", 5.0), choice("demand", "linear")
    ('gamma=5', "demand='linear'")
    """
    item = value.item() if hasattr(value, "item") else value
    return f"{name}={item:.6g}" if isinstance(item, int | float) else f"{name}={item!r}"


def rounded(value: float, step: float) -> str:
    """Return a number that is known to about a tenth of ``step``.

    >>> rounded(0.51878, 0.01), rounded(0.5, 0.01), rounded(123.4, 50.0)
    ('0.519', '0.5', '123')
    """
    decimals = max(0, math.ceil(-math.log10(step / 10) - 1e-9))
    return number(round(value, decimals), 12) if decimals <= 9 else number(value, 4)


def listing(items: Sequence[str], last: str = "and") -> str:
    """Return items as words do: ``a``, ``a and b``, ``a, b and c``."""
    return f" {last} ".join([", ".join(items[:-1]), items[-1]] if len(items) > 1 else items)


def wrapped(text: str, room: float, width: Callable[[str], float | int]) -> str:
    """Break a text into lines no wider than ``room``, where ``width`` measures a line.

    Lines break at spaces, never inside a formula or at a no-break space; a longer word stands alone.

    >>> wrapped("a bb ccc $d d$ e", 6.0, len).splitlines()
    ['a bb', 'ccc', '$d d$', 'e']
    """
    lines: list[str] = []
    for word in _WORD.findall(text):
        if lines and width(f"{lines[-1]} {word}") <= room:
            lines[-1] += f" {word}"
        else:
            lines.append(word)
    return "\n".join(lines)


def balanced(text: str, room: float, width: Callable[[str], float | int]) -> str:
    """Break a text as `wrapped` does, into as few lines, of about one length.

    >>> balanced("aa bb cc dd ee", 12.0, len).splitlines()
    ['aa bb cc', 'dd ee']
    """
    lines = wrapped(text, room, width)
    while "\n" in lines and room > 0:
        room *= 0.95
        narrower = wrapped(text, room, width)
        if narrower.count("\n") > lines.count("\n"):
            break
        lines = narrower
    return lines
