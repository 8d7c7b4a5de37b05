"""A session: a study, how it is shown, and its picture, as a text that saves and restores all of it.

The text is JSON with one field a line, in the order of the form, so that two sessions can be compared line by line.
The picture stands in it by its place, or is embedded as the layers read it: then the maps are the same on a machine
that has never seen the file. Nothing is read here but the text, and nothing in it is ever executed.
"""

from __future__ import annotations

import json
import re
from dataclasses import dataclass, field, replace
from functools import cache
from typing import TYPE_CHECKING, Any, NoReturn

import sepviz
from sepviz.study.kernels import SIDES, own_kernel
from sepviz.study.packing import MAX_ARRAY_BYTES, Section, SessionError, Unpacker, pack, read_whole, refuse_size, shown
from sepviz.study.params import STUDY_PARAMS, VIEW_PARAMS, Choice, Param, ParamError, format_value, parse_value
from sepviz.study.picture import printable
from sepviz.study.session_picture import Located, embedded_bytes, is_embedded, picture_document, read_picture
from sepviz.study.sheets import TABS
from sepviz.study.study import Study, View

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from sepviz.study.kernels import OwnKernel

__all__ = ["MAX_TEXT_BYTES", "SUFFIX", "Located", "Session", "SessionError", "from_text", "read_session", "to_text"]

SUFFIX = ".sepviz"
SCHEMA_VERSION = 1
MIGRATIONS: dict[int, Callable[[dict[str, Any]], dict[str, Any]]] = {}
"""For each older schema version, what makes its document one of the next; there is no older one yet."""
MAX_TEXT_BYTES = 48 * 2**20
"""Longest text of a session; a program that reads all text of a PNG commonly stops at 64 MiB."""
MAX_KERNELS = 16
MAX_VALUE = 64
"""Longest text of a field's value."""
_MAX_MARKS = 20_000  # brackets and commas: what bounds the memory that parsing takes, base64 has none of them
_UNWRITABLE = re.compile("[\x7f-\x9f\u2028\u2029\ud800-\udfff\ufffe\uffff]")

_VIEW_PARAMS = VIEW_PARAMS | {
    "channel": Param(name="channel", group="View", label="channel", kind="integer", maximum=65_535, help=""),
    "tab": Param(
        name="tab",
        group="View",
        label="tab",
        kind="choice",
        help="",
        choices=tuple(Choice(value=name, label=name) for name in TABS),
    ),
}


@cache
def _version() -> str:
    return sepviz.__version__  # looked up when there is a session, as it costs start-up time


@dataclass(frozen=True, slots=True, kw_only=True)
class Session:
    """What is saved and restored.

    Parameters
    ----------
    study : Study
        With its picture, unless that is still to be opened, or there is none.
    view : View
    located : Located or None
        The picture that is still to be opened; :mod:`sepviz.study.opening` does.
    folder : Path or None
        Where the session was found: its picture is looked for from there. None when it came as text or bytes.
    schema_version : int
        Of the text that it was read from, brought up to date.
    sepviz_version : str
        Of the program that saved it.
    notice : str
        What the user should know, such as that the picture was not found; or "".
    """

    study: Study
    view: View
    located: Located | None = None
    folder: Path | None = None
    schema_version: int = SCHEMA_VERSION
    sepviz_version: str = field(default_factory=_version)
    notice: str = ""


