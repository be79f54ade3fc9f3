"""Files that come with the form of a page of an open attempt: checked before anything reads them, then kept or said why
not. The answers of the same page are saved before."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from typing import Any

from django.contrib import messages
from django.core.files.uploadedfile import UploadedFile
from django.http import HttpRequest
from django.utils.translation import gettext as _

from courses.models import AnswerFile, Attempt
from lms.people.views.visit import Visit
from lms.refusal import Refused
from lms.uploads.checks import FileError, check_size
from lms.uploads.documents import MOST_DOCUMENT_BYTES, checked_document


def send_files(
    request: HttpRequest, attempt_id: uuid.UUID, places: Sequence[int], epoch: int, who: Visit
) -> list[int]:  # fmt: skip
    """Keep the files of the form (`s3-file`), take back what a button names (`drop` = "3-1"); the questions that need a
    look. A file that does not fit keeps the others from nothing."""
    dropped = _dropped(request.POST.get("drop", ""))
    came = [(place, file) for place in places for file in request.FILES.getlist(f"s{place}-file")]
    if not came and dropped is None:
        return []
    attempt = Attempt.objects.of(who.user).get(public_id=attempt_id)
    touched = []
    if dropped is not None:
        AnswerFile.take_away(attempt, *dropped, epoch=epoch, now=who.now)
        touched.append(dropped[0])
    for place, file in came:
        said = _kept(attempt, place, file, epoch, who)
        if said:
            messages.warning(request, said)
            touched.append(place)
    if came and not touched:
        messages.success(request, _("The file is with your answer."))
    return touched


def _dropped(text: str) -> tuple[int, int] | None:
    place, _dash, file = text.partition("-")
    is_sound = place.isascii() and place.isdecimal() and file.isascii() and file.isdecimal()
    return (int(place[:6]), int(file[:6])) if is_sound else None


def _kept(attempt: Attempt, place: int, file: UploadedFile[Any], epoch: int, who: Visit) -> str:
    """Empty when it is with the answer; else a sentence that says where and why not."""
    try:
        check_size(file.size or 0, MOST_DOCUMENT_BYTES)
        document = checked_document(file.name or "", file.read())
        AnswerFile.add(attempt, place, document, epoch=epoch, now=who.now)
    except FileError as error:
        reason = str(error)
    except Refused as refusal:
        if refusal.code not in ("bad_value", "too_many_files"):
            raise
        reason = str(refusal.message)
    else:
        return ""
    return _("Question %(place)d, file “%(name)s”: %(reason)s") % {"place": place, "name": file.name, "reason": reason}
