"""Real files, made by Pillow in the test itself, opened through the one door."""

from __future__ import annotations

from io import BytesIO
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest
from PIL import Image, ImageCms

from sepviz.study import source
from sepviz.study.source import SourceError, decode_picture, fit, fitted_size, open_picture, picture_from_array

if TYPE_CHECKING:
    from pathlib import Path

    from sepviz.study.picture import Picture

WIDTH, HEIGHT = 12, 8


def colour_pixels() -> np.ndarray[Any, Any]:
    """Return a small picture in which no two corners are alike, so that a wrong turn or channel order shows."""
    rows, columns = np.mgrid[0:HEIGHT, 0:WIDTH]
    return np.stack([columns * 20, rows * 30, np.full_like(rows, 60)], axis=-1).astype(np.uint8)


def saved(folder: Path, name: str, image: Image.Image, **options: Any) -> Path:
    path = folder / name
    image.save(path, **options)
    return path


def refusal(location: str | Path) -> str:
    with pytest.raises(SourceError) as caught:
        open_picture(location)
    message = str(caught.value)
    assert "\n" not in message
    return message


# ---- what comes out ----


def test_that_a_colour_file_comes_out_as_it_went_in(tmp_path: Path) -> None:
    path = saved(tmp_path, "a b – größe 猫.png", Image.fromarray(colour_pixels()))
    picture = open_picture(path)
    np.testing.assert_array_equal(picture.pixels, colour_pixels())
    assert (picture.location, picture.name, picture.mode) == (str(path), path.name, "RGB")
    assert (picture.width, picture.height, picture.is_grey, picture.notice) == (WIDTH, HEIGHT, False, "")


def test_that_read_image_gives_exactly_pixels_and_mode(tmp_path: Path) -> None:
    pixels, mode = source.read_image(saved(tmp_path, "g.png", Image.new("L", (3, 2), 7)))
    assert (pixels.shape, pixels.dtype, mode) == ((2, 3), np.uint8, "L")


def test_that_pixels_are_read_only(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="read-only"):
        open_picture(saved(tmp_path, "g.png", Image.new("L", (3, 2)))).pixels[0, 0] = 1


@pytest.mark.parametrize("suffix", [".png", ".bmp", ".tiff", ".ppm", ".tga", ".webp", ".jp2", ".avif", ".jpg", ".ico"])
def test_that_every_kind_of_file_shows_the_same_colour(tmp_path: Path, suffix: str) -> None:
    picture = open_picture(saved(tmp_path, f"a{suffix}", Image.new("RGB", (32, 32), (200, 100, 50))))
    assert picture.pixels.shape == (32, 32, 3)
    assert np.abs(picture.pixels.astype(int) - (200, 100, 50)).max() <= 4


def test_that_a_file_is_known_by_its_content_and_not_by_its_suffix(tmp_path: Path) -> None:
    saved(tmp_path, "a.webp", Image.fromarray(colour_pixels()), lossless=True).rename(tmp_path / "a.png")
    np.testing.assert_array_equal(open_picture(tmp_path / "a.png").pixels, colour_pixels())


@pytest.mark.parametrize("mode", ["CMYK", "YCbCr", "LAB", "P", "RGBX"])
def test_that_colour_modes_become_rgb(tmp_path: Path, mode: str) -> None:
    image = Image.new("RGB", (16, 16), (180, 40, 90))
    if mode == "LAB":
        transform = ImageCms.buildTransform(*map(ImageCms.createProfile, ("sRGB", "LAB")), "RGB", "LAB")
        image = ImageCms.applyTransform(image, transform) or image
    else:
        image = image.quantize(8) if mode == "P" else image.convert(mode)
    picture = open_picture(saved(tmp_path, "a.tiff", image))
    assert np.abs(picture.pixels.astype(int) - (180, 40, 90)).max() <= 6


def test_that_a_cmyk_jpeg_is_not_inverted(tmp_path: Path) -> None:
    path = saved(tmp_path, "a.jpg", Image.new("RGB", (16, 16), (220, 30, 30)).convert("CMYK"))
    picture = open_picture(path)
    assert picture.mode == "CMYK"
    assert np.abs(picture.pixels.astype(int) - (220, 30, 30)).max() <= 10


def test_that_one_bit_is_black_and_white(tmp_path: Path) -> None:
    image = Image.fromarray(np.eye(9, dtype=bool))
    picture = open_picture(saved(tmp_path, "a.png", image))
    assert (picture.mode, picture.is_grey) == ("1", True)
    np.testing.assert_array_equal(picture.pixels, np.eye(9) * 255)


