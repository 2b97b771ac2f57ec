"""One member of a group on its own, or one consortium: the same way of cooperating, said of what is split off.

What one member would earn by a choice that the others do not make cannot be said of a group whose members choose the
same. So a group ``firms`` becomes ``deviator``, of one member, and ``others``; every clause that speaks of the group
speaks of both. Of a part that a sentence already splits off, one more part is taken. Where groups are divided into
consortia, one consortium is taken out whole: its members decide jointly what they decided as a consortium.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from fractions import Fraction
from typing import Any

from rdgames.game.entries import NamedRegime
from rdgames.game.game import Game
from rdgames.game.parts import changed
from rdgames.game.sentences import Company, Decision, Sentence, Sharing, Split
from rdgames.language.tree import Binary, Expression, Node, Number, Sum, rewrite

DEVIATOR, OTHERS = "deviator", "others"
ONE = Number(Fraction(1))


@dataclass(frozen=True)
class Apart:
    """A regime in which some members of groups are parts of their own.

    Attributes
    ----------
    regime
        The regime.
    deviators, others
        For each group, or part of one, that was split: the names of the two parts.
    """

    regime: NamedRegime
    deviators: Mapping[str, str]
    others: Mapping[str, str]

    def group(self, part: str) -> str:
        """Return the group that a part was before."""
        before = {new: group for table in (self.deviators, self.others) for group, new in table.items()}
        return before.get(part, part)


def apart(game: Game, regime: NamedRegime, sizes: Mapping[str, Expression]) -> Apart:
    """Return a regime in which some members of groups, or of parts of groups, are parts of their own.

    Parameters
    ----------
    game, regime
        The game and the way of cooperating.
    sizes
        How many members are split off from groups of the game, or from parts that the regime makes. Of groups that
        form consortia these are the members of one.
    """
    sentence = regime.sentence
    taken = {*game.parameter, *game.outcomes, *(entry.name for entry in game.groups)}
    taken |= {part for split in sentence.splits for part in split.parts}
    deviators, others = {}, {}
    for group, size in sizes.items():
        tail = f"_{group}" if len(sizes) > 1 else ""
        deviators[group] = _free(DEVIATOR + tail, taken, game)
        of_a_part = any(group in split.parts for split in sentence.splits)
        others[group] = group if of_a_part else _free(OTHERS + tail, taken, game)
        sentence = replace(sentence, splits=(*_splits(sentence, group, size, deviators[group], others[group]),))
    sentence = _of_one_consortium(sentence, deviators, others)
    for group, deviator in deviators.items():
        if others[group] == group:
            sentence = _speaking_of_both(sentence, group, deviator)
    return Apart(changed(regime, sentence=sentence), deviators, others)


def _splits(sentence: Sentence, group: str, size: Expression, deviator: str, others: str) -> Iterator[Split]:
    """Yield the splits of a sentence, with one part more."""
    for split in sentence.splits:
        if group in split.parts:
            sizes = (
                Binary("-", each, size) if part == group else each
                for each, part in zip(split.sizes, split.parts, strict=False)  # the last has the rest
            )
            yield Split(split.group, (size, *sizes), (deviator, *split.parts))
        else:
            yield split
    if others != group:
        yield Split(group, (size,), (deviator, others))


def _of_one_consortium(sentence: Sentence, deviators: Mapping[str, str], others: Mapping[str, str]) -> Sentence:
    """Return a sentence in which what is said of consortia is said of the one taken out as of groups."""

    def said(clause: Any) -> tuple[Any, ...]:
        who = clause.who
        if not who.counts or not {*who.names} & deviators.keys():
            return (clause,)
        one = Company(tuple(deviators[name] for name in who.names))
        rest = Company(tuple(others[name] for name in who.names), who.counts)
        return replace(clause, who=one), replace(clause, who=rest)

    decisions: tuple[Decision, ...] = tuple(new for each in sentence.decisions for new in said(each))
    sharings: tuple[Sharing, ...] = tuple(new for each in sentence.sharings for new in said(each))
    return replace(sentence, decisions=decisions, sharings=sharings)


def _free(name: str, taken: Iterable[str], game: Game) -> str:
    """Return a name that means nothing else, nor does an outcome of a part of that name."""
    taken = set(taken)
    while name in taken or any(f"{outcome}_{name}" in taken for outcome in game.outcomes):
        name += "_"
    return name


def _speaking_of_both(sentence: Sentence, part: str, deviator: str) -> Sentence:
    """Return a sentence in which what is said of a part is said of the member taken from it, too."""

    def company(who: Company) -> Company:
        if who.counts:
            return who
        names = tuple(name for each in who.names for name in ((deviator, each) if each == part else (each,)))
        return replace(who, names=names)

    def both(node: Node) -> Node | None:
        if isinstance(node, Sum) and node.group == part:
            body: Any = rewrite(node.body, both)
            return Binary("+", replace(node, body=body, group=deviator), replace(node, body=body))
        return None

    def decision(each: Decision) -> Decision:
        objective: Expression | None = None if each.objective is None else rewrite(each.objective, both)  # type: ignore[assignment]
        return replace(each, who=company(each.who), objective=objective)

    return replace(
        sentence,
        decisions=tuple(map(decision, sentence.decisions)),
        sharings=tuple(replace(each, who=company(each.who)) for each in sentence.sharings),
    )
