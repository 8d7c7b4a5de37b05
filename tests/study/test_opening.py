from __future__ import annotations

import os
import shutil
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from sepviz.engine.checkpoint import carry_on
from sepviz.export.exhibit import with_study
from sepviz.study.opening import OpenAnything, OpenBytes, find_session, open_anything, open_bytes
from sepviz.study.picture import Picture, SourceError
from sepviz.study.session import Session, SessionError, to_text
from sepviz.study.source import open_picture
from sepviz.study.study import Study, View

PHOTO = b"P6 3 2 255\n" + bytes(range(18))
OTHER_PHOTO = b"P6 3 2 255\n" + bytes(range(1, 19))
ASSETS = Path(__file__).resolve().parents[2] / "resources" / "samples"


@pytest.fixture
def photo(tmp_path):
    path = tmp_path / "photos" / "photo.ppm"
    path.parent.mkdir()
    path.write_bytes(PHOTO)
    return path


@pytest.fixture
def saved(tmp_path, photo):
    """A session that names the photo by its place."""
    path = tmp_path / "a.sepviz"
    study = Study(picture=open_picture(photo), seed=5)
    path.write_text(to_text(Session(study=study, view=View()), embed=False, folder=tmp_path), encoding="utf-8")
    return path


@pytest.fixture
def figure():
    """`figure(study)` is the content of a PNG that carries a session of it."""

    def made(study):
        return with_study(sample().read_bytes(), to_text(Session(study=study, view=View()), embed=True))

    return made


def sample():
    return next(path for path in sorted(ASSETS.iterdir()) if path.suffix == ".png")


def test_that_opening_is_a_task_that_knows_what_it_opens(photo):
    task = OpenAnything(location=str(photo))
    assert task.name == str(photo)
    assert task(carry_on) == open_picture(photo)
    assert OpenBytes(data=PHOTO, name="pasted")(carry_on).name == "pasted"


@pytest.mark.parametrize("place", ["sample:coffee", "pattern:impulse"])
def test_that_bundled_pictures_are_opened(place):
    assert open_anything(place) == open_picture(place)


@pytest.mark.parametrize("shape", ["{}", "file://{}"])
def test_that_a_session_is_opened_with_its_picture(saved, photo, shape):
    session = open_anything(shape.format(saved))
    assert (session.study.seed, session.study.picture, session.notice) == (5, open_picture(photo), "")
    assert session.located is None


def test_that_a_session_is_known_by_its_content(saved):
    renamed = saved.rename(saved.with_name("a.txt"))
    assert isinstance(open_anything(str(renamed)), Session)


def test_that_a_session_that_moved_with_its_picture_finds_it(saved, photo, tmp_path):
    shutil.move(tmp_path / "photos", tmp_path / "new" / "photos")
    shutil.move(saved, tmp_path / "new")
    session = open_anything(str(tmp_path / "new" / "a.sepviz"))
    assert session.study.picture.location == str(tmp_path / "new" / "photos" / "photo.ppm")
    assert session.notice == ""


def test_that_of_two_pictures_the_one_with_the_right_pixels_is_taken(saved, photo, tmp_path):
    (tmp_path / "new" / "photos").mkdir(parents=True)
    (tmp_path / "new" / "photos" / "photo.ppm").write_bytes(OTHER_PHOTO)
    shutil.move(saved, tmp_path / "new")
    session = open_anything(str(tmp_path / "new" / "a.sepviz"))
    assert (session.study.picture.location, session.notice) == (str(photo), "")


def test_that_a_picture_that_was_changed_is_told(saved, photo):
    photo.write_bytes(OTHER_PHOTO)
    session = open_anything(str(saved))
    assert session.study.picture is not None
    assert session.notice == "photo.ppm has other pixels than when the session was saved"


def test_that_without_the_picture_the_settings_are_restored(saved, photo):
    photo.unlink()
    session = open_anything(str(saved))
    assert (session.study.seed, session.study.picture) == (5, None)
    assert session.notice.startswith("the settings are restored without their picture: photo.ppm is not there")
    assert session.located.location == str(photo)


@pytest.mark.parametrize("kind", ["pipe", "text", "folder"])
def test_that_a_session_makes_nothing_but_an_image_file_be_read(kind, saved, photo):
    photo.unlink()
    if kind == "pipe":
        os.mkfifo(photo)
    elif kind == "folder":
        photo.mkdir()
    else:
        photo.write_text("secret words", encoding="utf-8")
    session = open_anything(str(saved))
    assert session.study.picture is None
    assert "secret" not in session.notice


