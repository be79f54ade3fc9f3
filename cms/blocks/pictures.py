"""Wagtail's block of an image and its alternative text, every field of it named in the language of the reader."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext_lazy as _
from wagtail.images.blocks import ImageBlock


class PictureBlock(ImageBlock):
    """Wagtail names the field of the image after its key, in English."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.child_blocks["image"].label = _("Image")
