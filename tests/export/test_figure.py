from __future__ import annotations

import os
import subprocess
import sys
import xml.etree.ElementTree as ElementTree

import numpy as np
import pytest

from sepviz.export.canvas import MARGIN, WIDTH
from sepviz.export.figure import MAX_PIXELS, figure_image, figure_size, save_figure
from sepviz.export.saving import ExportError
from sepviz.render.colormap import COLORMAPS
from sepviz.study.study import View

pytestmark = pytest.mark.usefixtures("app")

LONG = "ein sehr langer Name für ein Bild, " * 5 + "x" * 120 + ".png"


def to_array(image):
    from PySide6.QtGui import QImage

    image = image.convertToFormat(QImage.Format.Format_RGB888)
    rows = np.frombuffer(image.constBits(), np.uint8).reshape(image.height(), image.bytesPerLine())
    return rows[:, : 3 * image.width()].reshape(image.height(), image.width(), 3).copy()


def svg_texts(path):
    root = ElementTree.fromstring(path.read_bytes())
    texts = ["".join(each.itertext()).strip() for each in root.iter() if each.tag.endswith("}text")]
    return root, [text.replace("\u00a0", " ") for text in texts]


@pytest.mark.parametrize(
    ("picture", "fields", "view", "is_timed"),
    [
        ({}, {"padding": "valid"}, View(), True),
        ({"height": 600, "width": 40, "name": LONG}, {"out_channels": 5}, View(scale="shared"), False),
        ({"height": 40, "width": 900}, {"candidate": "depthwise"}, View(scale="symmetric"), True),
        ({"height": 8, "width": 8, "name": "t"}, {"out_channels": 1}, View(colormap="grey"), False),
        ({"height": 24, "width": 24}, {"out_channels": 512, "candidate": "grouped", "groups": 1}, View(), True),
        ({}, {"baseline": "spatially-separable", "candidate": "blueprint-separable", "grey": True}, View(), False),
    ],
)
def test_that_nothing_is_painted_into_the_margins(compared, timed, picture, fields, view, is_timed):
    comparison = compared(**picture, **fields)
    benchmark = timed(comparison) if is_timed else None
    pixels = to_array(figure_image(comparison, benchmark, view, 1.0))
    width, height = figure_size(comparison, benchmark, view)
    assert pixels.shape == (height, width, 3)
    painted = pixels.min(axis=2) < 250
    rows, columns = np.flatnonzero(painted.any(axis=1)), np.flatnonzero(painted.any(axis=0))
    assert rows[0] >= MARGIN
    assert rows[-1] < height - MARGIN
    assert columns[0] >= MARGIN - 1
    assert columns[-1] <= width - MARGIN
    assert painted.mean() > 0.1


def test_that_a_larger_scale_is_the_same_figure_with_more_pixels(article):
    from PySide6.QtCore import Qt

    small, large = (figure_image(article, None, View(), scale) for scale in (1.0, 3.0))
    assert (large.width(), large.height()) == (3 * small.width(), 3 * small.height())
    shrunk = large.scaled(small.size(), mode=Qt.TransformationMode.SmoothTransformation)
    assert np.abs(to_array(shrunk).astype(int) - to_array(small)).mean() < 6


def test_that_the_image_tells_its_size_on_paper(article):
    image = figure_image(article, None, View(), 2.0)
    assert 1000 * image.width() / image.dotsPerMeterX() == pytest.approx(180, rel=1e-3)


@pytest.mark.parametrize("scale", [9.0, 0.0, -1.0, float("nan"), float("inf")])
def test_that_an_impossible_scale_is_refused_with_the_limit(article, scale, tmp_path):
    for name in ("figure.png", "figure.svg"):
        with pytest.raises(ExportError, match=rf"scale is .* up to \d.*{MAX_PIXELS // 10**6} megapixels"):
            save_figure(tmp_path / name, article, None, View(), scale=scale)
    assert not list(tmp_path.iterdir())


def test_that_a_missing_suffix_is_supplied(article, tmp_path):
    path = save_figure(tmp_path / "figure", article, None, View(), scale=0.5)
    assert path == tmp_path / "figure.png"
    assert path.read_bytes().startswith(b"\x89PNG")


def test_that_an_unknown_suffix_is_refused_with_the_list(article, tmp_path):
    with pytest.raises(ExportError, match=r"figure\.jpeg ends in \.jpeg; .*\.png, \.svg, \.pdf"):
        save_figure(tmp_path / "figure.jpeg", article, None, View())


def test_that_a_path_without_a_name_is_refused(article, tmp_path):
    with pytest.raises(ExportError, match="no file name"):
        save_figure(tmp_path.relative_to(tmp_path), article, None, View())


