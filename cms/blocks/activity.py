"""Blocks to work with: steps and situations."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext_lazy as _
from wagtail import blocks

from cms.blocks.text import TEXT_FEATURES


class StepsBlock(blocks.ListBlock):
    def __init__(self, **kwargs: object) -> None:
        super().__init__(blocks.RichTextBlock(features=["bold", "italic", "link"], label=_("Step")), **kwargs)

    class Meta:
        label = _("Steps")
        icon = "list-ol"
        group = _("Activity")
        template = "cms/blocks/steps.html"
        preview_value = ["<p>Gọi đúng người.</p>", "<p>Nói việc chính trong một câu.</p>"]


class CaseBlock(blocks.StructBlock):
    """A situation («tình huống»), and a worked answer that the reader opens."""

    title = blocks.CharBlock(label=_("Title"))
    situation = blocks.RichTextBlock(features=TEXT_FEATURES, label=_("Situation"))
    answer = blocks.RichTextBlock(features=TEXT_FEATURES, required=False, label=_("Worked answer"))

    class Meta:
        label = _("Situation")
        icon = "help"
        group = _("Activity")
        template = "cms/blocks/case.html"
        preview_value = {
            "title": "Cắt điện ba thôn",
            "situation": "<p>Điện lực báo cắt điện ngày mai.</p>",
            "answer": "<p>Phát loa chiều nay hai lần.</p>",
        }


class ExampleBlock(blocks.StructBlock):
    """A worked example: the task, how it was done, step by step, and what came out."""

    title = blocks.CharBlock(label=_("Title"))
    task = blocks.RichTextBlock(features=TEXT_FEATURES, label=_("Task"))
    steps = blocks.ListBlock(
        blocks.RichTextBlock(features=["bold", "italic", "link"], label=_("Step")), label=_("Steps")
    )
    result = blocks.RichTextBlock(features=TEXT_FEATURES, label=_("Result"))

    class Meta:
        label = _("Worked example")
        icon = "form"
        group = _("Activity")
        template = "cms/blocks/example.html"
        preview_value = {
            "title": "Bản tin cắt điện",
            "task": "<p>Viết bản tin 60 từ.</p>",
            "steps": ["<p>Gọi đúng thôn.</p>", "<p>Nói giờ bắt đầu, giờ kết thúc.</p>"],
            "result": "<p>Bà con thôn Hai chú ý: mai cắt điện từ 8 giờ đến 11 giờ.</p>",
        }


class SelfCheckBlock(blocks.StructBlock):
    """A practice quiz, or a question of the course, by its code alone: no key ever stands in a page (trust.md §7)."""

    code = blocks.CharBlock(
        max_length=60, label=_("Code"), help_text=_("Of a practice quiz or a question of this course.")
    )

    def get_context(self, value: Any, parent_context: dict[str, Any] | None = None) -> dict[str, Any]:
        """With what stands behind the code, if the page that shows the block has read it (cms/serving.py)."""
        context: dict[str, Any] = super().get_context(value, parent_context=parent_context)
        known = (parent_context or {}).get("self_checks") or {}
        return {**context, "asked": known.get(value.get("code"))}

    class Meta:
        label = _("Self-check")
        icon = "circle-check"
        group = _("Activity")
        template = "cms/blocks/self_check.html"
        preview_value = {"code": "TTCS-01-001"}
