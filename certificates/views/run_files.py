"""The certificates of a class as one file: asked for here, made by a worker."""

from __future__ import annotations

import uuid

from django.http import Http404, HttpRequest
from django.http.response import HttpResponseBase
from django.shortcuts import redirect
from django.views.decorators.http import require_POST

from certificates import run_files
from courses.views.seen import seen_run
from lms.people.permissions import door, require
from lms.people.views.visit import visit

PRINTED = {"print": run_files.PRINT, "sheets": run_files.SHEETS}


@door("certificate.download_zip")
@require_POST
def download_zip(request: HttpRequest, public_id: uuid.UUID) -> HttpResponseBase:
    """The view copies that one sees."""
    return _asked(request, public_id, run_files.ZIP)


@door("certificate.print_file")
@require_POST
def print_file(request: HttpRequest, public_id: uuid.UUID) -> HttpResponseBase:
    """Originals for the printer, or four on a sheet for checking."""
    kind = PRINTED.get(request.POST.get("what", "print"))
    if kind is None:
        raise Http404
    return _asked(request, public_id, kind)


def _asked(request: HttpRequest, public_id: uuid.UUID, kind: str) -> HttpResponseBase:
    who = visit(request)
    run = seen_run(who, public_id)
    require(run_files.ACTIONS[kind], who.user, run, at=who.now)
    return redirect("people:job", run_files.ask(kind, run, by=who.user, now=who.now).pk)
