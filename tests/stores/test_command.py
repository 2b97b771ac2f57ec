"""The command that writes stores, as a person meets it: whole processes, interrupts, exit codes."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time

import pytest
import xarray as xr

from .small_sweeps import files_of

FIX = ("--fix", "a=100,b=1,c=60,n=2")


def run(*arguments, cwd):
    return subprocess.run(
        [sys.executable, "-m", "rdgames", "sweep", "daspremont-jacquemin", *arguments],
        capture_output=True,
        text=True,
        cwd=cwd,
        check=False,
        timeout=120,
    )


def test_a_store_is_written_refused_and_made_larger(tmp_path):
    asked = ("--regimes", "competition,cartel", "--outcomes", "x,welfare", "--out", "s.zarr", *FIX)
    done = run(*asked, "--over", "beta=0:1:5,gamma=3 4", "--json", cwd=tmp_path)
    assert (done.returncode, done.stderr) == (0, "")
    document = json.loads(done.stdout)
    assert document["files"] == ["s.zarr"]
    assert document["points"] == 10
    assert document["sizes"] == {"regime": 2, "beta": 5, "gamma": 2}
    assert document["outcomes"] == ["x", "welfare", "valid", "failed_condition"]
    with xr.open_zarr(tmp_path / "s.zarr") as found:
        assert float(found["welfare"].sel(regime="cartel", gamma=4, beta=0.5)) > 0
    again = run(*asked, "--over", "beta=0:1:5,gamma=3 4", cwd=tmp_path)
    assert again.returncode == 2
    assert "--resume" in again.stderr
    other = run(*asked, "--over", "beta=0:1:6,gamma=3 4", "--resume", cwd=tmp_path)
    assert other.returncode == 2
    assert "values of beta: 5 values from 0 to 1 -> 6 values from 0 to 1" in other.stderr
    larger = run(*asked, "--over", "beta=0:1:5,gamma=3 4 8", "--resume", "--plot", "f.png", cwd=tmp_path)
    assert (larger.returncode, larger.stderr) == (0, "")
    assert "15 points" in larger.stdout
    assert "wrote s.zarr" in larger.stdout
    assert (tmp_path / "f.png").read_bytes().startswith(b"\x89PNG")


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("--resume", "--out", "x.nc"), "--out FILE.zarr"),
        (("--workers", "2"), "--out FILE.zarr"),
        (("--out", "x.zar"), "did you mean '.zarr'"),
        (("--out", "x.zarr", "--workers", "0"), "found 0 workers"),
        (("--out", "x.zarr", "--over", "beta=0:1:1000000,gamma=1:2:900000", *FIX), "free on that disk"),
        (("--outcomes", "x,welfar"), "did you mean 'welfare'"),
        (("--outcomes", ","), "found no name in --outcomes"),
        (("--outcomes", "x", "--outcome", "welfare"), "welfare"),
    ],
)
def test_wrong_use_is_one_clear_message(tmp_path, arguments, words):
    done = run(*arguments, cwd=tmp_path)
    assert done.returncode == 2
    assert done.stdout == ""
    assert words in done.stderr
    assert "Traceback" not in done.stderr
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("workers", [(), ("--workers", "2")])
def test_an_interrupt_says_how_to_go_on_and_loses_nothing(tmp_path, hearing, workers):
    """As from a terminal, which interrupts the workers too."""
    store = tmp_path / "s.zarr"
    job = ["sweep", "daspremont-jacquemin", "--regimes", "competition", "--outcomes", "x", "--out", str(store)]
    job += ["--over", "beta=0:1:3000,gamma=2:12:3000,n=2:16:15", "--fix", "a=100,b=1,c=60", "--resume"]
    with subprocess.Popen(
        [*hearing, *job, *workers], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, start_new_session=True
    ) as process:
        while process.poll() is None and not chunks(store):
            time.sleep(0.01)
        os.killpg(process.pid, signal.SIGINT)
        said, complained = process.communicate(timeout=60)
    assert (process.returncode, said) == (130, "")
    assert f"points are in {store} and stay there; to go on: the same command with --resume" in complained
    assert "Traceback" not in complained
    kept = chunks(store)
    done = subprocess.run(
        [sys.executable, "-m", "rdgames", *job], capture_output=True, text=True, timeout=120, check=False
    )
    assert (done.returncode, done.stderr) == (0, "")
    assert 0 < len(kept) < len(chunks(store))
    assert "drafts" not in {entry.name for entry in store.iterdir()}
    assert len(files_of(store)["journal.txt"].splitlines()) == len(chunks(store))


def chunks(store):
    journal = store / "journal.txt"
    return journal.read_text().splitlines() if journal.exists() else []
