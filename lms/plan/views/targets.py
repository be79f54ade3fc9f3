"""Targets of a task in a period: read, and set in bulk."""

from __future__ import annotations

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods

from lms.people.models import Agency, Role
from lms.people.permissions import door, require
from lms.people.views.visit import Visit, visit
from lms.plan.forms import TargetForm, UnitGroupFilter
from lms.plan.models import Period, Target
from lms.plan.views.pages import refused_in, worked_task
from lms.refusal import Refused

SET = "coverage.set_target"


@door(SET)
@require_http_methods(["GET", "HEAD", "POST"])
def targets(request: HttpRequest, task_id: int) -> HttpResponse:
    """The targets of a period (of today's year, if none is asked for), and the form that sets them.

    `?agency=` offers one agency, `?unit_group=` those of a unit group.
    """
    who = visit(request)
    task = worked_task(who, task_id)
    asked = _agency_asked(request, who)
    require(SET, who.user, at=who.now)
    period = _period(request, who)
    chooser = UnitGroupFilter(request.GET)
    offered = chooser.offered(period.cutoff_on)
    offered = offered.filter(pk=asked.pk) if asked else offered
    form = TargetForm(request.POST or None, agencies=offered, initial={"agencies": [asked.pk] if asked else []})
    if form.is_valid():
        said = form.cleaned_data
        try:
            changed = Target.put(
                task, period, said["group"], agencies=form.chosen(), percent=said["percent"], by=who.user, now=who.now
            )
        except Refused as refusal:
            refused_in(form, refusal)
        else:
            sentence = ngettext("%(n)s target was changed.", "%(n)s targets were changed.", changed)
            messages.success(request, sentence % {"n": changed})
            return redirect(f"{reverse('plan:targets', args=[task.pk])}?period={period.pk}")
    rows = Target.objects.filter(task=task, period=period).in_order().select_related("agency")
    context = {
        "task": task, "period": period, "form": form, "chooser": chooser, "targets": list(rows),
        "periods": list(Period.objects.years()), "asked": asked,
    }  # fmt: skip
    return render(request, "plan/targets.html", context, status=422 if form.errors else 200)


def _agency_asked(request: HttpRequest, who: Visit) -> Agency | None:
    """The agency of the address; 404 if it is not open to the account, or if the account has no part in targets."""
    if not who.user.holds(Role.FOCAL, Role.COORDINATOR, Role.ADMINISTRATOR, on=who.on):
        raise Http404
    code = request.GET.get("agency", "")
    return get_object_or_404(Agency.objects.roster_open_to(who.user, who.on), code=code) if code else None


def _period(request: HttpRequest, who: Visit) -> Period:
    """The period asked for, else the year that holds today, else the latest one; 404 where there is none."""
    found = Period.objects.asked(request.GET.get("period", ""), who.user, who.on)
    if found is None:
        raise Http404
    return found
