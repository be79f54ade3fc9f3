"""The chain of events and the register, as staff look after them: the head to print, the check to ask for."""

from __future__ import annotations

import re

from django.contrib import messages
from django.http import Http404, HttpRequest
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from certificates.models import Series
from certificates.proving_jobs import PROVE
from lms.audit.models import Event, Seal
from lms.jobs.models import Job
from lms.people.models import Role
from lms.people.permissions import door
from lms.people.views.visit import Visit, visit
from lms.refusal import Refused
from lms.web.downloads import attachment

DAYS = 14


def _staff(request: HttpRequest) -> Visit:
    who = visit(request)
    if not who.user.holds(Role.COORDINATOR, Role.ADMINISTRATOR, on=who.on):
        raise Http404
    return who


@door("audit.verify_seals")
@require_GET
def integrity(request: HttpRequest) -> HttpResponseBase:
    """The newest seals, how much waits for the next one, and the checks that were asked for."""
    who = _staff(request)
    context = {
        "seals": Seal.objects.order_by("-pk")[:DAYS],
        "unsealed": Event.objects.unsealed().count(),
        "series": Series.objects.select_related("issuer").order_by("-year", "code", "pk")[:50],
        "jobs": Job.objects.filter(kind=PROVE).latest_first()[:5],
        "now": who.now,
    }
    return render(request, "certificates/integrity.html", context)


@door("audit.verify_seals")
@require_GET
def head(request: HttpRequest) -> HttpResponseBase:
    """The head as a text of a few lines, to be printed and kept outside this machine."""
    who = _staff(request)
    last = Seal.objects.order_by("-pk").first()
    lines = [_("Head of the audit chain at %(moment)s") % {"moment": f"{who.now:%Y-%m-%dT%H:%M:%SZ}"}]
    lines.append(last.anchor if last else _("No seal yet"))
    lines += [
        f"{one.issuer.code} {one}: {one.next_number - 1}"
        for one in Series.objects.select_related("issuer").order_by("year", "code", "pk")
    ]
    body = "\r\n".join([*lines, ""]).encode()
    return attachment(body, name=f"nhat-ky-{who.on.isoformat()}.txt", content_type="text/plain; charset=utf-8")


@door("audit.verify_seals")
@require_POST
def check(request: HttpRequest) -> HttpResponseBase:
    """Ask for the check of everything, against a printed head if one is typed."""
    who = _staff(request)
    anchor = request.POST.get("anchor", "").strip()
    if anchor and not re.fullmatch(r"\d{1,15}:[0-9a-f]{64}", anchor):
        raise Refused("head_malformed", _("A head reads NUMBER:64 CHARACTERS. Copy it from the print."), status=422)
    key = f"{anchor[:80]}@{who.now.isoformat()}"
    Job.ask(PROVE, key=key, payload={"anchor": anchor}, requested_by=str(who.user.public_id), now=who.now)
    messages.success(request, _("The check has begun. Its result is listed on this page."))
    return redirect("certificates:integrity")
