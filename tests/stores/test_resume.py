"""A store is continued after anything: kills at any moment, a full disk, other values; or it is said why not."""

from __future__ import annotations

import errno
import os
import random
import shutil
import signal
import subprocess
import sys
import time
from contextlib import contextmanager
from itertools import count
from pathlib import Path

import numpy as np
import pytest
import xarray as xr

import rdgames as rd
from rdgames.errors import OutputError
from rdgames.stores.journal import JOURNAL
from rdgames.stores.manifest import MANIFEST
from rdgames.stores.store import _locked

from .small_sweeps import GRID, OUTCOMES, REGIMES, files_of


def stream(aj, path, regimes=REGIMES, **changes):
    return rd.stream(aj, regimes, path, **({"outcomes": OUTCOMES} | GRID | changes))


class Killed(BaseException):
    """Stands for the end of the process: nothing that is done afterwards reaches the disk."""


OPERATIONS = (
    (os, "write"),
    (os, "fsync"),
    (os, "open"),
    (Path, "mkdir"),
    (Path, "replace"),
    (Path, "rename"),
    (Path, "unlink"),
    (shutil, "rmtree"),
)
"""Through which the modules of stores change files (zarr, which writes the frame, does so through others)."""


@contextmanager
def killed_at(stop):
    """Let operations on files fail from one on, a write after half of it; give the number of those that began."""
    counted = count(1)
    began = []

    def ending(true, name):
        def operation(*arguments, **options):
            began.append(number := next(counted))
            if number == stop and name == "write":
                true(arguments[0], bytes(arguments[1])[: len(arguments[1]) // 2])
            if number >= stop:
                raise Killed
            return true(*arguments, **options)

        return operation

    with pytest.MonkeyPatch.context() as patch:
        for owner, name in OPERATIONS:
            patch.setattr(owner, name, ending(getattr(owner, name), name))
        yield began


LARGE = {"gamma": "1:8:4", "beta": "0:1:6"}


@pytest.fixture
def four_chunks(monkeypatch):
    monkeypatch.setattr("rdgames.stores.plan.CHUNK_BYTES", 3 * (2 * 8 + 1 + 2) * 12)


def test_killed_at_any_operation_and_resumed_the_store_is_the_same(aj, tmp_path, four_chunks):
    with killed_at(10**9) as began:
        stream(aj, tmp_path / "whole.zarr", **LARGE)
    expected = files_of(tmp_path / "whole.zarr")
    assert len(began) > 100
    for stop in sorted(random.Random(5).sample(range(1, len(began) + 1), 14)):
        path = tmp_path / f"{stop}.zarr"
        with killed_at(stop), pytest.raises((Killed, OutputError)):
            stream(aj, path, **LARGE)
        stream(aj, path, resume=True, **LARGE)
        assert files_of(path) == expected, stop
    assert all(entry.suffix == ".zarr" for entry in tmp_path.iterdir())  # no draft of a folder is left


def test_killed_while_an_axis_grows_the_store_is_what_it_was_or_becomes(aj, tmp_path, four_chunks):
    larger = LARGE | {"gamma": [*np.linspace(1, 8, 4).tolist(), 9.0, 10.0]}
    stream(aj, tmp_path / "old.zarr", **LARGE)
    shutil.copytree(tmp_path / "old.zarr", tmp_path / "whole.zarr")
    with killed_at(10**9) as began:
        stream(aj, tmp_path / "whole.zarr", resume=True, **larger)
    before, expected = files_of(tmp_path / "old.zarr"), files_of(tmp_path / "whole.zarr")
    went_back = 0
    for stop in sorted({8, 12, *random.Random(6).sample(range(1, len(began) + 1), 12)}):
        path = tmp_path / f"{stop}.zarr"
        shutil.copytree(tmp_path / "old.zarr", path)
        with killed_at(stop), pytest.raises((Killed, OutputError)):
            stream(aj, path, resume=True, **larger)
        try:  # as long as the manifest tells the old grid, the old is completed too
            stream(aj, path, resume=True, **LARGE)
        except OutputError as error:
            assert "values of gamma: 6 values" in str(error)  # noqa: PT017
        else:
            assert files_of(path) == before, stop
            went_back += 1
        stream(aj, path, resume=True, **larger)
        assert files_of(path) == expected, stop
    assert 0 < went_back < 14


JOB = f"""
import sys, warnings
import rdgames as rd
from rdgames.stores import plan
plan.CHUNK_BYTES = 3 * (2 * 8 + 1 + 2) * 2000
rd.stream(rd.load("daspremont-jacquemin"), {REGIMES}, sys.argv[1], outcomes={OUTCOMES}, resume=True,
          a=100, b=1, c=60, n=[2, 3], gamma="1:8:200", beta="0:1:301")
"""


@pytest.fixture(scope="module")
def whole(tmp_path_factory):
    """The files of a store that was written without interruption."""
    path = tmp_path_factory.mktemp("whole") / "s.zarr"
    subprocess.run([sys.executable, "-c", JOB, path], check=True, timeout=120)
    return files_of(path)


def test_killed_by_the_system_at_random_moments_and_resumed(tmp_path, whole):
    path, moments = tmp_path / "killed.zarr", random.Random(7)
    kept = []
    for lines in (1, 30):
        process = subprocess.Popen([sys.executable, "-c", JOB, path])
        while process.poll() is None and len(lines_of(path)) < lines:
            time.sleep(0.002)
        time.sleep(moments.uniform(0, 0.03))
        process.send_signal(signal.SIGKILL)
        assert process.wait(timeout=60) == -signal.SIGKILL
        kept.append(len(lines_of(path)))
    assert 0 < kept[0] < kept[1] < len(whole[JOURNAL].splitlines())
    subprocess.run([sys.executable, "-c", JOB, path], check=True, timeout=120)
    assert files_of(path) == whole


def lines_of(store):
    journal = store / JOURNAL
    return journal.read_text().splitlines() if journal.exists() else []


def interrupted_after(chunks):
    told = []

    def progress(done, total):
        told.append(done)
        if len(told) > chunks:
            raise KeyboardInterrupt

    return progress


def test_an_interrupt_loses_nothing_that_is_computed(aj, tmp_path, small_chunks):
    stream(aj, tmp_path / "whole.zarr")
    with pytest.raises(KeyboardInterrupt):
        stream(aj, tmp_path / "s.zarr", progress=interrupted_after(3))
    kept = len(lines_of(tmp_path / "s.zarr"))
    assert 3 <= kept <= 6
    announced = []
    with pytest.raises(OutputError, match="continue it with resume=True"):
        stream(aj, tmp_path / "s.zarr")
    stream(aj, tmp_path / "s.zarr", resume=True, announce=announced.append)
    assert announced[0].chunks - announced[0].chunks_left == kept
    assert files_of(tmp_path / "s.zarr") == files_of(tmp_path / "whole.zarr")
    stream(aj, tmp_path / "s.zarr", resume=True, announce=announced.append)
    assert str(announced[1]) == "all 154 points are there"
    assert files_of(tmp_path / "s.zarr") == files_of(tmp_path / "whole.zarr")


def test_resuming_what_is_not_there_begins_it(aj, tmp_path, small_chunks):
    stream(aj, tmp_path / "1.zarr")
    stream(aj, tmp_path / "2.zarr", resume=True)
    assert files_of(tmp_path / "1.zarr") == files_of(tmp_path / "2.zarr")


@pytest.mark.parametrize("harm", ["missing", "short", "unsaid", "no journal", "torn journal"])
def test_chunks_that_are_not_as_the_journal_says_are_computed_again(aj, tmp_path, small_chunks, harm):
    stream(aj, tmp_path / "whole.zarr")
    path = tmp_path / "s.zarr"
    shutil.copytree(tmp_path / "whole.zarr", path)
    chunk = path / "welfare" / "c" / "0" / "1" / "2" / "0"
    journal = path / JOURNAL
    if harm == "missing":
        chunk.unlink()
    elif harm == "short":
        chunk.write_bytes(chunk.read_bytes()[:-1])
    elif harm == "unsaid":
        chunk.write_bytes(b"half a chunk")
        journal.write_text(
            "".join(line for line in journal.read_text().splitlines(keepends=True) if not line.startswith("1/2/0 "))
        )
    elif harm == "torn journal":
        chunk.write_bytes(b"half a chunk")
        journal.write_text(journal.read_text().replace("1/2/0 ", "1/2/0 1"))
    else:
        journal.unlink()
    stream(aj, path, resume=True)
    assert files_of(path) == files_of(tmp_path / "whole.zarr")


@pytest.mark.parametrize(
    ("change", "words"),
    [
        (
            {"regimes": ["competition", "cartel"]},
            'regime.rjv-cartel: "firms choose x jointly; firms share beta = 1" -> ',
        ),
        ({"regimes": ["cartel", "competition", "rjv-cartel"]}, "regimes: competition, cartel, rjv-cartel -> cartel, "),
        ({"outcomes": ["x", "profit"]}, "outcomes: x, welfare -> x, profit"),
        ({"margins": True}, "margins: false -> true"),
        ({"a": 101}, "fixed.a: 100.0 -> 101.0"),
        ({"b": [1, 2]}, "swept parameters: n, gamma, beta -> b, n, gamma, beta"),
        ({"beta": "0:1:6"}, "values of beta: 11 values from 0 to 1 -> 6 values from 0 to 1"),
        ({"beta": "0:1:21"}, "values of beta: 11 values from 0 to 1 -> 21 values from 0 to 1"),
        ({"n": [3, 2]}, "values of n: 2 values from 2 to 3 -> 2 values from 3 to 2"),
    ],
)
def test_another_question_is_refused_with_what_changed(aj, tmp_path, small_chunks, change, words):
    stream(aj, tmp_path / "s.zarr")
    before = files_of(tmp_path / "s.zarr")
    order = {name: (change | GRID | change)[name] for name in ({**change, **GRID} if "b" in change else GRID)}
    with pytest.raises(OutputError) as caught:
        stream(aj, tmp_path / "s.zarr", resume=True, **(change | order))
    assert words in str(caught.value)
    assert files_of(tmp_path / "s.zarr") == before


def test_another_model_is_refused_with_what_changed(aj, tmp_path, small_chunks):
    stream(aj, tmp_path / "s.zarr")
    document = aj.to_document()
    document["definitions"]["price"]["is"] = "a - 2*b*output"
    with pytest.raises(OutputError) as caught:
        stream(rd.Game(**document), tmp_path / "s.zarr", resume=True)
    assert "model.definitions.price.is: " in str(caught.value)
    assert '-> "a - 2*b*output"' in str(caught.value)


def test_other_versions_and_numbers_are_refused_with_the_reason(aj, tmp_path, small_chunks, monkeypatch):
    from importlib.metadata import version

    stream(aj, tmp_path / "s.zarr")
    monkeypatch.setattr("rdgames.stores.manifest.version", lambda name: "99" if name == "jax" else version(name))
    with pytest.raises(OutputError) as caught:
        stream(aj, tmp_path / "s.zarr", resume=True, dtype="float32")
    assert f"version of jax: {version('jax')} -> 99" in str(caught.value)
    assert 'dtype: "float64" -> "float32"' in str(caught.value)


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (None, "found no manifest.json"),
        ("", "cannot be read"),
        ("[]", "cannot be read"),
        ("{}", "cannot be read"),
        ("{" * 100_000, "cannot be read"),
        ("changed", "its checksum is another"),
        ("format", "expected format 1"),
    ],
)
def test_an_unreadable_manifest_is_told(aj, tmp_path, small_chunks, content, words):
    path = tmp_path / "s.zarr"
    stream(aj, path)
    manifest = path / MANIFEST
    text = manifest.read_text()
    if content is None:
        manifest.unlink()
    elif content == "changed":
        manifest.write_text(text.replace('"size": 11', '"size": 12'))
    elif content == "format":
        manifest.write_text(text.replace('"format": 1', '"format": 2'))
    else:
        manifest.write_text(content)
    with pytest.raises(OutputError, match=words):
        stream(aj, path, resume=True)


