"""Holidays and make-up working days of a calendar year: one by one, or a pasted list that is tried first."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST

from lms.people.permissions import door, require
from lms.people.views.visit import Visit, visit
from lms.plan.holiday_list import Line, lines_of
from lms.plan.law_forms import HolidayForm, HolidayListForm
from lms.plan.models import Holiday, SpecialDay
from lms.plan.views.pages import law_tabs, refused_in, staff_only
from lms.refusal import Refused

EDIT = "holiday.edit"


@door(EDIT)
@require_http_methods(["GET", "HEAD", "POST"])
def holidays(request: HttpRequest) -> HttpResponse:
    """The special days of a year, that of today first, and a form for one more."""
    who = _staff(request)
    form = HolidayForm(request.POST or None)
    if form.is_valid():
        try:
            day = form.day()
            changed = Holiday.enter([day], by=who.user, now=who.now)
        except Refused as refusal:
            refused_in(form, refusal)
        else:
            messages.success(request, _("Saved.") if changed else _("Nothing has changed."))
            return _list_of(day.on.year)
    years = sorted({day.year for day in Holiday.objects.dates("on", "year")} | {who.on.year, who.on.year + 1})
    asked = request.GET.get("year", "")
    year = int(asked) if asked.isdecimal() and len(asked) == len("2026") else who.on.year
    year = year if year in years else who.on.year
    context: dict[str, Any] = {
        "years": [{"label": str(one), "href": f"?year={one}", "current": one == year} for one in years],
        "year": year,
        "rows": [(row, row.on >= who.on) for row in Holiday.objects.of_year(year)],
        "form": form,
        "law_tabs": law_tabs("plan:holidays"),
    }
    return render(request, "plan/holidays.html", context, status=422 if form.errors else 200)


@door(EDIT)
@require_http_methods(["GET", "HEAD", "POST"])
def load(request: HttpRequest) -> HttpResponse:
    """Try a list, then enter it: first what it would do, then the same list again with «confirm»."""
    who = _staff(request)
    form = HolidayListForm(request.POST or None)
    context: dict[str, Any] = {"form": form}
    if form.is_valid():
        try:
            lines = lines_of(form.cleaned_data["pasted"])
        except Refused as refusal:
            refused_in(form, refusal)
        else:
            wrong = [line for line in lines if line.error]
            if "confirm" in request.POST and not wrong and lines:
                return _entered(request, lines, who)
            context |= {"tried": True, "wrong": wrong, **_would_do(lines)}
    status = 422 if form.errors or context.get("wrong") else 200
    return render(request, "plan/holidays_import.html", context, status=status)


@door(EDIT)
@require_POST
def take_away(request: HttpRequest, holiday_id: int) -> HttpResponse:
    """The day is an ordinary one again."""
    who = _staff(request)
    day = get_object_or_404(Holiday, pk=holiday_id)
    day.take_away(by=who.user, now=who.now)
    messages.success(request, _("%(name)s is an ordinary day again.") % {"name": day.name})
    return _list_of(day.on.year)


def _entered(request: HttpRequest, lines: Sequence[Line], who: Visit) -> HttpResponseRedirect:
    days = [line.day for line in lines if line.day and not line.is_free_anyway]
    changed = Holiday.enter(days, by=who.user, now=who.now)
    messages.success(
        request, ngettext("%(n)s day was entered.", "%(n)s days were entered.", changed) % {"n": changed}
    )  # fmt: skip
    return _list_of(days[0].on.year if days else who.on.year)


def _would_do(lines: Sequence[Line]) -> dict[str, Any]:
    """What the list would add, change and leave, day by day."""
    days = [line.day for line in lines if line.day and not line.error and not line.is_free_anyway]
    there = {row.on: row for row in Holiday.objects.filter(on__in=[day.on for day in days])}
    return {
        "new": [day for day in days if day.on not in there],
        "changed": [
            (_in_words(there[day.on]), _in_words(day), day)
            for day in days
            if day.on in there and not there[day.on].says(day)
        ],
        "unchanged": sum(day.on in there and there[day.on].says(day) for day in days),
        "free_anyway": sum(line.is_free_anyway for line in lines),
    }


def _in_words(day: Holiday | SpecialDay) -> str:
    """Name and source, for a change may be in either."""
    return f"{day.name} ({day.source})" if day.source else day.name


def _list_of(year: int) -> HttpResponseRedirect:
    return HttpResponseRedirect(f"{reverse('plan:holidays')}?year={year}")


def _staff(request: HttpRequest) -> Visit:
    who = visit(request)
    staff_only(who)
    require(EDIT, who.user, at=who.now)
    return who
