"""What a notebook shows of a result: the mathematics, whether it holds, and why not."""

from __future__ import annotations

import subprocess
import sys

import pytest

import rdgames as rd
from rdgames.proofs.proof import Proof
from tests.markup.reading import read


@pytest.fixture(scope="module")
def cartel():
    return rd.solve(rd.load("daspremont-jacquemin"), "cartel")


def test_a_game_shows_what_is_assumed_and_escapes(aj):
    page = aj._repr_markdown_()
    assert "Assumed: $a > c$." in page
    assert r"- Required: $P \geq 0$: demand is on its linear part" in page
    strange = aj.model_copy(update={"title": "<b>R&D | $5</b>", "summary": "*x* < y"})._repr_markdown_()
    assert strange.startswith("**&#60;b&#62;R&D &#124; &#36;5&#60;/b&#62;**")
    assert "&#42;x&#42; &#60; y" in strange
    assert "&amp;lt;" in aj.model_copy(update={"title": "&lt;"})._repr_markdown_()


def test_a_game_introduces_itself_in_a_terminal(aj):
    lines = str(aj).splitlines()
    assert lines[0].startswith("daspremont-jacquemin: Cost-reducing R&D")
    assert lines[2:4] == ["players: n firms", "moves: research: x; then production: q"]
    assert "second-best" in lines[4]
    assert repr(aj) == "Game('daspremont-jacquemin')"


def test_an_equilibrium_shows_formulas_abbreviations_and_conditions(cartel):
    found = read(cartel._repr_html_())
    rows = {row[0]: row[1:] for row in found.rows}
    assert rows["$x$"] == [r"$\displaystyle \frac{2 T k}{D - 2 k^{2}}$", "R&D: own reduction of unit cost"]
    assert rows["$T$"] == ["$a - c$"]
    assert "firms choose x jointly." in found.text
    condition = rows["no unequal division of x among firms does better than the equal one"]
    assert condition[0].endswith("> 0$")
    assert condition[1].startswith("Salant and Shaffer 1998")
    assert cartel._repr_latex_().startswith(r"$$\begin{aligned}x &= ")


def test_long_formulas_are_named_and_not_written():
    found = read(rd.solve(rd.load("vertical-spillovers"), "competition")._repr_html_())
    assert "Further outcomes: " in found.text
    assert "welfare" in found.text
    assert max(len(cell) for row in found.rows for cell in row) < 500


def test_an_equilibrium_in_numbers_says_so(isoelastic):
    assert "at(...)" in read(rd.solve(isoelastic, "competition")._repr_html_()).text


def test_a_point_shows_whether_it_holds_and_why_not(cartel):
    valid = cartel.at(a=100, b=1, c=60, n=2, beta="1/3", gamma=5)
    found = read(valid._repr_html_())
    rows = {row[0]: row[1:] for row in found.rows}
    assert "cartel: valid" in found.text
    assert rows["x"] == ["960/373", "≈ 2.57373"]
    assert f"{len(valid.conditions)} of {len(valid.conditions)} conditions hold" in found.text
    saddle = read(cartel.at(a=2, b=1, c=1, n=2, beta=0, gamma="3/2")._repr_html_())
    assert "not an equilibrium" in saddle.text
    assert "fails: second_order_unequal, no unequal division" in saddle.text
    assert any(row[0] == "NO" and row[1].startswith("no unequal division") for row in saddle.rows)


def test_a_refutation_shows_the_point_and_what_is_true(aj):
    proof = rd.prove("cartel.x > competition.x", aj, given="n >= 2")
    found = read(proof._repr_html_())
    rows = {row[0]: row[1] for row in found.rows}
    assert "statement: refuted" in found.text
    assert rows["it is true exactly when"] == r"$\beta > \frac{1}{2}$"
    assert rows["n"] == str(proof.counterexample.parameters["n"])
    assert "cartel.x" in rows
    assert repr(proof) == str(proof)  # and no certificate, which would fill pages


@pytest.mark.parametrize(
    ("verdict", "more", "words"),
    [
        ("proved", {"layers": ("signs",)}, "proved (signs)"),
        ("proved by one solver", {"layers": ("solvers",)}, "proved by one solver (solvers)"),
        ("vacuous", {}, "the assumptions contradict each other"),
        ("unknown", {"tried": ("signs",), "missing": ("z3",), "seconds": 2.0}, "unknown after 2.0 s; missing: z3"),
        ("refuted", {"exactly_when": "never"}, "nowhere"),
        ("proved", {"defined_where": ("2*beta - 1 != 0",)}, "Nothing is said except where 2*beta - 1 != 0."),
    ],
)
def test_every_verdict_has_its_words(verdict, more, words):
    found = read(Proof("m", "P1", "x < y", "z <= 1", verdict, **more)._repr_html_())
    assert words in found.text
    assert "x < y, given z <= 1" in found.text


def test_a_region_shows_its_condition_and_boundary(aj):
    region = rd.region("merger.x > competition.x", aj, given="n >= 2")
    found = read(region._repr_html_())
    rows = {row[0]: row[-1] for row in found.rows}
    assert rows["true"] == r"$\beta > \frac{3 n + 1}{n^{2} + 6 n + 1}$"
    assert rows["boundary"] == r"$\beta = \frac{3 n + 1}{n^{2} + 6 n + 1}$"
    assert rows["proof"].startswith("proved")
    assert repr(region) == str(region)


def test_statics_show_signs_and_where_they_change(cartel):
    table = rd.statics(cartel, of=["x"], wrt=["gamma", "n"], given="n >= 2")
    found = read(table._repr_html_())
    assert found.rows[0] == ["", r"$\gamma$", "$n$"]
    assert found.rows[1] == ["$x$", "−", "±\u00a0[1]"]
    assert found.rows[3][0] == "[1]"
    assert found.rows[3][1].startswith(r"$\gamma < \frac")
    entry = read(table["x", "gamma"]._repr_html_())
    assert "- (decreases)" in entry.text
    assert repr(table["x", "gamma"]) == str(table["x", "gamma"])


def test_a_bimatrix_shows_payoffs_and_marks_the_equilibrium():
    form = rd.NormalForm.of([[(3, 3), (0, 4)], [(4, 0), (1, 1)]], strategies=["<silent>", "talk"])
    found = read(form._repr_html_())
    assert "<silent>" in found.text
    assert "1, 1" in found.text
    assert found.tags.count("b") == 1
    assert "Nash equilibria are bold" in found.text


def test_showing_loads_no_library():
    code = (
        "import rdgames as rd\n"
        "cartel = rd.solve(rd.load('daspremont-jacquemin'), 'cartel')\n"
        "cartel._repr_html_(), cartel._repr_latex_(), repr(cartel), str(cartel.game), cartel.game._repr_markdown_()\n"
        "cartel.at(a=100, b=1, c=60, n=2, beta='1/3', gamma=5)._repr_html_()\n"
        "import sys; assert not {'sympy', 'numpy', 'jax', 'xarray', 'matplotlib', 'IPython'} & set(sys.modules)"
    )
    subprocess.run([sys.executable, "-c", code], check=True, timeout=60)
