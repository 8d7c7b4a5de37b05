"""The side panel: the picture and every field of a study and of a view, in one column."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtWidgets import QFrame, QMenu, QPushButton, QScrollArea, QVBoxLayout, QWidget

from sepviz.engine.block import BLOCKS, Geometry
from sepviz.engine.spec import Conv2dSpec, Pads
from sepviz.gui.panel.editors import PaddingEditor
from sepviz.gui.panel.form import Form
from sepviz.gui.panel.picture_card import PictureCard
from sepviz.study.method_note import method_note
from sepviz.study.params import STUDY_PARAMS, VIEW_PARAMS

if TYPE_CHECKING:
    from sepviz.study.costs import Problem
    from sepviz.study.study import Study, View

_KIND_FIELDS = frozenset(field for kind in BLOCKS.values() for field in kind.fields)
"""Fields that some kind of block needs, and others do not."""


class SidePanel(QScrollArea):
    """Shows a study and a view, and asks for changes; it decides nothing."""

    edited = Signal(str, object, bool)
    """(field, value, settled) of the study; settled is False while a slider is held."""
    view_edited = Signal(str, object, bool)
    """(field, value, settled) of the view."""
    reshuffle_requested = Signal()
    open_requested = Signal()
    location_requested = Signal(str)
    """The picture that is wanted: "sample:NAME" or "pattern:NAME"."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._column = QWidget()
        self._card = PictureCard()
        self._form = Form(STUDY_PARAMS | VIEW_PARAMS)
        self._reshuffle = QPushButton("Reshuffle")
        self._reshuffle.setToolTip("Draw other weights: another seed.")
        self._form.place_beside("seed", self._reshuffle)
        self._lay_out()
        self._card.open_requested.connect(self.open_requested)
        self._card.location_requested.connect(self.location_requested)
        self._form.edited.connect(self._on_form_edited)
        self._reshuffle.clicked.connect(self._on_reshuffle_clicked)
        QWidget.setTabOrder(self._form.editor("seed").handle, self._reshuffle)

    @property
    def samples_menu(self) -> QMenu:
        """The pictures that come with the program, for a menu bar, too."""
        return self._card.samples_menu

    def show_study(self, draft: Study, problems: tuple[Problem, ...]) -> None:
        """Show `draft`, and what is wrong with it next to the fields that can mend it."""
        self._card.show_picture(draft.picture, draft.input_shape)
        padding = self._form.editor("padding")
        if isinstance(padding, PaddingEditor):
            padding.suggest(same_pads(draft))
        self._form.show_values(
            {field: getattr(draft, field) for field in STUDY_PARAMS},
            {problem.field: problem.message for problem in problems},
            {"method": method_note(draft), "grey": grey_note(draft)},
        )
        self._form.show_fields(needed_fields(draft) | VIEW_PARAMS.keys())

    def show_view(self, view: View) -> None:
        """Show `view`."""
        self._form.show_values({field: getattr(view, field) for field in VIEW_PARAMS}, {})

    def minimumSizeHint(self) -> QSize:
        """Return a size that cuts nothing at the sides, with the scroll bar there."""
        width = self._column.minimumSizeHint().width() + self.verticalScrollBar().sizeHint().width()
        return QSize(width, super().minimumSizeHint().height())

    def sizeHint(self) -> QSize:
        """Return the least width, and the height of all rows."""
        return QSize(self.minimumSizeHint().width(), self._column.sizeHint().height())

    def _lay_out(self) -> None:
        layout = QVBoxLayout(self._column)
        layout.setContentsMargins(8, 8, 8, 8)
        layout.addWidget(self._card)
        layout.addWidget(self._form)
        layout.addStretch(1)
        self.setWidget(self._column)
        self.setWidgetResizable(True)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)  # its rows have it; a stop on the way to them helps nobody
        self.setAccessibleName("Settings")

    def _on_form_edited(self, field: str, value: object, settled: bool) -> None:
        signal = self.view_edited if field in VIEW_PARAMS else self.edited
        signal.emit(field, value, settled)

    def _on_reshuffle_clicked(self) -> None:
        self.reshuffle_requested.emit()


def needed_fields(study: Study) -> frozenset[str]:
    """Return the fields of `study` that change what its two kinds of block are."""
    kinds = [BLOCKS[name] for name in (study.baseline, study.candidate)]
    unneeded = _KIND_FIELDS.difference(*(kind.fields for kind in kinds))
    smallest = Geometry(in_channels=1, out_channels=1)
    if all(len(kind.build(smallest)) == 1 for kind in kinds):
        unneeded |= {"activation"}  # it stands between layers
    return frozenset(STUDY_PARAMS) - unneeded


def grey_note(study: Study) -> str:
    """Say that the picture of `study` is grey by itself; "" where turning it grey changes something."""
    return "The picture is grey already." if study.picture is not None and study.picture.is_grey else ""


def same_pads(study: Study) -> Pads:
    """Return the zeros that padding "same" adds for `study`, ((top, bottom), (left, right))."""
    channels, height, width = study.input_shape
    spec = Conv2dSpec(
        in_channels=channels,
        out_channels=channels,
        kernel_size=study.kernel_size,
        stride=study.stride,
        dilation=study.dilation,
        padding="same",
    )
    return spec.pads(height, width)
