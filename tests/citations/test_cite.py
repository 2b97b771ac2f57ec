"""What is cited is what was used, each publication once, and as BibTeX that an independent parser reads."""

from __future__ import annotations

import json
import subprocess
import sys
from html.parser import HTMLParser

import pytest
from pybtex.database import parse_string
from typer.testing import CliRunner

import rdgames as rd
from rdgames.citations.references import named_in, references
from rdgames.cli.citing import app
from rdgames.errors import InputError, UnknownNameError
from rdgames.game.bibliography import entry, key
from rdgames.game.literature import Citation
from rdgames.sharing.rules import OF_DATA, OF_MEMBERS, RULES

SOFTWARE = "rdgames2026games"


def test_nothing_is_rdgames_itself():
    [found] = parse_string(rd.cite(), "bibtex").entries.values()
    assert found.type == "misc"
    assert rd.__version__ in found.fields["title"]
    assert [str(person) for person in found.persons["author"]] == ["{The rdgames developers}"]


def test_every_publication_is_read_back_by_another_parser():
    """Both lists: that of the methods, and those of the model files."""
    of_models = [c for m in rd.models() for c in (rd.load(m).citation, *rd.load(m).references) if c]
    for citation in (*references().values(), *of_models):
        [(name, read)] = parse_string(entry(citation), "bibtex").entries.items()
        assert name == key(citation)
        assert len(read.persons["author"]) == len(citation.authors)
        assert read.fields["year"] == str(citation.year)
        assert read.type != "misc" or not (citation.journal or citation.publisher), name
        assert entry(citation).isascii()
        assert read.fields.get("doi", "") == citation.doi
        assert citation.doi == "" or citation.doi.startswith("10.")


def test_every_key_of_the_list_is_the_key_of_its_publication():
    assert list(references()) == sorted(references())
    assert {name: key(each) for name, each in references().items()} == {name: name for name in references()}


def test_models_and_the_list_say_the_same_of_a_publication():
    for model in rd.models():
        game = rd.load(model)
        for citation in filter(None, (game.citation, *game.references)):
            known = references().get(key(citation))
            if known:
                assert entry(known) == entry(citation), model


@pytest.mark.parametrize(
    ("author", "written"),
    [
        ("Raymond De Bondt", "De Bondt, Raymond"),
        ("René van den Brink", "van den Brink, Ren{\\'e}"),
        ("Claude d'Aspremont", "d'Aspremont, Claude"),
        ("José Luis Moraga-González", "Moraga-Gonz{\\'a}lez, Jos{\\'e} Luis"),
        ("Nikolaj Bjørner", "Bj{\\o}rner, Nikolaj"),
        ("Michael Tröge", 'Tr{\\"o}ge, Michael'),
    ],
)
def test_names_are_written_so_that_bibtex_finds_the_surname(author, written):
    citation = Citation(name="x", authors=author, year=2000, title="A Title with R&D and 50 %", journal="J_1")
    assert f"author = {{{written}}}" in entry(citation)
    assert r"{{A Title with R\&D and 50 \%}}" in entry(citation)
    assert r"journal = {J\_1}" in entry(citation)
    [person] = parse_string(entry(citation), "bibtex").entries[key(citation)].persons["author"]
    assert " ".join([*person.prelast_names, *person.last_names]) == written.split(",")[0]


def test_every_rule_cites_the_publication_of_its_source():
    for name in (*RULES, *OF_MEMBERS, *OF_DATA):
        found = rd.cite(name)
        if name == "corrected-shapley":  # its source has no authors that could be named
            assert found.keys == (SOFTWARE,)
            assert "Mathematical Problems in Engineering" in found.numbered
        else:
            assert len(found.keys) >= 2, name
    assert rd.cite("nash").keys == ("nash1950bargaining", "kalai1977nonsymmetric", SOFTWARE)
    assert rd.cite("egalitarian").keys == ("kalai1977proportional", SOFTWARE)


def test_a_rule_is_cited_by_name_class_and_object_alike():
    assert rd.cite("shapley") == rd.cite(rd.Shapley) == rd.cite(rd.Shapley())
    assert rd.cite("owen") == rd.cite(rd.Owen([[0, 1], [2]])) != rd.cite("myerson")
    division = rd.Shapley().divide([0.0, 1.0, 1.0, 4.0])
    assert rd.cite(division) == rd.cite("shapley")


def test_an_equilibrium_cites_its_model_and_the_sources_of_its_conditions(aj):
    cartel = rd.solve(aj, "cartel")
    keys = rd.cite(cartel).keys
    assert keys[0] == "daspremont1988cooperative"
    assert {"salant1998optimal", "henriques1990cooperative"} <= set(keys)
    assert len(set(keys)) == len(keys)
    point = cartel.at(a=100, b=1, c=60, n=2, beta="1/3", gamma=5)
    assert set(rd.cite(point).keys) == set(keys)
    # one firm's R&D is no joint decision, so that of Salant and Shaffer is no condition of competition
    assert "salant1998optimal" not in rd.cite(rd.solve(aj, "competition")).keys


def test_a_proof_cites_what_it_rests_on(aj):
    proved = rd.prove("cartel.x > competition.x", aj, given="beta > 1/2 and n >= 2")
    assert proved.holds
    keys = rd.cite(proved).keys
    assert ("handelman1988representing" in keys) == ("linear programming" in proved.layers)
    assert ("demoura2008z3" in keys) == ("solvers" in proved.layers)
    table = rd.statics(rd.solve(aj, "competition"), of=["x"], wrt=["gamma"], given="n >= 2")
    assert rd.cite(table).keys[0] == rd.cite(table["x", "gamma"]).keys[0] == "daspremont1988cooperative"


