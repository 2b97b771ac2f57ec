"""Files: all of a figure or nothing, equal for equal figures, with fonts in them."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import matplotlib as mpl
import numpy as np
import pytest

from rdgames.errors import OutputError
from rdgames.figures.curves import plot
from rdgames.figures.regions import plot_regions
from rdgames.figures.sheet import Sheet

STARTS = {".png": b"\x89PNG", ".pdf": b"%PDF", ".svg": b"<?xml"}


@pytest.fixture
def curves(duopoly):
    return duopoly(["competition", "cartel"], beta=np.linspace(0, 1, 11))


@pytest.mark.parametrize("suffix", STARTS)
def test_formats(curves, tmp_path, suffix):
    first, second = tmp_path / f"one{suffix}", tmp_path / f"two{suffix.upper()}"
    plot(curves, "welfare", path=first)
    plot(curves, "welfare", path=str(second))
    assert first.read_bytes().startswith(STARTS[suffix])
    assert first.read_bytes() == second.read_bytes()
    assert sorted(tmp_path.iterdir()) == sorted([first, second])


def test_maps_are_written_too(duopoly, tmp_path):
    dataset = duopoly(["competition", "cartel"], beta=np.linspace(0, 1, 5), gamma=np.linspace(3, 5, 5))
    plot_regions(dataset, "welfare", path=tmp_path / "map.svg")
    assert (tmp_path / "map.svg").read_text().count("<pattern") >= 2


def test_resolution_and_fonts(curves, tmp_path):
    for suffix in STARTS:
        plot(curves, "welfare", path=tmp_path / f"f{suffix}")
    png = (tmp_path / "f.png").read_bytes()
    assert int.from_bytes(png[16:20], "big") == 1050  # 3.5 inches at 300 dots per inch
    pdf = (tmp_path / "f.pdf").read_bytes()
    assert b"/CIDFontType2" in pdf
    assert b"/Type3" not in pdf
    assert b"CreationDate" not in pdf
    svg = (tmp_path / "f.svg").read_text()
    assert "joint R&amp;D, rivalry on the market</text>" in svg
    assert "Times New Roman" in svg
    assert "dc:date" not in svg


@pytest.mark.parametrize(
    ("name", "message"),
    [
        ("figure", "found no suffix, expected one of .png, .pdf, .svg"),
        ("figure.jpg", "found the suffix '.jpg'.*, expected one of .png, .pdf, .svg"),
        ("figure.pgn", r"found the suffix '.pgn' \(did you mean '.png'\?\)"),
        ("nowhere/figure.png", "found no folder .*nowhere; make it"),
        ("folder.png", "found a folder of that name"),
    ],
)
def test_places_that_cannot_be_written(curves, tmp_path, name, message):
    (tmp_path / "folder.png").mkdir()
    with pytest.raises(OutputError, match=message):
        plot(curves, "welfare", path=tmp_path / name)


def test_the_place_is_checked_before_anything_else(curves, tmp_path):
    with pytest.raises(OutputError):
        plot(curves, "no such outcome", path=tmp_path / "figure.jpg")


def test_a_refused_write_leaves_the_old_file(curves, tmp_path, monkeypatch):
    target = tmp_path / "figure.png"
    target.write_bytes(b"old")

    def refuse(*arguments):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(Path, "replace", refuse)
    with pytest.raises(OutputError, match=r"No space left on device. An older file"):
        plot(curves, "welfare", path=target)
    monkeypatch.undo()
    assert target.read_bytes() == b"old"
    assert list(tmp_path.iterdir()) == [target]


def test_a_failed_drawing_leaves_the_old_file(curves, tmp_path, monkeypatch):
    target = tmp_path / "figure.pdf"
    target.write_bytes(b"old")

    def fail(*arguments, **options):
        raise RuntimeError("cannot draw")

    monkeypatch.setattr(Sheet, "savefig", fail)
    with pytest.raises(RuntimeError):
        plot(curves, "welfare", path=target)
    assert target.read_bytes() == b"old"


def test_a_link_keeps_pointing_to_the_file(curves, tmp_path):
    (tmp_path / "real.png").write_bytes(b"old")
    (tmp_path / "link.png").symlink_to(tmp_path / "real.png")
    plot(curves, "welfare", path=tmp_path / "link.png")
    assert (tmp_path / "link.png").is_symlink()
    assert (tmp_path / "real.png").read_bytes().startswith(STARTS[".png"])


def test_a_notebook_shows_the_picture(curves):
    assert plot(curves, "welfare")._repr_png_().startswith(STARTS[".png"])


def test_a_notebook_shows_a_column_as_wide_as_a_column(curves, monkeypatch):
    """Also once pyplot is loaded, which shows any figure by itself with as many pixels as it has dots."""
    shown = []
    monkeypatch.setattr("IPython.display.display", lambda data, **how: shown.append((data, how)))
    plot(curves, "welfare", width="column")._ipython_display_()
    ((data, how),) = shown
    assert data["image/png"].startswith(STARTS[".png"])
    assert how == {"raw": True, "metadata": {"image/png": {"width": 490}}}


def test_nothing_global_changes(curves, tmp_path):
    before = dict(mpl.rcParams)
    plot(curves, "welfare", path=tmp_path / "figure.pdf")
    assert dict(mpl.rcParams) == before


def test_settings_of_the_user_do_not_change_the_figure(curves, tmp_path):
    plot(curves, "welfare", path=tmp_path / "one.svg")
    with mpl.rc_context({"font.size": 20, "lines.linewidth": 9, "svg.fonttype": "path", "figure.dpi": 50}):
        plot(curves, "welfare", path=tmp_path / "two.svg")
    assert (tmp_path / "one.svg").read_bytes() == (tmp_path / "two.svg").read_bytes()


def test_pyplot_is_never_imported():
    code = "import sys, rdgames.figures.curves, rdgames.figures.regions; sys.exit('matplotlib.pyplot' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
