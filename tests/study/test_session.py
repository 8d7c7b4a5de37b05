from __future__ import annotations

import base64
import difflib
import json
import sys
import tracemalloc
import zlib
from dataclasses import fields, replace
from itertools import pairwise

import numpy as np
import pytest

import sepviz
from sepviz.study import session as module
from sepviz.study.compare import Compare
from sepviz.study.kernels import own_kernel, with_kernel
from sepviz.study.packing import MAX_ARRAY_BYTES, pack
from sepviz.study.params import STUDY_PARAMS
from sepviz.study.session import Session, SessionError, from_text, read_session, to_text
from sepviz.study.source import fit, open_picture, picture_from_array
from sepviz.study.study import Study, View

OTHER = Study(
    size=0,
    grey=True,
    out_channels=7,
    kernel_size=(3, 5),
    stride=(2, 1),
    padding=((0, 1), (2, 3)),
    dilation=(2, 1),
    bias=True,
    baseline="grouped",
    candidate="standard",
    depth_multiplier=2,
    groups=1,
    activation="relu6",
    init="gaussian",
    seed=12,
    method="reference",
)


def noise(shape, seed=0):
    return np.random.default_rng(seed).integers(0, 256, shape, dtype=np.uint8)


def kernel(side="baseline", layer=0, shape=(4, 3, 3, 3), bias=False):
    rng = np.random.default_rng(layer)
    return own_kernel(side, layer, rng.normal(size=shape), rng.normal(size=shape[0]) if bias else None, "edited")


def small(**values):
    study = Study(picture=picture_from_array(noise((6, 8, 3)), "noise"), size=8, out_channels=4, **values)
    return Session(study=with_kernel(study, kernel()), view=View(channel=2))


def document(session=None, embed=True):
    return json.loads(to_text(session or small(), embed=embed))


def reading(changed):
    return from_text(json.dumps(changed))


# ---- what is saved is restored ----


def test_that_every_setting_is_restored():
    view = View(colormap="magma", scale="shared", clip=False, tile=64, channel=5, tab="pair")
    session = from_text(to_text(Session(study=OTHER, view=view), embed=True))
    assert (session.study, session.view) == (OTHER, view)
    assert (session.schema_version, session.sepviz_version) == (module.SCHEMA_VERSION, sepviz.__version__)
    unchanged = {each.name for each in fields(Study) if getattr(OTHER, each.name) == getattr(Study(), each.name)}
    assert unchanged == {"picture", "groups", "kernels"}  # else a field would be restored by its default


@pytest.mark.parametrize("size", [0, 8, 20, 64])
@pytest.mark.parametrize("grey", [False, True])
@pytest.mark.parametrize("kind", ["colour", "grey", "deep grey", "deep colour"])
def test_that_an_embedded_picture_is_read_by_the_layers_as_before(kind, grey, size):
    pixels = noise((31, 47) if "grey" in kind else (31, 47, 3))
    if "deep" in kind:
        pixels = (pixels.astype(np.float32) * 257 + 3) / 65_794
    picture = picture_from_array(pixels, "photo.png", "/nowhere/photo.png")
    study = Study(picture=picture, size=size, grey=grey)
    restored = from_text(to_text(Session(study=study, view=View()), embed=True)).study
    before, after = fit(picture, size, grey), fit(restored.picture, size, grey)
    assert before.dtype == after.dtype
    assert before.tobytes() == after.tobytes()
    assert restored.picture.name == "photo.png"
    assert "nowhere" not in restored.picture.location


def test_that_maps_of_own_kernels_are_the_same_bit_for_bit():
    study = with_kernel(small(bias=True).study, kernel(bias=True))
    study = with_kernel(study, kernel("candidate", 1, (4, 3, 1, 1), bias=True))
    restored = from_text(to_text(Session(study=study, view=View()), embed=True)).study
    assert restored.kernels == study.kernels
    assert [each.name for each in restored.kernels] == ["edited", "edited"]
    before, after = Compare(study=study)(), Compare(study=restored)()
    drawn = Compare(study=replace(study, kernels=()))()
    for side in ("baseline", "candidate"):
        assert getattr(before, side).output.tobytes() == getattr(after, side).output.tobytes()
        assert getattr(before, side).output.tobytes() != getattr(drawn, side).output.tobytes()


