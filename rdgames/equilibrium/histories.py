"""Formulas read firm by firm, for histories in which firms have not chosen the same."""

from __future__ import annotations

import operator
from collections.abc import Iterable, Iterator, Mapping, Sequence
from fractions import Fraction
from itertools import pairwise, product
from typing import Any

from rdgames.equilibrium.interpretation import FUNCTIONS, Interpretation, Player
from rdgames.equilibrium.point import History
from rdgames.equilibrium.polynomial import Own, Quantity, Total, Within
from rdgames.equilibrium.recording import Rules
from rdgames.errors import InputError, UnknownNameError
from rdgames.game.findings import PLAYER
from rdgames.game.game import Game
from rdgames.game.play import Play
from rdgames.game.scope import Scope
from rdgames.game.values import Value, read_value
from rdgames.language.reader import read_expression
from rdgames.language.tree import Call, Comparison, Statement, Sum

_COMPARE = {"<": operator.lt, "<=": operator.le, ">": operator.gt, ">=": operator.ge}


class FirmByFirm(Interpretation[Any]):
    """Formulas at explicit choices of explicit players; in ``choices`` a price has one level."""

    def __init__(self, play: Play, point: Mapping[str, Value], choices: dict[str, list[Any]]) -> None:
        super().__init__(play)
        self.point = point
        self.choices = choices
        self.exact = all(isinstance(value, Fraction) for value in point.values())
        self.members = {group.name: range(self._whole(self.size(group.name), group.name)) for group in self.game.groups}
        for name, size in play.stated.items():
            if (there := self.evaluate(size, {})) != len(self.members[name]):
                raise InputError(
                    f"found {there} {name}, expected {len(self.members[name])}: one consortium has the rest"
                )
        self.counts = {group: self._whole(self.count(group), f"{group} in a consortium") for group in play.consortium}

    def _whole(self, number: Value, what: str) -> int:
        if number != int(number) or number < 1:
            problem = "expected a whole number of at least 1 to follow them one by one"
            raise InputError(f"found {number} {what}, {problem}")
        return int(number)

    def partners(self, player: Player, group: str) -> range:
        """Return the places of a group's members in a player's consortium; consortia stand one behind the other."""
        place, count = player.number // self.counts[player.group], self.counts[group]
        return range(place * count, (place + 1) * count)

    def number(self, value: Fraction) -> Value:
        """Return the number."""
        return value if self.exact else float(value)

    def parameter(self, name: str) -> Value:
        """Return the parameter's value."""
        return self.point[name]

    def price(self, name: str) -> Any:
        """Return what the price has come to be."""
        return self.choices[name][0]

    def action(self, name: str, player: Player) -> Any:
        """Return what the player has chosen."""
        return self.choices[name][player.number]

    def sum(self, node: Sum, bound: Mapping[str, Player]) -> Any:
        """Return the sum, player by player."""
        out = bound[node.excluding].number if node.excluding else None
        among = self.members[node.group] if node.within is None else self.partners(bound[node.within], node.group)
        members = (place for place in among if place != out)
        terms = (self.evaluate(node.body, {**bound, node.index: Player(node.group, place)}) for place in members)
        return sum(terms, start=self.number(Fraction(0)))

    def function(self, node: Call, bound: Mapping[str, Player]) -> Any:
        """Return the function's value, a float."""
        values = [float(self.evaluate(argument, bound)) for argument in node.arguments]
        try:
            return FUNCTIONS[node.function](*values)
        except (ValueError, OverflowError, ZeroDivisionError):
            given = ", ".join(map(str, values))
            raise InputError(f"found {node.function}({given}) when following the history, which has no value") from None

    def divide(self, left: Any, right: Any) -> Any:
        """Return the quotient."""
        if right == 0:
            raise InputError("found a division by zero when following the history: change what was chosen")
        return left / right

    def holds(self, statement: Statement, bound: Mapping[str, Player]) -> bool:
        """Whether an inequality between formulas holds for some players."""
        assert isinstance(statement, Comparison)  # the checks of a game let nothing else pass
        values = [self.evaluate(term, bound) for term in statement.terms]
        return all(
            _COMPARE[sign](left, right)
            for sign, (left, right) in zip(statement.operators, pairwise(values), strict=True)
        )


