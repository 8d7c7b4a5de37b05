from dataclasses import replace

import numpy as np
import pytest

from sepviz.engine.block import BLOCKS, Geometry, build_block, run_block
from sepviz.engine.checkpoint import Cancelled
from sepviz.engine.lazy import Lazy, LazyMap, LazyTrace, Watched, whole_groups
from sepviz.engine.spec import Conv2dSpec
from sepviz.engine.weights import block_weights

X = np.random.default_rng(3).random((4, 23, 31), dtype=np.float32)
GEOMETRIES = {
    "same": {},
    "strided": {"stride": (2, 3), "kernel_size": (5, 4)},
    "dilated": {"dilation": (3, 2), "padding": ((4, 1), (0, 5))},
    "valid": {"padding": "valid", "kernel_size": (4, 7), "bias": True},
    "more padding than kernel": {"padding": ((6, 7), (5, 8)), "kernel_size": (3, 2), "bias": True},
    "even kernel, strided": {"kernel_size": (2, 2), "stride": (2, 2), "bias": True},
}


class Kept(Lazy):
    """An array, read in parts; notes which."""

    def __init__(self, values):
        self.values, self.boxes = values, []

    @property
    def shape(self):
        return self.values.shape

    def read(self, box, checkpoint=None):
        self.boxes.append(box)
        return self.values[tuple(slice(part.start, part.stop) for part in box)]


def traced(kind, activation="relu6", **changes):
    geometry = {"in_channels": 4, "out_channels": 8, "depth_multiplier": 2, "groups": 2, **changes}
    block = build_block(kind, Geometry(**geometry), activation)
    weights = block_weights(block, "kaiming-normal", 1)
    return LazyTrace(source=Kept(X), block=block, weights=weights), run_block(block, weights, X)


def assert_equal(found, expected):
    assert found.shape == expected.shape
    assert np.allclose(found, expected, rtol=0, atol=1e-5)


@pytest.mark.parametrize("geometry", GEOMETRIES)
@pytest.mark.parametrize("kind", BLOCKS)
def test_that_every_part_is_that_of_the_whole(kind, geometry):
    lazy, whole = traced(kind, **GEOMETRIES[geometry])
    rng = np.random.default_rng(0)
    for maps, expected in zip(lazy.activations, whole.activations, strict=True):
        assert maps.shape == expected.shape
        assert len(maps) == len(expected)
        assert_equal(maps[:], expected)
        for _ in range(6):
            ends = [sorted(rng.choice(side + 1, 2, replace=False)) for side in expected.shape]
            part = tuple(slice(int(start), int(stop)) for start, stop in ends)
            assert_equal(maps[part], expected[part])


@pytest.mark.parametrize("kind", BLOCKS)
def test_that_one_pixel_is_read_by_number_also_from_the_end(kind):
    lazy, whole = traced(kind)
    for place in [(0, 0, 0), (-1, -1, -1), (3, 11, 30), (5, slice(2, 4), -2)]:
        assert_equal(np.asarray(lazy.output[place]), np.asarray(whole.output[place]))


def test_that_a_place_outside_is_refused():
    lazy, _ = traced("standard")
    with pytest.raises(IndexError, match="23"):
        lazy.output[0, 23, 0]


def test_that_no_more_of_the_input_is_read_than_the_kernel_reaches():
    lazy, _ = traced("depthwise-separable", kernel_size=(5, 3))
    lazy.output[:, 10:12, 20:21]
    assert lazy.source.boxes == [(range(4), range(8, 14), range(19, 22))]


def test_that_only_the_channels_that_are_seen_are_read():
    lazy, _ = traced("depthwise")
    lazy.output[3, 0, 0]
    assert lazy.source.boxes[-1][0] == range(1, 2)


def test_that_channels_are_widened_to_whole_groups():
    depthwise = Conv2dSpec(in_channels=4, out_channels=8, groups=4)
    grouped = Conv2dSpec(in_channels=8, out_channels=8, groups=2)
    single = Conv2dSpec(in_channels=8, out_channels=8)
    assert whole_groups([depthwise], range(3, 5)) == range(2, 6)
    assert whole_groups([depthwise, single], range(3, 5)) == range(3, 5)
    assert whole_groups([single, grouped], range(1, 2)) == range(4)
    unaligned = replace(depthwise, in_channels=8, out_channels=8, groups=8)
    assert whole_groups([grouped, unaligned], range(1, 2)) == range(8)


def test_that_what_is_read_cannot_be_changed():
    lazy, _ = traced("standard")
    with pytest.raises(ValueError, match="read-only"):
        lazy.output[:, :2, :2][0, 0, 0] = 1


def test_that_reading_can_be_stopped():
    def stop(fraction):
        raise Cancelled

    lazy, _ = traced("standard")
    with pytest.raises(Cancelled):
        Watched(maps=lazy.output, checkpoint=stop)[0:1, 0:5, 0:5]


def test_that_a_watched_part_is_the_same_part():
    lazy, whole = traced("standard")
    watched = Watched(maps=lazy.output, checkpoint=lambda fraction: None)
    assert (watched.shape, watched.dtype, len(watched)) == (whole.output.shape, whole.output.dtype, 8)
    assert_equal(watched[1:3, 2:4, :], whole.output[1:3, 2:4])


def test_that_a_map_made_of_others_is_read_in_parts():
    def double(rows, columns, checkpoint):
        return 2 * X[:1, rows.start : rows.stop, columns.start : columns.stop]

    made = LazyMap(size=X.shape[1:], make=double)
    assert made.shape == (1, 23, 31)
    assert made[0, 4, 5] == 2 * X[0, 4, 5]
