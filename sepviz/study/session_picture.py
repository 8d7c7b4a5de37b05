"""The picture of a session: by its place and its digest, or its pixels themselves, as the layers read them."""

from __future__ import annotations

import os
from dataclasses import asdict, dataclass
from pathlib import Path, PurePath
from typing import TYPE_CHECKING

import numpy as np

from sepviz.study.packing import Section, SessionError, Unpacker, pack, shown
from sepviz.study.picture import Picture, fitted_size, new_picture, printable

if TYPE_CHECKING:
    from sepviz.study.picture import Pixels
    from sepviz.study.study import Study


@dataclass(frozen=True, slots=True, kw_only=True)
class Located:
    """A picture by its place: where it was, also seen from the session's folder ("" where that is not known)."""

    name: str
    location: str
    relative: str
    digest: str


def is_embedded(picture: Picture, embed: bool) -> bool:
    """Say whether `picture` goes into the text: because that is asked for, or because it has no file."""
    return embed or picture.location.startswith("clipboard:")


def embedded_bytes(picture: Picture, size: int) -> int:
    """Return the bytes of the pixels of `picture` once its long side is brought down to `size`."""
    width, height = fitted_size(picture, size)
    return picture.pixels.nbytes // (picture.width * picture.height) * width * height


def picture_document(
    study: Study, located: Located | None, embed: bool, folder: Path | None
) -> dict[str, object] | None:
    """Return what stands in a session for the picture of `study`, or for the one that was not opened."""
    picture = study.picture
    if picture is None:
        return None if located is None else asdict(located)
    if is_embedded(picture, embed):
        return _embedded_document(picture, study.size)
    place = picture.location
    relative = _relative(place, folder)
    return asdict(Located(name=picture.name, location=place, relative=relative, digest=picture.digest))


def read_picture(top: Section, unpacker: Unpacker) -> tuple[Picture | None, Located | None]:
    """Return the embedded picture of a session, or else where its picture is to be found, or neither."""
    if top.values.get("picture") is None:
        return None, None
    section = top.section("picture")
    if "pixels" in section.values:
        return _read_embedded(section, unpacker), None
    section.refuse_others(("name", "location", "relative", "digest"))
    return None, Located(
        name=printable(section.text("name")),
        location=section.text("location"),
        relative=section.text("relative"),
        digest=printable(section.text("digest")),
    )


def _relative(location: str, folder: Path | None) -> str:
    if folder is None or not Path(location).is_absolute():
        return ""
    try:
        return PurePath(os.path.relpath(location, folder.expanduser().absolute())).as_posix()
    except ValueError:  # on another drive
        return ""


def _embedded_document(picture: Picture, size: int) -> dict[str, object]:
    used = new_picture(_used_pixels(picture, size), picture.mode, picture.notice, location=None, name=picture.name)
    return {
        "name": used.name,
        "mode": printable(used.mode),
        "notice": printable(used.notice),
        "digest": used.digest,
        "pixels": pack(used.pixels),
    }


def _used_pixels(picture: Picture, size: int) -> Pixels:
    """Return the pixels at the size the layers read, of the picture's own type: `fit` then has nothing to resize.

    Colour stays, also where the layers read grey, which is made of it in the same way again.
    """
    from sepviz.study.source import fit  # when it is needed: loading the image library takes a while

    planes = fit(picture, size)
    pixels = planes[0] if picture.is_grey else np.ascontiguousarray(planes.transpose(1, 2, 0))
    # fit divided whole numbers by 255, and float32 tells all of them apart
    return np.rint(pixels * np.float32(255)).astype(np.uint8) if picture.pixels.dtype == np.uint8 else pixels.copy()


def _read_embedded(section: Section, unpacker: Unpacker) -> Picture:
    section.refuse_others(("name", "mode", "notice", "digest", "pixels"))
    pixels = unpacker.unpack(section.section("pixels"))
    if pixels.ndim < 2 or pixels.shape[2:] not in ((), (3,)):
        raise SessionError(
            f"{section.name_of('pixels')} have the shape {pixels.shape}; give (height, width) or (height, width, 3)"
        )
    if pixels.dtype != np.uint8 and not (pixels.min() >= 0 and pixels.max() <= 1):  # "not" catches NaN as well
        raise SessionError(
            f"{section.name_of('pixels')} hold {pixels.min():g} to {pixels.max():g}; the limits are 0 and 1"
        )
    texts = (printable(section.text(name)) for name in ("mode", "notice"))
    picture = new_picture(pixels, *texts, location=None, name=section.text("name"))
    if picture.digest != section.text("digest"):
        raise SessionError(
            f"{section.name_of('digest')} is {shown(section.values['digest'])}, and the pixels have "
            f"{picture.digest!r}; get a whole copy of the session"
        )
    return picture
