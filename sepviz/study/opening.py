"""Opening a picture as a task, so that a large file is decoded in the worker like everything that takes time."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from sepviz.engine.checkpoint import Checkpoint
    from sepviz.study.picture import Picture


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenPicture:
    """The task of opening a path, "sample:NAME" or "pattern:NAME"."""

    location: str

    @property
    def name(self) -> str:
        """What the user knows it by."""
        return self.location

    def __call__(self, checkpoint: Checkpoint) -> Picture:
        """Return the picture; :class:`~sepviz.study.picture.SourceError` says why there is none."""
        from sepviz.study.source import open_picture  # in the worker: loading the image library takes a while

        return open_picture(self.location)


@dataclass(frozen=True, slots=True, kw_only=True)
class DecodePicture:
    """The task of decoding an image that came as bytes, from a clipboard or a browser."""

    data: bytes = field(repr=False)
    name: str

    def __call__(self, checkpoint: Checkpoint) -> Picture:
        """Return the picture; :class:`~sepviz.study.picture.SourceError` says why there is none."""
        from sepviz.study.source import decode_picture

        return decode_picture(self.data, self.name)
