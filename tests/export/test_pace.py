"""Promises of the pace: times add up, and what is out of range is told with the limits."""

from __future__ import annotations

import pytest

from sepviz.export.animation.pace import USUAL, Pace


def test_that_the_last_frame_stands_longer():
    pace = Pace(frame_ms=100, hold_ms=1500)
    assert pace.times(3) == [100, 100, 1500]
    assert pace.times(1) == [1500]
    assert pace.seconds(3) == 1.7


@pytest.mark.parametrize(
    ("pace", "said"),
    [
        (USUAL, ""),
        (Pace(width=599), "width is 599 px; take 600 to 1,920 px"),
        (Pace(frame_ms=10), "frame time is 10 ms; take 20 to 10,000 ms"),
        (Pace(hold_ms=70_000), "time of the last frame is 70,000 ms; take 20 to 60,000 ms"),
        (Pace(frame_ms=45), "frame time is 45 ms; a GIF counts in steps of 10 ms: take 40"),
    ],
)
def test_that_numbers_out_of_range_are_told(pace, said):
    assert pace.problem() == said
