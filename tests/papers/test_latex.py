"""Tables for papers: they say what the results say, and compile where there is a TeX."""

from __future__ import annotations

import re
import shutil
import subprocess
from collections import Counter
from fractions import Fraction

import numpy as np
import pytest

import rdgames as rd
from rdgames.errors import InputError, UnknownNameError
from rdgames.language.printer import IN_LINES, typeset
from rdgames.language.reader import read_expression
from rdgames.papers.formulas import breadth
from rdgames.papers.numbers import shown

AT = {"a": 100, "b": 1, "c": 60, "n": 2, "beta": "1/3", "gamma": 5}

KNOWN = re.findall(
    r"\w+",
    """begin end toprule midrule bottomrule addlinespace par smallskip noindent linewidth footnotesize raggedright
    arraybackslash displaystyle frac allowbreak cdot geq leq pm tilde mathrm text sqrt operatorname caption label
    centering Pi pi sum neq in texttt
    alpha beta gamma delta epsilon eta theta kappa lambda mu nu xi rho sigma tau phi chi psi omega Delta""",
)


def check(table: str) -> str:
    """Environments and braces balance, and every macro is of LaTeX, amsmath, array or booktabs."""
    opened = Counter(re.findall(r"\\begin\{(\w+)\}", table))
    assert opened == Counter(re.findall(r"\\end\{(\w+)\}", table))
    plain = table.replace(r"\{", "").replace(r"\}", "").replace(r"\$", "")
    assert plain.count("{") == plain.count("}")
    assert plain.count("$") % 2 == 0
    assert set(re.findall(r"\\([A-Za-z]+)", table)) <= set(KNOWN)
    body = table[table.index(r"\midrule") : table.index(r"\bottomrule")]
    counts = {row.count(" & ") for row in body.split(r" \\") if " & " in row}
    assert len(counts) == 1, counts
    return table


@pytest.fixture(scope="module")
def regimes():
    game = rd.load("daspremont-jacquemin")
    return [rd.solve(game, name) for name in ("competition", "cartel", "merger")]


@pytest.fixture(scope="module")
def swept(aj):
    names = ["competition", "cartel"]
    return rd.sweep(aj, names, a=100, b=1, c=60, n=2, gamma=[1, 5], beta=rd.linspace(0, 1, 3))


def tables(regimes, swept):
    """One table of every kind."""
    competition, cartel, merger = regimes
    shares = rd.share({"Ann": 0, "Bob & Co": 2, ("Ann", "Bob & Co"): 6}, "shapley, nash")
    return {
        "one equilibrium": rd.latex(cartel, caption="The cartel", label="t:cartel"),
        "side by side": rd.latex([competition, cartel]),
        "below each other": rd.latex([competition, cartel, merger], abbreviated=False, width="column"),
        "conditions": rd.latex(cartel, show="conditions"),
        "long conditions": rd.latex(rd.solve(rd.load("poyago-theotoky-1995"), "rjv"), show="conditions"),
        "statics": rd.latex(rd.statics(cartel, of=["x"], wrt=["gamma", "n"], given="n >= 2"), caption="Signs"),
        "points": rd.latex([each.at(**AT) for each in regimes]),
        "one point": rd.latex(swept.sel(gamma=5, beta=0.5)),
        "one axis": rd.latex(swept.sel(gamma=1), outcomes=["welfare"]),
        "one regime": rd.latex(swept.sel(gamma=1, regime="cartel"), outcomes=["x", "welfare"]),
        "shares": rd.latex(shares),
    }


def test_tables_are_well_formed(regimes, swept):
    for table in tables(regimes, swept).values():
        check(table)


@pytest.mark.skipif(shutil.which("pdflatex") is None, reason="there is no TeX here")
def test_tables_compile(regimes, swept, tmp_path):
    body = "\n\n".join(rf"\noindent {table}" for table in tables(regimes, swept).values())
    document = (
        rf"\documentclass{{article}}\usepackage{{amsmath,array,booktabs}}\begin{{document}}{body}\end{{document}}"
    )
    (tmp_path / "tables.tex").write_text(document, encoding="utf-8")
    command = ["pdflatex", "-interaction=nonstopmode", "-halt-on-error", "tables.tex"]
    done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=False, timeout=60)
    assert done.returncode == 0, done.stdout[-2000:]
    assert "Overfull \\hbox" not in done.stdout


def test_formulas_of_regimes_stand_side_by_side(regimes):
    table = rd.latex(regimes[:2], outcomes=["x"])
    head, row = re.findall(r"\n(.*) \\\\", table)
    assert head.split(" & ")[1:] == ["competition", "cartel"]
    assert row.split(" & ") == [
        "$x$",
        r"$\displaystyle \frac{2 T s}{D - 2 k s}$",
        r"$\displaystyle \frac{2 T k}{D - 2 k^{2}}$",
    ]
    assert r"$T = a - c$, $D = b \gamma (n + 1)^{2}$" in table
    assert r"(a - c)}{b \gamma" in rd.latex(regimes[1], outcomes=["x"], abbreviated=False)


def test_a_formula_too_wide_for_its_place_has_lines_that_break(regimes):
    narrow = rd.latex(regimes[:2], outcomes=["welfare"], abbreviated=False, width="column")
    assert r"\frac" not in narrow
    assert r"\allowbreak" in narrow
    assert ")/(" in narrow
    assert narrow.count("$W$") == 1  # below each other: the outcome is named once
    assert [line.split(" & ")[1] for line in narrow.splitlines() if line.count(" & ") == 2][1:] == [
        "competition",
        "cartel",
    ]


