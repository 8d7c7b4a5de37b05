"""What is to be animated, through what, and how the animation looks and runs."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from PySide6.QtCore import QTimer
from PySide6.QtWidgets import (
    QCheckBox,
    QComboBox,
    QDialog,
    QDialogButtonBox,
    QFormLayout,
    QHBoxLayout,
    QLabel,
    QStackedWidget,
    QWidget,
)

from sepviz.engine.spec import EngineError
from sepviz.export.animation.pace import (
    FRAME_MS,
    HOLD_MS,
    MOST_FRAMES,
    SLIDE_MS,
    SWEEP_MS,
    TICK_MS,
    USUAL,
    USUAL_FRAMES,
    WIDTHS,
    Pace,
)
from sepviz.export.animation.question import SlideAnimation, SweepAnimation
from sepviz.export.saving import ExportError
from sepviz.gui.actions import plain_text
from sepviz.gui.panel.numbers import NumberBox, calm_wheel
from sepviz.gui.views.page import plain_label
from sepviz.gui.views.sweep_controls import SpanEditor
from sepviz.lab.sweep import values_of
from sepviz.lab.swept_slider import SLIDER_FIELDS, SweptSlider
from sepviz.study.params import STUDY_PARAMS, Param
from sepviz.study.quantity import counted, shape
from sepviz.study.slide import PIXELS, Crop, Slide

if TYPE_CHECKING:
    from sepviz.export.animation.question import Animation
    from sepviz.study.study import Study, View

TITLE = "Export an animation"
REST_MS = 60
SLIDE, SWEEP = range(2)


def _number(name: str, label: str, limits: tuple[int, int], unit: str, step: int, tip: str) -> Param:
    low, high = limits
    return Param(
        name=name, group="", label=label, kind="integer", minimum=low, maximum=high, unit=unit, step=step, help=tip
    )


_SHARE, _PLACE = (1, 100), (0, 100)
_TIPS = {
    "pixels": "The picture is shrunk to so few that each of them is seen",
    "down": "Where the part lies: 0 at the top, 50 in the middle, 100 at the bottom",
    "across": "Where the part lies: 0 at the left, 50 in the middle, 100 at the right",
    "frames": "With more output pixels than this, several are made from frame to frame",
    "channel": "The map of both layers that is shown; of a layer with fewer maps its last one",
}
NUMBERS = {
    row.name: row
    for row in (
        _number("pixels", "&Pixels on the longer side", PIXELS, "px", 1, _TIPS["pixels"]),
        _number("share", "Part &of the picture", _SHARE, "%", 5, "Share of both sides; 100 is the whole picture"),
        _number("down", "&from the top", _PLACE, "%", 10, _TIPS["down"]),
        _number("across", "f&rom the left", _PLACE, "%", 10, _TIPS["across"]),
        _number("frames", "At &most", (1, MOST_FRAMES), "frames", 20, _TIPS["frames"]),
        _number("channel", "Map &number", (0, 0), "", 1, _TIPS["channel"]),
        _number("width", "&Width", WIDTHS, "px", 40, "Of a frame; its height follows. 800 suits a slide or a post"),
        _number("frame_ms", "&Time of a frame", FRAME_MS, "ms", TICK_MS, "In steps of 10 ms, as a GIF counts"),
        _number("hold_ms", "and of the &last", HOLD_MS, "ms", 500, "How long the end is seen before it begins again"),
    )
}
VALUES = {"pixels": 16, "share": 100, "down": 50, "across": 50, "frames": USUAL_FRAMES, "width": USUAL.width}
VALUES |= {"frame_ms": SLIDE_MS, "hold_ms": USUAL.hold_ms}


class AnimationDialog(QDialog):
    """Asks for an animation of `study`, and says while it is asked what it will be, or why it cannot be."""

    def __init__(self, parent: QWidget | None, study: Study, view: View) -> None:
        super().__init__(parent)
        self._study, self._view = study, view
        self.animation: Animation | None = None
        self.setWindowTitle(TITLE)
        self.what, self.show_, self.loop = QComboBox(), QComboBox(), QCheckBox("Repeat for &ever")
        last_map = max(block.layers[-1].spec.out_channels for block in study.blocks(study.input_shape[0])) - 1
        self.boxes = {
            name: NumberBox(
                replace(param, maximum=last_map) if name == "channel" else param, plain_text(param.label), param.unit
            )
            for name, param in NUMBERS.items()
        }
        self.span = SpanEditor("&Field", "out_channels", optional=False, fields=SLIDER_FIELDS)
        self.pages, self.forecast = QStackedWidget(), plain_label()
        self.buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Save | QDialogButtonBox.StandardButton.Cancel)
        self._rest = QTimer(self, singleShot=True, interval=REST_MS)
        self._rest.timeout.connect(self._tell)
        self._dress()
        self._lay_out()
        self._connect()
        self._tell()

    def _dress(self) -> None:
        for name, box in self.boxes.items():
            box.setValue(VALUES.get(name, self._view.channel))
            box.setToolTip(NUMBERS[name].help)
        for choice, name, items, tip in (
            (self.what, "What is animated", ("Sliding window", "Sweep of a field"), "What moves from frame to frame"),
            (
                self.show_,
                "What is shown of both layers",
                ("All maps", "One map"),
                "Every map of both layers in each frame, or one, large",
            ),
        ):
            choice.addItems(list(items))
            choice.setAccessibleName(name)
            choice.setToolTip(tip)
            calm_wheel(choice)
        self.loop.setChecked(True)
        self.loop.setToolTip("Else it runs once, and the last frame stays")
        self.span.setToolTip("The field runs from the one value to the other, a frame for each")
        self.forecast.setAccessibleName("What the animation will be")
        self.forecast.setMinimumHeight(3 * self.forecast.fontMetrics().lineSpacing())

    def _lay_out(self) -> None:
        slide, sweep, form = QWidget(), QWidget(), QFormLayout(self)
        slide_form, sweep_form = QFormLayout(slide), QFormLayout(sweep)
        for own in (slide_form, sweep_form):
            own.setContentsMargins(0, 0, 0, 0)
        self._add(form, "&Animate", self.what)
        form.addRow(self.pages)
        self._add_numbers(slide_form, "pixels")
        self._add_numbers(slide_form, "share", "down", "across")
        self._add_numbers(slide_form, "frames")
        sweep_form.addRow(self.span)
        self._add(sweep_form, "S&how", self.show_)
        self.pages.addWidget(slide)
        self.pages.addWidget(sweep)
        self._add_numbers(form, "channel")
        self._add_numbers(form, "width")
        self._add_numbers(form, "frame_ms", "hold_ms")
        form.addRow(self.loop)
        form.addRow(self.forecast)
        form.addRow(self.buttons)
        self.buttons.button(QDialogButtonBox.StandardButton.Save).setText("&Save…")

    def _add_numbers(self, form: QFormLayout, *names: str) -> None:
        """Add a row of number boxes, each with its label before it."""
        row = QHBoxLayout()
        for name in names:
            if name != names[0]:
                label = QLabel(NUMBERS[name].label)
                label.setBuddy(self.boxes[name])
                row.addWidget(label)
            row.addWidget(self.boxes[name])
        row.addStretch(1)
        form.addRow(self._label(NUMBERS[names[0]].label, self.boxes[names[0]]), row)

    def _add(self, form: QFormLayout, text: str, widget: QWidget) -> None:
        form.addRow(self._label(text, widget), widget)

    def _label(self, text: str, buddy: QWidget) -> QLabel:
        """Return the label of a row, as wide as in all rows."""
        label = QLabel(f"{text}:")
        label.setBuddy(buddy)
        longest = max((plain_text(param.label) for param in NUMBERS.values()), key=len)
        label.setMinimumWidth(label.fontMetrics().horizontalAdvance(f"{longest}:"))
        return label

    def _connect(self) -> None:
        self.what.currentIndexChanged.connect(self._on_what_index_changed)
        for signal in (self.show_.currentIndexChanged, self.loop.toggled, self.span.changed):
            signal.connect(self._rest.start)
        for box in self.boxes.values():
            box.valueChanged.connect(self._rest.start)
        self.buttons.accepted.connect(self._on_buttons_accepted)
        self.buttons.rejected.connect(self.reject)

    def _on_what_index_changed(self, index: int) -> None:
        box = self.boxes["frame_ms"]
        usual = (SLIDE_MS, SWEEP_MS)
        if box.value() == usual[1 - index]:
            box.setValue(usual[index])
        self.pages.setCurrentIndex(index)
        self._tell()

    def _on_buttons_accepted(self) -> None:
        self._tell()  # a number may have been typed just now
        if self.animation is not None:
            self.accept()

    def _tell(self) -> None:
        """Say what the animation will be, or what is wrong."""
        for name in ("down", "across"):
            self.boxes[name].setEnabled(self.boxes["share"].value() < self.boxes["share"].maximum())
        self.boxes["channel"].setEnabled(self.what.currentIndex() == SLIDE or self.show_.currentIndex() == 1)
        try:
            animation = self._wished()
            forecast = animation.forecast()
        except (EngineError, ExportError) as error:
            self.animation = None
            self.forecast.setText(str(error))
        else:
            self.animation = animation
            frames = counted(forecast.frames, "frames")
            text = f"{frames} of {shape(forecast.size)} px, {forecast.seconds:,.1f} s."
            self.forecast.setText(f"{text} {forecast.notice}".strip())
        self.buttons.button(QDialogButtonBox.StandardButton.Save).setEnabled(self.animation is not None)

    def _wished(self) -> Animation:
        number = {name: box.value() for name, box in self.boxes.items()}
        view = replace(self._view, channel=number["channel"])
        pace = Pace(
            width=number["width"],
            frame_ms=number["frame_ms"],
            hold_ms=number["hold_ms"],
            loop=self.loop.isChecked(),
        )
        if self.what.currentIndex() == SLIDE:
            crop = Crop(share=number["share"], down=number["down"], across=number["across"])
            slide = Slide(study=self._study, pixels=number["pixels"], crop=crop)
            return SlideAnimation(slide=slide, view=view, pace=pace, most_frames=number["frames"])
        span = self.span.span
        if span is None:
            raise EngineError("there is no field to sweep; choose one")
        values = values_of(STUDY_PARAMS[span.field], span.start, span.stop, span.count, log=span.log)
        question = SweptSlider(study=self._study, field=span.field, values=values, log=span.log)
        return SweepAnimation(question=question, view=view, pace=pace, whole=self.show_.currentIndex() == 0)


def ask_animation(parent: QWidget | None, study: Study, view: View) -> Animation | None:
    """Ask what is to be animated; None when the user thinks better of it."""
    dialog = AnimationDialog(parent, study, view)
    agreed = dialog.exec() == QDialog.DialogCode.Accepted
    animation = dialog.animation if agreed else None
    dialog.deleteLater()
    return animation
