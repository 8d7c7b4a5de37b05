"""Promises of animation files: they decode to the frames that were painted, as long as was asked, or are not there."""

from __future__ import annotations

import re
from dataclasses import dataclass

import numpy as np
import pytest
from PIL import Image

from sepviz.engine.checkpoint import Cancelled, carry_on
from sepviz.export.animation.file import MOST_PIXELS, checked_size, checked_suffix, save_animation
from sepviz.export.animation.film import frame_size, paint_frame, slide_film
from sepviz.export.animation.pace import Pace
from sepviz.export.saving import ExportError
from sepviz.study.slide import Slide
from sepviz.study.study import Study, View

pytestmark = pytest.mark.usefixtures("app")
PACE = Pace(width=600, frame_ms=70, hold_ms=500)


@pytest.fixture(scope="session")
def film(noisy):
    slide = Slide(study=Study(picture=noisy(20, 30), out_channels=2), pixels=5)
    return slide_film(slide, slide(), View(), 240)


@dataclass
class Box:
    """A square that moves over the paper."""

    at: int

    def paint(self, canvas, x, y, width):
        canvas.bar(x + self.at, y, 40, 40, "#123456")


@dataclass
class BoxFilm:
    """A few frames that are quick to paint."""

    count: int = 4
    height: float = 60.0

    def frame(self, number, checkpoint=carry_on):
        checkpoint(0.5)
        return Box(50 * number)


def frames_of(path):
    """Return the decoded frames, (N, H, W, 3), and their times in milliseconds."""
    with Image.open(path) as image:
        frames, times = [], []
        for number in range(image.n_frames):
            image.seek(number)
            frames.append(np.asarray(image.convert("RGB")))
            times.append(round(image.info["duration"]))
        return np.array(frames), times, image.format, image.info.get("loop")


@pytest.mark.parametrize(("name", "kind"), [("a.gif", "GIF"), ("a.png", "PNG"), ("a.APNG", "PNG")])
def test_that_what_is_decoded_is_what_was_painted(film, tmp_path, name, kind):
    saved = save_animation(tmp_path / name, film, PACE)
    frames, times, found, loop = frames_of(saved.path)
    size = frame_size(film.height, 600)
    assert (saved.frames, saved.size, saved.nbytes) == (15, size, saved.path.stat().st_size)
    assert (found, frames.shape) == (kind, (15, size[1], 600, 3))
    assert times == [70] * 14 + [500]
    assert saved.seconds == pytest.approx(1.48)
    assert loop == 0
    for number in (0, 7, 14):
        painted = paint_frame(film.frame(number), size).astype(int)
        assert np.abs(frames[number] - painted).mean() < 0.5
        paper = (painted == 255).all(axis=2)
        assert (frames[number][paper] == 255).all()


@pytest.mark.parametrize("name", ["a.gif", "a.png"])
def test_that_what_does_not_change_does_not_flicker(film, tmp_path, name):
    frames, *_ = frames_of(save_animation(tmp_path / name, film, PACE).path)
    size = frame_size(film.height, 600)
    for number in range(3, 9):
        before, now = (paint_frame(film.frame(at), size) for at in (number - 1, number))
        same = (before == now).all(axis=2)
        assert same.mean() > 0.9
        assert (frames[number - 1][same] == frames[number][same]).all()


@pytest.mark.parametrize("name", ["a.gif", "a.png"])
def test_that_it_runs_once_where_that_is_asked_for(tmp_path, name):
    saved = save_animation(tmp_path / name, BoxFilm(), Pace(width=600, loop=False))
    assert frames_of(saved.path)[3] in (None, 1)


def test_that_a_still_of_one_frame_can_be_written(tmp_path):
    saved = save_animation(tmp_path / "one.gif", BoxFilm(count=1), PACE)
    assert saved.frames == 1
    with Image.open(saved.path) as image:
        assert image.n_frames == 1


@pytest.mark.parametrize("name", ["a.gif", "a.png"])
@pytest.mark.parametrize("last", [0, 4, 9, 13, 15])
def test_that_cancelling_leaves_what_was_there(tmp_path, name, last):
    path, calls = tmp_path / name, []
    path.write_bytes(b"old")

    def cancel(fraction):
        calls.append(fraction)
        if len(calls) > last:
            raise Cancelled

    with pytest.raises(Cancelled):
        save_animation(path, BoxFilm(), PACE, cancel)
    assert path.read_bytes() == b"old"
    assert [found.name for found in tmp_path.iterdir()] == [name]


def test_that_progress_only_grows_and_writing_can_be_stopped_too(tmp_path):
    told = []
    save_animation(tmp_path / "a.gif", BoxFilm(), PACE, told.append)
    assert told == sorted(told)
    assert told[0] < 0.1
    assert told[-1] > 0.9


def test_that_a_suffix_is_supplied_or_refused_with_the_list(tmp_path):
    assert checked_suffix(tmp_path / "a").name == "a.gif"
    with pytest.raises(ExportError, match=r"a\.webp ends in \.webp; .* as \.gif, \.png, \.apng"):
        save_animation(tmp_path / "a.webp", BoxFilm(), PACE)
    with pytest.raises(ExportError, match="no file name"):
        checked_suffix(tmp_path.relative_to(tmp_path))
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize(
    ("count", "pace", "said"),
    [
        (601, PACE, "the animation has 601 frames; at most 600 are written: ask for fewer"),
        (0, PACE, "0 frames"),
        (600, Pace(width=1600), r"of 1,600 × [\d,]+ px are [\d,]+ megapixels; at most 200 are written: take \d+ fr"),
        (300, Pace(width=1000), r"take \d+ frames or a width of \d+ px$"),
        (4, Pace(width=20), "width is 20 px; take 600"),
    ],
)
def test_that_too_much_is_refused_with_numbers_before_anything_is_painted(count, pace, said):
    with pytest.raises(ExportError, match=said):
        checked_size(count, 700.0, pace)


def test_that_what_is_suggested_is_accepted():
    with pytest.raises(ExportError) as caught:
        checked_size(300, 700.0, Pace(width=1000))
    frames, width = re.findall(r"take (\d+) frames or a width of (\d+) px", str(caught.value))[0]
    checked_size(int(frames), 700.0, Pace(width=1000))
    width, height = checked_size(300, 700.0, Pace(width=int(width)))
    assert 0.95 * MOST_PIXELS < 300 * width * height <= MOST_PIXELS


def test_that_a_place_that_cannot_be_written_is_refused_before_the_work(tmp_path):
    class Untouched(BoxFilm):
        def frame(self, number, checkpoint=carry_on):
            raise AssertionError("nothing should be painted")

    with pytest.raises(ExportError, match="there is no folder"):
        save_animation(tmp_path / "nowhere" / "a.gif", Untouched(), PACE)
