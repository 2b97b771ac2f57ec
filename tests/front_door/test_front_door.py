"""The front door: what it offers, and how little opens with it."""

import ast
import json
import subprocess
import sys
from importlib import import_module
from importlib.metadata import version
from importlib.resources import files
from pathlib import Path

import pytest

import rdgames

HEAVY = ("sympy", "jax", "numpy", "xarray", "scipy", "matplotlib", "flint", "pydantic", "pandas", "typer", "rich")


def loaded_by(code):
    """The heavy libraries that a fresh interpreter has loaded when it is done with some code."""
    report = f"\nimport json, sys\njson.dump([name for name in {HEAVY!r} if name in sys.modules], sys.stdout)"
    ran = subprocess.run(
        [sys.executable, "-W", "error", "-c", code + report], capture_output=True, text=True, check=False
    )
    assert ran.returncode == 0, ran.stderr
    return json.loads(ran.stdout)


def test_import_loads_nothing():
    assert loaded_by("import rdgames, rdgames.errors; dir(rdgames); rdgames.__version__") == []


def test_the_command_line_starts_with_what_every_command_needs():
    """JAX takes seconds to load, and swallows interrupts while it does."""
    assert not {"jax", "xarray", "scipy", "sympy", "matplotlib", "pandas"} & set(loaded_by("import rdgames.cli"))


def test_an_exact_answer_needs_neither_sympy_nor_numpy_nor_jax():
    code = (
        "import rdgames as rd\n"
        "point = rd.solve(rd.load('daspremont-jacquemin'), 'cartel').at(a=100, b=1, c=60, n=2, beta='1/3', gamma=5)\n"
        "assert str(point.values['x']) == '960/373' and point.valid"
    )
    assert loaded_by(code) == ["flint", "pydantic"]


def test_sympy_comes_with_the_first_expression():
    code = (
        "import rdgames as rd\n"
        "cartel = rd.solve(rd.load('daspremont-jacquemin'), 'cartel')\n"
        "assert str(cartel.formula('price'))\n"
        "import sys; assert 'sympy' not in sys.modules\n"
        "cartel['q']"
    )
    loaded = loaded_by(code)
    assert "sympy" in loaded
    assert "jax" not in loaded


@pytest.mark.parametrize("name", rdgames.__all__)
def test_every_name_is_what_its_room_has(name):
    assert getattr(rdgames, name) is getattr(import_module(rdgames._ROOMS[name]), name)
    assert name in dir(rdgames)


def test_the_three_lists_of_names_agree():
    """What is promised, what is found at run time, and what type checkers see."""
    tree = ast.parse(Path(rdgames.__file__).read_text(encoding="utf-8"))
    seen = {
        alias.name: node.module
        for block in tree.body
        if isinstance(block, ast.If)
        for node in block.body
        if isinstance(node, ast.ImportFrom)
        for alias in node.names
    }
    assert seen == rdgames._ROOMS
    assert sorted(rdgames.__all__) == sorted(rdgames._ROOMS)


def test_a_star_import_gives_what_is_promised():
    names: dict[str, object] = {}
    exec("from rdgames import *", names)
    assert set(rdgames.__all__) <= set(names)


def test_an_unknown_name_says_what_there_is():
    with pytest.raises(AttributeError, match=r"no attribute 'slove'; it has .*load.*solve"):
        rdgames.slove  # noqa: B018


def test_no_name_of_a_verb_is_a_room():
    rooms = {path.name for path in Path(rdgames.__file__).parent.iterdir() if path.is_dir()}
    assert rooms & set(rdgames.__all__) == set()


def test_version():
    assert rdgames.__version__ == version("rdgames")


def test_types_are_shipped():
    assert (files("rdgames") / "py.typed").is_file()


def test_missing_extra_is_named_with_the_remedy():
    code = (
        "import sys; sys.modules['matplotlib'] = None\n"
        "import rdgames as rd\n"
        "try:\n    rd.plot\nexcept ModuleNotFoundError as error:\n    print(error)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.startswith("rd.plot needs matplotlib")
    assert "pip install 'rdgames[all]'" in done.stdout
