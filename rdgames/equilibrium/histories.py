"""Formulas read firm by firm, for histories in which firms have not chosen the same."""

from __future__ import annotations

import operator
from collections.abc import Iterable, Iterator, Mapping, Sequence
from fractions import Fraction
from itertools import pairwise, product
from typing import Any

from rdgames.equilibrium.interpretation import Interpretation, Player
from rdgames.equilibrium.point import History
from rdgames.equilibrium.polynomial import Own, Total
from rdgames.equilibrium.recording import Rules
from rdgames.errors import InputError, UnknownNameError
from rdgames.game.game import Game
from rdgames.game.sentences import Sentence
from rdgames.game.values import Value, read_value
from rdgames.language.tree import Comparison, Statement, Sum

_COMPARE = {"<": operator.lt, "<=": operator.le, ">": operator.gt, ">=": operator.ge}


class FirmByFirm(Interpretation[Any]):
    """Formulas at explicit choices of explicit players."""

    def __init__(
        self, game: Game, sentence: Sentence, point: Mapping[str, Value], choices: dict[str, list[Any]]
    ) -> None:
        super().__init__(game, sentence)
        self.point = point
        self.choices = choices
        self.exact = all(isinstance(value, Fraction) for value in point.values())
        sizes = {group.name: self.evaluate(group.size, {}) for group in game.groups}
        for name, size in sizes.items():
            if size != int(size) or size < 1:
                raise InputError(
                    f"found {size} {name}, expected a whole number of at least 1 to follow them one by one"
                )
        self.members = {name: range(int(size)) for name, size in sizes.items()}

    def number(self, value: Fraction) -> Value:
        """Return the number."""
        return value if self.exact else float(value)

    def parameter(self, name: str, players: tuple[Player, ...]) -> Value:
        """Return the parameter's value, or what the regime has put in its place."""
        shared = self.shared_value(name, players)
        return self.point[name] if shared is None else self.evaluate(shared, {})

    def action(self, name: str, player: Player) -> Any:
        """Return what the player has chosen."""
        return self.choices[name][player.number]

    def sum(self, node: Sum, bound: Mapping[str, Player]) -> Any:
        """Return the sum, player by player."""
        out = bound[node.excluding].number if node.excluding else None
        members = (place for place in self.members[node.group] if place != out)
        terms = (self.evaluate(node.body, {**bound, node.index: Player(node.group, place)}) for place in members)
        return sum(terms, start=self.number(Fraction(0)))

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
    game: Game,
    sentence: Sentence,
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
    reader = FirmByFirm(game, sentence, point, {})
    choices = reader.choices
    for action in history:
        if action not in game.action:
            raise UnknownNameError("action", action, game.action)
    later = False
    for action, terms in rules.items():
        members = reader.members[game.action[action].by]
        if action not in history:
            later = True
            choices[action] = [_chosen(choices, terms, coefficients, place) for place in members]
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
            group = game.action[action].by
            raise InputError(f"found {len(given)} levels of {action}, expected {len(members)}: one for each of {group}")
        choices[action] = given if reader.exact else [float(level) for level in given]
    values: dict[str, Any] = dict(choices)
    for name, definition in game.definition.items():
        if definition.group:
            values[name] = [
                reader.definition(name, Player(definition.group, i)) for i in reader.members[definition.group]
            ]
        else:
            values[name] = reader.definition(name)
    least = {name: reader.evaluate(game.action[name].at_least, {}) for name in choices}
    below = (name for name, levels in choices.items() if any(level < least[name] for level in levels))
    return History(values, tuple(below), tuple(_violated(game, reader)))


def _violated(game: Game, reader: FirmByFirm) -> Iterator[str]:
    """Yield the requirements that do not hold for somebody."""
    for requirement in game.requirements:
        players = game.scope.free_indices(requirement.statement)
        everybody = product(*([Player(group, place) for place in reader.members[group]] for group in players.values()))
        if not all(reader.holds(requirement.statement, dict(zip(players, who, strict=True))) for who in everybody):
            yield requirement.name


def _chosen(
    choices: Mapping[str, list[Any]], terms: Mapping[Any, str], coefficients: Mapping[str, Any], place: int
) -> Any:
    """Return what a decision rule says to the player at a place of its group."""
    total: Any = 0
    for monomial, key in terms.items():
        term = coefficients[key]
        if term is None:
            raise InputError(
                "the decision rules divide by zero at these parameters; at(...) says which condition fails"
            )
        for quantity in monomial:
            match quantity:
                case Own(_, action):
                    term = term * choices[action][place]
                case Total(action):
                    term = term * sum(choices[action])
        total = total + term
    return total
