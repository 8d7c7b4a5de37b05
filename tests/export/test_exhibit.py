from __future__ import annotations

import shutil
import struct
import subprocess
import tracemalloc
import xml.etree.ElementTree as ElementTree
import zlib
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from sepviz.export.exhibit import with_study
from sepviz.export.figure import save_figure
from sepviz.export.saving import ExportError
from sepviz.study import exhibit as reader
from sepviz.study.compare import Compare
from sepviz.study.exhibit import read_study
from sepviz.study.kernels import own_kernel, with_kernel
from sepviz.study.opening import open_anything
from sepviz.study.picture import Picture, SourceError
from sepviz.study.session import MAX_TEXT_BYTES, Session, SessionError, to_text
from sepviz.study.source import open_picture
from sepviz.study.study import Study, View

SUFFIXES = (".png", ".svg", ".pdf")
TEXT = '{"name": "<&>\\"]]> ü 图 \U0001f600 -->"}\n'


def png(chunks=()):
    """A PNG of one grey pixel, with further (type, content) chunks before it."""

    def chunk(kind, content):
        return struct.pack(">I4s", len(content), kind) + content + struct.pack(">I", zlib.crc32(kind + content))

    header = chunk(b"IHDR", struct.pack(">IIBBBBB", 1, 1, 8, 0, 0, 0, 0))
    pixels = chunk(b"IDAT", zlib.compress(b"\0\x7f"))
    return reader.PNG_START + header + b"".join(chunk(*each) for each in chunks) + pixels + chunk(b"IEND", b"")


SVG = b'<?xml version="1.0"?>\n<svg width="1" height="1" xmlns="http://www.w3.org/2000/svg"><title>a</title></svg>\n'
PDF = (
    b"%PDF-1.4\n1 0 obj\n<< /Type /Catalog /Pages 2 0 R >>\nendobj\n2 0 obj\n<< /Type /Pages /Count 0 /Kids [] >>\n"
    b"endobj\nxref\n0 3\n0000000000 65535 f \n0000000009 00000 n \n0000000058 00000 n \ntrailer\n"
    b"<< /Size 3 /Root 1 0 R >>\nstartxref\n107\n%%EOF\n"
)
BLANKS = {".png": png(), ".svg": SVG, ".pdf": PDF}


def written(path, data):
    path.write_bytes(data)
    return path


@pytest.fixture(scope="module")
def figures(tmp_path_factory, app, article):
    """A figure of the article's layer in each format, as it is saved without and with its study."""
    folder = tmp_path_factory.mktemp("figures")
    text = to_text(Session(study=article.study, view=View()), embed=True)
    for suffix in SUFFIXES:
        save_figure(folder / f"plain{suffix}", article, None, View(), scale=0.5)
        save_figure(folder / f"exhibit{suffix}", article, None, View(), scale=0.5, session=text)
    return folder


# ---- there and back ----


@pytest.mark.parametrize("suffix", SUFFIXES)
def test_that_any_text_comes_back(suffix, tmp_path):
    assert read_study(written(tmp_path / "figure", with_study(BLANKS[suffix], TEXT))) == TEXT


@pytest.mark.parametrize("suffix", SUFFIXES)
def test_that_a_text_of_many_chunks_comes_back(suffix, tmp_path):
    text = np.random.default_rng(0).bytes(2 * reader.PART_BYTES).hex() + "ü"
    assert len(text) > 3 * reader.PART_BYTES
    assert read_study(written(tmp_path / "figure", with_study(BLANKS[suffix], text))) == text


@pytest.mark.parametrize("suffix", SUFFIXES)
def test_that_a_figure_without_a_study_has_none(suffix, figures):
    assert read_study(figures / f"plain{suffix}") is None


@pytest.mark.parametrize("suffix", SUFFIXES)
def test_that_a_figure_carries_the_study_that_it_shows(suffix, figures, article):
    session = open_anything(str(figures / f"exhibit{suffix}"))
    assert replace(session.study, picture=None) == replace(article.study, picture=None)
    assert Compare(study=session.study)().baseline.output.tobytes() == article.baseline.output.tobytes()


def photo(kind, folder):
    rng = np.random.default_rng(1)
    path = folder / f"{kind}.png"
    pixels = rng.integers(0, 65536 if kind == "deep" else 256, (50, 70) if kind == "deep" else (50, 70, 3))
    Image.fromarray(pixels.astype(np.uint16 if kind == "deep" else np.uint8)).save(path)
    return Study(picture=open_picture(path), size=32, out_channels=4)


