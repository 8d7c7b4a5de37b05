"""Promises of exported data: the suffix decides, and the documents are those of the command line."""

from __future__ import annotations

import json

import numpy as np
import pytest

from sepviz.export.data import save_data
from sepviz.export.maps import named_maps
from sepviz.export.saving import ExportError
from sepviz.export.table import comparison_csv, comparison_json


def test_that_npz_is_all_arrays(article, tmp_path):
    with np.load(save_data(tmp_path / "data.NPZ", article, None)) as saved:
        assert set(saved) == set(named_maps(article))


def test_that_json_and_csv_are_the_documents_of_the_command_line(article, timed, tmp_path):
    benchmark = timed(article)
    document = json.loads(save_data(tmp_path / "data.json", article, benchmark).read_text(encoding="utf-8"))
    assert document == comparison_json(article.costs, article, benchmark)
    assert document["candidate"]["median_s"] == pytest.approx(0.002)
    table = save_data(tmp_path / "data.csv", article, benchmark).read_text(encoding="utf-8")
    assert table == comparison_csv(article.costs, article, benchmark)


def test_that_another_suffix_is_refused_and_writes_nothing(article, tmp_path):
    with pytest.raises(ExportError, match=r"end its name in \.npz, \.json or \.csv"):
        save_data(tmp_path / "data.txt", article, None)
    assert list(tmp_path.iterdir()) == []
