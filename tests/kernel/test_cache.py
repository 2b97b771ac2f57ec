"""What is kept of compilations: found again by another process, never for another question, replaced when spoiled."""

from __future__ import annotations

import os
import subprocess
import sys

import jax
import numpy as np
import pytest

from rdgames.kernel import cache
from rdgames.kernel.compilation import compiled
from rdgames.kernel.kernel import Memory, compile_kernel
from rdgames.kernel.tracing import FAILED
from rdgames.modelfile.catalogue import load

pytestmark = pytest.mark.usefixtures("as_for_users")

X = np.arange(4.0)


@pytest.fixture(autouse=True)
def folder(tmp_path, monkeypatch):
    monkeypatch.setenv(cache.CACHE_VARIABLE, str(tmp_path))
    monkeypatch.setattr(cache, "WORTH_KEEPING", 0.0)
    return tmp_path


def entries(folder):
    return sorted(path.name for path in folder.iterdir())


def never_traced(_):
    pytest.fail("traced again")


def test_the_second_time_nothing_is_traced_or_compiled(folder, monkeypatch):
    assert compiled(lambda x: {"y": 2 * x}, "twice")(X)["y"].tolist() == [0, 2, 4, 6]
    assert len(entries(folder)) == 1
    monkeypatch.setattr(cache, "_compile", lambda _: pytest.fail("compiled again"))
    assert compiled(never_traced, "twice")(X)["y"].tolist() == [0, 2, 4, 6]


def test_other_identities_shapes_types_and_names_are_kept_apart(folder):
    assert compiled(lambda x: 2 * x, "twice")(X).tolist() == [0, 2, 4, 6]
    assert compiled(lambda x: 3 * x, "thrice")(X).tolist() == [0, 3, 6, 9]
    assert compiled(lambda x: 2 * x, "twice")(X[:2]).tolist() == [0, 2]
    assert compiled(lambda x: 2 * x, "twice")(X.astype(np.float32)).dtype == np.float32
    assert compiled(lambda x: 2 * x["a"], "twice")({"a": X}).tolist() == [0, 2, 4, 6]
    assert compiled(lambda x: 2 * x["b"], "twice")({"b": X}).tolist() == [0, 2, 4, 6]
    memory = jax.numpy.zeros(4)
    assert compiled(lambda _, x: 2.0 * x, "twice", into=True)(memory, X.astype(np.float32)).tolist() == [0, 2, 4, 6]
    assert len(entries(folder)) == 7


@pytest.mark.parametrize("part", ["_source_hash", "version"])
def test_another_source_or_version_is_another_entry(folder, monkeypatch, part):
    cache._circumstances.cache_clear()
    compiled(lambda x: 2 * x, "twice")(X)
    monkeypatch.setattr(cache, part, lambda *_: "another")
    cache._circumstances.cache_clear()
    compiled(lambda x: 2 * x, "twice")(X)
    assert len(entries(folder)) == 2
    monkeypatch.undo()
    cache._circumstances.cache_clear()


def test_the_source_hash_reads_every_module(tmp_path, monkeypatch):
    source = tmp_path / "source"
    (source / "kernel").mkdir(parents=True)
    (source / "kernel" / "mesh.py").write_text("x = 1\n")
    monkeypatch.setattr(cache, "PACKAGE", source)
    found = [cache._source_hash()]
    (source / "kernel" / "mesh.py").write_text("x = 2\n")
    found.append(cache._source_hash())
    (source / "kernel" / "mesh.py").rename(source / "kernel" / "other.py")
    found.append(cache._source_hash())
    assert len(set(found)) == 3


def test_whatever_a_kernel_depends_on_is_in_its_identity(aj):
    base = {"game": aj, "regimes": ("competition", "cartel"), "outcomes": ("x", "welfare")}
    others = [
        {},
        {"regimes": ("competition",)},
        {"regimes": ("cartel", "competition")},
        {"outcomes": ("x",)},
        {"outcomes": ("welfare", "x")},
        {"margins": True},
        {"corners": True},
        {"derivatives": ("beta",)},
        {"starts": 1},
        {"game": load("kamien-muller-zang-cournot")},
    ]
    found = []
    for other in others:
        given = base | other
        positional = [given.pop(name) for name in ("game", "regimes", "outcomes")]
        found.append(compile_kernel(*positional, **given).identity)
    assert len(set(found)) == len(others)
    compile_kernel.cache_clear()
    assert compile_kernel(*base.values()).identity == found[0]


