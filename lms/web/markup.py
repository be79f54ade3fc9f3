"""Markdown and foreign HTML as HTML that may stand on our pages: parsed by a library, then cleaned by another."""

from __future__ import annotations

import nh3
from markdown_it import MarkdownIt

_MARKDOWN = MarkdownIt("commonmark", {"html": False})
_TAGS = {
    "p",
    "br",
    "strong",
    "em",
    "b",
    "i",
    "code",
    "pre",
    "ul",
    "ol",
    "li",
    "blockquote",
    "h2",
    "h3",
    "sub",
    "sup",
    "a",
}
_ATTRIBUTES = {"a": {"href"}, "ol": {"start"}}


def clean_html(html: str) -> str:
    """HTML with nothing left but simple text elements and links to http(s) addresses."""
    return nh3.clean(html, tags=_TAGS, attributes=_ATTRIBUTES, url_schemes={"http", "https"}, link_rel="noopener")


def markdown_to_html(text: str) -> str:
    """CommonMark as clean HTML; HTML inside the text is shown as text."""
    return clean_html(str(_MARKDOWN.render(text))).strip()


def markdown_sections(text: str) -> list[tuple[str, str]]:
    """The text cut at its `##` headings: (heading, Markdown below it); the heading is empty for what comes first."""
    sections: list[tuple[str, list[str]]] = [("", [])]
    for line in text.splitlines():
        if line.startswith("## "):
            sections.append((line[3:].strip(), []))
        else:
            sections[-1][1].append(line)
    cut = [(heading, "\n".join(lines).strip()) for heading, lines in sections]
    return [section for section in cut if any(section)]