# ---- orientation ----


@pytest.mark.parametrize("suffix", [".png", ".jpg", ".tiff", ".webp"])
@pytest.mark.parametrize("orientation", range(1, 9))
def test_that_exif_orientation_is_obeyed(tmp_path: Path, suffix: str, orientation: int) -> None:
    upright = np.kron(np.array([[0, 80, 160], [255, 200, 120]], np.uint8), np.ones((16, 16), np.uint8))
    undo = {
        1: upright,
        2: upright[:, ::-1],
        3: np.rot90(upright, 2),
        4: upright[::-1],
        5: upright.T,
        6: np.rot90(upright, 1),  # the camera was turned: the viewer turns it back, clockwise
        7: np.rot90(upright, 2).T,
        8: np.rot90(upright, -1),
    }[orientation]
    exif = Image.Exif()
    exif[0x0112] = orientation
    stored = Image.fromarray(np.stack([undo] * 3, axis=-1))
    picture = open_picture(saved(tmp_path, f"a{suffix}", stored, exif=exif))
    assert picture.pixels.shape == (32, 48, 3)
    centres = picture.pixels[8::16, 8::16, 0].astype(int)
    assert np.abs(centres - upright[8::16, 8::16]).max() <= 12


def test_that_deep_grey_is_turned_too(tmp_path: Path) -> None:
    exif = Image.Exif()
    exif[0x0112] = 6
    values = np.arange(6, dtype=np.uint16).reshape(2, 3) * 13107
    picture = open_picture(saved(tmp_path, "a.png", Image.fromarray(values), exif=exif))
    np.testing.assert_allclose(picture.pixels, np.rot90(values, -1) / 65535, atol=1e-6)


def test_that_a_broken_exif_block_does_not_cost_the_picture(tmp_path: Path) -> None:
    path = saved(tmp_path, "a.jpg", Image.new("L", (9, 7), 100), exif=b"Exif\0\0MM\0\x2a\xff\xff\xff\xff")
    assert open_picture(path).pixels.shape == (7, 9)


# ---- transparency and frames ----


@pytest.mark.parametrize("mode", ["RGBA", "LA", "P"])
def test_that_transparent_pixels_are_shown_on_white_and_said(tmp_path: Path, mode: str) -> None:
    image = Image.new("RGBA", (4, 2), (0, 0, 0, 255))
    image.paste((0, 0, 0, 0), (0, 0, 2, 2))
    image = image.quantize(4) if mode == "P" else image.convert(mode)
    picture = open_picture(saved(tmp_path, "a.png", image))
    expected = np.repeat([[255, 255, 0, 0]], 2, axis=0)
    np.testing.assert_array_equal(picture.pixels if picture.is_grey else picture.pixels[..., 1], expected)
    assert picture.notice == "transparent pixels are shown on white"


def test_that_half_transparent_black_is_middle_grey(tmp_path: Path) -> None:
    picture = open_picture(saved(tmp_path, "a.png", Image.new("LA", (2, 2), (0, 128))))
    np.testing.assert_array_equal(picture.pixels, 127)
    assert picture.is_grey


@pytest.mark.parametrize(("mode", "key"), [("L", 90), ("RGB", (90, 90, 90)), ("1", 0)])
def test_that_a_colour_declared_transparent_is_white(tmp_path: Path, mode: str, key: Any) -> None:
    image = Image.new(mode, (3, 3), key)
    picture = open_picture(saved(tmp_path, "a.png", image, transparency=key))
    assert (picture.pixels == 255).all()
    assert "transparent" in picture.notice


def test_that_an_opaque_alpha_channel_needs_no_notice(tmp_path: Path) -> None:
    assert open_picture(saved(tmp_path, "a.png", Image.new("RGBA", (4, 4), "red"))).notice == ""


@pytest.mark.parametrize("suffix", [".gif", ".png", ".webp", ".tiff", ".avif"])
def test_that_the_first_frame_is_shown_and_the_others_are_counted(tmp_path: Path, suffix: str) -> None:
    frames = [Image.new("RGB", (16, 16), colour) for colour in ("red", "lime", "blue")]
    path = saved(tmp_path, f"a{suffix}", frames[0], save_all=True, append_images=frames[1:], duration=100)
    picture = open_picture(path)
    assert picture.notice == "frame 1 of 3 is shown"
    assert np.abs(picture.pixels.astype(int) - (255, 0, 0)).max() <= 4


