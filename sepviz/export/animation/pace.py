"""How an animation runs: its width, the time of a frame, whether it repeats, and the limits of all that."""

from __future__ import annotations

from dataclasses import dataclass

WIDTHS = (600, 1920)
"""Fewest and most pixels across: narrower, the text could not be read."""
FRAME_MS, HOLD_MS = (20, 10_000), (20, 60_000)
TICK_MS = 10
"""A GIF counts time in hundredths of a second."""
MOST_FRAMES = 600
USUAL_FRAMES = 240
SLIDE_MS, SWEEP_MS = 80, 1000
"""Usual time of a frame of a sliding window, and of a swept slider."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Pace:
    """How an animation looks and runs: `width` in pixels, times in milliseconds, the last frame for `hold_ms`."""

    width: int = 800
    frame_ms: int = SLIDE_MS
    hold_ms: int = 2000
    loop: bool = True

    def times(self, count: int) -> list[int]:
        """Return how long each of `count` frames stands, in milliseconds."""
        return [*[self.frame_ms] * (count - 1), self.hold_ms]

    def seconds(self, count: int) -> float:
        """Return how long `count` frames run, once."""
        return sum(self.times(count)) / 1000

    def problem(self) -> str:
        """Return what is wrong with these numbers, with the limits, or ""."""
        rows = (
            ("width", self.width, WIDTHS, "px"),
            ("frame time", self.frame_ms, FRAME_MS, "ms"),
            ("time of the last frame", self.hold_ms, HOLD_MS, "ms"),
        )
        for name, value, (low, high), unit in rows:
            if not low <= value <= high:
                return f"{name} is {value:,} {unit}; take {low:,} to {high:,} {unit}"
            if unit == "ms" and value % TICK_MS:
                return f"{name} is {value:,} ms; a GIF counts in steps of {TICK_MS} ms: take {value - value % TICK_MS}"
        return ""


USUAL = Pace()
