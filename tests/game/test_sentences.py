"""Regimes as sentences: what can be said, what it means, and what is said of what cannot."""

import time
from fractions import Fraction

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import rdgames as rd
from rdgames.errors import ExpressionError, InputError, ModelError, UnknownNameError
from rdgames.game.sentences import Company, Decision, Sentence, Sharing, Split
from rdgames.language.reader import read_expression
from rdgames.language.tree import Number, Symbol

MANY = settings(max_examples=100, deadline=None, derandomize=True, database=None)

groups = st.lists(st.sampled_from(["firms", "suppliers", "buyers"]), min_size=1, max_size=2, unique=True).map(tuple)
actions = st.lists(st.sampled_from(["x", "q", "x_u", "price_cut"]), min_size=1, max_size=3, unique=True).map(tuple)
formulas = st.sampled_from(["welfare", "profit + 2*consumer_surplus", "sum(profit[j] for j in firms)"]).map(
    read_expression
)


counts = st.sampled_from(["1", "2", "k", "n - k", "a_u"]).map(read_expression)
companies = (
    st.builds(Company, groups)
    | st.builds(
        lambda one, other, counts: Company((one, other), counts),
        st.just("firms"),
        st.just("labs"),
        st.tuples(counts, counts),
    )
    | st.builds(lambda count: Company(("firms",), (count,)), counts)
)
splits = st.builds(
    lambda sizes: Split("firms", tuple(sizes), tuple("abcd"[: len(sizes) + 1])),
    st.lists(counts, min_size=1, max_size=2),
)


@st.composite
def decisions(draw):
    adverbs = draw(st.frozensets(st.sampled_from(["jointly", "simultaneously", "equally"])))
    if draw(st.booleans()):
        return Decision(Company(("planner",)), draw(actions), adverbs, draw(formulas))
    if "jointly" not in adverbs:
        adverbs -= {"equally"}
    who = draw(companies if "jointly" in adverbs else companies.filter(lambda company: not company.counts))
    if not adverbs and not who.counts and draw(st.booleans()):
        return Decision(who, draw(actions), as_in=draw(st.sampled_from(["cartel", "rjv-cartel"])))
    return Decision(who, draw(actions), adverbs, draw(st.none() | formulas))


sharings = st.builds(
    Sharing, companies, st.sampled_from(["beta", "v_u"]), st.sampled_from(["1", "1/2", "beta_0"]).map(read_expression)
)
sentences = st.builds(
    Sentence,
    st.lists(decisions(), max_size=3).map(tuple),
    st.lists(sharings, max_size=2).map(tuple),
    st.lists(splits, max_size=1).map(tuple),
)


@MANY
@given(sentences)
def test_what_is_said_is_understood(sentence):
    assert Sentence.read(str(sentence)) == sentence
    assert Sentence.read(sentence) is sentence


@MANY
@given(sentences)
def test_spaces_and_empty_clauses_do_not_matter(sentence):
    text = " ;; " + str(sentence).replace(" ", "\n\t ").replace(";", " ;\n") + ";"
    assert Sentence.read(text) == sentence


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("", Sentence()),
        ("firms choose x jointly", Sentence((Decision(Company(("firms",)), ("x",), frozenset({"jointly"})),))),
        (
            "firms and labs choose x and q jointly",
            Sentence((Decision(Company(("firms", "labs")), ("x", "q"), frozenset({"jointly"})),)),
        ),
        (
            "firms choose x, q equally, jointly and simultaneously",
            Sentence((Decision(Company(("firms",)), ("x", "q"), frozenset({"jointly", "equally", "simultaneously"})),)),
        ),
        (
            "planner chooses x equally for welfare",
            Sentence((Decision(Company(("planner",)), ("x",), frozenset({"equally"}), Symbol("welfare")),)),
        ),
        (
            "2*k of firms are insiders, the rest outsiders",
            Sentence(splits=(Split("firms", (read_expression("2*k"),), ("insiders", "outsiders")),)),
        ),
        (
            "pairs of firms and labs share beta = 1",
            Sentence(
                (),
                (
                    Sharing(
                        Company(("firms", "labs"), (Number(Fraction(1)), Number(Fraction(1)))),
                        "beta",
                        Number(Fraction(1)),
                    ),
                ),
            ),
        ),
        (
            "insiders choose x as in rjv-cartel",
            Sentence((Decision(Company(("insiders",)), ("x",), as_in="rjv-cartel"),)),
        ),
        ("firms share beta = 1", Sentence((), (Sharing(Company(("firms",)), "beta", Number(Fraction(1))),))),
    ],
)
def test_notation(text, sentence):
    assert Sentence.read(text) == sentence


@pytest.mark.parametrize(
    "text", ["firms choose x jointly, labs choose y jointly", "firms, labs choose x jointly, firms share beta = 1"]
)
def test_a_comma_for_a_semicolon_is_pointed_out(text):
    with pytest.raises(ExpressionError, match="behind a comma: write a semicolon"):
        Sentence.read(text)


def test_who_decides_how():
    planner = Decision(Company(("planner",)), ("x",), frozenset({"equally"}), Symbol("welfare"))
    assert (planner.by_planner, planner.jointly, planner.equally, planner.simultaneously) == (True, True, True, False)
    alone = Decision(Company(("firms",)), ("x", "q"), frozenset({"simultaneously"}))
    assert (alone.by_planner, alone.jointly, alone.equally, alone.simultaneously) == (False, False, False, True)


FORMS = "expected clauses such as 'firms choose x jointly'"


