from dataclasses import fields

import pytest

from sepviz.study.params import (
    STUDY_PARAMS,
    VIEW_PARAMS,
    ParamError,
    complaint,
    format_value,
    parse_value,
    range_complaints,
)
from sepviz.study.study import Study, View


def test_that_every_field_of_a_study_is_declared():
    assert set(STUDY_PARAMS) == {field.name for field in fields(Study)} - {"picture", "kernels"}


def test_that_declared_view_fields_exist():
    assert set(VIEW_PARAMS) <= {field.name for field in fields(View)}


@pytest.mark.parametrize("param", [*STUDY_PARAMS.values(), *VIEW_PARAMS.values()], ids=lambda param: param.name)
def test_that_defaults_are_within_their_range_and_survive_writing(param):
    value = getattr(Study() if param.name in STUDY_PARAMS else View(), param.name)
    assert complaint(param, value) == ""
    assert parse_value(param, format_value(param, value)) == value
    assert param.help.endswith(".")


@pytest.mark.parametrize(
    ("name", "text", "value"),
    [
        ("kernel_size", "3", (3, 3)),
        ("kernel_size", "3x5", (3, 5)),
        ("kernel_size", "3×5", (3, 5)),
        ("padding", "same", "same"),
        ("padding", "VALID", "valid"),
        ("padding", "2", ((2, 2), (2, 2))),
        ("padding", "1,2,3,4", ((1, 2), (3, 4))),
        ("size", "native", 0),
        ("size", "1,024", 1024),
        ("bias", "on", True),
        ("candidate", "Grouped", "grouped"),
    ],
)
def test_that_values_are_read_as_they_are_meant(name, text, value):
    assert parse_value(STUDY_PARAMS[name], text) == value


@pytest.mark.parametrize(
    ("name", "text", "words"),
    [
        ("out_channels", "0", "from 1 to 512"),
        ("out_channels", "many", "a whole number from 1 to 512"),
        ("kernel_size", "3x", "HEIGHTxWIDTH"),
        ("kernel_size", "3x3x3", "HEIGHTxWIDTH"),
        ("kernel_size", "16", "from 1 to 15"),
        ("padding", "1,2", "top,bottom,left,right"),
        ("padding", "-1", "top,bottom,left,right"),
        ("baseline", "magic", "depthwise-separable"),
        ("bias", "maybe", "on or off"),
        ("size", "", "native"),
    ],
)
def test_that_a_wrong_text_is_answered_with_what_would_do(name, text, words):
    with pytest.raises(ParamError, match="is") as caught:
        parse_value(STUDY_PARAMS[name], text)
    assert words in str(caught.value)


def test_that_every_bad_field_is_named_at_once():
    assert set(range_complaints(Study(out_channels=0, kernel_size=(0, 3), init="magic"))) == {
        "out_channels",
        "kernel_size",
        "init",
    }