def test_that_a_break_in_a_later_frame_leaves_the_first(tmp_path: Path) -> None:
    frames = [Image.fromarray(np.full((40, 40), value, np.uint8)) for value in (10, 200)]
    path = saved(tmp_path, "a.gif", frames[0], save_all=True, append_images=frames[1:])
    path.write_bytes(path.read_bytes()[:-12])
    assert (open_picture(path).pixels == 10).all()


# ---- deep grey ----


def deep(folder: Path, values: np.ndarray[Any, Any], name: str = "deep.tiff") -> Picture:
    return open_picture(saved(folder, name, Image.fromarray(values)))


@pytest.mark.parametrize("name", ["deep.png", "deep.tiff", "deep.pgm"])
def test_that_16_bit_grey_keeps_every_level(tmp_path: Path, name: str) -> None:
    values = np.arange(0, 65536, 16, dtype=np.uint16).reshape(64, 64)
    picture = deep(tmp_path, values, name)
    assert picture.pixels.dtype == np.float32
    np.testing.assert_allclose(picture.pixels, values / 65535, atol=1e-6)
    assert "0 – 65,535 is shown as black – white" in picture.notice


def test_that_big_endian_16_bit_grey_is_read(tmp_path: Path) -> None:
    values = np.linspace(0, 65535, 64).astype(">u2").reshape(8, 8)
    image = Image.frombytes("I;16B", (8, 8), values.tobytes())
    picture = open_picture(saved(tmp_path, "a.tiff", image))
    np.testing.assert_allclose(picture.pixels, values / 65535, atol=1e-6)


@pytest.mark.parametrize("bits", [10, 12, 14])
def test_that_a_camera_that_fills_part_of_16_bits_is_spread(tmp_path: Path, bits: int) -> None:
    values = np.linspace(0, 2**bits - 1, 64).astype(np.uint16).reshape(8, 8)
    picture = deep(tmp_path, values)
    assert (picture.pixels.min(), picture.pixels.max()) == (0, 1)
    assert f"{2**bits - 1:,}" in picture.notice


@pytest.mark.parametrize(("low", "high"), [(-1.0, 1.0), (0.0, 5000.0), (0.0, 0.001), (-3e38, 3e38)])
def test_that_float_grey_outside_0_to_1_is_spread_and_said(tmp_path: Path, low: float, high: float) -> None:
    values = (np.linspace(0, 1, 64) * high + np.linspace(1, 0, 64) * low).astype(np.float32).reshape(8, 8)
    picture = deep(tmp_path, values)
    np.testing.assert_allclose(picture.pixels.ravel(), np.linspace(0, 1, 64), atol=1e-6)
    assert "float grey" in picture.notice


def test_that_float_grey_within_0_to_1_is_kept(tmp_path: Path) -> None:
    values = np.linspace(0.2, 0.8, 64).astype(np.float32).reshape(8, 8)
    np.testing.assert_array_equal(deep(tmp_path, values).pixels, values)


def test_that_integer_grey_keeps_small_differences_of_large_values(tmp_path: Path) -> None:
    values = (2**30 + np.arange(64)).astype(np.int32).reshape(8, 8)
    np.testing.assert_allclose(deep(tmp_path, values).pixels.ravel(), np.arange(64) / 63, atol=1e-6)


def test_that_values_that_are_not_finite_are_black_and_said(tmp_path: Path) -> None:
    values = np.array([[np.nan, np.inf], [2.0, 4.0]], np.float32)
    picture = deep(tmp_path, values)
    np.testing.assert_array_equal(picture.pixels, [[0, 0], [0, 1]])
    assert "not finite" in picture.notice


@pytest.mark.parametrize("value", [np.nan, 0.0, 0.5, 7.0])
def test_that_flat_float_grey_is_a_picture(tmp_path: Path, value: float) -> None:
    picture = deep(tmp_path, np.full((4, 4), value, np.float32))
    assert (picture.pixels == np.clip(np.nan_to_num(value), 0, 1)).all()


def test_that_the_transparent_grey_of_a_16_bit_png_is_white(tmp_path: Path) -> None:
    image = Image.fromarray(np.array([[0, 30000], [40000, 65535]], np.uint16))
    picture = open_picture(saved(tmp_path, "a.png", image, transparency=0))
    assert picture.pixels[0, 0] == 1
    assert "transparent" in picture.notice


# ---- places ----


