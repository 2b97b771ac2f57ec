"""Files are written whole or not at all, whenever the writing is interrupted."""

from __future__ import annotations

import gc
import sys
from contextlib import suppress
from itertools import count
from types import FrameType
from typing import Any

import pytest

from rdgames.errors import OutputError
from rdgames.writing import whole_file


def write(target):
    with whole_file(target) as draft:
        draft.write_text("new")


def interrupted_at(step: int, target) -> bool:
    """Write a file, with Ctrl-C before a line of the code, in what it calls, too; say whether there was such a line."""
    lines = count()

    def look(frame: FrameType, event: str, argument: Any) -> Any:
        if event == "line" and next(lines) == step:
            sys.settrace(None)
            raise KeyboardInterrupt
        return look

    before = sys.gettrace()
    gc.disable()  # what it calls back is code of others, which may swallow the interrupt
    sys.settrace(look)
    try:
        write(target)
    except KeyboardInterrupt:
        return True
    finally:
        sys.settrace(before)
        gc.enable()
    return False


@pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")  # files are closed by their collection
def test_an_interrupt_at_any_moment_leaves_a_whole_file_and_no_draft(tmp_path):
    target = tmp_path / "figures.csv"
    seen = set()
    for step in count():
        target.write_text("old")
        interrupted = interrupted_at(step, target)
        assert [entry.name for entry in tmp_path.iterdir()] == ["figures.csv"], f"interrupted at line {step}"
        seen.add(target.read_text())
        if not interrupted:
            break
    assert step > 20
    assert seen == {"old", "new"}


def test_a_file_has_the_permissions_that_the_user_gives_to_files(tmp_path):
    write(tmp_path / "new.csv")
    (tmp_path / "other.csv").touch()
    assert (tmp_path / "new.csv").stat().st_mode == (tmp_path / "other.csv").stat().st_mode


def test_a_failed_write_leaves_the_old_file(tmp_path):
    target = tmp_path / "figures.csv"
    target.write_text("old")
    with suppress(ValueError), whole_file(target) as draft:
        draft.write_text("half")
        raise ValueError
    assert [entry.name for entry in tmp_path.iterdir()] == ["figures.csv"]
    assert target.read_text() == "old"


def test_a_folder_that_is_gone_is_said(tmp_path):
    with pytest.raises(OutputError, match=r"cannot write .*An older file of that name is unchanged"):
        write(tmp_path / "none" / "figures.csv")
