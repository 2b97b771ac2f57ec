"""Members and worths from files: what is read, and that every mistake is told with its line."""

from __future__ import annotations

from fractions import Fraction

import pytest

import rdgames as rd
from rdgames.errors import InputError
from rdgames.sharing.members import read_members
from rdgames.sharing.share import share
from rdgames.sharing.worth_files import read_worth

CSV = """name,type,cost,risk share,knowledge_share,outlay
Acme,firm,40,0.5,0.2,10
Bolt,firm,45.5,0.3,0.3,5
Lab,institute,,0.2,0.5,5
"""
TOML = """
[[member]]
name = "Acme"
type = "firm"
cost = 40
risk_share = 0.5
knowledge_share = 0.2
outlay = 10

[[member]]
name = "Bolt"
type = "firm"
cost = 45.5
risk_share = 0.3
knowledge_share = "3/10"
outlay = 5

[[member]]
name = "Lab"
type = "institute"
risk_share = 0.2
knowledge_share = 0.5
outlay = 5
"""


@pytest.fixture
def file(tmp_path):
    def write(name, text):
        path = tmp_path / name
        path.write_text(text, encoding="utf-8")
        return path

    return write


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("m.csv", CSV),
        ("m.toml", TOML),
        ("m.csv", "\N{ZERO WIDTH NO-BREAK SPACE}# ours\n\n" + CSV),
        ("semicolons.csv", CSV.replace(",", ";")),
    ],
)
def test_members_are_read_exactly(file, name, text):
    found = read_members(file(name, text))
    assert found.names == ("Acme", "Bolt", "Lab")
    assert found.types == ("firm", "firm", "institute")
    assert found.columns["cost"] == (40, Fraction("45.5"), None)
    assert found.numbers("risk_share") == [Fraction(1, 2), Fraction(3, 10), Fraction(1, 5)]
    assert found.numbers("knowledge_share")[1] == Fraction(3, 10)


def test_rules_go_by_the_data_of_members(file):
    members = read_members(file("m.csv", CSV))
    game = [0, 1, 1, 4, 1, 4, 4, 9]
    found = share(game, "proportional, corrected-shapley", members=members)
    assert found["player"].values.tolist() == ["Acme", "Bolt", "Lab"]
    assert found["share"].sel(rule="proportional").values.tolist() == [4.5, 2.25, 2.25]
    # Shapley gives 3 each; half of (risk - 1/3) and half of (knowledge - 1/3) of 9 are moved
    moved = [3 + 9 * ((r + k) / 2 - 1 / 3) for r, k in [(0.5, 0.2), (0.3, 0.3), (0.2, 0.5)]]
    assert found["share"].sel(rule="corrected-shapley").values.tolist() == pytest.approx(moved)


def test_thirds_written_as_decimals_add_up(file):
    text = "name,risk_share\n" + "".join(f"{name},0.3333333333\n" for name in "abc")
    assert sum(read_members(file("m.csv", text)).numbers("risk_share")) == 1


def test_all_mistakes_are_told_at_once_with_their_lines(file):
    text = "name,risk_share,knowlege_share,outlay\nAcme,-0.5,1,ten\nBolt,1.2,0,\nAcme,0.3,0,5\n,0,0,1\nDrum,1\n"
    path = file("bad.csv", text)
    with pytest.raises(InputError) as caught:
        read_members(path)
    assert str(caught.value).splitlines() == [
        f"{path} has 7 mistakes:",
        "  line 1: found the column 'knowlege_share' (did you mean 'knowledge_share'?), expected some of name, type, "
        "cost, efficiency, risk_share, knowledge_share, outlay",
        "  line 2, risk_share: found -0.5, expected at least 0",
        "  line 2, outlay: found 'ten', expected a number such as 0.25 or 1/3",
        "  line 3, outlay: found nothing, expected a number",
        "  line 4, name: found 'Acme' again, which is the name of the member of line 2",
        "  line 5, name: found no name, expected one for each member",
        "  line 6: found 2 cells, expected 4: name, risk_share, knowlege_share, outlay",
    ]


def test_mistakes_of_toml_have_lines_too(file):
    text = (
        TOML.replace("risk_share = 0.2", "risk_share = -0.2")
        .replace('"Bolt"', '"Acme"')
        .replace("cost = 45.5", "csot = 1")
    )
    with pytest.raises(InputError) as caught:
        read_members(file("bad.toml", "[[membr]]\n" + text))
    told = str(caught.value)
    assert "line 1, membr: found this entry (did you mean 'member'?)" in told
    assert "line 12, name: found 'Acme' again, which is the name of the member of line 4" in told
    assert "line 14: found the column 'csot' (did you mean 'cost'?)" in told
    assert "line 22, risk_share: found -0.2, expected at least 0" in told


def test_shares_that_do_not_add_up(file):
    with pytest.raises(InputError, match=r"line 1, risk_share: shares add up to 0.9, expected 1"):
        read_members(file("m.csv", CSV.replace("0.5,0.2,10", "0.4,0.2,10")))


