"""The view of measured time: every repeat of both layers, and the measured ratio beside the counted ones."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QCheckBox, QHBoxLayout, QLabel, QPushButton, QSizePolicy, QVBoxLayout, QWidget

from sepviz.gui.views.ink import LETTERS, block_labels, bold
from sepviz.gui.views.lead_lines import LeadLines
from sepviz.gui.views.method_choice import MethodSwitch
from sepviz.gui.views.page import plain_label, scrolled_page
from sepviz.gui.views.ratio_axis import RatioAxis, RatioRow
from sepviz.gui.views.time_strip import TimeStrip, describe_beyond
from sepviz.study.benchmark import pairs_words
from sepviz.study.quantity import QUANTITIES, counted, ratio, shape

if TYPE_CHECKING:
    from sepviz.engine.machine import MachinePeak
    from sepviz.engine.timing import PairTiming
    from sepviz.gui.views.method_choice import MethodChoice
    from sepviz.lab.explanation import Explanation
    from sepviz.study.benchmark import Benchmark
    from sepviz.study.costs import Costs

_MACHINE = "Measure this machine"
UNKNOWN_LIMITS = "How fast this machine computes at best has not been measured yet."
METHOD_LEADS = ("Repeats", "Input", "Method", "Ratio", "Note")
LEADS = ("Result", "Why", "Limits", "First run", *METHOD_LEADS)
"""What is told of a measurement, from what it says to how it was made."""
_ALIKE = 1.15
"""Factor within which measured and counted ratio are called alike."""


class TimingPlot(QWidget):
    """How long both layers take here; it asks for measurements and never makes them."""

    measure_requested = Signal()
    auto_toggled = Signal(bool)
    method_chosen = Signal(str)
    peak_requested = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAccessibleName("Measured time of both layers")
        self._measure = QPushButton("Measure now", self)
        self._measure.setToolTip("Time both layers in turn, with the settings as they are now.")
        self._auto = QCheckBox("Measure when idle", self)
        self._auto.setToolTip("Measure by itself whenever settings have changed and nothing else is computed.")
        self._switch = MethodSwitch(self)
        self._progress = plain_label(muted=True)
        self._progress.setAccessibleName("Progress of the measurement")
        self._strip = TimeStrip(self)
        self._beyond = plain_label(muted=True)
        self._axis = RatioAxis(self)
        self._lines = LeadLines(LEADS, muted=METHOD_LEADS)
        self._peak = QPushButton(_MACHINE, self)
        self._peak.setToolTip(
            "Find out in two seconds how fast this machine multiplies (float32 matrix product) and copies memory, each "
            "the best of many short runs, taken in turn. It is remembered, and says what both layers take at best."
        )
        self._heading = plain_label("B against A: measured here, and counted")
        self._fill(scrolled_page(self))
        self._measure.clicked.connect(self._on_measure_clicked)
        self._auto.toggled.connect(self.auto_toggled)
        self._switch.chosen.connect(self.method_chosen)
        self._peak.clicked.connect(self._on_peak_clicked)
        self.show_benchmark(None, None)

    def show_benchmark(self, benchmark: Benchmark | None, costs: Costs | None, peak: MachinePeak | None = None) -> None:
        """Show a measurement beside what was counted, for the same input; without one, only what was counted.

        With the limits of the machine, `peak`, it is also told what limits the layers; else they can be asked for.
        """
        timing = benchmark.timing if benchmark is not None and costs is not None else None
        labels = LETTERS if costs is None else block_labels(costs)
        told = None if benchmark is None or timing is None or peak is None else _explained(benchmark, peak)
        least_s = None if told is None else told.least_s
        self._strip.show_timing(timing, labels, least_s)
        self._show_text(self._beyond, "" if timing is None else describe_beyond(timing, least_s))
        self._axis.show_ratios(ratio_rows(timing, costs, least_s))
        self._heading.setVisible(costs is not None)
        found = {} if benchmark is None or costs is None else _texts(benchmark, costs, told)
        self._lines.show_texts(found)
        self._peak.setVisible(timing is not None)
        self._peak.setText(_MACHINE if peak is None else f"{_MACHINE} again")
        texts = (
            self._strip.accessibleDescription(),
            self._axis.accessibleDescription(),
            *self._lines.told,
        )
        self.setAccessibleDescription("\n".join(text for text in texts if text))

    def show_methods(self, choices: tuple[MethodChoice, ...], value: str) -> None:
        """Offer the methods both layers can be timed with, `value` being the one that is shown."""
        self._switch.show_choices(choices, value)

    def show_state(self, text: str, measuring: bool) -> None:
        """Say what is being done; while `measuring`, no second measurement can be asked for."""
        self._progress.setText(text)
        self._strip.show_absence(text)
        for button in (self._measure, self._peak):
            button.setEnabled(not measuring)

    def show_auto(self, on: bool) -> None:
        """Show whether measurements are made when idle, without telling anyone."""
        blocked = self._auto.blockSignals(True)
        self._auto.setChecked(on)
        self._auto.blockSignals(blocked)

    def _on_measure_clicked(self) -> None:
        self.measure_requested.emit()

    def _on_peak_clicked(self) -> None:
        self.peak_requested.emit()

    def _show_text(self, label: QLabel, text: str) -> None:
        label.setText(text)
        label.setVisible(bool(text))

    def _fill(self, page: QWidget) -> None:
        self._progress.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
        self._heading.setFont(bold(self.font()))
        controls = QHBoxLayout()
        controls.setSpacing(12)
        controls.addWidget(self._measure)
        controls.addWidget(self._auto)
        controls.addWidget(self._switch, 3)
        controls.addWidget(self._progress, 2)
        column = QVBoxLayout(page)
        column.setContentsMargins(12, 12, 12, 12)
        column.setSpacing(10)
        column.addLayout(controls)
        column.addWidget(self._strip, 1)
        self._lines.add_button("Limits", self._peak)
        for widget in (self._beyond, self._heading, self._axis, self._lines):
            column.addWidget(widget)
        column.addStretch(0)


def _explained(benchmark: Benchmark, peak: MachinePeak) -> Explanation:
    from sepviz.lab.explanation import explain  # when there is something to explain, as it costs start-up time

    return explain(benchmark, peak)


def _texts(benchmark: Benchmark, costs: Costs, told: Explanation | None) -> dict[str, str]:
    """Return what there is to say of a measurement, by what it is about."""
    from sepviz.lab.explanation import cold_words

    timing = benchmark.timing
    limits = {"Why": told.reason, "Limits": told.bound} if told else {"Limits": UNKNOWN_LIMITS}
    words = {"Result": read_ratios(timing, costs), **limits, "First run": cold_words(timing)}
    return words | method_lines(benchmark)


def ratio_rows(
    timing: PairTiming | None, costs: Costs | None, least_s: tuple[float, float] | None = None
) -> tuple[RatioRow, ...]:
    """Return the ratios A / B to show: time as measured and at best, MACs and bytes as counted."""
    rows: list[RatioRow] = []
    if timing is not None:
        label, speedup = f"Time ({pairs_words(timing)})", timing.speedup
        rows.append(RatioRow(label=label, name="seconds", value=speedup.median, interval=(speedup.low, speedup.high)))
    if least_s is not None:
        rows.append(RatioRow(label="Time at best (roofline)", name="seconds", value=least_s[0] / least_s[1]))
    if costs is not None:
        rows += [
            RatioRow(label=f"{QUANTITIES[name].label} (counted)", name=name, value=costs.ratio(name))
            for name in ("macs", "bytes")
        ]
    return tuple(rows)


def read_ratios(timing: PairTiming, costs: Costs) -> str:
    """Say in one or two sentences what the measured ratio is beside that of the MACs, and no more than was measured."""
    speedup, macs = timing.speedup, costs.ratio("macs")
    counted = "as many MACs as A" if macs == 1 else f"{QUANTITIES['macs'].verdict(macs, 1.0)} MACs"
    interval = f"interval {QUANTITIES['seconds'].interval(speedup.median, speedup.low, speedup.high)}"
    if speedup.low <= 1 <= speedup.high:
        return f"B has {counted}; these repeats show no difference in time between A and B ({interval})."
    taken = f"{QUANTITIES['seconds'].verdict(speedup.median, 1.0)} ({interval})"
    gap = max(macs, speedup.median) / min(macs, speedup.median)
    if gap <= _ALIKE or speedup.low <= macs <= speedup.high:
        return f"B has {counted} and takes {taken} on this machine: here the time goes with the multiplications."
    return (
        f"B has {counted} and takes {taken} on this machine. The two ratios differ by a factor of {ratio(gap)[:-1]}: "
        "multiplications alone are not time."
    )


def method_lines(benchmark: Benchmark) -> dict[str, str]:
    """Return how was measured, by its lead: order, repeats, input, threads, methods, and what the clock noted."""
    from sepviz.engine.timing import FEWEST_PAIRS
    from sepviz.lab.explanation import method_words

    timing = benchmark.timing
    calls, repeats = max(timing.calls_per_sample), timing.baseline.repeats
    mean = f", a repeat being the mean of up to {calls:,} runs." if calls > 1 else "."
    sure = "holds the true median with 95 % confidence." if repeats >= FEWEST_PAIRS else "is their whole range."
    told = method_words(benchmark).removeprefix("Method: ")
    return {
        "Repeats": f"{counted(repeats, 'repeats')} of each layer, A and B in turn after warming up{mean} "
        "Outputs kept, weights prepared beforehand.",
        "Input": f"{shape(benchmark.input_shape)}, float32, {counted(timing.threads, 'threads')}, BLAS on one, "
        "Python's garbage collector off.",
        "Method": f"{told[:1].upper()}{told[1:]} {_describe_layers(benchmark)}".rstrip(),
        "Ratio": f"The {pairs_words(timing)} of neighbouring repeats, not the ratio of the two medians; its interval "
        f"{sure}",
        "Note": timing.note,
    }


def _describe_layers(benchmark: Benchmark) -> str:
    timing = benchmark.timing
    if not (timing.baseline_methods and timing.candidate_methods):
        return ""
    sides = zip(
        LETTERS,
        benchmark.study.blocks(benchmark.input_shape[0]),
        (timing.baseline_methods, timing.candidate_methods),
        strict=True,
    )
    parts = [
        f"{letter} {layer.name} by {method}"
        for letter, block, methods in sides
        for layer, method in zip(block.layers, methods, strict=True)
    ]
    return f"Here {'; '.join(parts)}."
