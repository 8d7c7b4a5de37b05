from dataclasses import replace

import numpy as np

from sepviz.study.compare import Compare
from sepviz.study.kernels import own_kernel, with_kernel, without_kernel, without_misfits
from sepviz.study.picture import picture_from_array
from sepviz.study.study import Study

PIXELS = np.random.default_rng(2).integers(0, 256, (12, 14), dtype=np.uint8)
STUDY = Study(picture=picture_from_array(PIXELS, "noise.png"), out_channels=2)
IDENTITY = np.zeros((2, 1, 3, 3))
IDENTITY[:, :, 1, 1] = 1


def own(kernel=IDENTITY, side="baseline", layer=0):
    return own_kernel(side, layer, kernel, None, "edited")


def test_that_an_own_kernel_stands_in_for_the_drawn_one():
    comparison = Compare(study=with_kernel(STUDY, own()))()
    assert np.array_equal(comparison.baseline.output[1], comparison.input[0])
    plain = Compare(study=STUDY)()
    assert np.array_equal(comparison.candidate.output, plain.candidate.output)


def test_that_equal_numbers_make_equal_studies_and_others_do_not():
    assert with_kernel(STUDY, own()) == with_kernel(STUDY, own(IDENTITY.copy()))
    assert with_kernel(STUDY, own()) != with_kernel(STUDY, own(2 * IDENTITY))


def test_that_a_layer_has_one_kernel_of_its_own_at_most():
    study = with_kernel(with_kernel(STUDY, own()), own(2 * IDENTITY))
    assert len(study.kernels) == 1
    assert without_kernel(study, "baseline", 0) == STUDY


def test_that_a_kernel_that_no_longer_fits_is_dropped():
    study = with_kernel(STUDY, own())
    assert without_misfits(study) is study
    assert without_misfits(replace(study, kernel_size=(5, 5))).kernels == ()
    assert without_misfits(replace(study, bias=True)).kernels == ()
    assert without_misfits(replace(study, stride=(2, 2))).kernels == study.kernels


def test_that_the_callers_array_stays_its_own():
    kernel = IDENTITY.copy()
    kept = own(kernel)
    kernel[:] = 7
    assert kept.weights.kernel.max() == 1
    assert not kept.weights.kernel.flags.writeable
