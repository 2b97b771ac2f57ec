"""README.md is run as it is read: commands, code, and the file that it teaches to write."""

from __future__ import annotations

import os
import re
import shlex
import subprocess
import sys
from pathlib import Path

import pytest

import rdgames as rd

ROOT = Path(__file__).parents[2]
README = (ROOT / "README.md").read_text(encoding="utf-8")


def blocks(language: str) -> list[str]:
    return re.findall(rf"```{language}\n(.*?)```", README, flags=re.DOTALL)


def test_tour_runs():
    names: dict[str, object] = {}
    for block in blocks("python"):
        exec(compile(block, "README.md", "exec"), names)
    assert names["best"].dims == ("gamma", "beta")
    assert str(names["after"].values["q"]) == "[Fraction(46, 3), Fraction(37, 3)]"


def only_commands(block: str) -> bool:
    return all(line.startswith("$ ") for line in block.splitlines())


COMMANDS = [line[2:] for block in blocks("console") if only_commands(block) for line in block.splitlines()]


@pytest.mark.parametrize("line", COMMANDS)
def test_commands_run(line, tmp_path):
    assert line.startswith("rdgames ")
    (tmp_path / "examples").symlink_to(ROOT / "examples")
    line = line.replace("rdgames", f"{shlex.quote(sys.executable)} -m rdgames", 1)
    done = subprocess.run(["bash", "-c", line], cwd=tmp_path, capture_output=True, text=True, check=False, timeout=120)
    assert (done.returncode, done.stderr) == (0, "")
    made = {word for word in shlex.split(line) if re.fullmatch(r"[a-z]+\.(nc|zarr|pdf|svg|png|bib)", word)}
    assert {entry.name for entry in tmp_path.iterdir()} == made | {"examples"}


def test_transcript_is_what_is_printed(tmp_path):
    """Numbers aside: another point refutes a claim as well, and another proof may have more steps."""

    def without_numbers(text: str) -> str:
        return re.sub(r"[0-9]+(/[0-9]+)?", "0", text)

    (transcript,) = [block for block in blocks("console") if not only_commands(block)]
    for part in re.split(r"^\$ ", transcript, flags=re.MULTILINE)[1:]:
        line, _, expected = part.partition("\n")
        words = shlex.split(line)
        assert words[0] == "rdgames"
        done = subprocess.run(
            [sys.executable, "-m", *words], cwd=tmp_path, capture_output=True, text=True, check=False, timeout=120
        )
        assert done.returncode == ("refuted" in expected), line
        assert done.stderr == ""
        assert without_numbers(done.stdout.strip()) == without_numbers(expected.strip())


def test_own_game_can_be_derived(tmp_path):
    file = tmp_path / "advertising.toml"
    file.write_text(blocks("toml")[0], encoding="utf-8")
    game = rd.load(file)
    joint = rd.solve(game, "joint-campaign")
    # With everything shared and joint, value rises by n*y for all: y = 2*n*(a - c)/(k*(n + 1)**2 - 2*n**2).
    point = joint.at(a=10, c=4, k=9, n=2, share=1)
    assert point.values["y"] * (9 * 9 - 2 * 4) == 2 * 2 * 6


def test_two_commands_open_the_page_and_ci_runs_the_second():
    first, second = (block.strip() for block in blocks("sh"))
    assert first.startswith("python3 -m venv .venv && ")
    assert "rdgames sweep daspremont-jacquemin --plot" in first
    script = (ROOT / ".ci" / "run").read_text(encoding="utf-8")
    pattern = re.search(r"sed -n 's/\^\\\((.*?)\\\)\$", script)
    assert pattern is not None
    found = [line for line in README.splitlines() if re.fullmatch(pattern[1], line)]
    assert found == [second]
    assert os.access(ROOT / ".ci" / "run", os.X_OK)


def test_every_packaged_model_is_listed():
    for name in rd.models():
        assert f"| `{name}` |" in README


def test_every_figure_is_there_beside_the_command_that_draws_it():
    figures = re.findall(r"!\[.*?\]\((.*?)\)", README)
    assert len(figures) >= 2
    for path in figures:
        assert (ROOT / path).read_bytes().startswith(b"\x89PNG")
        before = README.partition(f"({path})")[0][-1500:]
        assert f"--plot {Path(path).name}\n" in before


def test_the_list_of_contents_leads_to_every_section():
    sections = re.findall(r"^## (.*)$", README, flags=re.MULTILINE)
    listed = re.findall(r"\]\(#([a-z-]+)\)", README.partition("\n## ")[0])
    assert listed == [re.sub(r"[^a-z -]", "", section.lower()).replace(" ", "-") for section in sections]
