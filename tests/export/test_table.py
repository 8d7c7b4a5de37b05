from __future__ import annotations

import csv
import io
import json
from dataclasses import replace

import numpy as np
import pytest

from sepviz.engine.machine import MachinePeak
from sepviz.export.table import (
    benchmark_json,
    comparison_csv,
    comparison_json,
    explanation_text,
    json_text,
    statistics,
    text_table,
)
from sepviz.study.costs import count_costs
from sepviz.study.study import Study


def test_that_the_cost_document_has_the_agreed_keys_and_numbers(article):
    document = comparison_json(article.costs, None, None)
    assert set(document) == {"baseline", "candidate", "ratio"}
    block_keys = {"kind", "params", "macs", "bytes", "intensity", "output_shape", "layers"}
    layer_keys = {"name", "params", "macs", "bytes", "intensity", "input_shape", "output_shape", "weight_shape"}
    for side in ("baseline", "candidate"):
        assert set(document[side]) == block_keys
        assert all(set(layer) == layer_keys for layer in document[side]["layers"])
    assert (document["baseline"]["params"], document["candidate"]["params"]) == (1728, 219)
    assert (document["baseline"]["macs"], document["candidate"]["macs"]) == (1_555_200, 197_100)
    assert document["ratio"] == {
        "params": pytest.approx(1728 / 219),
        "macs": pytest.approx(7.890, abs=1e-3),
        "bytes": pytest.approx(document["baseline"]["bytes"] / document["candidate"]["bytes"]),
    }
    assert document["candidate"]["layers"][0]["weight_shape"] == [3, 1, 3, 3]
    assert document["baseline"]["output_shape"] == [64, 30, 30]


def test_that_the_comparison_document_adds_the_picture_and_statistics(compared):
    comparison = compared(40, 64, size=32)
    document = comparison_json(comparison.costs, comparison, None)
    assert document["input"] == {"name": "noise.png", "width": 32, "height": 20, "mode": "RGB"}
    output = comparison.candidate.output.astype(np.float64)
    assert document["candidate"]["statistics"] == {
        "min": pytest.approx(output.min()),
        "max": pytest.approx(output.max()),
        "mean": pytest.approx(output.mean()),
        "std": pytest.approx(output.std()),
    }


def test_that_the_benchmark_document_has_the_agreed_keys_and_numbers(article, timed):
    document = benchmark_json(timed(article))
    assert set(document) == {"baseline", "candidate", "speedup", "machine"}
    assert document["baseline"] == {"median_s": 0.005, "q1_s": 0.003, "q3_s": 0.007, "repeats": 9}
    assert document["candidate"]["median_s"] == pytest.approx(0.002)
    assert document["speedup"] == {"median": 2.5, "low": 2.25, "high": 2.75}
    assert document["machine"]["cpu"]
    json_text(document)


def test_that_the_explanation_tells_method_bound_reason_and_idling_in_narrow_lines(article, timed):
    benchmark = timed(article)
    cold = replace(benchmark, timing=replace(benchmark.timing, cold_s=(0.006, 0.003)))
    text = explanation_text(cold, MachinePeak(gflops=100, bandwidth_gbps=10))
    assert max(map(len, text.splitlines())) <= 100
    flowing = " ".join(text.split())
    for part in ("for every layer the one", "At best this machine", "bound by neither", "first run after"):
        assert part in flowing


def test_that_an_unmeasured_machine_has_no_bound_but_a_way_to_one(article, timed):
    text = explanation_text(timed(article), None)
    assert "were not measured yet" in text
    assert "At best" not in text


def test_that_measured_times_join_the_costs_of_the_same_layer(article, timed):
    document = comparison_json(article.costs, article, timed(article))
    assert document["candidate"]["params"] == 219
    assert document["candidate"]["median_s"] == pytest.approx(0.002)
    assert document["speedup"]["median"] == 2.5


@pytest.mark.parametrize("bad", [np.nan, np.inf, -np.inf])
def test_that_values_that_are_not_finite_become_null(article, bad):
    maps = article.baseline.output.copy()
    maps[0, 0, 0] = bad
    trace = replace(article.baseline, activations=(maps,))
    text = json_text(comparison_json(article.costs, replace(article, baseline=trace), None))
    found = json.loads(text, parse_constant=lambda constant: pytest.fail(f"{constant} is no JSON"))
    assert found["baseline"]["statistics"]["mean"] is None
    assert found["candidate"]["statistics"]["mean"] is not None


