"""The commands about claims: what is proved or refuted, and whether a certificate shows what it says."""

from __future__ import annotations

import json
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Any

import typer

import rdgames
from rdgames.cli.options import (
    INTERRUPTED,
    NO,
    Assuming,
    Given,
    Json,
    Model,
    clear_line,
    print_json,
    seconds,
    selection,
    show_line,
    together,
)
from rdgames.errors import DerivationError, InputError, ModelError, OutputError, UnknownNameError
from rdgames.game.game import Game
from rdgames.game.literature import Claim
from rdgames.proofs.proof import UNNAMED, Proof
from rdgames.writing import check_target, whole_file

app = typer.Typer(add_completion=False, rich_markup_mode=None)

_JSON = {".json": "json"}
_PROVED = ("proved", "proved by one solver")


@dataclass(frozen=True)
class _Question:
    """What is assumed besides a claim, and how long it may take."""

    game: Game
    given: str
    assuming: str
    timeout: float

    @property
    def changed(self) -> bool:
        """Whether more, or less, is assumed than a model file means where it records a verdict."""
        return bool(self.given) or self.assuming != "optimum"

    def answer(self, claim: Claim) -> _Answer:
        """Prove or refute a claim; one about levels found in numbers stays unknown, and says why."""
        started = time.monotonic()
        chosen = selection(self.assuming)
        recorded = claim.verdict if claim in self.game.claims else ""
        try:
            proof = rdgames.prove(claim, self.game, given=self.given, assuming=chosen, timeout=self.timeout)
        except DerivationError as error:
            return _Answer(claim, recorded, self.changed, None, str(error), time.monotonic() - started)
        except ModelError as error:  # in what was typed: the claims of a model are read when it is loaded
            raise InputError("; ".join(mistake.problem for mistake in error.mistakes)) from None
        return _Answer(claim, recorded, self.changed, proof, "", proof.seconds)


@dataclass(frozen=True)
class _Answer:
    """What is found about a claim, held against what its model file records: true, false, open, or nothing."""

    claim: Claim
    recorded: str
    changed: bool
    proof: Proof | None
    problem: str
    seconds: float

    @property
    def verdict(self) -> str:
        return self.proof.verdict if self.proof else "unknown"

    @property
    def says_no(self) -> bool:
        """Whether a claim is false, or empty, that is not recorded so; or true, one that is recorded as false."""
        if self.verdict in _PROVED:
            return self.recorded == "false" and not self.changed
        return self.verdict == "vacuous" or (self.verdict == "refuted" and self.recorded in ("true", ""))

    @property
    def words(self) -> str:
        if self.verdict == "refuted" and self.recorded == "false":
            return "refuted, as recorded"
        if self.says_no and self.recorded and self.verdict != "vacuous":
            return f"{self.verdict.upper()}, but recorded as {self.recorded}"
        if self.recorded == "open" and self.verdict != "unknown":
            return f"{self.verdict}, open so far"
        return self.verdict

    @property
    def why(self) -> str:
        """What the verdict rests on, in a few words."""
        if self.proof is None:
            return self.problem
        if self.verdict == "refuted":
            when = [f"true exactly when {self.proof.exactly_when}"] if self.proof.exactly_when else []
            return "; ".join([*when, *([str(self.proof.counterexample)] if self.says_no else [])])
        if self.verdict == "unknown":
            return f"tried: {self.proof.found.partition(': ')[2]}"
        whole = ["whole numbers"] if self.proof.numbers == "whole" else []
        return ", ".join([*self.proof.layers, *whole])

    def to_document(self) -> dict[str, Any]:
        if self.proof is not None:
            document = self.proof.to_document()
        else:
            said = {"claim": self.claim.name, "statement": self.claim.statement, "given": self.claim.given}
            document = {**said, "verdict": "unknown", "tried": [self.problem], "seconds": round(self.seconds, 4)}
        return {**document, "recorded": self.recorded or None, "as_recorded": not self.says_no}


