"""The sheet that people sign: printed with frozen rows, read back from a photograph (attendance §1.5)."""

from __future__ import annotations

import uuid
from typing import Any

from django.conf import settings
from django.contrib import messages
from django.core.files.storage import storages
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_POST

from courses.models import (
    Enrolment,
    EventKind,
    Presence,
    Session,
    SheetPage,
    SheetPrint,
    Sighting,
    Source,
    mark_many,
)
from courses.models.sheet_pages import STORAGE
from courses.sign_in_sheet import sheet_paper, sheet_rows
from courses.views.attending import ticked
from courses.views.seen import seen_session
from lms.papers.files import Kind, content
from lms.people.permissions import door, require
from lms.people.views.visit import Visit, visit
from lms.refusal import Refused
from lms.uploads.checks import FileError, check_size
from lms.uploads.documents import MOST_DOCUMENT_BYTES, checked_document, flattened
from lms.web.downloads import attachment

PICTURES = {"jpg": "image/jpeg", "pdf": "application/pdf"}


def _print(who: Visit, print_id: int) -> SheetPrint:
    sessions = Session.objects.visible_to(who.user, who.on)
    prints = SheetPrint.objects.filter(session__in=sessions).select_related("session__run__course", "place")
    held = get_object_or_404(prints, pk=print_id)
    require("attendance.attach_sheet_scan", who.user, held.session, at=who.now)
    return held


@door("attendance.attach_sheet_scan")
@require_POST
def print_sheet(request: HttpRequest, session_id: int) -> HttpResponseBase:
    """The sheet of one room as PDF; its rows are frozen with it."""
    who = visit(request)
    held = seen_session(who, session_id)
    require("attendance.attach_sheet_scan", who.user, held, at=who.now)
    rooms = held.session_places.select_related("place").in_order()
    code = request.POST.get("room", "")
    room = get_object_or_404(rooms, code=code) if code else get_object_or_404(rooms[:1])
    printed = SheetPrint.freeze(held, room.place, sheet_rows(held, room.place), by=who.user, now=who.now)
    address = request.build_absolute_uri(reverse("courses:sheet", args=[printed.pk]))
    paper = sheet_paper(printed, address, is_demo=settings.DEMO)
    name = f"diem-danh-{held.number}-{room.code}.pdf"
    return attachment(content(paper, Kind.PDF), name=name, content_type=Kind.PDF.content_type)


@door("attendance.attach_sheet_scan")
@never_cache
@require_GET
def sheet(request: HttpRequest, print_id: int) -> HttpResponse:
    """The pictures beside the list as it was printed: tick who signed."""
    who = visit(request)
    printed = _print(who, print_id)
    keys = {row["enrolment"] for row in printed.lines()}
    people = Enrolment.objects.filter(pk__in=keys).in_bulk()
    signed = set(
        printed.session.attendance_events.accepted()
        .filter(source=Source.SHEET, sheet_page__print=printed)
        .values_list("enrolment_id", flat=True)
    )
    lines = [
        {**row, "public_id": people[row["enrolment"]].public_id, "is_signed": row["enrolment"] in signed}
        for row in printed.lines()
    ]
    pages = list(printed.pages.order_by("pk"))
    context: dict[str, Any] = {
        "printed": printed, "session": printed.session, "lines": lines, "pages": pages, "uid": uuid.uuid4(),
        "pictures": [page for page in pages if page.image.endswith(".jpg")],
    }  # fmt: skip
    return render(request, "courses/sheet.html", context)


@door("attendance.attach_sheet_scan")
@require_POST
def attach(request: HttpRequest, print_id: int) -> HttpResponse:
    """A photograph or a scan of a signed page, looked at before it is decoded, drawn anew."""
    who = visit(request)
    printed = _print(who, print_id)
    given = request.FILES.get("picture")
    if given is None:
        raise Refused("empty_file", _("The file is empty."), status=422)
    try:
        check_size(given.size or 0, MOST_DOCUMENT_BYTES)
        picture = checked_document(given.name or "", given.read())
        if picture.ending == "docx":
            raise FileError("wrong_extension", _("Send a photograph (JPG, PNG) or a scan (PDF) of the page."))
        printed.attach(flattened(picture), by=who.user, now=who.now)
    except FileError as error:
        raise Refused(error.code, str(error), status=422) from error
    messages.success(request, _("The page is attached. Tick who signed."))
    return redirect("courses:sheet", printed.pk)


@door("attendance.attach_sheet_scan")
@require_POST
def signed(request: HttpRequest, print_id: int) -> HttpResponse:
    """Who signed: marks that point to the page. Raises Refused: sheet_of_other_session, not_on_sheet."""
    who = visit(request)
    printed = _print(who, print_id)
    number = request.POST.get("page", "")
    page = SheetPage.objects.filter(pk=int(number) if number.isdecimal() else 0).first()
    if page is None or page.print_id != printed.pk:
        raise Refused("sheet_of_other_session", _("This page belongs to the sheet of another session."))
    people = ticked(request, printed.session)
    if {one.pk for one in people} - {row["enrolment"] for row in printed.lines()}:
        raise Refused("not_on_sheet", _("Somebody ticked does not stand on this sheet."), status=422)
    marks = [
        Sighting(
            enrolment=one, kind=EventKind.MARK, source=Source.SHEET, at=who.now, status=Presence.PRESENT,
            uid=uuid.uuid5(uuid.NAMESPACE_URL, f"sheet|{page.pk}|{one.pk}"), sheet_page=page,
        )
        for one in people
    ]  # fmt: skip
    count = mark_many(printed.session, marks, action="attendance.attach_sheet_scan", by=who.user, now=who.now)
    messages.success(request, ngettext("%(n)d person marked.", "%(n)d people marked.", count) % {"n": count})
    return redirect("courses:sheet", printed.pk)


@door("attendance.attach_sheet_scan")
@require_GET
def picture(request: HttpRequest, page_id: int) -> HttpResponseBase:
    """The picture of a page, for those who may read the list."""
    who = visit(request)
    page = get_object_or_404(SheetPage, pk=page_id)
    _print(who, page.print_id)
    ending = page.image.rpartition(".")[2]
    with storages[STORAGE].open(page.image) as stored:
        answer = attachment(stored.read(), name=f"trang-{page.pk}.{ending}", content_type=PICTURES[ending])
    if ending == "jpg":
        answer["Content-Disposition"] = "inline"
    return answer