def test_that_statistics_of_large_maps_do_not_lose_small_deviations():
    maps = np.full((1, 512, 512), 1000, np.float32)
    maps[0, ::2] += 1
    assert statistics(maps) == {"min": 1000, "max": 1001, "mean": pytest.approx(1000.5), "std": pytest.approx(0.5)}


def test_that_the_csv_has_a_row_for_every_layer_and_total(article):
    rows = list(csv.DictReader(io.StringIO(comparison_csv(article.costs))))
    assert [(row["block"], row["layer"]) for row in rows] == [
        ("baseline", "standard"),
        ("baseline", "total"),
        ("candidate", "depthwise"),
        ("candidate", "pointwise"),
        ("candidate", "total"),
    ]
    assert rows[0]["weight_shape"] == "64x3x3x3"
    assert rows[0]["output_shape"] == "64x30x30"
    assert [int(row["macs"]) for row in rows] == [1_555_200, 1_555_200, 24_300, 172_800, 197_100]
    assert float(rows[4]["intensity"]) == pytest.approx(article.costs.candidate.intensity)


def test_that_the_csv_has_the_statistics_and_times_of_the_json_document(article, timed):
    benchmark = timed(article)
    document = comparison_json(article.costs, article, benchmark)
    text = comparison_csv(article.costs, article, benchmark)
    for row in csv.DictReader(io.StringIO(text)):
        block = document[row["block"]]
        known = block | block["statistics"] if row["layer"] == "total" else {}
        for name in ("min", "max", "mean", "std", "median_s", "q1_s", "q3_s", "repeats"):
            assert row[name] == str(known.get(name, ""))


def test_that_the_csv_leaves_empty_what_is_not_known(article):
    rows = csv.DictReader(io.StringIO(comparison_csv(article.costs)))
    assert {row[name] for row in rows for name in ("min", "std", "median_s", "repeats")} == {""}


def test_that_the_terminal_table_shows_exact_numbers_ratios_and_layers(article):
    text = text_table(article.costs, None)
    parameters = next(line for line in text.splitlines() if line.startswith("Parameters"))
    assert parameters.split() == ["Parameters", "1,728", "219", "7.89×", "fewer"]
    assert "1,555,200" in text
    assert "197,100" in text
    assert "64 × 30 × 30" in text
    assert "B: pointwise" in text
    assert "Time not measured." in text


def test_that_the_terminal_table_tells_measured_from_counted(article, timed):
    text = text_table(article.costs, timed(article))
    time = next(line for line in text.splitlines() if line.startswith("Time"))
    assert "measured" in time
    assert time.split()[-6:] == ["5.00", "ms", "2.00", "ms", "2.50×", "less"]
    assert "2.25–2.75" in text
    assert "9 paired repeats" in text
    assert "A note for the reader." in " ".join(text.split())


@pytest.mark.parametrize(
    ("study", "shape"),
    [
        (Study(), (3, 8, 8)),
        (Study(out_channels=512, kernel_size=(15, 15), baseline="spatially-separable"), (512, 16384, 16384)),
    ],
)
def test_that_the_terminal_table_is_aligned_and_at_most_100_columns_wide(study, shape, article, timed):
    lines = text_table(count_costs(study, shape), timed(article)).splitlines()
    assert max(map(len, lines)) <= 100
    numbers = [line for line in lines if line.endswith(("fewer", "more", "lower", "higher", "equal"))]
    assert len({len(line) for line in numbers}) == 1


def test_that_a_survey_has_the_statistics_of_its_whole_maps(compared, surveyed):
    whole = compared(60, 70, out_channels=3)
    survey = surveyed(whole)
    found, expected = (comparison_json(one.costs, one, None) for one in (survey, whole))
    assert found["input"] == expected["input"]
    for side in ("baseline", "candidate"):
        assert found[side]["statistics"] == pytest.approx(expected[side]["statistics"], abs=1e-5)
