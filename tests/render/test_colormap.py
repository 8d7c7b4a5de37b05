import numpy as np
import pyqtgraph
import pytest

from sepviz.render.colormap import CET_CBD1, CIVIDIS, COLORMAPS, MAGMA, VIRIDIS, apply, sample


@pytest.mark.parametrize(
    ("name", "anchors"), [("viridis", VIRIDIS), ("cividis", CIVIDIS), ("magma", MAGMA), ("CET-CBD1", CET_CBD1)]
)
def test_that_the_anchors_reproduce_the_published_table(name: str, anchors: str) -> None:
    published = pyqtgraph.colormap.get(name).getLookupTable(nPts=256, alpha=False)
    assert published.shape == (256, 3)
    error = np.abs(sample(anchors, np.arange(256.0)).astype(int) - published.astype(int))
    assert error.max() <= 2


def test_that_a_map_is_named_as_it_is_filed() -> None:
    assert list(COLORMAPS) == ["viridis", "cividis", "magma", "grey", "CET-CBD1"]
    assert all(name == colours.name and colours.label for name, colours in COLORMAPS.items())


def test_that_only_the_diverging_map_is_for_signed_values() -> None:
    assert [name for name, colours in COLORMAPS.items() if colours.signed] == ["CET-CBD1"]


@pytest.mark.parametrize("name", COLORMAPS)
def test_that_the_levels_of_data_span_the_whole_map(name: str) -> None:
    table = COLORMAPS[name].table
    assert table.shape == (256, 3)
    assert table.dtype == np.uint8
    source = {"viridis": VIRIDIS, "cividis": CIVIDIS, "magma": MAGMA, "CET-CBD1": CET_CBD1}.get(name)
    ends = [[0, 0, 0], [255, 255, 255]] if source is None else sample(source, np.array([0.0, 255.0])).tolist()
    assert table[[1, 255]].tolist() == ends


@pytest.mark.parametrize("name", COLORMAPS)
def test_that_no_one_can_change_a_table(name: str) -> None:
    with pytest.raises(ValueError, match="read-only"):
        COLORMAPS[name].table[0] = 0


@pytest.mark.parametrize("name", ["viridis", "cividis", "magma", "grey"])
def test_that_brightness_rises_with_the_level(name: str) -> None:
    brightness = COLORMAPS[name].table[1:].astype(float) @ [0.2126, 0.7152, 0.0722]
    assert (np.diff(brightness) > -1.5).all()
    assert brightness[-1] - brightness[0] > 150


def test_that_the_middle_of_the_diverging_map_is_neutral_and_its_brightest() -> None:
    table = COLORMAPS["CET-CBD1"].table.astype(int)
    assert np.ptp(table[128]) <= 8
    assert abs(int(table.sum(axis=1).argmax()) - 128) <= 4
    assert table[1, 2] > table[1, 0] + 100
    assert table[255, 0] > table[255, 2] + 100


@pytest.mark.parametrize("name", COLORMAPS)
def test_that_only_the_ground_is_transparent(name: str) -> None:
    rgba = COLORMAPS[name].rgba()
    assert rgba.shape == (256, 4)
    assert rgba[0, 3] == 0
    assert (rgba[1:, 3] == 255).all()
    assert (rgba[:, :3] == COLORMAPS[name].table).all()


def test_that_each_level_gets_its_colour() -> None:
    levels = np.array([[1, 255], [128, 0]], np.uint8)
    grey = COLORMAPS["grey"]
    assert apply(levels, grey)[..., 0].tolist() == [[0, 255], [128, 0]]
    assert apply(levels, grey, ground=(9, 8, 7)).tolist() == [
        [[0, 0, 0], [255, 255, 255]],
        [[128, 128, 128], [9, 8, 7]],
    ]
    assert grey.table[0].tolist() == [0, 0, 0]