@pytest.mark.parametrize("location", ["//host/share/a.png", "\\\\host\\a.png", "photo.ppm", "http://host/a.png", "~/a"])
def test_that_a_session_names_no_place_beyond_this_computer(location, saved, photo, monkeypatch):
    tried = []
    monkeypatch.setattr("sepviz.study.source.open_picture", lambda place: tried.append(place))
    text = saved.read_text(encoding="utf-8").replace(f'"{photo}"', f'"{location}"'.replace("\\", "\\\\"))
    saved.write_text(text.replace("photos/photo.ppm", "/photo.ppm"), encoding="utf-8")
    monkeypatch.chdir(photo.parent)
    assert "is not on this computer" in open_anything(str(saved)).notice
    assert tried == []


def test_that_a_picture_without_a_study_is_an_ordinary_picture():
    picture = open_anything(str(sample()))
    assert isinstance(picture, Picture)
    assert picture == open_picture(sample())
    assert find_session(sample()) is None


def test_that_a_figure_with_a_damaged_study_is_an_ordinary_picture_with_a_notice(tmp_path):
    path = tmp_path / "figure.png"
    path.write_bytes(with_study(sample().read_bytes(), "{}"))
    picture = open_anything(str(path))
    assert isinstance(picture, Picture)
    assert picture.digest == open_picture(sample()).digest
    assert picture.notice == "figure.png: the session's schema_version is missing; get a whole copy of the session"


def test_that_a_drawing_without_a_study_is_refused_with_the_next_step(tmp_path):
    path = tmp_path / "drawing.svg"
    path.write_text("<svg></svg>", encoding="utf-8")
    with pytest.raises(SessionError, match=r"drawing\.svg carries no study, and a \.svg is no picture .*convert it"):
        open_anything(str(path))


@pytest.mark.parametrize(
    "location", ["missing.png", "missing.sepviz", "", "a\0b", "~nobody-of-that-name/a", "sample:x"]
)
def test_that_what_is_not_there_is_said_as_of_any_picture(location, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    with pytest.raises(SourceError):
        open_anything(location)


def test_that_an_exhibit_is_opened_where_its_picture_never_was(tmp_path, photo):
    study = Study(picture=open_picture(photo), seed=5)
    path = tmp_path / "figure.png"
    path.write_bytes(with_study(sample().read_bytes(), to_text(Session(study=study, view=View()), embed=True)))
    photo.unlink()
    session = open_anything(str(path))
    assert replace(session.study, picture=None) == replace(study, picture=None)
    assert np.array_equal(session.study.picture.pixels, study.picture.pixels)


# ---- bytes ----


def test_that_bytes_of_a_figure_are_the_session_that_it_carries(figure):
    study = Study(picture=open_picture("pattern:impulse"), seed=7)
    opened = open_bytes(figure(study), "pasted picture")
    assert isinstance(opened, Session)
    assert replace(opened.study, picture=None) == replace(study, picture=None)
    assert opened.study.picture.digest == study.picture.digest


def test_that_bytes_of_a_picture_are_that_picture():
    opened = open_bytes(sample().read_bytes(), "pasted picture")
    assert isinstance(opened, Picture)
    assert (opened.name, opened.notice) == ("pasted picture", "")


def test_that_bytes_of_a_figure_whose_session_is_damaged_are_a_picture_that_says_so():
    opened = open_bytes(with_study(sample().read_bytes(), "{ broken"), "pasted picture")
    assert isinstance(opened, Picture)
    assert opened.name == "pasted picture"
    assert opened.notice


def test_that_bytes_have_no_folder_in_which_a_picture_is_looked_for(photo, figure, monkeypatch):
    monkeypatch.chdir(photo.parent)
    study = Study(picture=open_picture(photo))
    located = to_text(Session(study=study, view=View()), embed=False, folder=photo.parent)
    photo.rename(photo.parent.parent / "elsewhere.ppm")
    opened = open_bytes(with_study(sample().read_bytes(), located), "pasted picture")
    assert isinstance(opened, Session)
    assert opened.study.picture is None
    assert "without their picture" in opened.notice


def test_that_bytes_that_are_nothing_are_refused():
    with pytest.raises(SourceError, match="pasted picture"):
        open_bytes(b"nothing", "pasted picture")
