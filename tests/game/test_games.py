"""A game is the same game however it is written down: in Python or TOML, in text or SymPy, in short or at length."""

import copy
import tomllib
from fractions import Fraction

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import rdgames as rd
from rdgames.errors import InputError, ModelError, UnknownNameError
from rdgames.game.entries import Action, Definition, Parameter, Requirement
from rdgames.game.literature import Citation
from rdgames.language.reader import read_expression
from rdgames.modelfile.files import game_from_text, game_to_text

SOME = settings(max_examples=40, deadline=None, derandomize=True, database=None)

AJ = {
    "name": "aj-in-python",
    "parameters": {
        "a": "a > 0",
        "b": "b > 0",
        "c": "c >= 0",
        "gamma": "gamma > 0",
        "beta": {"domain": "0 <= beta <= 1", "index": ["firms", "firms"]},
        "n": {"domain": "n >= 1", "integer": True},
    },
    "groups": {"firms": "n"},
    "stages": {"research": {"actions": {"x": "firms"}}, "production": {"actions": {"q": "firms"}}},
    "definitions": {
        "price": "a - b*sum(q[j] for j in firms)",
        "unit_cost": "c - x[i] - sum(beta[i, j]*x[j] for j in firms if j != i)",
        "profit": "(price - unit_cost[i])*q[i] - gamma*x[i]**2/2",
        "welfare": "sum(profit[j] for j in firms) + b*sum(q[j] for j in firms)**2/2",
    },
    "payoffs": {"firms": "profit[i]"},
    "regimes": {
        "cartel": "firms choose x jointly",
        "rjv-cartel": "firms choose x jointly; firms share beta = 1",
        "merger": "firms choose x, q jointly and equally",
        "second-best": "planner chooses x equally for welfare",
    },
}


def with_sympy():
    """The same game with its formulas as SymPy expressions."""
    import sympy as sp

    a, b, c, gamma, n, price = sp.symbols("a b c gamma n price")
    i, j = sp.symbols("i j", integer=True)
    x, q, beta, unit_cost, profit = map(sp.IndexedBase, ["x", "q", "beta", "unit_cost", "profit"])

    def total(term):
        return sp.Sum(term, (j, 1, n))

    return copy.deepcopy(AJ) | {
        "groups": {"firms": n},
        "definitions": {
            "price": a - b * total(q[j]),
            # SymPy has no sum over the others: all, less one's own
            "unit_cost": c - x[i] - (total(beta[i, j] * x[j]) - beta[i, i] * x[i]),
            "profit": (price - unit_cost[i]) * q[i] - sp.Rational(1, 2) * gamma * x[i] ** 2,
            "welfare": total(profit[j]) + b * total(q[j]) ** 2 / 2,
        },
        "payoffs": {"firms": profit[i]},
    }


@pytest.mark.parametrize("regime", ["competition", *AJ["regimes"]])
@pytest.mark.parametrize("write", [lambda: AJ, with_sympy], ids=["text", "SymPy"])
def test_a_game_written_in_python_is_the_game_in_the_file(aj, write, regime):
    written, packaged = rd.solve(rd.Game(**write()), regime), rd.solve(aj, regime)
    for outcome in ("x", "q", "price", "unit_cost", "profit", "welfare"):
        assert written.exact(outcome) == packaged.exact(outcome)
    margins = {condition.name: condition.margin for condition in packaged.exact_conditions}
    for condition in written.exact_conditions:
        assert condition.margin == margins[condition.name]


def test_sums_over_a_size_run_over_the_group_of_that_size():
    game = rd.Game(**with_sympy())
    assert game.definition["price"].formula == read_expression("a - b*sum(q[j] for j in firms)")
    assert [game.definition[name].each for name in AJ["definitions"]] == ["", "i in firms", "i in firms", ""]


