"""Promises of the shared palette: what is often stays exact, what is near is nearest, and one colour has one index."""

from __future__ import annotations

import numpy as np

from sepviz.export.animation.palette import CLEAR, KEPT, palette_of


def never(colours, count):
    raise AssertionError("no colours had to be reduced")


def evenly(colours, count):
    return np.unique(colours, axis=0)[:: max(1, len(np.unique(colours, axis=0)) // count)][:count]


def noise(seed=0, side=64):
    return np.random.default_rng(seed).integers(0, 256, (side, side, 3), np.uint8)


def test_that_few_colours_are_kept_to_the_last_bit():
    few = noise(side=14)
    palette = palette_of([few, few[::-1]], never)
    assert (palette.colours[palette.indices(few)] == few).all()


def test_that_ink_paper_and_the_colours_of_the_layers_are_always_there():
    palette = palette_of([noise()], evenly)
    exact = np.array(KEPT, np.uint8)[None]
    assert (palette.colours[palette.indices(exact)] == exact).all()


def test_that_every_pixel_gets_the_nearest_colour():
    frame = noise(1)
    palette = palette_of([noise()], evenly)
    chosen = palette.colours[palette.indices(frame)].astype(int)
    off = ((frame.astype(int)[:, :, None, :] - palette.colours.astype(int)) ** 2).sum(axis=3).min(axis=2)
    assert (((chosen - frame) ** 2).sum(axis=2) == off).all()


def test_that_no_index_is_the_clear_one_and_all_256_colours_differ():
    palette = palette_of([noise()], evenly)
    assert palette.indices(noise(2)).max() < CLEAR
    flat = np.array(palette.flat()).reshape(-1, 3)
    assert flat.shape == (256, 3)
    assert len(np.unique(flat, axis=0)) == 256
