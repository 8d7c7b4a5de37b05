import csv
import io
import json
from dataclasses import replace
from functools import partial
from pathlib import Path

import numpy as np
import pytest

from sepviz.cli import bench as bench_module
from sepviz.cli import compare as module
from sepviz.cli.commands import run
from sepviz.cli.compare import compare, compare_without_window
from sepviz.cli.console import Console
from sepviz.cli.request import BenchRequest, CompareRequest, CostRequest, UsageError, WindowRequest
from sepviz.engine.machine import MachinePeak
from sepviz.export.saving import ExportError
from sepviz.lab.time_claim import JudgeTime
from sepviz.study.picture import Picture
from sepviz.study.source import open_picture
from sepviz.study.study import Study

SMALL = Study(size=16, out_channels=4)
IMPULSE = CompareRequest(inputs=("pattern:impulse",), study=SMALL, time=False)


@pytest.fixture
def console() -> Console:
    return Console(out=io.StringIO(), err=io.StringIO())


@pytest.fixture
def photo(tmp_path: Path) -> Path:
    """A picture of 3 × 2 pixels, in a file whose name needs care."""
    path = tmp_path / "my photo ü.ppm"
    path.write_bytes(b"P6 3 2 255\n" + bytes(range(18)))
    return path


# ---- compare ----


def test_that_a_picture_is_compared_as_a_table(console: Console, photo: Path) -> None:
    assert compare(replace(IMPULSE, inputs=(str(photo),)), console) == 0
    assert "my photo ü.ppm: 3 × 2 px, RGB; read as 3 × 2 × 3 (C × H × W)\n" in console.out.getvalue()
    assert "MACs" in console.out.getvalue()
    assert console.err.getvalue() == ""


def test_that_json_holds_the_keys_that_scripts_rely_on(console: Console) -> None:
    assert compare(replace(IMPULSE, json="-"), console) == 0
    document = json.loads(console.out.getvalue())
    assert document.keys() >= {"baseline", "candidate", "ratio", "input"}
    assert document["input"].keys() == {"name", "width", "height", "mode"}
    assert document["ratio"].keys() == {"params", "macs", "bytes"}
    for side in ("baseline", "candidate"):
        block = document[side]
        assert block.keys() >= {"kind", "params", "macs", "bytes", "intensity", "output_shape", "layers", "statistics"}
        assert block["statistics"].keys() == {"min", "max", "mean", "std"}
        shapes = {"input_shape", "output_shape", "weight_shape"}
        assert block["layers"][0].keys() == {"name", "params", "macs", "bytes", "intensity"} | shapes
    assert document["candidate"]["output_shape"] == [4, 16, 16]


def test_that_several_inputs_make_one_json_list_and_one_csv(console: Console, photo: Path, tmp_path: Path) -> None:
    table = tmp_path / "costs.csv"
    inputs = ("pattern:impulse", str(photo))
    assert compare(replace(IMPULSE, inputs=inputs, json="-", csv=str(table)), console) == 0
    assert [each["input"]["name"] for each in json.loads(console.out.getvalue())] == ["impulse", photo.name]
    rows = list(csv.DictReader(table.read_text(encoding="utf-8").splitlines()))
    assert [row["input"] for row in rows] == [inputs[0]] * 5 + [inputs[1]] * 5


def test_that_one_input_that_fails_does_not_stop_the_others(console: Console, photo: Path) -> None:
    request = replace(IMPULSE, inputs=("missing.png", str(photo), "sample:nobody"), json="-")
    assert compare(request, console) == 1
    assert len(json.loads(console.out.getvalue())) == 1
    *complaints, total = console.err.getvalue().splitlines()
    assert [line.split()[1] for line in complaints] == ["missing.png", "there"]
    assert total == "2 of 3 inputs failed"
    assert "missing.png is not there" in complaints[0]


