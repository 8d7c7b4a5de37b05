import csv
import json
from dataclasses import replace

from sepviz.engine.machine import MachinePeak
from sepviz.export.sweep_table import sweep_csv, sweep_json, sweep_text
from sepviz.export.table import json_text
from sepviz.lab.crossover import CrossoverMap
from sepviz.lab.sweep import Sweep
from sepviz.study.study import Study

SHAPE = (6, 8, 8)
GROUPS = Sweep(study=Study(candidate="grouped", out_channels=12), field="groups", values=(1, 4, 6), input_shape=SHAPE)
MAP = CrossoverMap(
    study=Study(),
    field_x="out_channels",
    values_x=(1, 8),
    field_y="stride",
    values_y=(1, 2),
    input_shape=SHAPE,
    budget_s_per_point=0.01,
)


def test_that_json_has_points_problems_and_break_even() -> None:
    document = json.loads(json_text(sweep_json(GROUPS())))
    assert document["fields"] == ["groups"]
    assert document["complete"] is True
    assert document["input_shape"] == list(SHAPE)
    first, second, third = document["points"]
    assert first["groups"] == 1
    assert first["ratio"] == {"params": 1.0, "macs": 1.0, "bytes": 1.0}
    assert second.keys() == {"groups", "problem"}
    assert third["candidate"]["params"] == 9 * 12
    assert {"field": "groups", "quantity": "params", "at": 2, "candidate_less": True, "is_certain": True} in document[
        "break_even"
    ]
    assert "machine" not in document


def test_that_measured_points_have_times_and_the_machine() -> None:
    document = json.loads(json_text(sweep_json(MAP())))
    assert document["fields"] == ["out_channels", "stride"]
    assert [(point["out_channels"], point["stride"]) for point in document["points"]] == [
        (1, 1),
        (8, 1),
        (1, 2),
        (8, 2),
    ]
    for point in document["points"]:
        assert point["speedup"]["low"] <= point["speedup"]["median"] <= point["speedup"]["high"]
        assert point["baseline"].keys() >= {"median_s", "q1_s", "q3_s", "repeats", "params", "output_shape"}
    assert document["machine"]["cores"] >= 1
    assert "break_even" not in document


def test_that_csv_has_a_row_for_every_point_and_leaves_the_unknown_empty() -> None:
    rows = list(csv.DictReader(sweep_csv(GROUPS()).splitlines()))
    assert [row["groups"] for row in rows] == ["1", "4", "6"]
    assert rows[0]["baseline_params"] == str(9 * 6 * 12)
    assert rows[0]["baseline_median_s"] == rows[1]["baseline_params"] == rows[1]["ratio_macs"] == ""
    assert "does not divide" in rows[1]["problem"]
    assert rows[2]["ratio_params"] == "6.0"


def test_that_the_least_time_is_told_where_the_machines_peak_is_known() -> None:
    peak, result = MachinePeak(gflops=1e5, bandwidth_gbps=10.0), GROUPS()  # memory is the limit
    bytes_a = result.valid[0].costs.baseline.bytes
    point = sweep_json(result, peak)["points"][0]
    assert point["baseline"]["lower_bound_s"] == bytes_a / 10e9
    row = next(csv.DictReader(sweep_csv(result, peak).splitlines()))
    assert float(row["baseline_lower_bound_s"]) == bytes_a / 10e9
    assert "lower_bound_s" not in sweep_json(result)["points"][0]["baseline"]


def test_that_csv_of_a_map_has_both_fields_and_the_speedup() -> None:
    rows = list(csv.DictReader(sweep_csv(MAP()).splitlines()))
    assert [(row["out_channels"], row["stride"]) for row in rows] == [("1", "1"), ("8", "1"), ("1", "2"), ("8", "2")]
    assert all(float(row["speedup_median"]) > 0 for row in rows)


def test_that_the_text_tells_break_even_and_what_was_left_out() -> None:
    lines = sweep_text(GROUPS()).splitlines()
    assert lines[0].split()[:3] == ["groups", "params", "A"]
    assert "B has fewer parameters from groups = 2 on." in lines
    assert lines[-1].startswith("groups = 4: groups = 4 does not divide in_channels = 6")
    assert "time" not in lines[0]
    assert "time A" in sweep_text(replace(MAP, values_x=(1,))()).splitlines()[0]
