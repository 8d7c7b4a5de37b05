"""Promises of the files for the desktop: they name each other, and what the program opens."""

from __future__ import annotations

import json
from configparser import ConfigParser
from pathlib import Path
from xml.etree import ElementTree

import sepviz
from sepviz.assets import resource
from sepviz.study.exhibit import PDF_TYPE
from sepviz.study.formats import FORMATS
from sepviz.study.session import SUFFIX, Session, to_text
from sepviz.study.study import Study, View

ID = "org.sepviz.sepviz"
SPACE = "{http://www.freedesktop.org/standards/shared-mime-info}"


def desktop_entry():
    parser = ConfigParser(interpolation=None)
    parser.optionxform = str
    parser.read(resource("desktop", f"{ID}.desktop"), encoding="utf-8")
    return parser["Desktop Entry"]


def tree(kind):
    return ElementTree.parse(resource("desktop", f"{ID}.{kind}.xml")).getroot()


def session_type():
    return tree("mime").find(f"{SPACE}mime-type")


def test_that_the_desktop_starts_the_command_with_one_file_and_finds_its_icon():
    entry = desktop_entry()
    assert entry["Exec"] == "sepviz %f"
    assert entry["Terminal"] == "false"
    assert resource("icons", f"{entry['Icon']}.svg").is_file()


def test_that_the_desktop_offers_the_program_for_sessions_and_for_every_kind_of_picture():
    offered = desktop_entry()["MimeType"].rstrip(";").split(";")
    assert offered[0] == session_type().get("type")
    # a kind of picture has at least one type; PPM has one for each of its four headers
    assert len(offered) - 1 >= len(FORMATS)
    assert len(set(offered)) == len(offered)


def test_that_the_type_of_sessions_is_one_everywhere():
    name = session_type().get("type")
    assert name.encode() == PDF_TYPE.lstrip(b"/").replace(b"#2F", b"/")
    assert session_type().find(f"{SPACE}glob").get("pattern") == f"*{SUFFIX}"
    assert tree("metainfo").find("provides/mediatype").text == name


def test_that_a_saved_session_is_known_by_its_content():
    text = to_text(Session(study=Study(), view=View()), embed=False).encode()
    matches = list(session_type().iter(f"{SPACE}match"))
    assert len(matches) == 3
    for match in matches:
        first, _, last = match.get("offset").partition(":")
        value = match.get("value").encode()
        assert value in text[int(first) : int(last or first) + len(value)]
    assert json.loads(text)["schema_version"] == 1


def test_that_the_catalogue_of_programs_knows_the_entry_and_this_version():
    about = tree("metainfo")
    assert about.find("id").text == ID
    assert about.find("launchable").text == f"{ID}.desktop"
    assert about.find("releases/release").get("version") == sepviz.__version__
    assert about.find("project_license").text in (Path(__file__).parents[1] / "LICENSE").read_text(encoding="utf-8")
