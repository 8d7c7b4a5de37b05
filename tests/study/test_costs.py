from dataclasses import replace

import pytest

from sepviz.study.costs import count_costs, find_problems
from sepviz.study.study import Study

ARTICLE = Study(padding="valid")
ARTICLE_INPUT = (3, 32, 32)


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
