"""Foreign HTML of a question file as something inert: clean HTML for a stem, plain text for all else (trust.md §6).

A real parser (nh3) makes it well-formed first, so that what follows is one pass over harmless text. A picture that the
caller takes leaves the text; of any other the description stays, in brackets.
"""

from __future__ import annotations

import html
import re
from collections.abc import Callable
from dataclasses import dataclass

import nh3
from django.utils.translation import gettext as _

from lms.vietnamese.text import clean, clean_lines
from lms.web.markup import clean_html

_LINES = {"p", "div", "br", "li", "ul", "ol", "tr", "table", "h1", "h2", "h3", "h4", "h5", "h6", "blockquote", "pre"}
_KEPT = _LINES | {"img", "td", "th", "b", "strong", "i", "em", "u", "sub", "sup", "code", "a"}
_PICTURE = re.compile(r'<img((?: [a-z]+="[^"]*")*)>')
_SAID = re.compile(r' ([a-z]+)="([^"]*)"')
_TAG = re.compile(r"<(/?)([a-z0-9]+)[^<>]*>")
_FORMATTED = re.compile(r"<(?:b|strong|i|em|u|sub|sup|code|a|li|td|th|h[1-6])\b")
_ACTIVE = re.compile(
    r"(?i)<\s*(?:script|style|svg|math|iframe|object|embed|form|input|link|meta|base|video|audio)\b"
    r"|\bon[a-z]{3,20}\s*=|javascript:|vbscript:|data:"
)
_EMBEDDED = re.compile(r"(?i)data:image/(?:png|jpeg|webp);base64,")
_SCHEMES = {"http", "https", "data"}
"""«data:» for pictures that stand in the text; links to it fall when the text is cleaned for good."""
_ENTITY = re.compile(r"&[a-zA-Z#]")


Take = Callable[[str, str], bool]
"""Offered a picture, its address and its description: whether somebody keeps it."""


def nobody(_address: str, _described: str) -> bool:
    """Pictures are left out."""
    return False


@dataclass(frozen=True)
class Inert:
    """A text that can do nothing, and sentences that say what was lost on the way."""

    text: str
    notes: tuple[str, ...] = ()


def inert_html(source: str, take: Take = nobody) -> Inert:
    """HTML with simple elements and links alone; it stays as it is when it was that already."""
    parsed, notes = _parsed(source, take)
    return Inert(tidy(clean_html(parsed)), tuple(notes))


def tidy(source: str) -> str:
    """Lines as they are stored; the indentation stays: Markdown and HTML read it."""
    lines = source.replace("\r\n", "\n").replace("\r", "\n").strip().split("\n")
    return "\n".join((" " * (len(line) - len(line.lstrip(" "))) + clean(line)).rstrip() for line in lines)


def plain_text(source: str, take: Take = nobody) -> Inert:
    """The words of a piece of HTML; a text without any sign of it stays as it is."""
    if "<" not in source and not _ENTITY.search(source):
        return Inert(clean_lines(source).strip())
    parsed, notes = _parsed(source, take)
    if _FORMATTED.search(parsed):
        notes.append(_("Formatting of an option or of feedback was taken away."))
    words = html.unescape(_TAG.sub(_break, parsed))
    lines = (line for line in clean_lines(words).split("\n") if line)
    return Inert("\n".join(lines), tuple(notes))


def _break(tag: re.Match[str]) -> str:
    if tag[2] in ("td", "th"):
        return " "
    return "\n" if tag[2] in _LINES else ""


def _parsed(source: str, take: Take) -> tuple[str, list[str]]:
    """Well-formed HTML without pictures and without anything active."""
    is_left_out = False

    def kept(picture: re.Match[str]) -> str:
        nonlocal is_left_out
        said = {name: html.unescape(words) for name, words in _SAID.findall(picture[1])}
        if take(said.get("src", ""), said.get("alt", "")):
            return ""
        is_left_out = True
        described = html.escape(said.get("alt", ""))
        return f"[{_('Picture')}: {described}]" if described else f"[{_('Picture')}]"

    parsed = nh3.clean(
        source, tags=_KEPT, attributes={"img": {"alt", "src"}, "a": {"href"}}, link_rel=None, url_schemes=_SCHEMES
    )
    parsed = _PICTURE.sub(kept, parsed)
    notes = [_("Active or foreign content was taken out.")] if _ACTIVE.search(_EMBEDDED.sub("", source)) else []
    return parsed, [*notes, _("A picture was left out.")] if is_left_out else notes