@pytest.mark.parametrize(
    ("name", "text", "says"),
    [
        ("m.txt", "", "ending in .csv or .toml"),
        ("m.csv", "", "found nothing"),
        ("m.csv", "name,outlay\n", "found no members"),
        ("m.csv", "name,name\na,b\n", "column 'name' twice"),
        ("m.toml", "[[member]\n", "cannot read .* as TOML"),
        ("m.toml", "member = 3", r"expected a \[\[member\]\]"),
        ("m.toml", "[[member]]\nname = ['Ann']\n", r"line 2, name: found \['Ann'\], expected a text in quotes"),
        ("m.toml", "a = " + "[" * 50000, "cannot read .* as TOML: lists lie in lists"),
        ("m.csv", "name,risk share,risk_share\na,1,0\n", "line 1: found the columns 'risk share' and 'risk_share'"),
        ("m.toml", "[[member]]\nname = 'a'\nOutlay = 1\noutlay = 2\n", "line 4: found the columns .* are the same"),
    ],
)
def test_what_is_no_table_of_members(file, name, text, says):
    with pytest.raises(InputError, match=says):
        read_members(file(name, text))


def test_a_missing_file_is_named(tmp_path):
    with pytest.raises(InputError, match=r"cannot read .*none.csv"):
        read_members(tmp_path / "none.csv")


def test_columns_are_parameters_of_players(file):
    game = rd.explicit(rd.load("daspremont-jacquemin"), different=["c", "gamma"], n=3)
    text = "name,c,efficiency\nAcme,40,9\nBolt,45,8\nCog,42,7\n"
    members = read_members(file("m.csv", text), parameters=["c"])
    assert members.parameters(game, {"gamma": "efficiency"}) == {
        "c_1": 40, "c_2": 45, "c_3": 42, "gamma_1": 9, "gamma_2": 8, "gamma_3": 7,
    }  # fmt: skip
    common = rd.explicit(rd.load("daspremont-jacquemin"), n=3)
    with pytest.raises(InputError, match=r"Acme has a c, .*no parameter c_1; .*different=\['c'\]"):
        members.parameters(common)
    with pytest.raises(InputError, match=r"3 members .* for 2 players"):
        members.parameters(rd.explicit(rd.load("daspremont-jacquemin"), n=2))
    with pytest.raises(InputError, match=r"no column 'eficiency' \(did you mean 'efficiency'\?\)"):
        members.parameters(game, {"gamma": "eficiency"})


WORTH = "coalition,worth\nAnn,1\nBob,1/2\nAnn + Bob,4\n"


def test_worth_is_read_exactly_and_named(file):
    table, names = read_worth(file("w.csv", WORTH))
    assert names == ("Ann", "Bob")
    assert table.tolist() == [0, 1, Fraction(1, 2), 4]
    again, _ = read_worth(file("w.json", '{"Ann": 1, "Bob": 0.5, "Bob + Ann": 4}'))
    assert again.tolist() == table.tolist()
    swapped, names = read_worth(file("w.csv", WORTH), ["Bob", "Ann"])
    assert swapped.tolist() == [0, Fraction(1, 2), 1, 4]


@pytest.mark.parametrize(
    ("name", "text", "says"),
    [
        ("w.csv", WORTH + "Bob+Ann,3\n", r"line 5: the coalition 'Bob\+Ann' is given again, after line 4"),
        ("w.csv", WORTH + "Ann+Cid,3\n", "found no worth for 3 of 7 coalitions: Cid; Bob and Cid; Ann, Bob and Cid"),
        ("w.csv", WORTH.replace("1/2", "half"), "line 3: the coalition 'Bob' is worth 'half', expected a number"),
        ("w.csv", WORTH.replace("Ann + Bob", "Ann + Ann"), "line 4: the coalition .* names 'Ann' twice"),
        ("w.csv", WORTH.replace("Ann + Bob", "Ann +"), "has a member without a name"),
        ("w.csv", "members,value\nAnn,1\n", "line 1: found the columns members, value, expected coalition and worth"),
        ("w.csv", "coalition,worth\n", "found no coalitions"),
        ("w.json", "{}", "found no coalitions"),
        ("w.json", "[1, 2]", "found no table of coalitions"),
        ("w.json", "{", "cannot read .* as JSON"),
        ("w.json", "[" * 50000, "cannot read .* as JSON: lists lie in lists"),
        ("w.csv", "coalition,worth\n" + "+".join(f"m{place}" for place in range(40)) + ",1\n", "found 40 players"),
        ("w.json", '{"Ann": 1, "Ann": 2}', "'Ann' is given again"),
    ],
)
def test_mistakes_in_worth_are_located(file, name, text, says):
    with pytest.raises(InputError, match=says):
        read_worth(file(name, text))


def test_players_of_a_table_must_be_the_members(file):
    with pytest.raises(InputError, match=r"found the member 'Bob'"):
        read_worth(file("w.csv", WORTH), ["Ann", "Bab"])
