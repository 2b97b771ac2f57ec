"""What is seen, in words: a sentence, a table, and the call that draws the same map."""

from __future__ import annotations

import json
import shlex
from collections.abc import Sequence
from html import escape

from rdgames.equilibrium.point import Point
from rdgames.figures.winners import TIE
from rdgames.game.entries import Parameter
from rdgames.game.game import Game
from rdgames.modelfile.catalogue import load
from rdgames.modelfile.folder import models
from rdgames.panels.survey import Sight, Survey

NONE = "–"


def sentence(survey: Survey, sight: Sight) -> str:
    """Return what the map shows.

    >>> from rdgames.modelfile.catalogue import load
    >>> from rdgames.panels.asked import read_asked
    >>> asked = read_asked(load("daspremont-jacquemin"), ["competition", "cartel"], of="x", points=11, y="n")
    >>> sentence(Survey(asked), Survey(asked).see(asked.first)).partition(". ")[0]
    'Over beta and n, R&D (x) is highest under competition in 59 % of the map and under cartel in 41 %'
    """
    if sight.problem:
        return sight.problem
    look, size = sight.look, sight.codes.size
    shares = {regime: int((sight.codes == survey.asked.regimes.index(regime)).sum()) / size for regime in look.regimes}
    found = sorted(((share, regime) for regime, share in shares.items() if share), key=lambda each: -each[0])
    none, partial = float((sight.codes < 0).mean()), float((~sight.complete & (sight.codes >= 0)).mean())
    where = f"Over {look.across} and {look.up}"
    if not found:
        return f"{where}, no regime is an equilibrium anywhere on the map."
    parts = [
        f"under {regime} {_percent(share)}{' of the map' if not place else ''}"
        for place, (share, regime) in enumerate(found)
    ]
    said = f"{where}, {_named(survey, look.outcome)} is highest {_listed(parts)}"
    said += f"; {_percent(none)} no regime is an equilibrium." if none else "."
    if partial:
        said += f" Paler, {_percent(partial)}, some regime is no equilibrium, and the highest of the others is shown."
    if tied := float(sight.tied.mean()):
        said += f" {_percent(tied).capitalize()} several tie, and the one named first is shown."
    return said


def point_sentence(survey: Survey, sight: Sight) -> str:
    """Return what is highest at the point looked at."""
    if sight.problem:
        return ""
    look = sight.look
    where = f"At {look.across} = {look.values[look.across]:.6g}, {look.up} = {look.values[look.up]:.6g}"
    values = {regime: survey.value(sight, regime, look.outcome) for regime in look.regimes}
    present = {regime: value for regime, value in values.items() if value is not None}
    if not present:
        return f"{where}, no regime is an equilibrium."
    top, unit = max(present.values()), survey.asked.outcomes[look.outcome].unit
    best = [regime for regime, value in present.items() if value >= top - TIE * abs(top)]
    return f"{where}, the highest is {top:.5g}{f' {unit}' if unit else ''}, under {_listed(best)}."


def _percent(share: float) -> str:
    if share >= 1:
        return "in all"
    shown = round(100 * share)
    return f"in {'less than 1' if shown < 1 else 'more than 99' if shown > 99 else shown} %"


def _listed(parts: Sequence[str]) -> str:
    return " and ".join([", ".join(parts[:-1]), parts[-1]] if len(parts) > 1 else parts)


def _named(survey: Survey, outcome: str) -> str:
    """Return an outcome in words, with its name where that is another word."""
    words = survey.asked.outcomes[outcome].description.partition(":")[0]
    return outcome if words in ("", outcome) else f"{words} ({outcome})"


def outcome_label(survey: Survey, outcome: str) -> str:
    """Return an outcome as a menu has it: its name, what it is, its unit."""
    entry = survey.asked.outcomes[outcome]
    described = f": {entry.description}" if entry.description not in ("", outcome) else ""
    return f"{outcome}{described}{f' ({entry.unit})' if entry.unit else ''}"


def parameter_label(parameter: Parameter) -> str:
    """Return a parameter as a slider has it: its name, what it is, its unit and domain."""
    described = f": {parameter.description}" if parameter.description else ""
    unit = f"{parameter.unit}; " if parameter.unit else ""
    return f"{parameter.name}{described} ({unit}{parameter.describe_domain()})"


