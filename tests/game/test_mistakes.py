"""All that is wrong with a game is told at once: each mistake once, where it stands, with what should stand there."""

import copy
import datetime
import re
import tomllib

import pytest

import rdgames as rd
from rdgames.errors import InputError, ModelError
from rdgames.modelfile.catalogue import models
from rdgames.modelfile.files import game_from_text

AJ = models()["daspremont-jacquemin"].read_text(encoding="utf-8")
DOCUMENT = tomllib.loads(AJ)


def broken(*edits):
    """The text of the model with some passages replaced."""
    text = AJ
    for old, new in edits:
        assert text.count(old) >= 1, old
        text = text.replace(old, new, 1)
    return text


def mistakes_in(text):
    with pytest.raises(ModelError) as caught:
        game_from_text(text, "aj.toml")
    return caught.value.mistakes


def line_with(text, passage):
    [line] = [number for number, line in enumerate(text.splitlines(), start=1) if line.startswith(passage)]
    return line


# What is done to the text; then, for each mistake: key, how its line begins, what is said of it.
MISTAKES = {
    "misspelled key": (
        [("status = ", "statsu = ")],
        [("statsu", "statsu", r"unknown key 'statsu' \(did you mean 'status'\?\), expected one of name, title")],
    ),
    "undefined symbol": (
        [("gamma*x[i]**2/2", "gama*x[i]**2/2")],
        [("definitions.profit", "profit = ", r"undefined name 'gama' \(did you mean 'gamma'\?\)")],
    ),
    "unused spillover": (
        [
            ("beta = { domain", 'eta = { domain = "eta >= 0", index = ["firms", "firms"] }\nbeta = { domain'),
            ("fix = { a", "fix = { eta = 0, a"),
        ],
        [("parameters.eta", "eta = ", "a spillover that no formula uses: use it, or take it away")],
    ),
    "wrong regime sentence": (
        [('is = "firms choose x jointly"', 'is = "firms chose x jointly"')],
        [("regimes.cartel.is", "cartel = ", "found 'firms chose x jointly', expected clauses such as")],
    ),
    "duplicate name": (
        [("[definitions]\n", '[definitions]\nx = "2*c"\n')],
        [("definitions.x", "x = ", "'x' a second time, expected another name: stages.research.actions.x has it")],
    ),
    "cyclic definitions": (
        [("[definitions]\n", '[definitions]\nchicken = "1 + egg"\negg = "chicken/2"\n')],
        [("definitions.chicken", "chicken = ", "a circle: chicken needs egg needs chicken; one of them must not")],
    ),
    "wrong index group": (
        [
            ("[groups]\n", "[groups]\nlabs = 3\n"),
            ("[definitions]\n", '[definitions]\noffer = { for = "k in labs", is = "c - x[k]" }\n'),
        ],
        [("definitions.offer", "offer = ", r"found x\[k\], but 'k' is one of labs and x belongs to firms")],
    ),
    "missing payoff": (
        [
            ("[groups]\n", "[groups]\nuniversities = 3\n"),
            ("[stages.production]", '[stages.basic]\nactions.z = "universities"\n\n[stages.production]'),
        ],
        [("payoffs.universities", "[payoffs]", r"no payoff for universities, expected one, such as universities = ")],
    ),
    "number of firms that need not be whole": (
        [("integer = true, ", "")],
        [("parameters.n", "n = ", "found no 'integer = true', but n is the size of firms")],
    ),
    "bad domain": (
        [('domain = "a > 0"', 'domain = "a > nothing"')],
        [("parameters.a.domain", "a = ", "the bound 'nothing', expected a number; relations .* are assumptions")],
    ),
}