@pytest.mark.parametrize("suffix", SUFFIXES)
@pytest.mark.parametrize("kind", ["photo", "grey", "deep", "own kernels", "native"])
def test_that_the_maps_are_the_same_bit_for_bit_where_the_photo_never_was(kind, suffix, app, tmp_path):
    study = photo(kind, tmp_path)
    if kind == "own kernels":
        weights = np.random.default_rng(2).normal(size=(4, 3, 3, 3))
        study = with_kernel(study, own_kernel("baseline", 0, weights, None, "edited"))
    study = replace(study, grey=kind == "grey", size=0 if kind == "native" else study.size)
    before = Compare(study=study)()
    path = tmp_path / f"figure{suffix}"
    text = to_text(Session(study=study, view=View(channel=3)), embed=True)
    save_figure(path, before, None, View(), scale=0.25, session=text)
    Path(study.picture.location).unlink()
    session = open_anything(str(path))
    after = Compare(study=session.study)()
    assert session.view == View(channel=3)
    assert before.input.tobytes() == after.input.tobytes()
    for side in ("baseline", "candidate"):
        assert getattr(before, side).output.tobytes() == getattr(after, side).output.tobytes()


# ---- the figure is still a figure ----


def test_that_a_png_looks_the_same_and_other_programs_read_its_text(figures):
    plain, exhibit = (Image.open(figures / f"{name}.png") for name in ("plain", "exhibit"))
    assert plain.tobytes() == exhibit.tobytes()
    assert exhibit.text["sepviz"] == read_study(figures / "exhibit.png")
    assert exhibit.text["Title"] == plain.text["Title"]


