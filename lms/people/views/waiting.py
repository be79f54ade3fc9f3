"""«Chờ phân về đơn vị mới»: the closed agencies where people wait, and sending them on."""

from __future__ import annotations

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_safe

from lms.people.agency_forms import told_apart
from lms.people.models import Agency, Role, RosterEntry
from lms.people.permissions import allow, door, require
from lms.people.reorganisation_forms import MoveForm
from lms.people.views.roster import open_agency
from lms.people.views.visit import Visit, visit
from lms.people.waiting import agencies_with_waiting, heirs_of, move_after_split


@door("roster.view")
@require_safe
def waiting(request: HttpRequest) -> HttpResponse:
    """Closed agencies whose people have no agency now."""
    who = visit(request)
    if not who.user.holds(Role.FOCAL, Role.COORDINATOR, Role.ADMINISTRATOR, on=who.on):
        raise Http404
    mine = Agency.objects.roster_open_to(who.user, who.on)
    rows = agencies_with_waiting(Agency.objects.filter(pk__in=mine.values("pk")), who.on).select_related("parent")
    may_move = allow("roster.move_after_split", who.user, at=who.now)
    return render(request, "people/waiting.html", {"rows": rows.in_order(), "may_move": may_move})


@door("roster.move_after_split")
@require_http_methods(["GET", "HEAD", "POST"])
def move(request: HttpRequest, code: str) -> HttpResponse:
    """Tick people of a closed agency and say where they belong now."""
    who = visit(request)
    agency = open_agency(who, code)
    require("roster.move_after_split", who.user, at=who.now)
    form = _form(request, agency, who)
    if form.is_bound and form.is_valid():
        heir = _heir(form)
        if heir is not None and not form.errors:
            moved = move_after_split(
                agency, form.cleaned_data["entries"], heir, reason=form.cleaned_data["reason"], by=who.user, now=who.now
            )
            said = ngettext(
                "%(count)s person was moved to %(agency)s.", "%(count)s people were moved to %(agency)s.", moved
            )
            messages.success(request, said % {"count": moved, "agency": heir.name})
            return redirect("people:waiting_move", agency.code)
    context = {"agency": agency, "form": form}
    return render(request, "people/waiting_move.html", context, status=422 if form.errors else 200)


def _form(request: HttpRequest, agency: Agency, who: Visit) -> MoveForm:
    form = MoveForm(request.POST or None, day=agency.closed_on)
    there = RosterEntry.objects.known().waiting(who.on).filter(agency=agency).select_related("person").in_order()
    form.fields["entries"].choices = [(entry.pk, _words(entry)) for entry in there]  # type: ignore[attr-defined]
    heirs = heirs_of(agency).select_related("parent").in_order()
    form.fields["heir"].choices = [(heir.code, told_apart(heir)) for heir in heirs]  # type: ignore[attr-defined]
    return form


def _words(entry: RosterEntry) -> str:
    """Name, year of birth, group and position: namesakes are told apart."""
    born = f" ({entry.person.birth_date.year})" if entry.person.birth_date else ""
    parts = [f"{entry.person.full_name}{born}", str(entry.get_group_display()), entry.position]
    return " · ".join(part for part in parts if part)


def _heir(form: MoveForm) -> Agency | None:
    """The agency that was chosen: one that was typed goes before one that was ticked."""
    other = form.picked("other")
    if other is not None or form.errors:
        return other
    if not form.cleaned_data["heir"]:
        form.add_error("heir", _("Choose where they go."))
        return None
    return Agency.objects.filter(code=form.cleaned_data["heir"]).first()
