"""The register, a certificate's paper, issuing and revoking."""

from __future__ import annotations

import hashlib
import uuid
from datetime import date
from urllib.parse import urlencode

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponseNotModified, HttpResponseRedirect
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from certificates import previewing
from certificates.copies import file_name, owners_copy
from certificates.custody import custodian_of, keeper_of, revoker_of
from certificates.flows import FLOWS
from certificates.forms import DecisionForm, RegisterFilters, RevokeForm
from certificates.models import AMENDABLE, Certificate, LossRequest, Series, State
from certificates.views.lines import visible_line
from courses.models import Run
from courses.views.seen import seen_run
from lms.days import local_day
from lms.jobs.models import Job
from lms.people.models import Approval, Role, User
from lms.people.permissions import allow, door, require
from lms.people.views.visit import Visit, visit
from lms.web.downloads import attachment

PER_PAGE = 100
MOST_LOSSES = 20


@door("certificate.download_pdf")
@require_GET
def pdf(request: HttpRequest, code: str) -> HttpResponseBase:
    """The signed file; until there is one, the view copy, whose bytes are a function of the frozen snapshot."""
    row = visible_line(visit(request), code)
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
    filters = RegisterFilters(request.GET)
    seen = Certificate.objects.visible_to(request.user, today).select_related("series", "course", "agency")
    rows = filters.narrowed(seen.distinct())
    context = {
        "page": Paginator(rows.in_register_order(), PER_PAGE).get_page(request.GET.get("page")),
        "filters": filters,
        "asked": f"?{urlencode(filters.asked())}" if filters.asked() else "",
        "may_see_books": request.user.holds(Role.COORDINATOR, Role.ADMINISTRATOR, on=today),
        "losses": _losses(request.user, today),
    }
    return render(request, "certificates/register.html", context)


def _losses(user: User, on: date) -> list[LossRequest]:
    """What the department has to answer, the first due first."""
    if not user.holds(Role.COORDINATOR, on=on):
        return []
    return list(LossRequest.objects.open().select_related("certificate__series").in_order()[:MOST_LOSSES])


@door("certificate.view_or_list")
@require_GET
def record(request: HttpRequest, code: str) -> HttpResponseBase:
    """One line of the register: what it says, its chain, and what one may do with it."""
    who = visit(request)
    row = visible_line(who, code)
    return _record(request, who, row)


def _record(request: HttpRequest, who: Visit, row: Certificate, form: RevokeForm | None = None) -> HttpResponseBase:
    may_ask = row.state == State.VALID and allow("certificate.revoke", who.user, row, at=who.now)
    keeper = keeper_of(row.series, who.on)
    context = {
        "certificate": row,
        "form": form or RevokeForm() if may_ask else None,
        "flows": [(name, flow) for name, flow in FLOWS.items() if _is_offered(name, row, who)],
        "amendments": [(AMENDABLE.get(one.field, one.field), one) for one in row.amendments.order_by("pk")],
        "asked_for": row.loss_requests.order_by("-pk").first(),
        "keeper": keeper if keeper is None or keeper.pk != row.series.issuer_id else None,
        "is_kept_elsewhere": keeper is None or keeper.pk != row.series.issuer_id,
        "revoker": revoker_of(row.series, who.on),
    }
    return render(request, "certificates/record.html", context, status=422 if form else 200)


def _is_offered(name: str, row: Certificate, who: Visit) -> bool:
    """Whether the button leads anywhere: the verb decides again."""
    if row.state != State.VALID or not allow(FLOWS[name].action, who.user, row, at=who.now):
        return False
    is_asked = row.loss_requests.open().exists() if name in ("lost", "confirm-lost") else False
    offered = {
        "delivery": row.delivered_on is None, "void": row.delivered_on is None, "lost": not is_asked,
        "confirm-lost": is_asked,
    }  # fmt: skip
    return offered.get(name, True)


@door("certificate.revoke", fresh=True)
@require_POST
def revoke(request: HttpRequest, code: str) -> HttpResponseBase:
    """Ask for the revocation: another coordinator or an administrator confirms it."""
    now = timezone.now()
    row = visible_line(visit(request), code)
    require("certificate.revoke", request.user, row, at=now)
    form = RevokeForm(request.POST)
    if not form.is_valid() or not isinstance(request.user, User):
        return _record(request, visit(request), row, form)
    asked = form.cleaned_data
    Approval.ask(
        "certificate.revoke", object_kind="certificate", object_id=row.public_code, by=request.user, now=now,
        reason=asked["reason"], document_no=asked["decision_no"],
        payload={"ground": asked["ground"], "decision_on": asked["decision_on"].isoformat()},
    )  # fmt: skip
    messages.success(request, _("The request waits for a second person. Until then the certificate stays valid."))
    return HttpResponseRedirect(reverse("certificates:record", args=[row.public_code]))


@door("certificate.preview_before_issue")
@require_GET
def preview(request: HttpRequest, public_id: uuid.UUID) -> HttpResponseBase:
    """The dry run: who would get a certificate, what is missing; then the hash to confirm it by."""
    who = visit(request)
    run = seen_run(who, public_id)
    require("certificate.preview_before_issue", who.user, run, at=who.now)
    form = DecisionForm(request.GET if "decision_no" in request.GET else None, initial=_initial(run))
    plan = previewing.preview(run, form.decision(), who.on) if form.is_bound and form.is_valid() else None
    issuer = custodian_of(run.issuer, who.on)
    context = {
        "run": run,
        "form": form,
        "plan": plan,
        "waiting_count": previewing.waiting(run).count(),
        "certificates": Certificate.objects.filter(enrolment__run=run)
        .select_related("series", "person")
        .in_register_order(),
        "jobs": Job.objects.filter(kind=previewing.JOB, key__startswith=f"run:{run.pk}:").order_by("-created_at")[:5],
        "may_issue": who.user.holds(Role.COORDINATOR, on=who.on),
        "series": Series.objects.for_issue(issuer, who.on).first() if issuer else None,
        "issuer": issuer,
        "is_over": previewing.has_finished(run, who.on),
        "late": previewing.waiting(run)[: previewing.MOST],
        "may_print": allow("certificate.print_file", who.user, run, at=who.now),
        "may_zip": allow("certificate.download_zip", who.user, run, at=who.now),
    }
    return render(request, "certificates/issue.html", context)


def _initial(run: Run) -> dict[str, object]:
    return {"decision_no": run.decision_no, "decision_on": run.decision_on}


@door("certificate.issue_run", fresh=True)
@require_POST
def issue(request: HttpRequest, public_id: uuid.UUID) -> HttpResponseBase:
    """Confirm the dry run: a job issues the certificates, all or none."""
    who = visit(request)
    run = seen_run(who, public_id)
    require("certificate.issue_run", who.user, run, at=who.now)
    form = DecisionForm(request.POST)
    if not form.is_valid():
        return HttpResponseRedirect(reverse("certificates:preview", args=[run.public_id]))
    plan = previewing.preview(run, form.decision(), who.on)
    previewing.ask(plan, plan_hash=request.POST.get("plan_hash", ""), by=who.user, now=who.now)
    messages.success(
        request, _("The certificates are being issued. This page shows them as soon as they are in the register.")
    )
    return HttpResponseRedirect(reverse("certificates:preview", args=[run.public_id]))
