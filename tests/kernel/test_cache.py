"""What is kept of compilations: found again by another process, never by another function, replaced when spoiled."""

from __future__ import annotations

import os
import subprocess
import sys

import numpy as np
import pytest

from rdgames.kernel import cache
from rdgames.kernel.compilation import compiled
from rdgames.kernel.kernel import Memory, compile_kernel
from rdgames.kernel.tracing import FAILED

X = np.arange(4.0)


@pytest.fixture(autouse=True)
def folder(tmp_path, monkeypatch):
    monkeypatch.setenv(cache.CACHE_VARIABLE, str(tmp_path))
    monkeypatch.setattr(cache, "WORTH_KEEPING", 0.0)
    return tmp_path


def entries(folder):
    return sorted(path.name for path in folder.iterdir())


def test_the_second_time_nothing_is_compiled(folder, monkeypatch):
    assert compiled(lambda x: {"y": 2 * x})(X)["y"].tolist() == [0, 2, 4, 6]
    assert len(entries(folder)) == 1
    monkeypatch.setattr(cache, "_compile", lambda _: pytest.fail("compiled again"))
    assert compiled(lambda x: {"y": 2 * x})(X)["y"].tolist() == [0, 2, 4, 6]


def test_functions_that_differ_only_in_names_or_unused_arguments_are_kept_apart(folder):
    assert compiled(lambda x: {"y": 2 * x})(X).keys() == {"y"}
    assert compiled(lambda x: {"z": 2 * x})(X).keys() == {"z"}
    assert compiled(lambda x, _: {"z": 2 * x})(X, X)["z"].tolist() == [0, 2, 4, 6]
    assert compiled(lambda x, _: {"z": 2 * x})(X, X[:2])["z"].tolist() == [0, 2, 4, 6]
    assert len(entries(folder)) == 4


@pytest.mark.parametrize("content", [b"", b"half", b"\x80\x04N."])
def test_a_spoiled_entry_is_compiled_again_and_replaced(folder, content):
    compiled(lambda x: 3 * x)(X)
    [entry] = folder.iterdir()
    whole = len(entry.read_bytes())
    entry.write_bytes(content)
    assert compiled(lambda x: 3 * x)(X).tolist() == [0, 3, 6, 9]
    assert len(entry.read_bytes()) == pytest.approx(whole, rel=0.1)


def test_it_can_be_switched_off(folder, monkeypatch):
    monkeypatch.setenv(cache.CACHE_VARIABLE, "off")
    assert compiled(lambda x: 4 * x)(X).tolist() == [0, 4, 8, 12]
    assert entries(folder) == []


def test_where_no_folder_can_be_made_nothing_is_kept(folder, monkeypatch):
    (folder / "file").write_text("")
    monkeypatch.setenv(cache.CACHE_VARIABLE, str(folder / "file" / "below"))
    assert compiled(lambda x: 5 * x)(X).tolist() == [0, 5, 10, 15]
    assert entries(folder) == ["file"]


def test_the_entries_not_used_for_longest_go_first(folder, monkeypatch):
    monkeypatch.setattr(cache, "MOST_ENTRIES", 2)
    for place in range(2):
        compiled(lambda x, place=place: (place + 2) * x)(X)
        for path in folder.iterdir():
            os.utime(path, (place, place))
    first = entries(folder)
    compiled(lambda x: x - 1)(X)
    assert len(entries(folder)) == 2
    assert len(set(entries(folder)) & set(first)) == 1


def test_what_is_quickly_compiled_is_not_kept(folder, monkeypatch):
    monkeypatch.setattr(cache, "WORTH_KEEPING", 1e9)
    compiled(lambda x: 6 * x)(X)
    assert entries(folder) == []


def test_another_process_gets_the_same_numbers_from_the_cache(folder):
    code = (
        "import numpy as np, rdgames as rd\nfrom rdgames.kernel import cache\n"
        "import sys\nif len(sys.argv) > 1: cache._compile = None\ncache.WORTH_KEEPING = 0\n"
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
