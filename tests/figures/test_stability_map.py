"""Maps of which rule keeps a coalition together: what is drawn is what was found."""

from __future__ import annotations

import json
from itertools import combinations

import numpy as np
import pytest
import xarray as xr
from matplotlib.colors import to_rgb
from matplotlib.patches import PathPatch, Rectangle
from matplotlib.text import Text

import rdgames
from rdgames.errors import InputError, OutputError, UnknownNameError
from rdgames.figures.looks import tint
from rdgames.figures.stability_map import plot_stability

MEANINGS = ["own", "shapley", "another division", "no division", "not known"]
BETA, GAMMA = np.linspace(0, 1, 5), np.array([4.0, 6.0, 10.0])


def kept_of(first, shapley_too=(), **swept):
    """Return what `kept_by` would for these first categories; at ``shapley_too`` the second rule keeps it as well."""
    first = np.asarray(first, dtype=np.int8)
    own, shapley = first == 0, first == 1
    for place in shapley_too:
        shapley[place] = True
    attributes = {"meanings": json.dumps(MEANINGS)}
    kept = xr.Dataset(
        {"kept": (("rule", *swept), np.stack([own, shapley])), "first": (tuple(swept), first, attributes)},
        {"rule": ["own", "shapley"], "coalition": 7, "members": "Ann, Bob and Cid", "a": 100.0, **swept},
        {"model": "test-model"},
    )
    kept["beta"].attrs |= {"long_name": "spillover: a share", "units": "", "symbol": r"\beta"}
    if "gamma" in kept:
        kept["gamma"].attrs |= {"long_name": "slope of cost", "units": "money", "symbol": r"\gamma"}
    return kept


def words(figure):
    figure.canvas.draw()
    texts = (text.get_text().replace("\N{NO-BREAK SPACE}", " ") for text in figure.findobj(Text) if text.get_visible())
    return " ".join(" ".join(text.split()) for text in texts)


def filled(figure, face):
    """Return the strips of a color, as their ends."""
    found = [patch for patch in figure.axes[0].patches if isinstance(patch, Rectangle)]
    return [
        (patch.get_x(), patch.get_x() + patch.get_width())
        for patch in found
        if patch.get_facecolor()[:3] == pytest.approx(to_rgb(face))
    ]


def category_at(figure, point):
    """Return the color of the area in which a point of the map lies."""
    areas = [patch for patch in figure.axes[0].patches if isinstance(patch, PathPatch) and patch.get_fill()]
    around = [patch for patch in areas if patch.get_path().contains_point(point) and patch.get_facecolor()[3] > 0]
    [area] = around
    return area.get_facecolor()[:3]


def test_strips_are_filled_where_each_rule_keeps_the_coalition():
    figure = plot_stability(kept_of([3, 2, 0, 1, 1], shapley_too=[2], beta=BETA))
    assert filled(figure, tint(0)) == [(0.375, 0.625)]
    assert filled(figure, tint(1)) == [(0.375, 1.0)]
    text = words(figure)
    labels = [label.get_text() for label in figure.axes[0].get_yticklabels()]
    assert labels == ["own", "shapley", "another division would", "no division does"]
    assert r"shapley: $\beta$ ≥ 0.5" in text
    assert "keeps Ann, Bob and Cid together" in text
    assert "Model test-model: a = 100" in text
    assert "coalition =" not in text
    assert figure.axes[0].get_xlabel() == r"Spillover $\beta$"


def test_a_rule_that_keeps_nothing_has_an_empty_strip():
    figure = plot_stability(kept_of([1, 1, 1, 4, 4], beta=BETA))
    assert filled(figure, tint(0)) == []
    assert "own: nowhere." in words(figure)
    assert "not known" in words(figure)


