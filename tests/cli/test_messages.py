"""What commands say of typical mistakes, at the places where it is said."""

from __future__ import annotations

import pytest

import rdgames as rd
from rdgames.certificates.polynomials import CertificateError
from rdgames.cli.assignments import read_assignments
from rdgames.cli.commands import app
from rdgames.errors import InputError, RdgamesError

AJ = "daspremont-jacquemin"


@pytest.mark.parametrize(
    ("option", "typed", "words"),
    [
        ("--over", "n=2,3", "the values of one parameter with blanks between: 'n=2 3'"),
        ("--over", "beta", "name=value pairs with commas between"),
        ("--fix", "a=1,3", "name=value pairs with commas between, such as a=100,b=1"),
    ],
)
def test_assignments(option, typed, words):
    with pytest.raises(InputError) as told:
        read_assignments(option, [typed])
    assert str(told.value).endswith(words) or words in str(told.value)
    assert ("blanks between" in str(told.value)) == (typed == "n=2,3")


def test_a_folder_and_a_packaged_name_with_a_suffix_are_no_model_files(tmp_path):
    with pytest.raises(InputError, match="found the folder"):
        rd.load(tmp_path)
    with pytest.raises(InputError, match=r"leave \.toml out, daspremont-jacquemin"):
        rd.load(f"{AJ}.toml")


def test_statements_and_numbers():
    game = rd.load(AJ)
    with pytest.raises(RdgamesError, match=r"the statement 'welfare > 2' has 1 mistake") as told:
        rd.prove("welfare > 2", game)
    assert "found the outcome 'welfare' of no regime, expected that of one, such as competition.welfare" in str(
        told.value
    )
    with pytest.raises(InputError, match="a range is swept, at a point there is one number"):
        rd.solve(game).at(a="1:2:3", b=1, c=0, gamma=5, beta=0, n=2)
    with pytest.raises(InputError, match="101 values from 0 to 1"):
        rd.sweep(game, "cartel", beta="0:1", a=100, b=1, c=60, gamma=5, n=2)


def test_a_file_that_is_no_json_is_no_certificate(tmp_path):
    (tmp_path / "p.json").write_text("{", encoding="utf-8")
    with pytest.raises(CertificateError, match="this is no JSON"):
        rd.check_certificate(tmp_path / "p.json")


def test_every_command_is_told_in_one_short_line():
    told = [command for part in app.registered_groups for command in part.typer_instance.registered_commands]
    for command in (*told, *app.registered_commands):
        said = command.short_help or (command.callback.__doc__ or "").splitlines()[0]
        assert 0 < len(said) <= 60, said