BETAS, GAMMAS = np.linspace(0, 1, 11).tolist(), np.linspace(1, 8, 7).tolist()


@pytest.mark.parametrize(
    "larger",
    [
        {"beta": [*BETAS, 0.55, 0.65, 0.75, 0.05, 0.15]},
        {"gamma": [*GAMMAS, 9.0]},
        {"n": [2, 3, 5]},
        {"n": [2, 3, 5], "gamma": [*GAMMAS, 9.0, 10.0], "beta": [*BETAS, 0.55]},
    ],
)
def test_a_longer_axis_computes_only_what_is_new_or_was_cut_short(aj, tmp_path, small_chunks, larger):
    path = tmp_path / "s.zarr"
    stream(aj, path)
    files = {file: file.stat().st_mtime_ns for file in path.rglob("*") if "c" in file.parts and file.is_file()}
    announced = []
    found = stream(aj, path, resume=True, announce=announced.append, **larger)
    expected = rd.sweep(aj, REGIMES, outcomes=OUTCOMES, **(GRID | larger))
    xr.testing.assert_identical(found.load(), expected)
    untouched = sum(file.stat().st_mtime_ns == time for file, time in files.items())
    kept = announced[0].chunks - announced[0].chunks_left
    assert kept > 0
    assert untouched >= kept * (len(OUTCOMES) + 2)
    whole = tmp_path / "again.zarr"
    stream(aj, whole)
    with pytest.raises(KeyboardInterrupt):
        stream(aj, whole, resume=True, progress=interrupted_after(2), **larger)
    stream(aj, whole, resume=True, **larger)
    assert files_of(whole) == files_of(path)


