"""The class of a trainee: its home, lessons ticked off, and why it is not complete yet."""

from __future__ import annotations

import uuid

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from courses.access import is_own
from courses.models import AttendanceEvent, Completion, Enrolment, Lesson, Progress, Quiz
from courses.models.enrolments import REPLACEABLE, EnrolmentQuerySet
from courses.nominees import replacements
from courses.panels import lesson_urls
from courses.standing import standings
from lms.people.permissions import allow, door, require
from lms.people.views.visit import Visit, visit
from lms.prepared import prepared

IN_HAND = ("run__course", "run__issuer", "person", "agency", "place")


@prepared
def _own(public_id: uuid.UUID, person_id: int) -> EnrolmentQuerySet:
    return Enrolment.objects.filter(public_id=public_id, person_id=person_id).select_related(*IN_HAND)


def _seen(who: Visit, public_id: uuid.UUID) -> Enrolment:
    """The enrolment, if it exists for the visitor: one's own, for which no role is asked, or one that a role shows."""
    if who.user.person_id is not None:
        for own in _own(public_id, who.user.person_id):
            return own
    rows = Enrolment.objects.visible_to(who.user, who.on).select_related(*IN_HAND)
    return get_object_or_404(rows, public_id=public_id)


@door("progress.view")
@require_GET
def course(request: HttpRequest, public_id: uuid.UUID) -> HttpResponse:
    """The home of one class: lessons, tests, sessions, what is missing. Others than its owner only look."""
    who = visit(request)
    enrolment = _seen(who, public_id)
    return render(
        request,
        "courses/course.html",
        {
            "standing": standings([enrolment], who.now)[0],
            "enrolment": enrolment,
            "run": enrolment.run,
            "own": is_own(who.user, enrolment),
            "practice": Quiz.objects.practice_of(enrolment.run),
        },
    )


@door("progress.mark_lesson_done")
@require_POST
def lesson_done(request: HttpRequest, public_id: uuid.UUID, lesson_id: int) -> HttpResponse:
    """«Đã học xong», then the next lesson that is left, or the home of the class."""
    who = visit(request)
    enrolment = _seen(who, public_id)
    lesson = get_object_or_404(Lesson.objects.live(), pk=lesson_id, course_id=enrolment.run.course_id)
    require("progress.mark_lesson_done", who.user, enrolment, at=who.now)
    Progress.open(enrolment, lesson, who.now).mark_done(who.now)
    done = Progress.objects.done().filter(enrolment=enrolment).values("lesson")
    left = Lesson.objects.live().filter(course_id=lesson.course_id).exclude(pk__in=done).in_order()
    following = left.filter(position__gt=lesson.position).first() or left.first()
    url = lesson_urls([following]).get(following.pk) if following else None
    return redirect(url or "courses:course", *([] if url else [enrolment.public_id]))


@door("completion.view_why", "attendance.view_of_person", "enrolment.view_status")
@require_GET
def enrolment(request: HttpRequest, public_id: uuid.UUID) -> HttpResponse:
    """«Vì sao?»: every condition with its figures, the sessions with their events, the completion."""
    who = visit(request)
    row = _seen(who, public_id)
    events = AttendanceEvent.objects.filter(enrolment=row).select_related("session", "place").order_by("at", "pk")
    return render(
        request,
        "courses/enrolment.html",
        {
            "enrolment": row,
            "run": row.run,
            "standing": standings([row], who.now)[0],
            "events": list(events),
            "voided": list(Completion.objects.filter(enrolment=row, voided_at__isnull=False).order_by("voided_at")),
            "may_void": allow("completion.void_with_reason", who.user, row, at=who.now),
            "own": is_own(who.user, row),
            "others": _others(who, row),
        },
    )


def _others(who: Visit, row: Enrolment) -> list[dict[str, str]]:
    """Who could come instead, for those who may say so while it is time."""
    in_time = row.state in REPLACEABLE and who.now < row.run.replaceable_until
    if not in_time or not allow("enrolment.replace_nominee", who.user, row, at=who.now):
        return []
    return [{"value": str(one.public_id), "label": one.full_name} for one in replacements(row, who.on)]


@door("completion.void_with_reason")
@require_POST
def void_completion(request: HttpRequest, public_id: uuid.UUID) -> HttpResponse:
    """Declare the completion void, with a reason; its certificate goes on the review list."""
    who = visit(request)
    row = _seen(who, public_id)
    require("completion.void_with_reason", who.user, row, at=who.now)
    completion = get_object_or_404(Completion.objects.standing(), enrolment=row)
    if completion.void(request.POST.get("reason", ""), by=who.user, now=who.now):
        messages.success(request, _("The completion is void."))
    return redirect("courses:enrolment", row.public_id)
