"""Comparisons and benchmarks that the tests of this folder share: small, seeded, and with numbers known by hand."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
import pytest

from sepviz.engine.checkpoint import carry_on
from sepviz.engine.timing import PairTiming, Ratio, Timing
from sepviz.study.benchmark import Benchmark
from sepviz.study.compare import Compare
from sepviz.study.memory import Limits
from sepviz.study.source import picture_from_array
from sepviz.study.study import Study
from sepviz.study.survey import TakeSurvey


def noise(height, width, name="noise.png"):
    pixels = np.random.default_rng(0).integers(0, 256, (height, width, 3), dtype=np.uint8)
    return picture_from_array(pixels, name, f"clipboard:{name}")


@pytest.fixture(scope="session")
def compared():
    """`compared(height=32, width=32, name=..., **fields)` compares the layers of such a study on seeded noise."""

    def build(height=32, width=32, name="noise.png", **fields):
        return Compare(study=Study(picture=noise(height, width, name), **fields))(carry_on)

    return build


@pytest.fixture(scope="session")
def surveyed():
    """`surveyed(comparison)` surveys what `comparison` holds whole."""

    def build(comparison):
        limits = Limits(kept=0, overview=9000, tile=20_000, side=20)
        return TakeSurvey(study=comparison.study, limits=limits)(carry_on)

    return build


@pytest.fixture(scope="session")
def article(compared):
    """The layer this program grew from: 32 × 32 × 3, 64 filters of 3 × 3, no padding."""
    return compared(padding="valid")


@pytest.fixture(scope="session")
def timed():
    """`timed(comparison)` is a benchmark of it with 9 known runs: medians 5 ms and 2 ms, ratio 2.5."""

    def build(comparison):
        runs = [0.001 * number for number in range(1, 10)]
        timing = PairTiming(
            baseline=Timing(samples_s=tuple(runs)),
            candidate=Timing(samples_s=tuple(0.4 * run for run in runs)),
            speedup=Ratio(median=2.5, low=2.25, high=2.75),
            threads=2,
            baseline_methods=("planar",),
            candidate_methods=("banded", "pointwise"),
            note="A note for the reader.",
        )
        return Benchmark(study=comparison.study, input_shape=comparison.input.shape, timing=timing)

    return build


def pixels_of(image):
    """Return a QImage in RGB888 as uint8 (H, W, 3)."""
    rows = np.frombuffer(image.constBits(), np.uint8).reshape(image.height(), image.bytesPerLine())
    return rows[:, : 3 * image.width()].reshape(image.height(), image.width(), 3).copy()


@dataclass
class Recorder:
    """Takes the place of a Canvas: it paints nothing and remembers everything."""

    scale: float = 1.0
    texts: list[str] = field(default_factory=list)
    images: list[np.ndarray] = field(default_factory=list)
    frames: list[tuple[float, ...]] = field(default_factory=list)
    bars: list[tuple[float, ...]] = field(default_factory=list)
    dots: list[tuple[float, float]] = field(default_factory=list)

    def text(self, x, baseline, text, *_args, **_more):
        self.texts.append(text)

    def image(self, x, y, image):
        self.images.append(pixels_of(image))

    def frame(self, x, y, width, height, colour, thickness=1.0):
        self.frames.append((x, y, width, height, colour))

    def bar(self, x, y, width, height, colour):
        self.bars.append((x, y, width, height, colour))

    def dot(self, x, y, radius, colour, opacity):
        self.dots.append((x, y))

    def line(self, *_args, **_more):
        pass

    def badge(self, *_args, **_more):
        pass

    def pixels(self, length):
        return max(1, round(length * self.scale))


@pytest.fixture(scope="session")
def recorder():
    """`recorder(scale=1.0)` is a canvas that paints nothing and remembers everything."""
    return Recorder


@pytest.fixture(scope="session")
def recorded():
    """`recorded(panel)` is what a panel of a film paints, as the recorder remembers it."""
    from sepviz.export.animation.film import INSIDE

    def paint(panel):
        canvas = Recorder()
        panel.paint(canvas, 0.0, 0.0, INSIDE)
        return canvas

    return paint


@pytest.fixture(scope="session")
def noisy():
    """`noisy(height, width)` is a picture of seeded noise."""
    return noise
