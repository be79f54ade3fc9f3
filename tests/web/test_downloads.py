"""How a file is answered."""

from __future__ import annotations

from urllib.parse import unquote

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lms.web.downloads import attachment, disposition


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("bao-cao.pdf", 'attachment; filename="bao-cao.pdf"'),
        ("Đặng.pdf", "attachment; filename=\"Dang.pdf\"; filename*=UTF-8''%C4%90%E1%BA%B7ng.pdf"),
        ('a"; filename=b.exe', 'attachment; filename="a-; filename=b.exe"'),
        ("../../etc/passwd", 'attachment; filename="-..-etc-passwd"'),
        ("", 'attachment; filename="download"'),
    ],
)
def test_a_name_is_said_in_ascii_and_in_utf_8(name, said):
    assert disposition(name) == said


@given(st.text())
def test_no_name_breaks_the_header(name):
    said = disposition(name)
    assert said.isascii()
    assert said.isprintable()
    assert said.count('"') == 2
    if "filename*" in said:
        assert len(unquote(said.partition("''")[2])) <= 150


def test_a_long_name_keeps_its_ending():
    assert disposition("x" * 300 + ".xlsx").endswith('x.xlsx"')


@pytest.mark.parametrize("body", [b"%PDF", iter([b"%P", b"DF"])])
def test_a_file_is_private_and_never_runs(body):
    response = attachment(body, name="a.pdf", content_type="application/pdf")
    assert b"".join(response) == b"%PDF"
    assert response["Content-Type"] == "application/pdf"
    assert response["Cache-Control"] == "no-store, private"
    assert response["X-Content-Type-Options"] == "nosniff"
    assert "sandbox" in response["Content-Security-Policy"]