@pytest.mark.parametrize(
    ("text", "advice"),
    [
        ("firms collude", f"found 'firms collude', {FORMS}"),
        ("choose x jointly", f"found 'choose x jointly', {FORMS}"),
        ("firms chose x jointly", "found 'firms chose x jointly'"),
        ("firms choose", "found 'firms choose'"),
        ("firms choose jointly", "found no action in 'firms choose jointly'"),
        ("firms choose x+q jointly", r"found 'x\+q'"),
        ("firms choose x equally", "found 'equally' without 'jointly'"),
        ("planner chooses x", "found no objective in 'planner chooses x': a planner chooses for something"),
        ("planner chooses x for", "found no objective"),
        ("planner chooses x for welfare +", "this is no formula"),
        ("firms share beta", "gives no spillover a value"),
        ("firms share beta, gamma = 1", "gives no spillover a value"),
        ("firms share beta =", "found nothing, expected a formula"),
        ("firms share beta = open('x')", "found a call of open"),
        (5, "found a int"),
        (None, "found a NoneType"),
        (["firms choose x jointly"], "found a list"),
    ],
)
def test_a_clause_of_no_form_says_which_forms_there_are(text, advice):
    with pytest.raises(ExpressionError, match=advice):
        Sentence.read(text)


def test_the_place_of_a_bad_clause_is_told():
    text = "firms choose x jointly; firms shar beta = 1"
    with pytest.raises(ExpressionError) as caught:
        Sentence.read(text)
    assert text[caught.value.column - 1 :] == "firms shar beta = 1"


@pytest.mark.parametrize(
    "text",
    [
        "a" + " " * 100_000 + "b",
        "a" * 1_000_000,
        "firms choose " * 700,
        "x chooses " + "and " * 2_000,
        ";" * 9_000 + "x",
        "firms choose x jointly for " + "(" * 9_000,
    ],
)
def test_hostile_sentences_are_refused_in_no_time(aj, text):
    started = time.process_time()
    with pytest.raises(InputError):
        aj.regime(text)
    assert time.process_time() - started < 1


@MANY
@given(
    st.text(max_size=40)
    | st.lists(
        st.sampled_from(
            [
                "firms",
                "planner",
                "choose",
                "chooses",
                "share",
                "x",
                ",",
                "and",
                "jointly",
                "equally",
                "for",
                "welfare",
                "=",
                "beta",
                "1",
                ";",
            ]
        ),
        max_size=12,
    ).map(" ".join)
)
def test_any_text_is_a_sentence_or_refused(text):
    try:
        sentence = Sentence.read(text)
    except ExpressionError:
        return
    assert Sentence.read(str(sentence)) == sentence


# -- sentences about a game


@pytest.mark.parametrize(
    ("sentence", "advice"),
    [
        ("firm choose x jointly", r"found 'firm' \(did you mean 'firms'\?\), expected 'planner' or a group: firms"),
        ("planer chooses x for welfare", r"did you mean 'planner'"),
        ("firms choose y jointly", "found the action 'y', expected one of x, q"),
        ("firms choose x jointly; firms choose x, q simultaneously", "found 2 clauses that choose 'x', expected one"),
        ("planner chooses x for wellfare", r"'wellfare' \(did you mean 'welfare'\?\)"),
        ("planner chooses x for profit", r"found 'profit' without index, expected profit\[i\]"),
        ("firms share alpha = 1", "found the spillover 'alpha', expected one of beta"),
        ("firms share gamma = 1", r"which is common to everybody: to make it a spillover"),
        ("firms share beta = 1; firms share beta = 0", "found 2 clauses that share 'beta', expected one"),
        ("firms share beta = x", "found the undefined name 'x'"),
        ("rivals share beta = 1", "found 'rivals', expected a group: firms"),
        ("firms chooses nothing at all", "found the action 'nothing'"),
        ("firms choose x joinly", r"found the action 'joinly' \(did you mean 'jointly'\?\)"),
        ("firms choose x equaly jointly", r"did you mean 'equally'"),
        ("firms choos x", "expected clauses such as"),
    ],
)
def test_a_sentence_that_does_not_fit_the_game_says_why(aj, sentence, advice):
    with pytest.raises(ModelError, match=advice):
        aj.regime(sentence)


def test_all_that_is_wrong_with_a_sentence_is_told():
    game = rd.load("daspremont-jacquemin")
    with pytest.raises(ModelError) as caught:
        game.regime("firm choose y jointly; planner chooses q for wealth; rivals share alpha = zeta")
    assert len(caught.value.mistakes) == 6


def test_one_word_is_the_name_of_a_regime(aj):
    assert aj.regime("cartel").sentence == Sentence.read("firms choose x jointly")
    with pytest.raises(UnknownNameError, match=r"no regime 'cartell' \(did you mean 'cartel'\?\)"):
        aj.regime("cartell")


def test_a_sentence_is_as_good_as_a_name(aj):
    described = aj.regime("firms choose x jointly; firms share beta = 1")
    assert described.sentence == aj.regime("rjv-cartel").sentence


@pytest.mark.parametrize("action", ["quality", "joint", "ally", "share", "choice"])
def test_actions_may_have_names_that_resemble_the_words_of_sentences(action):
    game = rd.Game(
        name="small",
        parameters={"a": "a > 0", "n": {"domain": "n >= 1", "integer": True}},
        groups={"firms": "n"},
        stages={"one": {"actions": {action: "firms"}}},
        payoffs={"firms": f"a*{action}[i] - {action}[i]**2"},
        regimes={"cartel": f"firms choose {action} jointly"},
    )
    assert rd.solve(game, "cartel").exact(action) == rd.solve(game).exact(action)
