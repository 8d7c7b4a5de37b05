"""A comparison as one figure: painted once, for PNG, SVG and PDF, the clipboard and paper.

Nothing here opens a window. Lengths are units of :mod:`sepviz.export.canvas`, each a pixel of a PNG at scale 1.
"""

from __future__ import annotations

import math
import os
import sys
from contextlib import contextmanager
from typing import TYPE_CHECKING

from PySide6.QtCore import QBuffer, QByteArray, QIODevice, QMarginsF, QRectF, QSize, QSizeF
from PySide6.QtGui import (
    QColor,
    QGuiApplication,
    QImage,
    QImageWriter,
    QPageLayout,
    QPageSize,
    QPaintDevice,
    QPainter,
    QPdfWriter,
)
from PySide6.QtSvg import QSvgGenerator

import sepviz
from sepviz.export.canvas import MARGIN, PAPER, PRINT_WIDTH_MM, WIDTH, Canvas
from sepviz.export.caption import title
from sepviz.export.card import CARD_GAP, CLAIMS_TITLE, claims_panels, lone_card
from sepviz.export.exhibit import with_study
from sepviz.export.page import comparison_page
from sepviz.export.panel import Stack
from sepviz.export.saving import ExportError, suffixed, write_bytes

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence
    from pathlib import Path

    from sepviz.engine.spec import Shape
    from sepviz.export.panel import Panel
    from sepviz.lab.claims import Verdict
    from sepviz.study.benchmark import Benchmark
    from sepviz.study.study import Study, View
    from sepviz.study.survey import Answer

DEFAULT_SCALE = 2.0
MAX_SIDE = 32_767
"""Pixels beyond which QPainter draws nothing."""
MAX_PIXELS = 100_000_000
"""Pixels of a figure, or of the maps embedded in one: 400 MB while it is painted."""
VECTOR_SCALE = 2.0
"""Least image pixels for one unit in files that have no pixels of their own."""
MM_PER_INCH, POINTS_PER_INCH = 25.4, 72
PDF_POINTS = round(PRINT_WIDTH_MM / MM_PER_INCH * POINTS_PER_INCH) / WIDTH
"""Points of one unit on paper."""
SHEET_HEIGHT = 1620
"""Units of a page of cards, about those of A4 at the width of a figure; a card that is higher has a page of its own."""
PDF_RESOLUTION = 1200

_application: list[QGuiApplication] = []


def ensure_gui() -> None:
    """Make sure that text can be painted: without an application, make one that shows nothing.

    A window is never needed for a figure, so on Linux no display is asked for either, whether there is one or not:
    Qt ends the whole process when it cannot use the one it is told of.
    """
    if QGuiApplication.instance() is not None:
        return
    offscreen = sys.platform.startswith("linux") and "QT_QPA_PLATFORM" not in os.environ
    arguments = ["sepviz", "-platform", "offscreen"] if offscreen else ["sepviz"]
    _application.append(QGuiApplication(arguments))


def figure_size(comparison: Answer, benchmark: Benchmark | None, view: View) -> tuple[int, int]:
    """Return (width, height) of the figure in units, margins included."""
    ensure_gui()
    return _size(comparison_page(comparison, benchmark, view))


def figure_image(comparison: Answer, benchmark: Benchmark | None, view: View, scale: float = DEFAULT_SCALE) -> QImage:
    """Return the figure as an image of `scale` pixels a unit, in the size it has on paper.

    Raises
    ------
    ExportError
        When the image would be larger than can be painted; the message names the largest scale.
    """
    ensure_gui()
    return _image(comparison_page(comparison, benchmark, view), scale)