def to_text(session: Session, *, embed: bool, folder: Path | None = None) -> str:
    """Return `session` as a text for :func:`from_text`.

    `embed` puts the picture in as the layers read it; one that has no file, as it was pasted, always is. Else its
    place is written, also as seen from `folder`, where the session is saved.

    Raises
    ------
    SessionError
        When the picture or the kernels are too large.
    """
    study = session.study
    _check_size(study, embed)
    document = {
        "schema_version": SCHEMA_VERSION,
        "sepviz_version": _version(),
        "study": {name: format_value(param, getattr(study, name)) for name, param in STUDY_PARAMS.items()},
        "view": {name: format_value(param, getattr(session.view, name)) for name, param in _VIEW_PARAMS.items()},
        "kernels": [_kernel_document(kernel) for kernel in study.kernels],
        "picture": picture_document(study, session.located, embed, folder),
    }
    text = json.dumps(document, indent=2, ensure_ascii=False, allow_nan=False) + "\n"
    text = _UNWRITABLE.sub(lambda found: f"\\u{ord(found[0]):04x}", text)
    if (size := len(text.encode())) > MAX_TEXT_BYTES:
        refuse_size(size, MAX_TEXT_BYTES)
    return text


def from_text(text: str, name: str = "") -> Session:
    """Return the session that `text` holds; :class:`SessionError` says why there is none, and names `name` if given."""
    try:
        return _read(text)
    except SessionError as error:
        raise SessionError(f"{name}: {error}" if name else str(error)) from None


def _read(text: str) -> Session:
    top = Section(place="", values=_migrated(_parsed(text)))
    top.refuse_others(("schema_version", "sepviz_version", "study", "view", "kernels", "picture"))
    unpacker = Unpacker()
    picture, located = read_picture(top, unpacker)
    study = replace(
        _read_values(top.section("study"), STUDY_PARAMS, Study()),
        picture=picture,
        kernels=_read_kernels(top, unpacker),
    )
    return Session(
        study=study,
        view=_read_view(top.section("view")),
        located=located,
        sepviz_version=printable(top.text("sepviz_version")),
    )


def read_session(path: Path) -> Session:
    """Return the session in the file `path`; :class:`SessionError` says why there is none."""
    name = printable(path.name)
    try:
        with path.open("rb") as file:
            data = read_whole(file, MAX_TEXT_BYTES)
        return from_text(data.decode("utf-8-sig"), name)
    except OSError as error:
        reason = printable(error.strerror or str(error))
        raise SessionError(f"{name} cannot be read ({reason}); check the file and its permissions") from error
    except UnicodeDecodeError as error:
        raise SessionError(f"{name} is no UTF-8 text (byte {error.start:,}); get a whole copy of it") from None


# ---- the document ----


def _parsed(text: str) -> dict[str, Any]:
    if len(text) > MAX_TEXT_BYTES:
        refuse_size(len(text), MAX_TEXT_BYTES)
    if sum(map(text.count, "[{,")) > _MAX_MARKS:
        raise SessionError(f"the session has more than {_MAX_MARKS:,} values; get a fresh copy of it")
    try:
        document = json.loads(text, object_pairs_hook=_without_twins, parse_constant=_refuse_constant)
    except (ValueError, RecursionError) as error:
        reason = "it is nested too deep" if isinstance(error, RecursionError) else printable(str(error))[:120]
        raise SessionError(f"the session is no valid JSON ({reason}); get a whole copy of it") from None
    if not isinstance(document, dict):
        raise SessionError(f"the session is {shown(document)}, not an object with fields; get a whole copy of it")
    return document


def _without_twins(pairs: list[tuple[str, object]]) -> dict[str, object]:
    fields = dict(pairs)
    if len(fields) != len(pairs):
        raise ValueError("a field stands there twice")
    return fields


def _refuse_constant(name: str) -> NoReturn:
    raise ValueError(f"{name} is no number")


def _migrated(document: dict[str, Any]) -> dict[str, Any]:
    version = Section(place="", values=document).take("schema_version", int)
    if version > SCHEMA_VERSION:
        raise SessionError(
            f"the session's schema_version is {shown(version)}; sepviz {_version()} reads up to "
            f"{SCHEMA_VERSION}: open it with a newer sepviz"
        )
    for older in range(version, SCHEMA_VERSION):
        if older not in MIGRATIONS:
            oldest = min((*MIGRATIONS, SCHEMA_VERSION))
            raise SessionError(
                f"the session's schema_version is {shown(version)}; the oldest is {oldest}: get a fresh copy of it"
            )
        document = MIGRATIONS[older](document)
    return document