def test_two_groups_of_one_size_are_told_apart_by_what_is_summed():
    import sympy as sp

    n, j = sp.symbols("n j")
    x, y = sp.IndexedBase("x"), sp.IndexedBase("y")
    game = rd.Game(
        name="pairs",
        parameters={"n": {"domain": "n >= 1", "integer": True}},
        groups={"suppliers": "n", "buyers": "n"},
        stages={"one": {"actions": {"x": "suppliers", "y": "buyers"}}},
        definitions={"X": sp.Sum(x[j], (j, 1, n)), "Y": sp.Sum(y[j], (j, 1, n))},
        payoffs={"suppliers": "Y*x[i] - x[i]**2", "buyers": "X*y[i] - y[i]**2"},
    )
    assert game.definition["X"].formula == read_expression("sum(x[j] for j in suppliers)")
    assert game.definition["Y"].formula == read_expression("sum(y[j] for j in buyers)")


def test_the_same_game_from_python_and_from_toml_is_equal(aj):
    document = tomllib.loads(game_to_text(aj))
    rebuilt = rd.Game(**document)
    assert rebuilt == aj
    assert hash(rebuilt) == hash(aj)
    assert rebuilt.fingerprint == aj.fingerprint


def test_short_and_long_form_say_the_same():
    long = copy.deepcopy(AJ)
    long["parameters"]["a"] = {"domain": "a > 0"}
    long["groups"]["firms"] = {"size": "n"}
    long["stages"]["research"]["actions"]["x"] = {"by": "firms", "at_least": 0}
    long["definitions"]["price"] = {"is": "a - b*sum(q[j] for j in firms)"}
    long["definitions"]["profit"] = {"for": "i in firms", "is": AJ["definitions"]["profit"]}
    long["payoffs"]["firms"] = {"is": "profit[i]", "outside": "0"}
    long["regimes"]["cartel"] = {"is": "firms choose x jointly", "description": ""}
    assert rd.Game(**long) == rd.Game(**AJ)


def test_entries_of_python_will_do():
    document = copy.deepcopy(AJ)
    document["parameters"]["a"] = Parameter.from_document("a", "a > 0")
    document["definitions"]["price"] = Definition.from_document("price", "a - b*sum(q[j] for j in firms)")
    assert rd.Game(**document) == rd.Game(**AJ)


@pytest.mark.parametrize(
    ("kind", "name", "value"),
    [
        (Parameter, "a", "a > 0"),
        (Parameter, "n", {"domain": "n >= 1", "integer": True}),
        (Parameter, "beta", {"domain": "0 <= beta <= 1", "index": ["firms", "firms"], "symbol": r"\beta"}),
        (Action, "x", "firms"),
        (Action, "x", {"by": "firms", "at_least": "c - 1", "unit": "money"}),
        (Requirement, "viable", "unit_cost[i] >= 0"),
        (Definition, "price", "a - b*sum(q[j] for j in firms)"),
        (Definition, "profit", {"for": "i in firms", "is": "price*q[i]", "description": "profit"}),
    ],
)
def test_entries_are_written_in_short_where_that_says_all(kind, name, value):
    assert kind.from_document(name, value).to_document() == value


def test_what_a_player_has_makes_what_is_defined_by_it_belong_to_players():
    chain = {
        "d3": "d2[k] + a",
        "d2": "d1[m]*b",
        "d1": "x[i] - c",
        "market": "sum(d3[j] for j in firms)",
    }
    game = rd.Game(**(AJ | {"definitions": {**chain, **AJ["definitions"]}}))
    assert [game.definition[name].each for name in chain] == ["k in firms", "m in firms", "i in firms", ""]


def test_lookups(aj):
    assert list(aj.action) == ["x", "q"]
    assert aj.outcomes[:4] == ("x", "q", "price", "output")
    assert aj.parameter["n"].integer
    assert aj.parameter["beta"].is_spillover
    assert aj.unit("price") == "money per unit of output"
    with pytest.raises(UnknownNameError, match="did you mean 'price'"):
        aj.unit("prise")


def test_a_game_shows_itself_in_short(aj):
    assert repr(aj) == "Game('daspremont-jacquemin')"
    first, _, *others = str(aj).splitlines()
    assert first == "daspremont-jacquemin: Cost-reducing R&D with output spillovers, n Cournot rivals"
    assert others[:2] == ["players: n firms", "moves: research: x; then production: q"]


def test_a_game_cannot_be_changed(aj):
    with pytest.raises(ValueError, match="frozen"):
        aj.name = "other"
    with pytest.raises(ValueError, match="frozen"):
        aj.parameters[0].description = "other"