def save_figure(
    path: Path,
    comparison: Answer,
    benchmark: Benchmark | None,
    view: View,
    *,
    scale: float = DEFAULT_SCALE,
    session: str | None = None,
    claims: Sequence[Verdict] = (),
) -> Path:
    """Save the figure as PNG, SVG or PDF, as the suffix of `path` says (none: PNG), and return where it is.

    `session` is the text of the session (:func:`sepviz.study.session.to_text`) that the figure is to carry. The cards
    of `claims` follow it: in a PDF on pages of their own, else below.

    Raises
    ------
    ExportError
        For another suffix, a scale that makes too large an image, or a file that cannot be written; a file that was
        there before then stays as it was.
    """
    path = with_suffix(path)
    ensure_gui()
    cards = claims_panels(claims, comparison.study, comparison.input.shape) if claims else ()
    sheets = [comparison_page(comparison, benchmark, view), *_sheets(cards)]
    content = _content_of(path, sheets, scale, title(comparison.study))
    return write_bytes(path, content if session is None else with_study(content, session))


def save_claims(
    path: Path, claims: Sequence[Verdict], study: Study, input_shape: Shape, *, scale: float = DEFAULT_SCALE
) -> Path:
    """Save the cards of `claims`, judged for `study` on `input_shape`, as :func:`save_figure` does a figure.

    One card alone says below what it was judged for; several stand under a heading that does.
    """
    path = with_suffix(path)
    ensure_gui()
    sheets = (
        [lone_card(claims[0], study, input_shape)]
        if len(claims) == 1
        else _sheets(claims_panels(claims, study, input_shape))
    )
    return write_bytes(path, _content_of(path, sheets, scale, CLAIMS_TITLE))


def with_suffix(path: Path) -> Path:
    """Return `path`, with ".png" where it has no suffix; :class:`ExportError` for one that no figure has."""
    return suffixed(path, SUFFIXES, "a figure", "figure.png")


def _sheets(panels: Sequence[Panel]) -> list[Panel]:
    """Return `panels` below each other on as few pages as hold them; none is cut in two."""
    sheets: list[list[Panel]] = []
    for panel in panels:
        longer = [*sheets[-1], panel] if sheets else []
        if longer and _stack(longer).height(WIDTH - 2 * MARGIN) <= SHEET_HEIGHT:
            sheets[-1] = longer
        else:
            sheets.append([panel])
    return [_stack(sheet) for sheet in sheets]


def _stack(panels: Sequence[Panel]) -> Panel:
    return Stack(panels=tuple(panels), gap=CARD_GAP)


def _content_of(path: Path, sheets: Sequence[Panel], scale: float, name: str) -> bytes:
    """Return the content of the file `path`: a PDF with a page for every sheet, or one picture of all of them."""
    try:
        if path.suffix.lower() == ".pdf":
            return _pdf(sheets, scale, name)
        return PICTURES[path.suffix.lower()](_stack(sheets), scale, name)
    except MemoryError:
        raise ExportError(f"{path} needs more memory than is free at scale {scale:g}; take a smaller scale") from None


def _size(page: Panel) -> tuple[int, int]:
    return WIDTH, math.ceil(page.height(WIDTH - 2 * MARGIN)) + 2 * MARGIN


@contextmanager
def _painting(device: QPaintDevice) -> Iterator[QPainter]:
    """Open a painter that is closed before its device, whatever happens: else Qt ends the process."""
    painter = QPainter(device)
    try:
        yield painter
    finally:
        painter.end()


def _paint(painter: QPainter, page: Panel, scale: float) -> None:
    hints = QPainter.RenderHint
    # Lossless: a PDF would otherwise hold JPEG copies of the maps.
    painter.setRenderHints(hints.Antialiasing | hints.TextAntialiasing | hints.LosslessImageRendering)
    painter.setRenderHint(hints.SmoothPixmapTransform)
    page.paint(Canvas(painter=painter, scale=scale), MARGIN, MARGIN, WIDTH - 2 * MARGIN)


def _image(page: Panel, scale: float) -> QImage:
    width, height = _pixels(page, scale)
    image = QImage(width, height, QImage.Format.Format_RGB32)
    if image.isNull():
        raise MemoryError
    image.fill(QColor(PAPER))
    dots_per_metre = round(WIDTH * scale / PRINT_WIDTH_MM * 1000)
    image.setDotsPerMeterX(dots_per_metre)
    image.setDotsPerMeterY(dots_per_metre)
    with _painting(image) as painter:
        painter.scale(scale, scale)
        _paint(painter, page, scale)
    return image


