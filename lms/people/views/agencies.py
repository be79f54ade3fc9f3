"""The list of agencies as it was on any day, and one agency with what it came from and what became of it."""

from __future__ import annotations

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_safe

from lms.people.forms import AgencyFilter
from lms.people.models import Agency, Role, Succession
from lms.people.permissions import door
from lms.people.views.visit import visit, with_today
from lms.people.words import words_on

PER_PAGE = 50
MOST_CHILDREN = 300


@door("agency.view")
@require_safe
def agencies(request: HttpRequest) -> HttpResponse:
    """Search by name, kind and day."""
    who = visit(request)
    form = AgencyFilter(with_today(request, who))
    asked = form.cleaned_data if form.is_valid() else {}
    day = asked.get("on") or who.on
    rows = Agency.objects.visible_to(who.user)
    if not asked.get("ended"):
        rows = rows.on(day)
    if asked.get("kind"):
        rows = rows.filter(kind=asked["kind"])
    text = asked.get("q", "")
    rows = rows.matching(text).closest_first(text) if text else rows.in_order()
    page = Paginator(rows.select_related("parent"), PER_PAGE).get_page(request.GET.get("page"))
    return render(request, "people/agencies.html", {"form": form, "page": page, "day": day, "asked": asked})


@door("agency.view")
@require_safe
def agency(request: HttpRequest, code: str) -> HttpResponse:
    """Facts, predecessors, successors, the agencies below."""
    who = visit(request)
    found = get_object_or_404(Agency.objects.visible_to(who.user).select_related("parent"), code=code)
    into = Succession.objects.filter(successor=found).select_related("predecessor")
    out = Succession.objects.filter(predecessor=found).select_related("successor")
    day = who.on if found.is_on(who.on) else found.last_day or who.on
    shows_roster = Agency.objects.roster_open_to(who.user, who.on).filter(pk=found.pk).exists()
    context = {
        "agency": found,
        "is_open": found.is_on(who.on),
        "predecessors": list(into.order_by("on", "predecessor__sort_key", "pk")),
        "successors": list(out.order_by("on", "successor__sort_key", "pk")),
        "children": list(found.children.on(day).in_order()[:MOST_CHILDREN]),
        "day": day,
        "namesakes": list(Agency.objects.namesakes_of(found).select_related("parent").in_order()),
        "shows_sources": who.user.holds(Role.COORDINATOR, Role.ADMINISTRATOR, on=who.on),
        "shows_roster": shows_roster,
        "words": list(words_on(found, day).values()) if shows_roster else [],
    }
    return render(request, "people/agency.html", context)
