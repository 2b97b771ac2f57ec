"""Pages escape what they show, and say the same in a terminal."""

from __future__ import annotations

from rdgames.markup.latex import plain, tabular
from rdgames.markup.page import Math, Page, Table
from tests.markup.reading import read

HOSTILE = '<script>alert("x")</script> & more'


def test_everything_is_escaped():
    table = Table([HOSTILE, "b"], [[HOSTILE, Math("a < b")]], caption=HOSTILE, folded=True)
    found = read(Page(HOSTILE, [HOSTILE], [table], [HOSTILE]).html())
    assert found.text.count(HOSTILE) == 6
    assert found.rows[1] == [HOSTILE, "$a < b$"]


def test_text_with_dollar_signs_is_not_typeset():
    found = read(Page("costs $5 to $6").html())
    assert found.text == "costs $5 to $6"
    assert ("class", "tex2jax_ignore mathjax_ignore") in found.attributes
    assert "span" not in read(Page("costs 5").html()).tags


def test_a_terminal_sees_aligned_columns():
    table = Table(["name", "value"], [["x", "1.5"], ["welfare", "10"]], numbers=[1])
    assert table.text().splitlines() == ["name     value", "x          1.5", "welfare     10"]
    assert Table(["", ""], [["a", "b"]]).text() == "a  b"
    assert "thead" not in Table(["", ""], [["a", "b"]]).html()


def test_latex_escapes_what_is_special():
    assert plain("a_b & 50 % {x} $5 ~ ^ # \\") == (
        r"a\_b \& 50 \% \{x\} \$5 \textasciitilde{} \textasciicircum{} \# \textbackslash{}"
    )
    assert plain("Pérez–Castrillo, Drèze, Łoś, Gödel, ñ") == (
        r"P{\'e}rez--Castrillo, Dr{\`e}ze, {\L}o{\'s}, G{\"o}del, {\~n}"
    )
    assert plain("β") == "β"


def test_a_row_is_no_option_of_the_row_before():
    table = tabular("ll", ["a", "b"], [["x", "1"], ["[0, 1]", "2"], None, ["*", "3"]])
    assert table.splitlines()[4:8] == [r"x & 1 \\", r"{}[0, 1] & 2 \\", r"\midrule", r"{}* & 3 \\"]
    assert r"\begin{table}" not in table
    floating = tabular("l", ["a"], [["x"]], caption="C", label="t")
    assert floating.startswith("\\begin{table}\n\\centering\n\\caption{C}\n\\label{t}\n")
    assert floating.endswith("\\end{tabular}\n\\end{table}")
