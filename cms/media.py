"""Pictures and files of lessons. The media folder is on no address: these views decide (trust.md §6)."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import IO

from django.http import FileResponse, Http404, HttpRequest, HttpResponse, StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404
from django.utils import timezone
from django.views.decorators.http import require_safe
from wagtail.documents.models import Document
from wagtail.images.models import Rendition

from courses.models import Course, Enrolment
from lms.days import local_day
from lms.people.models import Role, User
from lms.people.permissions import door
from lms.web.downloads import disposition

TYPES = {
    "pdf": "application/pdf", "mp3": "audio/mpeg", "m4a": "audio/mp4", "mp4": "video/mp4", "vtt": "text/vtt",
    "docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "pptx": "application/vnd.openxmlformats-officedocument.presentationml.presentation",
}  # fmt: skip
PLAYED = ("mp3", "m4a", "mp4", "vtt")
PIECE = 64 * 1024
RANGE = re.compile(r"bytes=(\d*)-(\d*)")


def may_see(user: User, collection_name: str) -> bool:
    """Coordinators, administrators, trainers of the course of the collection, and people enrolled in it."""
    today = local_day(timezone.now())
    if user.holds(Role.COORDINATOR, Role.ADMINISTRATOR, on=today):
        return True
    taught = Course.objects.taught_by(user, today).filter(code=collection_name)
    if user.holds(Role.TRAINER, on=today) and taught.exists():
        return True
    if user.person_id is None:
        return False
    return Enrolment.objects.enrolled().filter(person_id=user.person_id, run__course__code=collection_name).exists()


@door("lesson_file.download")
def rendition(request: HttpRequest, name: str) -> HttpResponseBase:
    """One size of a picture."""
    row = get_object_or_404(Rendition.objects.select_related("image__collection"), file=f"images/{name}")
    if not isinstance(request.user, User) or not may_see(request.user, row.image.collection.name):
        raise Http404
    response = FileResponse(row.file.open("rb"))
    response["Cache-Control"] = "private, max-age=86400"
    response["Content-Security-Policy"] = "default-src 'none'; sandbox"
    return response


@door("lesson_file.download")
@require_safe
def file(request: HttpRequest, pk: int, name: str) -> HttpResponseBase:
    """A handout, a recording, its captions; a player asks for parts of it."""
    row = get_object_or_404(Document.objects.select_related("collection"), pk=pk)
    if not isinstance(request.user, User) or not may_see(request.user, row.collection.name):
        raise Http404
    ending = row.file_extension.lower()
    try:
        size = row.file.size
        response = _part(row.file.open("rb"), size, request.headers.get("Range", ""))
    except FileNotFoundError as gone:
        raise Http404 from gone
    response["Content-Type"] = TYPES.get(ending, "application/octet-stream")
    if ending not in PLAYED:
        response["Content-Disposition"] = disposition(row.filename)
    response["Accept-Ranges"] = "bytes"
    response["Cache-Control"] = "private, max-age=86400"
    response["X-Content-Type-Options"] = "nosniff"
    response["Content-Security-Policy"] = "default-src 'none'; sandbox"
    return response


def _part(source: IO[bytes], size: int, asked: str) -> HttpResponseBase:
    """The whole file, or the one span that the header names; 416 for a span that lies outside."""
    found = RANGE.fullmatch(asked.strip())
    response: HttpResponseBase
    if found is None or not any(found.groups()):
        response = StreamingHttpResponse(_pieces(source, size))
        response["Content-Length"] = str(size)
        return response
    first, last = span(found.group(1), found.group(2), size)
    if first > last:
        source.close()
        response = HttpResponse(status=416)
        response["Content-Range"] = f"bytes */{size}"
        return response
    source.seek(first)
    response = StreamingHttpResponse(_pieces(source, last - first + 1), status=206)
    response["Content-Length"] = str(last - first + 1)
    response["Content-Range"] = f"bytes {first}-{last}/{size}"
    return response


def span(first: str, last: str, size: int) -> tuple[int, int]:
    """The first and last byte (inclusive) that a Range header means; first > last where there are none."""
    if not first:
        return max(size - int(last), 0), size - 1
    return int(first), min(int(last), size - 1) if last else size - 1


def _pieces(source: IO[bytes], left: int) -> Iterator[bytes]:
    with source:
        while left > 0 and (piece := source.read(min(PIECE, left))):
            left -= len(piece)
            yield piece
