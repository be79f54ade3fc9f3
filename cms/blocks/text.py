"""Blocks of words."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _
from wagtail import blocks
from wagtail.contrib.typed_table_block.blocks import TypedTableBlock

TEXT_FEATURES = ["bold", "italic", "ol", "ul", "link"]


class HeadingBlock(blocks.CharBlock):
    class Meta:
        label = _("Heading")
        icon = "title"
        group = _("Text")
        template = "cms/blocks/heading.html"
        preview_value = "Ba câu hỏi trước khi phát"


class TextBlock(blocks.RichTextBlock):
    def __init__(self, **kwargs: object) -> None:
        super().__init__(features=TEXT_FEATURES, **kwargs)

    class Meta:
        label = _("Text")
        icon = "pilcrow"
        group = _("Text")
        template = "cms/blocks/text.html"
        preview_value = "<p>Mỗi bản tin một việc; mỗi câu một ý.</p>"


class CalloutBlock(blocks.StructBlock):
    kind = blocks.ChoiceBlock(
        choices=[("note", _("Note")), ("tip", _("Tip")), ("warning", _("Warning"))], default="note", label=_("Kind")
    )
    text = blocks.RichTextBlock(features=TEXT_FEATURES, label=_("Text"))

    class Meta:
        label = _("Call-out")
        icon = "warning"
        group = _("Text")
        template = "cms/blocks/callout.html"
        preview_value = {"kind": "tip", "text": "<p>Đọc thành tiếng trước khi gửi.</p>"}


class KeyPointsBlock(blocks.ListBlock):
    def __init__(self, **kwargs: object) -> None:
        super().__init__(blocks.CharBlock(label=_("Point")), **kwargs)

    class Meta:
        label = _("Key points")
        icon = "list-ul"
        group = _("Text")
        template = "cms/blocks/key_points.html"
        preview_value = ["Một tin một việc.", "Nói ai, làm gì, khi nào."]


class QuoteBlock(blocks.StructBlock):
    text = blocks.TextBlock(label=_("Quotation"))
    source = blocks.CharBlock(required=False, label=_("Source"))

    class Meta:
        label = _("Quotation")
        icon = "openquote"
        group = _("Text")
        template = "cms/blocks/quote.html"
        preview_value = {"text": "Bà con nuôi tôm ở thôn Hai chú ý.", "source": "Bản tin mẫu"}


class TableBlock(TypedTableBlock):
    """Rows under headings. At 360 px it scrolls inside its own frame."""

    def __init__(self, **kwargs: object) -> None:
        super().__init__([("text", blocks.CharBlock(required=False, label=_("Text")))], **kwargs)

    class Meta:
        label = _("Table")
        icon = "table"
        group = _("Text")
        template = "cms/blocks/table.html"
        preview_value = {
            "caption": "Ai nói, nói gì",
            "columns": [{"type": "text", "heading": "Việc"}, {"type": "text", "heading": "Người nói"}],
            "rows": [{"values": ["Cắt điện", "Điện lực"]}, {"values": ["Mưa lớn", "Ủy ban nhân dân xã"]}],
        }


class TermBlock(blocks.StructBlock):
    """A word and what it means here."""

    term = blocks.CharBlock(max_length=120, label=_("Term"))
    meaning = blocks.RichTextBlock(features=["bold", "italic", "link"], label=_("Meaning"))

    class Meta:
        label = _("Term")
        icon = "openquote"
        group = _("Text")
        template = "cms/blocks/term.html"
        preview_value = {"term": "Người phát ngôn", "meaning": "<p>Người được giao nói thay cơ quan.</p>"}
