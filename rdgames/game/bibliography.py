r"""Publications as BibTeX, and as a list of references.

>>> from rdgames.game.literature import Citation
>>> book = Citation(name="x", authors=["Jacques H. Drèze"], year=1974, title="Games & Coalitions", publisher="Wiley")
>>> key(book)
'dreze1974games'
>>> print(entry(book))
@book{dreze1974games,
  author = {Dr{\`e}ze, Jacques H.},
  title = {{Games \& Coalitions}},
  publisher = {Wiley},
  year = {1974},
}
"""

from __future__ import annotations

import re
import unicodedata
from typing import TYPE_CHECKING

from rdgames.markup.latex import plain

if TYPE_CHECKING:
    from rdgames.game.literature import Citation

_PARTICLES = {"de", "De", "den", "der", "van", "Van", "von", "la", "La"}
"""Words that belong to the surname that they stand before."""

_OPENING = {"a", "an", "the", "on", "of", "in"}
"""Words at the start of a title that keys leave out."""


def surname(author: str) -> str:
    """Return the surname of an author, with what belongs to it (De Bondt); of a body, such as The Club, its name."""
    return author.split()[1] if _is_body(author) else _split(author)[1]


def folded(text: str) -> str:
    """Return text in small letters without accents, each run of spaces and line ends as one space."""
    letters = unicodedata.normalize("NFD", text)
    bare = "".join(letter for letter in letters if not unicodedata.combining(letter))
    return " ".join(bare.lower().split())


def key(citation: Citation) -> str:
    """Return the key of a publication: first author, year, first word of the title; so it never changes."""
    words = folded(citation.title).split()
    first = next((word for word in words if word not in _OPENING), "")
    return "".join(re.findall("[a-z0-9]", f"{folded(surname(citation.authors[0]))}{citation.year}{first}"))


def entry(citation: Citation, name: str = "") -> str:
    """Return the BibTeX entry of a publication, under its key or under another name.

    Titles stand in two pairs of braces, so that no style turns the capitals of names into small letters.
    """
    fields = {
        "author": " and ".join(_inverted(author) for author in citation.authors),
        "title": f"{{{plain(citation.title)}}}",
        "journal": plain(citation.journal),
        "booktitle": f"{{{plain(citation.book)}}}" if citation.book else "",
        "editor": " and ".join(_inverted(editor) for editor in citation.editors),
        "publisher": plain(citation.publisher),
        "volume": plain(citation.volume),
        "number": plain(citation.number),
        "pages": plain(citation.pages.replace("–", "-")).replace("-", "--"),
        "year": str(citation.year),
        "doi": citation.doi,
    }
    lines = [f"  {field} = {{{value}}}," for field, value in fields.items() if value]
    return "\n".join([f"@{_kind(citation)}{{{name or key(citation)},", *lines, "}"])


def _kind(citation: Citation) -> str:
    if citation.journal:
        return "article"
    if citation.book:
        return "incollection"
    return "book" if citation.publisher else "misc"


def _is_body(author: str) -> bool:
    return author.startswith("The ") and len(author.split()) > 1


def _split(author: str) -> tuple[str, str]:
    words = author.split()
    start = len(words) - 1
    while start > 1 and words[start - 1] in _PARTICLES:
        start -= 1
    return " ".join(words[:start]), " ".join(words[start:])


def _inverted(author: str) -> str:
    """Return an author as BibTeX cannot misread it: surname first; a body such as a group of developers in braces."""
    if _is_body(author):
        return f"{{{plain(author)}}}"
    given, last = _split(author)
    return plain(f"{last}, {given}" if given else last)
