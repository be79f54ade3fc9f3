"""The register, a certificate's paper, issuing and revoking."""

from __future__ import annotations

import hashlib

from django.contrib import messages
from django.core.paginator import Paginator
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponseNotModified, HttpResponseRedirect
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from certificates import previewing
from certificates.copies import file_name, owners_copy
from certificates.forms import DecisionForm, RevokeForm
from certificates.models import Certificate, Series, State
from courses.models import Run
from lms.days import local_day
from lms.jobs.models import Job
from lms.people.models import Approval, Role, User
from lms.people.permissions import allow, door, require
from lms.prepared import prepared
from lms.web.downloads import attachment

PER_PAGE = 100


@prepared
def _own(code: str, person_id: int) -> QuerySet[Certificate]:
    rows = Certificate.objects.filter(public_code=code, person_id=person_id)
    return rows.select_related("series__issuer", "artefact", "person", "agency", "course")


def _visible(request: HttpRequest, code: str) -> Certificate:
    """One's own, which everybody sees, else what exists for the visitor. Raises Http404."""
    assert isinstance(request.user, User)  # noqa: S101 — LoginRequiredMiddleware stands before every door
    own = _own(code, request.user.person_id) if request.user.person_id is not None else []
    if own:
        return own[0]
    today = local_day(timezone.now())
    rows = Certificate.objects.visible_to(request.user, today)
    return get_object_or_404(
        rows.select_related("series__issuer", "artefact", "person", "agency", "course").distinct(), public_code=code
    )


@door("certificate.download_pdf")
@require_GET
def pdf(request: HttpRequest, code: str) -> HttpResponseBase:
    """The signed file; until there is one, the view copy, whose bytes are a function of the frozen snapshot."""
    row = _visible(request, code)
    body = owners_copy(row)
    etag = f'"{hashlib.sha256(body).hexdigest()}"'
    if request.headers.get("If-None-Match") == etag:
        return HttpResponseNotModified()
    response = attachment(body, name=file_name(row), content_type="application/pdf")
    response["ETag"] = etag
    return response


@door("register.view")
@require_GET
def register(request: HttpRequest) -> HttpResponseBase:
    """Sổ gốc: every number in order, the void and the revoked too."""
    assert isinstance(request.user, User)  # noqa: S101 — LoginRequiredMiddleware stands before every door
    today = local_day(timezone.now())
    if not request.user.holds(Role.FOCAL, Role.TRAINER, Role.COORDINATOR, Role.ADMINISTRATOR, on=today):
        raise Http404
    rows = Certificate.objects.visible_to(request.user, today).select_related("series", "course", "agency").distinct()
    page = Paginator(rows.in_register_order(), PER_PAGE).get_page(request.GET.get("page"))
    return render(request, "certificates/register.html", {"page": page})


@door("certificate.view_or_list")
@require_GET
def record(request: HttpRequest, code: str) -> HttpResponseBase:
    """One line of the register; a coordinator may ask here to have it revoked."""
    row = _visible(request, code)
    may_ask = row.state == State.VALID and allow("certificate.revoke", request.user, row, at=timezone.now())
    return render(request, "certificates/record.html", {"certificate": row, "form": RevokeForm() if may_ask else None})


@door("certificate.revoke", fresh=True)
@require_POST
def revoke(request: HttpRequest, code: str) -> HttpResponseBase:
    """Ask for the revocation: another coordinator or an administrator confirms it."""
    now = timezone.now()
    row = _visible(request, code)
    require("certificate.revoke", request.user, row, at=now)
    form = RevokeForm(request.POST)
    if not form.is_valid() or not isinstance(request.user, User):
        return render(request, "certificates/record.html", {"certificate": row, "form": form}, status=422)
    asked = form.cleaned_data
    Approval.ask(
        "certificate.revoke", object_kind="certificate", object_id=row.public_code, by=request.user, now=now,
        reason=asked["reason"], document_no=asked["decision_no"],
        payload={"ground": asked["ground"], "decision_on": asked["decision_on"].isoformat()},
    )  # fmt: skip
    messages.success(request, _("The request waits for a second person. Until then the certificate stays valid."))
    return HttpResponseRedirect(reverse("certificates:record", args=[row.public_code]))


def _run(request: HttpRequest, public_id: object) -> Run:
    assert isinstance(request.user, User)  # noqa: S101 — LoginRequiredMiddleware stands before every door
    runs = Run.objects.visible_to(request.user, local_day(timezone.now()))
    return get_object_or_404(runs.select_related("course", "issuer__parent").distinct(), public_id=public_id)


@door("certificate.preview_before_issue")
@require_GET
def preview(request: HttpRequest, public_id: object) -> HttpResponseBase:
    """The dry run: who would get a certificate, what is missing; then the hash to confirm it by."""
    now = timezone.now()
    run = _run(request, public_id)
    require("certificate.preview_before_issue", request.user, run, at=now)
    form = DecisionForm(request.GET if "decision_no" in request.GET else None, initial=_initial(run))
    plan = previewing.preview(run, form.decision(), local_day(now)) if form.is_bound and form.is_valid() else None
    context = {
        "run": run,
        "form": form,
        "plan": plan,
        "waiting_count": previewing.waiting(run).count(),
        "certificates": Certificate.objects.filter(enrolment__run=run)
        .select_related("series", "person")
        .in_register_order(),
        "jobs": Job.objects.filter(kind=previewing.JOB, key__startswith=f"run:{run.pk}:").order_by("-created_at")[:5],
        "may_issue": isinstance(request.user, User) and request.user.holds(Role.COORDINATOR, on=local_day(now)),
        "series": Series.objects.for_issue(run.issuer, local_day(now)).first(),
    }
    return render(request, "certificates/issue.html", context)


def _initial(run: Run) -> dict[str, object]:
    return {"decision_no": run.decision_no, "decision_on": run.decision_on}


@door("certificate.issue_run", fresh=True)
@require_POST
def issue(request: HttpRequest, public_id: object) -> HttpResponseBase:
    """Confirm the dry run: a job issues the certificates, all or none."""
    now = timezone.now()
    run = _run(request, public_id)
    require("certificate.issue_run", request.user, run, at=now)
    form = DecisionForm(request.POST)
    if not form.is_valid() or not isinstance(request.user, User):
        return HttpResponseRedirect(reverse("certificates:preview", args=[run.public_id]))
    plan = previewing.preview(run, form.decision(), local_day(now))
    previewing.ask(plan, plan_hash=request.POST.get("plan_hash", ""), by=request.user, now=now)
    messages.success(
        request, _("The certificates are being issued. This page shows them as soon as they are in the register.")
    )
    return HttpResponseRedirect(reverse("certificates:preview", args=[run.public_id]))