def test_that_a_failed_save_leaves_the_old_figure(article, tmp_path, monkeypatch):
    path = tmp_path / "figure.png"
    path.write_bytes(b"old")

    def full(_):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(ExportError, match="disk is full"):
        save_figure(path, article, None, View(), scale=0.5)
    assert path.read_bytes() == b"old"
    assert [found.name for found in tmp_path.iterdir()] == ["figure.png"]


def test_that_an_svg_holds_its_text_as_text_at_the_size_it_is_meant(article, timed, tmp_path):
    root, texts = svg_texts(save_figure(tmp_path / "figure.SVG", article, timed(article), View()))
    for text in ("1,728", "219", "1,555,200", "197,100", "B: 7.89× fewer", "64 × 30 × 30", "3 × 30 × 30", "5.00 ms"):
        assert text in texts
    assert any(text.startswith("2.50× less time, measured (2.25–2.75; ") for text in texts)
    assert "Standard and depthwise separable convolution of noise.png" in texts
    width, height = figure_size(article, timed(article), View())
    assert root.get("viewBox") == f"0 0 {width} {height}"
    assert float(root.get("width").removesuffix("mm")) == pytest.approx(180, rel=0.01)
    sizes = {float(each.get("font-size")) for each in root.iter() if each.tag.endswith("}text")}
    assert min(sizes) == 14
    assert max(sizes) == 30


def test_that_an_unmeasured_time_is_said_and_takes_no_room(article, timed, tmp_path):
    _, texts = svg_texts(save_figure(tmp_path / "figure.svg", article, None, View()))
    assert "Time: not measured." in texts
    assert not any("median" in text for text in texts)
    assert figure_size(article, None, View())[1] < figure_size(article, timed(article), View())[1]


def test_that_a_benchmark_of_another_study_is_not_shown(article, compared, timed, tmp_path):
    other = timed(compared(out_channels=8))
    _, texts = svg_texts(save_figure(tmp_path / "figure.svg", article, other, View()))
    assert "Time: not measured." in texts


def test_that_a_pdf_is_one_page_of_the_figure_with_its_title(article, tmp_path):
    content = save_figure(tmp_path / "figure.pdf", article, None, View()).read_bytes()
    width, height = figure_size(article, None, View())
    assert content.startswith(b"%PDF")
    assert content.count(b"/Type /Page\n") == 1
    box = content.partition(b"/MediaBox [")[2].partition(b"]")[0].split()
    assert [float(side) for side in box[2:]] == pytest.approx([510, 510 * height / width], abs=1.5)
    assert "noise.png".encode("utf-16-be") in content or b"noise.png" in content
    assert b"DCTDecode" not in content  # no lossy copies of the maps


def test_that_both_ends_of_the_colour_map_keep_their_exact_colours(compared):
    comparison = compared(30, 30, out_channels=1)
    pixels = to_array(figure_image(comparison, None, View(), 1.0))
    for level in (1, 255):
        assert (pixels == COLORMAPS["viridis"].table[level]).all(axis=2).sum() > 10


def test_that_a_figure_needs_no_application_and_no_display(tmp_path):
    program = (
        "import sys\n"
        "from pathlib import Path\n"
        "from sepviz.engine.checkpoint import carry_on\n"
        "from sepviz.export.figure import save_figure\n"
        "from sepviz.study.compare import Compare\n"
        "from sepviz.study.source import open_picture\n"
        "from sepviz.study.study import Study, View\n"
        "study = Study(picture=open_picture('pattern:impulse'), size=16, out_channels=2)\n"
        "save_figure(Path(sys.argv[1]), Compare(study=study)(carry_on), None, View(), scale=0.5)\n"
    )
    variables = {
        name: value for name, value in os.environ.items() if name not in ("QT_QPA_PLATFORM", "WAYLAND_DISPLAY")
    }
    done = subprocess.run(
        [sys.executable, "-c", program, str(tmp_path / "figure.png")],
        env=variables | {"DISPLAY": ":nowhere"},
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )
    assert done.returncode == 0, done.stderr
    assert (tmp_path / "figure.png").stat().st_size > 1000


def test_that_the_figure_is_as_wide_as_it_says(article):
    assert figure_size(article, None, View())[0] == WIDTH


def test_that_a_survey_is_painted_like_the_comparison_that_it_stands_for(compared, surveyed):
    whole = compared(60, 70, out_channels=3)
    survey = surveyed(whole)
    found, expected = (figure_image(one, None, View(clip=False), 1.0).copy(0, 0, WIDTH, 500) for one in (survey, whole))
    found, expected = (np.asarray(image.constBits(), np.int16) for image in (found, expected))
    # the maps are coarser, as a survey of so small a picture is; all else is the same
    assert 0 < np.mean(np.abs(found - expected)) < 8
