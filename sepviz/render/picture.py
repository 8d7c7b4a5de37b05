"""An input image as the eye knows it: channels first and 0 to 1 in, RGB bytes out."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray


def to_rgb(image: NDArray[Any]) -> NDArray[np.uint8]:
    """Return `image` (C, H, W), C = 1 (grey) or 3 (red, green, blue), values 0 to 1, as uint8 (H, W, 3).

    Values outside 0..1 are clipped; not a number becomes 0.

    Raises
    ------
    ValueError
        If `image` has not three axes or neither one nor three channels.
    """
    if image.ndim != 3 or image.shape[0] not in (1, 3):
        raise ValueError(f"an image of shape {image.shape} cannot be shown; give (1, H, W) or (3, H, W)")
    scaled = image * np.float32(255)
    scaled += 0.5
    np.fmin(np.fmax(scaled, 0, out=scaled), 255, out=scaled)
    pixels = np.empty((*image.shape[1:], 3), np.uint8)
    pixels[...] = scaled.astype(np.uint8).transpose(1, 2, 0)
    pixels.setflags(write=False)
    return pixels
