"""Blocks to work with: steps and situations."""

from __future__ import annotations

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
