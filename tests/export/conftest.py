"""Comparisons and benchmarks that the tests of this folder share: small, seeded, and with numbers known by hand."""

from __future__ import annotations

import numpy as np
import pytest

from sepviz.engine.checkpoint import carry_on
from sepviz.engine.timing import PairTiming, Ratio, Timing
from sepviz.study.benchmark import Benchmark
from sepviz.study.compare import Compare
from sepviz.study.source import picture_from_array
from sepviz.study.study import Study


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
