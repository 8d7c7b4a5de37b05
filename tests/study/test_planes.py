import numpy as np
import pytest

from sepviz.study.planes import LazyPlanes, to_planes

RANDOM = np.random.default_rng(0)
PICTURES = {
    "colour": RANDOM.integers(0, 256, (17, 23, 3), np.uint8),
    "grey": RANDOM.integers(0, 256, (17, 23), np.uint8),
    "deep grey": RANDOM.random((17, 23), np.float32),
}


@pytest.mark.parametrize("grey", [False, True])
@pytest.mark.parametrize("pixels", PICTURES.values(), ids=PICTURES)
def test_that_a_part_is_that_of_the_whole_picture(pixels, grey):
    lazy, whole = LazyPlanes(pixels=pixels, grey=grey), to_planes(pixels, grey)
    assert lazy.shape == whole.shape
    assert np.array_equal(lazy[:], whole)
    assert np.allclose(lazy[-1, 3:9, 4:5], whole[-1, 3:9, 4:5], rtol=0, atol=1e-6)


def test_that_what_is_read_cannot_be_changed():
    with pytest.raises(ValueError, match="read-only"):
        LazyPlanes(pixels=PICTURES["grey"], grey=False)[:][0, 0, 0] = 1
