from __future__ import annotations

import sepviz
from sepviz.export.caption import (
    caption,
    colormap_name,
    input_words,
    settings,
    sheet_title,
    title,
    value_range,
)
from sepviz.study.study import View


def test_that_the_title_says_what_is_compared_on_which_picture(article):
    assert title(article.study) == "Standard and depthwise separable convolution of noise.png"


def test_that_the_settings_name_everything_that_makes_the_numbers(compared):
    comparison = compared(kernel_size=(3, 5), padding=((1, 2), (3, 4)), bias=True, seed=7, activation="relu6")
    rows = dict(settings(comparison, View(scale="shared", colormap="magma")))
    assert rows["Baseline (A)"] == "Standard"
    assert rows["kernel_size"] == "3 × 5"
    assert rows["padding"] == "top 1, bottom 2, left 3, right 4 px"
    assert rows["bias"] == "yes"
    assert rows["depth_multiplier"] == "1"
    assert "ReLU6" in rows.values()
    assert "Kaiming normal, seed 7" in rows.values()
    assert "Shared, Magma" in rows.values()


def test_that_settings_which_no_layer_reads_are_left_out(compared):
    rows = dict(settings(compared(candidate="grouped", groups=1), View()))
    assert "groups" in rows
    assert "depth_multiplier" not in rows
    assert not any("ctivation" in name for name in rows)


def test_that_the_caption_has_the_numbers_and_how_they_were_counted(article):
    text = caption(article, None, View())
    for words in ("1,728 parameters", "1,555,200 MACs", "B has 219 (7.89× fewer)", "197,100 (7.89× fewer)"):
        assert words in text
    assert "padding valid" in text
    assert "1 MAC is one multiplication and one addition" in text
    assert "Time was not measured." in text
    assert text.endswith(f"{sepviz.__version__}.")


def test_that_the_caption_says_how_time_was_measured(article, timed):
    text = caption(article, timed(article), View())
    for words in (
        "median time per run 5.00 ms (A) and 2.00 ms (B)",
        "ratio 2.50 (median of 9 pairs, 95 % interval 2.25 – 2.75)",
        "9 paired repeats",
        "input 3 × 32 × 32",
        "planar (A) and banded + pointwise (B)",
        "2 threads",
        "A note for the reader.",
    ):
        assert words in text


def test_that_equal_costs_are_said_to_be_equal(compared):
    comparison = compared(candidate="grouped", groups=1)
    assert "840" not in caption(comparison, None, View())
    assert "B has 1,728 (as many)" in caption(comparison, None, View())
    assert "moves as many bytes" in caption(comparison, None, View())


def test_that_a_symmetric_scale_takes_the_diverging_colour_map():
    assert colormap_name(View(scale="symmetric", colormap="magma")) == "CET-CBD1"
    assert colormap_name(View(scale="shared", colormap="magma")) == "magma"


def test_that_sheets_are_named_for_their_layer_and_activation(compared):
    trace = compared(activation="relu").candidate
    assert sheet_title(trace, 0) == "Depthwise step, after ReLU"
    assert sheet_title(trace, 1) == "Depthwise separable: output"


def test_that_a_shrunk_picture_shows_both_sizes(compared):
    assert input_words(compared(40, 64, size=32)) == "64 × 40 px RGB, shrunk to 32 × 20 px"
    assert input_words(compared(40, 64)) == "64 × 40 px RGB"


def test_that_negative_values_have_a_true_minus_sign():
    assert value_range(-1.234, 5) == "−1.23 … 5.00"


def test_that_means_of_maps_too_large_to_keep_are_called_so(compared, surveyed):
    whole = compared(60, 70, out_channels=3)
    survey = surveyed(whole)
    assert "means over areas" in caption(survey, None, View())
    assert "means over areas" not in caption(whole, None, View())
