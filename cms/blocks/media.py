"""Blocks that carry a file."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _
from wagtail import blocks

from cms.blocks.pictures import PictureBlock


class ImageBlock(blocks.StructBlock):
    """A picture with its alternative text, or marked as decoration."""

    image = PictureBlock(label=_("Image"))
    caption = blocks.CharBlock(required=False, label=_("Caption"))

    class Meta:
        label = _("Image")
        icon = "image"
        group = _("Media")
        template = "cms/blocks/image.html"
