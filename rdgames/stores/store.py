"""A store while a sweep is written to it: begun whole, locked, continued where it was left."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from rdgames.errors import OutputError
from rdgames.grid.accuracy import ERROR, POINTS, with_errors
from rdgames.grid.axes import Grid
from rdgames.grid.labels import Variable, precision, provenance, variables
from rdgames.grid.questions import Question
from rdgames.kernel.kernel import SINGLE, Kernel
from rdgames.stores.chunks import DRAFTS, ChunkWriter, bytes_of_point, write_synced
from rdgames.stores.journal import JOURNAL, Journal, read_journal, text_of
from rdgames.stores.layout import install_layout, open_store, write_layout
from rdgames.stores.manifest import MANIFEST, Manifest
from rdgames.stores.plan import Index, Plan

try:
    import fcntl
except ModuleNotFoundError:  # a system without such locks: users see to it that one process writes to a store
    fcntl = None  # type: ignore[assignment]


COMPARED_CHUNKS = 4
"""How many chunks of a store in single precision are compared with exact values."""

PACKED_WORSE = 1.25
"""By how much other chunks of a store may take more bytes a point than those that are there."""


@dataclass(eq=False)
class Store:
    """The folder of a store, with what is asked of it.

    Attributes
    ----------
    path
        The folder.
    question, manifest, writer
        What is asked, what is written down of it, and who computes it.
    done
        The chunks that are whole, with the bytes of their files.
    """

    path: Path
    question: Question
    manifest: Manifest
    writer: ChunkWriter
    done: dict[Index, int] = field(default_factory=dict)

    @classmethod
    def of(cls, path: Path, question: Question, kernel: Kernel) -> Store:
        """Return the store that a question needs; nothing is written yet."""
        stored = variables(question.game, kernel)
        plan = Plan.of(question.grid.shape, bytes_of_point(stored, len(question.regimes)))
        manifest = Manifest.of(question, plan.chunk)
        return cls(path, question, manifest, ChunkWriter(path, kernel, question.grid, plan, stored))

    @property
    def plan(self) -> Plan:
        """How the grid is cut."""
        return self.writer.plan

    @property
    def points_done(self) -> int:
        """The number of points in the chunks that are whole."""
        return sum(map(self.plan.points_of, self.done))

    @property
    def bytes_missing(self) -> int:
        """What the chunks that are not whole take on the disk at most, or about, if the packing of others is known."""
        points = self.plan.points - self.points_done
        most = points * bytes_of_point(self.writer.variables, len(self.question.regimes))
        if not self.done:
            return most
        packed = sum(self.done.values()) / self.points_done
        return min(most, int(PACKED_WORSE * packed * points))

    def missing(self) -> Iterator[Index]:
        """Yield the chunks that are not whole, in order."""
        return (index for index in self.plan.indices() if index not in self.done)

    def take_up(self) -> None:
        """Find out what is done of a store that is there; nothing is written yet.

        Raises
        ------
        OutputError
            If it is no store, is damaged, or was begun with another question: every change is listed.
        """
        earlier = Manifest.read(self.path)
        changes = earlier.changes(self.question, self.manifest)
        if changes:
            listing = "".join(f"\n  {change}" for change in changes)
            raise OutputError(
                f"cannot continue {self.path}, which was begun with something else (old -> new):{listing}\n"
                "Ask for the old, or choose another name"
            )
        self.manifest = replace(self.manifest, chunk=earlier.chunk)
        self.writer = replace(self.writer, plan=Plan(self.plan.shape, earlier.chunk))
        before = Plan(earlier.shape, earlier.chunk)
        try:
            written = read_journal(self.path)
        except FileNotFoundError:
            written = {}  # nothing can be trusted, so all is computed again
        self.done = {
            index: size
            for index, size in written.items()
            if len(index) == len(earlier.chunk)
            and self.plan.keeps(index, before)
            and self.writer.size_on_disk(index) == size
        }

    def write_frame(self, folder: Path) -> None:
        """Write all but the chunks to the folder of this store, new or there already.

        The journal forgets chunks that grow before the manifest tells the new grid, and the layout follows: so a kill
        in between leaves a store that can be continued as what it was, or as what it becomes.
        """
        shutil.rmtree(folder / DRAFTS, ignore_errors=True)  # of a process that was killed
        (folder / DRAFTS).mkdir()
        _replace(folder, JOURNAL, text_of(self.done))
        _replace(folder, MANIFEST, self.manifest.to_text())
        self._write_layout(folder, self.writer.variables, {})

    def _write_layout(self, folder: Path, variables: Mapping[str, Variable], more: Mapping[str, Any]) -> None:
        question, layout = self.question, folder / DRAFTS / "layout"
        attributes = {**provenance(question.game, question.regimes), **precision(self.writer.kernel), **more}
        write_layout(layout, question, variables, self.plan, attributes)
        install_layout(layout, folder)
        shutil.rmtree(layout)

    def finish(self) -> None:
        """Leave the journal in order; and write down what single precision cost."""
        _replace(self.path, JOURNAL, text_of(self.done))
        if self.question.dtype == SINGLE:
            compared, errors = self._errors()
            variables = {
                name: replace(each, attributes={**each.attributes, **errors.get(name, {})})
                for name, each in self.writer.variables.items()
            }
            self._write_layout(self.path, variables, compared)

    def _errors(self) -> tuple[dict[str, int], dict[str, dict[str, float]]]:
        """Return what `rdgames.grid.accuracy.with_errors` finds in some of the chunks, as attributes."""
        grid, compared = self.question.grid, 0
        errors: dict[str, float] = {}
        for index in self.plan.sample(COMPARED_CHUNKS):
            region = dict(zip(grid.axes, self.plan.region(index), strict=True))
            part = Grid({name: grid.axes[name][along] for name, along in region.items()}, grid.fixed)
            chunk = open_store(self.path).isel(region).load()
            found = with_errors(chunk, self.question.game, self.writer.kernel, part)
            compared += found.attrs[POINTS]
            for name, variable in found.data_vars.items():
                if ERROR in variable.attrs:
                    errors[str(name)] = max(variable.attrs[ERROR], errors.get(str(name), 0.0))
        return {POINTS: compared}, {name: {ERROR: error} for name, error in errors.items()}


@contextmanager
def writing_to(store: Store, before: Callable[[Store], None]) -> Iterator[Journal]:
    """Begin a store, or continue the one that is there, and give its journal; nobody else writes to it meanwhile.

    ``before`` is called when it is known what is missing, and nothing is written yet.

    Raises
    ------
    OutputError
        If another process writes to it, or what is there cannot be continued: see `Store.take_up`.
    """
    if store.path.exists():
        with _locked(store.path):
            store.take_up()
            before(store)
            store.write_frame(store.path)
            yield from _journal(store.path)
        return
    before(store)
    draft = store.path.with_name(f".{store.path.name}.draft")
    draft.mkdir(exist_ok=True)  # there may be one of a process that was killed
    with _locked(draft):  # the lock goes with the folder when that is renamed
        try:
            _clear(draft)
            store.write_frame(draft)
            draft.rename(store.path)
        except BaseException:
            shutil.rmtree(draft, ignore_errors=True)
            raise
        yield from _journal(store.path)


def _journal(path: Path) -> Iterator[Journal]:
    journal = Journal(path)
    try:
        yield journal
    finally:
        journal.close()
        shutil.rmtree(path / DRAFTS, ignore_errors=True)


@contextmanager
def _locked(folder: Path) -> Iterator[None]:
    """Keep other processes from writing to a folder; the system takes the lock away when the process ends."""
    if fcntl is None:
        yield
        return
    file = os.open(folder, os.O_RDONLY)
    try:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise OutputError(
                f"cannot write {folder}: another process is writing to it; wait for it, or choose another name"
            ) from None
        except OSError:  # a file system without locks
            pass
        yield
    finally:
        os.close(file)


def _clear(folder: Path) -> None:
    for entry in folder.iterdir():
        if entry.is_dir():
            shutil.rmtree(entry)
        else:
            entry.unlink()


def _replace(folder: Path, name: str, text: str) -> None:
    draft = folder / DRAFTS / name
    draft.unlink(missing_ok=True)
    write_synced(draft, text.encode())
    draft.replace(folder / name)
