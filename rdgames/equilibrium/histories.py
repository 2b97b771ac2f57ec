"""Formulas read firm by firm, for histories in which firms have not chosen the same."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from fractions import Fraction
from typing import Any

from rdgames.equilibrium.interpretation import Interpretation, Player
from rdgames.equilibrium.point import History
from rdgames.equilibrium.polynomial import Own, Total
from rdgames.equilibrium.recording import Rules
from rdgames.errors import InputError, UnknownNameError
from rdgames.game.game import Game
from rdgames.game.sentences import Sentence
from rdgames.game.values import Value, read_value
from rdgames.language.tree import Sum


class FirmByFirm(Interpretation[Any]):
    """Formulas at explicit choices of explicit players."""

    def __init__(
        self, game: Game, sentence: Sentence, point: Mapping[str, Value], choices: dict[str, list[Any]]
    ) -> None:
        super().__init__(game, sentence)
        self.point = point
        self.choices = choices
        sizes = {group.name: self.evaluate(group.size, {}) for group in game.groups}
        self.members = {name: range(int(size)) for name, size in sizes.items()}

    def number(self, value: Fraction) -> Value:
        """Return the number."""
        return value if isinstance(next(iter(self.point.values()), None), Fraction) else float(value)

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
        return left / right


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
        given = [read_value(f"{action}[{place}]", level) for place, level in enumerate(history[action])]
        if len(given) != len(members):
            group = game.action[action].by
            raise InputError(f"found {len(given)} levels of {action}, expected {len(members)}: one for each of {group}")
        choices[action] = given
    values: dict[str, Any] = dict(choices)
    for name, definition in game.definition.items():
        if definition.group:
            values[name] = [
                reader.definition(name, Player(definition.group, i)) for i in reader.members[definition.group]
            ]
        else:
            values[name] = reader.definition(name)
    least = {name: reader.evaluate(game.action[name].at_least, {}) for name in choices}
    return History(
        values,
        tuple(name for name, levels in choices.items() if any(level < least[name] for level in levels)),
    )


def _chosen(
    choices: Mapping[str, list[Any]], terms: Mapping[Any, str], coefficients: Mapping[str, Any], place: int
) -> Any:
    """Return what a decision rule says to the player at a place of its group."""
    total: Any = 0
    for monomial, key in terms.items():
        term = coefficients[key]
        for quantity in monomial:
            match quantity:
                case Own(_, action):
                    term = term * choices[action][place]
                case Total(action):
                    term = term * sum(choices[action])
        total = total + term
    return total
