"""A page that is served as a user serves it, and a browser that nobody sees.

Also read by tests/benchmarks/exploring.py.
"""

from __future__ import annotations

import os
import re
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

MISSING = [name for name in ("chromium", "chromedriver") if shutil.which(name) is None]
SWITCHES = (
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-dev-shm-usage",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)


@contextmanager
def serve(*words: str) -> Iterator[str]:
    """Serve a page until the end, and give its address."""
    listen = "import runpy, signal; signal.signal(signal.SIGINT, signal.default_int_handler); "
    start = [sys.executable, "-c", f"{listen}runpy.run_module('rdgames', run_name='__main__', alter_sys=True)"]
    command = [*start, "explore", *words, "--no-browser", "--port", "0"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as process:
        try:
            line = process.stdout.readline()
            found = re.search(r"http://127\.0\.0\.1:\d+/", line)
            if found is None:
                process.kill()
                raise AssertionError(f"no address in {line!r}; {process.stderr.read()}")
            yield found[0]
        finally:
            if process.poll() is None:
                process.send_signal(signal.SIGINT)
        said, complaints = process.communicate(timeout=20)
    ended = (process.returncode, said, complaints)
    assert ended == (0, "Stopped.\n", ""), ended


@contextmanager
def opened(folder: Path) -> Iterator[Any]:
    """Give a browser with an empty profile in a folder."""
    from selenium import webdriver
    from selenium.webdriver.chrome.service import Service

    options = webdriver.ChromeOptions()
    options.binary_location = shutil.which("chromium")
    for switch in (*SWITCHES, f"--user-data-dir={folder / 'profile'}"):
        options.add_argument(switch)
    options.set_capability("goog:loggingPrefs", {"browser": "ALL", "performance": "ALL"})
    browser = webdriver.Chrome(options, Service(shutil.which("chromedriver")))
    try:
        yield browser
    finally:
        browser.quit()


def resize(browser: Any, breadth: int, height: int) -> None:
    """Give the page a size in pixels."""
    size = {"width": breadth, "height": height, "deviceScaleFactor": 1, "mobile": False}
    browser.execute_cdp_cmd("Emulation.setDeviceMetricsOverride", size)


def wait(holds: Callable[[], Any], seconds: float = 60) -> Any:
    """Wait until something is so, and return it."""
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        if found := holds():
            return found
        time.sleep(0.05)
    raise AssertionError("this has not come about in time")


@pytest.fixture
def browser(tmp_path: Path) -> Iterator[Any]:
    if MISSING:
        message = f"{' and '.join(MISSING)} missing: install the packages chromium and chromium-driver"
        if os.environ.get("CI") == "true":
            pytest.fail(message)
        pytest.skip(message)
    with opened(tmp_path) as found:
        yield found


@pytest.fixture
def served() -> Any:
    return serve


@pytest.fixture
def shape() -> Any:
    return resize


@pytest.fixture
def until() -> Any:
    return wait
