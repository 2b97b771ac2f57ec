"""Rules by name: how a user asks for several at once, and what a rule needs that has more than a name.

>>> [rule.name for rule in read_rules("shapley, nash").values()]
['shapley', 'nash']
>>> read_rules({"by outlay": Proportional([2, 1, 1])})["by outlay"].name
'proportional'
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from typing import Any

from rdgames.errors import InputError, UnknownNameError
from rdgames.sharing.bargaining import Egalitarian, KalaiSmorodinsky, NashBargaining
from rdgames.sharing.compromise import AlternateCostAvoided, CostGap, Tau
from rdgames.sharing.corrections import CorrectedShapley
from rdgames.sharing.equal import EgalitarianNonSeparable, EqualSplit, EqualSurplus
from rdgames.sharing.members import Members
from rdgames.sharing.nucleolus import LeastCore, Nucleolus, Prenucleolus
from rdgames.sharing.partition_values import ExternalityFree, MyersonPartition
from rdgames.sharing.proportional import Proportional, StandAloneProportional
from rdgames.sharing.rule import Rule
from rdgames.sharing.shapley import Shapley

RULES: Mapping[str, Callable[[], Rule]] = {
    "equal-split": EqualSplit,
    "equal-surplus": EqualSurplus,
    "ensc": EgalitarianNonSeparable,
    "stand-alone-proportional": StandAloneProportional,
    "shapley": Shapley,
    "nucleolus": Nucleolus,
    "prenucleolus": Prenucleolus,
    "least-core": LeastCore,
    "tau": Tau,
    "cost-gap": CostGap,
    "aca": AlternateCostAvoided,
    "nash": NashBargaining,
    "nash-by-dependence": lambda: NashBargaining("dependence"),
    "kalai-smorodinsky": KalaiSmorodinsky,
    "egalitarian": Egalitarian,
    "myerson-partition": MyersonPartition,
    "externality-free": ExternalityFree,
}
"""The rules that need nothing but the worth of coalitions, by name."""

OF_MEMBERS: Mapping[str, str] = {
    "proportional": "members with a column outlay, or Proportional([3, 2, 1])",
    "corrected-shapley": "members with a column risk_share or knowledge_share, or "
    "CorrectedShapley({'risk': [0.5, 0.3, 0.2]})",
}
"""What the rules need whose data members have."""

OF_DATA: Mapping[str, str] = {
    "weighted-shapley": "WeightedShapley([2, 1, 1])",
    "owen": "Owen([[0, 1], [2]])",
    "aumann-dreze": "AumannDreze([[0, 1], [2]])",
    "myerson": "Myerson(links), with a matrix that tells who is linked to whom",
}
"""What to pass in the place of the name of a rule whose data no file has."""


def read_rules(rules: Any, members: Members | None = None) -> dict[str, Rule]:
    """Return rules by the labels that tell them apart.

    Parameters
    ----------
    rules
        Names, in a list or in a text with commas; rules; or a mapping from labels of your own to either. Names are the
        labels where no others are given.
    members
        Whose outlays "proportional" goes by, and whose shares of risk and knowledge "corrected-shapley".

    Raises
    ------
    UnknownNameError
        If there is no rule of a name.
    InputError
        If there is none at all, a rule needs more than a name, or two have the same label; all such mistakes are
        listed.
    """
    if isinstance(rules, Mapping):
        asked = [(str(label), rule) for label, rule in rules.items()]
    else:
        if not isinstance(rules, str | Rule | Iterable):
            raise InputError(f"found {rules!r} for rules, expected names such as 'shapley, nucleolus', or rules")
        given = rules.split(",") if isinstance(rules, str) else [rules] if isinstance(rules, Rule) else list(rules)
        asked = [_labelled(rule) for rule in given]
    if not asked:
        raise InputError(f"found no rule, expected some, such as 'shapley, nucleolus'; known: {', '.join(RULES)}")
    problems = [
        f"found {times} rules called {label!r}, expected labels that tell them apart: {{'my label': rule, ...}}"
        for label, times in Counter(label for label, _ in asked).items()
        if times > 1
    ]
    found: dict[str, Rule] = {}
    for label, rule in asked:
        if isinstance(rule, Rule):
            found[label] = rule
            continue
        if not isinstance(rule, str):
            problems.append(f"found {rule!r} for a rule, expected a name or a rule")
            continue
        try:
            found[label] = rule_named(rule.strip(), members)
        except UnknownNameError:
            raise
        except InputError as error:
            problems.append(str(error))
    if problems:
        raise InputError("; ".join(problems))
    return found


def _labelled(rule: Any) -> tuple[str, Any]:
    """Return a label of a rule: what users call it."""
    return rule.name.replace(" ", "-") if isinstance(rule, Rule) else str(rule).strip(), rule


def rule_named(name: str, members: Members | None = None) -> Rule:
    """Return the rule of a name, with data of members if it needs some.

    Raises
    ------
    UnknownNameError
        If there is none of that name.
    InputError
        If it needs data that are not given, or these are not what it needs.
    """
    if name in RULES:
        return RULES[name]()
    if name in OF_DATA:
        raise InputError(f"the rule {name!r} needs more than a name: in its place, pass {OF_DATA[name]}")
    if name not in OF_MEMBERS:
        raise UnknownNameError("rule", name, [*RULES, *OF_MEMBERS, *OF_DATA])
    columns = ("outlay",) if name == "proportional" else ("risk_share", "knowledge_share")
    known = {column: members.numbers(column) for column in columns if members and column in members.columns}
    if not known:
        raise InputError(f"the rule {name!r} needs {OF_MEMBERS[name]}")
    if name == "proportional":
        return Proportional(known["outlay"], to="outlay")
    return CorrectedShapley({column.removesuffix("_share"): parts for column, parts in known.items()})