def test_a_copy_with_other_fields_is_another_game():
    game = rd.Game(**AJ)
    assert game.fingerprint
    copied = game.model_copy(update={"parameters": game.parameters[:-1], "title": "Other"})
    assert copied != game
    assert copied.fingerprint != game.fingerprint
    assert list(copied.parameter) == list(game.parameter)[:-1]
    assert game.model_copy() == game


def test_citations():
    one = Citation(name="x", authors="A. Author", year=1999, title="T", journal="J", volume="3", pages="1-2")
    assert str(one) == "A. Author (1999): T. J 3: 1-2."
    three = Citation(name="x", authors=("A", "B", "C"), year=2001, title="T", journal="J", volume="3", number="4")
    assert str(three) == "A, B and C (2001): T. J 3(4)."


# -- written and read again


@pytest.mark.parametrize("model", rd.models())
def test_packaged_models_survive_writing(model, tmp_path):
    game = rd.load(model)
    rd.write_game(game, tmp_path / "copy.toml")
    copied = rd.read_game(tmp_path / "copy.toml")
    assert copied == game
    assert game_to_text(copied) == game_to_text(game)


words = st.text(max_size=30).filter(lambda text: not any(0xD800 <= ord(sign) < 0xE000 for sign in text))
bounds = st.fractions(min_value=-9, max_value=9, max_denominator=9)
FORMULAS = [
    "x[i]**2",
    "price*q[i]",
    "a/(b + n)",
    "-(a - b)*x[i]",
    "0.1*q[i]",
    "sum(x[j]*q[j] for j in firms if j != i)*c",
]


@st.composite
def mutated(draw):
    """Some game that grew out of AJ: other words, domains, definitions, regimes, in other orders."""
    document = copy.deepcopy(AJ)
    for key in ("title", "summary", "status"):
        document[key] = draw(words)
    low = draw(bounds)
    document["parameters"]["a"] = {"domain": f"{low} <= a < {low + 1}", "description": draw(words), "unit": draw(words)}
    for number, formula in enumerate(draw(st.lists(st.sampled_from(FORMULAS), max_size=3))):
        document["definitions"][f"extra_{number}"] = {"is": formula, "description": draw(words), "symbol": draw(words)}
    order = draw(st.permutations(list(document["definitions"])))
    document["definitions"] = {name: document["definitions"][name] for name in order}
    document["regimes"]["described"] = {
        "is": draw(
            st.sampled_from(["", "firms choose q simultaneously", "firms share beta = 1/2; firms choose x jointly"])
        ),
        "symbol": draw(words),
    }
    document["requirements"] = {
        "viable": {"is": draw(st.sampled_from(["unit_cost[i] >= 0", "0 <= x[i] < c"])), "meaning": draw(words)}
    }
    document["assumptions"] = draw(st.lists(st.sampled_from(["a > c", "c < b <= gamma", "n*beta < 3"]), max_size=2))
    document["abbreviations"] = {"T": "a - c"} if draw(st.booleans()) else {}
    document["published"] = [
        {"regime": "cartel", "outcome": "x", "is": "a/3", "source": draw(words), "holds": draw(st.booleans())}
        for _ in range(draw(st.integers(0, 2)))
    ]
    document["claims"] = {"P.1-a": {"is": "rjv-cartel.x > cartel.x", "given": "beta > 1/2", "words": draw(words)}}
    document["citation"] = {"authors": draw(st.lists(words, max_size=3)), "year": 1988, "title": draw(words)}
    return document


@SOME
@given(mutated())
def test_any_game_survives_writing(document):
    game = rd.Game(**document)
    text = game_to_text(game)
    again = game_from_text(text)
    assert again == game
    assert again.fingerprint == game.fingerprint
    assert game_to_text(again) == text


@SOME
@given(mutated(), mutated())
def test_games_are_equal_exactly_when_they_are_written_the_same(one, other):
    one, other = rd.Game(**one), rd.Game(**other)
    assert (one == other) == (game_to_text(one) == game_to_text(other)) == (one.fingerprint == other.fingerprint)


