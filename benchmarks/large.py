"""Two layers on a very large picture: memory beyond input and output, seconds, and how soon a cancel is heard.

Run ``python benchmarks/large.py [--side 10000] [--maps 4] [--kernel 3] [--folder DIR]``. The picture is float32 colour
noise. With ``--folder`` the outputs are memory-mapped files there, so that they need no memory of their own; what the
system keeps of those files in its cache is told apart (it gives that back when memory is short).

With ``--window`` the real window does it instead (it needs a display, or QT_QPA_PLATFORM=offscreen): survey, a close
look, another survey that is cancelled half-way; memory is then what the process takes beyond an empty window and the
picture.
"""

from __future__ import annotations

import argparse
import threading
from pathlib import Path
from time import perf_counter, sleep
from typing import TYPE_CHECKING

import numpy as np

from sepviz.engine.block import Geometry, build_block, prepare_block
from sepviz.engine.checkpoint import Cancelled
from sepviz.engine.machine import describe
from sepviz.engine.strips import allocate
from sepviz.engine.weights import block_weights

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import NDArray

KINDS = ("standard", "depthwise-separable")
PROMISED_BYTES = 2**30
"""Memory that a layer may take beyond its input and output."""


class Watch:
    """A checkpoint that notes the time between its calls, and ends the work once `fraction` of it is done."""

    def __init__(self, fraction: float = 2.0) -> None:
        self.fraction, self.gaps, self.reached = fraction, [0.0], 0.0
        self.last = perf_counter()

    def __call__(self, fraction: float) -> None:
        """Note the time, and end the work if enough of it is done."""
        now = perf_counter()
        self.gaps.append(now - self.last)
        self.last, self.reached = now, max(self.reached, fraction)
        if fraction >= self.fraction:
            raise Cancelled


class Peak(threading.Thread):
    """Samples this process's private memory (anonymous pages) every 5 ms while it is open."""

    def __init__(self) -> None:
        super().__init__(daemon=True)
        self.bytes, self.over = private_bytes(), False

    def __enter__(self) -> Peak:
        self.start()
        return self

    def __exit__(self, *error: object) -> None:
        self.over = True
        self.join()

    def run(self) -> None:
        """Take the largest of all samples."""
        while not self.over:
            self.bytes = max(self.bytes, private_bytes())
            sleep(0.005)


def private_bytes() -> int:
    """Return the process's memory that no file backs, as Linux counts it."""
    lines = Path("/proc/self/status").read_text(encoding="utf-8").splitlines()
    return next(1024 * int(line.split()[1]) for line in lines if line.startswith("RssAnon"))


def output(shape: tuple[int, int, int], folder: Path | None) -> NDArray[np.float32]:
    """Return an output array: in memory that is really there, or in a file."""
    if folder is None:
        return allocate(shape, np.float32)
    return np.memmap(folder / "maps.f32", np.float32, "w+", shape=shape)


def measure(kind: str, geometry: Geometry, x: NDArray[np.float32], folder: Path | None) -> None:
    """Print what one block of `kind` takes, and how long a cancel in its middle."""
    block = build_block(kind, geometry)
    chain = prepare_block(block, block_weights(block, "kaiming-normal", 0))
    shapes = chain.shapes(*x.shape[1:])
    out = output(shapes[-1], folder)
    outs = [None] * (len(shapes) - 1) + [out]
    before, watch, start = private_bytes(), Watch(), perf_counter()
    with Peak() as peak:
        chain(x, outs, watch)
    seconds = perf_counter() - start
    beyond = peak.bytes - before
    gaps = 1e3 * np.array(watch.gaps)
    print(
        f"{kind:22}{seconds:7.2f} s   {beyond / 1e6:7.1f} MB beyond input and output "
        f"({'within' if beyond <= PROMISED_BYTES else 'ABOVE'} 1 GiB)   "
        f"between checkpoints {np.median(gaps):.1f} ms, 99 % {np.percentile(gaps, 99):.1f}, most {gaps.max():.1f}   "
        f"reached {watch.reached:.0%}"
    )
    cancelled_at, watch = 0.0, Watch(0.5)
    try:
        chain(x, outs, watch)
    except Cancelled:
        cancelled_at = perf_counter()
    print(f"{'':22}cancelled half-way: stopped after {1e3 * (cancelled_at - watch.last):.1f} ms")


def measure_window(side: int, maps: int) -> None:
    """Print what the window takes to survey a picture of `side`, to look closely, to stop, and to end."""
    from PySide6.QtCore import QEventLoop, QRectF
    from PySide6.QtWidgets import QApplication

    from sepviz.gui.app import App, dress
    from sepviz.study.picture import picture_from_array
    from sepviz.study.study import Study, View

    qt = QApplication([])
    dress(qt)
    app = App(Study(out_channels=maps, size=0), View())
    app.window.show()
    rests = QEventLoop.ProcessEventsFlag.WaitForMoreEvents
    for _ in range(50):
        qt.processEvents()
    empty, gib = private_bytes(), 2**30
    noise = np.random.default_rng(0).integers(0, 256, (side, side, 3), np.uint8)
    picture = picture_from_array(noise, "noise.png")
    del noise
    with Peak() as peak:

        def until(done: Callable[[], bool]) -> float:
            start = perf_counter()
            while not done():
                qt.processEvents(rests, 20)
            return perf_counter() - start

        app.document.adopt(Study(picture=picture, out_channels=maps, size=0))
        surveyed = until(lambda: app.explorer.comparison is not None and app.explorer.is_at_rest)
        view = app.window.pages["maps"].sheets["candidate.output"]
        view.follow(QRectF(100, 100, 600, 600 * view.graphics.height() / view.graphics.width()))
        near = until(lambda: app.explorer.is_at_rest)
        app.document.edit("seed", 1)
        shares: list[float] = []
        app.workers[0].happened.connect(lambda event: shares.append(getattr(event, "fraction", 0.0)))
        until(lambda: max(shares, default=0.0) > 0.5)
        app.explorer.stop()
        stopped = until(lambda: app.explorer.is_at_rest)
    beyond = peak.bytes - empty - picture.pixels.nbytes
    start = perf_counter()
    app.window.close()
    print(
        f"window, {side:,} x {side:,} colour, {maps} maps: survey {surveyed:.1f} s, close look {near:.2f} s, stopped "
        f"after {1e3 * stopped:.0f} ms, ended after {1e3 * (perf_counter() - start):.0f} ms; {beyond / gib:.2f} GiB "
        f"beyond an empty window and the picture ({'within' if beyond <= PROMISED_BYTES else 'ABOVE'} 1 GiB)"
    )


def main() -> None:
    """Measure both layers."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--side", type=int, default=10_000)
    parser.add_argument("--maps", type=int, default=4)
    parser.add_argument("--kernel", type=int, default=3)
    parser.add_argument("--folder", type=Path, default=None, help="where to put memory-mapped outputs")
    parser.add_argument("--window", action="store_true", help="measure the window on such a picture")
    arguments = parser.parse_args()
    print(describe())
    if arguments.window:
        measure_window(arguments.side, arguments.maps)
        return
    x = np.random.default_rng(0).random((3, arguments.side, arguments.side), dtype=np.float32)
    kernel = arguments.kernel, arguments.kernel
    geometry = Geometry(in_channels=3, out_channels=arguments.maps, kernel_size=kernel, padding="same")
    print(f"{x.shape} float32, {x.nbytes / 1e6:,.0f} MB, to {arguments.maps} maps, kernel {kernel}")
    for kind in KINDS:
        measure(kind, geometry, x, arguments.folder)


if __name__ == "__main__":
    main()
