from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from sepviz import assets


def test_that_every_sample_is_a_file_and_has_its_credit() -> None:
    credit = assets.resource("samples", "CREDITS.md").read_text(encoding="utf-8")
    assert list(assets.samples()) == ["brick", "chelsea", "coffee"]
    for path in assets.samples().values():
        assert path.is_file()
        assert path.name in credit


def test_that_a_missing_resource_is_named() -> None:
    with pytest.raises(FileNotFoundError, match=r"icons/nothing\.svg"):
        assets.resource("icons", "nothing.svg")


def test_that_resources_are_found_inside_an_installed_package(tmp_path: Path) -> None:
    package = tmp_path / "sepviz"
    (package / "resources" / "samples").mkdir(parents=True)
    shutil.copy(assets.__file__, package / "assets.py")
    (package / "resources" / "samples" / "only.png").touch()
    (tmp_path / "resources").mkdir()  # a stranger's folder beside the package must not win
    code = "import assets; print(*assets.samples().values())"
    answer = subprocess.run([sys.executable, "-c", code], cwd=package, capture_output=True, text=True, check=True)
    assert Path(answer.stdout.strip()) == (package / "resources" / "samples" / "only.png").resolve()


def test_that_a_lost_resources_folder_is_told(tmp_path: Path) -> None:
    shutil.copy(assets.__file__, tmp_path / "assets.py")
    code = "import assets; assets.resource('samples')"
    answer = subprocess.run([sys.executable, "-c", code], cwd=tmp_path, capture_output=True, text=True, check=False)
    assert "lost its resources folder" in answer.stderr


def test_that_the_guide_and_the_tutorial_are_found_with_their_pictures() -> None:
    for name in ("guide.md", "tutorial.md"):
        path = assets.document(name)
        assert path.is_file()
        assert path.with_name("crossover.png").is_file()
    with pytest.raises(FileNotFoundError, match=r"novel\.md"):
        assets.document("novel.md")
