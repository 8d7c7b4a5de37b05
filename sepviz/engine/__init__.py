"""The mathematics: convolutions, what they cost, and how long they take. NumPy only."""

from sepviz.engine.conv2d import conv2d, prepare
from sepviz.engine.spec import Conv2dSpec, EngineError

__all__ = ["Conv2dSpec", "EngineError", "conv2d", "prepare"]
