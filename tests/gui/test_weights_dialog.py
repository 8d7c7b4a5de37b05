"""Promises of the list of a file's layers: what cannot be loaded can be looked at, with its reason, but not taken."""

from __future__ import annotations

from PySide6.QtWidgets import QDialogButtonBox

from sepviz.engine.spec import Conv2dSpec
from sepviz.gui.dialogs.weights_dialog import WeightsDialog, describe
from sepviz.study.stored_weights import WeightEntry

SPEC = Conv2dSpec(in_channels=3, out_channels=32, kernel_size=3, stride=2, padding=1, bias=True)
BROKEN = WeightEntry(name="odd", shape=(2, 3, 3, 3), groups=None, kind="conv", specs=(), note="cannot be loaded: odd")
GOOD = WeightEntry(name="features.0", shape=(32, 3, 3, 3), groups=1, kind="conv", specs=(SPEC,))


def test_that_the_first_that_can_be_loaded_is_chosen(keep):
    dialog = keep(WeightsDialog(None, "net.onnx", (BROKEN, GOOD)))
    assert dialog.chosen is GOOD
    assert [dialog._table.item(1, column).text() for column in range(4)] == [
        "features.0",
        "32 × 3 × 3 × 3",
        "1",
        "conv",
    ]


def test_that_what_cannot_be_loaded_says_why_and_is_not_taken(keep):
    dialog = keep(WeightsDialog(None, "net.onnx", (BROKEN, GOOD)))
    dialog._table.selectRow(0)
    assert dialog.chosen is None
    assert dialog._note.text() == "cannot be loaded: odd"
    assert not dialog._buttons.button(QDialogButtonBox.StandardButton.Ok).isEnabled()


def test_that_an_entry_is_told_with_its_whole_geometry():
    assert describe(GOOD) == (
        "3 → 32 channels, kernel 3 × 3, stride 2 × 2, padding zeros ((1, 1), (1, 1)), dilation 1 × 1, groups 1, "
        "with bias"
    )
