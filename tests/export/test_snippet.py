"""Promises of the code that is copied: it runs as it stands, and with our weights it makes our maps."""

from __future__ import annotations

import ast
import os
import re
from contextlib import contextmanager

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sepviz.engine.block import BLOCKS
from sepviz.engine.spec import EngineError
from sepviz.export.code.snippet import FRAMEWORKS, snippet
from sepviz.export.maps import save_maps
from sepviz.study.compare import Compare
from sepviz.study.costs import find_problems
from sepviz.study.kernels import SIDES, own_kernel, with_kernel
from sepviz.study.source import picture_from_array
from sepviz.study.study import Study

pytestmark = pytest.mark.filterwarnings("ignore::DeprecationWarning:keras")
TOLERANCE = 1e-4
PAIRS = [tuple(sorted((kind, other))) for kind in BLOCKS for other in ("standard", "depthwise-separable")]
UNUSUAL = (
    {"stride": (2, 2)},
    {"stride": (2, 1), "kernel_size": (4, 3)},
    {"stride": (3, 3), "dilation": (2, 2), "bias": True},
    {"kernel_size": (2, 4), "dilation": (1, 3)},
    {"padding": ((2, 0), (1, 3)), "bias": True},
    {"padding": "valid", "stride": (1, 2), "dilation": (2, 1)},
    {"activation": "relu", "bias": True},
    {"activation": "relu6", "init": "sobel-x", "depth_multiplier": 3},
    {"kernel_size": (1, 1), "stride": (2, 2), "dilation": (3, 3)},
)


def noise(height=13, width=11, *, grey=False):
    shape = (height, width) if grey else (height, width, 3)
    return picture_from_array(np.random.default_rng(0).integers(0, 256, shape, np.uint8), "noise.png")


def study(**fields):
    usual = {"picture": noise(), "size": 0, "out_channels": 6, "groups": 3, "depth_multiplier": 2}
    return Study(**(usual | fields))


@contextmanager
def run(code):
    """Run `code` as a program; what it defines is there within the block."""
    defined = {"__name__": "snippet"}
    exec(compile(code, "<snippet>", "exec"), defined)
    yield defined
    if isinstance(data := defined.get("data"), np.lib.npyio.NpzFile):
        data.close()


def differences(study, framework, folder, capsys):
    """Return how far the maps of the code are from ours, as the code itself says."""
    archive = save_maps(folder / "data.npz", Compare(study=study)())
    with run(snippet(study, framework, archive=str(archive))):
        pass
    return [float(number) for number in re.findall(r"largest difference (\S+)", capsys.readouterr().out)]


def agrees(study, framework, folder, capsys):
    found = differences(study, framework, folder, capsys)
    assert len(found) == 2
    assert max(found) < TOLERANCE


kinds = pytest.mark.parametrize(("baseline", "candidate"), sorted(set(PAIRS)))
unusual = pytest.mark.parametrize("fields", UNUSUAL, ids=str)


# ---- NumPy ----


@kinds
def test_that_the_numpy_code_of_every_kind_makes_our_maps(baseline, candidate, tmp_path, capsys):
    agrees(study(baseline=baseline, candidate=candidate, bias=True), "numpy", tmp_path, capsys)


@st.composite
def studies(draw):
    pair = st.tuples(st.integers(1, 4), st.integers(1, 4))
    pads = st.tuples(st.tuples(st.integers(0, 3), st.integers(0, 3)), st.tuples(st.integers(0, 3), st.integers(0, 3)))
    kind = st.sampled_from(sorted(BLOCKS))
    return Study(
        picture=noise(draw(st.integers(5, 14)), draw(st.integers(5, 14)), grey=draw(st.booleans())),
        size=0,
        out_channels=draw(st.sampled_from((3, 6))),
        kernel_size=draw(pair),
        stride=draw(pair),
        dilation=draw(pair),
        padding=draw(st.one_of(st.just("same"), st.just("valid"), pads)),
        bias=draw(st.booleans()),
        baseline=draw(kind),
        candidate=draw(kind),
        depth_multiplier=draw(st.integers(1, 3)),
        activation=draw(st.sampled_from(("none", "relu", "relu6"))),
        seed=draw(st.integers(0, 9)),
    )


@given(study=studies())
def test_that_the_numpy_code_of_any_geometry_makes_our_maps(study, tmp_path_factory):
    if find_problems(study):
        return
    comparison = Compare(study=study)()
    archive = save_maps(tmp_path_factory.getbasetemp() / "any.npz", comparison)
    with run(snippet(study, "numpy", archive=str(archive))) as defined:
        for side in SIDES:
            expected = getattr(comparison, side).output
            np.testing.assert_allclose(defined[side](comparison.input), expected, atol=TOLERANCE)


def test_that_edited_kernels_come_along(tmp_path, capsys):
    edited = np.full((6, 3, 3, 3), 0.25, np.float32)
    own = with_kernel(study(), own_kernel("baseline", 0, edited, None, "<b>'\"\nimport os</b>"))
    agrees(own, "numpy", tmp_path, capsys)
    assert "seed 0, some edited)" in snippet(own, "numpy")
    assert "import os" not in snippet(own, "numpy")


