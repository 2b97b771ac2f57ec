"""Ways of cooperating as strategies: join or stay out, protect or disclose, a high or a low spillover.

Each player chooses among strategies by name, and what they choose together decides under which regime, and at which
parameters, the game goes on. Three firms join a research joint venture or stay out. Nobody can be in it alone, three
make one of the whole industry, and two share their results while the third stays outside:

>>> from rdgames.modelfile.catalogue import load
>>> aj = load("daspremont-jacquemin")
>>> two = "2 of firms are insiders, the rest outsiders; insiders choose x jointly; insiders share beta = 1"
>>> pair = Continuation(two, payoffs={"join": "profit_insiders", "stay out": "profit_outsiders"})
>>> venture = choose_regimes(
...     aj,
...     ["join", "stay out"],
...     {0: "competition", 1: "competition", 2: pair, 3: "rjv-cartel"},
...     a=100, b=1, c=60, n=3, gamma=12, beta=0,
... )
>>> [(equilibrium.profile, equilibrium.strict) for equilibrium in venture.pure_equilibria()]
[(('join', 'join', 'join'), True), (('stay out', 'stay out', 'stay out'), False)]
>>> venture.valid
True

Two firms whose results leak to each other only if both are open:

>>> both = choose_regimes(
...     aj,
...     ["open", "closed"],
...     {0: ("competition", {"beta": 0}), 1: ("competition", {"beta": 0}), 2: ("competition", {"beta": "1/2"})},
...     a=100, b=1, c=60, n=2, gamma=5,
... )
>>> both
                firm 2
                           open           closed
firm 1    open  197.53, 197.53*   176.09, 176.09
        closed   176.09, 176.09  176.09, 176.09*
* Nash equilibrium
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, TypeAlias

import numpy as np

from rdgames.choices.equilibria import Profile
from rdgames.choices.members import market_outcomes, member_name, payoff_of, sizes
from rdgames.choices.normal_form import NormalForm
from rdgames.choices.payoffs import as_values, check_size
from rdgames.equilibrium.equilibrium import Equilibrium, solve
from rdgames.equilibrium.point import Point
from rdgames.errors import InputError, UnknownNameError
from rdgames.game.game import Game
from rdgames.game.play import play
from rdgames.game.scope import used_names
from rdgames.game.values import Value, read_point


@dataclass(frozen=True)
class Continuation:
    """How the game goes on.

    Attributes
    ----------
    regime
        The name of a regime of the game, or a sentence.
    parameters
        The parameters that take another value.
    payoffs
        What each player receives: the name of an outcome by the player's strategy, or by its name; or one outcome for
        all. If nothing is said, it is what the members of the game's only group maximize.
    """

    regime: str
    parameters: Mapping[str, Any] = field(default_factory=dict)
    payoffs: Mapping[str, str] | str = ""


Told: TypeAlias = Continuation | str | tuple[str, Mapping[str, Any]]
"""How the game goes on, in full or in short: a regime, or a regime and the parameters that change."""

Table: TypeAlias = Mapping[int, Told] | Mapping[Profile, Told]
"""How the game goes on by profile; or by how many players choose the first of two strategies."""


def choose_regimes(
    game: Game,
    strategies: Sequence[str],
    continuations: Table | Callable[[Profile], Told],
    /,
    *,
    players: Sequence[str] = (),
    extrapolate: bool = False,
    **parameters: Any,
) -> NormalForm:
    """Return the normal form in which players choose among strategies that decide how a game goes on.

    Parameters
    ----------
    game
        The game that goes on.
    strategies
        The names of what each player can choose.
    continuations
        How the game goes on: a table by profile, or by the number of players who choose the first of two strategies;
        or a function of the profile.
    players
        The names of the players; if none, they are the members of the game's only group.
    extrapolate, parameters
        As in `Equilibrium.at`, for all that a continuation does not change.

    Raises
    ------
    InputError
        If the table has no entry for a profile, a player's payoff is not said, or a continuation has no value.
    """
    names = tuple(players) or _members(game, parameters, extrapolate=extrapolate)
    shape = (len(strategies),) * len(names)
    check_size(shape)
    goes_on = _Continuations(game, {"extrapolate": extrapolate}, parameters)
    values = np.empty((*shape, len(names)), dtype=object)
    failed, points = {}, {}
    for place in np.ndindex(*shape):
        profile = tuple(strategies[index] for index in place)
        told = _told(continuations, profile, strategies)
        solved, points[place] = goes_on.point(told)
        for player, outcome in enumerate(_received(told, solved, names, profile)):
            values[(*place, player)] = _value(points[place], outcome, profile)
        if points[place].failed:
            failed[profile] = points[place].failed
    return NormalForm(
        names, (tuple(strategies),) * len(names), as_values(values), _outcomes(game, points, shape), failed
    )


@dataclass(frozen=True)
class _Continuations:
    """Equilibria of continuations, derived once for each regime and evaluated once for each point."""

    game: Game
    settings: Mapping[str, Any]
    parameters: Mapping[str, Any]
    solved: dict[str, Equilibrium] = field(default_factory=dict)
    points: dict[Any, Point] = field(default_factory=dict)

    def point(self, told: Continuation) -> tuple[Equilibrium, Point]:
        """Return the equilibrium under the regime of a continuation, and at its parameters."""
        if told.regime not in self.solved:
            self.solved[told.regime] = solve(self.game, told.regime)
        key = (told.regime, tuple(sorted((name, str(value)) for name, value in told.parameters.items())))
        if key not in self.points:
            point = {**self.parameters, **told.parameters}
            self.points[key] = self.solved[told.regime].at(**self.settings, **point)
        return self.solved[told.regime], self.points[key]


def _members(game: Game, parameters: Mapping[str, Any], *, extrapolate: bool) -> tuple[str, ...]:
    """Return the names of the members of the game's only group."""
    if len(game.groups) != 1:
        groups = ", ".join(group.name for group in game.groups)
        raise InputError(f"found a game of {groups}, expected players=[...]: the names of those who choose")
    group, needed = game.groups[0].name, used_names([game.groups[0].size])
    alone = play(game, game.regime("competition"))
    known = {name: value for name, value in parameters.items() if name in game.parameter}
    size = sizes(alone, read_point(game, known, needed, extrapolate=extrapolate))[group]
    return tuple(member_name(group, place, size) for place in range(size))


