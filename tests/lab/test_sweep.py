from dataclasses import replace
from typing import Any

import pytest

from sepviz.engine.checkpoint import Cancelled
from sepviz.engine.spec import EngineError
from sepviz.lab.sweep import SWEPT_FIELDS, Sweep, SweepResult, own_value, values_of
from sepviz.study.costs import count_costs
from sepviz.study.params import STUDY_PARAMS
from sepviz.study.source import open_picture
from sepviz.study.study import Study

SHAPE = (6, 12, 10)
WIDTHS = Sweep(study=Study(), field="out_channels", values=(1, 8, 72), input_shape=SHAPE)


@pytest.mark.parametrize(
    ("start", "stop", "count", "log", "expected"),
    [
        (1, 512, 10, True, (1, 2, 4, 8, 16, 32, 64, 128, 256, 512)),
        (3, 11, 5, False, (3, 5, 7, 9, 11)),
        (1, 4, 16, False, (1, 2, 3, 4)),
        (8, 2, 3, False, (8, 5, 2)),
        (7, 7, 4, True, (7,)),
    ],
)
def test_that_values_hold_both_ends_and_each_number_once(
    start: int, stop: int, count: int, log: bool, expected: tuple[int, ...]
) -> None:
    assert values_of(STUDY_PARAMS["out_channels"], start, stop, count, log=log) == expected


@pytest.mark.parametrize(
    ("ends", "said"),
    [
        ((0, 8, 3), "start is 0; out_channels can be swept from 1 to 512"),
        ((1, 513, 3), "stop is 513"),
        ((1, 8, 0), "count is 0; take 1 to 1,024 values"),
    ],
)
def test_that_a_range_beyond_the_field_is_refused_with_its_limits(ends: tuple[int, int, int], said: str) -> None:
    with pytest.raises(EngineError, match=said):
        values_of(STUDY_PARAMS["out_channels"], *ends)


def test_that_every_point_costs_what_the_study_with_that_value_costs() -> None:
    result = WIDTHS()
    assert [point.value for point in result.points] == [1, 8, 72]
    for point in result.points:
        assert point.costs == count_costs(Study(out_channels=point.value), SHAPE)
    assert result.points[-1].ratio("macs") == pytest.approx(8)
    assert result.points[0].ratio("seconds") is None
    assert result.is_complete


@pytest.mark.parametrize("field", SWEPT_FIELDS)
def test_that_every_numeric_field_can_be_swept(field: str) -> None:
    study = Study(candidate="grouped" if field == "groups" else "depthwise-separable", padding="valid")
    values = (8, 9) if field == "size" else (1, 2)
    result = Sweep(study=study, field=field, values=values, input_shape=SHAPE)()
    assert len(result.valid) == 2
    assert result.points[0].costs != result.points[1].costs


@pytest.mark.parametrize(
    ("changes", "field", "value"),
    [
        ({"out_channels": 7}, "out_channels", 7),
        ({"kernel_size": (5, 5)}, "kernel_size", 5),
        ({"kernel_size": (3, 5)}, "kernel_size", None),
        ({"padding": ((2, 2), (2, 2))}, "padding", 2),
        ({"padding": ((0, 1), (0, 1))}, "padding", None),
        ({"padding": "same"}, "padding", None),
        ({"size": 64}, "size", 10),
    ],
)
def test_that_a_study_knows_where_on_an_axis_it_is(changes: dict[str, Any], field: str, value: int | None) -> None:
    assert own_value(Study(**changes), field, (3, 8, 10)) == value


def test_that_a_pair_is_swept_as_a_square() -> None:
    point = Sweep(study=Study(), field="kernel_size", values=(5,), input_shape=SHAPE)().points[0]
    assert point.costs == count_costs(Study(kernel_size=(5, 5)), SHAPE)


def test_that_a_swept_size_scales_the_given_shape() -> None:
    point = Sweep(study=Study(), field="size", values=(24,), input_shape=SHAPE)().points[0]
    assert point.costs is not None
    assert point.costs.baseline.layers[0].input_shape == (6, 24, 20)


def test_that_sizes_a_picture_cannot_have_are_told_and_left_out() -> None:
    study = Study(picture=open_picture("pattern:impulse"))
    longest = max(study.picture.width, study.picture.height) if study.picture else 0
    result = Sweep(study=study, field="size", values=(0, 8, longest, longest + 1))()
    assert [point.value for point in result.valid] == [8, longest]
    assert "from 1 to" in result.points[0].problem
    assert f"this picture has {longest:,} and is never enlarged" in result.points[-1].problem


def test_that_values_that_cannot_be_are_told_and_do_not_stop_the_sweep() -> None:
    study = Study(candidate="grouped", out_channels=12)
    result = Sweep(study=study, field="groups", values=(1, 4, 6), input_shape=SHAPE)()
    assert [point.value for point in result.valid] == [1, 6]
    assert result.points[1].problem == "groups = 4 does not divide in_channels = 6; possible here: 1, 2, 3, 6"


def test_that_measured_points_have_the_seconds_of_both_layers() -> None:
    result = replace(WIDTHS, values=(1, 8), measure=True, budget_s_per_point=0.01)()
    for point in result.points:
        assert point.seconds is not None
        assert min(point.seconds) > 0
        assert point.timing is not None
        assert point.ratio("seconds") == point.timing.speedup.median


def test_that_a_cancelled_sweep_has_told_what_it_did() -> None:
    told: list[SweepResult] = []

    def cancel(fraction: float) -> None:
        if len(told) == 2:
            raise Cancelled

    with pytest.raises(Cancelled):
        replace(WIDTHS, tell=told.append)(cancel)
    assert [len(result.points) for result in told] == [1, 2]
    assert not told[-1].is_complete
    assert told[-1].points == WIDTHS().points[:2]


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"field": "seed"}, "'seed' cannot be swept; choose one of size"),
        ({"field": "groups"}, "groups is read by neither layer; make one of them grouped"),
        ({"values": ()}, "out_channels has 0 values to sweep"),
    ],
)
def test_that_a_sweep_of_nothing_is_refused_with_the_next_step(changes: dict[str, object], said: str) -> None:
    with pytest.raises(EngineError, match=said):
        replace(WIDTHS, **changes)()