# ---- libraries that may be there ----


@kinds
def test_that_the_pytorch_code_of_every_kind_makes_our_maps(baseline, candidate, tmp_path, capsys):
    pytest.importorskip("torch")
    agrees(study(baseline=baseline, candidate=candidate, bias=True), "pytorch", tmp_path, capsys)


@unusual
@pytest.mark.parametrize("kind", sorted(BLOCKS))
def test_that_the_pytorch_code_of_an_unusual_geometry_makes_our_maps(kind, fields, tmp_path, capsys):
    pytest.importorskip("torch")
    agrees(study(candidate=kind, **fields), "pytorch", tmp_path, capsys)


@pytest.fixture
def keras():
    """Keras with whichever of its libraries is there; it would take TensorFlow where none is named."""
    if "KERAS_BACKEND" not in os.environ:
        pytest.importorskip("torch")
        os.environ["KERAS_BACKEND"] = "torch"
    return pytest.importorskip("keras")


@kinds
def test_that_the_keras_code_of_every_kind_makes_our_maps(keras, baseline, candidate, tmp_path, capsys):
    agrees(study(baseline=baseline, candidate=candidate, bias=True), "keras", tmp_path, capsys)


@unusual
@pytest.mark.parametrize("kind", sorted(BLOCKS))
def test_that_the_keras_code_of_an_unusual_geometry_makes_our_maps(keras, kind, fields, tmp_path, capsys):
    agrees(study(candidate=kind, **fields), "keras", tmp_path, capsys)


@pytest.mark.parametrize("framework", ["pytorch", "keras"])
def test_that_the_code_without_an_archive_runs_and_tells_its_shapes_truly(framework, request, capsys):
    pytest.importorskip("torch") if framework == "pytorch" else request.getfixturevalue("keras")
    code = snippet(study(stride=(2, 2)), framework)
    with run(code):
        pass
    assert capsys.readouterr().out.splitlines() == re.findall(r"shape\)\)  # (.*)", code)


# ---- what is written ----


def test_that_the_numpy_code_without_an_archive_runs_and_tells_its_shapes_truly(capsys):
    code = snippet(study(bias=True, stride=(2, 2)), "numpy")
    with run(code):
        pass
    assert capsys.readouterr().out.splitlines() == re.findall(r"shape\)  # (.*)", code) == ["(6, 7, 6)", "(6, 7, 6)"]


@pytest.mark.parametrize("framework", FRAMEWORKS)
@pytest.mark.parametrize("archive", [None, "x.npz", 'it\'s "so"\n{x} ü🙂.npz', "\udcff.npz"])
def test_that_every_code_is_python_and_a_name_of_a_file_stays_a_text(framework, archive):
    tree = ast.parse(snippet(study(), framework, archive=archive))
    texts = {node.value for node in ast.walk(tree) if isinstance(node, ast.Constant)}
    assert archive is None or archive in texts


def test_that_even_padding_stands_in_the_layer_and_uneven_padding_before_it():
    assert "nn.Conv2d(3, 6, kernel_size=3, padding=1, bias=False)," in snippet(study(), "pytorch")
    uneven = snippet(study(kernel_size=(4, 3)), "pytorch")
    assert "nn.ZeroPad2d((1, 1, 1, 2)),  # left, right, top, bottom\n    nn.Conv2d(3, 6, kernel_size=(4, 3)," in uneven


def test_that_padding_that_follows_from_the_size_says_so():
    assert "depends on the size: here 13 x 11" in snippet(study(stride=(2, 2)), "pytorch")
    assert "depends on the size" not in snippet(study(stride=(2, 2), kernel_size=(1, 1)), "pytorch")
    assert "depends on the size" not in snippet(study(kernel_size=(4, 4)), "pytorch")
    assert 'layers.Conv2D(6, 3, strides=2, padding="same", use_bias=False),' in snippet(study(stride=(2, 2)), "keras")


def test_that_a_depthwise_layer_is_called_so_on_a_grey_picture_too():
    assert "DepthwiseConv2D(3, padding" in snippet(study(picture=noise(grey=True), depth_multiplier=1), "keras")


def test_that_the_shape_of_the_input_may_be_given():
    assert "torch.rand(1, 32, 7, 9)" in snippet(Study(), "pytorch", input_shape=(32, 7, 9))


def test_that_what_cannot_be_is_refused():
    with pytest.raises(EngineError, match=r"caffe.*pytorch, keras, numpy"):
        snippet(Study(), "caffe")
    with pytest.raises(EngineError, match="pad more"):
        snippet(Study(padding="valid"), "numpy", input_shape=(3, 2, 2))


@pytest.mark.parametrize("framework", FRAMEWORKS)
def test_that_no_line_is_too_long_to_be_read(framework):
    many = study(
        **{"bias": True, "stride": (2, 1), "padding": ((10, 2), (1, 3)), "dilation": (2, 3), "kernel_size": (13, 15)}
    )
    assert max(map(len, snippet(many, framework, input_shape=(384, 100, 100)).splitlines())) <= 120
