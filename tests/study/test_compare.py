from dataclasses import replace

import numpy as np
import pytest

from sepviz.engine.checkpoint import Cancelled
from sepviz.engine.spec import EngineError
from sepviz.study import compare
from sepviz.study.compare import PREVIEW_SIZE, Compare, count_costs, find_problems
from sepviz.study.picture import picture_from_array
from sepviz.study.study import Study

ARTICLE = Study(padding="valid")
ARTICLE_INPUT = (3, 32, 32)


@pytest.fixture
def picture():
    pixels = np.random.default_rng(7).integers(0, 256, (24, 36, 3), dtype=np.uint8)
    return picture_from_array(pixels, "noise.png")


def test_that_the_articles_layer_has_the_counts_of_the_theory():
    costs = count_costs(ARTICLE, ARTICLE_INPUT)
    assert (costs.baseline.params, costs.candidate.params) == (1728, 219)
    assert (costs.baseline.macs, costs.candidate.macs) == (1_555_200, 197_100)
    assert costs.ratio("macs") == pytest.approx(7.890, abs=5e-4)


def test_that_same_padding_and_two_biases_are_counted():
    costs = count_costs(Study(bias=True), ARTICLE_INPUT)
    assert (costs.baseline.params, costs.candidate.params) == (1792, 286)
    assert (costs.baseline.macs, costs.candidate.macs) == (1_769_472, 224_256)


@pytest.mark.parametrize(
    ("shape", "out_channels", "macs", "bytes_", "standard", "separable"),
    [
        ((3, 32, 32), 64, 7.890, 1.066, 12.58, 1.50),
        ((32, 112, 112), 64, 7.890, 1.643, 94.6, 7.29),
        ((128, 56, 56), 128, 8.409, 1.708, 243.3, 16.94),
        ((512, 14, 14), 512, 8.845, 0.261, 90.3, 39.12),
    ],
)
def test_that_ratios_and_intensities_are_those_of_the_theory(shape, out_channels, macs, bytes_, standard, separable):
    costs = count_costs(Study(out_channels=out_channels), shape)
    assert costs.ratio("macs") == pytest.approx(macs, abs=5e-4)
    assert 1 / costs.ratio("bytes") == pytest.approx(bytes_, abs=5e-4)
    assert costs.baseline.intensity == pytest.approx(standard, rel=1e-3)
    assert costs.candidate.intensity == pytest.approx(separable, rel=4e-3)


def test_that_a_comparison_carries_its_question_and_read_only_maps(picture):
    study = Study(picture=picture, out_channels=5)
    comparison = Compare(study=study)()
    assert comparison.study == study
    assert comparison.input.shape == (3, 24, 36)
    assert comparison.baseline.output.shape == (5, 24, 36)
    assert [maps.shape[0] for maps in comparison.candidate.activations] == [3, 5]
    for maps in (comparison.input, *comparison.baseline.activations, *comparison.candidate.activations):
        assert not maps.flags.writeable


def test_that_the_same_study_gives_the_same_bits(picture):
    study = Study(picture=picture, out_channels=4, seed=3)
    first, second = Compare(study=study)(), Compare(study=study)()
    assert np.array_equal(first.baseline.output, second.baseline.output)
    assert np.array_equal(first.candidate.output, second.candidate.output)


def test_that_another_seed_gives_other_maps(picture):
    study = Study(picture=picture, out_channels=4)
    first, second = Compare(study=study)(), Compare(study=replace(study, seed=1))()
    assert not np.allclose(first.baseline.output, second.baseline.output)


def test_that_one_filter_everywhere_makes_both_layers_equal(picture):
    comparison = Compare(study=Study(picture=picture, out_channels=6, init="sobel-x"))()
    largest = np.abs(comparison.baseline.output).max()
    assert np.allclose(comparison.baseline.output, comparison.candidate.output, atol=1e-5 * largest)


def test_that_an_activation_between_changes_the_candidate_only(picture):
    study = Study(picture=picture, out_channels=4)
    plain, cut = Compare(study=study)(), Compare(study=replace(study, activation="relu"))()
    assert np.array_equal(plain.baseline.output, cut.baseline.output)
    assert cut.candidate.activations[0].min() == 0
    assert not np.allclose(plain.candidate.output, cut.candidate.output)


def test_that_cancelling_ends_the_comparison(picture):
    def stop(fraction):
        raise Cancelled

    with pytest.raises(Cancelled):
        Compare(study=Study(picture=picture))(stop)


def test_that_progress_goes_forward(picture):
    seen = []
    Compare(study=Study(picture=picture, out_channels=512, kernel_size=(7, 7)))(seen.append)
    assert seen == sorted(seen)
    assert 0 <= seen[0] <= seen[-1] <= 1


def test_that_without_a_picture_there_is_nothing_to_compare():
    with pytest.raises(EngineError, match="no picture"):
        Compare(study=Study())()


def test_that_a_quick_comparison_needs_no_preview(picture):
    assert Compare(study=Study(picture=picture)).preview() is None


def test_that_a_slow_comparison_has_a_small_preview():
    picture = picture_from_array(np.zeros((600, 900), np.uint8), "large.png")
    preview = Compare(study=Study(picture=picture, size=0, out_channels=512)).preview()
    assert preview is not None
    assert max(preview.study.input_shape[1:]) == PREVIEW_SIZE


@pytest.mark.parametrize(
    ("changes", "field", "words"),
    [
        ({"groups": 2, "candidate": "grouped"}, "groups", "possible here: 1, 3"),
        ({"groups": 3, "candidate": "grouped"}, "groups", "set out_channels to 63 or 66"),
        ({"kernel_size": (15, 15), "padding": "valid", "size": 8}, "kernel_size", "pad more"),
        ({"out_channels": 0}, "out_channels", "from 1 to 512"),
        ({"stride": (0, 1)}, "stride", "from 1 to"),
        ({"init": "magic"}, "init", "choose one of"),
    ],
)
def test_that_a_problem_names_its_field_and_the_next_step(changes, field, words):
    (problem,) = find_problems(replace(Study(), **changes))
    assert problem.field == field
    assert words in problem.message


def test_that_groups_of_kinds_not_compared_are_no_problem():
    assert find_problems(Study(groups=2)) == ()


def test_that_maps_too_large_for_this_machine_are_refused_with_the_numbers(monkeypatch):
    monkeypatch.setattr(compare, "physical_memory", lambda: 2**26)
    (problem,) = find_problems(Study(out_channels=512))
    assert problem.field == "size"
    assert "GiB" in problem.message
