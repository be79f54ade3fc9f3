"""Promises about every template, ours and those of the storeys above."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from bs4 import BeautifulSoup
from django.conf import settings
from django.template.loader import render_to_string

from lms.web.samples import SAMPLES

ROOT = Path(settings.BASE_DIR)
FOLDERS = [ROOT / "templates", *(ROOT / app / "templates" for app in ("cms", "courses", "certificates", "lms/people"))]
TEMPLATES = sorted(path for folder in FOLDERS for path in folder.rglob("*.html"))
FORBIDDEN = {
    "a style attribute": re.compile(r"<[^>]*\sstyle\s*="),
    "a style element": re.compile(r"<style\b"),
    "an event attribute": re.compile(r"<[^>]*\son[a-z]+\s*=", re.IGNORECASE),
    "an hx-on attribute": re.compile(r"\shx-on[:\-]"),
    "a javascript address": re.compile(
        r"(?:href|src|action|hx-[a-z]+)\s*=\s*[\"']\s*(?:javascript|js):", re.IGNORECASE
    ),
    "an address of another host": re.compile(r"(?:src|<link[^>]*href)\s*=\s*[\"'](?:https?:)?//"),
}
SCRIPT = re.compile(r"<script\b([^>]*)>(.*?)</script>", re.DOTALL)
COMPONENTS = sorted(path.stem for path in (ROOT / "templates/components").glob("*.html"))
FRAMES = {"site_head", "site_foot", "table_cell"}
"""Parts of base.html and of the table, which render only inside those."""


@pytest.mark.parametrize("path", TEMPLATES, ids=lambda path: str(path.relative_to(ROOT)))
def test_nothing_is_inline(path):
    text = re.sub(r"{%\s*comment.*?endcomment\s*%}|{#.*?#}", "", path.read_text(encoding="utf-8"), flags=re.DOTALL)
    found = [name for name, pattern in FORBIDDEN.items() if pattern.search(text)]
    for attributes, body in SCRIPT.findall(text):
        if body.strip() and "application/json" not in attributes:
            found.append("an inline script")
    assert found == []


def test_every_component_has_its_sample_and_says_its_parameters():
    assert {sample.name for sample in SAMPLES} == set(COMPONENTS) - FRAMES
    for name in COMPONENTS:
        head = (ROOT / f"templates/components/{name}.html").read_text(encoding="utf-8")
        assert head.startswith("{% comment %}"), name


@pytest.mark.parametrize("sample", SAMPLES, ids=lambda sample: sample.name)
def test_a_component_renders_every_sample(sample):
    for context in sample.contexts:
        text = render_to_string(sample.template, context)
        nothing = sample.name == "pagination" and context["page"].paginator.num_pages == 1
        assert bool(text.strip()) is not nothing
        assert "{{" not in text
        assert "{%" not in text


def test_labels_of_links_and_fields_are_tied_to_their_words():
    sample = next(sample for sample in SAMPLES if sample.name == "field")
    tree = BeautifulSoup("".join(render_to_string(sample.template, c) for c in sample.contexts), "html.parser")
    for control in tree.select("input, select"):
        assert tree.select(f"label[for={control['id']}]"), control["id"]
        for described in str(control.get("aria-describedby") or "").split():
            assert tree.find(id=described), described
    wrong = tree.select("input[name=phone]")[0]
    assert wrong["aria-invalid"] == "true"
    assert len(str(wrong["aria-describedby"]).split()) == 2


def test_text_of_a_component_is_escaped():
    text = render_to_string("components/alert.html", {"text": "<script>alert(1)</script>", "kind": "bad"})
    assert "<script>" not in text
    assert "&lt;script&gt;" in text