MORE = {
    "formula that is none": (
        [("a - b*sum(q[j] for j in firms)", "a - b*sum(q[j] for j in firms")],
        [("definitions.price.is", "price = ", r"'\(' was never closed \(column 10")],
    ),
    "sum over no group": (
        [("a - b*sum(q[j] for j in firms)", "a - b*sum(q[j] for j in firm)")],
        [("definitions.price", "price = ", r"a sum over 'firm' \(did you mean 'firms'\?\)")],
    ),
    "misspelled key of an entry": (
        [('is = "a - b*sum', 'iss = "a - b*sum')],
        [("definitions.price.iss", "price = ", r"unknown key 'iss' \(did you mean 'is'\?\), expected one of for, is")],
    ),
    "misspelled key of an action": (
        [('actions.x = { by = "firms"', 'actions.x = { bye = "firms"')],
        [("stages.research.actions.x.bye", "actions.x = ", r"unknown key 'bye' \(did you mean 'by'\?\)")],
    ),
    "misspelled key of the example": (
        [("over = {", "ovver = {")],
        [("example.ovver", "ovver = ", r"unknown key 'ovver' \(did you mean 'over'\?\)")],
    ),
    "a second name": (
        [('actions.x = { by = "firms"', 'actions.x = { name = "y", by = "firms"')],
        [("stages.research.actions.x.name", "actions.x = ", "unknown key 'name', expected one of by, at_least")],
    ),
    "action of no group": (
        [('actions.x = { by = "firms"', 'actions.x = { by = "firm"')],
        [("stages.research.actions.x", "actions.x = ", r"the group 'firm' \(did you mean 'firms'\?\)")],
    ),
    "spillover between no group": (
        [('index = ["firms", "firms"]', 'index = ["firms", "forms"]')],
        [("parameters.beta.index", "beta = ", r"the group 'forms' \(did you mean 'firms'\?\), expected one of firms")],
    ),
    "too many indices": (
        [('index = ["firms", "firms"]', 'index = ["firms", "firms", "firms"]')],
        [("parameters.beta", "beta = ", "found 3 indices, expected at most two")],
    ),
    "domain of another parameter": (
        [('domain = "c >= 0"', 'domain = "d >= 0"')],
        [("parameters.c", "c = ", "found the domain 'd >= 0', expected one of c, such as 'c > 0'")],
    ),
    "misspelled definition": (
        [("- unit_cost[i])*q[i]", "- unit_cots[i])*q[i]")],
        [("definitions.profit", "profit = ", r"undefined name 'unit_cots' \(did you mean 'unit_cost'\?\)")],
    ),
    "misspelled action in a definition without its player": (
        [('effective_rd = { for = "i in firms", ', "effective_rd = { "), ("x[i] + sum(beta", "z[i] + sum(beta")],
        [("definitions.effective_rd", "effective_rd = ", "undefined name 'z', expected one of x, q")],
    ),
    "quantity of players without index": (
        [('is = "industry_profit + consumer_surplus"', 'is = "profit + consumer_surplus"')],
        [("definitions.welfare", "welfare = ", r"'profit' without index, expected profit\[i\]: it belongs to each of")],
    ),
    "quantity of the market with index": (
        [("(price - unit_cost[i])", "(price[i] - unit_cost[i])")],
        [("definitions.profit", "profit = ", r"found price\[i\], but price belongs to the whole market")],
    ),
    "quantity of one player with two indices": (
        [("beta[i, j]*x[j]", "beta[i, j]*x[i, j]")],
        [("definitions.effective_rd", "effective_rd = ", r"found x\[i, j\], but x belongs to each of firms")],
    ),
    "spillover without index": (
        [("beta[i, j]*x[j]", "beta*x[j]")],
        [("definitions.effective_rd", "effective_rd = ", r"'beta' without index, expected beta\[i, j\]: .* each pair")],
    ),
    "index that nothing binds": (
        [("beta[i, j]*x[j]", "beta[i, k]*x[j]")],
        [("definitions.effective_rd", "effective_rd = ", "no sum and no 'for' says who 'k' is")],
    ),
    "function for claims only": (
        [("b*output**2/2", "b*output**2/2*sign(a)")],
        [("definitions.consumer_surplus", "consumer_surplus = ", r"found sign\(...\), which only claims may use")],
    ),
    "payoff of no group": (
        [('firms = "profit[i]"', 'firm = "profit[i]"')],
        [("payoffs.firm", 'firm = "profit[i]"', r"the group 'firm' \(did you mean 'firms'\?\)")],
    ),
    "empty payoffs": (
        [('firms = "profit[i]"', "")],
        [("payoffs", "[payoffs]", "an empty table, expected a table from group to what member i maximizes")],
    ),
    "requirement that is no inequality": (
        [('is = "price >= 0"', 'is = "price == 0"')],
        [("requirements.nonnegative_price", "nonnegative_price = ", "expected an inequality such as 'a > c'")],
    ),
    "requirement of nothing": (
        [('is = "price >= 0"', 'is = "prize >= 0"')],
        [("requirements.nonnegative_price", "nonnegative_price = ", r"'prize' \(did you mean 'price'\?\)")],
    ),
    "planner without objective": (
        [("planner chooses x equally for welfare", "planner chooses x equally")],
        [("regimes.second-best.is", "second-best = ", "found no objective")],
    ),
    "number as name": (
        [("[definitions]\n", '[definitions]\n2nd = "a"\n')],
        [("definitions.2nd", "2nd = ", "the name '2nd', expected letters, digits and underscores, a letter first")],
    ),
    "reserved name": (
        [("[definitions]\n", '[definitions]\nfor = "a"\n')],
        [("definitions.for", "for = ", "the name 'for', which is reserved, expected another, such as for_")],
    ),
    "reserved name of a parameter": (
        [("[parameters]\n", '[parameters]\nlambda = "lambda > 0"\n')],
        [("parameters.lambda", "lambda = ", "the name 'lambda', which is reserved, expected another, such as lambda_")],
    ),
    "a group of planners": (
        [("[groups]\n", "[groups]\nplanner = 1\n")],
        [("groups.planner", "planner = ", "the name 'planner', which is reserved")],
    ),
    "something that is no table": (
        [("[references.henriques-1990]\n", "[references]\nodd = 1\n[references.henriques-1990]\n")],
        [("references.odd", "odd = ", "found 1, expected a table of authors, year, title")],
    ),
    "regime with a dot": (
        [("[regimes]\n", '[regimes]\n"car.tel" = ""\n')],
        [("regimes.car.tel", '"car.tel" = ', "underscores, inner hyphens, a letter first")],
    ),
    "value that is none": (
        [("fix = { a = 100", 'fix = { a = "hundred"')],
        [("example.fix.a", "fix = ", "found a = 'hundred', expected a number such as 2, 0.25 or 1/3")],
    ),
    "value outside its domain": (
        [("fix = { a = 100", "fix = { a = -100")],
        [("example.fix.a", "fix = ", "a = -100 is outside its domain a > 0")],
    ),
    "parameter without value": (
        [("fix = { a = 100, ", "fix = { ")],
        [("example", "[example]", "found no value for 'a', expected one in fix or over")],
    ),
    "published under no regime": (
        [('[[published]]\nregime = "competition"', '[[published]]\nregime = "competitoin"')],
        [("published.0.regime", 'regime = "competitoin"', r"'competitoin' \(did you mean 'competition'\?\)")],
    ),
    "misspelled table": (
        [("[definitions]", "[definitons]")],
        [("definitons", "[definitons]", r"unknown key 'definitons' \(did you mean 'definitions'\?\)")],
    ),
    "misspelled parameters": (
        [("[parameters]", "[parameter]")],
        [("parameter", "[parameter]", r"unknown key 'parameter' \(did you mean 'parameters'\?\)")],
    ),
    "half of a table misspelled": (
        [("[stages.research]", "[stage.research]")],
        [("stage", "[stage.research]", r"unknown key 'stage' \(did you mean 'stages'\?\)")],
    ),
    "misspelled regimes": (
        [("[regimes]", "[regime]")],
        [("regime", "[regime]", r"unknown key 'regime' \(did you mean 'regimes'\?\)")],
    ),
    "name of a model": (
        [('name = "daspremont-jacquemin"', 'name = "d\'Aspremont"')],
        [("name", "name = ", "expected a name in lower case with hyphens, such as 'my-game'")],
    ),
    "size that is no number of firms": (
        [("[groups]\n", "[groups]\npairs = 2.5\n")],
        [("groups.pairs.size", "pairs = ", "found the size 2.5, expected a whole number, or a parameter")],
    ),
    "year that is none": (
        [("year = 1988", 'year = "last"')],
        [("citation.year", 'year = "last"', "found 'last'; input should be a valid integer")],
    ),
    "definition of definitions that grows too large": (
        [("[definitions]\n", '[definitions]\ngrown_1 = "a**16"\ngrown_2 = "grown_1**16"\n')],
        [("definitions.grown_2", "grown_2 = ", "products and powers of degree 256 in all, expected at most 100")],
    ),
}  # fmt: skip


