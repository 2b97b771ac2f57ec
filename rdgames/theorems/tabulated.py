"""What is found about how outcomes change with parameters: one entry, and tables of them as text, LaTeX and JSON."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any, Literal, TypeAlias

from rdgames.algebra.sympy_edge import to_sympy
from rdgames.errors import InputError, TooLargeError
from rdgames.language.printer import LATEX, typed, typeset
from rdgames.language.reader import read_statement
from rdgames.language.tree import Expression
from rdgames.markup.latex import plain, tabular
from rdgames.proofs.proof import Proof
from rdgames.theorems.pages import entry_page, statics_page

Sign: TypeAlias = Literal["+", "-", "0", ">= 0", "<= 0", "changes", "vacuous", "unknown", "not tried"]

TOO_LONG = "(too long to be written out)"

_IN_LATEX: dict[Sign, str] = {
    "+": "$+$",
    "-": "$-$",
    "0": "$0$",
    ">= 0": r"$\geq 0$",
    "<= 0": r"$\leq 0$",
    "changes": r"$\pm$",
    "vacuous": "vacuous",
    "unknown": "?",
    "not tried": "",
}
_MEANING: dict[Sign, str] = {
    "+": "increases",
    "-": "decreases",
    "0": "does not depend on it",
    ">= 0": "never decreases",
    "<= 0": "never increases",
    "changes": "increases at some values of the parameters, decreases at others",
    "vacuous": "nothing is said: what is assumed contradicts itself",
    "unknown": "neither proved nor refuted",
    "not tried": "not tried",
}


@dataclass(frozen=True, repr=False)
class Statics:
    """How one outcome changes with one parameter.

    Attributes
    ----------
    model, regime, outcome, parameter, given
        What is asked; ``regime`` is a name or a sentence.
    sign
        The sign of the derivative wherever everything holds that is assumed: ``+``, ``-``, ``0``, or weakly ``>= 0``,
        ``<= 0``; ``changes`` where it is positive at some admissible points and negative at others; ``vacuous`` where
        there are none; ``unknown``; ``not tried``.
    changes_where
        For a sign that changes: the derivative is positive exactly where this statement is true (that is proved too);
        empty if no such statement was found.
    proofs
        What was proved and refuted to know that, in order, with certificates.
    formula
        The derivative as a formula; None if it is too long to be written out.
    assumed
        What is assumed of the regime, in words.
    whole
        Whether the parameter is a whole number, such as a number of firms; the derivative is that of the formula in
        which it is a real number.
    reason
        Why the sign is unknown, if no proof says that.
    """

    model: str
    regime: str
    outcome: str
    parameter: str
    given: str
    sign: Sign
    changes_where: str = ""
    proofs: tuple[Proof, ...] = ()
    formula: Expression | None = None
    assumed: tuple[str, ...] = ()
    whole: bool = False
    reason: str = ""

    @cached_property
    def derivative(self) -> Any:
        """The derivative as a SymPy expression.

        Raises
        ------
        TooLargeError
            If it is too long to be written out.
        """
        if self.formula is None:
            raise TooLargeError(f"the derivative of {self.outcome} by {self.parameter} is {TOO_LONG[1:-1]}")
        return to_sympy(self.formula)

    @property
    def text(self) -> str:
        """The derivative as one would type it."""
        return TOO_LONG if self.formula is None else typed(self.formula)

    @property
    def notes(self) -> tuple[str, ...]:
        """What a careful reader wants to know besides."""
        return _notes((self,))

    def __str__(self) -> str:
        given = f", given {self.given}" if self.given else ""
        lines = [f"{self.outcome} by {self.parameter} in {self.model}, {self.regime}{given}: {self.said}"]
        if self.sign != "not tried":
            lines.append(f"  derivative: {self.text}")
        lines += [f"  {proof.statement}: {proof.found}" for proof in self.proofs]
        lines += [f"  {text}" for text in (self.reason, *self.notes) if text]
        return "\n".join(lines)

    __repr__ = __str__

    def _repr_html_(self) -> str:
        return entry_page(self).html()

    @property
    def said(self) -> str:
        """The sign, in words."""
        where = f"; increases exactly where {self.changes_where}" if self.changes_where else ""
        return f"{self.sign} ({_MEANING[self.sign]}{where})"

    def to_document(self) -> dict[str, Any]:
        """Return what is found as nested tables, for JSON."""
        return {
            "outcome": self.outcome,
            "parameter": self.parameter,
            "sign": self.sign,
            "changes_where": self.changes_where,
            "derivative": None if self.formula is None else typed(self.formula),
            "whole": self.whole,
            "reason": self.reason,
            "proofs": [proof.to_document() for proof in self.proofs],
        }


@dataclass(frozen=True, repr=False)
class StaticsTable:
    """How outcomes change with parameters.

    Attributes
    ----------
    model, regime, given, assumed
        As in `Statics`.
    entries
        What is found, by outcome and parameter.
    symbols
        The LaTeX symbols of outcomes and parameters.
    ended
        Why the table was ended early, ``timeout`` or ``interrupted``; empty if it was not.
    seconds
        The time it took.
    """

    model: str
    regime: str
    given: str
    entries: Mapping[tuple[str, str], Statics]
    assumed: tuple[str, ...]
    symbols: Mapping[str, str]
    ended: str = ""
    seconds: float = 0.0

    @property
    def outcomes(self) -> tuple[str, ...]:
        """The outcomes, which are the rows."""
        return tuple(dict.fromkeys(outcome for outcome, _ in self.entries))

    @property
    def parameters(self) -> tuple[str, ...]:
        """The parameters, which are the columns."""
        return tuple(dict.fromkeys(parameter for _, parameter in self.entries))

    def __getitem__(self, pair: tuple[str, str]) -> Statics:
        return self.entries[pair]

    @property
    def footnotes(self) -> tuple[Statics, ...]:
        """The entries whose sign changes, in the order of their footnotes."""
        return tuple(entry for entry in self.entries.values() if entry.sign == "changes")

    def text(self) -> str:
        """Return the table as lines of text."""
        marks = {(entry.outcome, entry.parameter): f" [{place}]" for place, entry in enumerate(self.footnotes, start=1)}
        rows = [["", *self.parameters]]
        for outcome in self.outcomes:
            cells = (f"{self[outcome, name].sign}{marks.get((outcome, name), '')}" for name in self.parameters)
            rows.append([outcome, *cells])
        widths = [max(len(row[place]) for row in rows) for place in range(len(rows[0]))]
        lines = [self._head]
        lines += [
            "  ".join(f"{cell:{width}}" for cell, width in zip(row, widths, strict=True)).rstrip() for row in rows
        ]
        for place, entry in enumerate(self.footnotes, start=1):
            where = f"increases exactly where {entry.changes_where}" if entry.changes_where else "changes its sign"
            lines.append(f"[{place}] {entry.outcome} by {entry.parameter}: {where}")
        return "\n".join([*lines, *self._notes])

    def latex(self, *, caption: str = "", label: str = "") -> str:
        """Return the table in LaTeX (booktabs); conditions of changing signs, and what is proved, as notes below."""
        marks = {(entry.outcome, entry.parameter): place for place, entry in enumerate(self.footnotes, start=1)}
        rows = []
        for outcome in self.outcomes:
            cells = [f"${self.symbols[outcome]}$"]
            for name in self.parameters:
                place = marks.get((outcome, name))
                shown = _IN_LATEX[self[outcome, name].sign]
                cells.append(f"{shown[:-1]}^{{{place}}}$" if place else shown)
            rows.append(cells)
        head = ["", *(f"${self.symbols[name]}$" for name in self.parameters)]
        notes = [
            f"$^{{{place}}}$ {self._where_in_latex(entry)}." for place, entry in enumerate(self.footnotes, start=1)
        ]
        notes += [plain(note) for note in self._said_of_proofs]
        return tabular(f"l{'c' * len(self.parameters)}", head, rows, notes=notes, caption=caption, label=label)

    @property
    def _said_of_proofs(self) -> list[str]:
        """What is proved, under which assumptions, for the notes of a paper."""
        given = f", given {self.given}" if self.given else ""
        open_signs = sum(entry.sign in ("unknown", "not tried") for entry in self.entries.values())
        proved = "Every sign is proved" if not open_signs else "Every sign is proved except where one is missing or ?"
        text = f"Signs of derivatives in {self.model}, {self.regime}{given}. {proved}, for all parameters"
        assumed = "; ".join(line.partition(": ")[2] for line in self.assumed)
        return [f"{text} for which it holds that: {assumed}." if assumed else f"{text}.", *self.notes]

    @property
    def _all(self) -> tuple[Statics, ...]:
        return tuple(self.entries.values())

    def _where_in_latex(self, entry: Statics) -> str:
        if not entry.changes_where:
            return "positive at some values of the parameters, negative at others"
        try:
            condition = typeset(read_statement(entry.changes_where), LATEX, self.symbols)
        except InputError:
            return rf"positive exactly where \texttt{{{entry.changes_where}}}".replace("_", r"\_")
        return f"positive exactly where ${condition}$"

    def to_document(self) -> dict[str, Any]:
        """Return the table as nested tables, for JSON."""
        return {
            "model": self.model,
            "regime": self.regime,
            "given": self.given,
            "assumed": list(self.assumed),
            "outcomes": list(self.outcomes),
            "parameters": list(self.parameters),
            "ended": self.ended,
            "seconds": round(self.seconds, 4),
            "entries": [entry.to_document() for entry in self.entries.values()],
            "notes": list(_notes(tuple(self.entries.values()))),
        }

    def __str__(self) -> str:
        return self.text()

    __repr__ = __str__

    def _repr_html_(self) -> str:
        return statics_page(self).html()

    @property
    def notes(self) -> tuple[str, ...]:
        """What a careful reader wants to know besides."""
        return (*_notes(self._all), *self._early)

    @property
    def _head(self) -> str:
        given = f", given {self.given}" if self.given else ""
        return f"{self.model}, {self.regime}{given}: signs of derivatives"

    @property
    def _notes(self) -> tuple[str, ...]:
        return (*self.notes, *(["\n  ".join(["Assumed:", *self.assumed])] if self.assumed else []))

    @property
    def _early(self) -> list[str]:
        if not self.ended:
            return []
        untried = sum(entry.sign == "not tried" for entry in self.entries.values())
        why = "the time was over" if self.ended == "timeout" else "interrupted"
        return [f"Ended early ({why}): {untried} of {len(self.entries)} entries were not tried."]


def _notes(entries: tuple[Statics, ...]) -> tuple[str, ...]:
    """Return what is to be said about numbers of firms, and about solvers."""
    notes = [
        f"{name} is a whole number: its derivative is that of the formula, in which {name} is a real number."
        for name in dict.fromkeys(entry.parameter for entry in entries if entry.whole)
    ]
    proved = [
        (f"{each.outcome} by {each.parameter}", proof) for each in entries for proof in each.proofs if proof.holds
    ]
    whole = [name for name, proof in proved if proof.numbers == "whole"]
    alone = [name for name, proof in proved if proof.verdict == "proved by one solver"]
    notes += [f"Shown for whole numbers of players only: {', '.join(whole)}."] if whole else []
    notes += [f"Shown by one solver alone: {', '.join(alone)}."] if alone else []
    return tuple(notes)
