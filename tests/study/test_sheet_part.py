import numpy as np
import pytest

from sepviz.engine.checkpoint import Cancelled, carry_on
from sepviz.engine.lazy import LazyMap
from sepviz.render.mosaic import layout_for
from sepviz.study.sheet_part import draw_part, shared_out
from sepviz.study.sheets import Content

WHOLE = np.random.default_rng(0).random((1, 40, 60), np.float32)
RANGES = np.array([[0.0, 1.0]])
LAYOUT = layout_for(WHOLE.shape, (60, 40))


def content(read):
    def make(rows, columns, checkpoint):
        read.append((rows, columns))
        return WHOLE[:, rows.start : rows.stop, columns.start : columns.stop]

    return Content(
        title="a",
        shape=WHOLE.shape,
        maps=WHOLE.reshape(1, 10, 4, 15, 4).mean(axis=(2, 4)),
        size=WHOLE.shape[1:],
        colormap="grey",
        policy="per-map",
        source=LazyMap(size=WHOLE.shape[1:], make=make),
    )


def test_that_means_are_drawn_while_the_screen_shows_no_more():
    read = []
    levels = draw_part(content(read), RANGES, LAYOUT, (0.0, 0.0, 60.0, 40.0), (15, 10), carry_on)
    assert read == []
    assert levels.shape == (10, 15)


def test_that_a_close_look_reads_the_part_in_view_and_nothing_else():
    read = []
    levels = draw_part(content(read), RANGES, LAYOUT, (20.0, 10.0, 35.0, 20.0), (15, 10), carry_on)
    assert read == [(range(10, 20), range(20, 35))]
    assert np.abs(levels - (1 + 254 * WHOLE[0, 10:20, 20:35])).max() <= 1


def test_that_drawing_that_is_shared_out_can_be_stopped():
    def stop(fraction):
        raise Cancelled

    with pytest.raises(Cancelled):
        shared_out(stop)([1, 2], lambda item: None)