# ---- study and view ----


def _read_values(section: Section, params: dict[str, Param], defaults: Any) -> Any:
    """Return `defaults` with the values of `section`; a field that is younger than the session keeps its default."""
    section.refuse_others(params)
    given = params.keys() & section.values.keys()
    return replace(defaults, **{name: _read_value(section, params[name]) for name in params if name in given})


def _read_view(section: Section) -> View:
    """Return the view of `section`; for a tab that this version does not have, the first one stands in."""
    tab = section.values.get("tab")
    known = not isinstance(tab, str) or tab in TABS
    values = {name: value for name, value in section.values.items() if known or name != "tab"}
    view: View = _read_values(replace(section, values=values), _VIEW_PARAMS, View())
    return view


def _read_value(section: Section, param: Param) -> object:
    text = printable(section.text(param.name))
    if len(text) > MAX_VALUE:
        text = f"{text[:MAX_VALUE]}…"  # which is no value of any field
    try:
        return parse_value(replace(param, label=section.name_of(param.name)), text)
    except ParamError as error:
        raise SessionError(str(error)) from None


# ---- kernels ----


def _kernel_document(kernel: OwnKernel) -> dict[str, object]:
    bias = kernel.weights.bias
    return {
        "side": kernel.side,
        "layer": kernel.layer,
        "name": printable(kernel.name),
        "kernel": pack(kernel.weights.kernel),
        "bias": None if bias is None else pack(bias),
    }


def _read_kernels(top: Section, unpacker: Unpacker) -> tuple[OwnKernel, ...]:
    values = top.take("kernels", list)
    if len(values) > MAX_KERNELS:
        raise SessionError(f"the session's kernels are {len(values):,}; the limit is {MAX_KERNELS}: remove some")
    listed = Section(place="kernels.", values={str(number): value for number, value in enumerate(values)})
    kernels = [_read_kernel(listed.section(number), unpacker) for number in listed.values]
    if len({(kernel.side, kernel.layer) for kernel in kernels}) != len(kernels):
        raise SessionError("the session's kernels name a layer twice; keep one for each")
    return tuple(kernels)


def _read_kernel(section: Section, unpacker: Unpacker) -> OwnKernel:
    section.refuse_others(("side", "layer", "name", "kernel", "bias"))
    side, layer = section.text("side"), section.take("layer", int)
    if side not in SIDES:
        raise SessionError(f"{section.name_of('side')} is {shown(side)}; it can be {' or '.join(SIDES)}")
    if not 0 <= layer < MAX_KERNELS:
        raise SessionError(
            f"{section.name_of('layer')} is {shown(layer)}; write a whole number from 0 to {MAX_KERNELS - 1}"
        )
    kernel = unpacker.unpack(section.section("kernel"))
    has_bias = section.values.get("bias") is not None
    bias = unpacker.unpack(section.section("bias")) if has_bias else None
    if kernel.ndim != 4 or (bias is not None and bias.shape != kernel.shape[:1]):
        raise SessionError(
            f"{section.name_of('kernel')} has the shape {kernel.shape}, and its bias "
            f"{None if bias is None else bias.shape}; give (out_channels, in_channels // groups, height, width) and "
            "(out_channels,)"
        )
    return own_kernel(side, layer, kernel, bias, printable(section.text("name")))


def _check_size(study: Study, embed: bool) -> None:
    """Refuse what :func:`from_text` would, before any of it is packed."""
    weights = [kernel.weights for kernel in study.kernels]
    size = sum(one.kernel.nbytes + (0 if one.bias is None else one.bias.nbytes) for one in weights)
    if study.picture is not None and is_embedded(study.picture, embed):
        size += embedded_bytes(study.picture, study.size)
    if size > MAX_ARRAY_BYTES:
        refuse_size(size, MAX_ARRAY_BYTES)