def changes(document, place=()):
    """Every text, number and truth in a document, changed one at a time."""
    for key, value in document.items() if isinstance(document, dict) else enumerate(document):
        here = (*place, key)
        if isinstance(value, dict | list):
            yield from changes(value, here)
        elif isinstance(value, bool):
            yield here, not value
        elif isinstance(value, int):
            yield here, value + 1
        elif key in ("unit", "description", "meaning", "source", "title", "words", "note", "symbol", "summary"):
            yield here, value + "!"


def put(document, place, value):
    document = copy.deepcopy(document)
    inner = document
    for key in place[:-1]:
        inner = inner[key]
    inner[place[-1]] = value
    return document


def test_a_fingerprint_changes_when_anything_changes(aj):
    document = tomllib.loads(game_to_text(aj))
    document["claims"] = dict(list(document["claims"].items())[:3])
    prints = {rd.Game(**document).fingerprint}
    games = 1
    for place, value in changes(document):
        if place == ("parameters", "n", "integer"):  # the number of firms must be whole
            continue
        prints.add(rd.Game(**put(document, place, value)).fingerprint)
        games += 1
    assert len(prints) == games > 60


@pytest.mark.parametrize(
    ("place", "value"),
    [
        (("parameters", "a"), "a >= 0"),
        (("parameters", "c"), "0 <= c < 1"),
        (("definitions", "price"), "a - 2*b*sum(q[j] for j in firms)"),
        (("payoffs", "firms"), {"is": "profit[i]", "outside": "1"}),
        (("stages", "research", "actions", "x"), {"by": "firms", "at_least": "1"}),
        (("regimes", "cartel"), "firms choose x jointly and equally"),
        (("groups", "firms"), 2),
        (("name",), "other"),
    ],
)
def test_a_fingerprint_changes_with_the_rules_of_the_game(place, value):
    document = put(AJ, place, value)
    if place == ("groups", "firms"):
        document["definitions"]["crowd"] = "n*price"
    assert rd.Game(**document).fingerprint != rd.Game(**AJ).fingerprint


def test_the_order_of_play_is_part_of_the_game():
    backwards = AJ | {"stages": dict(reversed(AJ["stages"].items()))}
    one, other = rd.Game(**AJ), rd.Game(**backwards)
    assert one != other
    assert one.fingerprint != other.fingerprint
    assert rd.solve(one).exact("x") != rd.solve(other).exact("x")


def test_a_game_of_another_kind_is_not_equal(aj):
    assert aj != "daspremont-jacquemin"
    assert aj != aj.to_document()


# -- two groups


CHAIN = {
    "name": "chain",
    "parameters": {
        "a": "a > 0",
        "c": "c > 0",
        "v": {"domain": "0 <= v <= 1", "index": ["suppliers", "buyers"]},
        "n_u": {"domain": "n_u >= 1", "integer": True},
        "n_d": {"domain": "n_d >= 1", "integer": True},
    },
    "groups": {"suppliers": "n_u", "buyers": "n_d"},
    "stages": {"research": {"actions": {"x": "suppliers"}}, "market": {"actions": {"q": "buyers"}}},
    "definitions": {
        "cost": {"for": "k in buyers", "is": "c - sum(v[s, k]*x[s] for s in suppliers)"},
        "margin": "a - sum(q[j] for j in buyers) - cost[i]",
    },
    "payoffs": {"suppliers": "sum(q[j] for j in buyers)*x[i]/n_d - x[i]**2*n_u", "buyers": "margin[i]*q[i]"},
    "regimes": {"vertical": "suppliers, buyers share v = 1"},
}


def test_two_groups_with_their_own_sizes():
    game = rd.Game(**CHAIN)
    assert [group.size for group in game.groups] == [read_expression("n_u"), read_expression("n_d")]
    assert game.definition["margin"].each == "i in buyers"
    assert game_from_text(game_to_text(game)) == game


