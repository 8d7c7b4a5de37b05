"""Promises of loading a layer: it computes in the study what it computed where it came from, or says why it cannot."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from sepviz.engine.conv2d import conv2d
from sepviz.engine.spec import Conv2dSpec
from sepviz.engine.weights import LayerWeights
from sepviz.study.compare import Compare
from sepviz.study.picture import picture_from_array
from sepviz.study.stored_weights import LoadedLayer, LoadedWeights, WeightEntry, WeightFileError
from sepviz.study.study import Study
from sepviz.study.weight_loading import loaded_study

RANDOM = np.random.default_rng(3)
COLOUR = Study(picture=picture_from_array(RANDOM.integers(0, 256, (17, 20, 3), np.uint8), "noise"), out_channels=4)
GREY = replace(COLOUR, picture=picture_from_array(RANDOM.integers(0, 256, (17, 20), np.uint8), "grey"))


def loaded(*specs, groups=1, kind="conv"):
    layers = tuple(
        LoadedLayer(
            spec=spec,
            weights=LayerWeights(
                kernel=RANDOM.standard_normal(spec.weight_shape).astype(np.float32),
                bias=RANDOM.standard_normal(spec.out_channels).astype(np.float32) if spec.bias else None,
            ),
        )
        for spec in specs
    )
    entry = WeightEntry(name="first.conv", shape=specs[0].weight_shape, groups=groups, kind=kind, specs=specs)
    return LoadedWeights(entry=entry, layers=layers)


def expected(weights, x):
    for layer in weights.layers:
        x = conv2d(x, layer.weights.kernel, layer.weights.bias, layer.spec, method="reference")
    return x


@pytest.mark.parametrize(
    "spec",
    [
        Conv2dSpec(in_channels=3, out_channels=7, kernel_size=(3, 5), stride=2, padding=((0, 1), (2, 1)), bias=True),
        Conv2dSpec(in_channels=3, out_channels=6, kernel_size=3, dilation=2, groups=3),
        Conv2dSpec(in_channels=3, out_channels=8, kernel_size=1),
    ],
)
@pytest.mark.parametrize("side", ["baseline", "candidate"])
def test_that_a_loaded_layer_gives_the_maps_of_its_network(spec, side):
    weights = loaded(spec, groups=spec.groups)
    comparison = Compare(study=loaded_study(COLOUR, weights, side))()
    np.testing.assert_allclose(getattr(comparison, side).output, expected(weights, comparison.input), atol=1e-5)


def test_that_a_pair_becomes_the_separable_candidate_even_with_one_bias():
    first = Conv2dSpec(in_channels=3, out_channels=6, kernel_size=3, stride=2, padding=1, groups=3)
    weights = loaded(first, Conv2dSpec(in_channels=6, out_channels=5, kernel_size=1, bias=True), groups=3)
    study = loaded_study(COLOUR, weights, "baseline")
    assert (study.candidate, study.depth_multiplier, study.out_channels) == ("depthwise-separable", 2, 5)
    comparison = Compare(study=study)()
    np.testing.assert_allclose(comparison.candidate.output, expected(weights, comparison.input), atol=1e-5)


def test_that_a_layer_of_one_channel_turns_the_picture_grey():
    spec = Conv2dSpec(in_channels=1, out_channels=4, kernel_size=3)
    assert loaded_study(COLOUR, loaded(spec), "baseline").grey


def test_that_bare_numbers_are_read_as_the_picture_needs_them():
    spec = Conv2dSpec(in_channels=6, out_channels=6, kernel_size=3, groups=6)
    weights = loaded(spec, groups=None, kind="tensor")
    on_grey, on_colour = (loaded_study(study, weights, "candidate") for study in (GREY, COLOUR))
    assert (on_grey.candidate, on_grey.out_channels) == ("standard", 6)
    assert (on_colour.candidate, on_colour.depth_multiplier) == ("depthwise", 2)


@pytest.mark.parametrize(
    ("study", "spec", "told"),
    [
        (COLOUR, Conv2dSpec(in_channels=64, out_channels=8, kernel_size=3), "reads 64 channels; a picture has 1 or 3"),
        (GREY, Conv2dSpec(in_channels=3, out_channels=8, kernel_size=3), "open a colour picture"),
        (COLOUR, Conv2dSpec(in_channels=3, out_channels=8, kernel_size=17, padding="same"), "kernel_size is 17x17"),
    ],
)
def test_that_what_does_not_fit_gets_one_sentence_with_its_name(study, spec, told):
    with pytest.raises(WeightFileError, match=told) as caught:
        loaded_study(study, loaded(spec), "baseline")
    assert str(caught.value).startswith("first.conv")
