"""What is found about a claim, as a page that a notebook shows."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rdgames.claims.findings import Counterexample
from rdgames.errors import InputError
from rdgames.language.printer import LATEX, typeset
from rdgames.language.reader import read_statement
from rdgames.markup.page import Math, Page, Table

if TYPE_CHECKING:
    from rdgames.proofs.proof import Proof


def proof_page(proof: Proof) -> Page:
    """Return a proof: what was claimed, the verdict, why, and for a refutation the point and what is true instead."""
    lines = [f"{proof.statement}{f', given {proof.given}' if proof.given else ''}"]
    notes = [f"Nothing is said except where {' and '.join(proof.defined_where)}."] if proof.defined_where else []
    rows = [["verdict", _reason(proof)]]
    if proof.exactly_when == "never":
        rows.append(["it is true", "nowhere"])
    elif proof.exactly_when:
        rows.append(["it is true exactly when", statement(proof.exactly_when)])
    if proof.verdict == "unknown":
        rows.append(["tried", "; ".join(proof.tried)])
    if proof.certificate is not None:
        notes.append("It has a certificate: rd.check_certificate(proof.certificate) checks it.")
    tables = [Table(["", ""], rows)]
    if proof.counterexample is not None:
        tables.append(counterexample_table(proof.counterexample))
    return Page(f"{proof.model}, {proof.claim}: {proof.verdict}", lines, tables, notes)


def counterexample_table(found: Counterexample) -> Table:
    """Return an exact point at which a claim is false, and what both sides are there."""
    rows = [[name, str(value)] for name, value in (*found.parameters.items(), *found.values.items())]
    return Table(["it is false at", "value"], rows, numbers=[1])


def statement(text: str) -> str:
    """Return a statement as mathematics, or as typed where it is no formula."""
    try:
        return Math(typeset(read_statement(text), LATEX))
    except InputError:
        return text


def _reason(proof: Proof) -> str:
    if proof.verdict == "refuted":
        return "refuted by an exact point"
    if proof.verdict == "unknown":
        missing = f"; missing: {', '.join(proof.missing)}" if proof.missing else ""
        return f"unknown after {proof.seconds:.1f} s{missing}"
    return proof.found
