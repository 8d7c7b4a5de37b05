from pathlib import Path

import pytest

from sepviz.cli.console import standard_console
from sepviz.cli.input_picture import input_picture
from sepviz.study.picture import SourceError


@pytest.mark.parametrize("name", ["study.sepviz", "figure.svg", "FIGURE.PDF"])
def test_that_a_study_given_as_a_picture_is_told_its_own_option(tmp_path: Path, name: str) -> None:
    path = tmp_path / name
    path.write_text("{}")
    with pytest.raises(SourceError, match=f"--session {name}$"):
        input_picture(str(path), None, standard_console())


@pytest.mark.parametrize("name", ["broken.jpg", "missing.sepviz"])
def test_that_any_other_failure_says_nothing_of_sessions(tmp_path: Path, name: str) -> None:
    (tmp_path / "broken.jpg").write_text("{}")
    with pytest.raises(SourceError) as caught:
        input_picture(str(tmp_path / name), None, standard_console())
    assert "--session" not in str(caught.value)
