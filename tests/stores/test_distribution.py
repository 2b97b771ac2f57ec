"""The same chunks by other processes: real workers, one of them killed in mid-sweep, and the same files as by one."""

from __future__ import annotations

import hashlib
import os
import signal
import subprocess
import sys

import pytest
from distributed import Client, LocalCluster

import rdgames as rd
from rdgames.errors import InputError, OutputError
from rdgames.stores.distribution import write_chunk
from rdgames.stores.journal import JOURNAL
from rdgames.stores.manifest import MANIFEST

from .small_sweeps import OUTCOMES, REGIMES, files_of

GRID = {"a": 100, "b": 1, "c": 60, "n": [2, 3], "gamma": "1:8:120", "beta": "0:1:301"}


@pytest.fixture
def chunks(monkeypatch):
    monkeypatch.setattr("rdgames.stores.plan.CHUNK_BYTES", 3 * (2 * 8 + 1 + 2) * 1000)


@pytest.fixture
def cluster():
    """Two workers, spawned, that somebody else has started."""
    with LocalCluster(
        n_workers=2, threads_per_worker=1, processes=True, dashboard_address=None, silence_logs=50, memory_limit=0
    ) as cluster:
        yield cluster


def stream(aj, path, **changes):
    return rd.stream(aj, REGIMES, path, **({"outcomes": OUTCOMES} | GRID | changes))


def pids(cluster):
    with Client(cluster) as client:
        return sorted(client.run(os.getpid).values())


def test_workers_of_a_scheduler_and_one_killed_write_the_same_files(aj, tmp_path, chunks, cluster):
    stream(aj, tmp_path / "here.zarr")
    before, told = pids(cluster), []

    def kill_one(done, total):
        told.append((done, total))
        if len(told) == 20:
            os.kill(before[0], signal.SIGKILL)

    stream(aj, tmp_path / "there.zarr", scheduler=cluster.scheduler_address, progress=kill_one)
    assert told[-1][0] == told[-1][1] == 2 * 120 * 301
    assert len(told) > 60
    assert files_of(tmp_path / "there.zarr") == files_of(tmp_path / "here.zarr")
    assert before[0] not in pids(cluster)


def test_an_interrupt_can_be_resumed_by_one_process_and_the_other_way_round(aj, tmp_path, chunks, cluster):
    def interrupt(after):
        told = []

        def progress(done, total):
            told.append(done)
            if len(told) > after:
                raise KeyboardInterrupt

        return progress

    stream(aj, tmp_path / "here.zarr")
    path, address = tmp_path / "s.zarr", cluster.scheduler_address
    for asked in ({"scheduler": address}, {}, {"scheduler": address}):
        with pytest.raises(KeyboardInterrupt):
            stream(aj, path, resume=True, progress=interrupt(8), **asked)
    assert 24 <= len((path / JOURNAL).read_text().splitlines()) < 60
    stream(aj, path, resume=True, scheduler=address)
    assert files_of(path) == files_of(tmp_path / "here.zarr")


def test_what_fails_in_a_worker_is_told_as_here(aj, tmp_path, chunks, cluster):
    path = tmp_path / "s.zarr"

    def spoil(done, total):
        if done:
            (path / MANIFEST).unlink()
            for worker in pids(cluster):
                os.kill(worker, signal.SIGKILL)  # new workers look for the store again

    with pytest.raises(InputError, match="expected a folder that all workers see"):
        stream(aj, path, scheduler=cluster.scheduler_address, progress=spoil)
    path = tmp_path / "t.zarr"

    def close(done, total):
        if not done:
            (path / "x" / "c").write_text("no folder")

    with pytest.raises(OutputError, match=r"cannot write .*chunks are whole and stay.*--resume"):
        stream(aj, path, scheduler=cluster.scheduler_address, progress=close)


def test_a_local_cluster_in_one_word(tmp_path, aj, chunks):
    script = tmp_path / "job.py"
    script.write_text(
        "import rdgames as rd\n"
        "from rdgames.stores import plan\n"
        "if __name__ == '__main__':\n"
        "    plan.CHUNK_BYTES = 3 * (2 * 8 + 1 + 2) * 1000\n"
        "    game = rd.load('daspremont-jacquemin')\n"
        f"    rd.stream(game, {REGIMES}, 'w.zarr', outcomes={OUTCOMES}, workers=2, **{GRID})\n"
    )
    done = subprocess.run(
        [sys.executable, script], cwd=tmp_path, capture_output=True, text=True, timeout=120, check=False
    )
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")
    stream(aj, tmp_path / "here.zarr")
    assert files_of(tmp_path / "w.zarr") == files_of(tmp_path / "here.zarr")


def test_a_scheduler_that_is_not_there_is_told(aj, tmp_path, chunks, monkeypatch):
    monkeypatch.setattr("rdgames.stores.distribution.PATIENCE", 0.5)
    with pytest.raises(InputError, match=r"found no scheduler at tcp://127\.0\.0\.1:9"):
        stream(aj, tmp_path / "s.zarr", scheduler="tcp://127.0.0.1:9")
    with pytest.raises(InputError, match="found no scheduler at nonsense://x"):
        stream(aj, tmp_path / "t.zarr", scheduler="nonsense://x")
    with (
        LocalCluster(n_workers=0, dashboard_address=None, silence_logs=50) as empty,
        pytest.raises(InputError, match="found no worker at tcp"),
    ):
        stream(aj, tmp_path / "u.zarr", scheduler=empty.scheduler_address)


def test_a_worker_with_other_programs_or_another_store_refuses(aj, tmp_path, chunks, monkeypatch):
    stream(aj, tmp_path / "s.zarr", beta="0:1:3")
    path = str(tmp_path / "s.zarr")
    with pytest.raises(InputError, match=f"found another store at {path}"):
        write_chunk(path, "0" * 64, (0, 0, 0))
    monkeypatch.setattr("rdgames.stores.distribution.version", lambda _: "99")
    with pytest.raises(InputError, match=r"found rdgames 99 on .*, expected .* as where the store was begun"):
        write_chunk(path, hashlib.sha256((tmp_path / "s.zarr" / MANIFEST).read_bytes()).hexdigest(), (0, 0, 0))
