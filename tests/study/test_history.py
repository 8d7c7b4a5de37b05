from sepviz.study.history import LIMIT, History


def test_that_undo_and_redo_are_inverse():
    history = History(present=0).push(1).push(2)
    assert history.undo().present == 1
    assert history.undo().undo().present == 0
    assert history.undo().redo() == history


def test_that_a_push_after_undo_forgets_the_future():
    history = History(present=0).push(1).undo().push(2)
    assert history.redo().present == 2
    assert history.undo().present == 0


def test_that_the_ends_are_fixed_points():
    history = History(present=0)
    assert history.undo() is history
    assert history.redo() is history


def test_that_one_gesture_is_one_step():
    history = History(present=0)
    for value in (1, 2, 3):
        history = history.push(value, "slider")
    assert history.present == 3
    assert history.undo().present == 0


def test_that_another_gesture_is_another_step():
    history = History(present=0).push(1, "width").push(2, "height")
    assert history.undo().present == 1


def test_that_pushing_the_present_changes_nothing():
    history = History(present=0).push(1)
    assert history.push(1) is history


def test_that_the_past_is_bounded():
    history = History(present=0)
    for value in range(1, LIMIT + 50):
        history = history.push(value)
    assert len(history.past) == LIMIT
    assert history.past[-1] == LIMIT + 48
