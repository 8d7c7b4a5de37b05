import io
import json
from dataclasses import replace
from functools import partial
from pathlib import Path

import pytest

from sepviz.cli import claims as command
from sepviz.cli.claims import claims
from sepviz.cli.console import Console
from sepviz.cli.parser import parse
from sepviz.cli.request import ClaimsRequest, UsageError
from sepviz.lab.claims import CLAIMS
from sepviz.lab.initialisation import SpreadOfInitialisation
from sepviz.lab.time_claim import JudgeTime
from sepviz.lab.training import BATCH, TrainPair
from sepviz.study.study import Study

REQUEST = ClaimsRequest(input="3x32x32", study=Study(), json="-")


@pytest.fixture
def console() -> Console:
    return Console(out=io.StringIO(), err=io.StringIO())


def verdicts(request: ClaimsRequest, console: Console) -> dict[str, str]:
    assert claims(request, console) == 0
    return {claim["name"]: claim["holds"] for claim in json.loads(console.out.getvalue())["claims"]}


def test_that_counting_alone_leaves_the_experiments_open(console: Console) -> None:
    found = verdicts(REQUEST, console)
    assert list(found) == list(CLAIMS)
    assert found["parameters"] == found["traffic"] == "holds"
    assert found["time"] == found["accuracy"] == found["initialisation"] == "not judged yet"


def test_that_each_experiment_fills_its_card(console: Console, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(command, "JudgeTime", partial(JudgeTime, budget_s=0.05))
    monkeypatch.setattr(command, "SpreadOfInitialisation", partial(SpreadOfInitialisation, seeds=2, depth=1))
    monkeypatch.setattr(command, "TrainPair", partial(TrainPair, seeds=(0,), epochs=1, width=2, pictures=BATCH))
    request = ClaimsRequest(
        input="3x8x8", study=Study(out_channels=4), experiments=("time", "initialisation", "accuracy"), json="-"
    )
    assert claims(request, console) == 0
    cards = {claim["name"]: claim for claim in json.loads(console.out.getvalue())["claims"]}
    assert list(cards) == list(CLAIMS)
    assert all(cards[name]["plot"] for name in request.experiments)


def test_that_the_cards_are_shown_as_text(console: Console) -> None:
    request = ClaimsRequest(input="pattern:impulse", study=Study(size=16))
    assert claims(request, console) == 0
    assert console.out.getvalue().startswith("input 1 × 16 × 16 (C × H × W)\n\nIn formulas: K² = ")
    assert "\n\n1. Fewer parameters: HOLDS\n" in console.out.getvalue()


def test_that_an_input_that_cannot_be_is_a_usage_error(console: Console) -> None:
    with pytest.raises(UsageError, match=r"missing\.png is not there"):
        claims(ClaimsRequest(input="missing.png", study=Study()), console)
    with pytest.raises(UsageError, match="groups = 2 does not divide"):
        claims(ClaimsRequest(input="3x8x8", study=Study(candidate="grouped", groups=2)), console)


def test_that_the_words_typed_become_the_request() -> None:
    request = parse(["claims", "3x32x32", "--out-channels", "8", "--experiments", "time,accuracy", "--json", "-"])
    assert request == ClaimsRequest(
        input="3x32x32", study=Study(out_channels=8), experiments=("time", "accuracy"), json="-"
    )


@pytest.mark.parametrize(
    ("typed", "experiments"),
    [
        ([], ("time",)),
        (["--experiments", "none"], ()),
        (["--experiments", "all"], ("time", "initialisation", "accuracy")),
    ],
)
def test_that_only_time_is_measured_unless_told_otherwise(typed: list[str], experiments: tuple[str, ...]) -> None:
    request = parse(["claims", *typed])
    assert isinstance(request, ClaimsRequest)
    assert (request.input, request.experiments) == ("sample:coffee", experiments)


def test_that_an_unknown_experiment_is_told_with_those_that_are() -> None:
    with pytest.raises(UsageError, match="'luck'; write time, initialisation, accuracy, all or none"):
        parse(["claims", "--experiments", "luck"])


def test_that_the_wanted_cards_are_painted(console: Console, tmp_path: Path) -> None:
    request = replace(REQUEST, json=None, only=("traffic",), out=tmp_path / "card")
    assert claims(request, console) == 0
    assert (tmp_path / "card.png").stat().st_size > 1000
    assert console.out.getvalue().count("Claim:") == 1
    assert "wrote" in console.err.getvalue()


@pytest.mark.parametrize(
    ("name", "reason"), [("card.jpg", r"one of \.png, \.svg, \.pdf"), ("no folder/card.png", "there is no folder")]
)
def test_that_cards_that_cannot_be_painted_are_refused_before_anything_is_judged(
    console: Console, tmp_path: Path, name: str, reason: str
) -> None:
    with pytest.raises(UsageError, match=reason):
        claims(replace(REQUEST, input="missing.png", out=tmp_path / name), console)


def test_that_only_claims_that_there_are_can_be_wanted() -> None:
    request = parse(["claims", "--only", "time,traffic", "--out", "cards.pdf"])
    assert isinstance(request, ClaimsRequest)
    assert (request.only, request.out) == (("time", "traffic"), Path("cards.pdf"))
    with pytest.raises(UsageError, match="--only has 'speed'; write parameters, computation"):
        parse(["claims", "--only", "speed"])