def test_a_full_disk_is_told_and_what_is_whole_stays(aj, tmp_path, small_chunks, monkeypatch):
    stream(aj, tmp_path / "whole.zarr")
    sizes = {name: len(content) for name, content in files_of(tmp_path / "whole.zarr").items()}
    true, room = os.write, sizes[MANIFEST] + sum(size for name, size in sizes.items() if "/c/0/" in name) // 2

    def write(file, content):
        nonlocal room
        if room <= 0:
            raise OSError(errno.ENOSPC, "No space left on device")
        part = bytes(content)[:room]
        room -= len(part)
        return true(file, part)

    words = r"No space left on device. \d+ of \d+ chunks are whole and stay"
    with monkeypatch.context() as patch:
        patch.setattr(os, "write", write)
        with pytest.raises(OutputError, match=words) as caught:
            stream(aj, tmp_path / "s.zarr")
    assert "--resume" in str(caught.value)
    kept = len(lines_of(tmp_path / "s.zarr"))
    assert f"{kept} of " in str(caught.value)
    assert kept >= 1
    announced = []
    stream(aj, tmp_path / "s.zarr", resume=True, announce=announced.append)
    assert announced[0].chunks - announced[0].chunks_left == kept
    assert files_of(tmp_path / "s.zarr") == files_of(tmp_path / "whole.zarr")


