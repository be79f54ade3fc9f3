"""Progress of a task: what those who answer for it report per period."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from lms.people.models import Agency, Role
from lms.people.models.agencies import AgencyQuerySet
from lms.people.permissions import door, require
from lms.people.views.visit import Visit, visit
from lms.plan.forms import ProgressForm
from lms.plan.models import Period, PlanTask, Said, TaskProgress
from lms.plan.models.periods import PeriodQuerySet
from lms.plan.views.pages import Words, form_page, refused_in
from lms.refusal import Refused

REPORT = "plan.report_progress"
LATE_REPORTS = timedelta(days=400)
"""How long after its cut-off a period is still offered: late reports come in, and a year is corrected in the next."""


@door(REPORT)
@require_http_methods(["GET", "HEAD", "POST"])
def report(request: HttpRequest, task_id: int) -> HttpResponse:
    """Report for an agency that answers for the task; the department reports for any of them, or for the whole task."""
    who = visit(request)
    task = get_object_or_404(PlanTask.objects.visible_to(who.user), pk=task_id)
    speakers = list(_speakers(who, task))
    agency = _agency(request, speakers)
    require(REPORT, who.user, task, agency, at=who.now)
    periods = _periods(who)
    form = ProgressForm(
        request.POST or None, periods=periods, agencies=_choices(who, speakers),
        initial=_said_before(request, task, agency, periods),
    )  # fmt: skip
    if form.is_valid():
        try:
            TaskProgress.report(task, form.cleaned_data["period"], agency, form.said(), by=who.user, now=who.now)
        except Refused as refusal:
            refused_in(form, refusal)
        else:
            messages.success(request, _("The progress was reported."))
            return redirect("plan:task", task.pk)
    back_label = _("Task %(code)s") % {"code": task.code}
    lead = _("What was reported before for the same period is kept as history; the new report takes its place.")
    words = Words(_("Report progress"), _("Send the report"), reverse("plan:task", args=[task.pk]), back_label, lead)
    return form_page(request, form, words)


def _is_department(who: Visit) -> bool:
    return who.user.holds(Role.COORDINATOR, on=who.on)


def _speakers(who: Visit, task: PlanTask) -> AgencyQuerySet:
    """The agencies that the account may speak for."""
    answering = Agency.objects.filter(pk__in=task.answering(who.on)).in_order()
    return answering if _is_department(who) else answering.led_by(who.user, who.on)


def _agency(request: HttpRequest, speakers: list[Agency]) -> Agency | None:
    """The agency that is named, of a form or an address; else the only one there is."""
    named = request.POST.get("agency", "") or request.GET.get("agency", "")
    if named:
        return get_object_or_404(Agency, code=named)
    is_asking = request.method != "POST"
    return speakers[0] if is_asking and len(speakers) == 1 else None


def _choices(who: Visit, speakers: list[Agency]) -> list[tuple[str, Any]]:
    whole = [("", _("The whole task, as the department sees it"))] if _is_department(who) else []
    return whole + [(agency.code, agency.name) for agency in speakers]


def _periods(who: Visit) -> PeriodQuerySet:
    """Periods that have begun and are not long over, the latest first."""
    begun = Period.objects.filter(starts_on__lte=who.on, cutoff_on__gte=who.on - LATE_REPORTS)
    return begun.order_by("-year", "starts_on", "-cutoff_on", "pk")


def _said_before(
    request: HttpRequest, task: PlanTask, agency: Agency | None, periods: PeriodQuerySet
) -> dict[str, Any]:
    """What stands in the form at first: the last word on the period asked for, else on the latest."""
    asked = request.GET.get("period", "")
    period = next((one for one in periods if str(one.pk) == asked), None) or periods.first()
    filled: dict[str, Any] = {"period": period, "agency": agency.code if agency else ""}
    before = TaskProgress.objects.known().filter(task=task, period=period, agency=agency).first()
    columns = Said.__dataclass_fields__
    return filled | ({name: getattr(before, name) for name in columns} if before else {})
