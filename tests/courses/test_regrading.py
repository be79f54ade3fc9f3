"""Regrades: who changes is known before, nobody loses unless ordered, certificates stay (learning.md §9)."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.db import IntegrityError, transaction
from hypothesis import given
from hypothesis import strategies as st

from courses.grading import write_key
from courses.models import (
    Attempt,
    Completion,
    Enrolment,
    Policy,
    RegradeKind,
    RegradeLine,
    RegradePlan,
    RegradeRun,
)
from courses.models.regrading import ask_to_lower
from courses.regrade_preview import preview
from courses.regrading import Standing, is_pass, regraded
from lms.audit.models import Event
from lms.jobs.models import Job
from lms.people.models import Approval, ApprovalState
from lms.refusal import Refused
from tests.make import certificates as make_certificates
from tests.make import courses as make
from tests.make import quizzes

NOW = make.at(9)
LATER = NOW + timedelta(days=2)


def refused(code, verb, *args, **kwargs):
    with pytest.raises(Refused) as error:
        verb(*args, **kwargs)
    assert error.value.code == code


# --- the sums --------------------------------------------------------------------------------------------------------


@st.composite
def standings(draw):
    slot_possible = draw(st.integers(1, 20_000))
    rest_possible = draw(st.integers(0, 100_000))
    slot_points = draw(st.integers(0, slot_possible))
    return Standing(
        1, slot_points + draw(st.integers(0, rest_possible)), slot_possible + rest_possible, slot_points, slot_possible,
        draw(st.integers(0, 100)), draw(st.integers(0, slot_possible)), is_dropped=draw(st.booleans()),
    )  # fmt: skip


@given(standings())
def test_nobody_loses_points_share_or_pass_unless_ordered(one):
    change = regraded(one, never_lower=True)
    if change is None:
        return
    assert change.total_after * one.possible >= one.points * change.total_possible_after
    assert change.after >= change.before or one.is_dropped
    assert change.passed_after or not is_pass(one.points, one.possible, one.pass_percent)


@given(standings(), st.booleans())
def test_points_stay_within_the_possible_and_the_sum_is_that_of_its_parts(one, never_lower):
    change = regraded(one, never_lower=never_lower)
    if change is None:
        return
    assert 0 <= change.after <= change.possible_after <= one.slot_possible
    assert change.total_after - change.after == one.points - one.slot_points
    assert change.total_possible_after - change.possible_after == one.possible - one.slot_possible
    assert change.total_after <= change.total_possible_after


@given(standings())
def test_applied_twice_changes_nothing_more(one):
    change = regraded(one, never_lower=True)
    if change is None:
        return
    again = Standing(
        1, change.total_after, change.total_possible_after, change.after, change.possible_after, one.pass_percent,
        min(one.computed, change.possible_after), one.is_dropped,
    )  # fmt: skip
    assert regraded(again, never_lower=True) is None


# --- a key that was wrong --------------------------------------------------------------------------------------------


class Class:
    """Four people at one test of two questions, whose first key was wrong: B counted, A is right."""

    def __init__(self):
        self.sitting = quizzes.Sitting("single", "true_false", pass_percent=60)
        self.trainer = make.trainer(self.sitting.course)
        self.course = self.sitting.course
        self.version = quizzes.version_of(self.sitting.rows[0])
        self.a, self.b, self.c = [option.uid for option in self.sitting.questions[0].options]
        self.attempts = {
            "right": self.sit(self.a, truth=True),
            "wrong": self.sit(self.b, truth=True),
            "neither": self.sit(self.c, truth=False),
            "low": self.sit(self.a, truth=False),
        }

    def sit(self, choice, *, truth):
        enrolment = make.enrolment(self.sitting.run_quiz.run)
        user = make.account(enrolment.person)
        attempt = Attempt.start(enrolment, self.sitting.run_quiz, by=user, now=NOW)
        self.sitting.user = user
        self.sitting.save(attempt, 1, {"choice": choice}, now=NOW)
        self.sitting.save(attempt, 2, {"answer": truth}, now=NOW)
        attempt.submit(epoch=1, by=user, now=NOW)
        return attempt

    def correct_the_key(self):
        draft = self.sitting.rows[0].new_version(self.sitting.questions[0], by=self.trainer, now=NOW)
        write_key(draft, {"weights": {self.a: 10_000}}, {})
        draft.make_ready(by=self.trainer, now=NOW)
        return draft

    def plan(self, kind=RegradeKind.NEW_KEY, policy=Policy.NEVER_LOWER):
        return RegradePlan.make(self.course, self.version, kind, policy)

    def apply(self, plan, **fields):
        values: dict[str, Any] = {"reason": "Đáp án sai", "by": self.trainer, "now": LATER} | fields
        return RegradeRun.apply(plan, values.pop("seen", plan.plan_hash), **values)

    def points(self):
        return {name: Attempt.objects.get(pk=one.pk).points for name, one in self.attempts.items()}


@pytest.fixture
def klass(db):
    return Class()


BEFORE = {"right": 10_000, "wrong": 20_000, "neither": 3_333, "low": 0}


def test_the_preview_is_exact_and_nobody_loses(klass):
    assert klass.points() == BEFORE
    klass.correct_the_key()
    shown = preview(klass.plan(), LATER)
    changed = {line.attempt.pk: (line.change.total_before, line.change.total_after) for line in shown.lines}
    assert changed == {
        klass.attempts["right"].pk: (10_000, 20_000),
        klass.attempts["low"].pk: (0, 10_000),
    }
    assert [line.attempt.pk for line in shown.newly_passed] == [klass.attempts["right"].pk]
    klass.apply(klass.plan())
    assert klass.points() == BEFORE | {"right": 20_000, "low": 10_000}


def test_the_pinned_version_stays_and_the_record_never_changes(klass):
    new = klass.correct_the_key()
    run = klass.apply(klass.plan())
    assert klass.attempts["right"].slots.get(position=1).version_id == klass.version.pk
    assert RegradeRun.objects.versions_in_force(klass.course.pk, [klass.version.pk]) == {klass.version.pk: new.pk}
    assert Event.objects.filter(action="attempt.regrade_never_lower").count() == 1
    assert run.lines.filter(passed_before=False, passed_after=True).count() == 1
    for table, change in ((RegradeRun, {"reason": "Khác"}), (RegradeLine, {"after": 0})):
        with pytest.raises(IntegrityError), transaction.atomic():
            table.objects.update(**change)
        with pytest.raises(IntegrityError), transaction.atomic():
            table.objects.all()._raw_delete(using="default")


def test_without_a_newer_version_there_is_no_key_to_apply(klass):
    refused("no_newer_key", klass.plan)


def test_an_essay_is_not_regraded(db):
    sitting = quizzes.Sitting("essay")
    version = quizzes.version_of(sitting.rows[0])
    refused("not_regraded", RegradePlan.make, sitting.course, version, RegradeKind.FULL_MARKS)


def test_everybody_earns_all_the_points(klass):
    klass.apply(klass.plan(RegradeKind.FULL_MARKS))
    assert klass.points() == {"right": 20_000, "wrong": 20_000, "neither": 10_000, "low": 10_000}


def test_a_question_that_counts_no_more_leaves_the_total_of_whom_it_helps(klass):
    klass.apply(klass.plan(RegradeKind.DROP))
    found = {
        name: (one.points, one.points_possible)
        for name, one in ((name, Attempt.objects.get(pk=one.pk)) for name, one in klass.attempts.items())
    }
    assert found == {
        "right": (10_000, 10_000), "wrong": (10_000, 10_000), "neither": (3_333, 20_000), "low": (0, 10_000),
    }  # fmt: skip


def test_what_was_looked_at_must_be_what_is_applied(klass):
    plan = klass.plan(RegradeKind.FULL_MARKS)
    klass.sit(klass.a, truth=True)
    now = klass.plan(RegradeKind.FULL_MARKS)
    refused("preview_stale", klass.apply, now, seen=plan.plan_hash)
    refused("reason_required", klass.apply, now, reason=" ")
    klass.apply(now)
    refused("preview_stale", klass.apply, now)
    refused("nothing_to_regrade", klass.apply, klass.plan(RegradeKind.FULL_MARKS))


def test_a_plan_whose_points_have_moved_writes_nothing(klass):
    klass.correct_the_key()
    plan = klass.plan()
    Attempt.objects.filter(pk=klass.attempts["low"].pk).update(points=1)
    before = klass.points()
    refused("preview_stale", klass.apply, plan)
    assert klass.points() == before
    assert RegradeRun.objects.count() == 0


def test_other_courses_are_left_alone(klass):
    other = make.course()
    assert RegradePlan.make(other, klass.version, RegradeKind.FULL_MARKS).changes == ()


def test_results_fall_only_with_a_second_person(klass):
    klass.correct_the_key()
    plan = klass.plan(policy=Policy.AS_COMPUTED)
    assert plan.falls
    refused("lowering_unconfirmed", klass.apply, plan)
    with pytest.raises(IntegrityError), transaction.atomic():
        RegradeRun.objects.create(
            course=plan.course, version=plan.version, kind="full_marks", policy="as_computed", plan_hash="x",
            reason="Vì", applied_by=klass.trainer, confirmed_by=klass.trainer, applied_at=NOW,
        )  # fmt: skip
    asked = ask_to_lower(plan, plan.plan_hash, reason="Lộ đáp án", document_no="1/QĐ", by=klass.trainer, now=NOW)
    asked.confirm(make.account(None, "coordinator"), LATER)
    assert klass.points() == {"right": 20_000, "wrong": 10_000, "neither": 0, "low": 10_000}
    assert RegradeRun.objects.get().confirmed_by is not None


def test_a_request_is_stale_once_the_world_has_moved(klass):
    plan = klass.plan(RegradeKind.DROP, Policy.AS_COMPUTED)
    asked = ask_to_lower(plan, plan.plan_hash, reason="Lộ đáp án", document_no="", by=klass.trainer, now=NOW)
    klass.sit(klass.b, truth=False)
    refused("preview_stale", asked.confirm, make.account(None, "coordinator"), LATER)
    assert Approval.objects.get().state == ApprovalState.PENDING
    assert RegradeRun.objects.count() == 0


# --- completions and certificates ------------------------------------------------------------------------------------


def test_completions_that_arise_are_listed_and_their_jobs_asked_for(klass):
    enrolment = klass.attempts["right"].enrolment
    for one in (enrolment, klass.attempts["low"].enrolment):
        for lesson in klass.course.lessons.all():
            make.done(one, lesson, NOW)
    klass.correct_the_key()
    shown = preview(klass.plan(), LATER)
    assert [one.pk for one in shown.completions] == [enrolment.pk]
    assert Completion.objects.count() == 0
    klass.apply(klass.plan())
    assert Job.objects.filter(kind="courses.evaluate_run", payload={"run": enrolment.run_id}).count() == 1


def test_certificates_are_listed_and_none_is_revoked(klass, settings):
    enrolment = Enrolment.objects.get(pk=klass.attempts["right"].enrolment_id)
    make.completion(enrolment)
    (certificate,) = make_certificates.certificates(enrolment.run)
    klass.correct_the_key()
    shown = preview(klass.plan(), LATER)
    assert [line.url for line in shown.touched] == [f"/register/{certificate.public_code}/"]
    klass.apply(klass.plan())
    certificate.refresh_from_db()
    assert certificate.state == "valid"


def test_a_preview_costs_the_same_however_many_people(klass, django_assert_max_num_queries):
    for _number in range(6):
        klass.sit(klass.a, truth=True)
    klass.correct_the_key()
    with django_assert_max_num_queries(20):
        preview(klass.plan(), LATER)
