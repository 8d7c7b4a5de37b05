import threading

import numpy as np
import pytest

from sepviz.engine import pool

SHAPE = (4, 512, 512)


@pytest.fixture(autouse=True)
def empty_pool(monkeypatch):
    monkeypatch.setattr(pool, "_pieces", [])


def taken(shape, dtype=np.float32):
    array, known = pool.borrow(shape, dtype)
    if not known:
        pool.keep(array)
    return array


def address(array):
    return array.__array_interface__["data"][0]


def test_that_memory_is_used_again_when_its_array_is_gone():
    array, known = pool.borrow(SHAPE, np.float32)
    pool.keep(array)
    first = address(array)
    assert not known
    del array
    again, known = pool.borrow(SHAPE, np.float32)
    assert known
    assert address(again) == first
    assert again.shape == SHAPE


def test_that_memory_in_use_is_never_given_out():
    array = taken(SHAPE)
    array[:] = 7
    view = array[1:, ::2]
    del array
    other, known = pool.borrow(SHAPE, np.float32)
    other[:] = 1
    assert not known
    assert (view == 7).all()


def test_that_a_view_of_another_type_keeps_its_memory():
    array = taken(SHAPE)
    array[:] = 0
    view = array.reshape(-1).view(np.uint8)[5:]
    del array
    other, _ = pool.borrow(SHAPE, np.float32)
    other[:] = 1
    assert not view.any()


def test_that_a_much_larger_piece_is_not_spent_on_a_small_array():
    array = taken(SHAPE)
    del array
    _, known = pool.borrow((1, 512, 512), np.float32)
    assert not known


def test_that_the_pool_is_bounded(monkeypatch):
    monkeypatch.setattr(pool, "KEPT_BYTES", 3 * 2**22)
    held = [taken(SHAPE) for _ in range(6)]
    for number, array in enumerate(held):
        array[:] = number
    assert pool.kept_bytes() <= 3 * 2**22
    assert [array.max() for array in held] == list(range(6))


def test_that_small_arrays_are_left_to_the_heap():
    taken((3, 8, 8))
    assert pool.kept_bytes() == 0


def test_that_threads_never_share_a_piece():
    clashes = []

    def work(number):
        for _ in range(50):
            array = taken((1, 512, 512), np.float64)
            array[:] = number
            if not (array == number).all():
                clashes.append(number)

    threads = [threading.Thread(target=work, args=(number,)) for number in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert not clashes


def test_that_an_array_beyond_the_pools_bound_is_not_kept_and_drives_nothing_out(monkeypatch):
    monkeypatch.setattr(pool, "KEPT_BYTES", 2**23)
    kept = taken(SHAPE)
    first = address(kept)
    huge = taken((3, 4, 512, 512))
    assert pool.kept_bytes() == kept.nbytes
    del kept, huge
    assert address(pool.borrow(SHAPE, np.float32)[0]) == first


def test_that_memory_which_was_not_kept_is_not_known():
    array, _ = pool.borrow(SHAPE, np.float32)
    del array
    assert pool.kept_bytes() == 0
    assert not pool.borrow(SHAPE, np.float32)[1]