def test_that_a_picture_of_a_file_is_written_by_its_place(tmp_path):
    (tmp_path / "photos").mkdir()
    path = tmp_path / "photos" / "photo ü.ppm"
    path.write_bytes(b"P6 3 2 255\n" + bytes(range(18)))
    picture = open_picture(path)
    text = to_text(Session(study=Study(picture=picture), view=View()), embed=False, folder=tmp_path)
    located = from_text(text).located
    assert (located.location, located.relative, located.digest) == (str(path), "photos/photo ü.ppm", picture.digest)
    assert from_text(text).study.picture is None
    assert "photo ü.ppm" in text


def test_that_a_picture_without_a_file_is_embedded_whatever_is_asked():
    assert from_text(to_text(small(), embed=False)).study.picture is not None


def test_that_a_picture_which_was_not_found_keeps_its_place_when_saved_again(tmp_path):
    path = tmp_path / "a.ppm"
    path.write_bytes(b"P6 3 2 255\n" + bytes(range(18)))
    text = to_text(Session(study=Study(picture=open_picture(path)), view=View()), embed=False, folder=tmp_path)
    assert to_text(from_text(text), embed=True) == text


def test_that_a_path_with_signs_that_no_text_holds_is_kept():
    picture = replace(small().study.picture, location="/odd/\udcff\x9f\ufffe.png")
    text = to_text(Session(study=Study(picture=picture), view=View()), embed=False)
    text.encode()
    assert from_text(text).located.location == picture.location


# ---- the text can be read, compared and mended by people ----


def test_that_one_changed_setting_is_one_changed_line():
    before, after = (to_text(small(stride=stride), embed=True).splitlines() for stride in ((1, 1), (2, 1)))
    changes = [line for line in difflib.unified_diff(before, after, n=0, lineterm="") if line[0] in "+-"][2:]
    assert changes == ['-    "stride": "1x1",', '+    "stride": "2x1",']


def test_that_fields_stand_in_the_order_of_the_form():
    names = list(document()["study"])
    assert names == list(STUDY_PARAMS)
    assert list(document())[-1] == "picture"  # the long lines come last


def test_that_a_study_edited_by_hand_is_read():
    changed = document()
    changed["study"] |= {"kernel_size": "5", "size": "native", "grey": "yes"}
    study = reading(changed).study
    assert (study.kernel_size, study.size, study.grey) == ((5, 5), 0, True)


def test_that_a_field_that_is_missing_has_its_default():
    changed = document()
    del changed["study"]["stride"], changed["view"]["tab"]
    assert (reading(changed).study.stride, reading(changed).view.tab) == ((1, 1), "maps")


def test_that_a_tab_which_is_not_there_any_more_is_no_reason_to_refuse():
    changed = document()
    changed["view"]["tab"] = "crossover of another version"
    assert reading(changed).view == View(channel=2)


# ---- versions ----


def test_that_a_newer_version_is_refused_with_the_next_step():
    with pytest.raises(SessionError, match=r"schema_version is 2; .* reads up to 1: open it with a newer sepviz"):
        reading(document() | {"schema_version": 2})


def test_that_an_older_version_is_brought_up_to_date(monkeypatch):
    def from_zero(old):
        return document() | {"study": {"seed": old["seed"]}}

    monkeypatch.setitem(module.MIGRATIONS, 0, from_zero)
    assert reading({"schema_version": 0, "seed": "7"}).study.seed == 7
    with pytest.raises(SessionError, match="schema_version is -1; the oldest is 0"):
        reading({"schema_version": -1})


# ---- what is refused, and how it is said ----


