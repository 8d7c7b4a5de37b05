import json
from dataclasses import replace

from sepviz.export.table import json_text
from sepviz.export.verdict_table import verdicts_json, verdicts_text
from sepviz.lab.claims import CLAIMS, LETTERS_LEGEND
from sepviz.lab.judge import judge
from sepviz.study.study import Study

SHAPE = 3, 32, 32
VERDICTS = judge(Study(), SHAPE)


def test_that_the_document_holds_every_card_with_its_plot() -> None:
    document = json.loads(json_text(verdicts_json(VERDICTS, Study(), SHAPE)))
    assert document["input"] == {"name": "", "shape": [3, 32, 32]}
    assert [claim["name"] for claim in document["claims"]] == list(CLAIMS)
    parameters, _, time, *_ = document["claims"]
    assert parameters["holds"] == "holds"
    assert parameters["numbers"][0] == {"label": "A: Standard", "text": "1,728 parameters"}
    assert any(mark["here"] for mark in parameters["plot"]["marks"])
    assert time["plot"] is None


def test_that_the_text_has_a_card_for_each_claim_in_at_most_100_columns() -> None:
    lines = verdicts_text(VERDICTS).splitlines()
    assert [line[0] for line in lines if line[:1].isdigit()] == list("1234567")
    assert "1. Fewer parameters: HOLDS" in lines
    assert max(map(len, lines)) <= 100


def test_that_a_verdict_of_earlier_settings_is_marked_in_both() -> None:
    old = replace(VERDICTS[0], is_stale=True, further=(VERDICTS[0].plot,) if VERDICTS[0].plot else ())
    (claim,) = verdicts_json([old], Study(), SHAPE)["claims"]
    assert claim["of_earlier_settings"] is True
    assert claim["further"] == [claim["plot"]]
    assert "1. Fewer parameters: HOLDS (of earlier settings)" in verdicts_text([old])
    assert "(of earlier" not in verdicts_text(VERDICTS)


def test_that_a_claim_keeps_its_number_alone() -> None:
    text = verdicts_text(VERDICTS[5:6])
    assert "\n6. More memory traffic" in text


def test_that_the_letters_of_the_formulas_are_explained_first() -> None:
    legend = " ".join(verdicts_text(VERDICTS).split("\n\n")[0].split())
    assert legend == LETTERS_LEGEND


def test_that_nothing_is_said_where_nothing_is_known() -> None:
    (time,) = (verdict for verdict in VERDICTS if verdict.claim.name == "time")
    text = verdicts_text([time])
    assert "NOT JUDGED YET" in text
    assert "Boundary" not in text
    assert "Assumed" not in text
