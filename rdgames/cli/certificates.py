"""The command that checks certificates, and derives again what they rest on."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Annotated, Any

import typer

import rdgames
from rdgames.certificates.checker import CertificateError, Checked, check_certificate
from rdgames.cli.options import NO, Json, print_json
from rdgames.errors import InputError, RdgamesError
from rdgames.game.game import Game
from rdgames.proofs.rederiving import differing_parts

app = typer.Typer(add_completion=False, rich_markup_mode=None)


@dataclass(frozen=True)
class _Verified:
    """What was found about a file: whether it shows what it says, and whether its formulas are those of its model."""

    file: str
    accepted: bool
    reason: str = ""
    checked: Checked | None = None
    formulas: str = "not checked"
    formulas_reason: str = ""

    @property
    def says_no(self) -> bool:
        return not self.accepted or self.formulas == "differ"

    def __str__(self) -> str:
        if not self.accepted:
            return f"{self.file}: rejected: {self.reason}"
        return f"{self.file}: accepted: {self.checked}\n  {self.formulas_reason}"

    def to_document(self) -> dict[str, Any]:
        found = asdict(self)
        checked = found.pop("checked") or {}
        return {**found, **checked}


@app.command("verify-certificate", short_help="Check certificates of proofs by exact arithmetic.")
def verify_certificate(
    files: Annotated[list[Path], typer.Argument(help="Certificates, as rdgames prove --certificate writes them.")],
    *,
    model: Annotated[
        str | None, typer.Option(help="The model to derive the formulas from, if not the one named.")
    ] = None,
    as_json: Json = False,
) -> None:
    """Check certificates by exact arithmetic, and whether the formulas that they rest on follow from the model."""
    for file in files:
        if not file.is_file():
            raise InputError(
                f"found no file {file}, expected a certificate that rdgames prove --certificate has written"
            )
    asked = None if model is None else rdgames.load(model)
    found = []
    for file in files:
        found.append(verified := _verify(file, asked))
        if not as_json:
            typer.echo(str(verified))
    if as_json:
        print_json({"certificates": [verified.to_document() for verified in found]})
    if any(verified.says_no for verified in found):
        raise typer.Exit(NO)


def _verify(file: Path, asked: Game | None) -> _Verified:
    try:
        checked = check_certificate(file)
    except CertificateError as error:
        return _Verified(str(file), accepted=False, reason=str(error))
    return _Verified(str(file), True, "", checked, *_formulas(file, checked.model, asked))


def _formulas(file: Path, name: str, asked: Game | None) -> tuple[str, str]:
    """Return whether the formulas in a file are ``derived``, ``differ`` or were ``not checked``; and that in words."""
    if asked is None and name not in rdgames.models():
        return "not checked", (
            f"where its formulas come from was not checked: {name!r} is no packaged model; "
            "derive them again with --model FILE"
        )
    game = asked or rdgames.load(name)
    try:
        differing = differing_parts(json.loads(file.read_text(encoding="utf-8")), game)
    except RdgamesError as error:
        said = str(error).replace("\n", " ")
        return "differ", f"rdgames cannot derive its formulas from {game.name}: {said}"
    if differing:
        return "differ", f"rdgames derives other {', '.join(differing)} from {game.name}"
    return "derived", f"the formulas are those that rdgames derives from {game.name}"
