import json
from dataclasses import replace
from datetime import date

import pytest

from sepviz.engine import machine
from sepviz.engine.checkpoint import Cancelled
from sepviz.engine.machine import MachinePeak, describe, measure_peak, remembered_peak


@pytest.fixture(autouse=True)
def cache(tmp_path, monkeypatch):
    path = tmp_path / "new folder" / "machine.json"
    monkeypatch.setattr(machine, "_cache_file", lambda: path)
    for name, small in (("SECONDS_PER_RUN", 0.002), ("ROUNDS", 2), ("PRODUCT_SIDE", 64), ("COPY_VALUES", 2**16)):
        monkeypatch.setattr(machine, name, small)
    return path


def test_that_the_machine_is_described_in_full():
    found = describe()
    assert found.cpu
    assert found.numpy[0].isdigit()
    assert min(found.cores, found.threads, found.blas_threads) >= 1
    assert found == describe()


def test_that_a_measured_peak_is_remembered():
    assert remembered_peak() is None
    seen = []
    peak = measure_peak(seen.append)
    assert peak.gflops > 0
    assert peak.bandwidth_gbps > 0
    assert date.fromisoformat(peak.measured_on) >= date(2024, 1, 1)
    assert remembered_peak() == peak
    assert seen == sorted(seen)
    assert seen[-1] == 1


def test_that_both_limits_are_the_best_of_runs_taken_in_turn(monkeypatch):
    times = {"multiply": iter((0.5, 0.2, 0.4)), "copy": iter((0.02, 0.03, 0.01))}
    order = []

    def best(run, checkpoint):
        order.append(run)
        return next(times[run])

    monkeypatch.setattr(machine, "ROUNDS", 3)
    monkeypatch.setattr(machine, "_product", lambda: ("multiply", 2e9))
    monkeypatch.setattr(machine, "_copy", lambda: ("copy", 1e8))
    monkeypatch.setattr(machine, "_best", best)
    peak = measure_peak()
    assert order == ["multiply", "copy"] * 3
    assert (peak.gflops, peak.bandwidth_gbps) == pytest.approx((10, 10))


def test_that_a_peak_remembered_without_its_day_is_taken(cache):
    measure_peak()
    entry = json.loads(cache.read_text())
    del entry["measured_on"]
    cache.write_text(json.dumps(entry))
    assert remembered_peak().measured_on == ""


def test_that_another_machines_peak_is_not_taken(cache):
    measure_peak()
    entry = json.loads(cache.read_text())
    entry["machine"]["cpu"] = "another"
    cache.write_text(json.dumps(entry))
    assert remembered_peak() is None


@pytest.mark.parametrize("content", [b"", b"{", b"[]", b"\xff\xfe", b'{"machine": 1}', b"null"])
def test_that_a_broken_file_is_ignored_and_replaced(cache, content):
    cache.parent.mkdir()
    cache.write_bytes(content)
    assert remembered_peak() is None
    peak = measure_peak()
    assert remembered_peak() == peak


@pytest.mark.parametrize("gflops", [0, -1, float("nan"), float("inf"), "fast", None])
def test_that_a_peak_which_cannot_be_is_ignored(cache, gflops):
    measure_peak()
    entry = json.loads(cache.read_text())
    cache.write_text(json.dumps(entry | {"gflops": gflops}))
    assert remembered_peak() is None


def test_that_a_cache_which_cannot_be_written_is_no_error(cache):
    cache.parent.write_text("a file where the folder should be")
    assert isinstance(measure_peak(), MachinePeak)
    assert remembered_peak() is None


def test_that_measuring_can_be_cancelled_and_leaves_nothing(cache):
    def cancel(fraction):
        raise Cancelled

    with pytest.raises(Cancelled):
        measure_peak(cancel)
    assert not cache.exists()


def test_that_a_peak_that_others_disturbed_says_so():
    calm = MachinePeak(gflops=100, bandwidth_gbps=10, measured_on="2024-02-29", share=0.95)
    assert calm.circumstances == "measured 2024-02-29"
    assert replace(calm, share=0.25).circumstances == (
        "measured 2024-02-29, too low, as other programs had 75 % of the cores"
    )
    assert MachinePeak(gflops=100, bandwidth_gbps=10).circumstances == ""


def test_that_the_share_of_the_cores_is_measured_with_the_peak():
    peak = measure_peak()
    assert 0 < peak.share <= 1
    assert remembered_peak() == peak
