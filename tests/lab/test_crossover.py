from dataclasses import replace

import numpy as np
import pytest

from sepviz.engine.checkpoint import Cancelled
from sepviz.engine.spec import EngineError
from sepviz.lab.crossover import CrossoverMap, CrossoverResult
from sepviz.study.costs import count_costs
from sepviz.study.study import Study

SHAPE = (4, 7, 8)
MAP = CrossoverMap(
    study=Study(padding="valid"),
    field_x="out_channels",
    values_x=(1, 8, 64),
    field_y="kernel_size",
    values_y=(3, 9),
    input_shape=SHAPE,
    measure=False,
)


def test_that_the_grid_is_rows_of_y_and_columns_of_x() -> None:
    grid = MAP().grid("macs")
    assert grid.shape == (2, 3)
    expected = [count_costs(Study(out_channels=n, padding="valid"), SHAPE).ratio("macs") for n in (1, 8, 64)]
    np.testing.assert_allclose(grid[0], expected)


def test_that_what_cannot_be_is_nan_with_its_problem() -> None:
    result = MAP()
    assert np.isnan(result.grid("macs")[1]).all()
    assert result.points[3].at == (1, 9)
    assert "kernel spans 9 × 9 pixels" in result.points[3].problem


def test_that_time_is_measured_where_the_layers_can_be() -> None:
    result = replace(MAP, values_x=(1, 8), measure=True, budget_s_per_point=0.01)()
    assert (result.grid("seconds")[0] > 0).all()
    assert np.isnan(result.grid("seconds")[1]).all()
    assert np.isnan(MAP().grid("seconds")).all()


def test_that_a_cancelled_map_has_told_what_it_did() -> None:
    told: list[CrossoverResult] = []

    def cancel(fraction: float) -> None:
        if len(told) == 2:
            raise Cancelled

    with pytest.raises(Cancelled):
        replace(MAP, tell=told.append)(cancel)
    assert not told[-1].is_complete
    assert np.isnan(told[-1].grid("macs")).tolist() == [[False, False, True], [True, True, True]]
    assert MAP().is_complete


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"field_y": "out_channels"}, "both fields of the map are out_channels"),
        ({"field_y": "bias"}, "'bias' cannot be swept"),
        ({"values_x": tuple(range(1, 513)), "values_y": (1, 2, 3)}, "the map has 1,536 pairs of values"),
    ],
)
def test_that_a_map_that_cannot_be_is_refused(changes: dict[str, object], said: str) -> None:
    with pytest.raises(EngineError, match=said):
        replace(MAP, **changes)()
