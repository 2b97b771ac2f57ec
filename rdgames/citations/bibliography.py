"""What is to be cited, in text that is BibTeX."""

from __future__ import annotations

from collections.abc import Iterable
from functools import cached_property
from html import escape
from typing import Self

from rdgames.game.bibliography import entry, key
from rdgames.game.literature import Citation


class Bibliography(str):
    """BibTeX, which is text: write it to a file, or look at it.

    Before each entry stands what it is cited for, which BibTeX leaves out.

    Attributes
    ----------
    citations
        The publications, each once, in the order of the things that they are cited for.
    notes
        What is to be known besides, in words.
    """

    citations: tuple[Citation, ...]
    notes: tuple[str, ...]
    _names: tuple[str, ...]
    _purposes: tuple[str, ...]

    @classmethod
    def of(cls, cited: Iterable[tuple[Citation, str]], notes: Iterable[str] = ()) -> Self:
        """Return the BibTeX of publications, each with what it is cited for.

        Parameters
        ----------
        cited
            Publications; one that comes more than once is listed once, for all of its purposes.
        notes
            What is to be known besides, in front.
        """
        said_besides = tuple(dict.fromkeys(notes))
        purposes: dict[tuple[str, str], tuple[Citation, list[str]]] = {}
        for citation, purpose in cited:
            same = purposes.setdefault((key(citation), citation.title), (citation, []))
            if purpose not in same[1]:
                same[1].append(purpose)
        names = _distinct([citation for citation, _ in purposes.values()])
        words = [f"For {', '.join(said)}" for _, said in purposes.values()]
        entries = [
            f"% {said.replace('@', ' at ')}\n{entry(citation, name)}"
            for name, said, (citation, _) in zip(names, words, purposes.values(), strict=True)
        ]
        made = cls("\n\n".join([*(f"% {note.replace('@', ' at ')}" for note in said_besides), *entries]))
        made.citations = tuple(citation for citation, _ in purposes.values())
        made.notes = said_besides
        made._names, made._purposes = tuple(names), tuple(words)
        return made

    @property
    def keys(self) -> tuple[str, ...]:
        """The keys of the entries, to be cited by."""
        return self._names

    @cached_property
    def numbered(self) -> str:
        """The publications as a numbered list for people."""
        lines = [f"[{place}] {_shown(each)}" for place, each in enumerate(self.citations, start=1)]
        return "\n".join([*lines, *self.notes])

    def __repr__(self) -> str:
        return str(self)

    def _repr_html_(self) -> str:
        items = "".join(
            f"<li>{escape(str(each))}{_link(each)} <small>{escape(said)}</small></li>"
            for each, said in zip(self.citations, self._purposes, strict=True)
        )
        notes = "".join(f"<p>{escape(note)}</p>" for note in self.notes)
        return f"<ol>{items}</ol>{notes}<details><summary>BibTeX</summary><pre>{escape(str(self))}</pre></details>"


def _distinct(citations: list[Citation]) -> list[str]:
    """Return the keys of publications, with letters behind those that are equal."""
    names: list[str] = []
    for citation in citations:
        name, letters = key(citation), iter("bcdefghijklmnopqrstuvwxyz")
        while name in names:
            name = key(citation) + next(letters)
        names.append(name)
    return names


def _shown(citation: Citation) -> str:
    return f"{citation} https://doi.org/{citation.doi}" if citation.doi else str(citation)


def _link(citation: Citation) -> str:
    doi = escape(citation.doi)
    return f' <a href="https://doi.org/{doi}">doi:{doi}</a>' if doi else ""
