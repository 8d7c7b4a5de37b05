import os
import signal

import pytest
from PySide6.QtWidgets import QWidget

from sepviz.gui.farewell import Farewell


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_that_a_signal_closes_the_window(keep, wait_until, number):
    window = keep(QWidget())
    before = signal.getsignal(signal.SIGINT)
    farewell = Farewell(window)
    try:
        window.show()
        os.kill(os.getpid(), number)
        wait_until(lambda: not window.isVisible())
    finally:
        farewell.release()
        signal.signal(signal.SIGINT, before)
