r"""Text in LaTeX, characters that are special there and accents; and tables.

>>> print(plain("R&D of 50 % by Drèze"))
R\&D of 50 \% by Dr{\`e}ze
"""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence

_SPECIAL = {
    "\\": r"\textbackslash{}",
    "{": r"\{",
    "}": r"\}",
    "$": r"\$",
    "&": r"\&",
    "#": r"\#",
    "%": r"\%",
    "_": r"\_",
    "^": r"\textasciicircum{}",
    "~": r"\textasciitilde{}",
    "<": r"$<$",
    ">": r"$>$",
    "–": "--",
    "—": "---",
    "’": "'",
    "ß": r"{\ss}",
    "ø": r"{\o}",
    "Ø": r"{\O}",
    "ł": r"{\l}",
    "Ł": r"{\L}",
    "æ": r"{\ae}",
    "Æ": r"{\AE}",
    "ı": r"{\i}",
}

_ACCENTS = {
    "\u0300": "`",
    "\u0301": "'",
    "\u0302": "^",
    "\u0303": "~",
    "\u0304": "=",
    "\u0306": "u ",
    "\u0307": ".",
    "\u0308": '"',
    "\u030a": "r ",
    "\u030b": "H ",
    "\u030c": "v ",
    "\u0327": "c ",
    "\u0328": "k ",
}


def plain(text: str) -> str:
    """Return text so that LaTeX, and BibTeX of any age, prints it: special characters escaped, accents as commands.

    A letter that has no such form stays as it is, which LaTeX since 2018 reads as UTF-8.
    """
    return "".join(_letter(letter) for letter in unicodedata.normalize("NFC", text))


def _letter(letter: str) -> str:
    if letter in _SPECIAL or letter.isascii():
        return _SPECIAL.get(letter, letter)
    base, marks = (apart := unicodedata.normalize("NFD", letter))[0], apart[1:]
    return rf"{{\{_ACCENTS[marks]}{base}}}" if marks in _ACCENTS else letter


def tabular(
    columns: str,
    head: Sequence[str],
    rows: Sequence[Sequence[str] | None],
    *,
    notes: Sequence[str] = (),
    caption: str = "",
    label: str = "",
) -> str:
    r"""Return a table in the style of booktabs; it needs the packages booktabs and array, and amsmath for formulas.

    Parameters
    ----------
    columns
        The columns, as ``tabular`` takes them.
    head, rows
        Cells, in LaTeX; a line stands in the place of a row that is None.
    notes
        Sentences below the table, in LaTeX.
    caption, label
        If there is one of them, the table floats; a label alone is that of an empty caption.
    """
    lines = [rf"\begin{{tabular}}{{{columns}}}", r"\toprule", f"{' & '.join(head)} \\\\", r"\midrule"]
    lines += [r"\midrule" if row is None else rf"{_guarded(' & '.join(row))} \\" for row in rows]
    lines += [r"\bottomrule", r"\end{tabular}"]
    if notes:
        lines += [r"\par\smallskip\noindent", r"\begin{minipage}{\linewidth}\footnotesize", *notes, r"\end{minipage}"]
    if not (caption or label):
        return "\n".join(lines)
    above = [r"\begin{table}", r"\centering", rf"\caption{{{caption}}}", *([rf"\label{{{label}}}"] if label else [])]
    return "\n".join([*above, *lines, r"\end{table}"])


def _guarded(row: str) -> str:
    """Return a row that is not taken for an option of the end of the row before it."""
    return f"{{}}{row}" if row.startswith(("[", "*")) else row
