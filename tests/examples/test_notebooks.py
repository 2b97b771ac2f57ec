"""The notebooks run from an empty kernel, in silence, and every figure that they draw is there to be seen."""

from __future__ import annotations

import base64
import os
import re
import subprocess
import sys
from pathlib import Path

import jupytext
import matplotlib.font_manager  # noqa: F401  # lists the fonts, once, and says so where that takes long: not in a notebook
import pytest
from nbclient import NotebookClient
from nbformat import NotebookNode

EXAMPLES = Path(__file__).parents[2] / "examples"
README = (EXAMPLES.parent / "README.md").read_text(encoding="utf-8")
NOTEBOOKS = sorted(EXAMPLES.glob("[a-z]_*.py"))

DRAWS = re.compile(r"^(rd\.plot\w*\(|plt\.show\()", re.MULTILINE)
"""How a cell says that it shows a figure: it ends with one of ours, or shows those of pyplot."""

PNG = b"\x89PNG\r\n\x1a\n"


def executed(path: Path) -> NotebookNode:
    """Return a notebook with its outputs."""
    notebook = jupytext.read(path)
    NotebookClient(notebook, kernel_name="python3", timeout=300, resources={"metadata": {"path": EXAMPLES}}).execute()
    return notebook


def pictures(cell: NotebookNode) -> list[bytes]:
    """Return what a cell shows as pictures."""
    shown = [output.data for output in cell.outputs if output.output_type in ("display_data", "execute_result")]
    return [base64.b64decode(data["image/png"]) for data in shown if "image/png" in data]


@pytest.mark.parametrize("path", NOTEBOOKS, ids=[path.stem for path in NOTEBOOKS])
def test_notebook_runs_and_shows_its_figures(path: Path) -> None:
    cells = [cell for cell in executed(path).cells if cell.cell_type == "code"]
    said = [output.text for cell in cells for output in cell.outputs if output.get("name") == "stderr"]
    assert not said, "a reader would see these warnings:\n" + "\n".join(said)
    drawing = [cell for cell in cells if DRAWS.search(cell.source)]
    assert drawing, "a notebook should draw something"
    for cell in drawing:
        assert len(pictures(cell)) >= len(DRAWS.findall(cell.source)), f"shows no figure:\n{cell.source}"
        assert all(picture.startswith(PNG) and len(picture) > 5_000 for picture in pictures(cell))


def test_each_notebook_asks_one_question_first() -> None:
    assert [path.name[0] for path in NOTEBOOKS] == list("abcdefg")
    for path in NOTEBOOKS:
        first = jupytext.read(path).cells[0]
        title, question = [part for part in first.source.split("\n\n") if part.strip()][:2]
        assert title.startswith("# ")
        assert re.fullmatch(r"\*\*[^*]+\?\*\*", question), f"{path.name} opens with {question!r}"
        assert path.name in README


def test_one_command_renders_them(tmp_path: Path) -> None:
    (command,) = re.findall(r"^jupytext .*$", README, flags=re.MULTILINE)
    (tmp_path / "examples").mkdir()
    head = NOTEBOOKS[0].read_text(encoding="utf-8").partition("# %%")[0]
    (tmp_path / "examples" / "a_sum.py").write_text(f"{head}# %%\nprint(20 + 3)\n", encoding="utf-8")
    found = {**os.environ, "PATH": f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"}
    subprocess.run(["bash", "-c", command], cwd=tmp_path, env=found, check=True, capture_output=True, timeout=120)
    page = (tmp_path / "examples" / "a_sum.html").read_text(encoding="utf-8")
    assert "<pre>23\n</pre>" in page
