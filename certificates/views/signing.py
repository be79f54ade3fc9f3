"""The signatures of a class: the files out, the signed files back."""

from __future__ import annotations

import uuid

from django.contrib import messages
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from certificates import signing_jobs
from certificates.models import Certificate, Series, Signatory, Signing
from certificates.signing.batches import receive, unsigned
from certificates.signing.signers import signs_here
from courses.models import Run
from courses.views.seen import seen_run
from lms.jobs.models import Job
from lms.people.permissions import door, require
from lms.people.views.visit import visit
from lms.refusal import Refused


def _series(run: Run) -> Series | None:
    """The series whose certificates of this class wait for a signature."""
    first = unsigned(run).exclude(series__signing=Signing.PAPER).select_related("series").first()
    return first.series if first else None


@door("certificate.import_signed")
@require_GET
def signing(request: HttpRequest, public_id: uuid.UUID) -> HttpResponseBase:
    """How many wait, what was handed out, and the form for what came back."""
    who = visit(request)
    run = seen_run(who, public_id)
    require("certificate.import_signed", who.user, run, at=who.now)
    series = _series(run)
    jobs = Job.objects.filter(kind__in=(signing_jobs.EXPORT, signing_jobs.IMPORT, signing_jobs.HERE))
    context = {
        "run": run,
        "series": series,
        "waiting": unsigned(run).exclude(series__signing=Signing.PAPER).count(),
        "issued": Certificate.objects.filter(enrolment__run=run).count(),
        "here": series is not None and signs_here(series),
        "signatories": Signatory.objects.on(who.on).filter(issuer=run.issuer).order_by("name"),
        "jobs": jobs.filter(key__startswith=f"run:{run.pk}:").latest_first()[:5],
    }
    return render(request, "certificates/signing.html", context)


@door("certificate.export_for_signing", fresh=True)
@require_POST
def export(request: HttpRequest, public_id: uuid.UUID) -> HttpResponseBase:
    """The originals as a ZIP; where this machine signs the series, the signatures themselves."""
    who = visit(request)
    run = seen_run(who, public_id)
    require("certificate.export_for_signing", who.user, run, at=who.now)
    series = _series(run)
    if series is None:
        raise Refused("nothing_to_sign", _("No certificate of this class waits for an electronic signature."))
    kind = signing_jobs.HERE if signs_here(series) else signing_jobs.EXPORT
    signing_jobs.ask(kind, run, by=who.user, now=who.now, action="certificate.export_for_signing")
    messages.success(request, _("The work has begun. It is listed on this page."))
    return redirect("certificates:signing", public_id=run.public_id)


@door("certificate.import_signed")
@require_POST
def take_back(request: HttpRequest, public_id: uuid.UUID) -> HttpResponseBase:
    """Signed PDF files, or one ZIP of them; a job looks at each."""
    who = visit(request)
    run = seen_run(who, public_id)
    require("certificate.import_signed", who.user, run, at=who.now)
    batch = receive(request.FILES.getlist("files"))
    signing_jobs.ask(
        signing_jobs.IMPORT, run, by=who.user, now=who.now, action="certificate.import_signed", batch=batch
    )
    messages.success(
        request, _("The files are being looked at. What was taken and what was not is listed on this page.")
    )
    return redirect("certificates:signing", public_id=run.public_id)
