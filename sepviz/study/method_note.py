"""Where the chosen method does not apply: which layers run with another one, and why."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sepviz.engine.conv2d import AUTO, method_for, usable
from sepviz.engine.spec import Shape
from sepviz.study.costs import find_problems

if TYPE_CHECKING:
    from sepviz.engine.spec import Shape
    from sepviz.study.study import Study


def method_note(study: Study, input_shape: Shape | None = None) -> str:
    """Name the layers of `study` that its method cannot do, with the reason and what they run with; "" when none.

    Parameters
    ----------
    input_shape : Shape, optional
        (C, H, W), where the study has no picture of its own to tell it.
    """
    shape = input_shape or study.input_shape
    if study.method == AUTO or find_problems(study, shape):
        return ""
    notes = []
    for letter, block in zip("AB", study.blocks(shape[0]), strict=True):
        for layer in block.layers:
            reason = usable(study.method, layer.spec)
            if reason is not None:
                other = method_for(layer.spec, study.method)
                notes.append(f"{letter}'s {layer.name} layer runs with {other}: {reason}")
    return f"Where {study.method} does not apply, {'; '.join(notes)}." if notes else ""
