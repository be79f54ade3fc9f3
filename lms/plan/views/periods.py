"""Reporting periods: which there are, and their days until a report closes them."""

from __future__ import annotations

from django.contrib import messages
from django.db.models import Prefetch
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from lms.people.permissions import allow, door, require
from lms.people.views.visit import visit
from lms.plan.forms import DatesForm, PeriodForm
from lms.plan.models import Period, PeriodLock
from lms.plan.views.pages import Words, form_page, refused_in
from lms.refusal import Refused

EDIT = "period.create_or_edit_open"


@door("period.view")
@require_safe
def periods(request: HttpRequest) -> HttpResponse:
    """The periods of a reporting year, that of today first."""
    who = visit(request)
    seen = Period.objects.visible_to(who.user, who.on)
    if not allow("period.view", who.user, at=who.now):
        raise Http404
    years = list(seen.order_by("-year").values_list("year", flat=True).distinct())
    locks = Prefetch("locks", PeriodLock.objects.select_related("task").order_by("task__position", "pk"))
    year = _year(request.GET.get("year", ""), years, who.on.year)
    context = {
        "years": [{"label": str(one), "href": f"?year={one}", "current": one == year} for one in years],
        "year": year,
        "periods": list(seen.of_year(year).prefetch_related(locks)) if year else [],
        "may_edit": allow(EDIT, who.user, at=who.now),
    }
    return render(request, "plan/periods.html", context)


def _year(asked: str, years: list[int], today: int) -> int | None:
    """The year asked for, else that of today, else the latest."""
    wanted = int(asked) if asked.isdecimal() and len(asked) == len("2026") else today
    return wanted if wanted in years else next(iter(years), None)


@door(EDIT)
@require_http_methods(["GET", "HEAD", "POST"])
def add(request: HttpRequest) -> HttpResponse:
    """Enter a period."""
    who = visit(request)
    if not allow("period.view", who.user, at=who.now):
        raise Http404
    require(EDIT, who.user, at=who.now)
    form = PeriodForm(request.POST or None, initial={"year": who.on.year})
    if form.is_valid():
        said = form.cleaned_data
        try:
            made = Period.enter(
                said["kind"], said["year"], number=said["number"] or 1, dates=form.dates(), by=who.user, now=who.now
            )
        except Refused as refusal:
            refused_in(form, refusal)
        else:
            messages.success(request, _("The period was entered."))
            return redirect(_list_of(made.year))
    return form_page(request, form, Words(_("New period"), _("Enter the period"), *_back()))


@door(EDIT)
@require_http_methods(["GET", "HEAD", "POST"])
def edit(request: HttpRequest, period_id: int) -> HttpResponse:
    """Move the days of an open period."""
    who = visit(request)
    period = get_object_or_404(Period.objects.visible_to(who.user, who.on), pk=period_id)
    require(EDIT, who.user, at=who.now)
    columns = ("starts_on", "cutoff_on", "due_on")
    form = DatesForm(request.POST or None, initial={column: getattr(period, column) for column in columns})
    if form.is_valid():
        try:
            is_moved = period.edit(form.dates(), by=who.user, now=who.now)
        except Refused as refusal:
            refused_in(form, refusal)
        else:
            messages.success(request, _("The days were saved.") if is_moved else _("Nothing has changed."))
            return redirect(_list_of(period.year))
    lead = _("Figures of open periods are counted anew from these days.")
    return form_page(request, form, Words(period.label, _("Save the days"), *_back(), lead))


def _back() -> tuple[str, str]:
    return reverse("plan:periods"), _("Reporting periods")


def _list_of(year: int) -> str:
    return f"{reverse('plan:periods')}?year={year}"
