from dataclasses import replace

import numpy as np
import pytest

from sepviz.engine.spec import EngineError
from sepviz.lab.padding import ComparePadding, both_paddings, padding_sentence
from sepviz.study.compare import Compare
from sepviz.study.picture import picture_from_array
from sepviz.study.study import Study


def study(side, kernel, stride, **changes):
    pixels = np.random.default_rng(7).integers(1, 256, (side, side, 3), dtype=np.uint8)
    picture = picture_from_array(pixels, "noise.png")
    return Study(picture=picture, out_channels=4, kernel_size=(kernel,) * 2, stride=(stride,) * 2, **changes)


@pytest.mark.parametrize(
    ("side", "kernel", "stride", "pads", "same_size", "symmetric_size"),
    [
        (32, 3, 2, (0, 1), 16, 16),
        (33, 3, 2, (1, 1), 17, 17),
        (32, 5, 2, (1, 2), 16, 16),
        (32, 2, 1, (0, 1), 32, 31),
        (32, 4, 1, (1, 2), 32, 31),
    ],
)
def test_that_the_pads_are_those_of_the_theory(side, kernel, stride, pads, same_size, symmetric_size):
    found = both_paddings(study(side, kernel, stride))
    assert found.same == (pads, pads)
    assert found.symmetric == (((kernel - 1) // 2,) * 2,) * 2
    assert found.same_size == (same_size, same_size)
    assert found.symmetric_size == (symmetric_size, symmetric_size)


def test_that_each_direction_is_padded_for_itself():
    found = both_paddings(replace(study(9, 3, 1), kernel_size=(1, 5), dilation=(4, 2), stride=(1, 2)), (9, 12))
    assert found.symmetric == ((0, 0), (4, 4))
    assert found.same == ((0, 0), (3, 4))


def test_that_odd_kernels_without_stride_make_no_difference():
    answer = ComparePadding(study=study(12, 3, 1))()
    assert answer.difference.largest == 0
    assert answer.sentence == "Both rules put the same zeros, 1 top, 1 bottom, 1 left, 1 right: the maps are the same."


def test_that_with_a_stride_the_windows_lie_elsewhere():
    answer = ComparePadding(study=study(12, 3, 2))()
    assert answer.comparison.baseline.output.shape == answer.comparison.candidate.output.shape == (4, 6, 6)
    assert answer.difference.where.mean() > 0.9
    assert 'TensorFlow\'s "same" adds 0 top, 1 bottom' in answer.sentence
    assert "maps of the same size from windows at other places" in answer.sentence


def test_that_the_windows_of_both_rules_agree_where_the_picture_is_flat():
    flat = replace(study(12, 3, 2), picture=picture_from_array(np.full((12, 12), 99, np.uint8), "flat.png"))
    where = ComparePadding(study=flat)().difference.where
    assert not where[1:-1, 1:-1].any()
    assert where[0].all()


def test_that_maps_of_another_size_are_not_subtracted():
    answer = ComparePadding(study=study(12, 2, 1))()
    assert answer.difference is None
    assert answer.sentence.endswith("the maps are 12 × 12 against 11 × 11 pixels, so they cannot be subtracted.")


@pytest.mark.parametrize("kind", ["standard", "depthwise-separable", "blueprint-separable", "spatially-separable"])
def test_that_any_kind_of_baseline_is_run_under_both_rules_with_its_own_weights(kind):
    question = study(12, 3, 2, baseline=kind, padding="valid", bias=True)
    answer = ComparePadding(study=question)()
    assert answer.study == answer.comparison.study == question
    for padding, trace in (("same", answer.comparison.baseline), (((1, 1), (1, 1)), answer.comparison.candidate)):
        expected = Compare(study=replace(question, padding=padding))().baseline
        assert np.array_equal(trace.output, expected.output)


def test_that_progress_runs_to_the_end():
    seen = []
    ComparePadding(study=study(12, 3, 2))(seen.append)
    assert seen == sorted(seen)
    assert seen[-1] > 0.9


def test_that_the_sentence_is_known_before_anything_runs():
    assert padding_sentence(both_paddings(study(12, 3, 2))).endswith(
        "maps of the same size from windows at other places."
    )


def test_that_a_layer_that_cannot_be_padded_symmetrically_is_refused():
    with pytest.raises(EngineError, match="pad more"):
        ComparePadding(study=study(1, 2, 1))()


def test_that_there_is_nothing_to_pad_without_a_picture():
    with pytest.raises(EngineError, match="open one first"):
        ComparePadding(study=Study())()
