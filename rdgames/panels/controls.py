"""The sliders, menus, map and table: widgets of ipywidgets, for a notebook or a page."""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Iterable
from html import escape
from pathlib import Path
from typing import Any

import anywidget
import ipywidgets
import traitlets

from rdgames.figures.quantities import Quantity
from rdgames.figures.region_image import BREADTH, HEIGHT, RegionImage, Side
from rdgames.game.game import Game
from rdgames.panels import words
from rdgames.panels.asked import POINTS, Asked, Look, read_asked
from rdgames.panels.ranges import Range
from rdgames.panels.survey import Sight, Survey

FOLDER = Path(__file__).parent


class PageScript(anywidget.AnyWidget):  # type: ignore[misc]
    """What the browser must know beyond the widgets: names for screen readers, clicks on the map, copying of calls."""

    _esm = FOLDER / "page_script.js"
    _css = FOLDER / "page_style.css"
    described = traitlets.Unicode("").tag(sync=True)
    box = traitlets.List([0, 0, 1, 1]).tag(sync=True)
    clicked = traitlets.List([]).tag(sync=True)
    calls = traitlets.Dict({}).tag(sync=True)


class Explorer:
    """A map of regimes with sliders; it shows itself in a notebook.

    Attributes
    ----------
    survey
        What is looked at.
    sliders
        One for each parameter, by name.
    outcome, across, up
        The menus.
    ticks
        One box to tick for each regime, by name.
    sentence, table, picture, calls
        What is seen.
    sight
        The same as numbers.
    widget
        All of it.
    """

    sight: Sight

    def __init__(self, asked: Asked) -> None:
        self.survey = survey = Survey(asked)
        self._images: dict[tuple[str, str], RegionImage] = {}
        first = asked.first
        self.outcome = _menu(
            "What is compared", [(words.outcome_label(survey, o), o) for o in asked.outcomes], first.outcome
        )
        self.across = _menu("Across the map", asked.swept, first.across)
        self.up = _menu("Up the map", asked.swept, first.up)
        self.ticks = {
            name: ipywidgets.Checkbox(name in first.regimes, description=name, indent=False) for name in asked.regimes
        }
        self.sliders = {
            name: _slider(each, words.parameter_label(asked.game.parameter[name]))
            for name, each in asked.ranges.items()
        }
        self.sentence, self.table, self.calls = (ipywidgets.HTML() for _ in range(3))
        self.sentence.add_class("rdgames-sentence")
        self.table.add_class("rdgames-table")
        self.calls.add_class("rdgames-calls")
        self.picture = ipywidgets.Image(format="png", width=BREADTH, height=HEIGHT)
        self.picture.add_class("rdgames-map")
        self.legend = ipywidgets.HTML()
        self.legend.add_class("rdgames-legend")
        self.script = PageScript()
        self.widget = self._laid_out()
        self._held_back = False
        for control in (*self.ticks.values(), *self.sliders.values()):
            control.observe(self._changed, "value")
        self.outcome.observe(self._asked, "value")
        self.across.observe(lambda change: self._turned(change, self.up), "value")
        self.up.observe(lambda change: self._turned(change, self.across), "value")
        self.script.observe(self._pointed, "clicked")
        self.update()
        self.legend.value = "".join(map(self._swatch, range(len(asked.regimes))))

    def _laid_out(self) -> Any:
        game = self.survey.asked.game
        heading = ipywidgets.HTML(f"<h1>{escape(game.title or game.name)}</h1>")
        regimes = ipywidgets.HTML("<h2>Regimes</h2>")
        parameters = ipywidgets.HTML("<h2>Parameters</h2>")
        menus = (self.outcome, self.across, self.up)
        left = ipywidgets.VBox([*menus, regimes, *self.ticks.values(), parameters, *self.sliders.values()])
        right = ipywidgets.VBox([self.sentence, self.picture, self.legend, self.table, self.calls, self.script])
        left.add_class("rdgames-controls")
        right.add_class("rdgames-seen")
        both = ipywidgets.Box([left, right])
        both.add_class("rdgames-columns")
        whole = ipywidgets.VBox([heading, both])
        whole.add_class("rdgames-explore")
        return whole

    def _repr_mimebundle_(self, **options: Any) -> Any:
        return self.widget._repr_mimebundle_(**options)

    @property
    def look(self) -> Look:
        """What the controls say."""
        return Look(
            self.outcome.value,
            self.across.value,
            self.up.value,
            tuple(name for name, tick in self.ticks.items() if tick.value),
            {name: float(slider.value) for name, slider in self.sliders.items()},
        )

    def update(self) -> None:
        """Draw what the controls say."""
        self.sight = self.survey.see(self.look)
        look, survey = self.look, self.survey
        image = self._image(look)
        point = look.values[look.across], look.values[look.up]
        self.picture.value = image.draw(self.sight.codes, self.sight.complete, point)
        said = words.sentence(survey, self.sight)
        self.sentence.value = f"<p>{escape(said)}</p>"
        self.table.value = words.table(survey, self.sight)
        python = words.python_call(survey, self.sight)
        command = words.command(survey, self.sight)
        self.calls.value = "".join(
            f"<h2>{title}</h2><pre>{escape(text)}</pre>"
            for title, text in (("The same map in Python", python), ("The same map by a command", command))
        )
        self.script.box = list(image.box)
        self.script.described = f"Map: {said} {words.point_sentence(survey, self.sight)}"
        self.script.calls = {"Copy the Python line": python, "Copy the command": command}

    def _image(self, look: Look) -> RegionImage:
        """Return what draws maps over two parameters; it is kept for the next map."""
        sides = look.across, look.up
        if sides not in self._images:
            self._images[sides] = RegionImage(self._side(look.across), self._side(look.up), self.survey.asked.regimes)
        return self._images[sides]

    def _swatch(self, place: int) -> str:
        """Return how a regime looks on the map, and its name, as HTML."""
        image = b64encode(self._image(self.look).swatch(place)).decode()
        name = escape(self.survey.asked.regimes[place])
        return f'<span><img alt="" src="data:image/png;base64,{image}">{name}</span>'

    def _side(self, name: str) -> Side:
        label = Quantity.of(self.survey.labelled(name)).label
        return Side(label, self.survey.asked.values(name), self.survey.asked.ranges[name].whole)

    def _changed(self, _: Any) -> None:
        if not self._held_back:
            self.update()

    def _asked(self, _: Any) -> None:
        """Draw what is another question, which may take seconds to derive and compile for the first time."""
        self.sentence.value = "<p>Computing ...</p>"
        self.update()

    def _turned(self, change: Any, other: Any) -> None:
        """Take another parameter along one side; where the other side has it, that one takes what this one had."""
        if other.value == change["new"]:
            other.value = change["old"]  # which draws
        else:
            self._asked(change)

    def _pointed(self, change: Any) -> None:
        """Look at the point of the map that was clicked: the nearest that the sliders can say."""
        self._held_back = True
        for name, share in zip((self.across.value, self.up.value), change["new"], strict=True):
            slider = self.sliders[name]
            low, high = self._side(name).ends
            steps = round((low + share * (high - low) - slider.min) / slider.step)
            value = min(max(slider.min + steps * slider.step, slider.min), slider.max)
            slider.value = int(value) if isinstance(slider, ipywidgets.IntSlider) else round(value, 12)
        self._held_back = False
        self.update()


