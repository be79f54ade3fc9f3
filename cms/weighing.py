"""What a lesson costs whoever reads it on a phone, in bytes on the wire (learning.md §2).

The lesson's own part: its words compressed, its pictures in the variant that a phone of 360 px with two dots to the
pixel loads. Sound, video and handouts come only when asked for, and are counted apart.
"""

from __future__ import annotations

import gzip
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from wagtail.images.exceptions import InvalidFilterSpecError
from wagtail.images.models import SourceImageIOError

KB = 1000
WARN_ABOVE = 60 * KB
CONFIRM_ABOVE = 300 * KB
REFUSE_ABOVE = 2_000 * KB
IMAGE_LIMIT = 60 * KB
PHONE_VARIANT = "width-720|format-webp|webpquality-60"
"""One of the variants in templates/cms/blocks/image.html."""


@dataclass(frozen=True)
class Weight:
    """Bytes: words, pictures, what is loaded on a click; and the heaviest picture."""

    page: int = 0
    images: int = 0
    on_click: int = 0
    heaviest_image: int = 0

    @property
    def at_once(self) -> int:
        """What the first view loads of the lesson."""
        return self.page + self.images

    @property
    def share_of_budget(self) -> int:
        """In percent of what a lesson may weigh without a word; more than 100 is too much."""
        return 100 * self.at_once // WARN_ABOVE


def weigh(body: Iterable[Any]) -> Weight:
    """The weight of the blocks of a lesson. Variants of pictures that do not exist yet are made."""
    words, pictures, asked_for = [], [], 0
    for block in body:
        words.append(str(block.render({"self_checks": {}})))
        if block.block_type == "image":
            pictures.append(_picture(block.value.get("image")))
        asked_for += sum(_size(block.value.get(name)) for name in _FILES.get(block.block_type, ()))
    page = len(gzip.compress("".join(words).encode(), mtime=0)) if words else 0
    return Weight(page, sum(pictures), asked_for, max(pictures, default=0))


_FILES = {"audio": ("file", "captions"), "video": ("file", "captions"), "file": ("file",)}


def _size(document: Any) -> int:
    return (document.get_file_size() or 0) if document is not None else 0


def _picture(image: Any) -> int:
    """The bytes of the variant; nothing where the picture's file is gone."""
    if image is None:
        return 0
    try:
        return int(image.get_rendition(PHONE_VARIANT).file.size)
    except (SourceImageIOError, InvalidFilterSpecError, OSError):
        return 0
