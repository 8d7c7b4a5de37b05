"""``sepviz code``: the two layers as a short program for another library."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from sepviz.cli.cost import refuse_problems
from sepviz.cli.outputs import supplied
from sepviz.cli.request import STDOUT, CodeRequest, UsageError
from sepviz.cli.sweep import read_input
from sepviz.export.code.snippet import parts_of, snippet
from sepviz.export.maps import stored_shapes
from sepviz.export.saving import ExportError
from sepviz.study.opening import with_picture
from sepviz.study.quantity import shape

if TYPE_CHECKING:
    from pathlib import Path

    from sepviz.cli.console import Console
    from sepviz.engine.spec import Shape
    from sepviz.study.study import Study


def code(request: CodeRequest, console: Console) -> int:
    """Write both layers as code."""
    request = replace(request, out=supplied(request.out, ".py"), weights=supplied(request.weights, ".npz"))
    if request.out is not None and request.out.suffix.lower() != ".py":
        raise UsageError(f"--out is {request.out}; end its name with .py")
    stored = _stored(request.weights)
    study, input_shape = _read(request, stored)
    refuse_problems(study, input_shape)
    if request.weights is not None:
        _refuse_misfit(study, input_shape, stored, request.weights)
    archive = None if request.weights is None else str(request.weights)
    text = snippet(study, request.framework, input_shape=input_shape, archive=archive)
    console.deliver(text, STDOUT if request.out is None else str(request.out))
    return 0


def _stored(path: Path | None) -> dict[str, tuple[int, ...]]:
    try:
        return {} if path is None else stored_shapes(path.expanduser())
    except ExportError as error:
        raise UsageError(f"--weights: {error}") from None


def _read(request: CodeRequest, stored: dict[str, tuple[int, ...]]) -> tuple[Study, Shape]:
    """Return the study, and the shape of what its layers read."""
    study = request.study
    if request.input is not None:
        study, given = read_input(request.input, study)
        return study, given or study.input_shape
    match stored.get("input"):
        case (channels, height, width):
            return study, (channels, height, width)
    if request.reopened is not None:
        study = replace(study, picture=with_picture(request.reopened).study.picture)
    return study, study.input_shape


def _refuse_misfit(study: Study, input_shape: Shape, stored: dict[str, tuple[int, ...]], path: Path) -> None:
    """Raise :class:`UsageError` where the arrays in a file are not those of these layers."""
    needed: dict[str, tuple[int, ...]] = {"input": input_shape}
    for step in (step for part in parts_of(study, input_shape) for step in part.steps):
        needed |= {step.kernel: step.spec.weight_shape, step.maps: step.output_shape}
        needed |= {step.bias: (step.spec.out_channels,)} if step.spec.bias else {}
    for name in [*needed, *stored]:
        wanted, found = needed.get(name), stored.get(name)
        if found != wanted:
            has = f"has the shape {shape(found)}" if found else "is not there"
            need = f"need {shape(wanted)}" if wanted else "have none"
            raise UsageError(
                f"--weights is {path}, in which {name} {has}, but these layers {need}; give the layer options that it "
                "was made with"
            )