def explore(
    game: Game,
    regimes: Iterable[str] | str | None = None,
    /,
    *,
    of: str | None = None,
    x: str | None = None,
    y: str | None = None,
    points: int = POINTS,
    **parameters: Any,
) -> Explorer:
    """Show in a notebook which regime is best over two parameters, with sliders for all of them.

    The map is that of `rdgames.figures.regions.plot_regions`, without interpolation between its points. The sliders of
    the two parameters along its sides say which point of the map is looked at, and so does a click; a table has all
    outcomes there. Beneath are the line of Python and the command that draw the same map.

    Parameters
    ----------
    game, regimes
        The game, and names or sentences of regimes; those of the game's example, or all, if left out.
    of
        The outcome by which regimes are compared at first.
    x, y
        The parameters along the two sides at first.
    points
        How many points the map has along each side; whole numbers have one each. Fewer make a game faster whose
        equilibria are found in numbers.
    parameters
        A number is where a slider starts. Several numbers, or text such as ``"1:9:81"``, are its ends, and in the
        last case its steps as well. Others start as in the game's example.

    Returns
    -------
    Explorer
        Shows itself in a notebook; ``sliders``, ``ticks`` and the menus ``outcome``, ``across`` and ``up`` can be set,
        and ``sight`` has what is seen.

    Raises
    ------
    UnknownNameError, OutsideDomainError, InputError
        If names or values are not those of the game.

    Examples
    --------
    >>> from rdgames.modelfile.catalogue import load
    >>> explorer = explore(load("daspremont-jacquemin"), ["competition", "cartel"], of="x", points=21)
    >>> explorer.sliders["c"].value = 50
    >>> explorer.sight.codes[0, -1], explorer.sight.codes[-1, -1]  # without and with full spillovers
    (np.int64(0), np.int64(1))
    """
    return Explorer(read_asked(game, regimes, of=of, x=x, y=y, points=points, **parameters))


def _menu(label: str, options: Iterable[Any], value: str) -> Any:
    return ipywidgets.Dropdown(options=list(options), value=value, description=label)


def _slider(each: Range, label: str) -> Any:
    kind = ipywidgets.IntSlider if each.whole else ipywidgets.FloatSlider
    number = int if each.whole else float
    return kind(
        number(each.start),
        min=number(each.low),
        max=number(each.high),
        step=number(each.step),
        description=label,
        readout_format="d" if each.whole else f".{each.decimals}f",
    )
