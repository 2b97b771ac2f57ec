"""The widgets as a page in a browser, served by Voilà to this machine only, until it is interrupted.

Voilà runs a notebook of one cell, which shows what `rdgames.panels.controls.explore` shows, in a process of its own
for everyone who opens the page. All that the page needs comes from this server, so it works without a network.
"""

from __future__ import annotations

import errno
import json
import logging
import socket
import sys
from collections.abc import Callable, Mapping, Sequence
from importlib.util import find_spec
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import numpy as np

from rdgames.errors import InputError
from rdgames.modelfile.catalogue import load, path_of
from rdgames.panels.asked import read_asked

ADDRESS = "127.0.0.1"
"""Nobody but this machine is served."""
PORT = 8866
NEEDED = ("anywidget", "ipywidgets", "matplotlib", "voila")
CELL = """import logging

from rdgames.panels.asked import read_asked
from rdgames.panels.controls import Explorer
from rdgames.modelfile.catalogue import load

logging.getLogger("IPKernelApp").setLevel(logging.CRITICAL)  # or it complains when it is ended amid its work
Explorer(read_asked({asked}))"""
"""What the page's process does."""
PING = 30_000
"""Milliseconds after which a page that says nothing is asked whether it is still there."""
EXTENSIONS = ["@voila-dashboards/widgets-manager8", "@jupyter-widgets/jupyterlab-manager", "anywidget"]
"""What of JupyterLab's extensions the page needs; others that are installed may be of versions that fail."""
PATIENCE = 0.5
"""Seconds in which a process may end by itself; it has nothing to lose."""
TEMPLATE = Path(__file__).parent / "template"
POLICY = "; ".join(
    (
        "default-src 'self'",
        "script-src 'self' 'unsafe-inline' 'unsafe-eval' blob:",
        "style-src 'self' 'unsafe-inline' data:",
        "img-src 'self' data: blob:",
        "font-src 'self' data:",
        "connect-src 'self' ws:",
        "frame-ancestors 'none'",
    )
)
"""What a browser may load for the page: nothing from elsewhere. Widgets are scripts, so these may run."""


def serve_page(
    model: str,
    regimes: Sequence[str] | None = None,
    *,
    port: int | None = None,
    open_browser: bool = True,
    announce: Callable[[str], object] = str,
    **options: Any,
) -> None:
    """Serve `rdgames.panels.controls.explore` as a page to this machine, until an interrupt.

    Parameters
    ----------
    model, regimes, options
        A packaged model or a model file, and what `explore` is told besides.
    port
        Where to serve; `PORT`, or any that is free where that is taken, if left out.
    open_browser
        Whether to open the page in the user's browser.
    announce
        Is told the address as soon as the page is served.

    Raises
    ------
    UnknownNameError, OutsideDomainError, InputError
        If names or values are not those of the game, or the port is taken.
    ModuleNotFoundError
        If Voilà is not installed.
    """
    for library in NEEDED:
        if find_spec(library) is None:
            raise ModuleNotFoundError(f"the page needs {library}: pip install 'rdgames[explore]'", name=library)
    read_asked(load(model), regimes, **options)  # what is wrong is said here, not in a browser
    at = _free(port)
    from tornado.ioloop import IOLoop
    from voila.app import Voila

    path = str(path_of(model).resolve())
    asked = f"load({path!r}), {regimes!r}, model={model!r}, **{_typed(options)!r}"

    class Page(Voila):  # type: ignore[misc]
        """Voilà with a template of ours before its own."""

        def setup_template_dirs(self) -> None:
            super().setup_template_dirs()
            self.template_paths: list[str] = [str(TEMPLATE), *self.template_paths]

    with TemporaryDirectory(prefix="rdgames-") as folder:
        notebook = Path(folder) / f"rdgames explore {Path(model).stem}.ipynb"
        notebook.write_text(json.dumps(_notebook(CELL.format(asked=asked))), encoding="utf-8")
        page = Page(
            log_level=logging.ERROR,
            config_file_paths=[],
            ip=ADDRESS,
            port=at,
            port_retries=0,
            open_browser=open_browser,
            tornado_settings={
                "ws_ping_timeout": PING,
                "ws_ping_interval": PING,
                "allow_remote_access": False,
                "local_hostnames": ["localhost", ADDRESS],
                "headers": {"Content-Security-Policy": POLICY},
            },
        )
        page.config.VoilaConfiguration.extension_allowlist = EXTENSIONS
        page.config.KernelManager.shutdown_wait_time = PATIENCE
        if sys.platform == "linux":  # between processes of one machine, files are sockets that only their user can open
            page.config.KernelManager.transport = "ipc"
        page.initialize([str(notebook)])
        IOLoop.current().add_callback(lambda: announce(f"http://{ADDRESS}:{page.port}/"))
        page.start()


def _typed(options: Mapping[str, Any]) -> dict[str, Any]:
    """Return options as they can be typed."""
    return {
        name: value if value is None or isinstance(value, str | int) else np.asarray(value, float).tolist()
        for name, value in options.items()
    }


def _notebook(cell: str) -> dict[str, Any]:
    """Return a notebook of one cell."""
    code: dict[str, Any] = {
        "cell_type": "code",
        "execution_count": None,
        "id": "explore",
        "metadata": {},
        "outputs": [],
        "source": cell,
    }
    kernel = {"display_name": "Python 3", "language": "python", "name": "python3"}
    return {"cells": [code], "metadata": {"kernelspec": kernel}, "nbformat": 4, "nbformat_minor": 5}


def _free(port: int | None) -> int:
    """Return a port that can be served: the one asked for, or one that is free.

    Raises
    ------
    InputError
        If the one asked for cannot be.
    """
    for tried in (PORT, 0) if port is None else (port,):
        with socket.socket() as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                probe.bind((ADDRESS, tried))
            except (OSError, OverflowError) as error:
                taken = getattr(error, "errno", None) == errno.EADDRINUSE
                why = "which something else serves already" if taken else f"which cannot be served ({error})"
                continue
            return int(probe.getsockname()[1])
    raise InputError(f"found port {port}, {why}; expected a free one, from 1024 to 65535, or leave --port out")
