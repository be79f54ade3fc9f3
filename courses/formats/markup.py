"""Foreign HTML of a question file as something inert: clean HTML for a stem, plain text for all else (trust.md §6).

A real parser (nh3) makes it well-formed first, so that what follows is one pass over harmless text. Pictures are never
decoded: their description stays, in brackets.
"""

from __future__ import annotations

import html
import re
from dataclasses import dataclass

import nh3
from django.utils.translation import gettext as _

from lms.vietnamese.text import clean, clean_lines
from lms.web.markup import clean_html

_LINES = {"p", "div", "br", "li", "ul", "ol", "tr", "table", "h1", "h2", "h3", "h4", "h5", "h6", "blockquote", "pre"}
_KEPT = _LINES | {"img", "td", "th", "b", "strong", "i", "em", "u", "sub", "sup", "code", "a"}
_PICTURE = re.compile(r'<img(?: alt="([^"]*)")?>')
_TAG = re.compile(r"<(/?)([a-z0-9]+)[^<>]*>")
_FORMATTED = re.compile(r"<(?:b|strong|i|em|u|sub|sup|code|a|li|td|th|h[1-6])\b")
_ACTIVE = re.compile(
    r"(?i)<\s*(?:script|style|svg|math|iframe|object|embed|form|input|link|meta|base|video|audio)\b"
    r"|\bon[a-z]{3,20}\s*=|javascript:|vbscript:|data:"
)
_ENTITY = re.compile(r"&[a-zA-Z#]")


@dataclass(frozen=True)
class Inert:
    """A text that can do nothing, and sentences that say what was lost on the way."""

    text: str
    notes: tuple[str, ...] = ()


def inert_html(source: str) -> Inert:
    """HTML with simple elements and links alone; it stays as it is when it was that already."""
    parsed, notes = _parsed(source)
    return Inert(tidy(clean_html(parsed)), tuple(notes))


def tidy(source: str) -> str:
    """Lines as they are stored; the indentation stays: Markdown and HTML read it."""
    lines = source.replace("\r\n", "\n").replace("\r", "\n").strip().split("\n")
    return "\n".join((" " * (len(line) - len(line.lstrip(" "))) + clean(line)).rstrip() for line in lines)


def plain_text(source: str) -> Inert:
    """The words of a piece of HTML; a text without any sign of it stays as it is."""
    if "<" not in source and not _ENTITY.search(source):
        return Inert(clean_lines(source).strip())
    parsed, notes = _parsed(source)
    if _FORMATTED.search(parsed):
        notes.append(_("Formatting of an option or of feedback was taken away."))
    words = html.unescape(_TAG.sub(_break, parsed))
    lines = (line for line in clean_lines(words).split("\n") if line)
    return Inert("\n".join(lines), tuple(notes))


def _break(tag: re.Match[str]) -> str:
    if tag[2] in ("td", "th"):
        return " "
    return "\n" if tag[2] in _LINES else ""


def _parsed(source: str) -> tuple[str, list[str]]:
    """Well-formed HTML without pictures and without anything active."""
    notes = [_("Active or foreign content was taken out.")] if _ACTIVE.search(source) else []
    parsed = nh3.clean(source, tags=_KEPT, attributes={"img": {"alt"}, "a": {"href"}}, link_rel=None)
    if "<img" in parsed:
        notes.append(_("A picture was left out."))
        parsed = _PICTURE.sub(_described, parsed)
    return parsed, notes


def _described(picture: re.Match[str]) -> str:
    return f"[{_('Picture')}: {picture[1]}]" if picture[1] else f"[{_('Picture')}]"
