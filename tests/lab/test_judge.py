from dataclasses import replace

import pytest

from sepviz.engine.checkpoint import carry_on
from sepviz.engine.machine import MachinePeak
from sepviz.lab.case import OTHER_PAIR
from sepviz.lab.claims import CLAIMS, Verdict, not_judged
from sepviz.lab.judge import judge, judge_with
from sepviz.study.benchmark import MeasureTime
from sepviz.study.study import Study

SHAPE = 3, 32, 32


def verdict(name: str, **changes: object) -> Verdict:
    return next(each for each in judge(Study(**changes), SHAPE) if each.claim.name == name)  # type: ignore[arg-type]


def test_that_every_claim_has_its_card_in_order() -> None:
    verdicts = judge(Study(), SHAPE)
    assert [each.claim for each in verdicts] == list(CLAIMS.values())
    waiting = [each.claim.name for each in verdicts if each.holds == "not judged yet"]
    assert waiting == ["time", "accuracy", "initialisation"]


def test_that_a_study_without_a_shape_is_judged_on_its_own_input() -> None:
    assert judge(Study(size=32)) == judge(Study(size=32), SHAPE)


@pytest.mark.parametrize("name", ["parameters", "computation"])
@pytest.mark.parametrize(
    ("changes", "holds"),
    [
        ({}, "holds"),
        ({"out_channels": 1}, "does not hold"),
        ({"kernel_size": (1, 1)}, "does not hold"),
        ({"depth_multiplier": 7}, "holds"),
        ({"depth_multiplier": 8}, "does not hold"),
        ({"out_channels": 72, "depth_multiplier": 8}, "does not hold"),
        ({"candidate": "standard"}, "does not hold"),
        ({"baseline": "depthwise-separable", "candidate": "standard"}, "does not hold"),
        ({"candidate": "grouped", "groups": 3, "out_channels": 63}, "holds"),
    ],
)
def test_that_less_is_said_only_where_less_is_counted(name: str, changes: dict[str, object], holds: str) -> None:
    assert verdict(name, **changes).holds == holds


def test_that_the_boundary_is_computed_and_placed() -> None:
    found = verdict("parameters")
    assert found.condition == (
        "d < K²N / (K² + N) = 7.89; in other words N > d K² / (K² − d) = 1.12. Here d = 1, N = 64, K² = 9"
    )
    assert found.plot is not None
    edge, here = found.plot.marks
    assert edge.x == pytest.approx(576 / 73)
    assert (here.x, here.y, here.here) == (1, 219, True)


def test_that_a_bias_moves_the_boundary_of_parameters_but_not_of_macs() -> None:
    assert "K² + N + 1) = 7.78" in verdict("parameters", bias=True).condition
    assert "K² + N) = 7.89" in verdict("computation", bias=True).condition


def test_that_no_multiplier_helps_a_pointwise_kernel() -> None:
    told = verdict("computation", kernel_size=(1, 1)).condition
    assert "no depth_multiplier is small enough" in told
    assert "no N is large enough" in told


def test_that_the_wrong_reason_for_less_computation_is_named() -> None:
    found = verdict("computation")
    assert "7.89×. in_channels = 3 cancels" in found.sentence
    assert "below K²/d = 9.00" in found.sentence
    assert found.plot is not None
    assert {mark.y for mark in found.plot.marks} >= {1.0, 3.0, 9.0}
    assert 1.125 in {mark.x for mark in found.plot.marks}


@pytest.mark.parametrize("changes", [{}, {"out_channels": 72}, {"kernel_size": (5, 5)}, {"depth_multiplier": 3}])
def test_that_the_layers_that_cost_more_are_told_and_do(changes: dict[str, object]) -> None:
    told = [(label, text) for label, text in verdict("computation", **changes).numbers if "were it" in label]
    assert len(told) == 3
    over = int(told[2][0].removeprefix("B against A, were it d = "))
    for (_, text), change in zip(
        told, ({"out_channels": 1}, {"kernel_size": (1, 1)}, {"depth_multiplier": over}), strict=True
    ):
        counted = dict(verdict("computation", **(changes | change)).numbers)["B against A"]
        assert text == counted
        assert text.endswith(" more")
        assert verdict("computation", **(changes | change)).holds == "does not hold"
    below = changes | {"depth_multiplier": over - 1}
    assert dict(verdict("computation", **below).numbers)["B against A"].endswith(("fewer", "equal"))


def test_that_experiments_stand_in_their_places_and_time_is_judged_by_a_benchmark() -> None:
    study = Study(out_channels=4)
    benchmark = MeasureTime(study=study, input_shape=study.input_shape, budget_s=0.01)(carry_on)
    spread = replace(not_judged(CLAIMS["initialisation"], "Drawn."), holds="holds")
    old = replace(not_judged(CLAIMS["time"], "Timed before."), is_stale=True)
    found = judge_with(study, (old, spread), benchmark)
    assert [one.claim.name for one in found] == list(CLAIMS)
    assert found[6] is spread
    assert found[2].plot is not None
    assert judge_with(study, (replace(old, is_stale=False),), benchmark)[2].sentence == "Timed before."
    assert judge_with(replace(study, seed=9), (), benchmark)[2].holds == "not judged yet"


def test_that_no_closed_form_is_claimed_for_another_pair() -> None:
    found = verdict("computation", candidate="spatially-separable")
    assert found.holds == "does not hold"
    assert (
        found.condition == f"{OTHER_PAIR} Over out_channels from 1 to 512 they break even near N = 6.00; here N = 64."
    )
    assert "cancels" not in found.sentence


def test_that_a_layer_with_bias_is_shown_as_other_counters_print_it() -> None:
    numbers = dict(verdict("computation", bias=True).numbers)
    assert numbers["MACs, bias counted"] == "1,835,008 against 292,864"
    assert numbers["FLOPs, bias counted"] == "3,604,480 against 517,120"


def test_that_a_pair_that_reads_no_multiplier_is_drawn_over_its_width() -> None:
    found = verdict("parameters", candidate="blueprint-separable")
    assert found.plot is not None
    assert found.plot.x.label == "out_channels N"
    assert found.plot.marks[-1].here


def test_that_the_limits_of_the_machine_are_told_where_they_are_known() -> None:
    peak = MachinePeak(gflops=100.0, bandwidth_gbps=10.0)
    (traffic,) = (each for each in judge(Study(), SHAPE, peak) if each.claim.name == "traffic")
    assert dict(traffic.numbers)["attainable, depthwise"].endswith("GFLOP/s, limited by memory")
    assert dict(traffic.numbers)["attainable, standard"] == "100 GFLOP/s, limited by arithmetic"
