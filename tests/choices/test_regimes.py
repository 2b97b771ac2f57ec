"""Ways of cooperating as strategies: approaches to R&D, joining a venture, spillovers."""

from fractions import Fraction

import pytest

from rdgames.choices.regimes import Continuation, choose_regimes
from rdgames.equilibrium.equilibrium import solve
from rdgames.errors import InputError, MissingValueError, UnknownNameError
from rdgames.modelfile.catalogue import load

APPROACHES = ["broad", "specific"]
DUOPOLY = {"a": 2, "c": 1, "sigma": 1, "gamma": 3, "n": 2}
POINT = {"a": 100, "b": 1, "c": 60, "gamma": 12, "beta": "1/4"}


def approaches(beta):
    """Kamien and Zang 2000 with two approaches: results are of use to the other only if both are broad."""
    return choose_regimes(
        load("kamien-muller-zang-cournot"),
        APPROACHES,
        lambda profile: ("competition", {"beta": beta if profile == ("broad", "broad") else 0}),
        **DUOPOLY,
    )


@pytest.mark.parametrize(("beta", "payoff"), [("1/10", 0.1139066), ("3/10", 0.1214837), ("3/5", 0.1257599)])
def test_broad_approaches_are_a_strict_equilibrium_and_specific_ones_a_weak_one(beta, payoff):
    game = approaches(beta)
    found = {equilibrium.profile: equilibrium.strict for equilibrium in game.pure_equilibria()}
    assert found == {("broad", "broad"): True, ("specific", "specific"): False}
    assert float(game.at("broad", "broad")[0]) == pytest.approx(payoff, abs=1e-6)
    for profile in (("broad", "specific"), ("specific", "broad"), ("specific", "specific")):
        assert game.at(*profile) == (Fraction(57, 529),) * 2
    equilibria = game.equilibria()
    assert equilibria.degenerate
    assert [equilibrium.pure for equilibrium in equilibria] == [True, True]
    assert game.dominant() == (None, None)
    assert game.dominant(strictly=False) == ("broad", "broad")
    assert game.valid


def test_a_table_by_profile_or_by_count_says_the_same():
    kmz = load("kamien-muller-zang-cournot")
    leak = ("competition", {"beta": "3/10"})
    none = ("competition", {"beta": 0})
    by_count = choose_regimes(kmz, APPROACHES, {0: none, 1: none, 2: leak}, **DUOPOLY)
    rows = [(one, other) for one in APPROACHES for other in APPROACHES]
    by_profile = choose_regimes(
        kmz, APPROACHES, {profile: leak if profile == ("broad", "broad") else none for profile in rows}, **DUOPOLY
    )
    assert (by_count.values == approaches("3/10").values).all()
    assert (by_profile.values == by_count.values).all()
    assert by_count.players == ("firm 1", "firm 2")


def venture(aj, n, **changes):
    def goes_on(profile):
        joined = profile.count("join")
        if joined <= 1:
            return "competition"
        if joined == n:
            return "rjv-cartel"
        return Continuation(
            f"{joined} of firms are insiders, the rest outsiders; insiders choose x jointly; insiders share beta = 1",
            payoffs={"join": "profit_insiders", "stay out": "profit_outsiders"},
        )

    return choose_regimes(aj, ["join", "stay out"], goes_on, **{**POINT, **changes, "n": n})


def test_joiners_and_outsiders_receive_what_the_venture_gives_them(aj):
    game = venture(aj, 3)
    pair = "2 of firms are insiders, the rest outsiders; insiders choose x jointly; insiders share beta = 1"
    values = solve(aj, pair).at(**POINT, n=3).values
    assert game.at("join", "stay out", "join") == tuple(
        values[f"profit_{part}"] for part in ("insiders", "outsiders", "insiders")
    )
    assert game.at("stay out", "stay out", "join") == game.at("stay out", "stay out", "stay out")
    assert game.at("join", "join", "join") == (solve(aj, "rjv-cartel").at(**POINT, n=3).values["profit"],) * 3
    assert game.outcomes["welfare"][game.place("join", "stay out", "join")] == values["welfare"]