def check(text, expected):
    found = mistakes_in(text)
    assert len(found) == len(expected), [str(mistake) for mistake in found]
    for mistake, (key, passage, problem) in zip(found, expected, strict=True):
        assert ".".join(mistake.key) == key
        assert mistake.line == line_with(text, passage)
        assert re.search(problem, mistake.problem), mistake.problem


@pytest.mark.parametrize(("edits", "expected"), [*MISTAKES.values(), *MORE.values()], ids=[*MISTAKES, *MORE])
def test_one_mistake_is_told_once_where_it_stands(edits, expected):
    check(broken(*edits), expected)


def test_ten_mistakes_are_told_at_once():
    edits = [edit for edits, _ in MISTAKES.values() for edit in edits]
    text = broken(*edits)
    expected = sorted((one for _, found in MISTAKES.values() for one in found), key=lambda one: line_with(text, one[1]))
    assert len(expected) == 10
    check(text, expected)
    with pytest.raises(ModelError) as caught:
        game_from_text(text, "aj.toml")
    message = str(caught.value)
    assert message.startswith("aj.toml has 10 mistakes:\n  line ")
    assert len(message.splitlines()) == 11


def test_many_mistakes_are_cut_short():
    text = broken(("[definitions]\n", "[definitions]\n" + "".join(f'wrong_{k} = "nothing_{k}"\n' for k in range(150))))
    found = mistakes_in(text)
    assert len(found) <= 101
    assert found[0].line == line_with(text, "wrong_0 =")


