import numpy as np
import pytest

from sepviz.engine.checkpoint import Cancelled
from sepviz.lab.article import (
    ArticleReplay,
    ReplayArticle,
    article_depthwise,
    article_input,
    article_pointwise,
    depthwise_loops,
    draw_kernels,
    pointwise_loops,
    standard_loops,
)
from sepviz.study.picture import picture_from_array

QUICK_S = 0.01
SMALL = np.random.default_rng(3).random((3, 5, 6))


@pytest.fixture(scope="module")
def replay() -> ArticleReplay:
    return ReplayArticle(budget_s=QUICK_S)()


def test_that_the_planes_of_the_article_are_all_the_same(replay: ArticleReplay) -> None:
    assert replay.article_planes.shape == (64, 30, 30)
    assert (replay.article_planes == replay.article_planes[:1]).all()
    assert replay.different_planes == 1


def test_that_its_planes_are_the_true_maps_added_up(replay: ArticleReplay) -> None:
    assert replay.depthwise_maps.shape == (3, 30, 30)
    np.testing.assert_allclose(replay.article_planes[0], replay.depthwise_maps.sum(axis=0))


def test_that_the_picture_is_gone_from_its_result(replay: ArticleReplay) -> None:
    assert replay.article_result.shape == (3, 64)
    total = replay.article_planes[0].sum()
    np.testing.assert_allclose(replay.article_result, replay.kernels.pointwise * total)


def test_that_the_right_loops_and_the_engine_agree(replay: ArticleReplay) -> None:
    assert replay.standard_output.shape == replay.separable_output.shape == (64, 30, 30)
    assert 0 < replay.engine_difference < 1e-5


def test_that_each_way_was_measured_in_turn(replay: ArticleReplay) -> None:
    for timing in (replay.times.replayed, replay.times.right, replay.times.engine):
        assert timing.baseline.repeats == timing.candidate.repeats >= 2
        assert timing.candidate.median_s > 0


def test_that_nobody_can_change_what_was_found(replay: ArticleReplay) -> None:
    arrays = replay.input, replay.article_planes, replay.article_result, replay.depthwise_maps, replay.separable_output
    assert not any(array.flags.writeable for array in arrays)


def test_that_the_loops_compute_what_their_definitions_say() -> None:
    kernels = draw_kernels(5)
    row, column = 2, 3
    window = SMALL[:, row : row + 3, column : column + 3]
    standard = standard_loops(SMALL, kernels.standard)
    maps = depthwise_loops(SMALL, kernels.depthwise)
    assert standard[7, row, column] == pytest.approx((window * kernels.standard[7]).sum())
    assert maps[1, row, column] == pytest.approx((window[1] * kernels.depthwise[1]).sum())
    assert pointwise_loops(maps, kernels.pointwise)[7, row, column] == pytest.approx(
        maps[:, row, column] @ kernels.pointwise[:, 7]
    )


def test_that_the_defects_stay_whatever_the_input() -> None:
    planes = article_depthwise(SMALL, draw_kernels(1).depthwise)
    assert np.ptp(planes, axis=0).max() == 0
    assert article_pointwise(planes, draw_kernels(1).pointwise).shape == (3, 64)


def test_that_a_seed_fixes_the_experiment_and_another_changes_it() -> None:
    assert np.array_equal(article_input(None, 4), article_input(None, 4))
    assert not np.array_equal(article_input(None, 4), article_input(None, 5))
    assert not np.array_equal(draw_kernels(4).standard, draw_kernels(5).standard)


def test_that_a_picture_is_cut_to_its_central_square() -> None:
    pixels = np.zeros((32, 64, 3), np.uint8)
    pixels[:, 16:48] = 255
    assert (article_input(picture_from_array(pixels, "band"), 0) == 1).all()


def test_that_a_grey_picture_is_read_three_times() -> None:
    pixels = np.random.default_rng(0).integers(0, 256, (90, 70), dtype=np.uint8)
    x = article_input(picture_from_array(pixels, "grey"), 0)
    assert x.shape == (3, 32, 32)
    assert (x == x[:1]).all()
    assert x.std() > 0


def test_that_a_picture_that_is_too_small_is_enlarged_by_repeating_pixels() -> None:
    pixels = np.arange(16, dtype=np.uint8).reshape(4, 4)
    x = article_input(picture_from_array(pixels, "tiny"), 0)
    assert x.shape == (3, 32, 32)
    np.testing.assert_allclose(x[0, ::8, ::8], pixels / 255, rtol=1e-6)
    assert len(np.unique(x)) == 16


def test_that_nobody_waits_for_an_experiment_that_was_called_off() -> None:
    def refuse(fraction: float) -> None:
        raise Cancelled

    with pytest.raises(Cancelled):
        ReplayArticle()(refuse)


def test_that_progress_only_goes_up() -> None:
    seen: list[float] = []
    ReplayArticle(budget_s=QUICK_S)(seen.append)
    assert seen == sorted(seen)
    assert seen[-1] > 0.9
