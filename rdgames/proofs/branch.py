"""One case of a proof: what is known in it, what follows from that, and what is left open.

A proof is a list of steps, each of which narrows the possible signs of a polynomial, until the implication is plainly
true, or a polynomial has no sign left.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from itertools import chain

from rdgames.proofs import signs
from rdgames.proofs.evidence import Evidence, Question, known_signs
from rdgames.proofs.implication import Implication, Part
from rdgames.proofs.problem import Problem, Step
from rdgames.proofs.signs import ANY, FALSE, TRUE

COST_OF_A_QUESTION = 200
"""What asking for a sign costs besides the terms that are written, in the same unit."""


@dataclass
class Branch:
    """One case of a proof: what is known in it, the points that belong to it, the steps taken."""

    problem: Problem
    known: dict[str, int]
    points: list[int]
    steps: list[Step] = field(default_factory=list)
    asked: dict[str, int] = field(default_factory=dict)
    assumed: list[str] = field(default_factory=list)
    derived: set[str] = field(default_factory=set)

    @property
    def implication(self) -> Implication:
        """What is to be proved."""
        return self.problem.implication

    def closed(self) -> bool:
        """Suppose what hypotheses say and show what follows; return whether that ends the proof of this case."""
        if self.assumed and not self.known[self.assumed[-1]]:
            self.steps.append({"rule": "contradiction", "polynomial": self.assumed[-1]})
            return True
        return self._settled() or self._narrowed() or self._contradicted()

    def _settled(self) -> bool:
        if self.implication.truth(self.known) == TRUE:
            self.steps.append({"rule": "settled"})
            return True
        return False

    def _learn(self, name: str, allowed: int) -> bool:
        """Narrow what is known; return whether nothing is left."""
        self.known[name] = self.known.get(name, ANY) & allowed
        if not self.known[name]:
            self.steps.append({"rule": "contradiction", "polynomial": name})
        return not self.known[name]

    # -- what follows ------------------------------------------------------------------------------------------------

    def _narrowed(self) -> bool:
        """Suppose what hypotheses say and show what follows, until nothing new does; return whether that is a proof."""
        while True:
            before = dict(self.known)
            for part, names in self.problem.of_hypotheses:
                self._suppose(part, names)
            if self._settled():
                return True
            if self.known != before:
                continue
            if self._show_one_of_hypotheses():
                return True
            if self.known != before:
                continue
            for part, names in self.problem.of_statement:
                if part.truth(self.known) == signs.EITHER and self._show(names):
                    return True
            if self._settled():
                return True
            if self.known == before:
                return False

    def _show_one_of_hypotheses(self) -> bool:
        """Show the sign of one polynomial in hypotheses that say nothing yet; short ones first."""
        open_ = {name for part, names in self.problem.of_hypotheses if part.truth(self.known) != TRUE for name in names}
        length = self.problem.polynomials.length
        for name in sorted(open_, key=lambda name: (length(name), name)):
            before = self.known.get(name, ANY)
            if self._show_one(name, most_charts=2):
                return True
            if self.known.get(name, ANY) != before:
                return False
        return False

    def _suppose(self, part: Part, names: Iterable[str]) -> None:
        """Suppose those signs of a hypothesis's polynomials with which it may hold."""
        for name in names:
            now = self.known.get(name, ANY)
            if now in signs.SINGLE:
                continue
            allowed = 0
            for sign in signs.members(now):
                if part.truth({**self.known, name: signs.set_of(sign)}) != FALSE:
                    allowed |= signs.set_of(sign)
            if allowed and allowed != now:
                self.known[name] = allowed
                self.steps.append({"rule": "suppose", "polynomial": name, "sign": signs.text(allowed)})

    def _show(self, names: Iterable[str]) -> bool:
        """Show what signs polynomials have; return whether that contradicts what is known."""
        return any(self._show_one(name) for name in names)

    def _show_one(self, name: str, most_charts: int = 8) -> bool:
        now = self.known.get(name, ANY)
        if now in signs.SINGLE:
            return False
        met = 0
        for place in self.points:
            met |= signs.set_of(self.problem.sign_at(name, place))
        if met & signs.NONZERO == signs.NONZERO or met == signs.ZERO or not met:
            return False
        return self._ask(name, 1 if met & signs.POSITIVE else -1, most_charts)

    def _ask(self, name: str, way: int, most_charts: int = 8) -> bool:
        """Ask whether a polynomial has a sign everywhere; return whether that contradicts what is known."""
        key = f"{way}{name}{most_charts}"
        facts = len(self.steps)
        if self.asked.get(key) == facts:
            return False
        self.asked[key] = facts
        evidence = self._evidence(name, way, most_charts)
        if evidence is None:
            return False
        allowed = known_signs(evidence) if way > 0 else signs.negated(known_signs(evidence))
        if self.known.get(name, ANY) & allowed == self.known.get(name, ANY):
            return False
        self.steps.append(
            {"rule": "sign", "polynomial": name, "sign": signs.text(allowed), "by": evidence.to_document()}
        )
        self.problem.effort.layers.add(evidence.layer)
        self.derived.add(name)
        return self._learn(name, allowed)

    def _evidence(self, name: str, way: int, most_charts: int) -> Evidence | None:
        effort = self.problem.effort
        effort.limit.spend(COST_OF_A_QUESTION)
        polynomial = self.problem.polynomials.by_text[name]
        points = [self.problem.points[place] for place in self.points] or self.problem.guides
        skip = self.derived | {name}  # what follows from the other facts says nothing new
        known = {fact: found for fact, found in self.known.items() if fact not in skip}
        question = Question(
            self.problem.polynomials, known, points, polynomial if way > 0 else -polynomial, effort.limit, most_charts
        )
        weak = None
        for method in effort.ways:
            found = method.find(question)
            if found is not None and found.strict:
                return found
            weak = weak or found
        return weak

    def _contradicted(self) -> bool:
        """Where no point is known, show that there is none: something supposed has the other sign."""
        if self.points:
            return False
        facts = () if self.problem.points else tuple(self.known)
        for name in dict.fromkeys(chain(reversed(self.assumed), self.undecided(), facts)):
            now = self.known.get(name, ANY)
            for way in (1, -1):
                bit = signs.POSITIVE if way > 0 else signs.NEGATIVE
                if now & (ANY ^ bit) and self._ask(name, way):
                    return True
            if self._settled():
                return True
        return False

    def undecided(self) -> Iterator[str]:
        """Yield polynomials of the statement whose sign is open, where that matters; those that recur first."""
        count: dict[str, int] = {}
        for part, names in self.problem.of_statement:
            for name in names if part.truth(self.known) == signs.EITHER else ():
                if self.known.get(name, ANY) not in signs.SINGLE:
                    count[name] = count.get(name, 0) + 1
        for hypothesis, names in self.problem.of_hypotheses:
            if hypothesis.truth(self.known) != TRUE:
                for name in names:
                    if self.known.get(name, ANY) not in signs.SINGLE:
                        count.setdefault(name, 0)
        length = self.problem.polynomials.length
        yield from sorted(count, key=lambda name: (-min(count[name], 1), length(name), name))

    def where(self, name: str, allowed: int) -> Branch:
        """Return the case in which a polynomial has certain signs."""
        points = [place for place in self.points if signs.set_of(self.problem.sign_at(name, place)) & allowed]
        return Branch(
            self.problem,
            {**self.known, name: self.known.get(name, ANY) & allowed},
            points,
            assumed=[*self.assumed, name],
            derived=self.derived - {name},
        )
