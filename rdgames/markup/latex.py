r"""Text in LaTeX: characters that are special there, and accents.

>>> print(plain("R&D of 50 % by Drèze"))
R\&D of 50 \% by Dr{\`e}ze
"""

from __future__ import annotations

import unicodedata

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
