"""The list of publications that methods rest on, and which of them a text names.

>>> [key(found) for found in named_in("Schmeidler 1969, SIAM Journal on Applied Mathematics; Sobolev 1975")]
['schmeidler1969nucleolus', 'sobolev1975characterization']
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterable, Mapping
from functools import cache
from pathlib import Path

from rdgames.game.bibliography import folded, key, surname
from rdgames.game.literature import Citation

_LIST = Path(__file__).with_name("references.toml")

_REACH = 300
"""So many letters after its first author a text may give the year of a publication: its title stands between."""


@cache
def references() -> Mapping[str, Citation]:
    """Return the publications, by key."""
    document = tomllib.loads(_LIST.read_text(encoding="utf-8"))
    return {name: Citation.from_document(name, entry) for name, entry in document.items()}


def named_in(text: str, further: Iterable[Citation] = ()) -> list[Citation]:
    """Return the publications that a text names by surnames and year, in the order of their place in it.

    Where that fits several, only those are meant whose title or first page stands there, too.

    Parameters
    ----------
    text
        A source or docstring: "Salant and Shaffer 1998", "F. Bloch, Sequential Formation of ..., 14 (1996), 90-123".
    further
        Publications besides those of the list, such as a model's references.
    """
    read = folded(text)
    known = {key(each): each for each in (*references().values(), *further)}
    found = sorted((place, name) for name, each in known.items() if (place := _place(each, read)) >= 0)
    named = [known[name] for _, name in found]
    return [each for each in named if not _another_is_meant(each, named, read)]


def _place(citation: Citation, read: str) -> int:
    """Return where a text names a publication, or -1."""
    first, *rest = (_written(surname(author)) for author in citation.authors)
    pattern = rf"\b{first}\b(?P<between>.{{0,{_REACH}}}?)\b{citation.year}\b"
    match = re.search(pattern, read)
    if match is None:
        return -1
    together = all(re.search(rf"\b{name}\b", match["between"]) for name in rest) or "and others" in match["between"]
    return match.start() if together else -1


def _written(name: str) -> str:
    """Return a pattern of a surname: accents may be left out, and umlauts written as two letters."""
    with_e = re.sub("[äöüÄÖÜ]", lambda letter: f"{folded(letter[0])}e", name)
    return f"(?:{re.escape(folded(name))}|{re.escape(folded(with_e))})"


def _another_is_meant(citation: Citation, named: list[Citation], read: str) -> bool:
    """Whether a text that could name this publication spells out another one by the same first author."""
    alike = [each for each in named if each.year == citation.year and each.authors[0] == citation.authors[0]]
    spelled = [each for each in alike if _is_spelled_out(each, read)]
    return bool(spelled) and citation not in spelled


def _is_spelled_out(citation: Citation, read: str) -> bool:
    pages = re.escape(citation.pages.split("-")[0])
    return folded(citation.title) in read or (bool(pages) and re.search(rf"\b{pages}\b", read) is not None)
