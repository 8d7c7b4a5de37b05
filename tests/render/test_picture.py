import numpy as np
import pytest

from sepviz.render.picture import to_rgb


def test_that_channels_become_red_green_and_blue() -> None:
    image = np.zeros((3, 2, 4), np.float32)
    image[0, 0, 0] = 1
    image[1, 0, 1] = 1
    image[2, 1, 3] = 1
    pixels = to_rgb(image)
    assert pixels.shape == (2, 4, 3)
    assert pixels.dtype == np.uint8
    assert pixels[0, 0].tolist() == [255, 0, 0]
    assert pixels[0, 1].tolist() == [0, 255, 0]
    assert pixels[1, 3].tolist() == [0, 0, 255]
    assert pixels.sum() == 3 * 255


def test_that_grey_has_three_equal_channels() -> None:
    image = np.linspace(0, 1, 6, dtype=np.float32).reshape(1, 2, 3)
    pixels = to_rgb(image)
    assert pixels[..., 0].tolist() == [[0, 51, 102], [153, 204, 255]]
    assert (pixels == pixels[..., :1]).all()


def test_that_every_byte_survives_the_way_there_and_back() -> None:
    grey = np.arange(256, dtype=np.float32).reshape(1, 16, 16) / 255
    assert to_rgb(grey)[..., 0].ravel().tolist() == list(range(256))


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_that_values_beyond_the_ends_are_clipped_and_the_image_is_left_alone(dtype: type) -> None:
    image = np.array([[[-0.5, 1.5, np.nan, np.inf, -np.inf]]], dtype)
    before = image.copy()
    assert to_rgb(image)[0, :, 0].tolist() == [0, 255, 0, 255, 0]
    np.testing.assert_array_equal(image, before)


@pytest.mark.parametrize("shape", [(2, 4, 4), (4, 4), (4, 4, 3)])
def test_that_a_shape_that_is_no_picture_is_named(shape: tuple[int, ...]) -> None:
    with pytest.raises(ValueError, match=r"cannot be shown; give \(1, H, W\) or \(3, H, W\)"):
        to_rgb(np.zeros(shape, np.float32))
