"""/my/: what a trainee does next (domain.md §15, «Trainee, 360 px»)."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from courses.models import Enrolment, EnrolmentState
from courses.models.enrolments import EnrolmentQuerySet
from courses.panels import panels_for
from courses.standing import Standing, standings
from lms.people.permissions import door
from lms.people.views.visit import visit
from lms.prepared import prepared


@prepared
def _active(person_id: int) -> EnrolmentQuerySet:
    rows = Enrolment.objects.filter(person_id=person_id).active()
    return rows.select_related("run__course", "agency").order_by("run__ends_on", "pk")


@door("enrolment.view_status")
@require_GET
def my(request: HttpRequest) -> HttpResponse:
    """One card for the next step, then the coming class, progress, deadlines, certificates."""
    who = visit(request)
    own = _active(who.user.person_id) if who.user.person_id is not None else []
    learning = standings([row for row in own if row.state == EnrolmentState.ENROLLED], who.now)
    going_on = [one for one in learning if not one.enrolment.run.is_over]
    return render(
        request,
        "courses/my.html",
        {
            "first": first_of(going_on),
            "going_on": going_on,
            "completed": [one for one in learning if one.completion and one.enrolment.run.is_over],
            "applications": [row for row in own if row.state != EnrolmentState.ENROLLED],
            "coming": min((one for one in going_on if one.coming_session), key=_starts, default=None),
            "panels": panels_for("my", request),
        },
    )


def first_of(going_on: list[Standing]) -> Standing | None:
    """The class whose next step is shown large: something to do comes before waiting, then what ends first."""
    order = {"lesson": 0, "quiz": 0, "session": 1, "wait": 2, "done": 3}
    return min(going_on, key=lambda one: order[one.next_step.kind], default=None)


def _starts(one: Standing) -> float:
    return one.coming_session.starts_at.timestamp() if one.coming_session else 0.0