def test_a_game_in_python_names_the_place_without_a_line():
    document = copy.deepcopy(DOCUMENT)
    document["definitions"]["price"]["is"] = "a -"
    with pytest.raises(ModelError) as caught:
        rd.Game(**document)
    assert str(caught.value).startswith("the model has 1 mistake:\n  definitions.price.is: this is no formula")
    assert caught.value.source is None


@pytest.mark.parametrize("key", ["name", "parameters", "groups", "stages", "payoffs"])
def test_what_no_game_can_do_without(key):
    document = {name: value for name, value in DOCUMENT.items() if name != key}
    with pytest.raises(ModelError) as caught:
        rd.Game(**document)
    [mistake] = caught.value.mistakes
    assert mistake.key == (key,)
    assert mistake.problem.startswith("found nothing, expected a ")


def test_nothing_at_all_lacks_five_things():
    with pytest.raises(ModelError) as caught:
        rd.Game()
    assert [mistake.key for mistake in caught.value.mistakes] == [
        (key,) for key in ("name", "parameters", "groups", "stages", "payoffs")
    ]


# -- whatever a document holds, only our own errors come out of it


def plain(document):
    """A document without its words."""
    words = ("unit", "description", "symbol", "meaning")
    if isinstance(document, dict):
        return {key: plain(value) for key, value in document.items() if key not in words}
    return document