def test_that_samples_and_patterns_open_by_name_and_know_it() -> None:
    coffee, impulse = open_picture("sample:coffee"), open_picture("pattern:impulse")
    assert (coffee.location, coffee.name, coffee.width, coffee.height) == ("sample:coffee", "coffee.png", 600, 400)
    assert (impulse.location, impulse.width, impulse.is_grey) == ("pattern:impulse", 31, True)


def test_that_an_unknown_name_lists_the_known_ones() -> None:
    assert "brick, chelsea, coffee" in refusal("sample:tea")
    assert "impulse, step" in refusal("pattern:plaid")
    assert "paste it again" in refusal("clipboard:0123")


def test_that_home_and_file_urls_are_understood(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = saved(tmp_path, "ein bild ä.png", Image.new("L", (4, 4)))
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setenv("USERPROFILE", str(tmp_path))
    assert open_picture("~/ein bild ä.png").location == str(path)
    assert open_picture(path.as_uri()).location == str(path)


def test_that_a_relative_path_is_remembered_as_absolute(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = saved(tmp_path, "a.png", Image.new("L", (4, 4)))
    monkeypatch.chdir(tmp_path)
    assert open_picture("a.png").location == str(path)


@pytest.mark.parametrize("url", ["https://example.org/a.png", "file://elsewhere/a.png", "smb://host/a.png"])
def test_that_a_picture_on_another_computer_is_refused(url: str) -> None:
    assert "not on this computer" in refusal(url)


def test_that_pasted_data_is_known_by_its_content() -> None:
    data = BytesIO()
    Image.fromarray(colour_pixels()).save(data, "PNG")
    picture = decode_picture(data.getvalue(), "pasted")
    assert picture.location == f"clipboard:{picture.digest}"
    assert picture == picture_from_array(colour_pixels(), "the same, from an array")
    assert hash(picture) == hash(picture_from_array(colour_pixels(), "the same, from an array"))


@pytest.mark.parametrize("data", [b"", b"text", b"\x89PNG\r\n\x1a\n"])
def test_that_pasted_data_that_is_no_picture_is_refused(data: bytes) -> None:
    with pytest.raises(SourceError, match="pasted"):
        decode_picture(data, "pasted")


# ---- the layer's input ----


def test_that_a_native_fit_is_the_pixels_over_255() -> None:
    planes = fit(picture_from_array(colour_pixels(), "a"), 0)
    np.testing.assert_array_equal(planes, colour_pixels().transpose(2, 0, 1).astype(np.float32) / np.float32(255))
    assert (planes.dtype, planes.flags.writeable, planes.flags.c_contiguous) == (np.float32, False, True)


@pytest.mark.parametrize(("size", "expected"), [(0, (600, 400)), (601, (600, 400)), (512, (512, 341)), (1, (1, 1))])
def test_that_the_long_side_is_fitted_down_and_never_up(size: int, expected: tuple[int, int]) -> None:
    coffee = open_picture("sample:coffee")
    assert fitted_size(coffee, size) == expected
    assert fit(coffee, size).shape == (3, expected[1], expected[0])


def test_that_a_thin_picture_keeps_a_pixel() -> None:
    assert fit(picture_from_array(np.zeros((1, 5000), np.uint8), "thin"), 100).shape == (1, 1, 100)


@pytest.mark.parametrize("as_float", [False, True])
@pytest.mark.parametrize("shape", [(300, 200), (300, 200, 3)])
def test_that_shrinking_keeps_the_mean_and_the_range(shape: tuple[int, ...], as_float: bool) -> None:
    pixels = np.random.default_rng(5).integers(0, 2, shape).astype(np.uint8) * 255
    picture = picture_from_array(pixels / 255 if as_float else pixels, "noise")
    planes = fit(picture, 75)
    assert planes.shape == (shape[2] if len(shape) == 3 else 1, 75, 50)
    assert 0 <= planes.min() <= planes.max() <= 1
    assert abs(planes.mean() - pixels.mean() / 255) < 0.01


def test_that_grey_is_the_luminance_and_one_channel() -> None:
    planes = fit(picture_from_array(np.eye(3, dtype=np.uint8)[None] * 255, "red, green, blue"), 0, grey=True)
    np.testing.assert_allclose(planes, [[[0.299, 0.587, 0.114]]], atol=1e-6)
    white = fit(picture_from_array(np.full((2, 2, 3), 255, np.uint8), "white"), 0, grey=True)
    np.testing.assert_allclose(white, 1, atol=1e-6)
