"""Formats, icons and bars for templates; a builtin library, nothing to load."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from decimal import Decimal
from functools import cache
from typing import Any

from django import template
from django.template.context import Context
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from lms.web import charts, formatting
from lms.web.keeping import kept

register = template.Library()
register.tag("kept", kept)


def _language() -> str:
    return get_language() or "vi"


@register.filter
def vi_date(value: date | datetime | None) -> str:
    """05/03/2026; nothing for None."""
    return formatting.short_date(value) if value else ""


@register.filter
def signed(value: int) -> str:
    """+1, −2 with a true minus; a dash for no change."""
    return f"{value:+d}".replace("-", "−") if value else formatting.NOTHING


@register.filter
def vi_date_long(value: date | datetime | None) -> str:
    """«ngày 05 tháng 3 năm 2026»; nothing for None."""
    return formatting.long_date(value) if value else ""


@register.filter
def vi_time(value: datetime | None) -> str:
    """09:41; nothing for None."""
    return formatting.clock_time(value) if value else ""


@register.filter
def vi_datetime(value: datetime | None) -> str:
    """09:41 05/03/2026; nothing for None."""
    return formatting.date_and_time(value) if value else ""


@register.filter
def vi_number(value: int | Decimal | None) -> str:
    """1.234.567; a dash for None."""
    return formatting.NOTHING if value is None else formatting.number(value, _language())


@register.filter
def percent(part: int | None, whole: int | None) -> str:
    """`{{ part|percent:whole }}`: 66,7%; a dash without a denominator."""
    return formatting.percent(part, whole, _language())


@register.filter
def tenths_percent(value: int | None) -> str:
    """Tenths of a percent: 667 is 66,7%; a dash for None."""
    return formatting.tenths(value, _language())


@register.filter
def file_size(value: int | None) -> str:
    """1,2 MB; a dash for None."""
    return formatting.NOTHING if value is None else formatting.file_size(value, _language())


@register.filter
def duration_minutes(value: int | None) -> str:
    """1 giờ 35 phút; nothing for None."""
    return "" if value is None else formatting.duration(value)


@register.simple_tag
def bar(part: int | None, whole: int | None, label: Any = "") -> SafeString:
    """An inline SVG bar; its title is the label and the percentage, its description the two numbers.

    Put the number beside it: the bar alone says nothing in print or to a screen reader in a hurry.
    """
    share = formatting.percent_tenths(part or 0, whole or 0)
    width = min(share or 0, 1000)
    text = formatting.percent(part, whole, _language())
    counts = _("%(part)s of %(whole)s") % {"part": vi_number(part), "whole": vi_number(whole)}
    return format_html(
        '<svg class="bar" role="img" width="100%" height="8"><title>{}</title><desc>{}</desc>'
        '<rect class="bar-rail" width="100%" height="8" rx="4"/>'
        '<rect class="bar-fill" width="{}%" height="8" rx="4"/></svg>',
        f"{label}: {text}" if label else text,
        counts,
        f"{width // 10}.{width % 10}",
    )


@register.filter
def with_columns(points: Sequence[dict[str, Any]]) -> list[tuple[dict[str, Any], charts.Column]]:
    """Each point of a chart with the place of its column; see components/trend.html."""
    return list(zip(points, charts.columns([(point["part"], point["whole"]) for point in points]), strict=True))


@register.simple_tag
@cache
def icon(name: str) -> SafeString:
    """A decorative inline SVG from templates/icons; the words stand beside it."""
    return render_to_string(f"icons/{name}.svg")


@register.simple_tag(takes_context=True)
def active_link(context: Context, url_name: str, *args: Any) -> SafeString:
    """` aria-current="page"` if the address of `url_name` is the one being shown."""
    request = context.get("request")
    here = request is not None and request.path == reverse(url_name, args=args)
    return format_html(' aria-current="{}"', "page") if here else SafeString("")
