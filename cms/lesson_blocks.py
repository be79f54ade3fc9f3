"""A lesson written in Markdown, as blocks of a page."""

from __future__ import annotations

from typing import Any

from lms.web.markup import markdown_sections, markdown_to_html

SELF_CHECK = "Tự kiểm tra"
HINT = "*Gợi ý"


def blocks(body: str, key_points: list[str]) -> list[dict[str, Any]]:
    """StreamField data for a Markdown body: a heading and a text per section, the self-check with its hint folded
    away, and the key points at the end."""
    made: list[dict[str, Any]] = []
    for heading, text in markdown_sections(body):
        if heading == SELF_CHECK:
            made.append({"type": "case", "value": _self_check(heading, text)})
            continue
        if heading:
            made.append({"type": "heading", "value": heading})
        if text:
            made.append({"type": "text", "value": markdown_to_html(text)})
    if key_points:
        made.append({"type": "key_points", "value": list(key_points)})
    return made


def _self_check(heading: str, text: str) -> dict[str, str]:
    questions, mark, hint = text.partition(HINT)
    return {
        "title": heading,
        "situation": markdown_to_html(questions),
        "answer": markdown_to_html(mark + hint) if mark else "",
    }
