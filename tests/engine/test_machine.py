import json

import pytest

from sepviz.engine import machine
from sepviz.engine.checkpoint import Cancelled
from sepviz.engine.machine import MachinePeak, describe, measure_peak, remembered_peak


@pytest.fixture(autouse=True)
def cache(tmp_path, monkeypatch):
    path = tmp_path / "new folder" / "machine.json"
    monkeypatch.setattr(machine, "_cache_file", lambda: path)
    monkeypatch.setattr(machine, "SECONDS_PER_MEASUREMENT", 0.02)
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
    assert remembered_peak() == peak
    assert seen == sorted(seen)
    assert seen[-1] == 1


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
