"""The QR code of the projector page."""

from __future__ import annotations

import io

import zxingcpp
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from courses.qr import QUIET, qr_path


def drawn(text, scale=4):
    """The path as a picture, the way a browser fills it."""
    size, path = qr_path(text)
    image = Image.new("L", (size * scale, size * scale), 255)
    for run in path.split("z")[:-1]:
        x, y = run[1 : run.index("h")].split()
        length = run[run.index("h") + 1 : run.index("v")]
        box = (int(x) * scale, int(y) * scale, (int(x) + int(length)) * scale, (int(y) + 1) * scale)
        image.paste(0, box)
    return image


def test_a_reader_finds_the_address_in_the_path():
    address = "HTTPS://TAPHUAN.EXAMPLE.VN/D/7K3F9/QXZ2M4NP"
    assert zxingcpp.read_barcodes(drawn(address))[0].text == address


def test_an_address_in_capitals_stays_small():
    assert qr_path("HTTPS://TAPHUAN.EXAMPLE.VN/D/7K3F9/QXZ2M4NP").size == 29 + 2 * QUIET


@given(st.text("ABCDEFGHJKMNPQRSTVWXYZ0123456789:/.", min_size=1, max_size=60))
@settings(max_examples=25, deadline=None)
def test_whatever_the_text_it_can_be_read_back(text):
    buffer = io.BytesIO()
    drawn(text).save(buffer, "PNG")
    assert zxingcpp.read_barcodes(Image.open(buffer))[0].text == text