def test_lines_that_break_say_the_same():
    """Written without fractions, a formula reads back to the same value."""
    text = "(a - c)*(b + 2)/(b*(a - 1)**2 - 2*c/3)"
    written = typeset(read_expression(text), IN_LINES)
    typed = written.replace(r"\allowbreak ", "*").replace("^{2}", "**2").replace(r"\cdot ", "")
    values = {"a": 7.0, "b": 3.0, "c": 2.0}
    assert eval(typed, {}, values) == pytest.approx(eval(text, {}, values))
    assert breadth(read_expression(text)) < len(text) / 2 + 5


def test_what_would_fill_a_page_is_left_out():
    table = check(rd.latex(rd.solve(rd.load("vertical-spillovers"), "competition"), outcomes=["welfare"]))
    assert "too long" in table
    assert max(map(len, table.splitlines())) < 1500


def test_conditions_say_when_they_hold_and_when_they_apply(regimes):
    table = rd.latex(regimes[1], show="conditions")
    unequal = next(line for line in table.splitlines() if "no unequal division" in line)
    assert "> 0$, if $n - 1 > 0$" in unequal
    assert r"R\&D removes no more than the whole unit cost" in table
    assert r"\geq 0$" in next(line for line in table.splitlines() if "demand is on its linear part" in line)
    assert table.index("Below the line") > table.rindex(r"\midrule")


def test_a_game_without_closed_form_says_so(isoelastic):
    table = check(rd.latex(rd.solve(isoelastic, "competition")))
    assert "at(...)" in table


def test_points_are_compared_and_the_invalid_one_has_no_numbers(regimes):
    saddle = regimes[1].at(a=2, b=1, c=1, n=2, beta=0, gamma="3/2")
    table = check(rd.latex([regimes[1].at(**AT), saddle], outcomes=["x"]))
    row = next(line for line in table.splitlines() if line.startswith("$x$"))
    assert row == rf"$x$ & ${float(Fraction(960, 373)):.3f}$ & -- \\"
    assert r"cartel (2) is no equilibrium there: second\_order\_unequal." in table
    assert "$b = 1$, $n = 2$" in table


def test_a_sweep_compares_regimes(swept):
    one = rd.latex(swept.sel(gamma=5, beta=0.5), digits=5)
    row = next(line for line in one.splitlines() if line.startswith("welfare, $W$"))
    expected = swept["welfare"].sel(gamma=5, beta=0.5).values
    assert [float(cell.strip(r"$\ ")) for cell in row.split(" & ")[1:]] == pytest.approx(expected, rel=1e-4)
    over = rd.latex(swept.sel(gamma=1), outcomes=["welfare"])
    assert r"$\beta$ & competition & cartel \\" in over
    assert "-- where there is no valid equilibrium: " in over
    absent = np.isnan(swept["welfare"].sel(gamma=1).values).sum()
    assert sum(cell in ("--", r"-- \\") for row in over.splitlines() for cell in row.split(" & ")) == absent > 0


def test_best_regimes_are_named(aj):
    best = rd.best_regimes(
        aj, ["competition", "rjv-cartel"], "x", a=100, b=1, c=60, n=2, gamma=[1, 5, 8], beta=[0.25, 1]
    )
    lines = check(rd.latex(best, outcomes=["best_regime"])).splitlines()
    assert lines[2] == r"$\gamma$ & $0.25$ & $1$ \\"
    names = np.array(["none", "competition", "rjv-cartel"])[best["best_regime"].values + 1]
    assert [line.removesuffix(r" \\").split(" & ")[1:] for line in lines[4:7]] == names.tolist()


def test_shares_are_a_row_for_each_rule():
    shares = rd.share({"Ann": 0, "Bob & Co": 2, ("Ann", "Bob & Co"): 6}, "shapley, equal-split")
    table = check(rd.latex(shares))
    assert r"rule & Ann & Bob \& Co & in the core \\" in table
    assert r"shapley & $2.000$ & $4.000$ & yes \\" in table


@pytest.mark.parametrize(
    ("value", "digits", "text"),
    [
        (51750.0, 4, "$51750$"),
        (51754.321, 4, "$51754$"),
        (517.0, 5, "$517.00$"),
        (1 / 3, 4, "$0.3333$"),
        (-0.0, 4, "$0$"),
        (2.5e-9, 3, r"$2.50 \cdot 10^{-9}$"),
        (3e8, 2, r"$3.0 \cdot 10^{8}$"),
        (float("nan"), 4, "--"),
        (None, 4, "--"),
        (7, 4, "$7$"),
        (Fraction(4), 4, "$4$"),
        (Fraction(1, 8), 2, "$0.12$"),
        (True, 4, "yes"),
        ("R&D_1", 4, r"R\&D\_1"),
    ],
)
def test_numbers_are_rounded_as_in_print(value, digits, text):
    assert shown(value, digits) == text


def test_mistakes_say_what_is_expected(regimes, swept, aj):
    cases = [
        (lambda: rd.latex(regimes[1], outcomes=["welfar"]), UnknownNameError, "did you mean 'welfare'"),
        (lambda: rd.latex(regimes[1], width="colum"), InputError, "did you mean 'column'"),
        (lambda: rd.latex(regimes, show="conditions"), InputError, "found 3 equilibria, expected one"),
        (lambda: rd.latex(regimes[1], show="proofs"), InputError, "expected 'outcomes' or 'conditions'"),
        (lambda: rd.latex(aj), InputError, "found a Game, expected an equilibrium"),
        (lambda: rd.latex([]), InputError, "found an empty list"),
        (lambda: rd.latex(swept), InputError, "expected several over one dimension, or one over two"),
        (lambda: rd.latex(swept.sel(gamma=1), outcomes=["welfar"]), UnknownNameError, "did you mean 'welfare'"),
    ]
    for call, error, words in cases:
        with pytest.raises(error, match=words):
            call()
