import pytest

from sepviz.engine.machine import MachinePeak
from sepviz.lab.case import OTHER_PAIR, case_of
from sepviz.lab.claims import Verdict
from sepviz.lab.traffic import judge_traffic
from sepviz.study.study import Study


def verdict(shape: tuple[int, int, int], **changes: object) -> Verdict:
    return judge_traffic(case_of(Study(**changes), shape))  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("shape", "out_channels", "ratio", "holds"),
    [
        ((3, 32, 32), 64, 1.066, "holds"),
        ((32, 112, 112), 64, 1.643, "holds"),
        ((128, 56, 56), 128, 1.708, "holds"),
        ((512, 14, 14), 512, 0.261, "holds only if"),
    ],
)
def test_that_known_layers_are_judged_as_known(
    shape: tuple[int, int, int], out_channels: int, ratio: float, holds: str
) -> None:
    found = verdict(shape, out_channels=out_channels)
    a, b = (int(text.removesuffix(" bytes").replace(",", "")) for _, text in found.numbers[:2])
    assert b / a == pytest.approx(ratio, abs=0.0005)
    assert found.holds == holds


def test_that_bytes_turn_at_the_boundary_exactly() -> None:
    assert verdict((3, 1, 251)).holds == "holds only if"  # 2P = 502 of 503: fewer bytes, lower intensity
    assert verdict((3, 1, 252)).holds == "holds"
    assert "2P > N (K² − 1) − K² = 503; here 2P = 504" in verdict((3, 1, 252)).condition


def test_that_the_boundary_is_drawn_with_the_study_on_its_curve() -> None:
    plot = verdict((3, 32, 32)).plot
    assert plot is not None
    edge, here = plot.marks
    assert edge.x == 251.5
    assert here.here
    candidate = plot.curves[1]
    assert (here.x, here.y) in zip(candidate.x, candidate.y, strict=True)
    assert list(candidate.x) == sorted(set(candidate.x))


def test_that_the_roofline_comes_along_where_the_machine_is_known() -> None:
    peak = MachinePeak(gflops=100.0, bandwidth_gbps=10.0)
    (plot,) = judge_traffic(case_of(Study(), (3, 32, 32)), peak).further
    assert any(mark.label == "ridge, 10.0 FLOP/byte" for mark in plot.marks)
    assert verdict((3, 32, 32)).further == ()


def test_that_a_pointwise_kernel_always_moves_more() -> None:
    found = verdict((3, 1, 1), kernel_size=(1, 1))
    assert "which is always so" in found.condition
    assert found.plot is not None
    assert [mark.here for mark in found.plot.marks] == [True]


def test_that_fusing_saves_writing_and_reading_the_maps_between() -> None:
    numbers = dict(verdict((3, 32, 32), depth_multiplier=2).numbers)
    unfused = int(numbers["B: Depthwise separable"].removesuffix(" bytes").replace(",", ""))
    fused = int(numbers["B, were it fused"].removesuffix(" bytes").replace(",", ""))
    assert unfused - fused == 2 * 4 * 3 * 2 * 32 * 32


def test_that_equal_layers_do_not_differ_in_traffic() -> None:
    assert verdict((3, 32, 32), candidate="standard").holds == "does not hold"


def test_that_more_bytes_at_a_higher_intensity_hold_in_one_sense_only() -> None:
    found = verdict((3, 32, 32), candidate="spatially-separable")
    assert found.holds == "holds only if"
    assert found.sentence.endswith("So the claim holds only if it means bytes.")
    assert found.condition == OTHER_PAIR
