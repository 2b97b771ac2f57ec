"""The laws of the house (DESIGN.md, section 2), read off the source; and for each law an offender that is caught."""

import ast
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest

PACKAGE = Path(__file__).parents[2] / "rdgames"

# A module imports only from its own room and from those before it. The front door, `rdgames/__init__.py`, stands
# before all rooms and only points at them; the command line is a user of the front door like any other.
ROOMS = (
    "errors",
    "writing",
    "markup",
    "language",
    "game",
    "modelfile",
    "algebra",
    "equilibrium",
    "claims",
    "certificates",
    "proofs",
    "theorems",
    "kernel",
    "choices",
    "grid",
    "deviations",
    "reductions",
    "stores",
    "sharing",
    "stability",
    "overviews",
    "citations",
    "papers",
    "figures",
    "panels",
    "bench",
    "cli",
)
BEFORE_KERNEL = ROOMS[: ROOMS.index("kernel")]
LIBRARIES = {
    "sympy": (*BEFORE_KERNEL, "bench"),
    "jax": ROOMS[ROOMS.index("kernel") :],
    "numpy": ROOMS[ROOMS.index("equilibrium") :],
    "scipy": ROOMS[ROOMS.index("equilibrium") :],
    "nashpy": ("choices",),
    "xarray": ROOMS[ROOMS.index("grid") :],
    "matplotlib": ("figures",),
    "PIL": ("figures",),
    "ipywidgets": ("panels",),
    "anywidget": ("panels",),
    "traitlets": ("panels",),
    "tornado": ("panels",),
    "voila": ("panels",),
    "typer": ("cli",),
    "rich": ("cli",),
}
"""Where each library may be imported."""

FORBIDDEN_CALLS = {"eval", "exec", "sympify", "parse_expr", "print", "__import__"}
MAX_MODULE_LINES, MAX_FUNCTION_LINES = 350, 60

FUNCTIONS = (ast.FunctionDef, ast.AsyncFunctionDef, ast.Lambda)


def room_of(module: str) -> str:
    """The room of a module such as ``rdgames.game.scope``; empty for the front door."""
    parts = module.split(".")
    return parts[1] if len(parts) > 1 else ""


