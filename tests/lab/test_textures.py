import numpy as np
import pytest

from sepviz.engine.checkpoint import Cancelled
from sepviz.lab.textures import PATTERNS, draw_textures


def test_that_the_same_seed_draws_the_same_pictures_and_another_seed_others() -> None:
    first, again, other = (draw_textures(16, 16, seed) for seed in ((1, 0), (1, 0), (2, 0)))
    np.testing.assert_array_equal(first.images, again.images)
    np.testing.assert_array_equal(first.labels, again.labels)
    assert not np.array_equal(first.images, other.images)


def test_that_every_class_is_drawn_equally_often() -> None:
    labels = draw_textures(5 * len(PATTERNS), 8, (0,)).labels
    assert np.bincount(labels).tolist() == [5] * len(PATTERNS)


def test_that_pictures_are_float32_channels_innermost_and_read_only() -> None:
    images = draw_textures(4, 12, (0,)).images
    assert images.shape == (4, 12, 12, 3)
    assert images.dtype == np.float32
    with pytest.raises(ValueError, match="read-only"):
        images[0] = 0


def test_that_the_mean_colour_of_every_picture_is_taken_away() -> None:
    images = draw_textures(32, 8, (0,)).images
    np.testing.assert_allclose(images.mean(axis=(1, 2)), 0, atol=1e-6)
    assert 0.4 < images.std() < 1.2


@pytest.mark.parametrize(("name", "steep"), [("horizontal wave", 0), ("vertical wave", 1)])
def test_that_a_wave_changes_across_its_direction(name: str, steep: int) -> None:
    label = list(PATTERNS).index(name)
    textures = draw_textures(400, 16, (3,))
    waves = textures.images[textures.labels == label].astype(np.float64)
    changes = [np.square(np.diff(waves, axis=axis)).mean() for axis in (1, 2)]
    assert changes[steep] > 1.3 * changes[1 - steep]


def test_that_drawing_can_be_cancelled() -> None:
    def cancel(fraction: float) -> None:
        raise Cancelled

    with pytest.raises(Cancelled):
        draw_textures(8, 8, (0,), cancel)