def _told(continuations: Any, profile: Profile, strategies: Sequence[str]) -> Continuation:
    """Return how the game goes on from a profile."""
    if callable(continuations):
        told = continuations(profile)
    else:
        count = profile.count(strategies[0])
        if profile not in continuations and not (count in continuations and len(strategies) == 2):
            by_count = f", or {count} (who choose {strategies[0]!r})" if len(strategies) == 2 else ""
            raise InputError(f"found no entry that says how the game goes on from {profile}, expected it{by_count}")
        told = continuations.get(profile, continuations.get(count))
    match told:
        case Continuation():
            return told
        case str():
            return Continuation(told)
        case (str(regime), Mapping() as changes):
            return Continuation(regime, changes)
    problem = "expected a regime, a regime with parameters such as ('competition', {'beta': 0}), or a Continuation"
    raise InputError(f"found {told!r:.60} at {profile}, {problem}")


def _received(told: Continuation, solved: Equilibrium, players: Sequence[str], profile: Profile) -> Iterator[str]:
    """Yield the outcome that each player receives."""
    for player, strategy in zip(players, profile, strict=True):
        if isinstance(told.payoffs, str):
            outcome = told.payoffs or _common_payoff(solved)
        elif player in told.payoffs or strategy in told.payoffs:
            outcome = told.payoffs[player if player in told.payoffs else strategy]
        else:
            known = f"by its name {player!r} or its strategy {strategy!r}"
            raise InputError(
                f"found payoffs of {', '.join(told.payoffs)} at {profile}, expected one of {player!r}, {known}"
            )
        if outcome not in solved.outcomes:
            raise UnknownNameError("outcome", outcome, solved.outcomes)
        yield outcome


def _common_payoff(solved: Equilibrium) -> str:
    groups = [payoff.name for payoff in solved.play.game.payoffs]
    if len(groups) == 1:
        return payoff_of(solved.play, groups[0])
    problem = "expected a Continuation that says in payoffs which outcome each player receives"
    raise InputError(f"found {' and '.join(groups)} under {solved.regime.name!r}, {problem}")


def _value(point: Point, outcome: str, profile: Profile) -> Value:
    value = point.values[outcome]
    if value is None:
        problem = f"these conditions fail there: {', '.join(point.failed)}; change the parameters"
        raise InputError(f"found no value of {outcome} under {point.regime!r} at {profile}, {problem}")
    return value


def _outcomes(game: Game, points: Mapping[tuple[int, ...], Point], shape: tuple[int, ...]) -> dict[str, Any]:
    """Return the outcomes of the market, by profile."""
    found = {}
    for name in market_outcomes(play(game, game.regime("competition"))):
        array = np.empty(shape, dtype=object)
        for place, point in points.items():
            array[place] = point.values[name]
        if not any(value is None for value in array.flat):
            found[name] = as_values(array)
    return found
