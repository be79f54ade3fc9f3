"""Blocks that point elsewhere: the law a lesson rests on, and other sites."""

from __future__ import annotations

import hashlib
from urllib.parse import urlsplit

from django.utils.translation import gettext_lazy as _
from wagtail import blocks

from lms.vietnamese.text import clean, fold


class CitationValue(blocks.StructValue):
    """A source as the page names it."""

    def source_key(self) -> str:
        """The same for the same document and article, however they are typed."""
        words = fold(clean(f"{self.get('document') or ''}|{self.get('article') or ''}"))
        return hashlib.sha256(words.encode()).hexdigest()[:24]


class CitationBlock(blocks.StructBlock):
    """A legal source. Publishing writes its record; from then on the record's day counts (cms/citing.py)."""

    document = blocks.CharBlock(max_length=300, label=_("Document"), help_text=_("For example: 07/CT-TTg"))
    article = blocks.CharBlock(max_length=200, required=False, label=_("Article"))
    title = blocks.CharBlock(max_length=300, required=False, label=_("Subject"))
    url = blocks.URLBlock(max_length=200, required=False, label=_("Address"))
    check_by = blocks.DateBlock(
        label=_("Check by"), help_text=_("The first day. Later days are set where sources are confirmed.")
    )

    class Meta:
        label = _("Legal source")
        icon = "clipboard-list"
        group = _("Sources")
        template = "cms/blocks/citation.html"
        value_class = CitationValue
        preview_value = {
            "document": "07/CT-TTg", "article": "điểm a khoản 2", "title": "Tăng cường truyền thông chính sách",
            "url": "https://chinhphu.vn/", "check_by": "2027-03-21",
        }  # fmt: skip


class LinkValue(blocks.StructValue):
    def host(self) -> str:
        """Where the link leads, in a word."""
        return urlsplit(self.get("url") or "").hostname or ""


class LinkCardBlock(blocks.StructBlock):
    """Another site, by its address: nothing of it is loaded before the reader goes there."""

    title = blocks.CharBlock(label=_("Title"))
    url = blocks.URLBlock(label=_("Address"))
    text = blocks.CharBlock(required=False, label=_("What one finds there"))

    class Meta:
        label = _("Link")
        icon = "link-external"
        group = _("Sources")
        template = "cms/blocks/link_card.html"
        value_class = LinkValue
        preview_value = {
            "title": "Cổng Thông tin điện tử Chính phủ",
            "url": "https://chinhphu.vn/",
            "text": "Văn bản gốc",
        }
