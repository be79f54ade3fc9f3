"""What a trainer decides about attempts: late answers, another result, exceptions (learning.md §8)."""

from __future__ import annotations

from datetime import timedelta

import pytest

from courses.models import (
    Answer,
    AnswerFlag,
    Attempt,
    AttemptState,
    Granted,
    LateAnswer,
    Override,
    accept_late_answers,
    ask_to_override,
)
from courses.models.extending import grant, take_back
from lms.audit.models import Event
from lms.refusal import Refused
from tests.make import courses as make
from tests.make import quizzes

pytestmark = pytest.mark.django_db
NOW = make.at(9)
HOUR = timedelta(hours=1)
MINUTE = timedelta(minutes=1)


def refused(code, verb, *args, **kwargs):
    with pytest.raises(Refused) as error:
        verb(*args, **kwargs)
    assert error.value.code == code


@pytest.fixture
def sitting():
    return quizzes.Sitting("true_false", "true_false", limit_minutes=30)


@pytest.fixture
def trainer(sitting):
    return make.trainer(sitting.course)


def full(attempt):
    return Attempt.objects.with_context().get(pk=attempt.pk)


def late(sitting):
    attempt = sitting.start(NOW)
    sitting.save(attempt, 1, {"answer": True}, now=NOW)
    sitting.save(attempt, 2, {"answer": True}, now=NOW + HOUR)
    return full(attempt)


def test_late_answers_count_once_a_trainer_says_why(sitting, trainer):
    attempt = late(sitting)
    assert (attempt.state, attempt.points) == (AttemptState.GRADED, 10_000)
    refused("reason_required", accept_late_answers, attempt, " ", by=trainer, now=NOW + HOUR)
    assert accept_late_answers(attempt, "Mất điện toàn xã", by=trainer, now=NOW + HOUR) == 1
    assert (attempt.state, attempt.points, attempt.answered_count) == (AttemptState.GRADED, 20_000, 2)
    assert Answer.objects.get(slot__position=2).flag == AnswerFlag.LATE
    assert LateAnswer.objects.get().accepted_by == trainer
    refused("nothing_late", accept_late_answers, attempt, "Lại", by=trainer, now=NOW + HOUR)
    assert Event.objects.filter(action="attempt.accept_late_answers").count() == 1


def ask(attempt, trainer, what="score", **fields):
    values = {"percent": 80, "reason": "Nhầm người", "document_no": "1/QĐ", "by": trainer, "now": NOW} | fields
    return ask_to_override(full(attempt), what, **values)


@pytest.fixture
def graded(sitting):
    return sitting.submit(sitting.start(NOW), NOW)


def test_a_result_is_changed_by_two_people_or_not_at_all(graded, trainer):
    asked = ask(graded, trainer)
    assert full(graded).points == 0
    refused("own_request", asked.confirm, trainer, NOW)
    asked.confirm(make.account(None, "coordinator"), NOW)
    assert full(graded).points == 16_000


def test_an_attempt_is_declared_void_by_two_people(graded, trainer):
    ask(graded, trainer, "void").confirm(make.account(None, "coordinator"), NOW)
    assert (full(graded).state, full(graded).void_reason) == (AttemptState.VOIDED, "Nhầm người")


def test_a_result_that_has_moved_since_is_left_alone(graded, trainer):
    asked = ask(graded, trainer)
    Attempt.objects.filter(pk=graded.pk).update(points=1)
    refused("preview_stale", asked.confirm, make.account(None, "coordinator"), NOW)


@pytest.mark.parametrize("percent", [None, -1, 101])
def test_a_result_is_a_percentage(graded, trainer, percent):
    refused("points_out_of_range", ask, graded, trainer, percent=percent)


def test_an_attempt_that_is_open_is_not_changed(sitting, trainer):
    refused("not_graded", ask, sitting.start(NOW), trainer)


# --- exceptions ------------------------------------------------------------------------------------------------------


def allow(sitting, trainer, what, **fields):
    values = {"reason": "Ốm", "by": trainer, "now": NOW + MINUTE} | fields
    return grant(sitting.run_quiz, what, **values)


def test_an_open_attempt_gets_its_new_end_at_once(sitting, trainer):
    attempt = sitting.start(NOW)
    allow(sitting, trainer, Granted(extra_minutes=15), enrolment=sitting.enrolment)
    changed = full(attempt)
    assert changed.deadline_at == NOW + 45 * MINUTE
    assert changed.grace_until > changed.deadline_at
    assert Event.objects.filter(action="quiz.grant_override_with_reason").count() == 1


def test_an_exception_of_an_agency_is_for_its_people_alone(sitting, trainer):
    attempt = sitting.start(NOW)
    allow(sitting, trainer, Granted(extra_minutes=15), agency=make.agency())
    assert full(attempt).deadline_at == NOW + 30 * MINUTE
    allow(sitting, trainer, Granted(extra_minutes=10), agency=sitting.enrolment.agency)
    assert full(attempt).deadline_at == NOW + 40 * MINUTE


def test_an_exception_says_what_and_why(sitting, trainer):
    refused("reason_required", allow, sitting, trainer, Granted(extra_minutes=5), reason=" ")
    refused("nothing_granted", allow, sitting, trainer, Granted())
    assert Override.objects.count() == 0


def test_an_exception_is_taken_back_once(sitting, trainer):
    made = allow(sitting, trainer, Granted(extra_attempts=1))
    assert take_back(made, by=trainer, now=NOW + HOUR) is True
    assert take_back(made, by=trainer, now=NOW + HOUR) is False
