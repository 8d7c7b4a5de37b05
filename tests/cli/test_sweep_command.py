import csv
import io
import json
import shlex
from pathlib import Path

import pytest

from sepviz.cli import sweep as module
from sepviz.cli.commands import run
from sepviz.cli.console import Console
from sepviz.cli.parser import parse
from sepviz.cli.request import SweepRequest, UsageError
from sepviz.cli.sweep import INTERRUPTED, read_range, sweep

WIDTHS = "sweep --field out_channels --range 1:512:10:log --input 3x32x32"


@pytest.fixture
def console() -> Console:
    return Console(out=io.StringIO(), err=io.StringIO())


def request_of(typed: str) -> SweepRequest:
    request = parse(shlex.split(typed))
    assert isinstance(request, SweepRequest)
    return request


def test_that_a_sweep_is_told_as_a_table_with_its_break_even(console: Console) -> None:
    assert run(request_of(WIDTHS), console) == 0
    text = console.out.getvalue()
    assert text.startswith("input 3 × 32 × 32 (C × H × W)\n")
    assert "B has fewer MACs from out_channels = 2 on." in text
    assert console.err.getvalue() == ""


def test_that_json_on_stdout_is_one_document_and_nothing_else(console: Console) -> None:
    assert run(request_of(f"{WIDTHS} --json -"), console) == 0
    document = json.loads(console.out.getvalue())
    assert [point["out_channels"] for point in document["points"]] == [2**power for power in range(10)]


def test_that_two_fields_make_a_map_in_a_csv_file(console: Console, tmp_path: Path) -> None:
    table = tmp_path / "map.csv"
    typed = f"{WIDTHS} --against kernel-size:1,3 --out-channels 7 --stride 2 --measure --budget 0.05 --csv {table}"
    assert run(request_of(typed.replace("1:512:10:log", "1,8")), console) == 0
    rows = list(csv.DictReader(table.read_text(encoding="utf-8").splitlines()))
    assert [(row["out_channels"], row["kernel_size"]) for row in rows] == [
        ("1", "1"),
        ("8", "1"),
        ("1", "3"),
        ("8", "3"),
    ]
    assert rows[0]["baseline_macs"] == str(16 * 16 * 3)
    assert float(rows[0]["speedup_median"]) > 0


def test_that_a_picture_can_be_what_is_read(console: Console) -> None:
    assert (
        run(request_of("sweep --field size --range 8,16,99999 --input pattern:impulse --grey --json -"), console) == 0
    )
    points = json.loads(console.out.getvalue())["points"]
    assert points[0]["baseline"]["output_shape"] == [64, 8, 8]
    assert "Long side is 99,999" in points[2]["problem"] or "never enlarged" in points[2]["problem"]


def test_that_what_was_done_before_an_interruption_is_kept(console: Console, monkeypatch: pytest.MonkeyPatch) -> None:
    look_at, seen = module.Sweep.__call__.__globals__["look_at"], []

    def interrupted(*arguments: object) -> object:
        seen.append(arguments)
        if len(seen) == 4:
            raise KeyboardInterrupt
        return look_at(*arguments)

    monkeypatch.setitem(module.Sweep.__call__.__globals__, "look_at", interrupted)
    assert sweep(request_of(f"{WIDTHS} --csv -"), console) == INTERRUPTED
    rows = list(csv.DictReader(console.out.getvalue().splitlines()))
    assert [row["out_channels"] for row in rows] == ["1", "2", "4"]
    assert "stopped after 3 points" in console.err.getvalue()


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        (WIDTHS.replace("out_channels", "bias"), "--field is 'bias', which cannot be swept; choose one of size"),
        (WIDTHS.replace("1:512:10:log", "1-9"), "write START:STOP:COUNT"),
        (WIDTHS.replace("1:512", "0:512"), "start is 0; out_channels can be swept from 1 to 512"),
        (WIDTHS.replace("3x32x32", "3x32"), "--input is '3x32'; write CHANNELSxHEIGHTxWIDTH"),
        (WIDTHS.replace("3x32x32", "nothing.png"), "nothing.png is not there"),
        (f"{WIDTHS} --against out_channels:1:3:3", "the field of --field; name another"),
        (f"{WIDTHS} --against stride", "--against has the range ''"),
        (WIDTHS.replace("out_channels", "groups"), "groups is read by neither layer; make one of them grouped"),
    ],
)
def test_that_a_wrong_sweep_is_told_with_the_next_step(console: Console, typed: str, said: str) -> None:
    with pytest.raises(UsageError) as caught:
        run(request_of(typed), console)
    assert said in str(caught.value)
    assert "\n" not in str(caught.value)


def test_that_a_list_and_a_range_are_read_alike() -> None:
    assert read_range("kernel_size", "3, 5,7,5", "--range") == read_range("kernel_size", "3:7:3", "--range")