@pytest.mark.parametrize(
    ("place", "value", "said"),
    [
        (("study", "stride"), "9x9", r"study\.stride is 9x9; write one number or HEIGHTxWIDTH, each from 1 to 8"),
        (("study", "stride"), 1, r"study\.stride is 1, not a text"),
        (("study", "seed"), "1" * 5000, r"study\.seed is '1{64}…'; write a whole number from 0 to 999,999,999"),
        (("study", "baseline"), "<b>bold</b>", r"study\.baseline is <b>bold</b>; choose one of standard"),
        (("study", "strde"), "1", r"study\.'strde' is no field that this version knows"),
        (("view", "tab"), ["maps"], r"view\.tab is list, not a text"),
        (("view", "channel"), "-1", r"view\.channel is -1; write a whole number from 0"),
        (("schema_version",), True, "schema_version is True, not a whole number"),
        (("kernels",), {}, "kernels is dict, not a list"),
        (("kernels",), [{}] * 17, "kernels are 17; the limit is 16"),
        (("kernels", 0, "side"), "left", r"kernels\.0\.side is 'left'; it can be baseline or candidate"),
        (("kernels", 0, "layer"), 10**9, r"kernels\.0\.layer is 1000000000; write a whole number from 0 to 15"),
        (("kernels", 0, "kernel", "shape"), "108", r"kernels\.0\.kernel has the shape \(108,\)"),
        (("kernels", 0, "kernel", "shape"), "0x3x3x3", r"shape is 0x3x3x3; each side must be at least 1"),
        (("kernels", 0, "kernel", "shape"), "4x3x3x4", r"zlib holds 432 bytes, and its shape needs 576"),
        (
            ("kernels", 0, "kernel", "shape"),
            "4x3x3x2",
            r"zlib is damaged \(it is cut off, or has more than 288 bytes\)",
        ),
        (("kernels", 0, "kernel", "dtype"), "object", r"dtype is 'object'; it can be uint8 or float32"),
        (("kernels", 0, "kernel", "zlib"), "!", r"kernels\.0\.kernel\.zlib is damaged"),
        (("picture", "pixels", "shape"), "6x24", r"picture\.digest is '[0-9a-f]{32}', and the pixels have"),
        (("picture", "pixels", "shape"), "6x12x2", r"picture\.pixels have the shape \(6, 12, 2\)"),
        (("picture", "name"), "x" * 9000, r"picture\.name has 9,000 characters; the limit is 8,192"),
    ],
)
def test_that_a_wrong_value_is_told_with_its_field_and_the_limit(place, value, said):
    changed = document()
    inner = changed
    for key in place[:-1]:
        inner = inner[key]
    inner[place[-1]] = value
    with pytest.raises(SessionError, match=said) as caught:
        reading(changed)
    assert len(str(caught.value)) < 500


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "no valid JSON"),
        ("[]", "is list, not an object"),
        ("{}", "schema_version is missing"),
        ('{"a": 1, "a": 2}', "a field stands there twice"),
        ('{"schema_version": NaN}', "NaN is no number"),
        ('{"schema_version": ' + "9" * 5000 + "}", "no valid JSON"),
        ("[" * 10_000, "nested too deep"),
        ("[" * 20_001, "more than 20,000 values"),
        ("[1" + ",1" * 20_001 + "]", "more than 20,000 values"),
    ],
)
def test_that_a_text_that_is_no_session_is_refused(text, said):
    with pytest.raises(SessionError, match=said):
        from_text(text)


def test_that_a_float_picture_out_of_range_is_refused():
    for bad in (np.nan, 2.0, -1.0):
        changed = document()
        changed["picture"]["pixels"] = pack(np.full((2, 2), bad, np.float32))
        with pytest.raises(SessionError, match=r"picture\.pixels hold .*; the limits are 0 and 1"):
            reading(changed)


def test_that_the_file_is_named_when_it_is_refused(tmp_path):
    for data, said in ((b"\xff\xfe", r"a\.sepviz is no UTF-8"), (b"{}", r"a\.sepviz: the session's schema_version")):
        (tmp_path / "a.sepviz").write_bytes(data)
        with pytest.raises(SessionError, match=said):
            read_session(tmp_path / "a.sepviz")
    with pytest.raises(SessionError, match=r"b\.sepviz cannot be read"):
        read_session(tmp_path / "b.sepviz")


def test_that_strings_from_outside_are_cleaned():
    changed = document()
    changed["picture"]["name"] = "a\nb\x1b[31m\u202e.png"
    changed["kernels"][0]["name"] = "\ud800"
    study = reading(changed).study
    assert study.picture.name.isprintable()
    assert study.kernels[0].name == "\N{REPLACEMENT CHARACTER}"


# ---- budgets ----


@pytest.mark.parametrize("claim", ["999999x999999", "16384x16384x3", "4x3x3x3"])
def test_that_nothing_is_unpacked_beyond_what_its_shape_claims(claim):
    changed = document()
    bomb = base64.b64encode(zlib.compress(bytes(2**26))).decode()
    changed["kernels"][0]["kernel"] |= {"shape": claim, "zlib": bomb}
    text = json.dumps(changed)
    tracemalloc.start()
    with pytest.raises(SessionError, match=r"which takes [\d,]+ bytes|has more than 432 bytes"):
        from_text(text)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < 2 * 2**20


