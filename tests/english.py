"""English that was left on a page: how the tests find it."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator
from html.parser import HTMLParser
from typing import Any

GIVE_AWAY = """
    the of and or is are was has have be been not no yes all any some this that these there here your you we it its
    with from for by at as will must please other more new back then when into
    save saved edit editing edited delete deleted publish published unpublish search view add added choose close cancel
    submit approve approval reject moderators copy move create created update updated select upload sort filter show
    hide enter open toggle lock unlock sign insert remove replace resolve restore compare schedule import export
    page pages status history title comment comments user users error errors image images document documents settings
    live draft results workflow moderation date time name type password collection collections tag tags site sites
    report reports loading required field fields preview usage child parent explorer optional action actions value
    default empty block blocks task tasks group groups role roles root editors locale alias snippet redirect revision
    revisions
"""
"""A word of these outside a name or an address gives English away; `to`, `on`, `in`, `can`, `do` are Vietnamese too."""
ENGLISH = re.compile(rf"(?<![\w./:@#=\-%])(?:{'|'.join(GIVE_AWAY.split())})(?![\w/@=\-]|\.\w)", re.IGNORECASE)
NAMES = re.compile(r"YYYY-MM-DD|https?://\S+")
SHOWN = {"title", "alt", "placeholder", "aria-label", "aria-description", "aria-roledescription", "summary", "label"}
LABELS = {"label", "title", "text", "placeholder", "helpText", "help_text", "description"}
SILENT = {"script", "style", "code", "pre", "kbd", "svg"}


def english_in(words: Iterable[str]) -> set[str]:
    """Those that hold a give-away, cut short."""
    return {word[:300] for word in words if ENGLISH.search(NAMES.sub("", word))}


class Said(HTMLParser):
    """What somebody reads or hears of a page: text, labels, hints, and the words its widgets are given as JSON."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.words: list[str] = []
        self.silent = 0
        self.feed(page)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.silent += tag in SILENT
        button = tag == "input" and (("type", "submit") in attrs or ("type", "button") in attrs)
        for name, value in attrs:
            if value and (name in SHOWN or (name == "value" and button)):
                self.words.append(value)
            elif value and name.startswith("data-"):
                self.words += said_in_json(value)

    def handle_endtag(self, tag: str) -> None:
        self.silent -= tag in SILENT and self.silent > 0

    def handle_data(self, data: str) -> None:
        if not self.silent and data.strip():
            self.words.append(" ".join(data.split()))


def said_in_json(text: str) -> list[str]:
    """The sentences and the pieces of pages among the values; a single word may be a key of a script."""
    if text[0] not in '[{"':
        return [text] if " " in text and "->" not in text else []
    try:
        return list(_said(json.loads(text)))
    except ValueError:
        return []


def _said(value: Any, *, is_label: bool = False) -> Iterator[str]:
    if isinstance(value, dict):
        for name, one in value.items():
            yield from _said(one, is_label=name in LABELS)
    elif isinstance(value, list):
        for one in value:
            yield from _said(one)
    elif isinstance(value, str) and value.lstrip()[:1] in ("<", "{", "["):
        yield from Said(value).words if value.lstrip()[0] == "<" else said_in_json(value.strip())
    elif isinstance(value, str) and (is_label or " " in value):
        yield value


def english(answer: Any) -> set[str]:
    """What is English in an answer that is a page, or holds pieces of one."""
    kind = answer.headers.get("Content-Type", "").partition(";")[0]
    if answer.streaming or kind not in ("text/html", "application/json"):
        return set()
    text = answer.content.decode()
    words = Said(text).words if kind == "text/html" else said_in_json(text)
    return english_in(words)
