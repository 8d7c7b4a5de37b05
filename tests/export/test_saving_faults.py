from __future__ import annotations

import fcntl
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from sepviz.export.saving import write_bytes

KINDS = "study.sepviz", "table.csv"
SCRIPT = Path(__file__).resolve().parents[2] / "scripts" / "try_saving.py"


@pytest.fixture(scope="module")
def report():
    """What the script prints after some kills and for two kinds of file; by hand it does several hundred, for all."""
    command = [sys.executable, SCRIPT, "--kills", "30", "--only", *KINDS]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.stderr == ""
    assert done.returncode == 0, done.stdout
    return done.stdout


def test_that_a_killed_save_leaves_the_old_file_or_the_new_one(report):
    kills = re.findall(r"^held +kill -9.*: \d+ kills, .* 0 files torn, 0 drafts left", report, re.MULTILINE)
    assert len(kills) == 1 + len(KINDS)


def test_that_saves_were_killed_in_their_middle(report):
    midway = re.search(r"(\d+) in the middle of a save", report)
    assert int(midway[1]) > 0


@pytest.mark.parametrize("fault", ["full disk", "file-size limit", "read-only disk", "read-only folder"])
def test_that_a_save_which_is_refused_keeps_the_old_file(report, fault):
    lines = re.findall(rf"^(held|skipped) +{fault}, [^:]*: (.*)$", report, re.MULTILINE)
    assert len(lines) == 1 + len(KINDS), report
    if lines[0][0] == "skipped":
        pytest.skip(lines[0][1])
    assert all("the old file is whole, 0 drafts left" in said for _, said in lines)


def test_that_the_draft_of_a_killed_process_is_removed_at_the_next_save(tmp_path):
    (tmp_path / ".sepviz-0123.part").write_bytes(b"half")
    write_bytes(tmp_path / "figure.png", b"whole")
    assert [found.name for found in tmp_path.iterdir()] == ["figure.png"]


def test_that_the_draft_of_a_living_process_is_left_alone(tmp_path):
    draft = tmp_path / ".sepviz-0123.part"
    with draft.open("wb") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        write_bytes(tmp_path / "figure.png", b"whole")
        assert draft.exists()


def test_that_what_only_looks_like_a_draft_harms_no_save(tmp_path):
    os.mkfifo(tmp_path / ".sepviz-pipe.part")
    (tmp_path / ".sepviz-folder.part").mkdir()
    kept = tmp_path / "kept.txt"
    kept.write_bytes(b"kept")
    (tmp_path / ".sepviz-link.part").symlink_to(kept)
    write_bytes(tmp_path / "figure.png", b"whole")
    assert (tmp_path / "figure.png").read_bytes() == b"whole"
    assert kept.read_bytes() == b"kept"
    assert (tmp_path / ".sepviz-folder.part").is_dir()
