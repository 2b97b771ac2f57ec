"""The verb that writes results as tables of a paper."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Literal

import xarray as xr

from rdgames.equilibrium.equilibrium import Equilibrium
from rdgames.equilibrium.point import Point
from rdgames.errors import InputError
from rdgames.papers.formulas import conditions_table, equilibria_table
from rdgames.papers.numbers import dataset_table, points_table
from rdgames.theorems.tabulated import StaticsTable


def latex(
    thing: Any,
    /,
    *,
    show: Literal["outcomes", "conditions"] = "outcomes",
    outcomes: Sequence[str] = (),
    abbreviated: bool = True,
    digits: int = 4,
    width: str = "page",
    caption: str = "",
    label: str = "",
) -> str:
    r"""Return a result as a table for a paper, in LaTeX.

    The document needs ``\usepackage{amsmath, array, booktabs}`` and no more. Formulas that are too wide for their place
    are written without fractions, so that lines can break at signs and between factors; of those that would fill
    more than a few lines the table says that they are left out. A table does not break across pages: name fewer
    ``outcomes`` where it would have to.

    Parameters
    ----------
    thing
        - An equilibrium, or a list of equilibria of one game: what follows under each regime, in symbols.
        - A point, or a list of points: outcomes by regime.
        - A table of comparative statics (`rdgames.theorems.statics.statics`), with notes on what is proved.
        - A Dataset at one point (a sweep: regimes and outcomes; shares: rules and members), over one dimension, or one
          variable of it over two (the best regime at each pair of values).
    show
        Of one equilibrium, the ``"conditions"`` in the place of the outcomes.
    outcomes
        The outcomes or variables to show; all if none are named.
    abbreviated
        Whether formulas are written in the abbreviations of the model.
    digits
        How many digits numbers are rounded to, behind the point.
    width
        ``"page"``, or ``"column"`` of a journal: formulas break sooner there.
    caption, label
        Caption, in LaTeX, and label of a table that floats; without either it stands where it is put.

    Raises
    ------
    InputError
        If the thing is no result of which there are tables, or has too many dimensions.
    UnknownNameError
        If there is no such outcome.

    Examples
    --------
    >>> from rdgames.equilibrium.equilibrium import solve
    >>> from rdgames.modelfile.catalogue import load
    >>> game = load("daspremont-jacquemin")
    >>> print(latex([solve(game, "competition"), solve(game, "cartel")], outcomes=["x"]))
    \begin{tabular}{l>{\raggedright\arraybackslash}p{0.40\linewidth}>{\raggedright\arraybackslash}p{0.40\linewidth}}
    \toprule
     & competition & cartel \\
    \midrule
    $x$ & $\displaystyle \frac{2 T s}{D - 2 k s}$ & $\displaystyle \frac{2 T k}{D - 2 k^{2}}$ \\
    \bottomrule
    \end{tabular}
    \par\smallskip\noindent
    \begin{minipage}{\linewidth}\footnotesize
    Where $T = a - c$, $D = b \gamma (n + 1)^{2}$, $k = 1 + (n - 1) \beta$, $s = n - (n - 1) \beta$.
    \end{minipage}
    """
    things = list(thing) if isinstance(thing, list | tuple) else [thing]
    around: dict[str, Any] = {"caption": caption, "label": label}
    if show not in ("outcomes", "conditions"):
        raise InputError(f"found show={show!r}, expected 'outcomes' or 'conditions'")
    if things and all(isinstance(each, Equilibrium) for each in things):
        if show == "outcomes":
            return equilibria_table(things, outcomes, abbreviated=abbreviated, width=width, **around)
        if len(things) > 1:
            raise InputError(f"found {len(things)} equilibria, expected one: make a table of the conditions of each")
        return conditions_table(things[0], abbreviated=abbreviated, width=width, **around)
    if show == "conditions":
        raise InputError(f"found a {type(thing).__name__}, expected an equilibrium, of which to show the conditions")
    if things and all(isinstance(each, Point) for each in things):
        return points_table(things, outcomes, digits=digits, **around)
    if isinstance(thing, StaticsTable):
        return thing.latex(**around)
    if isinstance(thing, xr.DataArray):
        thing = thing.to_dataset(name=thing.name or "value")
    if isinstance(thing, xr.Dataset):
        return dataset_table(thing, outcomes, digits=digits, **around)
    found = " and ".join(sorted({f"a {type(each).__name__}" for each in things})) or "an empty list"
    raise InputError(
        f"found {found}, expected an equilibrium or several of one game, a point or several, a table of "
        "comparative statics, or a Dataset"
    )
