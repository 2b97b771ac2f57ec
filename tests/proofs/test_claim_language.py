"""Claims in words, increasing, decreasing, highest and lowest: they mean comparisons, and wrong uses are refused."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import rdgames as rd
from rdgames.claims.hypotheses import no_condition
from rdgames.claims.reading import Proposition, in_comparisons
from rdgames.errors import ExpressionError, ModelError
from rdgames.game.literature import Claim
from rdgames.language.printer import LATEX, UNICODE, typed, typeset
from rdgames.language.reader import read_statement
from rdgames.language.tree import Call, Comparison, Logic, Number, OfRegime, Symbol
from rdgames.modelfile.catalogue import load
from rdgames.modelfile.files import game_from_text, game_to_text
from rdgames.proofs.proving import prove
from rdgames.proofs.reading import Reading

REGIMES = ("competition", "cartel", "rjv-cartel")


def claim(statement: str, given: str = "") -> Claim:
    return Claim(name="mine", statement=statement, given=given)


def meaning(game, statement: str) -> str:
    return typed(Proposition.read(game, claim(statement)).statement)


# -- what the words mean


@pytest.mark.parametrize(
    ("words", "comparisons"),
    [
        ("increasing(cartel.x, beta)", "derivative(cartel.x, beta) > 0"),
        ("decreasing(beta**2, beta)", "derivative(beta**2, beta) < 0"),
        ("increasing(cartel.x - 2*competition.x, n)", "derivative(cartel.x - 2*competition.x, n) > 0"),
        ("increasing(derivative(cartel.x, n), beta)", "derivative(derivative(cartel.x, n), beta) > 0"),
        ("highest(rjv-cartel.welfare, cartel.welfare)", "rjv-cartel.welfare >= cartel.welfare"),
        (
            "highest(cartel.welfare, competition.welfare, rjv-cartel.welfare)",
            "cartel.welfare >= competition.welfare and cartel.welfare >= rjv-cartel.welfare",
        ),
        ("lowest(cartel.x, cartel.effective_rd)", "cartel.x <= cartel.effective_rd"),
        (
            "not lowest(cartel.x, competition.x, merger.x) and beta > 1/2",
            "(not (cartel.x <= competition.x and cartel.x <= merger.x)) and beta > 1/2",
        ),
        (
            "iff(highest(cartel.x, competition.x), beta >= 1/2 or increasing(cartel.x, beta))",
            "iff(cartel.x >= competition.x, beta >= 1/2 or derivative(cartel.x, beta) > 0)",
        ),
        ("cartel.x > competition.x", "cartel.x > competition.x"),
    ],
)
def test_words_are_short_for_comparisons(aj, words, comparisons):
    assert meaning(aj, words) == comparisons
    assert meaning(aj, comparisons) == comparisons


@pytest.mark.parametrize(("word", "relation"), [("highest", ">="), ("lowest", "<=")])
def test_an_outcome_alone_is_compared_with_that_of_every_other_regime(aj, word, relation):
    others = [regime.name for regime in aj.regimes if regime.name != "rjv-cartel"]
    assert len(others) == len(aj.regimes) - 1
    expected = " and ".join(f"rjv-cartel.welfare {relation} {other}.welfare" for other in others)
    assert meaning(aj, f"{word}(rjv-cartel.welfare)") == expected


def test_an_outcome_alone_is_compared_where_there_is_one():
    members = load("poyago-theotoky-1995")
    assert meaning(members, "highest(rjv-cartel.x)") == "rjv-cartel.x >= competition.x"  # the others are split in two
    ventures = ["larger-rjv", "partial-cartel", "rjv-of-2", "rjv-of-3", "rjv-of-4", "rjv-of-5"]
    said = meaning(members, "lowest(rjv.x_outsiders)")
    assert said == " and ".join(f"rjv.x_outsiders <= {venture}.x_outsiders" for venture in ventures)


def test_what_is_given_may_be_said_in_words_too(aj):
    proposition = Proposition.read(aj, claim("beta > 0", given="n >= 2 and increasing(cartel.x, beta)"))
    assert typed(proposition.given) == "n >= 2 and derivative(cartel.x, beta) > 0"


def test_a_claim_without_words_is_left_as_it_is(aj):
    for entry in aj.claims:
        read = read_statement(entry.statement, [regime.name for regime in aj.regimes])
        assert in_comparisons(aj, read) == read


# -- claims in words are checked


@pytest.mark.parametrize(
    ("statement", "given", "holds"),
    [
        ("decreasing(competition.x, beta)", "n >= 2 and beta > 1/2", True),
        ("increasing(competition.x, beta)", "n >= 2 and beta > 1/2", False),
        ("iff(highest(cartel.x, competition.x), beta >= 1/2)", "n >= 2", True),
        ("iff(lowest(cartel.x, competition.x), beta >= 1/2)", "n >= 2", False),
        ("highest(first-best.welfare)", "n >= 2", False),  # a joint venture shares what it finds
        ("highest(first-best.welfare, second-best.welfare, competition.welfare)", "n >= 2", True),
        ("lowest(first-best.welfare, competition.welfare)", "n >= 2", False),
        ("increasing(s, beta) and not decreasing(k, beta)", "n >= 2", False),
    ],
)
def test_claims_in_words_are_checked(aj, statement, given, holds):
    proof = prove(claim(statement, given), aj)
    assert proof.statement == statement
    assert proof.holds == holds, str(proof)


def test_the_conditions_of_all_regimes_that_a_word_stands_for_must_hold(aj):
    alone = Reading(Proposition.read(aj, claim("highest(first-best.welfare)", "n >= 2")))
    named = ", ".join(f"{regime.name}.welfare" for regime in aj.regimes if regime.name != "first-best")
    all_of_them = Reading(Proposition.read(aj, claim(f"highest(first-best.welfare, {named})", "n >= 2")))
    assert alone.implication == all_of_them.implication
    assert len(alone.stated_atoms) == len(aj.regimes) - 1


def test_a_counterexample_shows_the_sides_of_the_comparisons(aj):
    proof = prove(claim("increasing(competition.x, beta)"), aj, assuming=no_condition)
    assert proof.counterexample is not None
    assert proof.counterexample.values["derivative(competition.x, beta)"] <= 0


# -- they survive writing

outcomes = st.builds(OfRegime, st.sampled_from(REGIMES), st.sampled_from(["x", "welfare"]))
formulas = outcomes | st.sampled_from([Symbol("beta"), Number(2)])
worded = st.one_of(
    st.builds(
        lambda word, formula, by: Comparison((Call(word, (formula, by)),), ()),
        st.sampled_from(["increasing", "decreasing"]), formulas, st.builds(Symbol, st.sampled_from(["beta", "n"])),
    ),
    st.builds(
        lambda word, ranked: Comparison((Call(word, tuple(ranked)),), ()),
        st.sampled_from(["highest", "lowest"]), st.lists(outcomes, min_size=1, max_size=3, unique=True),
    ),
    st.builds(lambda left, right: Comparison((left, right), (">=",)), formulas, formulas),
)  # fmt: skip
statements = st.recursive(
    worded,
    lambda below: st.one_of(
        st.builds(lambda word, left, right: Logic(word, (left, right)), st.sampled_from(["and", "or"]), below, below),
        st.builds(lambda part: Logic("not", (part,)), below),
        st.builds(lambda left, right: Logic("iff", (left, right)), below, below),
    ),
    max_leaves=5,
)


@settings(max_examples=150, deadline=None)
@given(statements)
def test_what_is_claimed_in_words_reads_back(statement):
    assert read_statement(typed(statement), REGIMES) == statement


@settings(max_examples=60, deadline=None)
@given(statements)
def test_what_the_words_mean_reads_back(statement):
    said = in_comparisons(load("daspremont-jacquemin"), statement)
    text = typed(said)
    assert read_statement(text, ["competition", *REGIMES, *OTHERS]) == said
    assert not any(word in text for word in ("increasing", "decreasing", "highest", "lowest"))


OTHERS = ("rjv-competition", "merger", "second-best", "first-best", "open-loop")

TEXT = "increasing(cartel.x, beta) and highest(rjv-cartel.welfare, cartel.welfare)"


def test_the_text_of_a_claim_in_words_survives():
    statement = read_statement(TEXT, REGIMES)
    assert typed(statement) == TEXT
    assert typeset(statement, UNICODE) == "increasing(x[cartel], β) and highest(welfare[rjv-cartel], welfare[cartel])"
    assert typeset(statement, LATEX).startswith(r"\operatorname{increasing}(x[cartel], \beta) \;\text{and}\;")


def test_a_model_with_claims_in_words_survives_writing(aj):
    document = aj.to_document()
    document["claims"] = {"W1": {"is": TEXT, "given": "decreasing(cartel.x, n)"}, "W2": {"is": "lowest(merger.x)"}}
    game = rd.Game(**document)
    again = game_from_text(game_to_text(game))
    assert again == game
    assert again.claims[0].statement == TEXT
    assert prove("W2", again).claim == "W2"


# -- wrong uses


@pytest.mark.parametrize(
    ("statement", "expected"),
    [
        ("highest()", "found no arguments of highest, expected highest(cartel.x, competition.x)"),
        ("increasing()", "found no arguments of increasing, expected increasing(F, beta)"),
        ("increasing(cartel.x)", "found 1 argument of increasing, expected increasing(F, beta)"),
        ("decreasing(cartel.x, beta, n)", "found 3 arguments of decreasing, expected decreasing(F, beta)"),
        ("increasing(cartel.x, by=beta)", "found arguments of increasing with names or stars"),
        ("lowest(*cartel.x)", "found arguments of lowest with names or stars"),
        ("highest(cartel.x, beta)", "found in highest(...) what is no outcome, expected only outcomes of regimes"),
        ("highest(2*cartel.x)", "found in highest(...) what is no outcome"),
        ("highest(cartel.x, merger.x, cartel.x)", "found cartel.x twice in highest(...), expected each outcome once"),
        ("highest(cartel.X)", "found the outcome 'X' (did you mean 'x'?)"),
        ("lowest(cartel.x, merger.profits)", "found the outcome 'profits' (did you mean 'profit'?)"),
        ("highest(cartell.x)", "found the regime 'cartell' (did you mean 'cartel'?)"),
        ("increasing(cartel.x, T)", "found a derivative by 'T', expected one of the parameters"),
        ("increasing(cartel.x, bta)", "did you mean 'beta'"),
        (
            "increasing(cartel.x, 2*beta)",
            "found a derivative by '2*beta' (did you mean 'beta'?), expected one of the parameters",
        ),
        ("increasing(sign(cartel.x), beta)", "found the derivative of sign(cartel.x)"),
        ("increasing(cartel.zeta, beta)", "found the outcome 'zeta'"),
        ("increasing(cartel.x, beta) > 0", "found increasing(...) in a formula, expected it as a statement"),
        ("2*highest(cartel.x) > 0", "found highest(...) in a formula, expected it as a statement"),
        ("rising(cartel.x, beta)", "found a formula, expected a comparison"),
        ("cartel.x", "found a formula, expected a comparison"),
    ],
)
def test_a_wrong_use_is_refused_where_it_stands(aj, statement, expected):
    for mine, key in ((claim(statement), "is"), (claim("beta > 0", given=f"n > 2 and {statement}"), "given")):
        with pytest.raises(ModelError) as caught:
            prove(mine, aj)
        assert expected in str(caught.value)
        assert f"claims.mine.{key}" in str(caught.value)
        assert len(caught.value.mistakes) == 1


@pytest.mark.parametrize(
    "statement",
    [
        "highest(cartel.welfare, kamien-muller-zang-cournot:cartel.welfare)",
        "cartel.x > katz-1986 : rjv-cartel.x",
        "cartel.x > katz.cartel.x",
        "cartel.x > kamien-muller-zang-cournot.x",
        "increasing(katz.cartel.x, beta)",
    ],
)
def test_a_claim_speaks_about_one_model(aj, statement):
    with pytest.raises(ModelError, match=r"claims\.mine\.is: found .*expected .*: a claim speaks about one model"):
        prove(claim(statement), aj)


def test_the_outcome_of_another_model_is_named_as_it_was_written():
    text = "highest(cartel.welfare, other-model:rjv-cartel.welfare)"
    with pytest.raises(ExpressionError, match=r"found 'other-model:rjv-cartel\.welfare'") as caught:
        read_statement(text, REGIMES)
    assert text[caught.value.column - 1 :].startswith("other-model")


def test_a_regime_without_rivals_is_not_the_highest():
    game = load("poyago-theotoky-1999")
    with pytest.raises(ModelError, match=r"no other regime has the outcome 'q_1': name those to compare it with"):
        prove(claim("highest(competition.q_1)"), game)


def test_only_claims_use_the_words(aj):
    with pytest.raises(ExpressionError, match=r"found increasing\(...\), which only claims may use"):
        read_statement("increasing(a, a)")
    document = aj.to_document()
    document["assumptions"] = ["highest(cartel.x)"]
    with pytest.raises(ModelError, match=r"found highest\(...\), which only claims may use"):
        rd.Game(**document)


def test_a_mistaken_word_is_a_mistake_of_the_model(aj):
    document = aj.to_document()
    document["claims"] = {"W": {"is": "highest(cartel.welfare, beta)"}, "V": {"is": "lowest(katz:cartel.x)"}}
    with pytest.raises(ModelError) as caught:
        rd.Game(**document)
    assert [mistake.key for mistake in caught.value.mistakes] == [("claims", "W", "is"), ("claims", "V", "is")]


@pytest.mark.parametrize("text", ["a." * 4000 + "b > 0", "a" * 9_990 + " > 0", "a " * 4_900, ":" * 9_000, "a:" * 4_900])
def test_hostile_text_is_refused_at_once(text):
    with pytest.raises(ExpressionError):
        read_statement(f"increasing({text}, beta)", REGIMES)
