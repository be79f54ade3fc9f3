"""What a first view weighs on a weak network (performance.md): gzipped bytes and requests."""

from __future__ import annotations

import gzip
import re
from pathlib import Path

from django.contrib.staticfiles import finders
from django.template.loader import render_to_string

from lms.web import bundles

STATIC = Path(bundles.__file__).parent / "static/lms"
KB = 1000


def packed(text: bytes | str) -> int:
    return len(gzip.compress(text.encode() if isinstance(text, str) else text, 9))


def found(name: str) -> bytes:
    path = finders.find(name)
    assert path, name
    return Path(path).read_bytes()


def test_the_sheet_is_within_seven_kilobytes():
    assert packed(bundles.site_css()) <= 7 * KB


def test_our_own_scripts_of_every_page_are_within_six_kilobytes():
    assert packed((STATIC / "js/app.js").read_bytes()) <= 6 * KB


def test_the_icon_of_the_site_is_small():
    assert packed((STATIC / "icons/mark.svg").read_bytes()) <= KB


def test_frame_sheet_scripts_and_htmx_leave_ten_kilobytes_for_the_page():
    frame = packed(render_to_string("500.html", {"message": "x"}))
    parts = [bundles.site_css().encode(), (STATIC / "js/app.js").read_bytes(), (STATIC / "icons/mark.svg").read_bytes()]
    htmx = packed(found("django_htmx/htmx-2.min.js"))
    assert frame + sum(map(packed, parts)) + htmx <= 35 * KB


def test_a_page_asks_for_one_sheet_and_one_script():
    text = (Path(bundles.__file__).parents[2] / "templates/base.html").read_text(encoding="utf-8")
    assert len(re.findall(r'rel="stylesheet"', text)) == 1
    assert len(re.findall(r"<script\b", text)) == 1


def test_the_bundle_is_found_and_follows_its_parts(settings, tmp_path, monkeypatch):
    settings.DATA_DIR = tmp_path
    finder = bundles.BundleFinder()
    first = Path(str(finder.find(bundles.NAME)))
    assert first.read_text(encoding="utf-8") == bundles.site_css()
    monkeypatch.setattr(bundles, "PARTS", ("tokens",))
    assert Path(str(finder.find(bundles.NAME))).read_text(encoding="utf-8") == bundles.site_css()
    assert [name for name, _storage in finder.list(None)] == [bundles.NAME]
    assert finder.find("lms/other.css") == []


def test_slimming_drops_comments_and_keeps_every_rule():
    whole = "".join((STATIC / f"css/{part}.css").read_text(encoding="utf-8") for part in bundles.PARTS)
    slim = bundles.site_css()
    assert "/*" not in slim
    bare = re.sub(r"/\*.*?\*/", "", whole, flags=re.DOTALL)
    assert re.sub(r"\s+", "", slim) == re.sub(r"\s+", "", bare)
    assert slim.count("{") == slim.count("}")


def test_every_colour_of_the_light_scheme_has_its_dark_one():
    tokens = (STATIC / "css/tokens.css").read_text(encoding="utf-8")
    light, dark = tokens.split("@media (prefers-color-scheme: dark)")
    colours = set(re.findall(r"(--[a-z-]+): #", light)) - {"--gold"}
    assert colours <= set(re.findall(r"(--[a-z-]+): #", dark))


def test_no_class_asks_for_a_font_or_an_image_of_another_host():
    assert "url(" not in bundles.site_css()
    assert "@font-face" not in bundles.site_css()
    assert "@import" not in bundles.site_css()