@pytest.mark.parametrize("n", [3, 4, 5])
def test_stable_ventures_are_those_that_nobody_leaves_or_joins(aj, n):
    game = venture(aj, n, gamma=4 * n, a=2, c=1)

    def of_size(size):
        return ("join",) * size + ("stay out",) * (n - size)

    earned = {size: game.at(*of_size(size)) for size in range(n + 1)}
    stable = {
        size
        for size in range(n + 1)
        if (size == 0 or earned[size][0] >= earned[size - 1][size - 1])
        and (size == n or earned[size][size] >= earned[size + 1][size])
    }
    found = {equilibrium.profile.count("join") for equilibrium in game.pure_equilibria()}
    assert found == stable
    assert n in found  # the catalogue, 4.4: members benefit and outsiders are hurt


def test_players_of_different_groups_are_named_and_receive_what_is_theirs():
    vertical = load("vertical-spillovers")
    point = dict.fromkeys(vertical.parameter, 1)
    point |= {"a": 100, "c_u": 20, "c_d": 10, "n_u": 2, "n_d": 2, "gamma_u": 9, "gamma_d": 9}
    point |= dict.fromkeys(("h_u", "h_d", "v_u", "v_d"), "1/3")
    point = {name: point[name] for name in solve(vertical, "competition").parameters}
    payoffs = {"suppliers": "profit_u", "buyers": "profit_d"}
    game = choose_regimes(
        vertical,
        ["cooperate", "not"],
        lambda profile: Continuation("vertical" if "not" not in profile else "competition", payoffs=payoffs),
        players=["suppliers", "buyers"],
        **point,
    )
    values = solve(vertical, "vertical").at(**point).values
    assert game.at("cooperate", "cooperate") == (values["profit_u"], values["profit_d"])
    assert game.players == ("suppliers", "buyers")
    with pytest.raises(InputError, match="expected players="):
        choose_regimes(vertical, ["cooperate", "not"], lambda _: "competition", **point)
    with pytest.raises(InputError, match="says in payoffs which outcome"):
        choose_regimes(vertical, ["cooperate", "not"], lambda _: "competition", players=["s", "b"], **point)


def test_conditions_that_fail_are_kept_by_profile(aj):
    game = choose_regimes(
        aj, ["share", "not"], {0: "cartel", 1: "cartel", 2: "rjv-cartel"}, **{**POINT, "gamma": 1}, n=2
    )
    assert ("not", "not") in game.failed
    assert "second_order_unequal" in game.failed["not", "not"]
    assert not game.valid


@pytest.mark.parametrize(
    ("continuations", "error", "message"),
    [
        ({0: "competition", 2: "cartel"}, InputError, "found no entry .* expected it, or 1 "),
        ({0: "competition", 1: 3, 2: "cartel"}, InputError, "found 3 at .* expected a regime"),
        ({0: "competition", 1: "cartell", 2: "cartel"}, UnknownNameError, "did you mean 'cartel'"),
        (lambda _: Continuation("competition", payoffs="profits"), UnknownNameError, "did you mean 'profit'"),
        (lambda _: Continuation("competition", payoffs={"yes": "profit"}), InputError, "found payoffs of yes"),
        (lambda _: ("competition", {"bta": 1}), UnknownNameError, "did you mean 'beta'"),
        (lambda _: "1 of firms are insiders, the rest outsiders", InputError, "insiders and outsiders under"),
    ],
)
def test_mistakes_are_explained(aj, continuations, error, message):
    with pytest.raises(error, match=message):
        choose_regimes(aj, ["yes", "no"], continuations, **POINT, n=2)


def test_missing_parameters_are_named(aj):
    with pytest.raises(MissingValueError, match="gamma"):
        choose_regimes(aj, ["yes", "no"], lambda _: "competition", a=100, b=1, c=60, beta=0, n=2)
    with pytest.raises(MissingValueError, match="n "):
        choose_regimes(aj, ["yes", "no"], lambda _: "competition", **POINT)
