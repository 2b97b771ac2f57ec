"""How fast the page of `rdgames explore` answers: from the key that moves a slider to the changed map, in a browser.

    python tests/benchmarks/exploring.py [MODEL]

needs chromium and chromedriver. The map has 201 x 201 points.
"""

from __future__ import annotations

import sys
import time
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory

sys.path.insert(0, str(Path(__file__).parents[1] / "panels"))

from conftest import MISSING, opened, resize, serve, wait
from selenium.webdriver.common.action_chains import ActionChains
from selenium.webdriver.common.keys import Keys

MOVES, WARM = 30, 5
SEEN = "return document.querySelector('.rdgames-seen').textContent"
LISTEN = """
window.took = [];
let pressed = 0;
const map = document.querySelector("img.rdgames-map");
document.addEventListener("keydown", () => { pressed = performance.now(); }, true);
map.addEventListener("load", () => requestAnimationFrame(() => window.took.push(performance.now() - pressed)));
document.querySelectorAll(".noUi-handle")[arguments[0]].focus();
"""


def main(model: str = "daspremont-jacquemin") -> None:
    if MISSING:
        sys.exit(f"{' and '.join(MISSING)} missing")
    with TemporaryDirectory() as folder, opened(Path(folder)) as browser:
        started = time.perf_counter()
        with serve(model) as address:
            served = time.perf_counter() - started
            resize(browser, 1280, 800)
            browser.get(address)
            wait(lambda: browser.execute_script("return document.querySelector('img.rdgames-map')?.alt"), 120)
            shown = time.perf_counter() - started
            print(f"{model}: served after {served:.1f} s, shown after {shown:.1f} s")
            names = browser.execute_script(
                "return [...document.querySelectorAll('.noUi-handle')].map((e) => e.getAttribute('aria-label'))"
            )
            for place, name in enumerate(names):
                browser.execute_script(LISTEN, place)
                for move in range(MOVES):
                    before = browser.execute_script(SEEN)
                    ActionChains(browser).send_keys(Keys.ARROW_RIGHT if move % 2 else Keys.ARROW_LEFT).perform()
                    wait(lambda before=before: browser.execute_script(SEEN) != before)
                time.sleep(0.2)
                took = sorted(browser.execute_script("return window.took")[WARM:])
                said = (
                    f"median {median(took):5.0f} ms, slowest {took[-1]:5.0f} ms" if took else "the map stays as it is"
                )
                print(f"  {name.partition(':')[0]:10} {said}")


if __name__ == "__main__":
    main(*sys.argv[1:])