def table(survey: Survey, sight: Sight) -> str:
    """Return all outcomes at the point looked at, of each regime that is compared, as a table of HTML.

    Of what is no equilibrium there are no numbers, but the reason.
    """
    if sight.problem:
        return ""
    look = sight.look
    head = "".join(f'<th scope="col">{escape(regime)}</th>' for regime in look.regimes)
    reasons = "".join(f"<td>{escape(_verdict(sight.points[regime]))}</td>" for regime in look.regimes)
    rows = [f'<tr><th scope="row">equilibrium</th>{reasons}</tr>']
    for outcome in [look.outcome, *(name for name in survey.asked.outcomes if name != look.outcome)]:
        values = [survey.value(sight, regime, outcome) for regime in look.regimes]
        top = max((value for value in values if value is not None), default=None)
        cells = "".join(
            f"<td>{NONE}</td>"
            if value is None
            else f"<td><strong>{value:.5g}<span> highest</span></strong></td>"
            if value == top and outcome == look.outcome
            else f"<td>{value:.5g}</td>"
            for value in values
        )
        entry = survey.asked.outcomes[outcome]
        words = escape(f"{entry.description}{f' ({entry.unit})' if entry.unit else ''}")
        rows.append(f'<tr><th scope="row" title="{words}">{escape(outcome)}</th>{cells}</tr>')
    said = f"<p>{escape(point_sentence(survey, sight))}</p>"
    shown = f"<table><thead><tr><td></td>{head}</tr></thead><tbody>{''.join(rows)}</tbody></table>"
    return f'{said}<div class="scrolled" tabindex="0" role="region" aria-label="Outcomes at this point">{shown}</div>'


def _verdict(point: Point | str) -> str:
    if isinstance(point, str):
        return f"no: {point}"
    if point.valid:
        return "yes"
    name = point.failed[0]
    more = f" (and {len(point.failed) - 1} more)" if len(point.failed) > 1 else ""
    return f"no, this fails: {point.conditions[name].meaning}{more}"


def python_call(survey: Survey, sight: Sight) -> str:
    """Return the line of Python that draws the map."""
    look, name = sight.look, survey.asked.model or _packaged(survey.asked.game)
    game = f"rd.load({json.dumps(name)})" if name else "game"
    regimes = ", ".join(map(json.dumps, look.regimes))
    sides = [f'{side}="{text}"' for side, text in _sides(survey, sight)]
    held = [f"{held}={value:.12g}" for held, value in _held(sight)]
    asked = ", ".join([game, f"[{regimes}]", f'outcomes=["{look.outcome}"]', *sides, *held])
    return f'rd.plot_regions(rd.sweep({asked}), "{look.outcome}")'


def command(survey: Survey, sight: Sight) -> str:
    """Return the command that draws the map."""
    look, name = sight.look, survey.asked.model or _packaged(survey.asked.game) or "MODEL.toml"
    if all(regime.replace("-", "").isalnum() for regime in look.regimes):
        named = ["--regimes", ",".join(look.regimes)]
    else:  # sentences have commas of their own
        named = [word for regime in look.regimes for word in ("--regimes", regime)]
    over = ",".join(f"{side}={text}" for side, text in _sides(survey, sight))
    fixed = ",".join(f"{held}={value:.12g}" for held, value in _held(sight))
    words = ["rdgames", "sweep", name, *named, "--over", over, *(["--fix", fixed] if fixed else [])]
    return shlex.join([*words, "--outcomes", look.outcome, "--plot", "map.png"])


def _packaged(game: Game) -> str | None:
    """Return the name of a packaged model; None if the game is none."""
    return game.name if game.name in models() and load(game.name) == game else None


def _sides(survey: Survey, sight: Sight) -> list[tuple[str, str]]:
    return [(name, survey.asked.ranges[name].text(survey.asked.points)) for name in (sight.look.across, sight.look.up)]


def _held(sight: Sight) -> list[tuple[str, float]]:
    return [
        (name, value) for name, value in sight.look.values.items() if name not in (sight.look.across, sight.look.up)
    ]
