"""``sepviz compare`` on a picture whose maps are too large to be kept; here all are."""

import io
import json
from functools import partial

import numpy as np
import pytest

from sepviz.cli import compare as module
from sepviz.cli.compare import compare
from sepviz.cli.console import Console
from sepviz.cli.request import CompareRequest
from sepviz.study.memory import Limits
from sepviz.study.study import Study
from sepviz.study.survey import question

LIMITS = Limits(kept=0, overview=9000, tile=20_000, side=20)


@pytest.fixture
def console():
    return Console(out=io.StringIO(), err=io.StringIO())


def test_that_all_files_are_written_and_time_waits_until_it_is_asked_for(console, tmp_path, monkeypatch):
    monkeypatch.setattr(module, "question", partial(question, limits=LIMITS))
    request = CompareRequest(
        inputs=("sample:coffee",),
        study=Study(size=64, out_channels=3),
        out=tmp_path / "figure.png",
        json=str(tmp_path / "numbers.json"),
        maps=tmp_path / "maps.npz",
    )
    assert compare(request, console) == 0
    assert "time was not measured, as the maps would take" in console.err.getvalue()
    assert (tmp_path / "figure.png").read_bytes().startswith(b"\x89PNG")
    document = json.loads((tmp_path / "numbers.json").read_text(encoding="utf-8"))
    assert "median_s" not in document["baseline"]
    with np.load(tmp_path / "maps.npz") as maps:
        assert maps["baseline_0_maps"].max() == pytest.approx(document["baseline"]["statistics"]["max"], abs=1e-5)