def _pixels(page: Panel, scale: float) -> tuple[int, int]:
    """Return the pixels of the figure at `scale`, or raise :class:`ExportError` when they are too many."""
    width, height = _size(page)
    largest = min(MAX_SIDE / width, MAX_SIDE / height, math.sqrt(MAX_PIXELS / (width * height)))
    if not 0 < scale <= largest:
        limit = math.floor(largest * 10) / 10
        raise ExportError(
            f"scale is {scale:g}; this figure of {width:,} × {height:,} units takes a scale above 0 and up to "
            f"{limit:g} ({MAX_PIXELS / 1e6:g} megapixels): take a smaller one; text in SVG and PDF is sharp at any"
        )
    return round(width * scale), math.ceil(height * scale)


def _png(page: Panel, scale: float, name: str) -> bytes:
    buffer = _buffer()
    writer = QImageWriter(buffer, QByteArray(b"png"))
    writer.setText("Title", name)
    writer.setText("Software", f"sepviz {sepviz.__version__}")
    if not writer.write(_image(page, scale)):
        raise ExportError(f"the figure could not be made into a PNG: {writer.errorString()}; take a smaller scale")
    return _content(buffer)


def _svg(page: Panel, scale: float, name: str) -> bytes:
    scale = _vector_scale(page, scale)
    width, height = _size(page)
    buffer, generator = _buffer(), QSvgGenerator()
    generator.setOutputDevice(buffer)
    generator.setTitle(name)
    generator.setDescription(f"Made with sepviz {sepviz.__version__}")
    generator.setSize(QSize(width, height))
    generator.setViewBox(QRectF(0, 0, width, height))
    generator.setResolution(round(WIDTH / (PRINT_WIDTH_MM / MM_PER_INCH)))
    with _painting(generator) as painter:
        # a little beyond the page: viewers round its height up to whole pixels, and the rest would be transparent
        painter.fillRect(QRectF(-2, -2, width + 4, height + 4), QColor(PAPER))
        _paint(painter, page, scale)
    return _content(buffer)


def _pdf(sheets: Sequence[Panel], scale: float, name: str) -> bytes:
    scales = [_vector_scale(page, scale) for page in sheets]
    buffer = _buffer()
    writer = QPdfWriter(buffer)
    writer.setTitle(name)
    writer.setCreator(f"sepviz {sepviz.__version__}")
    writer.setResolution(PDF_RESOLUTION)
    writer.setPageLayout(_paper(sheets[0]))
    with _painting(writer) as painter:
        painter.scale(PDF_POINTS * PDF_RESOLUTION / POINTS_PER_INCH, PDF_POINTS * PDF_RESOLUTION / POINTS_PER_INCH)
        for number, (page, own_scale) in enumerate(zip(sheets, scales, strict=True)):
            if number:
                writer.setPageLayout(_paper(page))
                writer.newPage()
            _paint(painter, page, own_scale)
    return _content(buffer)


def _paper(page: Panel) -> QPageLayout:
    """Return a page of exactly the size of `page`."""
    width, height = _size(page)
    paper = QPageSize(QSizeF(width * PDF_POINTS, math.ceil(height * PDF_POINTS)), QPageSize.Unit.Point, "figure")
    return QPageLayout(paper, QPageLayout.Orientation.Portrait, QMarginsF())


def _vector_scale(page: Panel, scale: float) -> float:
    _pixels(page, scale)
    return max(scale, VECTOR_SCALE)


def _buffer() -> QBuffer:
    buffer = QBuffer()
    buffer.open(QIODevice.OpenModeFlag.WriteOnly)
    return buffer


def _content(buffer: QBuffer) -> bytes:
    return bytes(buffer.data().data())


PICTURES: dict[str, Callable[[Panel, float, str], bytes]] = {".png": _png, ".svg": _svg}
"""Suffixes of files that hold one picture, with what makes their content."""
SUFFIXES = (*PICTURES, ".pdf")
"""Every suffix a figure can have."""