def follow(
    play: Play,
    point: Mapping[str, Value],
    rules: Rules,
    coefficients: Mapping[str, Any],
    history: Mapping[str, Sequence[Any]],
) -> History:
    """Play out a game from a history: later actions follow the decision rules, outcomes are computed firm by firm.

    Raises
    ------
    UnknownNameError, InputError
        If the history names no action, leaves out an earlier move, or has not one level for each member.
    """
    game = play.game
    reader = FirmByFirm(play, point, {})
    choices = reader.choices
    for action in history:
        if action not in game.action:
            raise UnknownNameError("action", action, game.action)
    later = False
    for action, terms in rules.items():
        if action in game.price:
            choices[action] = [_chosen(reader, terms, coefficients, None)]
            continue
        group = game.action[action].by
        members = reader.members[group]
        if action not in history:
            later = True
            choices[action] = [_chosen(reader, terms, coefficients, Player(group, place)) for place in members]
            continue
        if later:
            raise InputError(
                f"found levels of {action}, but none of what is chosen before it: give all actions of earlier moves"
            )
        if isinstance(history[action], str) or not isinstance(history[action], Iterable):
            raise InputError(
                f"found {history[action]!r:.40} for {action}, expected a list with a level for each member"
            )
        given = [read_value(f"{action}[{place}]", level) for place, level in enumerate(history[action])]
        if len(given) != len(members):
            raise InputError(f"found {len(given)} levels of {action}, expected {len(members)}: one for each of {group}")
        choices[action] = given if reader.exact else [float(level) for level in given]
    values: dict[str, Any] = {name: levels[0] if name in game.price else levels for name, levels in choices.items()}
    for name, definition in game.definition.items():
        if definition.group:
            values[name] = [
                reader.definition(name, Player(definition.group, i)) for i in reader.members[definition.group]
            ]
        else:
            values[name] = reader.definition(name)
    least = {name: reader.evaluate(entry.at_least, {}) for name, entry in game.action.items() if not entry.signed}
    below = (name for name, bound in least.items() if any(level < bound for level in choices[name]))
    return History(values, tuple(below), tuple(_violated(game, reader)))


def _violated(game: Game, reader: FirmByFirm) -> Iterator[str]:
    """Yield the requirements that do not hold for somebody."""
    scope = Scope.of(dict(game))
    for requirement in game.requirements:
        players = scope.free_indices(requirement.statement)
        everybody = product(*([Player(group, place) for place in reader.members[group]] for group in players.values()))
        if not all(reader.holds(requirement.statement, dict(zip(players, who, strict=True))) for who in everybody):
            yield requirement.name


def _chosen(
    reader: FirmByFirm, terms: Mapping[Any, str], coefficients: Mapping[str, Any], player: Player | None
) -> Any:
    """Return what a decision rule says to a player, or what a price comes to."""
    total: Any = 0
    for monomial, key in terms.items():
        term = coefficients[key]
        if term is None:
            raise InputError(
                "the decision rules divide by zero at these parameters; at(...) says which condition fails"
            )
        for quantity in monomial:
            term = term * _level(reader, quantity, player)
        total = total + term
    return total


def _level(reader: FirmByFirm, quantity: Quantity, player: Player | None) -> Any:
    """Return a quantity, as it is for a player, from what has been chosen."""
    match quantity:
        case Own(_, action) if player is not None:
            if action in reader.choices:
                return reader.choices[action][player.number]
            return reader.evaluate(read_expression(action), {PLAYER: player})
        case Within(_, action) if player is not None:
            partners = reader.partners(player, reader.game.action[action].by)
            return sum(reader.choices[action][place] for place in partners)
        case Total(action) if action in reader.choices:
            return sum(reader.choices[action])
        case Total(action):
            technology = read_expression(action)
            group = next(iter(Scope.of(dict(reader.game)).free_indices(technology).values()))
            return sum(reader.evaluate(technology, {PLAYER: Player(group, place)}) for place in reader.members[group])
    raise AssertionError(quantity)  # decision rules are linear
