"""The list of agencies as it was on any day, and one agency with what it came from and what became of it."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.core.paginator import Paginator
from django.db.models import Count, Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_safe

from lms.days import on_q
from lms.people.forms import AgencyFilter, DayFilter
from lms.people.lineage import lineage
from lms.people.models import Agency, Role
from lms.people.models.agencies import AgencyQuerySet
from lms.people.permissions import allow, door
from lms.people.views.visit import visit, with_today
from lms.people.words import words_on

PER_PAGE = 50
MOST_CHILDREN = 300


@door("agency.view")
@require_safe
def agencies(request: HttpRequest) -> HttpResponse:
    """Search by name, kind and day; or level by level, as a tree."""
    who = visit(request)
    form = AgencyFilter(with_today(request, who))
    asked = form.cleaned_data if form.is_valid() else {}
    day = asked.get("on") or who.on
    everything = Agency.objects.visible_to(who.user).standing()
    rows = everything if asked.get("ended") else everything.on(day)
    if asked.get("kind"):
        rows = rows.filter(kind=asked["kind"])
    text = asked.get("q", "")
    above = None
    if asked.get("tree") and not text:
        above = everything.select_related("parent").filter(code=request.GET.get("under", "")).first()
        rows = _level(rows, above, day)
    else:
        rows = rows.matching(text).closest_first(text) if text else rows.in_order()
    page = Paginator(rows.select_related("parent"), PER_PAGE).get_page(request.GET.get("page"))
    context = {
        "form": form, "page": page, "day": day, "asked": asked, "above": above,
        "may_create": allow("agency.create_or_correct", who.user, at=who.now),
        "shows_waiting": who.user.holds(Role.FOCAL, Role.COORDINATOR, Role.ADMINISTRATOR, on=who.on),
    }  # fmt: skip
    return render(request, "people/agencies.html", context)


def _level(rows: AgencyQuerySet, above: Agency | None, day: date) -> AgencyQuerySet:
    """The agencies directly below one (None: at the top), with how many stand below each on the day."""
    there = on_q(day, start="children__established_on", end="children__closed_on")
    below = Q(there, children__isnull=False, children__voided_at__isnull=True)
    counted: AgencyQuerySet = rows.filter(parent=above).annotate(below_count=Count("children", filter=below))
    return counted.in_order()


@door("agency.view")
@require_safe
def agency(request: HttpRequest, code: str) -> HttpResponse:
    """Facts, predecessors, successors, the agencies below, on a day."""
    who = visit(request)
    rows = Agency.objects.visible_to(who.user).select_related("parent", "contact")
    found = get_object_or_404(rows, code=code)
    form = DayFilter(request.GET)
    asked = form.cleaned_data["on"] if form.is_valid() else None
    day = asked or (who.on if found.is_on(who.on) else found.last_day or who.on)
    predecessors, successors = lineage(found)
    shows_roster = Agency.objects.roster_open_to(who.user, who.on).filter(pk=found.pk).exists()
    context: dict[str, Any] = {
        "agency": found,
        "contact": getattr(found, "contact", None),
        "is_open": found.is_on(who.on),
        "asked_day": asked,
        "was_there": found.is_on(day),
        "form": DayFilter(initial={"on": day}),
        "predecessors": predecessors,
        "successors": successors,
        "children": list(found.children.on(day).in_order()[:MOST_CHILDREN]),
        "day": day,
        "namesakes": list(Agency.objects.standing().namesakes_of(found).select_related("parent").in_order()),
        "shows_sources": who.user.holds(Role.COORDINATOR, Role.ADMINISTRATOR, on=who.on),
        "shows_roster": shows_roster,
        "words": list(words_on(found, day).values()) if shows_roster else [],
        "may_correct": allow("agency.create_or_correct", who.user, at=who.now) and found.voided_at is None,
        "may_edit_contact": allow("agency.edit_address_and_phone", who.user, found, at=who.now),
    }
    return render(request, "people/agency.html", context)
