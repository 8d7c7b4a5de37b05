"""Promises of the ways out: what is shown is what is saved, by the worker; the code is that of the settings."""

from __future__ import annotations

import json
import time

import numpy as np
import pytest
from PySide6.QtGui import QGuiApplication

from sepviz.export.code.snippet import snippet
from sepviz.export.maps import named_maps
from sepviz.export.table import comparison_csv
from sepviz.gui import desk as desk_module
from sepviz.gui.dialogs.code_dialog import CodeDialog
from sepviz.gui.exporter import CODE, DATA
from sepviz.study.study import Study

JSON, CSV = DATA.split(";;")[1:]


def wait_for_cancel(checkpoint):
    while True:
        checkpoint(0.5)
        time.sleep(0.001)


def ask(parts, name):
    parts.window.actions_by_name[name].trigger()


def shown_code(parts):
    ask(parts, "show_code")
    dialogs = parts.window.findChildren(CodeDialog)
    return dialogs[-1]


def test_that_all_arrays_of_what_is_shown_are_saved(ready, settled, choose, tmp_path):
    proposed = choose(tmp_path / "mine")
    ask(ready, "export_data")
    settled(ready)
    assert proposed[0].name == "noise-data.npz"
    comparison = ready.explorer.comparison
    with np.load(tmp_path / "mine.npz") as saved:
        for name, array in named_maps(comparison).items():
            np.testing.assert_array_equal(saved[name], array)
    assert ready.window.message.text.endswith(f"were saved as {tmp_path / 'mine.npz'}")


def test_that_numbers_are_saved_as_the_kind_that_was_chosen(ready, settled, choose, tmp_path):
    comparison = ready.explorer.comparison
    for kind, path in ((JSON, tmp_path / "mine.json"), (CSV, tmp_path / "mine.csv")):
        choose(tmp_path / "mine", kind)
        ask(ready, "export_data")
        settled(ready)
        assert "without a time" in ready.window.message.text
        assert path.is_file()
    assert json.loads((tmp_path / "mine.json").read_text(encoding="utf-8"))["input"]["name"] == "noise.png"
    assert (tmp_path / "mine.csv").read_text(encoding="utf-8") == comparison_csv(comparison.costs, comparison)


def test_that_a_measured_time_is_among_the_numbers(ready, settled, choose, tmp_path):
    ask(ready, "measure")
    settled(ready)
    choose(tmp_path / "mine.json")
    ask(ready, "export_data")
    settled(ready)
    document = json.loads((tmp_path / "mine.json").read_text(encoding="utf-8"))
    assert document["baseline"]["median_s"] > 0
    assert "Costs, statistics and time" in ready.window.message.text


def test_that_a_file_that_cannot_be_written_is_reported_and_the_window_goes_on(ready, settled, choose, tmp_path):
    choose(tmp_path / "none" / "mine.npz")
    ask(ready, "export_data")
    settled(ready)
    assert "could not be written: there is no folder" in ready.window.message.text


def test_that_thinking_better_of_it_asks_the_worker_for_nothing(ready, choose):
    choose(None)
    ask(ready, "export_data")
    assert ready.explorer.is_at_rest


def test_that_there_is_a_word_when_the_maps_are_not_there_yet(launch, choose):
    parts = launch()
    proposed = choose(None)
    ask(parts, "export_data")
    assert "not there yet" in parts.window._reading.text()
    assert proposed == []


def test_that_data_are_saved_although_settings_change_meanwhile(ready, settled, choose, tmp_path):
    choose(tmp_path / "mine.npz")
    before = ready.explorer.comparison.candidate.output
    ask(ready, "export_data")
    ready.document.edit("seed", 9)
    settled(ready)
    with np.load(tmp_path / "mine.npz") as saved:
        np.testing.assert_array_equal(saved["candidate_1_maps"], before)


def test_that_an_export_that_is_stopped_writes_nothing_and_says_so(ready, settled, choose, tmp_path):
    choose(tmp_path / "mine.npz")
    ready.explorer.ask_aside(wait_for_cancel, print)
    ask(ready, "export_data")
    ask(ready, "stop")
    settled(ready)
    assert not list(tmp_path.iterdir())
    assert ready.window._reading.text() == "The export of data was stopped; no file was written"


def test_that_without_a_picture_there_are_no_data_but_there_is_code(launch):
    parts = launch(Study())
    assert not parts.window.actions_by_name["export_data"].isEnabled()
    ask(parts, "copy_numpy")
    assert QGuiApplication.clipboard().text() == snippet(Study(), "numpy")


@pytest.mark.parametrize("framework", ["pytorch", "keras", "numpy"])
def test_that_the_code_of_the_settings_is_copied(ready, framework):
    QGuiApplication.clipboard().clear()
    ask(ready, f"copy_{framework}")
    assert QGuiApplication.clipboard().text() == snippet(ready.document.study, framework)
    assert "code of both layers is on the clipboard" in ready.window._reading.text()


def test_that_the_code_loads_the_archive_that_was_saved_of_these_settings(ready, settled, choose, tmp_path):
    assert shown_code(ready).code == snippet(ready.document.study, "pytorch")
    choose(tmp_path / "mine.npz")
    ask(ready, "export_data")
    settled(ready)
    assert snippet(ready.document.study, "pytorch", archive=str(tmp_path / "mine.npz")) == shown_code(ready).code
    ready.document.edit("seed", 9)
    assert str(tmp_path) not in shown_code(ready).code


def test_that_the_code_is_saved_as_it_is_shown(ready, settled, choose, tmp_path):
    dialog = shown_code(ready)
    proposed = choose(tmp_path / "layers")
    dialog.save_requested.emit(dialog.framework, dialog.code)
    settled(ready)
    assert proposed[0].name == "layers_pytorch.py"
    assert (tmp_path / "layers.py").read_text(encoding="utf-8") == dialog.code
    assert dialog._told.text() == f"Saved as {tmp_path / 'layers.py'}"
    assert ready.window.message.text == f"The code was saved as {tmp_path / 'layers.py'}"
    assert CODE.endswith("(*.py)")


def test_that_code_that_cannot_be_saved_is_reported_where_it_is_looked_at(ready, settled, choose, tmp_path):
    dialog = shown_code(ready)
    choose(tmp_path / "none" / "layers.py")
    dialog.save_requested.emit(dialog.framework, dialog.code)
    settled(ready)
    assert "there is no folder" in dialog._told.text()
    assert "there is no folder" in ready.window.message.text


def test_that_the_code_follows_the_settings_while_it_is_looked_at(ready):
    dialog = shown_code(ready)
    assert not dialog.isModal()
    ready.document.edit("out_channels", 7)
    assert dialog.code == snippet(ready.document.study, "pytorch")
    ready.document.edit("stride", (2, 2))
    assert dialog.code == snippet(ready.document.study, "pytorch")


def test_that_there_is_one_window_with_the_code(ready):
    first = shown_code(ready)
    first.close()
    assert shown_code(ready) is first
    assert first.isVisible()


def test_that_a_copied_figure_can_be_pasted_as_the_study_it_carries(ready, settled):
    study = ready.document.study
    ask(ready, "copy_figure")
    settled(ready)
    ready.document.edit("seed", 9)
    ready.document.edit("out_channels", 7)
    settled(ready)
    ask(ready, "paste")
    settled(ready)
    assert ready.document.study.seed == study.seed
    assert ready.document.study.out_channels == study.out_channels
    assert ready.document.study.picture.digest == study.picture.digest
    assert ready.window.message.text == "pasted picture: settings, view and picture are as they were saved"
    assert desk_module.settings.recent_files() == []