@pytest.mark.parametrize("x", ["beta", "gamma"])
def test_a_map_has_the_category_of_the_nearest_point(x):
    first = np.array([[0, 1, 2], [1, 1, 3], [3, 0, 0], [4, 1, 1], [2, 2, 2]])
    figure = plot_stability(kept_of(first, beta=BETA, gamma=GAMMA), x=x)
    colors = {}
    for i, beta in enumerate(BETA):
        for j, gamma in enumerate(GAMMA):
            point = (np.clip(beta, 0.01, 0.99), np.clip(gamma, 4.01, 9.99))
            face = category_at(figure, point if x == "beta" else point[::-1])
            colors.setdefault(int(first[i, j]), set()).add(face)
    assert colors[0] == {tuple(tint(0))}
    assert colors[1] == {tuple(tint(1))}
    assert all(len(each) == 1 for each in colors.values())
    text = words(figure)
    assert "own: each keeps what it earns itself" in text
    assert "not known" in text
    assert "First rule that keeps Ann, Bob and Cid together:" in text
    label = figure.axes[0].get_ylabel() if x == "beta" else figure.axes[0].get_xlabel()
    assert label == r"Slope of cost $\gamma$ (money)"


def test_a_rule_that_an_earlier_one_hides_is_told():
    hidden = kept_of(np.zeros((5, 3)), shapley_too=[(0, 0)], beta=BETA, gamma=GAMMA)
    assert "Not shown: shapley keeps it only where an earlier rule does." in words(plot_stability(hidden))
    nowhere = kept_of(np.zeros((5, 3)), beta=BETA, gamma=GAMMA)
    assert "Not shown: shapley keeps it nowhere." in words(plot_stability(nowhere))


@pytest.mark.parametrize("width", ["column", "page"])
@pytest.mark.parametrize("swept", [{"beta": BETA}, {"beta": BETA, "gamma": GAMMA}])
def test_everything_has_room(swept, width):
    first = np.arange(5) if len(swept) == 1 else np.arange(15).reshape(5, 3) % 5
    figure = plot_stability(kept_of(first, **swept), width=width)
    figure.canvas.draw()
    texts = [text for text in figure.findobj(Text) if text.get_visible() and text.get_text().strip()]
    boxes = [text.get_window_extent() for text in texts if not text.get_rotation()]
    for box in boxes:
        assert box.x0 >= -1
        assert box.y0 >= -1
        assert box.x1 <= figure.bbox.width + 1
        assert box.y1 <= figure.bbox.height + 1
    for one, other in combinations(boxes, 2):
        wide = min(one.x1, other.x1) - max(one.x0, other.x0)
        assert min(wide, min(one.y1, other.y1) - max(one.y0, other.y0)) <= 2


def test_what_was_solved_is_drawn_and_written(tmp_path):
    game = rdgames.explicit(rdgames.load("daspremont-jacquemin"), n=2)
    given = {"a": 100, "b": 1, "c": 60, "gamma": 8, "beta_2_1": 0.1}
    found = rdgames.stable(game, "cartel", rule=["own", "shapley"], beta_1_2=[0.1, 0.5, 0.9], **given)
    kept = rdgames.kept_by(found)
    path = tmp_path / "kept.svg"
    figure = rdgames.plot_stability(kept, path=path)
    for place, rule in enumerate(("own", "shapley")):
        drawn = sum(end - begin for begin, end in filled(figure, tint(place)))
        shares = np.array([0.2, 0.4, 0.2])
        assert drawn == pytest.approx(shares[kept["kept"].sel(rule=rule).values].sum())
    assert "firms_1 and firms_2" in " ".join(path.read_text(encoding="utf-8").split())


def test_messages(tmp_path):
    with pytest.raises(InputError, match="expected what kept_by"):
        plot_stability(xr.Dataset())
    with pytest.raises(InputError, match="a single point"):
        plot_stability(kept_of([1, 1, 1, 1, 1], beta=BETA).isel(beta=0))
    cube = kept_of([1, 1, 1, 1, 1], beta=BETA).expand_dims(b=[1, 2], c=[1, 2])
    with pytest.raises(InputError, match="found 3 swept parameters"):
        plot_stability(cube)
    with pytest.raises(UnknownNameError, match="did you mean 'beta'"):
        plot_stability(kept_of([1, 1, 1, 1, 1], beta=BETA), x="bta")
    with pytest.raises(OutputError):
        plot_stability(kept_of([1, 1, 1, 1, 1], beta=BETA), path=tmp_path / "kept.doc")