@pytest.mark.parametrize(
    ("claim", "cited"),
    [
        ("P5a", {"henriques1990cooperative"}),
        ("P8a", {"debondt1992degree"}),
        ("P12a", {"amir2008additive"}),  # Troege in the source, Tröge in the reference
        ("P8c", set()),
    ],
)
def test_a_claim_cites_who_made_it(aj, claim, cited):
    statement = next(each.statement for each in aj.claims if each.name == claim)
    keys = rd.cite(rd.Proof("daspremont-jacquemin", claim, statement, "", "proved")).keys
    assert set(keys) - {"daspremont1988cooperative", SOFTWARE} == cited


def test_datasets_cite_their_model_and_rules(aj):
    sweep = rd.sweep(aj, "cartel", outcomes=["x"], a=100, b=1, c=60, n=2, gamma=5, beta=[0, 1])
    assert rd.cite(sweep).keys == ("daspremont1988cooperative", SOFTWARE)
    shared = rd.share([0.0, 1.0, 1.0, 4.0], ["shapley", "nucleolus"])
    assert rd.cite(shared).keys == ("shapley1953value", "schmeidler1969nucleolus", SOFTWARE)


def test_datasets_cite_whose_assumptions_they_make(aj):
    game = rd.explicit(aj, n=2)
    given = {"a": 100, "b": 1, "c": 60, "gamma": 5, "beta_1_2": 0.5, "beta_2_1": 0.5}
    worth = rd.worth(game, "cartel", outsiders="merged", **given)
    assert rd.cite(worth).keys == ("daspremont1988cooperative", "hart1983endogenous", SOFTWARE)
    assert "daspremont1983stability" in rd.cite(rd.stable(game, "cartel", **given)).keys


def test_functions_cite_what_their_docstrings_name():
    assert "kohlberg1971nucleolus" in rd.cite(rd.certify_nucleolus).keys
    assert {"bloch1995endogenous", "bloch1996sequential", "ray1999theory"} <= set(rd.cite(rd.propose_sizes).keys)
    assert "friedman1971noncooperative" in rd.cite(rd.critical_discount).keys


def test_a_publication_is_listed_once_for_all_its_purposes(aj):
    found = rd.cite(aj, "daspremont-jacquemin", rd.solve(aj, "cartel"), "salant-shaffer-1998")
    assert found.count("@article{salant1998optimal,") == 1
    assert "% For the condition second_order_unequal, the model salant-shaffer-1998" in found


def test_equal_keys_are_told_apart():
    one, other = (
        Citation(name="x", authors="Ann Lee", year=2000, title=title, journal="J") for title in ("Games I", "Games II")
    )
    games = [rd.load("uncertain-success").model_copy(update={"citation": citation}) for citation in (one, other)]
    assert rd.cite(*games).keys == ("lee2000games", "lee2000gamesb", SOFTWARE)


def test_a_game_without_citation_is_said_to_have_none():
    found = rd.cite("uncertain-success")
    assert found.keys == (SOFTWARE,)
    assert found.startswith("% uncertain-success has no citation of its own")


def test_a_source_names_the_one_that_it_spells_out():
    assert [key(c) for c in named_in("Kalai 1977")] == ["kalai1977nonsymmetric", "kalai1977proportional"]
    assert [key(c) for c in named_in("Kalai 1977, Econometrica 45:1623-1630")] == ["kalai1977proportional"]
    assert named_in("Kalai 1976") == named_in("Smorodinsky 1975") == named_in("") == []
    assert [key(c) for c in named_in("Barbosa and others 2022")] == ["barbosa2022cvc5"]


def test_mistakes_say_what_is_expected():
    with pytest.raises(UnknownNameError, match="did you mean 'shapley'"):
        rd.cite("shaply")
    with pytest.raises(InputError, match="found a int, a dict, expected games, rules"):
        rd.cite(3, {}, "shapley")


class _Reader(HTMLParser):
    def __init__(self, page: str) -> None:
        super().__init__()
        self.open: list[str] = []
        self.text = ""
        self.feed(page)
        self.close()

    def handle_starttag(self, tag, _attrs):
        self.open.append(tag)

    def handle_endtag(self, tag):
        assert self.open.pop() == tag

    def handle_data(self, data):
        self.text += data


def test_a_notebook_shows_a_numbered_list():
    page = rd.cite("amir-2000")._repr_html_()
    read = _Reader(page)
    assert read.open == []
    assert "Modelling Imperfectly Appropriable R&D via Spillovers" in read.text
    assert "R&amp;D" in page
    assert 'href="https://doi.org/10.1016/S0167-7187(00)00071-0"' in page


def test_the_command_prints_bibtex():
    command = [sys.executable, "-m", "rdgames", "cite", "katz-1986", "tau"]
    printed = subprocess.run(command, capture_output=True, text=True, check=True, timeout=120).stdout
    assert list(parse_string(printed, "bibtex").entries) == ["katz1986analysis", "tijs1981bounds", SOFTWARE]


def test_the_command_prints_json_and_lists():
    def run(*arguments):
        return CliRunner().invoke(app, list(arguments), catch_exceptions=False).stdout

    assert json.loads(run("katz-1986", "--json"))[0]["year"] == 1986
    assert run("katz-1986", "--numbered").startswith("[1] Michael L. Katz (1986): An Analysis of Cooperative Research")
