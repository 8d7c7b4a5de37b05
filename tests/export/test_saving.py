from __future__ import annotations

import errno
import os
from pathlib import Path

import pytest

from sepviz.export.saving import ExportError, saving, write_bytes, write_text


def write_half(path, failure):
    with saving(path) as file:
        file.write(b"half of the n")
        raise failure


def test_that_a_file_holds_what_was_written(tmp_path):
    assert write_text(tmp_path / "naïve name.txt", "64 × 32") == tmp_path / "naïve name.txt"
    assert (tmp_path / "naïve name.txt").read_text(encoding="utf-8") == "64 × 32"


@pytest.mark.parametrize("failure", [OSError(errno.ENOSPC, "No space left on device"), KeyboardInterrupt()])
def test_that_a_failed_write_leaves_the_old_file_and_nothing_else(tmp_path, failure):
    path = tmp_path / "figure.png"
    path.write_bytes(b"old")
    with pytest.raises((ExportError, KeyboardInterrupt)):
        write_half(path, failure)
    assert path.read_bytes() == b"old"
    assert [found.name for found in tmp_path.iterdir()] == ["figure.png"]


def test_that_a_full_disk_is_named_with_the_path_and_the_next_step(tmp_path):
    with pytest.raises(ExportError, match=r"figure\.png .*the disk is full; free some space"):
        write_half(tmp_path / "figure.png", OSError(errno.ENOSPC, "No space left on device"))


def test_that_a_missing_folder_is_named(tmp_path):
    with pytest.raises(ExportError, match=r"there is no folder .*absent; make it first"):
        write_bytes(tmp_path / "absent" / "table.csv", b"")


def test_that_a_folder_is_not_written_over(tmp_path):
    with pytest.raises(ExportError, match="it is a folder; add a file name"):
        write_bytes(tmp_path, b"")


def test_that_a_file_in_the_way_of_a_folder_is_named(tmp_path):
    (tmp_path / "file").write_bytes(b"")
    with pytest.raises(ExportError, match=r"file is not a folder|no folder"):
        write_bytes(tmp_path / "file" / "table.csv", b"")


def test_that_a_name_that_is_too_long_is_said_to_be(tmp_path):
    with pytest.raises(ExportError, match="the name is too long; choose a shorter one"):
        write_bytes(tmp_path / ("n" * 300), b"")


def test_that_a_name_that_no_file_can_have_is_refused():
    with pytest.raises(ExportError, match="cannot be the name of a file"):
        write_bytes(Path("a\0b"), b"")


def test_that_a_file_locked_by_its_owner_is_kept(tmp_path, monkeypatch):
    path = tmp_path / "kept.csv"
    path.write_bytes(b"kept")
    monkeypatch.setattr(os, "access", lambda *_: False)  # a superuser may write everywhere
    with pytest.raises(ExportError, match="not permitted"):
        write_bytes(path, b"new")
    assert path.read_bytes() == b"kept"


def test_that_permissions_of_a_replaced_file_are_kept(tmp_path):
    path = tmp_path / "private.csv"
    path.write_bytes(b"")
    path.chmod(0o640)
    write_bytes(path, b"new")
    assert path.stat().st_mode & 0o777 == 0o640


def test_that_a_symbolic_link_stays_one(tmp_path):
    link, target = tmp_path / "link.csv", tmp_path / "target.csv"
    target.write_bytes(b"old")
    link.symlink_to(target)
    write_bytes(link, b"new")
    assert link.is_symlink()
    assert target.read_bytes() == b"new"


def test_that_a_pipe_is_written_to_and_not_replaced(tmp_path):
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    reader = os.open(pipe, os.O_RDONLY | os.O_NONBLOCK)
    try:
        write_bytes(pipe, b"through")
        assert os.read(reader, 100) == b"through"
    finally:
        os.close(reader)
    assert pipe.is_fifo()
