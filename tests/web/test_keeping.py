"""Parts of a page that are kept: per language and per value, and never with somebody's token."""

from __future__ import annotations

from django.template import Context, Template
from django.utils import translation

from lms.web import keeping


def shown(template, **values):
    return template.render(Context(values))


def test_a_part_is_rendered_once_for_each_value_that_it_varies_by():
    part = Template("{% kept links %}{{ links|join:'+' }} {{ other }}{% endkept %}")
    assert shown(part, links=("a", "b"), other="x") == "a+b x"
    assert shown(part, links=("a", "b"), other="y") == "a+b x"
    assert shown(part, links=("b",), other="y") == "b y"


def test_each_language_has_its_own():
    part = Template("{% kept %}{% translate 'Menu' %}{% endkept %}")
    with translation.override("en"):
        assert shown(part) == "Menu"
    with translation.override("vi"):
        assert shown(part) != "Menu"


def test_a_kept_form_carries_the_token_of_who_looks():
    part = Template("{% kept %}<form>{% csrf_token %}</form>{% endkept %}")
    first, second = shown(part, csrf_token="one"), shown(part, csrf_token="two")
    assert 'value="one"' in first and 'value="two"' in second
    assert "one" not in second
    assert keeping.TOKEN not in first + second


def test_what_varies_without_end_is_forgotten(monkeypatch):
    monkeypatch.setattr(keeping, "MOST", 3)
    part = Template("{% kept number %}{{ number }}{% endkept %}")
    assert [shown(part, number=number) for number in range(9)] == [str(number) for number in range(9)]
    (node,) = part.nodelist
    assert isinstance(node, keeping.Kept)
    assert len(node.rendered) <= 3