def test_that_all_arrays_share_one_budget():
    side = int((MAX_ARRAY_BYTES / 2) ** 0.5) + 50  # one fits, two do not
    packed = {"dtype": "uint8", "shape": f"{side}x{side}", "zlib": base64.b64encode(zlib.compress(bytes(side**2)))}
    packed["zlib"] = packed["zlib"].decode()
    changed = document()
    changed["kernels"][0] |= {"kernel": packed, "bias": packed}
    with pytest.raises(SessionError, match=rf"bytes where [\d,]+ of {MAX_ARRAY_BYTES:,} are left"):
        reading(changed)


def test_that_what_could_not_be_opened_is_not_written():
    wide = np.zeros((8192, 6000, 3), np.uint8)
    study = Study(picture=picture_from_array(wide, "wide"), size=0)
    with pytest.raises(SessionError, match=r"the session takes 140\.6 MiB; the limit is 128 MiB: take a smaller"):
        to_text(Session(study=study, view=View()), embed=True)
    assert len(to_text(Session(study=replace(study, size=64), view=View()), embed=True)) < 10_000


def test_that_a_text_beyond_the_limit_is_refused(monkeypatch):
    text = to_text(small(), embed=True)
    monkeypatch.setattr(module, "MAX_TEXT_BYTES", len(text) - 1)
    for call in (lambda: from_text(text), lambda: to_text(small(), embed=True)):
        with pytest.raises(SessionError, match="the session takes"):
            call()


# ---- thousands of broken sessions ----

PIECES = ("null", "-1", "1e999", "NaN", '"', "{", "[", "}", ",", "\\ud800", "9" * 400, "\x00", "true", '""', "é")


def mutated(text, rng):
    """`text` with a few random changes: characters, runs, lines, pieces of JSON."""
    for _ in range(int(rng.integers(1, 4))):
        start = int(rng.integers(0, len(text) + 1))
        end = min(len(text), start + int(rng.choice([1, 1, 1, 5, 50, 1000])))
        match int(rng.integers(0, 6)):
            case 0:
                text = text[:start] + chr(int(rng.integers(32, 127))) + text[start + 1 :]
            case 1:
                text = text[:start] + text[end:]
            case 2:
                text = text[:end] + text[start:]
            case 3:
                text = text[:start] + str(rng.choice(PIECES)) + text[end:]
            case 4:
                text = text[:start]
            case _:
                lines = text.splitlines(keepends=True) or [""]
                first, second = rng.integers(0, len(lines), 2)
                lines[first], lines[second] = lines[second], lines[first]
                text = "".join(lines)
    return text


def revalued(document, rng):
    """`document` as text with one value, wherever it stands, replaced: valid JSON that claims something else."""
    document = json.loads(json.dumps(document))
    inner = document
    while True:
        key = list(inner)[int(rng.integers(0, len(inner)))] if isinstance(inner, dict) else 0
        if not isinstance(inner[key], dict | list) or not inner[key] or rng.integers(0, 8) == 0:
            break
        inner = inner[key]
    values = (None, True, -1, 10**30, 1.5, "", "x" * 9000, [], {}, "0", "7", "on", "1x1", "\n", ["a"], "999999x9")
    inner[key] = values[int(rng.integers(0, len(values)))]
    return json.dumps(document)


_watched = []
_opened = []


def _hook(event, arguments):
    if _watched and event in ("open", "exec", "compile", "import", "os.system", "subprocess.Popen", "socket.connect"):
        _opened.append((event, arguments))


def test_that_thousands_of_broken_sessions_are_opened_or_refused():
    rng = np.random.default_rng(0)
    text, plain = to_text(small(), embed=True), to_text(Session(study=OTHER, view=View()), embed=True)
    texts = [mutated(text if n % 2 else plain, rng) for n in range(4000)]
    texts += [revalued(json.loads(text), rng) for _ in range(2000)]
    from_text(text)  # so that all is imported
    sys.addaudithook(_hook)
    _watched.append(True)
    try:
        ends = [end_of(each) for each in texts]
    finally:
        _watched.clear()
    assert {*ends} == {"opened", "refused"}
    assert min(ends.count("opened"), ends.count("refused")) > 100
    assert _opened == []  # no file was opened and nothing executed


def end_of(text):
    try:
        session = from_text(text)
    except SessionError as error:
        message = str(error)
        return "refused" if len(message) < 1000 and message.isprintable() else f"badly said: {message!r}"
    assert isinstance(session.study, Study)
    hash(session.study)
    return "opened"


def test_that_the_broken_sessions_differ():
    rng = np.random.default_rng(0)
    text = to_text(small(), embed=True)
    assert all(one != two for one, two in pairwise(mutated(text, rng) for _ in range(100)))
