"""The long lists of a page of questions. A template that walks them took half the time of the page."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from django import template
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from courses.asking import Choice

register = template.Library()


@register.simple_tag
def choices(kind: str, name: str, options: Iterable[Choice]) -> SafeString:
    """Radio buttons or check boxes, one a line; `kind` is the type of the input."""
    lines = (
        (kind, name, one.uid, SafeString(" checked") if one.is_chosen else "", one.text) for one in options
    )  # fmt: skip
    line = '<li><label class="choice"><input type="{}" name="{}" value="{}"{}><span>{}</span></label></li>'
    return format_html('<ul class="choices">{}</ul>', format_html_join("", line, lines))


@register.filter
def as_options(rights: Iterable[Choice]) -> list[tuple[str, SafeString, SafeString]]:
    """The right sides of a matching question as options of a select, each as it is and as it is chosen."""
    line = '<option value="{}"{}>{}</option>'
    chosen = SafeString(" selected")
    return [(one.uid, format_html(line, one.uid, "", one.text), format_html(line, one.uid, chosen, one.text))
            for one in rights]  # fmt: skip


@register.simple_tag
def options(drawn: Iterable[tuple[str, SafeString, SafeString]], chosen: str) -> SafeString:
    """The options of one select, drawn once for all of the question."""
    return SafeString("".join(marked if uid == chosen else plain for uid, plain, marked in drawn))


@register.simple_tag
def places(held: Sequence[tuple[int, bool]], here: int) -> SafeString:
    """A link to each question, which says whether it is answered and which one is shown."""
    answered = format_html('<span class="visually-hidden"> – {}</span>', _("answered"))
    lines = (
        (
            place, place, SafeString(' class="answered"') if is_answered else "",
            SafeString(' aria-current="step"') if place == here else "", place, answered if is_answered else "",
        )
        for place, is_answered in held
    )  # fmt: skip
    line = '<li><a href="?q={}#q-{}"{}{}>{}{}</a></li>'
    return format_html('<ol class="quiz-nav">{}</ol>', format_html_join("", line, lines))
