"""Tags and filters that templates find without loading."""

from __future__ import annotations

from datetime import date

import pytest
from bs4 import BeautifulSoup, Tag
from django.template import Context, Template
from django.test import RequestFactory
from django.utils.translation import override

from lms.web.templatetags import lms_web


def drawn(part: int | None, whole: int | None, label: str = "") -> Tag:
    with override("en"):
        svg = BeautifulSoup(str(lms_web.bar(part, whole, label)), "html.parser").svg
    assert svg is not None
    return svg


def fill(svg: Tag) -> str:
    """The width of the filled part."""
    rect = svg.find("rect", class_="bar-fill")
    assert rect is not None
    return str(rect["width"])


def test_the_bar_has_a_name_a_description_and_no_style():
    svg = drawn(2, 3, "Lessons")
    assert svg.title is not None
    assert svg.title.text == "Lessons: 66.7%"
    assert svg.get_text().endswith("2 of 3")
    assert svg.get("style") is None
    assert fill(svg) == "66.7%"


@pytest.mark.parametrize(
    ("part", "whole", "width"), [(0, 9, "0.0%"), (12, 9, "100.0%"), (0, 0, "0.0%"), (None, None, "0.0%")]
)
def test_the_bar_stays_inside_its_rail(part, whole, width):
    assert fill(drawn(part, whole)) == width


def test_the_label_of_a_bar_is_escaped():
    assert "<b>" not in str(lms_web.bar(1, 2, "<b>"))


def test_filters_write_vietnamese_and_survive_nothing():
    source = (
        "{{ d|vi_date }}|{{ no|vi_date }}|{{ n|vi_number }}|{{ no|vi_number }}|{{ 2|percent:3 }}|{{ no|percent:3 }}"
    )
    with override("vi"):
        text = Template(source).render(Context({"d": date(2026, 3, 5), "no": None, "n": 1234567}))
    assert text == "05/03/2026||1.234.567|–|66,7%|–"


def test_an_icon_is_decoration():
    svg = str(lms_web.icon("check"))
    assert 'aria-hidden="true"' in svg


def test_the_link_of_this_page_is_marked():
    request = RequestFactory().get("/accounts/login/")
    source = '{% active_link "account_login" %}|{% active_link "account_logout" %}'
    assert Template(source).render(Context({"request": request})) == ' aria-current="page"|'