def test_that_a_png_with_the_longest_text_is_read_by_other_programs(tmp_path):
    text = np.random.default_rng(0).bytes(MAX_TEXT_BYTES // 2).hex()
    path = written(tmp_path / "large.png", with_study(png(), text))
    with Image.open(path) as image:
        image.load()
    assert read_study(path) == text


def test_that_an_svg_is_valid_and_shows_the_same(figures):
    plain, exhibit = (ElementTree.parse(figures / f"{name}.svg").getroot() for name in ("plain", "exhibit"))
    metadata = exhibit.find("{*}metadata")
    assert metadata.text == read_study(figures / "exhibit.svg")
    exhibit.remove(metadata)
    assert [ElementTree.tostring(each) for each in exhibit] == [ElementTree.tostring(each) for each in plain]


def test_that_a_pdf_only_grows(figures):
    exhibit = (figures / "exhibit.pdf").read_bytes()
    cut = exhibit.index(b"%%EOF\n") + len(b"%%EOF\n")
    assert exhibit[:cut].endswith(b"%%EOF\n")
    assert exhibit.count(b"%%EOF") == 2
    start = int(exhibit.rsplit(b"startxref", 1)[1].split()[0])
    assert exhibit[start:].startswith(b"xref\n")


@pytest.mark.skipif(not shutil.which("pdfdetach"), reason="Poppler's tools are not installed")
def test_that_a_pdf_is_valid_shows_the_same_and_lists_its_study(figures, tmp_path):
    def call(*arguments):
        done = subprocess.run(arguments, capture_output=True, check=True)
        assert done.stderr == b""
        return done.stdout

    exhibit = str(figures / "exhibit.pdf")
    assert b"Pages:           1" in call("pdfinfo", exhibit)
    assert b"study.sepviz" in call("pdfdetach", "-list", exhibit)
    call("pdfdetach", "-save", "1", "-o", str(tmp_path / "study"), exhibit)
    assert (tmp_path / "study").read_text(encoding="utf-8") == read_study(figures / "exhibit.pdf")
    pages = [call("pdftoppm", "-r", "40", str(figures / f"{name}.pdf")) for name in ("plain", "exhibit")]
    assert pages[0] == pages[1]


def test_that_a_picture_that_passed_through_another_program_is_an_ordinary_one(figures, tmp_path):
    path = tmp_path / "passed.png"
    with Image.open(figures / "exhibit.png") as image:
        image.save(path)
    assert read_study(path) is None
    assert isinstance(open_anything(str(path)), Picture)


def test_that_a_chunk_written_uncompressed_by_another_program_is_read(tmp_path):
    content = b"sepviz\0\0\0en\0sepviz\0" + TEXT.encode()
    assert read_study(written(tmp_path / "a.png", png([(b"iTXt", content)]))) == TEXT


def test_that_text_of_other_keywords_is_no_study(tmp_path):
    chunks = [(b"iTXt", b"Title\0\0\0\0\0sepviz"), (b"tEXt", b"sepviz\0text"), (b"iTXt", b"sepviz2\0\0\0\0\0x")]
    assert read_study(written(tmp_path / "a.png", png(chunks))) is None


# ---- limits ----


def test_that_a_study_beyond_the_limit_is_refused(monkeypatch):
    monkeypatch.setattr("sepviz.export.exhibit.MAX_TEXT_BYTES", 2**20)
    with pytest.raises(ExportError, match=r"the study takes 2\.0 MiB; a figure carries up to 1 MiB: take a smaller"):
        with_study(png(), "x" * 2**21)


@pytest.mark.parametrize("data", [b"GIF89a", b"", PDF.replace(b"trailer", b"tr"), PDF.replace(b"/Root", b"/Rot")])
def test_that_what_cannot_carry_a_study_is_refused(data):
    with pytest.raises(ExportError, match="so it cannot carry its study; save it as"):
        with_study(data, TEXT)


def test_that_a_pdf_with_attached_files_keeps_them():
    other = PDF.replace(b"/Pages 2 0 R >>", b"/Pages 2 0 R /Names << >> >>")
    with pytest.raises(ExportError, match="has attached files already"):
        with_study(other, TEXT)


@pytest.mark.parametrize("name", ["chunk.png", "chunks.png", "attached.pdf"])
def test_that_a_bomb_is_not_unpacked(name, tmp_path):
    bomb, part = zlib.compress(bytes(2**27)), zlib.compress(bytes(2**19))
    if name.endswith(".pdf"):
        data = PDF + b"/application#2Fx-sepviz >>\nstream\n" + bomb
    else:
        parts = [bomb] if name == "chunk.png" else [part] * 200
        data = png([(b"iTXt", b"sepviz\0\1\0\0\0" + each) for each in parts])
    path = written(tmp_path / name, data)
    tracemalloc.start()
    with pytest.raises(SessionError, match="carries a study that is damaged"):
        read_study(path)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < 3 * MAX_TEXT_BYTES


def test_that_a_figure_too_large_to_be_looked_through_is_refused(tmp_path, monkeypatch):
    monkeypatch.setattr(reader, "MAX_FIGURE_BYTES", 50)
    with pytest.raises(SessionError, match=r"figure\.svg carries a study that is damaged \(the file is larger"):
        read_study(written(tmp_path / "figure.svg", with_study(SVG, TEXT)))


def test_that_a_png_of_endless_chunks_is_given_up(tmp_path):
    path = written(tmp_path / "a.png", png([(b"teXt", b"")] * 5000 + [(b"iTXt", b"sepviz\0\0\0\0\0late")]))
    assert read_study(path) is None


# ---- thousands of broken exhibits ----


def mutated(data, rng):
    """`data` with a few random changes of bytes and runs."""
    for _ in range(int(rng.integers(1, 4))):
        start = int(rng.integers(0, len(data) + 1))
        end = start + int(rng.choice([1, 2, 4, 20, 300]))
        match int(rng.integers(0, 4)):
            case 0:
                data = data[:start] + bytes([int(rng.integers(0, 256))]) + data[start + 1 :]
            case 1:
                data = data[:start] + data[end:]
            case 2:
                data = data[:end] + data[start:]
            case _:
                data = data[:start] + rng.bytes(end - start) + data[end:]
    return data


def end_of(path):
    try:
        opened = open_anything(str(path))
    except (SessionError, SourceError) as error:
        return "refused" if len(str(error)) < 1000 and str(error).isprintable() else f"badly said: {error}"
    return type(opened).__name__


@pytest.mark.parametrize("suffix", SUFFIXES)
def test_that_thousands_of_broken_exhibits_are_opened_or_refused(suffix, tmp_path, article):
    rng = np.random.default_rng(0)
    study = replace(article.study, size=4)
    text = to_text(Session(study=study, view=View()), embed=True)
    path = tmp_path / f"figure{suffix}"
    whole = with_study(BLANKS[suffix], text)
    ends = set()
    for number in range(1500):
        if number % 3:
            data = mutated(whole, rng)
        else:  # a sound figure around a broken text
            data = with_study(BLANKS[suffix], mutated(text.encode(), rng).decode("latin-1"))
        ends.add(end_of(written(path, data)))
    assert ends == ({"refused", "Session", "Picture"} if suffix == ".png" else {"refused", "Session"})


@pytest.mark.parametrize("suffix", SUFFIXES)
def test_that_a_real_exhibit_cut_anywhere_is_opened_or_refused(suffix, figures, tmp_path):
    whole = (figures / f"exhibit{suffix}").read_bytes()
    for cut in np.random.default_rng(0).integers(0, len(whole), 40):
        assert end_of(written(tmp_path / f"cut{suffix}", whole[:cut])) in {"refused", "Session", "Picture"}


def test_that_reading_no_figure_says_so(tmp_path):
    with pytest.raises(SessionError, match=r"missing\.png cannot be read \(No such file"):
        read_study(tmp_path / "missing.png")
    assert read_study(written(tmp_path / "a.jpg", b"\xff\xd8\xff")) is None
