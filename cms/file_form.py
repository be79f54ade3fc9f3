"""Files that authors bring in are checked by size and first bytes, whatever their name says (trust.md §6)."""

from __future__ import annotations

from typing import Any

from django.core.exceptions import ValidationError
from wagtail.documents.forms import BaseDocumentForm

from lms.uploads.checks import FileError, check_archive, check_size, extension
from lms.uploads.recordings import check_recording

MB = 1024 * 1024
CAPS = {"mp3": 30 * MB, "m4a": 30 * MB, "mp4": 100 * MB, "vtt": MB}
HANDOUT_CAP = 20 * MB
MEMBERS = {"docx": "word/document.xml", "xlsx": "xl/workbook.xml", "pptx": "ppt/presentation.xml"}


class LessonFileForm(BaseDocumentForm):
    """The form of documents in the CMS (WAGTAILDOCS_DOCUMENT_FORM_BASE)."""

    def clean_file(self) -> Any:
        """The file as it came. What is not what its name says, or too large, is refused before anything reads it."""
        given = self.cleaned_data["file"]
        if "file" not in self.changed_data:
            return given
        try:
            ending = extension(given.name, [*CAPS, *MEMBERS, "pdf"])
            check_size(given.size, CAPS.get(ending, HANDOUT_CAP))
            if ending in MEMBERS:
                check_archive(given.read(), MEMBERS[ending])
            else:
                check_recording(given.read(16), ending)
        except FileError as error:
            raise ValidationError(str(error), code=error.code) from error
        finally:
            given.seek(0)
        return given
