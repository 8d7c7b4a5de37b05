"""Copy as code: the two layers of a study as a short program that runs, for one of several libraries."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import sepviz
from sepviz.engine.block import BLOCKS
from sepviz.engine.spec import EngineError
from sepviz.export.code.for_keras import keras_code
from sepviz.export.code.for_numpy import numpy_code
from sepviz.export.code.for_pytorch import pytorch_code
from sepviz.export.code.step import Part, size, steps_of
from sepviz.study.kernels import SIDES

if TYPE_CHECKING:
    from collections.abc import Callable

    from sepviz.engine.spec import Shape
    from sepviz.study.study import Study


@dataclass(frozen=True, slots=True, kw_only=True)
class Framework:
    """A row of :data:`FRAMEWORKS`; `write` takes both blocks, the input's shape and an archive as a Python literal."""

    name: str
    label: str
    write: Callable[[tuple[Part, ...], Shape, str | None], str]


FRAMEWORKS: dict[str, Framework] = {
    row.name: row
    for row in (
        Framework(name="pytorch", label="PyTorch", write=pytorch_code),
        Framework(name="keras", label="Keras", write=keras_code),
        Framework(name="numpy", label="NumPy", write=numpy_code),
    )
}


def snippet(study: Study, framework: str, *, input_shape: Shape | None = None, archive: str | None = None) -> str:
    """Return both layers of `study` as a program for `framework`, a name of :data:`FRAMEWORKS`.

    Parameters
    ----------
    input_shape : (channels, height, width), optional
        What the layers read; by default the picture of `study`. The padding is exact for this size.
    archive : str, optional
        Path of a file that :func:`sepviz.export.maps.save_maps` wrote: then the program loads its weights and its
        input, and prints how far its own maps are from those in it. Without it the weights are the library's own.

    Raises
    ------
    EngineError
        For an unknown framework, or a layer that cannot be.
    """
    if framework not in FRAMEWORKS:
        raise EngineError(f"the framework is {framework!r}; it must be one of {', '.join(FRAMEWORKS)}")
    shape = input_shape or study.input_shape
    # a path is text from outside: as a literal it can be nothing else
    literal = None if archive is None else ascii(archive)
    return f"{_heading(study, shape, literal)}\n{FRAMEWORKS[framework].write(parts_of(study, shape), shape, literal)}"


def parts_of(study: Study, input_shape: Shape) -> tuple[Part, ...]:
    """Return both blocks of `study` as steps for an input of `input_shape` (channels, height, width)."""
    return tuple(
        Part(
            side=side,
            title=f"{letter}: {BLOCKS[block.kind].label}",
            steps=steps_of(side, block, input_shape),
            activation=block.activation,
        )
        for letter, side, block in zip("AB", SIDES, study.blocks(input_shape[0]), strict=True)
    )


def _heading(study: Study, shape: Shape, archive: str | None) -> str:
    lines = [f"# Two layers for an input of {size(shape)} (channels x height x width), by sepviz {sepviz.__version__}"]
    if archive is None:
        own = ", some edited" if study.kernels else ""
        lines.append(
            f"# The weights are drawn anew. To have those of sepviz ({study.init}, seed {study.seed}{own}), export its"
        )
        lines.append("# data as .npz and have this code written with the name of that file: then it loads them.")
    return "\n".join((*lines, ""))
