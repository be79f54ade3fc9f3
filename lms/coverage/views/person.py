"""One person: why counted or not, and the evidence."""

from __future__ import annotations

import uuid

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_GET

from lms.audit.models import Event
from lms.coverage.access import people_open_to, verdict_open_to
from lms.coverage.asking import Asked
from lms.coverage.evidence import evidence_of, verdicts
from lms.people.permissions import door
from lms.people.views.visit import visit


@door("coverage.drill_to_evidence")
@require_GET
def person(request: HttpRequest, public_id: uuid.UUID) -> HttpResponse:
    """Roster, certificates, results, attendance and progress behind a person's place in the count; one event."""
    who = visit(request)
    found = get_object_or_404(people_open_to(who.user, who.on), public_id=public_id)
    asked = Asked(request, who.on)
    evidence = evidence_of(found)
    Event.record(
        "coverage.drill_to_evidence",
        object_kind="person",
        object_id=found.public_id,
        actor=str(who.user.public_id),
        now=who.now,
        subject=str(found.public_id),
        data={"filters": asked.query},
    )
    return render(
        request,
        "coverage/person.html",
        {
            "person": found,
            "asked": asked,
            "evidence": evidence,
            "verdicts": verdicts(asked.question, found) if asked.question else [],
        },
        status=422 if asked.form.errors else 200,
    )


@door("coverage.why_counted")
@require_GET
def why(request: HttpRequest, public_id: uuid.UUID) -> HttpResponse:
    """«Vì sao được tính»: the verdict alone, also for the person in question."""
    who = visit(request)
    found = get_object_or_404(verdict_open_to(who.user, who.on), public_id=public_id)
    asked = Asked(request, who.on)
    return render(
        request,
        "coverage/why.html",
        {
            "person": found,
            "asked": asked,
            "verdicts": verdicts(asked.question, found) if asked.question else [],
            "is_self": who.user.person_id == found.pk,
        },
        status=422 if asked.form.errors else 200,
    )
