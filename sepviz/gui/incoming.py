"""What a drop or a paste holds, as a value: something to open, or the reason why there is nothing."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, TypeAlias

from PySide6.QtCore import QBuffer, QByteArray, QIODevice, QUrl
from PySide6.QtGui import QImage, QImageWriter

from sepviz.study.opening import OpenAnything, OpenBytes

if TYPE_CHECKING:
    from PySide6.QtCore import QMimeData

ENCODED = ("image/png", "image/jpeg", "image/webp", "image/gif", "image/bmp", "image/tiff")
"""Forms in which another program may hand over an image, best first."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Offer:
    """A task that opens what was handed over, and what else the user should know."""

    task: OpenAnything | OpenBytes
    notice: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Refusal:
    """Why nothing can be opened."""

    name: str
    reason: str


Incoming: TypeAlias = Offer | Refusal


def read_incoming(mime: QMimeData, origin: str) -> Incoming:
    """Return what `mime` offers; `origin` ("dropped", "pasted") names a picture that has no file."""
    urls = [url for url in mime.urls() if not url.isEmpty()]
    local = [url.toLocalFile() for url in urls if url.isLocalFile()]
    if local:
        others = f"{len(local)} files were {origin}; the first, {Path(local[0]).name}, is shown" if local[1:] else ""
        return Offer(task=OpenAnything(location=local[0]), notice=others)
    if (data := _image_bytes(mime)) is not None:
        return Offer(task=OpenBytes(data=data, name=f"{origin} picture"))
    if urls:
        return _remote(urls[0], origin)
    return _text(mime.text().strip(), origin)


def _image_bytes(mime: QMimeData) -> bytes | None:
    for form in ENCODED:
        if mime.hasFormat(form):
            return bytes(mime.data(form).data())
    image = mime.imageData() if mime.hasImage() else None
    return png_bytes(image) if isinstance(image, QImage) and not image.isNull() else None


def png_bytes(image: QImage) -> bytes:
    """Return `image` as the content of a PNG file."""
    buffer = QBuffer()
    buffer.open(QIODevice.OpenModeFlag.WriteOnly)
    # not image.save: what type it wants its format in differs between PySide's stubs and its code
    QImageWriter(buffer, QByteArray(b"PNG")).write(image)
    return bytes(buffer.data().data())


def _remote(url: QUrl, origin: str) -> Refusal:
    address = url.toDisplayString()
    reason = f"{_short(address)} is not on this computer, and sepviz opens nothing from a network; save it first"
    return Refusal(name=_short(address), reason=f"What was {origin} cannot be opened: {reason}, then drop the file")


def _text(text: str, origin: str) -> Incoming:
    if "\n" not in text and text:
        if text.startswith("file://"):
            return Offer(task=OpenAnything(location=QUrl(text).toLocalFile()))
        if Path(text).is_absolute() and _exists(text):
            return Offer(task=OpenAnything(location=text))
    what = f"text ({_short(text)!r})" if text else "nothing that sepviz knows"
    reason = f"What was {origin} is {what}, not a picture; hand over an image file, or image data from a browser"
    return Refusal(name=f"{origin} text", reason=reason)


def _exists(path: str) -> bool:
    try:
        return Path(path).exists()
    except OSError:  # a text that is too long for a name
        return False


def _short(text: str, limit: int = 60) -> str:
    line = " ".join(text.split())
    return line if len(line) <= limit else f"{line[: limit - 1]}…"
