"""A late case: one certificate, asked for by one person and confirmed by another."""

from __future__ import annotations

import uuid

from django.contrib import messages
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from certificates.forms import OneForm
from certificates.issuing import plan_for_one
from certificates.previewing import ask_for_one
from courses.models import Enrolment
from lms.people.permissions import door, require
from lms.people.views.visit import visit


@door("certificate.issue_manual", "certificate.issue_without_completion", fresh=True)
@require_http_methods(["GET", "HEAD", "POST"])
def issue_one(request: HttpRequest, public_id: uuid.UUID) -> HttpResponseBase:
    """The decision and the reason; another coordinator or an administrator confirms. Never without a completion."""
    who = visit(request)
    rows = Enrolment.objects.visible_to(who.user, who.on).select_related("person", "run__course")
    enrolment = get_object_or_404(rows.distinct(), public_id=public_id)
    require("certificate.issue_manual", who.user, enrolment, at=who.now)
    run = enrolment.run
    initial = {"decision_no": run.decision_no, "decision_on": run.decision_on}
    form = OneForm(request.POST or None, initial=initial)
    if form.is_valid():
        plan = plan_for_one(enrolment, form.decision(), who.on)
        ask_for_one(plan, enrolment, reason=form.cleaned_data["reason"], by=who.user, now=who.now)
        messages.success(request, _("The request waits for a second person. Until then nothing is issued."))
        return redirect("certificates:preview", run.public_id)
    context = {"enrolment": enrolment, "run": run, "form": form}
    return render(request, "certificates/one.html", context, status=422 if request.method == "POST" else 200)
