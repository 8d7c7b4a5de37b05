"""Promises of a swept slider: every value has its study and its costs, and what cannot be is told."""

from __future__ import annotations

import numpy as np
import pytest

from sepviz.engine.spec import EngineError
from sepviz.lab.sweep import values_of
from sepviz.lab.swept_slider import MOST_STOPS, SLIDER_FIELDS, SweptSlider
from sepviz.study.costs import count_costs
from sepviz.study.params import STUDY_PARAMS
from sepviz.study.picture import picture_from_array
from sepviz.study.study import Study

STUDY = Study(picture=picture_from_array(np.zeros((12, 16, 3), np.uint8), "black.png"), out_channels=6)


def swept(field, values, study=STUDY):
    return SweptSlider(study=study, field=field, values=values)()


@pytest.mark.parametrize(
    ("field", "value", "expected"),
    [
        ("size", 8, 8),
        ("out_channels", 5, 5),
        ("kernel_size", 5, (5, 5)),
        ("stride", 2, (2, 2)),
        ("padding", 3, ((3, 3), (3, 3))),
        ("dilation", 2, (2, 2)),
        ("depth_multiplier", 4, 4),
        ("seed", 7, 7),
    ],
)
def test_that_a_stop_is_the_study_with_that_value_and_its_costs(field, value, expected):
    path = swept(field, (1, value))
    assert [stop.value for stop in path.stops] == [1, value]
    study = path.stops[-1].study
    assert getattr(study, field) == expected
    assert path.stops[-1].costs == count_costs(study)
    assert path.notice == ""


def test_that_every_number_of_a_study_can_be_swept():
    numeric = {name for name, param in STUDY_PARAMS.items() if param.kind in {"integer", "pair", "padding"}}
    assert set(SLIDER_FIELDS) == numeric


def test_that_padding_and_seed_begin_at_zero_and_do_not_grow_by_factors_from_there():
    for field in ("padding", "seed"):
        assert values_of(STUDY_PARAMS[field], 0, 4, 3) == (0, 2, 4)
        with pytest.raises(EngineError, match="cannot grow by equal factors from 0; start at 1"):
            values_of(STUDY_PARAMS[field], 0, 4, 3, log=True)
    with pytest.raises(EngineError, match="from 1 to"):
        values_of(STUDY_PARAMS["size"], 0, 4, 3)


def test_that_values_that_cannot_be_are_left_out_and_told():
    path = swept("size", (8, 16, 99, 200))
    assert [stop.value for stop in path.stops] == [8, 16]
    assert [value for value, _ in path.left_out] == [99, 200]
    assert path.notice.startswith("2 of 4 values left out; at 99: Long side is 99 px; this picture has 16")


@pytest.mark.parametrize(
    ("field", "values", "said"),
    [
        ("init", (1, 2), "'init' cannot be swept; choose one of size"),
        ("groups", (1, 2), "groups is read by neither layer"),
        ("stride", (3,), "stride needs at least 2 values"),
        ("kernel_size", (3, 99), "at least 2 values to be swept. 1 of 2 values left out; at 99:"),
        ("seed", tuple(range(MOST_STOPS + 1)), f"seed has {MOST_STOPS + 1} values, a frame each; give at most"),
    ],
)
def test_that_what_cannot_be_swept_is_refused_with_the_next_step(field, values, said):
    with pytest.raises(EngineError, match=said):
        swept(field, values)


def test_that_without_a_picture_there_is_nothing_to_compare():
    with pytest.raises(EngineError, match="no picture"):
        swept("seed", (1, 2), Study())
