from dataclasses import replace

import pytest

from sepviz.engine.machine import MachinePeak
from sepviz.lab.roofline import lower_bound_s
from sepviz.lab.sweep import Sweep
from sepviz.lab.sweep_plot import sweep_plots
from sepviz.study.study import Study

SHAPE = (32, 28, 28)
WIDTHS = Sweep(study=Study(), field="out_channels", values=(1, 2, 4, 8, 64, 512), input_shape=SHAPE)
PEAK = MachinePeak(gflops=100.0, bandwidth_gbps=10.0)


def test_that_what_is_counted_has_a_plot_each_with_both_layers() -> None:
    plots = sweep_plots(WIDTHS())
    assert [plot.title.split(" over ")[0] for plot in plots] == ["Parameters", "MACs", "Bytes moved"]
    for plot in plots:
        assert [(curve.label, curve.role) for curve in plot.curves] == [
            ("A: Standard", "baseline"),
            ("B: Depthwise separable", "candidate"),
        ]
        assert plot.curves[0].x == (1, 2, 4, 8, 64, 512)
    assert plots[0].curves[0].y[-1] == 9 * 32 * 512


def test_that_break_even_and_the_studys_own_value_are_marked() -> None:
    params, _, traffic = sweep_plots(WIDTHS())
    assert [(mark.x, mark.here) for mark in params.marks] == [(2, False), (64.0, True)]
    assert [(mark.x, mark.here) for mark in traffic.marks] == [(198, False), (64.0, True)]


def test_that_a_value_beyond_the_axis_or_a_rectangle_is_not_marked() -> None:
    outside = replace(WIDTHS, values=(1, 2))
    rectangle = Sweep(study=Study(kernel_size=(3, 5)), field="kernel_size", values=(1, 3, 5), input_shape=SHAPE)
    for sweep in (outside, rectangle):
        assert not any(mark.here for plot in sweep_plots(sweep()) for mark in plot.marks)


def test_that_the_size_of_a_given_shape_is_where_you_are() -> None:
    plots = sweep_plots(Sweep(study=Study(), field="size", values=(8, 64), input_shape=SHAPE)())
    assert [mark.x for mark in plots[0].marks if mark.here] == [28.0]


@pytest.mark.parametrize(("values", "log"), [((1, 2, 4, 8, 16), True), ((1, 3, 5, 7), False), ((3,), False)])
def test_that_values_by_equal_factors_get_a_logarithmic_axis(values: tuple[int, ...], log: bool) -> None:
    assert sweep_plots(replace(WIDTHS, values=values)())[0].x.log is log


def test_that_time_is_predicted_where_the_machines_peak_is_known() -> None:
    result = WIDTHS()
    (*_, time) = sweep_plots(result, PEAK)
    assert [curve.role for curve in time.curves] == ["baseline", "candidate"]
    costs = result.points[-1].costs
    assert costs is not None
    assert time.curves[1].y[-1] == lower_bound_s(costs.candidate, PEAK)


def test_that_measured_time_has_its_quartiles_as_a_band() -> None:
    result = replace(WIDTHS, values=(1, 4), measure=True, budget_s_per_point=0.01)()
    (*_, time) = sweep_plots(result)
    assert time.title == "Time over out_channels"
    for curve in time.curves:
        assert curve.measured
        assert len(curve.x) == 2
        assert all(low <= y <= high for low, y, high in zip(curve.low, curve.y, curve.high, strict=True))


def test_that_a_sweep_of_which_nothing_can_be_still_has_plots() -> None:
    study = Study(candidate="grouped", out_channels=7)
    result = Sweep(study=study, field="groups", values=(3, 5), input_shape=SHAPE)()
    assert [curve.x for plot in sweep_plots(result, PEAK) for curve in plot.curves] == [()] * 6


def test_that_measured_time_is_solid_and_its_prediction_broken_in_the_same_colour() -> None:
    result = replace(WIDTHS, values=(1, 4), measure=True, budget_s_per_point=0.01)()
    (*_, time) = sweep_plots(result, PEAK)
    drawn = [(curve.role, curve.measured, time.dash(number)) for number, curve in enumerate(time.curves)]
    assert drawn == [
        ("baseline", True, 0),
        ("candidate", True, 0),
        ("baseline", False, 1),
        ("candidate", False, 1),
    ]
