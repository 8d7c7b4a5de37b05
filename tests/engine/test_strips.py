import os
import subprocess
import sys
import threading

import numpy as np
import pytest

from sepviz.engine.checkpoint import Cancelled
from sepviz.engine.conv2d import conv2d
from sepviz.engine.spec import Conv2dSpec
from sepviz.engine.strips import allocate, blas, run_strips, scratch, single_threaded_blas, thread_count


def blas_threads():
    return [library.get_num_threads() for library in blas().lib_controllers]


@pytest.fixture(autouse=True)
def two_threads(monkeypatch):
    monkeypatch.setenv("SEPVIZ_THREADS", "2")


@pytest.fixture
def two_blas_threads():
    with blas().limit(limits=2):
        yield


def test_that_every_strip_runs_once():
    done = []
    run_strips([lambda number=number: done.append(number) for number in range(50)])
    assert sorted(done) == list(range(50))


def test_that_a_helper_really_takes_strips():
    both = threading.Barrier(2, timeout=10)
    run_strips([lambda: both.wait(), lambda: both.wait()])
    assert not both.broken


def test_that_the_checkpoint_runs_on_the_calling_thread_only():
    threads = set()
    run_strips([lambda: None] * 200, lambda fraction: threads.add(threading.get_ident()))
    assert threads <= {threading.get_ident()}


def test_that_one_thread_reports_every_strip(monkeypatch):
    monkeypatch.setenv("SEPVIZ_THREADS", "1")
    seen = []
    run_strips([lambda: None] * 4, seen.append)
    assert seen == [0.25, 0.5, 0.75, 1]


@pytest.mark.parametrize("culprit", [0, 1, 7])
def test_that_a_failing_strip_is_reported_and_the_helpers_go_on_working(culprit):
    def fail():
        raise ArithmeticError("strip")

    strips = [lambda: None] * 8
    strips[culprit] = fail
    with pytest.raises(ArithmeticError):
        run_strips(strips)
    test_that_a_helper_really_takes_strips()


def test_that_a_strip_may_run_strips_of_its_own():
    inner = []
    run_strips([lambda: run_strips([lambda: inner.append(1)] * 3)] * 4)
    assert len(inner) == 12


@pytest.mark.usefixtures("two_blas_threads")
def test_that_blas_has_one_thread_inside_and_its_own_number_afterwards():
    inside = []
    run_strips([lambda: inside.extend(blas_threads())] * 2)
    assert set(inside) == {1}
    assert set(blas_threads()) == {2}


@pytest.mark.usefixtures("two_blas_threads")
def test_that_blas_is_restored_after_an_error_and_after_nesting():
    with pytest.raises(ZeroDivisionError), single_threaded_blas(), single_threaded_blas():
        run_strips([lambda: 1 / 0])
    assert set(blas_threads()) == {2}


@pytest.mark.parametrize("threads", ["1", "2"])
def test_that_a_long_strip_is_left_where_it_pauses(threads, monkeypatch):
    monkeypatch.setenv("SEPVIZ_THREADS", threads)
    done, seen = [], []

    def long():
        for step in range(1000):
            done.append(step)
            yield

    run_strips([long, long])
    assert len(done) == 2000
    done.clear()

    def cancel(fraction):
        seen.append(fraction)
        if len(seen) == 3:
            raise Cancelled

    with pytest.raises(Cancelled):
        run_strips([long], cancel)
    assert len(done) == 3


def test_that_what_is_not_finite_is_no_warning_inside_a_strip_and_one_outside():
    def divide():
        np.ones(1) / np.zeros(1)
        yield

    def watch(fraction):
        assert np.geterr()["divide"] == "warn"

    run_strips([divide], watch)


def test_that_two_threads_may_compute_at_once():
    spec = Conv2dSpec(in_channels=3, out_channels=16, padding="same")
    random = np.random.default_rng(0)
    pictures = [random.standard_normal((3, 200, 200)).astype(np.float32) for _ in range(3)]
    weight = random.standard_normal(spec.weight_shape).astype(np.float32)
    expected = [conv2d(x, weight, None, spec) for x in pictures]
    right = []

    def compute(number):
        right.extend(np.array_equal(conv2d(pictures[number], weight, None, spec), expected[number]) for _ in range(10))

    threads = [threading.Thread(target=compute, args=(number,)) for number in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assert right == [True] * 30
    assert not any(thread.is_alive() for thread in threads)


@pytest.mark.parametrize(("text", "number"), [("1", 1), ("3", 3)])
def test_that_the_environment_sets_the_threads(text, number, monkeypatch):
    monkeypatch.setenv("SEPVIZ_THREADS", text)
    assert thread_count() == number


@pytest.mark.parametrize("text", ["", "0", "-1", "many"])
def test_that_nonsense_in_the_environment_means_all_cores(text, monkeypatch):
    monkeypatch.setenv("SEPVIZ_THREADS", text)
    assert 1 <= thread_count() <= os.cpu_count()


def test_that_scratch_is_used_again_by_its_thread_but_never_shared():
    first = scratch("test", (4, 5), np.float32)
    again = scratch("test", (3, 5), np.float32)
    other = []
    thread = threading.Thread(target=lambda: other.append(scratch("test", (4, 5), np.float32)))
    thread.start()
    thread.join()
    assert np.shares_memory(first, again)
    assert not np.shares_memory(first, other[0])


def test_that_a_large_array_is_made_in_pieces_that_hear_a_cancel():
    calls = []

    def cancel(fraction):
        calls.append(fraction)
        raise Cancelled

    assert allocate((2, 3), np.float64, cancel).shape == (2, 3)
    with pytest.raises(Cancelled):
        allocate((5, 1024, 1024), np.float32, cancel)
    assert calls == [0]
    assert allocate((5, 1024, 1024), np.float32).dtype == np.float32


def test_that_an_array_whose_making_was_cancelled_is_made_anew_the_next_time():
    def cancel(fraction):
        raise Cancelled

    shape, told = (7, 1024, 1024), []
    with pytest.raises(Cancelled):
        allocate(shape, np.float32, cancel)
    allocate(shape, np.float32, told.append)
    assert told


def test_that_the_interpreter_exits_with_helpers_waiting():
    code = "from sepviz.engine.strips import run_strips; run_strips([lambda: None] * 9); print('done')"
    answer = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, timeout=30, check=True)
    assert (answer.stdout, answer.stderr) == ("done\n", "")
