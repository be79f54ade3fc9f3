"""Smaller parts: the colour profile, the QR code, the print file."""

from __future__ import annotations

import io
from datetime import UTC, datetime
from typing import Any

import pytest
import zxingcpp
from PIL import Image, ImageCms
from pypdf import PdfReader

from certificates.engine import qr
from certificates.engine.charset import TooLong
from certificates.engine.icc import srgb
from certificates.engine.printing import print_file
from tests.certificates.engine_samples import AT, CODE, frozen, snapshot


def test_the_profile_is_srgb_within_one_step() -> None:
    colours = bytes(value for place in range(4096) for value in (place % 256, place * 7 % 256, place * 31 % 256))
    picture = Image.frombytes("RGB", (64, 64), colours)
    ours = ImageCms.ImageCmsProfile(io.BytesIO(srgb()))
    through = ImageCms.profileToProfile(picture, ours, ImageCms.createProfile("sRGB"))
    assert through is not None
    assert max(abs(one - two) for one, two in zip(colours, through.tobytes(), strict=True)) <= 1


def test_the_profile_is_version_2_and_small() -> None:
    assert srgb()[8:12] == b"\x02\x10\x00\x00"
    assert int.from_bytes(srgb()[:4], "big") == len(srgb()) < 2600


def read(rows: list[bytearray]) -> str:
    """As a phone would: ten pixels a module, four modules of white around."""
    side = len(rows) + 8
    picture = Image.new("L", (side, side), 255)
    for y, row in enumerate(rows):
        for x, dark in enumerate(row):
            if dark:
                picture.putpixel((x + 4, y + 4), 0)
    found = zxingcpp.read_barcodes(picture.resize((side * 10, side * 10), Image.Resampling.NEAREST))
    assert len(found) == 1
    return found[0].text


@pytest.mark.parametrize(
    ("address", "side"),
    [
        (f"HTTPS://TAPHUAN.EXAMPLE.VN/C/{CODE}", 29),
        (f"HTTP://127.0.0.1:8000/C/{CODE}", 29),
        (f"HTTPS://{'A' * 30}.VN/C/{CODE}", 29),
        (f"HTTPS://{'A' * 31}.VN/C/{CODE}", 33),
        (f"HTTP://MY_HOST/C/{CODE}", 29),
    ],
)
def test_the_code_is_small_and_readable(address: str, side: int) -> None:
    rows = qr.modules(address)
    assert len(rows) == side
    assert read(rows) == address


def test_an_endless_address_is_refused() -> None:
    with pytest.raises(TooLong, match="qr"):
        qr.modules("HTTPS://" + "A" * 250)


def test_rectangles_cover_the_dark_modules_and_nothing_else() -> None:
    rows = qr.modules(f"HTTPS://TAPHUAN.EXAMPLE.VN/C/{CODE}")
    again = [bytearray(len(rows)) for _row in rows]
    for line in qr.runs(rows).splitlines():
        x, y, width, height, operator = line.split()
        assert (height, operator) == ("1", "re")
        for place in range(int(x), int(x) + int(width)):
            assert again[int(y)][place] == 0
            again[int(y)][place] = 1
    assert again == [bytearray(map(bool, row)) for row in rows]


def test_a_print_file_holds_a_page_for_each_and_the_fonts_once() -> None:
    names = ["Nguyễn Thị Phượng", "Trần Văn Hùng", "K’ Brêm"]
    made = [snapshot(person=name, number=number) for number, name in enumerate(names, start=8)]
    pdf = b"".join(print_file(frozen(), made, printed_at=AT))
    reader = PdfReader(io.BytesIO(pdf), strict=True)
    texts = [page.extract_text() for page in reader.pages]
    assert len(texts) == 3
    for text, name, number in zip(texts, names, ("08/2026", "09/2026", "10/2026"), strict=True):
        assert name in text
        assert number in text
        assert "CHƯA KÝ" not in text
        assert "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM" in text
    assert pdf.count(b"/FontFile2") == 3
    root: Any = reader.trailer["/Root"]
    assert "/AcroForm" not in root
    assert "/StructTreeRoot" not in root


def test_a_print_file_comes_in_pieces_and_grows_little() -> None:
    pieces = print_file(frozen(), (snapshot(number=number) for number in range(1, 101)), printed_at=AT)
    first = next(pieces)
    assert frozen().prefix.startswith(first)
    assert len(first) + sum(map(len, pieces)) < 300 * 1024


def test_a_print_file_of_nobody_is_a_file() -> None:
    pdf = b"".join(print_file(frozen(), [], printed_at=datetime(2026, 1, 1, tzinfo=UTC)))
    assert len(PdfReader(io.BytesIO(pdf)).pages) == 0
