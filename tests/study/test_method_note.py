from sepviz.study.method_note import method_note
from sepviz.study.study import Study

INPUT = (3, 32, 32)


def test_that_layers_which_the_method_cannot_do_are_named_with_the_reason():
    note = method_note(Study(method="banded"), INPUT)
    assert note.startswith("Where banded does not apply, A's standard layer runs with planar: ")
    assert "each map reads 3" in note
    assert "B's pointwise layer runs with pointwise: " in note
    assert "depthwise layer runs" not in note
    assert note.endswith(".")


def test_that_there_is_no_note_where_the_method_applies():
    assert method_note(Study(method="auto"), INPUT) == ""
    assert method_note(Study(method="reference"), INPUT) == ""
    assert method_note(Study(method="planar"), INPUT) == ""


def test_that_a_study_which_cannot_be_computed_has_no_note():
    assert method_note(Study(method="winograd", out_channels=0), INPUT) == ""
    assert method_note(Study(method="winograd", baseline="grouped", groups=2), INPUT) == ""
