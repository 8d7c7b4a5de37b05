import pytest

from sepviz.render.each import STEP_VALUES, in_turn, portions


def test_that_every_item_is_handled_once_and_in_order() -> None:
    seen: list[str] = []
    in_turn(["a", "b", "c"], seen.append)
    assert seen == ["a", "b", "c"]


def test_that_an_error_ends_the_round() -> None:
    seen: list[int] = []

    def body(item: int) -> None:
        if item == 1:
            raise RuntimeError("stop")
        seen.append(item)

    with pytest.raises(RuntimeError, match="stop"):
        in_turn(range(3), body)
    assert seen == [0]


@pytest.mark.parametrize(("count", "values"), [(64, 262144), (512, 9), (3, 10 * STEP_VALUES), (1, 1), (7, 0)])
def test_that_portions_hold_every_map_once_and_are_not_too_large(count: int, values: int) -> None:
    divided = portions(count, values)
    assert [channel for portion in divided for channel in portion] == list(range(count))
    assert all(len(portion) == 1 or len(portion) * values <= STEP_VALUES for portion in divided)