SMALL = plain(DOCUMENT)
SMALL["regimes"] = {name: SMALL["regimes"][name] for name in ("competition", "rjv-cartel", "second-best")}
SMALL["example"]["regimes"] = ["competition"]
SMALL["references"] = dict(list(SMALL["references"].items())[:1])
SMALL["published"] = SMALL["published"][:1]
SMALL["claims"] = {"P": {"is": "rjv-cartel.x > competition.x", "given": "beta > 1/2"}}

DEEP: dict = {}
inner = DEEP
for _ in range(300):
    inner = inner.setdefault("is", {})

ODD = {
    "number": 7,
    "truth": True,
    "infinity": float("inf"),
    "large number": 10**50,
    "larger than Python shows": 10**5000,
    "date": datetime.date(1988, 12, 1),
    "empty": "",
    "words": "two words; of no = use",
    "list": [],
    "list of lists": [[{}], 1],
    "table": {"is": 1, "for": 5, "name": "x", "index": "i"},
    "deep table": DEEP,
    "nothing": None,
}


def places(document, place=()):
    entries = document.items() if isinstance(document, dict) else enumerate(document)
    for key, value in entries:
        yield (*place, key)
        if isinstance(value, dict | list):
            yield from places(value, (*place, key))


def put(place, value):
    document = copy.deepcopy(SMALL)
    inner = document
    for key in place[:-1]:
        inner = inner[key]
    inner[place[-1]] = value
    return document


@pytest.mark.parametrize("value", ODD.values(), ids=ODD)
def test_odd_values_anywhere_give_our_errors_only(value):
    refusals = []
    for place in places(SMALL):
        try:
            rd.Game(**put(place, value))
        except ModelError as refusal:
            refusals.append(refusal)
    assert len(refusals) > 50
    assert all(refusal.mistakes and len(str(refusal)) < 30_000 for refusal in refusals)


def test_missing_entries_anywhere_give_our_errors_only():
    refused = 0
    for place in places(SMALL):
        document = put(place, None)
        inner = document
        for key in place[:-1]:
            inner = inner[key]
        del inner[place[-1]]
        try:
            rd.Game(**document)
        except InputError:
            refused += 1
    assert refused > 30


FIELDS = (
    "is",
    "by",
    "for",
    "domain",
    "index",
    "size",
    "integer",
    "actions",
    "year",
    "regime",
    "outcome",
    "source",
    "fix",
)


@pytest.mark.parametrize(
    "place", [place for place in places(SMALL) if place[-1] in FIELDS], ids=lambda place: ".".join(map(str, place))
)
def test_a_misspelled_key_is_one_mistake(place):
    document = put(place, None)
    inner, original = document, SMALL
    for key in place[:-1]:
        inner, original = inner[key], original[key]
    del inner[place[-1]]
    inner[f"{place[-1]}s"] = original[place[-1]]
    with pytest.raises(ModelError) as caught:
        rd.Game(**document)
    [mistake] = caught.value.mistakes
    assert f"did you mean {place[-1]!r}" in mistake.problem


@pytest.mark.parametrize("key", ["self", "cls", "document", "model_config", "__class__", "fingerprint"])
def test_keys_that_mean_something_to_python_mean_nothing_here(key):
    with pytest.raises(ModelError, match=f"unknown key '{key}'"):
        rd.Game(**SMALL, **{key: 1})


def test_a_table_that_is_none():
    for key in ("parameters", "definitions", "regimes"):
        with pytest.raises(ModelError, match=f"{key}: found a list, expected a table from name to entry") as caught:
            rd.Game(**(SMALL | {key: []}))
        assert key == "regimes" or len(caught.value.mistakes) == 1
