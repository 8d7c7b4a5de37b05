"""The tab in which a kernel is edited: every change is a new study, and what it does to the picture is shown beside."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import partial
from typing import TYPE_CHECKING

import numpy as np
from PySide6.QtCore import QObject

from sepviz.engine.block import BLOCKS
from sepviz.engine.checkpoint import Checkpoint, carry_on
from sepviz.engine.conv2d import conv2d
from sepviz.engine.filters import FILTERS
from sepviz.engine.kernel_edits import EDITS
from sepviz.engine.spec import EngineError
from sepviz.engine.weights import WEIGHTS
from sepviz.gui.dialogs.weights_dialog import ask_entry, ask_weight_file, ask_weight_target
from sepviz.gui.inquiry import Inquiry, Question
from sepviz.gui.views.kernel_page import KernelCard, KernelPage
from sepviz.gui.weight_tasks import ListWeights, LoadWeights, SaveWeights
from sepviz.study.drawing import map_content
from sepviz.study.kernel_editing import (
    KernelPlace,
    block_of,
    cells,
    clamped,
    is_row,
    layer_weights,
    own_weights,
    why_no_edit,
    why_no_filter,
    with_cells,
    with_edit,
    with_filter,
)
from sepviz.study.kernels import SIDES, study_weights, without_kernel
from sepviz.study.memory import kept_complaint
from sepviz.study.quantity import count, counted, shape, significant
from sepviz.study.sheets import layer_title
from sepviz.study.stored_weights import LoadedWeights, WeightEntry, WeightFileError
from sepviz.study.survey import Survey
from sepviz.study.weight_loading import loaded_study

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from numpy.typing import NDArray

    from sepviz.gui.document import Document
    from sepviz.gui.explorer import Explorer
    from sepviz.gui.window import MainWindow
    from sepviz.study.compare import Comparison
    from sepviz.study.drawing import Drawing
    from sepviz.study.sheets import Content
    from sepviz.study.study import Study, View
    from sepviz.study.survey import Answer

TAB = "edit"


class KernelGuide(QObject):
    """Keeps the tab and the document together; holds which kernel is in the hand."""

    def __init__(self, document: Document, explorer: Explorer, window: MainWindow) -> None:
        super().__init__(window)
        self._document, self._explorer, self._window = document, explorer, window
        self.place = KernelPlace()
        self._warning = ""
        self.page = KernelPage()
        self._inquiry = Inquiry(document, explorer, window, TAB, self._question)
        window.add_tab(TAB, self.page)
        self._connect()
        self._show()

    def _connect(self) -> None:
        page = self.page
        page.place_chosen.connect(self._on_page_place_chosen)
        page.edited.connect(self._on_page_edited)
        page.refused.connect(self._warn)
        page.edit_requested.connect(self._on_page_edit_requested)
        page.filter_requested.connect(self._on_page_filter_requested)
        page.reset_requested.connect(self._on_page_reset_requested)
        page.load_requested.connect(self._on_page_load_requested)
        page.save_requested.connect(self._on_page_save_requested)
        page.pictures.viewport_changed.connect(self._inquiry.renew)
        page.pictures.hovered.connect(self._window.show_reading)
        self._inquiry.answered.connect(self._on_inquiry_answered)
        self._inquiry.failed.connect(self._on_inquiry_failed)
        self._document.study_changed.connect(self._on_study_changed)
        self._document.view_changed.connect(self._on_view_changed)

    # what is shown

    def _show(self) -> None:
        """Show the kernel in the hand, if the tab is looked at."""
        if self._inquiry.is_current:
            self.place = clamped(self._document.study, self.place)
            self.page.show_card(kernel_card(self._document.study, self.place))
            self._inquiry.renew()

    def _question(self) -> Question | None:
        comparison = self._explorer.comparison
        if comparison is None:
            return None
        return Question(
            key=self.place,
            task=TryKernel(comparison=comparison, place=self.place),
            contents=kernel_contents,
            viewports=self.page.pictures.viewports(),
        )

    def _on_inquiry_failed(self, message: str) -> None:
        self.page.pictures.show_sheets({})
        self._warn(f"What a kernel makes is not shown: {message}")

    def _on_inquiry_answered(self, drawing: Drawing) -> None:
        self.page.pictures.show_sheets(drawing.sheets)

    def _on_study_changed(self, before: Study, study: Study) -> None:
        if study.picture is None:
            self.page.pictures.show_sheets({})
            self._inquiry.forget()
        self._show()

    def _on_view_changed(self, before: View, view: View) -> None:
        if view.channel != before.channel and self._is_last():
            self.place = replace(self.place, filter=view.channel)
        self._show()

    def _is_last(self) -> bool:
        """Say whether the layer in the hand makes the maps that are chosen from elsewhere in the window."""
        return self.place.layer == len(block_of(self._document.study, self.place.side).layers) - 1

    # what the user does

    def _on_page_place_chosen(self, field: str, number: int) -> None:
        value = SIDES[number] if field == "side" else number
        self.place = clamped(self._document.study, replace(self.place, **{field: value}))  # type: ignore[arg-type]
        if field == "filter" and self._is_last():
            self._document.edit_view("channel", number)
        self._show()

    def _on_page_edited(self, values: NDArray[np.float32]) -> None:
        self._change(lambda study: with_cells(study, self.place, values))

    def _on_page_edit_requested(self, name: str) -> None:
        self._change(lambda study: with_edit(study, self.place, self.page.scope, EDITS[name]))

    def _on_page_filter_requested(self, name: str) -> None:
        self._change(lambda study: with_filter(study, self.place, self.page.scope, FILTERS[name]))

    def _on_page_reset_requested(self) -> None:
        self._document.adopt(without_kernel(self._document.study, self.place.side, self.place.layer))

    def _change(self, change: Callable[[Study], Study]) -> None:
        """Adopt what `change` makes of the study, or say why it cannot be."""
        try:
            study = change(self._document.study)
        except (EngineError, WeightFileError) as error:
            self._warn(str(error))
            return
        if self._window.message.text == self._warning:
            self._window.message.hide()  # what was wrong is mended
        self._document.adopt(study)

    def _warn(self, text: str) -> None:
        self._warning = text
        self._window.message.warn(text)

    # files

    def _on_page_load_requested(self) -> None:
        path = ask_weight_file(self._window)
        if path is not None:
            self.load(path)

    def load(self, path: Path) -> None:
        """Show what the file at `path` offers, and load what is chosen."""
        self._explorer.ask(ListWeights(path=path), partial(self._on_listed, path), self._on_refused, keep=True)

    def _on_listed(self, path: Path, entries: object) -> None:
        if not isinstance(entries, tuple):
            return
        entry = ask_entry(self._window, path.name, entries)
        if isinstance(entry, WeightEntry):
            task = LoadWeights(path=path, name=entry.name)
            self._explorer.ask(task, self._on_loaded, self._on_refused, keep=True)

    def _on_loaded(self, loaded: object) -> None:
        if not isinstance(loaded, LoadedWeights):
            return
        side = "candidate" if len(loaded.layers) > 1 else self.place.side
        self.place = KernelPlace(side=side)
        self._change(lambda study: loaded_study(study, loaded, side))

    def _on_refused(self, message: str, details: str) -> None:
        self._warning = message
        self._window.message.warn(message, details)

    def _on_page_save_requested(self) -> None:
        study, place = self._document.study, self.place
        block = block_of(study, place.side)
        path = ask_weight_target(self._window, f"{block.kind}-weights")
        if path is None:
            return
        pairs = list(zip(block.layers, study_weights(study, place.side, block), strict=True))
        if path.suffix.lower() == ".npy":
            pairs = pairs[place.layer : place.layer + 1]
        layers = {layer.name: weights for layer, weights in pairs}
        self._explorer.ask(SaveWeights(path=path, layers=layers), self._on_saved, self._on_refused, keep=True)

    def _on_saved(self, path: object) -> None:
        self._window.message.tell(f"The weights were saved as {path}")


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class KernelTrial:
    """What a kernel does: the map `reads` and what the kernel makes of it alone, each (1, height, width), and `maps`.

    `reads` and `alone` are None where the cells are a whole filter, `alone` where the kernel is the whole filter.
    """

    comparison: Comparison
    place: KernelPlace
    channel: int
    reads: NDArray[np.floating] | None
    alone: NDArray[np.floating] | None
    maps: NDArray[np.floating]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class TryKernel:
    """The task of running the kernel at `place` alone on what it reads in `comparison`."""

    comparison: Answer
    place: KernelPlace

    def __call__(self, checkpoint: Checkpoint = carry_on) -> KernelTrial:
        """Return what it reads and makes."""
        if isinstance(self.comparison, Survey):
            raise EngineError(kept_complaint(self.comparison.costs))
        place, trace = self.place, getattr(self.comparison, self.place.side)
        spec, weights = trace.block.layers[place.layer].spec, trace.weights[place.layer]
        maps = trace.activations[place.layer]
        x = trace.activations[place.layer - 1] if place.layer else self.comparison.input
        group = place.filter // (spec.out_channels // spec.groups)
        channel = group * weights.kernel.shape[1] + place.channel
        reads = alone = None
        if spec.kernel != (1, 1):
            reads = x[channel : channel + 1]
        if reads is not None and weights.kernel.shape[1] > 1:
            kernel = weights.kernel[place.filter, place.channel][None, None]
            single = replace(spec, in_channels=1, out_channels=1, groups=1, bias=False)
            alone = conv2d(reads, kernel, None, single, checkpoint=checkpoint)
        return KernelTrial(
            comparison=self.comparison, place=place, channel=channel, reads=reads, alone=alone, maps=maps
        )


def kernel_contents(view: View, trial: KernelTrial) -> dict[str, Content]:
    """Return the pictures of a trial."""
    place, trace = trial.place, getattr(trial.comparison, trial.place.side)
    contents = {}
    if trial.reads is not None:
        source = f"map {count(trial.channel)}" if place.layer else f"input channel {count(trial.channel)}"
        reads = map_content(f"Reads {source}", trial.reads, 0, view)
        contents["reads"] = reads if place.layer else replace(reads, colormap="grey", policy="shared", clip=False)
    if trial.alone is not None:
        contents["alone"] = replace(map_content("This kernel alone", trial.alone, 0, view), policy="per-map")
    title = f"{layer_title(trace, place.layer)}, map {count(place.filter)}"
    contents["map"] = replace(map_content(title, trial.maps, place.filter, view), policy="per-map")
    return contents


def kernel_card(study: Study, place: KernelPlace) -> KernelCard:
    """Return what is said of the kernel at `place` of `study`."""
    block = block_of(study, place.side)
    filters, channels, *_ = block.layers[place.layer].spec.weight_shape
    refusals = {name: why_no_edit(study, place, edit) for name, edit in EDITS.items()}
    kinds = (study.baseline, study.candidate)
    layers = (f"{layer.name.capitalize()}, {shape(layer.spec.weight_shape)}" for layer in block.layers)
    return KernelCard(
        place=place,
        sides=tuple(f"{letter} · {BLOCKS[kind].label}" for letter, kind in zip("AB", kinds, strict=True)),
        layers=tuple(layers),
        filters=filters,
        channels=1 if is_row(study, place) else channels,
        cells=cells(study, place),
        facts=kernel_facts(study, place),
        refusals=refusals | {"filter": why_no_filter(study, place)},
        is_own=own_weights(study, place) is not None,
    )


def kernel_facts(study: Study, place: KernelPlace) -> tuple[str, ...]:
    """Return where the numbers at `place` come from, and their sums."""
    own, values = own_weights(study, place), cells(study, place).astype(np.float64)
    drawn = f"{WEIGHTS[study.init].label}, seed {study.seed}"
    bias = layer_weights(study, place).bias
    size = np.abs(values).sum()
    total = values.sum() if abs(values.sum()) > 1e-6 * size else 0.0  # the rest is rounding of the float32 values
    sums = f"sum {significant(total)}  ·  sum of |values| {significant(size)}"
    facts = [f"Weights: {own.name if own else drawn}", sums]
    if bias is not None:
        facts.append(f"bias of this filter {significant(float(bias[place.filter]))}")
    if is_row(study, place):
        facts.append(f"A pointwise filter: {counted(values.size, 'weights')}, one for each channel")
    return tuple(facts)
