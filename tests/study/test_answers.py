import numpy as np

from sepviz.study.answers import Answers
from sepviz.study.compare import Compare
from sepviz.study.picture import picture_from_array
from sepviz.study.study import Study

PICTURE = picture_from_array(np.zeros((16, 16), np.uint8), "black.png")


def comparison(seed):
    return Compare(study=Study(picture=PICTURE, out_channels=4, seed=seed))()


def test_that_an_answer_is_found_by_its_question():
    answers, known = Answers(), comparison(1)
    answers.put(known)
    assert answers.get(known.study) is known
    assert answers.get(Study(picture=PICTURE, seed=2)) is None


def test_that_bytes_are_bounded_and_the_oldest_goes_first():
    first, second, third = (comparison(seed) for seed in range(3))
    answers = Answers(limit=2 * first.nbytes)
    answers.put(first)
    answers.put(second)
    assert answers.get(first.study) is first
    answers.put(third)
    assert answers.nbytes <= 2 * first.nbytes
    assert answers.get(second.study) is None
    assert answers.get(first.study) is first


def test_that_the_newest_is_kept_even_when_it_is_too_large():
    answers, known = Answers(limit=1), comparison(1)
    answers.put(known)
    assert answers.get(known.study) is known


def test_that_a_forgotten_answer_is_gone():
    answers, known = Answers(), comparison(1)
    answers.put(known)
    answers.forget(known.study)
    assert answers.get(known.study) is None