@pytest.mark.parametrize("mode", [0o777, 0o770])
def test_a_folder_that_others_may_write_to_is_not_used(folder, monkeypatch, mode):
    shared = folder / "shared"
    shared.mkdir()
    shared.chmod(mode)
    monkeypatch.setenv(cache.CACHE_VARIABLE, str(shared))
    assert compiled(lambda x: 8 * x, "eight")(X).tolist() == [0, 8, 16, 24]
    assert entries(shared) == []


def test_a_folder_of_somebody_else_is_not_used(folder, monkeypatch):
    monkeypatch.setattr(cache.os, "getuid", lambda: folder.stat().st_uid + 1, raising=False)
    assert cache.cache_folder() is None


def test_a_new_folder_is_the_users_alone(folder, monkeypatch):
    monkeypatch.setenv(cache.CACHE_VARIABLE, str(folder / "new"))
    assert cache.cache_folder() == folder / "new"
    assert (folder / "new").stat().st_mode & 0o777 == 0o700


@pytest.mark.parametrize("content", [b"", b"half", b"\x80\x04N."])
def test_a_spoiled_entry_is_compiled_again_and_replaced(folder, content):
    compiled(lambda x: 3 * x, "thrice")(X)
    [entry] = folder.iterdir()
    whole = len(entry.read_bytes())
    entry.write_bytes(content)
    assert compiled(lambda x: 3 * x, "thrice")(X).tolist() == [0, 3, 6, 9]
    assert len(entry.read_bytes()) == pytest.approx(whole, rel=0.1)


def test_it_can_be_switched_off(folder, monkeypatch):
    monkeypatch.setenv(cache.CACHE_VARIABLE, "off")
    assert compiled(lambda x: 4 * x, "four")(X).tolist() == [0, 4, 8, 12]
    assert entries(folder) == []


def test_where_no_folder_can_be_made_nothing_is_kept(folder, monkeypatch):
    (folder / "file").write_text("")
    monkeypatch.setenv(cache.CACHE_VARIABLE, str(folder / "file" / "below"))
    assert compiled(lambda x: 5 * x, "five")(X).tolist() == [0, 5, 10, 15]
    assert entries(folder) == ["file"]


def test_the_entries_not_used_for_longest_go_first(folder, monkeypatch):
    monkeypatch.setattr(cache, "MOST_ENTRIES", 2)
    for place in range(2):
        compiled(lambda x, place=place: (place + 2) * x, str(place))(X)
        for path in folder.iterdir():
            os.utime(path, (place, place))
    first = entries(folder)
    compiled(lambda x: x - 1, "less")(X)
    assert len(entries(folder)) == 2
    assert len(set(entries(folder)) & set(first)) == 1


def test_what_is_quickly_compiled_is_not_kept(folder, monkeypatch):
    monkeypatch.setattr(cache, "WORTH_KEEPING", 1e9)
    compiled(lambda x: 6 * x, "six")(X)
    assert entries(folder) == []


def test_another_process_gets_the_same_numbers_from_the_cache(folder):
    code = (
        "import numpy as np, rdgames as rd\nfrom rdgames.kernel import cache\n"
        "import sys, jax\ncache.WORTH_KEEPING = 0\n"
        "if len(sys.argv) > 1: cache._compile = jax.make_jaxpr = None\n"
        "ds = rd.sweep(rd.load('daspremont-jacquemin'), ['competition', 'cartel'], a=100, b=1, c=60, n=2,"
        " gamma=rd.linspace(1, 5, 9), beta=rd.linspace(0, 1, 11))\n"
        "print(ds['welfare'].values.tobytes().hex())"
    )
    runs = [
        subprocess.run([sys.executable, "-c", code, *more], capture_output=True, text=True, check=True)
        for more in ([], ["loads only"])
    ]
    assert runs[0].stdout == runs[1].stdout
    assert [run.stderr for run in runs] == ["", ""]
    assert len(entries(folder)) == 1


def test_memory_is_written_again_and_again(aj):
    kernel = compile_kernel(aj, ("competition", "cartel"), ("welfare", "x"), margins=True)
    axes, fixed = {"beta": np.linspace(0, 1, 50_000)}, {"a": 100.0, "b": 1.0, "c": 60.0, "n": 2.0, "gamma": 1.5}
    memory = Memory()
    places = set()
    for start in range(0, 40_000, 10_000):
        block = (slice(start, start + 10_000),)
        values = kernel.evaluate(axes, fixed, block, memory)
        places |= {(key, value.ctypes.data) for key, value in values.items()}
        for key, fresh in kernel.evaluate(axes, fixed, block).items():
            np.testing.assert_array_equal(values[key], fresh)
        del values, fresh
    assert len({data for _, data in places}) == len({key for key, _ in places})
    smaller = kernel.evaluate(axes, fixed, (slice(0, 10),), memory)
    assert smaller["cartel", FAILED].shape == (10,)