def test_that_an_input_for_which_memory_is_short_does_not_stop_the_others(
    console: Console, photo: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def open_one(location: str) -> Picture:
        if location == str(photo):
            raise MemoryError
        return open_picture(location)

    monkeypatch.setattr("sepviz.cli.input_picture.open_picture", open_one)
    assert compare(replace(IMPULSE, inputs=(str(photo), "pattern:impulse"), maps=None), console) == 1
    assert "not enough free memory" in console.err.getvalue().splitlines()[0]
    assert "impulse: 31 × 31 px" in console.out.getvalue()
    with pytest.raises(MemoryError):
        compare(replace(IMPULSE, inputs=(str(photo),)), console)


def test_that_of_several_inputs_progress_tells_which_it_is(photo: Path) -> None:
    class Terminal(io.StringIO):
        def isatty(self) -> bool:
            return True

    watched = Console(out=io.StringIO(), err=Terminal())
    compare(replace(IMPULSE, inputs=("pattern:impulse", str(photo))), watched)
    assert "1 of 2: opening pattern:impulse…" in watched.err.getvalue()
    assert f"2 of 2: opening {photo}…" in watched.err.getvalue()
    assert watched.err.getvalue().endswith("\r\x1b[2K")


def test_that_a_single_input_that_fails_is_a_usage_error(console: Console) -> None:
    with pytest.raises(UsageError, match=r"missing\.png is not there"):
        compare(replace(IMPULSE, inputs=("missing.png",)), console)


def test_that_an_impossible_study_is_told_with_the_picture(console: Console) -> None:
    study = replace(SMALL, candidate="grouped", groups=2)
    with pytest.raises(UsageError, match=r"impulse: groups = 2 does not divide in_channels = 1"):
        compare(replace(IMPULSE, study=study), console)


def test_that_the_maps_can_be_taken_to_numpy(console: Console, tmp_path: Path) -> None:
    compare(replace(IMPULSE, maps=tmp_path / "maps"), console)
    with np.load(tmp_path / "maps.npz") as arrays:
        assert arrays["baseline_0_maps"].shape == (4, 16, 16)
        assert arrays["candidate_1_kernel"].shape == (4, 1, 1, 1)


@pytest.mark.parametrize("suffix", ["", ".png", ".svg", ".pdf"])
def test_that_a_figure_is_drawn_without_a_display(suffix: str, console: Console, tmp_path: Path) -> None:
    compare(replace(IMPULSE, out=tmp_path / f"figure{suffix}", scale=0.5), console)
    path = tmp_path / f"figure{suffix or '.png'}"
    start = {".svg": b"<?xml", ".pdf": b"%PDF"}.get(path.suffix, b"\x89PNG")
    assert path.read_bytes().startswith(start)
    assert console.err.getvalue() == f"wrote {path}\n"


def test_that_a_figure_in_a_folder_is_named_for_its_input(console: Console, photo: Path, tmp_path: Path) -> None:
    folder = tmp_path / "new" / "figures"
    compare(replace(IMPULSE, inputs=(str(photo), "pattern:impulse"), out_dir=folder, scale=0.5), console)
    assert sorted(path.name for path in folder.iterdir()) == ["impulse.png", "my photo ü.png"]


def test_that_a_figure_that_fails_is_reported_and_counts(
    console: Console, photo: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(comparison: object, benchmark: object, claims: object, path: Path, *_: object) -> None:
        raise ExportError(f"{path.name} could not be written: the disk is full; free some space")

    monkeypatch.setattr(module, "_draw", refuse)
    assert compare(replace(IMPULSE, inputs=(str(photo), "pattern:impulse"), out_dir=tmp_path), console) == 1
    assert console.err.getvalue().count("the disk is full") == 2


@pytest.mark.parametrize(("asked", "measured"), [(None, True), (False, False), (True, True)])
def test_that_a_figure_is_timed_unless_that_is_refused(
    asked: bool | None, measured: bool, console: Console, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "FIGURE_BUDGET_S", 0.01)
    compare(replace(IMPULSE, out=tmp_path / "figure.png", scale=0.5, time=asked), console)
    assert ("Time not measured" not in console.out.getvalue()) == measured


def test_that_a_table_alone_is_not_timed_unless_that_is_asked(
    console: Console, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "FIGURE_BUDGET_S", 0.01)
    compare(replace(IMPULSE, time=None), console)
    assert "Time not measured" in console.out.getvalue()


def test_that_the_claims_come_along_where_they_are_asked_for(console: Console, tmp_path: Path) -> None:
    compare(replace(IMPULSE, out=tmp_path / "figure.svg", time=False, claims=True), console)
    assert "1. Fewer parameters: HOLDS" in console.out.getvalue()
    assert "What articles claim" in (tmp_path / "figure.svg").read_text()


def test_that_the_claims_of_a_document_hold_the_time_that_was_measured(
    console: Console, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "JudgeTime", partial(JudgeTime, budget_s=0.02))
    compare(replace(IMPULSE, time=True, claims=True, json="-"), console)
    document = json.loads(console.out.getvalue())
    (timed,) = (claim for claim in document["claims"] if claim["name"] == "time")
    assert timed["plot"]
    assert document["baseline"]["median_s"] > 0


def test_that_an_input_is_not_overwritten_through_a_supplied_suffix(console: Console, tmp_path: Path) -> None:
    photo = tmp_path / "photo.png"
    with pytest.raises(UsageError, match="and so is the INPUT"):
        compare(replace(IMPULSE, inputs=(str(photo),), out=tmp_path / "photo"), console)


# ---- cost and bench ----


def test_that_the_cost_of_the_articles_layer_is_counted(console: Console) -> None:
    assert run(CostRequest(input_shape=(3, 32, 32), study=Study(padding="valid"), json="-"), console) == 0
    document = json.loads(console.out.getvalue())
    assert (document["baseline"]["macs"], document["candidate"]["macs"]) == (1_555_200, 197_100)
    assert (document["baseline"]["params"], document["candidate"]["params"]) == (1728, 219)
    assert document["baseline"]["output_shape"] == [64, 30, 30]


def test_that_an_impossible_layer_is_told_by_cost_and_bench(console: Console) -> None:
    study = Study(padding="valid", kernel_size=(7, 7))
    with pytest.raises(UsageError, match="kernel spans 7 × 7"):
        run(CostRequest(input_shape=(3, 5, 5), study=study), console)
    with pytest.raises(UsageError, match="kernel spans 7 × 7"):
        run(BenchRequest(input_shape=(3, 5, 5), study=study, budget_s=1.0), console)
    assert console.out.getvalue() == ""


def test_that_bench_holds_the_keys_that_scripts_rely_on(console: Console) -> None:
    run(BenchRequest(input_shape=(3, 8, 8), study=SMALL, budget_s=0.02, json="-"), console)
    document = json.loads(console.out.getvalue())
    assert document.keys() == {"baseline", "candidate", "speedup", "machine"}
    for side in ("baseline", "candidate"):
        assert document[side].keys() >= {"median_s", "q1_s", "q3_s", "repeats"}
        assert 0 < document[side]["q1_s"] <= document[side]["median_s"] <= document[side]["q3_s"]
    assert document["speedup"].keys() == {"median", "low", "high"}
    assert document["machine"]["cores"] >= 1


def test_that_bench_shows_the_measured_time_beside_the_counted_macs(console: Console) -> None:
    run(BenchRequest(input_shape=(3, 8, 8), study=SMALL, budget_s=0.02), console)
    shown = console.out.getvalue()
    assert "input 3 × 8 × 8 (C × H × W)\n" in shown
    assert "MACs" in shown
    assert "measured" in shown


@pytest.mark.parametrize("peak", [None, MachinePeak(gflops=100, bandwidth_gbps=10)])
def test_that_bench_tells_why_the_times_differ_and_measures_a_machine_that_is_not_known(
    peak: MachinePeak | None, console: Console, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(bench_module, "remembered_peak", lambda: peak)
    measured = MachinePeak(gflops=50, bandwidth_gbps=5)
    monkeypatch.setattr(bench_module, "measure_peak", lambda checkpoint: measured)
    monkeypatch.setattr(bench_module, "COLD_CALLS", 1)
    run(BenchRequest(input_shape=(3, 8, 8), study=SMALL, budget_s=0.02), console)
    shown = " ".join(console.out.getvalue().split())
    assert "Method: for every layer" in shown
    assert "Warmed up / first run after" in shown
    assert "times as long as B (median of " in shown
    assert f"At best this machine ({peak.gflops if peak else 50:.0f}" in shown.replace("50.0 G", "50 G")


def test_that_bench_refuses_loops_that_would_take_minutes(console: Console) -> None:
    with pytest.raises(UsageError, match=r"One run of the article's loops .* take fewer output channels"):
        run(BenchRequest(input_shape=(3, 2048, 2048), study=Study(method="reference"), budget_s=1.0), console)
    assert console.out.getvalue() == ""


# ---- without a window ----


def test_that_without_a_window_the_main_job_is_done(
    console: Console, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(module, "FIGURE_BUDGET_S", 0.01)
    request = WindowRequest(image=None, study=SMALL, verbose=False)
    assert compare_without_window(request, "there is no display", console) == 0
    assert (tmp_path / "sepviz-comparison.png").read_bytes().startswith(b"\x89PNG")
    assert "coffee.png" in console.out.getvalue()
    first, _, last = console.err.getvalue().splitlines()
    assert "because there is no display" in first
    assert "xvfb-run" in last


def test_that_without_a_window_a_bad_picture_is_all_that_is_told(console: Console) -> None:
    request = WindowRequest(image="missing.png", study=SMALL, verbose=False)
    with pytest.raises(UsageError, match=r"missing\.png is not there"):
        compare_without_window(request, "there is no display", console)
    assert console.err.getvalue() == ""