def imports(tree: ast.Module) -> Iterator[tuple[ast.stmt, str]]:
    """Every import statement with each module that it names."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from ((node, alias.name) for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.level == 0:
            yield node, node.module or ""


def inside(tree: ast.Module, kinds: tuple[type, ...]) -> set[ast.AST]:
    """Everything below a node of some kinds."""
    return {
        below for node in ast.walk(tree) if isinstance(node, kinds) for below in ast.walk(node) if below is not node
    }


def for_type_checkers(tree: ast.Module) -> set[ast.AST]:
    """Everything that only type checkers see."""
    found: set[ast.AST] = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.If) and isinstance(node.test, ast.Name) and node.test.id == "TYPE_CHECKING":
            found.update(below for statement in node.body for below in ast.walk(statement))
    return found


def check_order(module: str, tree: ast.Module) -> Iterator[str]:
    room = room_of(module)
    typing_only = for_type_checkers(tree)
    for node, name in imports(tree):
        if name.split(".")[0] != "rdgames":
            continue
        target = room_of(name)
        if target and target not in ROOMS:
            yield f"line {node.lineno}: imports {name}, a room that is not drawn in the plan of the house"
        elif module == "rdgames":
            if node not in typing_only:
                yield f"line {node.lineno}: the front door imports {name} before it is asked for it"
        elif not target:
            if room not in ("cli", "__main__"):
                yield f"line {node.lineno}: {module} leaves through the front door"
        elif room != "__main__" and ROOMS.index(target) > ROOMS.index(room):
            yield f"line {node.lineno}: {module} imports {name}, from a later room"


def check_relative(module: str, tree: ast.Module) -> Iterator[str]:
    for node in ast.walk(tree):
        if isinstance(node, ast.ImportFrom) and node.level:
            yield f"line {node.lineno}: a relative import"


def check_places(module: str, tree: ast.Module) -> Iterator[str]:
    in_functions = inside(tree, FUNCTIONS)
    for node, name in imports(tree):
        if name.split(".")[0] == "rdgames" and node in in_functions:
            yield f"line {node.lineno}: imports {name} inside a function"
    for node in ast.walk(tree):
        if isinstance(node, ast.Name | ast.Attribute) and module != "rdgames":
            name = node.id if isinstance(node, ast.Name) else node.attr
            if name == "import_module":
                yield f"line {node.lineno}: import_module, which only the front door may use"


def check_libraries(module: str, tree: ast.Module) -> Iterator[str]:
    room = room_of(module)
    in_functions, typing_only = inside(tree, FUNCTIONS), for_type_checkers(tree)
    for node, name in imports(tree):
        library = name.split(".")[0]
        if library in LIBRARIES and room not in LIBRARIES[library]:
            yield f"line {node.lineno}: imports {library} in {room or 'the front door'}"
        elif library == "sympy" and node not in in_functions and node not in typing_only:
            yield f"line {node.lineno}: imports sympy as soon as {module} is imported"


def check_calls(module: str, tree: ast.Module) -> Iterator[str]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Call):
            name = getattr(node.func, "id", getattr(node.func, "attr", None))
            plain = isinstance(node.func, ast.Name)
            if name in FORBIDDEN_CALLS and (plain or name != "print"):  # a rich console prints by a method
                yield f"line {node.lineno}: calls {name}"


def check_side_effects(module: str, tree: ast.Module) -> Iterator[str]:
    for node in tree.body:
        if isinstance(node, ast.Expr) and not isinstance(node.value, ast.Constant):
            yield f"line {node.lineno}: does something when imported"


def check_sizes(module: str, tree: ast.Module) -> Iterator[str]:
    length = max((getattr(node, "end_lineno", None) or 0 for node in ast.walk(tree)), default=0)
    if length > MAX_MODULE_LINES:
        yield f"{module} has {length} lines"
    for node in ast.walk(tree):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            words = node.body[0] if ast.get_docstring(node) is not None else None  # as long as they are useful
            described = (words.end_lineno or 0) - words.lineno + 1 if words else 0
            lines = (node.end_lineno or 0) - node.lineno + 1 - described
            if lines > MAX_FUNCTION_LINES:
                yield f"line {node.lineno}: {node.name} has {lines} lines"


LAWS = {
    "imports go one way": check_order,
    "no relative imports": check_relative,
    "own modules are imported at the top": check_places,
    "libraries stay in their rooms": check_libraries,
    "nothing is evaluated or printed": check_calls,
    "importing does nothing": check_side_effects,
    "modules and functions fit on a few screens": check_sizes,
}

MODULES = {
    ".".join(("rdgames", *path.relative_to(PACKAGE).with_suffix("").parts)).removesuffix(".__init__"): path
    for path in sorted(PACKAGE.rglob("*.py"))
}


parsed = cache(ast.parse)


def complaints(law: str, module: str, source: str) -> list[str]:
    return list(LAWS[law](module, parsed(source)))


@pytest.mark.parametrize("law", LAWS)
def test_every_module_keeps_the_law(law):
    found = {module: complaints(law, module, path.read_text(encoding="utf-8")) for module, path in MODULES.items()}
    assert {module: each for module, each in found.items() if each} == {}


def test_the_whole_package_is_read():
    assert {"rdgames", "rdgames.errors", "rdgames.game.game", "rdgames.equilibrium.equilibrium"} <= set(MODULES)
    assert {room_of(module) for module in MODULES} - {"", "__main__"} <= set(ROOMS)


LONG_FUNCTION = "def long():\n" + "    x = 1\n" * MAX_FUNCTION_LINES

OFFENDERS = [
    ("imports go one way", "rdgames.game.game", "from rdgames.equilibrium.equilibrium import solve", "later room"),
    ("imports go one way", "rdgames.language.tree", "import rdgames.game.game", "later room"),
    ("imports go one way", "rdgames.errors", "from rdgames.language.tree import Number", "later room"),
    ("imports go one way", "rdgames.algebra.x", "from rdgames.helpers import x", "not drawn"),
    ("imports go one way", "rdgames.game.x", "import rdgames", "front door"),
    ("imports go one way", "rdgames.game.x", "from rdgames import load", "front door"),
    ("imports go one way", "rdgames", "from rdgames.game.game import Game", "before it is asked"),
    (
        "imports go one way",
        "rdgames.game.x",
        "from typing import TYPE_CHECKING\nif TYPE_CHECKING:\n    from rdgames.grid.axes import Grid",
        "later room",
    ),
    ("no relative imports", "rdgames.game.x", "from . import entries", "relative"),
    ("no relative imports", "rdgames.game.x", "from ..errors import did_you_mean", "relative"),
    (
        "own modules are imported at the top",
        "rdgames.grid.x",
        "def f():\n    from rdgames.game.game import Game",
        "inside a function",
    ),
    (
        "own modules are imported at the top",
        "rdgames.grid.x",
        "import importlib\nx = importlib.import_module('rdgames.cli')",
        "front door",
    ),
    ("libraries stay in their rooms", "rdgames.kernel.x", "def f():\n    import sympy", "sympy"),
    ("libraries stay in their rooms", "rdgames.algebra.x", "import sympy", "as soon as"),
    ("libraries stay in their rooms", "rdgames.equilibrium.x", "import jax.numpy as jnp", "jax"),
    ("libraries stay in their rooms", "rdgames.algebra.x", "import numpy as np", "numpy"),
    ("libraries stay in their rooms", "rdgames.kernel.x", "import xarray as xr", "xarray"),
    ("libraries stay in their rooms", "rdgames.grid.x", "def f():\n    from matplotlib import pyplot", "matplotlib"),
    ("libraries stay in their rooms", "rdgames", "import jax", "front door"),
    ("nothing is evaluated or printed", "rdgames.language.x", "x = eval('1')", "calls eval"),
    ("nothing is evaluated or printed", "rdgames.language.x", "def f(s):\n    exec(s)", "calls exec"),
    ("nothing is evaluated or printed", "rdgames.algebra.x", "def f(s):\n    return sympy.sympify(s)", "sympify"),
    ("nothing is evaluated or printed", "rdgames.cli.x", "def f():\n    print('x')", "calls print"),
    ("importing does nothing", "rdgames.kernel.x", "import jax\njax.config.update('jax_enable_x64', True)", "line 2"),
    ("modules and functions fit on a few screens", "rdgames.game.x", "x = 1\n" * (MAX_MODULE_LINES + 1), "351 lines"),
    ("modules and functions fit on a few screens", "rdgames.game.x", LONG_FUNCTION, "61 lines"),
]


@pytest.mark.parametrize(("law", "module", "source", "complaint"), OFFENDERS)
def test_the_law_bites(law, module, source, complaint):
    [found] = complaints(law, module, source)
    assert complaint in found


def test_every_law_has_an_offender():
    assert {law for law, *_ in OFFENDERS} == set(LAWS)


DESCRIBED = 'def f():\n    """What it does.' + "\n    And more." * MAX_FUNCTION_LINES + '\n    """\n    return 1\n'

INNOCENT = [
    ("modules and functions fit on a few screens", "rdgames.game.x", DESCRIBED),
    ("imports go one way", "rdgames.equilibrium.x", "from rdgames.game.game import Game"),
    ("imports go one way", "rdgames.game.x", "from rdgames.game.scope import Scope"),
    ("imports go one way", "rdgames.cli.x", "import rdgames"),
    ("libraries stay in their rooms", "rdgames.algebra.x", "def f():\n    import sympy"),
    ("libraries stay in their rooms", "rdgames.game.x", "import numpydoc"),
    ("nothing is evaluated or printed", "rdgames.cli.x", "def f(out):\n    out.print('x')"),
    ("nothing is evaluated or printed", "rdgames.game.x", "import re\nx = re.compile('x')"),
    ("importing does nothing", "rdgames.game.x", '"""Words."""\nx = len("x")'),
]


@pytest.mark.parametrize(("law", "module", "source"), INNOCENT)
def test_the_law_leaves_the_innocent_alone(law, module, source):
    assert complaints(law, module, source) == []
