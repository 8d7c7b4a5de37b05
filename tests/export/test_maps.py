"""Promises of the archive of maps: all arrays under their names, told while written, whole or not there."""

from __future__ import annotations

import numpy as np
import pytest

from sepviz.engine.checkpoint import Cancelled
from sepviz.export.maps import named_maps, save_maps, stored_shapes
from sepviz.export.saving import ExportError
from sepviz.study.weight_files import list_weights, load_weights


def test_that_all_arrays_are_saved_under_their_names(compared, tmp_path):
    comparison = compared(8, 8, bias=True)
    with np.load(save_maps(tmp_path / "maps.npz", comparison)) as saved:
        np.testing.assert_array_equal(saved["input"], comparison.input)
        np.testing.assert_array_equal(saved["baseline_0_maps"], comparison.baseline.output)
        np.testing.assert_array_equal(saved["candidate_0_maps"], comparison.candidate.activations[0])
        np.testing.assert_array_equal(saved["candidate_1_maps"], comparison.candidate.output)
        np.testing.assert_array_equal(saved["candidate_1_kernel"], comparison.candidate.weights[1].kernel)
        np.testing.assert_array_equal(saved["candidate_1_bias"], comparison.candidate.weights[1].bias)
        assert set(saved) == set(named_maps(comparison))
        assert {saved[name].dtype for name in saved} == {np.dtype(np.float32)}


def test_that_maps_that_are_not_kept_are_written_as_if_they_were(compared, surveyed, tmp_path):
    whole = compared(40, 50, out_channels=3)
    survey = surveyed(whole)
    found, expected = (
        np.load(save_maps(tmp_path / f"{number}.npz", one)) for number, one in enumerate((survey, whole))
    )
    with found, expected:
        assert set(found) == set(expected)
        for name in expected:
            assert found[name].dtype == np.float32
            np.testing.assert_allclose(found[name], expected[name], rtol=0, atol=1e-5)


def test_that_a_layer_without_bias_has_none_in_the_archive(article):
    assert not [name for name in named_maps(article) if name.endswith("bias")]


def test_that_it_is_told_how_much_is_written(article, tmp_path):
    fractions = []
    save_maps(tmp_path / "maps.npz", article, fractions.append)
    assert fractions[0] == 0.0
    assert fractions == sorted(fractions)
    assert 0.5 < fractions[-1] <= 1.0


def test_that_stopping_half_way_leaves_the_file_that_was_there(article, tmp_path):
    def stop(fraction):
        if fraction > 0.4:
            raise Cancelled

    path = tmp_path / "maps.npz"
    path.write_text("old")
    with pytest.raises(Cancelled):
        save_maps(path, article, stop)
    assert [(each.name, each.read_text()) for each in tmp_path.iterdir()] == [("maps.npz", "old")]


def test_that_arrays_that_cannot_be_saved_are_reported(article, tmp_path):
    with pytest.raises(ExportError, match="no folder"):
        save_maps(tmp_path / "absent" / "maps.npz", article)


def test_that_the_shapes_are_known_without_reading_the_numbers(article, tmp_path):
    path = save_maps(tmp_path / "maps.npz", article)
    assert stored_shapes(path) == {name: array.shape for name, array in named_maps(article).items()}


def test_that_every_cut_of_an_archive_is_refused_in_one_sentence(compared, tmp_path):
    path = save_maps(tmp_path / "maps.npz", compared(4, 4, out_channels=2))
    whole = path.read_bytes()
    for length in range(0, len(whole), 97):
        path.write_bytes(whole[:length])
        with pytest.raises(ExportError, match=r"maps\.npz cannot be read \(it is no archive of NumPy arrays\)"):
            stored_shapes(path)


def test_that_its_kernels_can_be_loaded_as_weights_with_their_biases(compared, tmp_path):
    comparison = compared(8, 8, bias=True)
    path = save_maps(tmp_path / "maps.npz", comparison)
    kernels = ["baseline_0_kernel", "candidate_0_kernel", "candidate_1_kernel"]
    assert sorted(entry.name for entry in list_weights(path)) == kernels
    (layer,) = load_weights(path, "candidate_1_kernel").layers
    np.testing.assert_array_equal(layer.weights.bias, comparison.candidate.weights[1].bias)
