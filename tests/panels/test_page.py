"""The page as somebody has it who uses no mouse: served by the command, in a real browser."""

from __future__ import annotations

import io
import json
import re
import socket
import sys

import numpy as np
import pytest
from PIL import Image
from selenium.webdriver.common.action_chains import ActionChains
from selenium.webdriver.common.keys import Keys
from typer.testing import CliRunner

from rdgames.cli.commands import app
from rdgames.errors import InputError
from rdgames.figures.region_image import lightness
from rdgames.panels import page
from rdgames.panels.page import serve_page

SENTENCE = "return document.querySelector('.rdgames-sentence p')?.textContent ?? ''"
FOCUSED = """
const e = document.activeElement;
const name = e.getAttribute('aria-label') ?? e.labels?.[0]?.textContent ?? e.textContent;
return [e.getAttribute('role') ?? e.tagName, name]
"""
MAP = "return document.querySelector('img.rdgames-map')"
SHAPE = """
const r = document.querySelector('img.rdgames-map').getBoundingClientRect();
return [r.left, r.top, r.right, r.bottom]
"""
OUTLINE = "const s = getComputedStyle(document.activeElement); return [s.outlineStyle, parseFloat(s.outlineWidth)]"


def press(browser, *keys):
    ActionChains(browser).send_keys(*keys).perform()


def tabbed(browser, wanted):
    """Press Tab until a control has the focus, and return all that had it."""
    seen = []
    while len(seen) < 40:
        press(browser, Keys.TAB)
        seen.append(tuple(browser.execute_script(FOCUSED)))
        if seen[-1][0] == wanted[0] and seen[-1][1].startswith(wanted[1]):
            return seen
    raise AssertionError(seen)


def test_page_answers_the_keyboard(browser, served, shape, until):
    with served(
        "daspremont-jacquemin", "--regimes", "competition,cartel", "--outcome", "x", "--points", "101"
    ) as address:
        shape(browser, 1280, 800)
        browser.get(address)
        first = until(lambda: browser.execute_script(SENTENCE))
        assert first.startswith("Over beta and gamma, R&D (x) is highest under competition in ")
        described = until(lambda: browser.execute_script(f"{MAP}.alt"))
        assert first in described
        left, top, right, bottom = browser.execute_script(SHAPE)
        assert left > 0
        assert top > 0
        assert right < 1280
        assert bottom < 800  # the map is seen without scrolling
        before = browser.execute_script(MAP).screenshot_as_png

        seen = tabbed(browser, ("slider", "c: unit cost before R&D (money per unit of output; c >= 0)"))
        names = [name for _, name in seen]
        assert names[:3] == ["What is compared", "Across the map", "Up the map"]
        assert names[3:5] == ["competition", "cartel"]
        assert all(names)
        assert browser.execute_script(OUTLINE) == ["solid", 3]
        press(browser, *[Keys.ARROW_LEFT] * 30)
        after = until(lambda: (said := browser.execute_script(SENTENCE)) != first and said)
        assert browser.execute_script("return document.activeElement.getAttribute('aria-valuenow')") == "30.0"
        until(
            lambda: (
                browser.execute_script("return document.querySelector('.rdgames-calls').textContent").count("c=30") == 2
            )
        )
        assert after.startswith("Over beta and gamma, R&D (x) is highest under competition in ")
        changed = browser.execute_script(MAP).screenshot_as_png
        assert changed != before
        check_lightness(changed)

        press(browser, Keys.SHIFT + Keys.TAB)  # to the number beside b; values can be typed
        shape(browser, 800, 600)
        until(lambda: (where := browser.execute_script(SHAPE)) and where[2] < 800 and where[3] < 600)
        check_log(browser, address)


def check_lightness(picture):
    """The two regimes differ where there is no color."""
    seen = np.asarray(Image.open(io.BytesIO(picture)).convert("RGB")) / 255
    height, breadth, _ = seen.shape
    row = seen[height // 4]
    areas = [np.median(row[int(breadth * share) : int(breadth * share) + 30], axis=0) for share in (0.2, 0.8)]
    low, high = sorted(map(lightness, areas))
    assert high - low > 8


def check_log(browser, address):
    """Nothing failed, and nothing was asked of anybody else."""
    assert [entry for entry in browser.get_log("browser") if entry["level"] == "SEVERE"] == []
    messages = [json.loads(entry["message"])["message"] for entry in browser.get_log("performance")]
    asked = {m["params"]["request"]["url"] for m in messages if m["method"] == "Network.requestWillBeSent"}
    assert {url for url in asked if not url.startswith((address, "data:", "blob:", "chrome:"))} == set()


@pytest.mark.parametrize(
    ("options", "said"),
    [
        ({"of": "welfar"}, "did you mean 'welfare'?"),
        ({"x": "gama"}, "did you mean 'gamma'?"),
        ({"beta": "0:2:41"}, "beta = 2.0 is outside its domain 0 <= beta <= 1"),
        ({"points": 1}, "found 1 points along a side, expected a whole number from 2"),
        ({"port": 99999}, "expected a free one, from 1024 to 65535"),
    ],
)
def test_what_is_wrong_is_said_before_anything_is_served(options, said):
    with pytest.raises(InputError, match=re.escape(said)):
        serve_page("daspremont-jacquemin", announce=pytest.fail, **options)


def test_a_port_that_is_taken_is_said_to_be():
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        with pytest.raises(InputError, match=f"found port {port}, which something else serves already"):
            serve_page("daspremont-jacquemin", announce=pytest.fail, port=port)


def test_a_library_that_is_missing_is_named_with_what_to_type(monkeypatch):
    monkeypatch.setitem(sys.modules, "voila", None)
    monkeypatch.setattr(page, "find_spec", lambda name: None if name == "voila" else name)
    result = CliRunner().invoke(app, ["explore", "daspremont-jacquemin", "--no-browser"])
    assert isinstance(result.exception, InputError)  # of which the command line makes a message, and exit code 2
    assert str(result.exception) == "the page needs voila: pip install 'rdgames[explore]'"


def test_a_parameter_has_one_place_in_the_command():
    result = CliRunner().invoke(app, ["explore", "daspremont-jacquemin", "--over", "beta=0:1:11", "--fix", "beta=0"])
    assert str(result.exception) == "found beta in --over and in --fix, expected it in one of them"
