"""Pictures that people send in: measured first, encoded anew, in sizes for a weak network (trust.md §6)."""

from __future__ import annotations

import io
import struct

import pytest
from PIL import Image

from lms.uploads.checks import FileError
from lms.uploads.picture_reader import encoded
from lms.uploads.pictures import MOST_SERVED, WIDTHS, check_picture, rendered


def picture(kind="PNG", size=(40, 30), **options):
    out = io.BytesIO()
    Image.new("RGB", size, (200, 30, 30)).save(out, kind, **options)
    return out.getvalue()


def png_of(width, height):
    """The head of a PNG that says it is so large, and nothing behind it."""
    return b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR" + struct.pack(">II", width, height) + b"\x08\x02" + bytes(9)


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (b"", "empty_file"),
        (b"GIF89a" + bytes(40), "not_this_format"),
        (b"<svg onload=alert(1)>" + bytes(40), "not_this_format"),
        (png_of(6000, 5000), "too_many_pixels"),
        (png_of(0, 5), "not_this_format"),
        (b"RIFF\x00\x00\x00\x00WEBPVP8X" + bytes(4) + b"\x02" + bytes(20), "not_this_format"),
        (b"RIFF\x00\x00\x00\x00WEBPVP8X" + bytes(8) + b"\xff\xff\x00\xff\xff\x00" + bytes(9), "too_many_pixels"),
        (b"\xff\xd8\xff" + bytes(40), "not_this_format"),
    ],
)
def test_what_is_no_picture_is_refused_before_it_is_decoded(content, code):
    with pytest.raises(FileError) as refused:
        check_picture(content)
    assert refused.value.code == code
    assert str(refused.value)


@pytest.mark.parametrize("options", [{}, {"lossless": True}, {"exif": b"Exif\x00\x00MM\x00*\x00\x00\x00\x08\x00\x00"}])
def test_every_kind_of_webp_is_measured(options):
    check_picture(picture("WEBP", **options))


def test_a_picture_is_encoded_anew_by_a_bound_child_and_brings_nothing_hidden():
    found = rendered(picture("JPEG", comment=b"BI-MAT", size=(900, 600)))
    assert (found.ending, found.width, found.height, sorted(found.sizes)) == ("jpg", 900, 600, sorted(WIDTHS))
    assert b"BI-MAT" not in found.master
    for width, content in found.sizes.items():
        with Image.open(io.BytesIO(content)) as served:
            assert (served.format, served.width) == ("WEBP", width)


def test_a_damaged_picture_is_refused_with_a_sentence():
    with pytest.raises(FileError, match="hỏng") as refused:
        rendered(picture()[:60])
    assert refused.value.code == "not_this_format"


def test_served_sizes_weigh_at_most_60_kilobytes_whatever_comes():
    noise = io.BytesIO()
    Image.effect_noise((720, 500), 120).convert("RGB").save(noise, "JPEG")
    _ending, _width, _height, parts = encoded(noise.getvalue())
    assert max(len(part) for part in parts[1:]) <= MOST_SERVED


def test_a_small_drawing_keeps_every_pixel():
    content = picture("PNG")
    ending, _width, _height, (master, *_sizes) = encoded(content)
    assert ending == "png"
    with Image.open(io.BytesIO(master)) as kept:
        assert kept.getpixel((3, 3)) == (200, 30, 30)
    assert encoded(master)[3][0] == master
