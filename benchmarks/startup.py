"""Start-up time of sepviz against a bare PySide6 and pyqtgraph window, in turn, as whole processes.

Run with a display (or QT_QPA_PLATFORM=offscreen): python benchmarks/startup.py [--repeats 15]
"""

from __future__ import annotations

import argparse
import subprocess
import sys
from statistics import median, quantiles
from time import perf_counter

BARE = """
import PySide6.QtCore, pyqtgraph as pg
from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QApplication, QMainWindow
app = QApplication([])
window = QMainWindow()
window.setCentralWidget(pg.GraphicsLayoutWidget())
window.centralWidget().addPlot()
window.resize(1280, 800)
window.show()
QTimer.singleShot(0, app.quit)
app.exec()
"""
SEPVIZ = """
from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QApplication
from sepviz.gui import app
from sepviz.study.study import Study
start = app.App.__init__
def quit_soon(self, *arguments):
    start(self, *arguments)
    QTimer.singleShot(0, QApplication.quit)
app.App.__init__ = quit_soon
app.run(None, Study(), False)
"""


def seconds(program: str) -> float:
    """Return how long a process takes to show its window and to end."""
    start = perf_counter()
    subprocess.run([sys.executable, "-c", program], check=True)
    return perf_counter() - start


def main() -> int:
    """Print medians, quartiles and the ratio pair by pair."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--repeats", type=int, default=15)
    repeats = parser.parse_args().repeats
    for program in (BARE, SEPVIZ):
        seconds(program)
    pairs = [(seconds(BARE), seconds(SEPVIZ)) for _ in range(repeats)]
    for name, values in (("bare window", [a for a, _ in pairs]), ("sepviz", [b for _, b in pairs])):
        low, middle, high = quantiles(values, n=4)
        print(f"{name:12} median {middle:.3f} s (quartiles {low:.3f} to {high:.3f})")
    print(f"ratio sepviz / bare, pair by pair: median {median(b / a for a, b in pairs):.2f}")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