ON_A_SMALL_DISK = """
set -e
mount -t tmpfs -o size=2m none "$1"
"$2" -c "$3" "$1/s.zarr" && exit 7
mount -o remount,size=40m "$1"
"$2" -c "$3" "$1/s.zarr"
cp -r "$1/s.zarr" "$4"
"""
BLIND = "import shutil\nshutil.disk_usage = lambda path: shutil._ntuple_diskusage(10**15, 0, 10**15)\n"


def test_a_disk_that_is_full_in_truth(tmp_path, whole):
    """The disk fills up after it was looked at."""
    if subprocess.run(["unshare", "-Urm", "true"], check=False, capture_output=True).returncode:
        pytest.skip("this system lets nobody mount a small disk")
    small = tmp_path / "disk"
    small.mkdir()
    done = subprocess.run(
        [
            "unshare",
            "-Urm",
            "bash",
            "-c",
            ON_A_SMALL_DISK,
            "-",
            small,
            sys.executable,
            BLIND + JOB,
            tmp_path / "s.zarr",
        ],
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert "No space left on device" in done.stderr
    assert "chunks are whole and stay" in done.stderr
    assert done.returncode == 0, done.stderr
    assert files_of(tmp_path / "s.zarr") == whole


def test_two_processes_do_not_write_to_one_store(aj, tmp_path, small_chunks):
    path = tmp_path / "s.zarr"
    stream(aj, path)
    with _locked(path), pytest.raises(OutputError, match="another process is writing"):
        stream(aj, path, resume=True)
    stream(aj, path, resume=True)