@app.command(short_help="Prove or refute claims, for all values of parameters.")
def prove(
    model: Model,
    claim: Annotated[
        str | None, typer.Argument(help="A claim of the model, or a statement such as 'cartel.x > competition.x'.")
    ] = None,
    *,
    given: Given = None,
    assuming: Assuming = "optimum",
    timeout: Annotated[float | None, typer.Option(help="Seconds for each claim.")] = None,
    certificate: Annotated[Path | None, typer.Option(help="Write the certificate of one claim to FILE.json.")] = None,
    certificates: Annotated[Path | None, typer.Option(help="Write a certificate for each claim to a folder.")] = None,
    as_json: Json = False,
) -> None:
    """Prove or refute what is claimed of a model, for all values of its parameters: one claim, or all that it records.

    Exit code 1 says that a claim is refuted or vacuous, unless the model records it as false.
    """
    game = rdgames.load(model)
    chosen = _chosen(game, claim)
    target = _target(chosen, certificate, certificates, one=claim is not None)
    question = _Question(game, together(given), assuming, seconds(timeout))
    width = max(len(each.name) for each in chosen)
    answers: list[_Answer] = []
    started = time.monotonic()
    interrupted = False
    try:
        for place, each in enumerate(chosen, start=1):
            show_line(f"{each.name} ({place} of {len(chosen)}) ...")
            answers.append(answer := question.answer(each))
            clear_line()
            if not as_json:
                typer.echo(_alone(answer) if claim is not None else _line(answer, width))
            _write_certificate(answer, target(each))
    except KeyboardInterrupt:
        interrupted = True
        clear_line()
    if as_json:
        counts = {"claims": len(chosen), **_counts(answers)}
        head = {"model": game.name, "assuming": assuming, "counts": counts, "interrupted": interrupted}
        print_json({**head, "claims": [answer.to_document() for answer in answers]})
    elif claim is None:
        typer.echo(_summary(answers, len(chosen), time.monotonic() - started))
    if interrupted:
        raise typer.Exit(INTERRUPTED)
    if any(answer.says_no for answer in answers):
        raise typer.Exit(NO)


def _chosen(game: Game, claim: str | None) -> list[Claim]:
    known = {entry.name: entry for entry in game.claims}
    if claim is None:
        if not known:
            raise InputError(
                f"{game.name} records no claims, expected one to prove: rdgames prove MODEL 'cartel.x > competition.x'"
            )
        return list(game.claims)
    if claim in known:
        return [known[claim]]
    if not any(mark in claim for mark in "<>=(."):
        raise UnknownNameError("claim", claim, known)
    return [Claim(name=UNNAMED, statement=claim)]


def _target(
    chosen: list[Claim], certificate: Path | None, certificates: Path | None, *, one: bool
) -> Callable[[Claim], Path | None]:
    """Return where the certificate of a claim is to be written."""
    if certificate is not None:
        if not one or certificates is not None:
            raise InputError(
                "found --certificate, expected it with one claim and without --certificates; "
                "for all claims of a model: --certificates FOLDER"
            )
        check_target(certificate, _JSON)
        return lambda _: certificate
    if certificates is None:
        return lambda _: None
    if certificates.suffix == ".json":
        raise InputError(
            f"found the file {certificates} in --certificates, expected a folder, or --certificate FILE.json"
        )
    try:
        certificates.mkdir(exist_ok=True)
    except OSError as error:
        raise OutputError(f"cannot make the folder {certificates}: {error.strerror}; choose another") from None
    for each in chosen:
        check_target(certificates / f"{each.name}.json", _JSON)
    return lambda each: certificates / f"{each.name}.json"


def _write_certificate(answer: _Answer, path: Path | None) -> None:
    if path is None:
        return
    if answer.proof is None or answer.proof.certificate is None:
        typer.echo(f"rdgames: {answer.claim.name} is {answer.verdict}, so {path} is not written", err=True)
        return
    with whole_file(path) as draft:
        draft.write_text(json.dumps(answer.proof.certificate, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")


def _line(answer: _Answer, width: int) -> str:
    return f"{answer.claim.name:{width}}  {answer.words:20}  {1e3 * answer.seconds:7.0f} ms  {answer.why}".rstrip()


def _alone(answer: _Answer) -> str:
    """Return what is found about the one claim that was asked about."""
    proof = answer.proof
    said = answer.claim.statement + (f", given {answer.claim.given}" if answer.claim.given else "")
    if proof is None:
        return f"{said}: unknown: {answer.problem}"
    lines = [f"{proof.statement}{f', given {proof.given}' if proof.given else ''}", f"{proof.found}"]
    if answer.recorded:
        lines.insert(0, f"{answer.claim.name} of {proof.model}, recorded as {answer.recorded}")
    if proof.defined_where:
        lines.append(f"Nothing is said except where {' and '.join(proof.defined_where)}.")
    return "\n".join(lines)


def _counts(answers: list[_Answer]) -> dict[str, int]:
    kinds = ("proved", "proved by one solver", "refuted", "vacuous", "unknown")
    counts = {kind: sum(answer.verdict == kind for answer in answers) for kind in kinds}
    as_recorded = sum(answer.verdict == "refuted" and not answer.says_no for answer in answers)
    return {**counts, "refuted as recorded": as_recorded, "not as recorded": sum(answer.says_no for answer in answers)}


def _summary(answers: list[_Answer], asked: int, time_taken: float) -> str:
    counts = _counts(answers)
    shown = [f"{counts['proved']} proved"]
    shown += [f"{counts[kind]} {kind}" for kind in ("proved by one solver", "refuted", "vacuous") if counts[kind]]
    shown += [f"{counts['unknown']} unknown"]
    no = counts["not as recorded"]
    recorded = f"{no} not as the model records" if no else "all that were decided as the model records"
    left = f"; {asked - len(answers)} not reached" if len(answers) < asked else ""
    return f"{asked} claims in {time_taken:.1f} s: {', '.join(shown)}; {recorded}{left}"