@pytest.mark.parametrize(
    ("place", "value", "advice"),
    [
        (
            ("definitions", "cost"),
            {"for": "k in buyers", "is": "c - sum(v[k, s]*x[s] for s in suppliers)"},
            "'k' is one of buyers and v belongs to suppliers",
        ),
        (
            ("definitions", "cost"),
            {"for": "k in buyers", "is": "c - sum(v[s, k]*q[s] for s in suppliers)"},
            "'s' is one of suppliers and q belongs to buyers",
        ),
        (
            ("definitions", "cost"),
            {"for": "k in suppliers", "is": "c - x[k]"},
            "'i' is one of buyers and margin belongs to suppliers",
        ),
        (("payoffs", "buyers"), "margin[i]*x[i]", "'i' is one of buyers and x belongs to suppliers"),
        (("regimes", "vertical"), "suppliers share v = 1", "a spillover between others too"),
        (("regimes", "vertical"), "buyers choose x jointly", "'x', which is an action of suppliers"),
        (
            ("definitions", "cost"),
            {"for": "k in buyers", "is": "c - sum(x[s] for s in suppliers if s != k)"},
            "no 'k' of suppliers is in force",
        ),
        (
            ("definitions", "cost"),
            {"for": "k in buyers", "is": "c - sum(x[k] for k in suppliers)"},
            "a sum over 'k' inside the scope of another 'k'",
        ),
    ],
)
def test_members_of_two_groups_are_kept_apart(place, value, advice):
    with pytest.raises(ModelError, match=advice):
        rd.Game(**put(CHAIN, place, value))


# -- values of parameters


@pytest.mark.parametrize(
    ("value", "read"),
    [
        (2, Fraction(2)),
        ("1/3", Fraction(1, 3)),
        (" 0.25 ", Fraction(1, 4)),
        ("1e-2", Fraction(1, 100)),
        ("-3", Fraction(-3)),
        (Fraction(2, 7), Fraction(2, 7)),
        (0.5, 0.5),
    ],
)
def test_values_are_exact_where_they_are_exact(value, read):
    from rdgames.game.values import read_value

    found = read_value("beta", value)
    assert found == read
    assert type(found) is type(read)


def test_values_of_other_libraries_are_read():
    from decimal import Decimal

    import numpy as np
    import sympy as sp

    from rdgames.game.values import read_value

    assert read_value("a", np.int64(3)) == Fraction(3)
    assert read_value("a", np.float32(0.5)) == 0.5
    assert read_value("a", Decimal("0.1")) == Fraction(1, 10)
    assert read_value("a", sp.Rational(1, 3)) == Fraction(1, 3)
    assert isinstance(read_value("a", sp.Rational(1, 3)), Fraction)


class Odd:
    def __float__(self):
        raise TypeError


ODD_VALUES = {
    "words": "abc",
    "empty": "",
    "division by zero": "1/0",
    "division by zeros": "1/000",
    "two numbers": "1 2",
    "nothing": None,
    "truth": True,
    "no number": float("nan"),
    "infinity": float("inf"),
    "complex": 1j,
    "long text": "9" * 10_000,
    "huge exponent": "1e999999999",
    "code": "__import__('os')",
    "odd": Odd(),
}


@pytest.mark.parametrize("value", ODD_VALUES.values(), ids=ODD_VALUES)
def test_what_is_no_number_is_refused(value):
    from rdgames.game.values import read_value

    with pytest.raises(InputError, match=r"found beta = .*, expected a number such as 2, 0.25 or 1/3") as caught:
        read_value("beta", value)
    assert len(str(caught.value)) < 200


def test_odd_arrays_and_decimals_are_refused():
    from decimal import Decimal

    import numpy as np

    from rdgames.game.values import read_value

    for value in (Decimal("sNaN"), Decimal("NaN"), Decimal("1e999999")):
        with pytest.raises(InputError, match="expected a number"):
            read_value("beta", value)
    for value in ([1], [], np.array([1.0, 2.0])):
        with pytest.raises(InputError, match=r"expected (a|one) number"):
            read_value("beta", value)


def test_a_number_beyond_floats_is_refused_among_floats(aj):
    competition = rd.solve(aj)
    values = {"a": 10**400, "b": 1, "c": 1, "gamma": 9, "n": 2}
    assert competition.at(**values, beta="1/2").values["x"] > 0
    with pytest.raises(InputError, match="beyond what a float can hold; give all parameters exactly"):
        competition.at(**values, beta=0.5)
