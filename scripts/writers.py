"""Every kind of file that the program writes, small: who writes it, and how to see that it is whole."""

from __future__ import annotations

import csv
import json
import zipfile
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING
from xml.etree import ElementTree

import numpy as np
from PIL import Image

from sepviz.export.figure import save_figure
from sepviz.export.maps import save_maps
from sepviz.export.saving import write_text
from sepviz.export.table import comparison_csv, comparison_json, json_text
from sepviz.export.weights import save_weights
from sepviz.study.compare import Compare
from sepviz.study.session import Session, read_session, to_text
from sepviz.study.source import open_picture
from sepviz.study.study import Study, View

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from sepviz.study.compare import Comparison


@cache
def _comparison() -> Comparison:
    return Compare(study=Study(picture=open_picture("sample:coffee"), size=96, out_channels=4))()


@cache
def _session() -> str:
    return to_text(Session(study=_comparison().study, view=View()), embed=True)


def write_figure(path: Path) -> None:
    """Save a comparison as a figure that carries its study."""
    save_figure(path, _comparison(), None, View(), scale=0.5, session=_session())


def write_session(path: Path) -> None:
    """Save a session."""
    write_text(path, _session())


def write_table(path: Path) -> None:
    """Save what two layers cost, as rows."""
    write_text(path, comparison_csv(_comparison().costs))


def write_document(path: Path) -> None:
    """Save what two layers cost, as JSON."""
    write_text(path, json_text(comparison_json(_comparison().costs, _comparison(), None)))


def write_maps(path: Path) -> None:
    """Save all feature maps."""
    save_maps(path, _comparison())


def write_weights(path: Path) -> None:
    """Save the weights of a layer."""
    save_weights(path, {"mix": _comparison().baseline.weights[0]})


def is_picture(path: Path) -> bool:
    """Say whether a PNG can be read to its end."""
    with Image.open(path) as image:
        image.load()
    return path.read_bytes().endswith(b"IEND\xaeB`\x82")


def is_drawing(path: Path) -> bool:
    """Say whether an SVG is closed."""
    return ElementTree.parse(path).getroot().tag.endswith("svg")


def is_page(path: Path) -> bool:
    """Say whether a PDF has its head and its end."""
    data = path.read_bytes()
    return data.startswith(b"%PDF") and data.rstrip().endswith(b"%%EOF")


def is_session(path: Path) -> bool:
    """Say whether a session can be restored, picture and all."""
    return read_session(path).study.picture is not None


def is_table(path: Path) -> bool:
    """Say whether all rows are of one length, and there are some."""
    with path.open(encoding="utf-8", newline="") as file:
        rows = list(csv.reader(file))
    return len(rows) > 2 and {len(row) for row in rows} == {len(rows[0])}


def is_document(path: Path) -> bool:
    """Say whether a JSON document is closed."""
    return "ratio" in json.loads(path.read_text(encoding="utf-8"))


def is_archive(path: Path) -> bool:
    """Say whether every array of an .npz agrees with its checksum."""
    with zipfile.ZipFile(path) as archive:
        torn = archive.testzip()
    with np.load(path) as arrays:
        return torn is None and all(arrays[name].size for name in arrays.files)


@dataclass(frozen=True, slots=True, kw_only=True)
class Writer:
    """Who writes a file of this name, and what raises, or answers False, when a file of its kind is torn."""

    name: str
    write: Callable[[Path], None]
    is_whole: Callable[[Path], bool]


WRITERS = (
    Writer(name="figure.png", write=write_figure, is_whole=is_picture),
    Writer(name="figure.svg", write=write_figure, is_whole=is_drawing),
    Writer(name="figure.pdf", write=write_figure, is_whole=is_page),
    Writer(name="study.sepviz", write=write_session, is_whole=is_session),
    Writer(name="table.csv", write=write_table, is_whole=is_table),
    Writer(name="table.json", write=write_document, is_whole=is_document),
    Writer(name="maps.npz", write=write_maps, is_whole=is_archive),
    Writer(name="weights.npz", write=write_weights, is_whole=is_archive),
)
