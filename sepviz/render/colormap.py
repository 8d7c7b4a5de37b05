"""The colour maps: levels of :mod:`sepviz.render.scale` in, colours out.

Each map is kept as a few anchor colours, ``position:rrggbb`` with positions 0 to 255, between which it is linear; this
stays within 2/255 of the published table of 256 colours.

Sources: viridis and magma by Nathaniel J. Smith, Stefan van der Walt and Eric Firing (CC0). cividis by Jamie R. Nuñez,
Christopher R. Anderton and Ryan S. Renslow, PLoS ONE 13(7): e0199239, 2018 (CC0). CET-CBD1 by Peter Kovesi, "Good
Colour Maps: How to Design Them", arXiv:1509.03700, 2015 (CC BY 4.0; sampled at anchors).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from sepviz.render.scale import GROUND, HIGHEST, LOWEST

if TYPE_CHECKING:
    from numpy.typing import NDArray

VIRIDIS = """
0:440154 13:481467 30:472a7a 42:443983 58:3e4c8a 81:32648e 125:218e8d 141:1e9d89 153:22a884 162:2ab07f
174:3bbb75 188:56c667 193:60ca60 201:73d056 215:95d840 233:c5e021 240:d8e219 246:e7e419 251:f4e61e 255:fde725
"""
CIVIDIS = """
0:00204d 19:002e6e 30:00356e 31:01366e 34:0f386e 39:1d3b6d 46:2a406c 60:3d4a6b 89:5a5f6d 131:807e79
148:908b79 169:a59c76 197:c3b46d 216:d8c563 230:e8d259 247:fbe248 251:ffe642 255:ffea46
"""
MAGMA = """
0:000004 4:020109 12:06051a 27:160f3b 37:241253 48:36106b 54:400f74 62:4e117b 79:681c81 105:912b81
125:b2357b 149:d8456c 160:e75263 165:ec5860 172:f2645c 182:f8765c 192:fc8961 206:fea36f 216:feb67c 235:fed89a
255:fcfdbf
"""
GREY = "0:000000 255:ffffff"
CET_CBD1 = """
0:3a90fe 3:4492fe 15:609bfd 26:74a3fc 46:92b1fa 77:b9c8f7 115:e3e6f3 124:ebecf0 129:eeedeb 139:ece7db
173:dccca2 207:c8b26b 235:b69e3b 248:ad9420 253:a99111 255:a89008
"""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Colormap:
    """A named map from levels to colours.

    Parameters
    ----------
    name, label : str
        What settings and files call it, and what a reader sees.
    signed : bool
        Whether its middle colour is neutral, so that it suits values on both sides of zero.
    table : uint8 array (256, 3), read-only
        The colour of every level. Levels 1 to 255 run through the whole map; level 0, the ground, repeats the low end
        for those who have no ground to show.
    """

    name: str
    label: str
    signed: bool
    table: NDArray[np.uint8]

    def rgba(self) -> NDArray[np.uint8]:
        """Return the table as (256, 4) with an opaque colour for every level but the ground, which is transparent."""
        opacity = np.full((len(self.table), 1), 255, np.uint8)
        opacity[GROUND] = 0
        return np.hstack([self.table, opacity])


def sample(anchors: str, positions: NDArray[np.float64]) -> NDArray[np.uint8]:
    """Return the colours (N, 3) of a map given by its `anchors` at `positions` (N,) from 0 to 255."""
    places, colours = zip(*(anchor.split(":") for anchor in anchors.split()), strict=True)
    known = np.array([list(bytes.fromhex(colour)) for colour in colours])
    channels = [np.interp(positions, [int(place) for place in places], channel) for channel in known.T]
    return np.round(np.stack(channels, axis=1)).astype(np.uint8)


def colormap(name: str, label: str, anchors: str, *, signed: bool = False) -> Colormap:
    """Return the colour map through `anchors`, its whole length laid over the levels of data."""
    levels = np.arange(256).clip(LOWEST)
    table = sample(anchors, (levels - LOWEST) * (255 / (HIGHEST - LOWEST)))
    table.setflags(write=False)
    return Colormap(name=name, label=label, signed=signed, table=table)


COLORMAPS: dict[str, Colormap] = {
    made.name: made
    for made in (
        colormap("viridis", "Viridis", VIRIDIS),
        colormap("cividis", "Cividis", CIVIDIS),
        colormap("magma", "Magma", MAGMA),
        colormap("grey", "Grey", GREY),
        colormap("CET-CBD1", "Blue – white – brown", CET_CBD1, signed=True),
    )
}
"""Every colour map on offer, by name."""


def apply(
    levels: NDArray[np.uint8], colours: Colormap, ground: tuple[int, int, int] | None = None
) -> NDArray[np.uint8]:
    """Return `levels` (...) as RGB (..., 3); the ground in the colour `ground`, or at the low end of the map."""
    table = colours.table
    if ground is not None:
        table = table.copy()
        table[GROUND] = ground
    return table.take(levels, axis=0)
