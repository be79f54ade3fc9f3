"""Courses that come first, and the leave to do without them (learning.md §5)."""

from __future__ import annotations

import pytest
from django.db import IntegrityError, transaction

from courses.models import Enrolment, EnrolmentState, Prerequisite, PrerequisiteWaiver, require_first
from lms.audit.models import Event
from lms.refusal import Refused
from tests.make import courses as make

pytestmark = pytest.mark.django_db
NOW = make.at(9)


def refusal(call, *args, **kwargs):
    with pytest.raises(Refused) as caught, transaction.atomic():
        call(*args, **kwargs)
    return caught.value.code


def test_courses_never_require_each_other():
    first, second, third = make.course(), make.course(), make.course()
    require_first(second, first)
    require_first(third, second, within_months=6)
    assert refusal(require_first, first, third) == "prereq_cycle"
    assert refusal(require_first, first, first) == "prereq_cycle"
    require_first(third, first)
    require_first(third, second, within_months=12)
    assert Prerequisite.objects.get(course=third, needs=second).within_months == 12


def test_the_department_lets_somebody_in_without_the_course_with_a_reason_and_once():
    home, basics, run = make.agency(), make.course(), make.run()
    lan, hung = make.person(of=home), make.person(of=home)
    require_first(run.course, basics)
    sau = make.account(None, "coordinator")
    assert refusal(Enrolment.enrol_self, run, lan, by=make.account(lan), now=NOW) == "prereq_missing"
    assert refusal(PrerequisiteWaiver.grant, run, lan, " ", by=sau, now=NOW) == "reason_required"
    assert PrerequisiteWaiver.grant(run, lan, "Đã học lớp tương đương", by=sau, now=NOW) is True
    assert PrerequisiteWaiver.grant(run, lan, "Đã học lớp tương đương", by=sau, now=NOW) is False
    assert Enrolment.enrol_self(run, lan, by=make.account(lan), now=NOW).state == EnrolmentState.ENROLLED
    assert refusal(Enrolment.enrol_self, run, hung, by=make.account(hung), now=NOW) == "prereq_missing"
    event = Event.objects.get(action="enrolment.waive_prerequisite")
    assert event.subject == str(lan.public_id)


def test_the_database_refuses_a_waiver_without_a_reason():
    with pytest.raises(IntegrityError), transaction.atomic():
        PrerequisiteWaiver.objects.create(
            run=make.run(), person=make.person(), reason="", granted_by=make.account(), granted_at=NOW
        )
