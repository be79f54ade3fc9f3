"""Blocks that carry a file. Nothing but pictures is loaded before the reader asks for it."""

from __future__ import annotations

from typing import Any

from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _
from wagtail import blocks
from wagtail.blocks.struct_block import StructBlockValidationError
from wagtail.documents.blocks import DocumentChooserBlock

from cms.blocks.pictures import PictureBlock
from cms.blocks.text import TEXT_FEATURES

AUDIO = ("mp3", "m4a")
VIDEO = ("mp4",)
CAPTIONS = ("vtt",)
HANDOUT = ("pdf", "docx", "xlsx", "pptx")


class ChosenFileBlock(DocumentChooserBlock):
    """A file of the CMS with one of these endings."""

    def __init__(self, endings: tuple[str, ...] = HANDOUT, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.endings = endings

    def clean(self, value: Any) -> Any:
        chosen = super().clean(value)
        if chosen is not None and chosen.file_extension.lower() not in self.endings:
            names = ", ".join(f".{ending}" for ending in self.endings)
            raise ValidationError(_("This kind of file is not taken. Send one of: %(names)s.") % {"names": names})
        return chosen


class ImageBlock(blocks.StructBlock):
    """A picture with its alternative text, or marked as decoration. Phones load a small variant."""

    image = PictureBlock(label=_("Image"))
    caption = blocks.CharBlock(required=False, label=_("Caption"))

    class Meta:
        label = _("Image")
        icon = "image"
        group = _("Media")
        template = "cms/blocks/image.html"
        description = _("Say what the picture shows, or mark it as decoration.")


class RecordingBlock(blocks.StructBlock):
    """What audio and video have in common: the words, for whoever cannot listen or has no network for it."""

    title = blocks.CharBlock(label=_("Title"))
    captions = ChosenFileBlock(CAPTIONS, required=False, label=_("Captions (.vtt)"))
    transcript = blocks.RichTextBlock(features=TEXT_FEATURES, label=_("Transcript"))


class AudioBlock(RecordingBlock):
    file = ChosenFileBlock(AUDIO, label=_("Sound file"))

    class Meta:
        label = _("Audio")
        icon = "media"
        group = _("Media")
        template = "cms/blocks/audio.html"
        description = _("Loaded when the reader presses play. At most 64 kbit/s.")


class VideoBlock(RecordingBlock):
    file = ChosenFileBlock(VIDEO, label=_("Video file"))

    def clean(self, value: Any) -> Any:
        """Moving pictures with speech carry captions (WCAG 1.2.2)."""
        cleaned = super().clean(value)
        if not cleaned.get("captions"):
            raise StructBlockValidationError({"captions": ValidationError(_("A video needs captions."))})
        return cleaned

    class Meta:
        label = _("Video")
        icon = "media"
        group = _("Media")
        template = "cms/blocks/video.html"
        description = _("Loaded when the reader presses play.")


class FileBlock(blocks.StructBlock):
    """A handout to download, with its kind and size."""

    title = blocks.CharBlock(label=_("Title"))
    file = ChosenFileBlock(HANDOUT, label=_("File"))
    note = blocks.CharBlock(required=False, label=_("What it is for"))

    class Meta:
        label = _("File")
        icon = "doc-full"
        group = _("Media")
        template = "cms/blocks/file.html"
