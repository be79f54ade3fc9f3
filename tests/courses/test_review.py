"""What of an attempt is shown when (learning.md §9, trust.md S4)."""

from __future__ import annotations

import json
from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse

from courses.grading import write_key
from courses.models import Attempt, Mark, RegradeKind, RegradePlan, RegradeRun
from courses.review import FIELDS, SECRET, Moment, check_policy, visible_fields
from courses.reviewing import is_closed_for_run, review_fields
from lms.audit.models import Event
from lms.refusal import Refused
from tests.make import courses as make
from tests.make import quizzes

NOW = make.at(9)
HOUR = timedelta(hours=1)
CANARY = quizzes.CANARY.encode()


def refused(code, verb, *args, **kwargs):
    with pytest.raises(Refused) as error:
        verb(*args, **kwargs)
    assert error.value.code == code


def test_after_submitting_one_sees_the_score_and_ones_answers_and_no_more():
    assert visible_fields("graded", {}, {Moment.AFTER_SUBMIT}) == {"own_answers", "score", "comment"}
    assert visible_fields("graded", {}, {Moment.AFTER_SUBMIT, Moment.AFTER_CLOSING}) == set(FIELDS)


def test_practice_shows_everything_at_once():
    assert visible_fields("practice", {}, {Moment.AFTER_SUBMIT}) == set(FIELDS)


@pytest.mark.parametrize("moment", Moment)
def test_a_field_is_shown_from_its_moment_on(moment):
    own = dict.fromkeys(FIELDS, moment)
    assert visible_fields("graded", own, {moment} - {Moment.NEVER}) == (
        set() if moment == Moment.NEVER else set(FIELDS)
    )
    assert visible_fields("graded", own, set(Moment) - {moment}) == set()


@pytest.mark.parametrize("field", SECRET)
@pytest.mark.parametrize("moment", [Moment.DURING, Moment.AFTER_SUBMIT])
def test_a_graded_test_may_not_show_its_key_before_its_closing(field, moment):
    refused("key_too_early", check_policy, "graded", {field: moment})
    check_policy("practice", {field: moment})
    check_policy("graded", {field: Moment.AFTER_RELEASE})


@pytest.fixture
def sitting(db):
    return quizzes.Sitting(*quizzes.TYPES, attempts_allowed=1, review=dict.fromkeys(FIELDS, "after_release"))


@pytest.fixture
def closed(sitting):
    attempt = sitting.start(NOW)
    sitting.answer_rightly(attempt, NOW)
    return sitting.submit(attempt, NOW)


def end(sitting):
    sitting.run_quiz.closes_at = NOW + HOUR
    sitting.run_quiz.save()


def release(sitting, at):
    by = make.trainer(sitting.course)
    is_closed = is_closed_for_run(sitting.run_quiz, at)
    return sitting.run_quiz.release_results(is_closed=is_closed, by=by, now=at)


def fields(attempt, at):
    return review_fields(Attempt.objects.with_context().get(pk=attempt.pk), at)


def test_a_release_that_shows_the_key_waits_until_nobody_can_take_the_test(sitting, closed):
    refused("key_too_early", release, sitting, NOW)
    end(sitting)
    refused("key_too_early", release, sitting, NOW + HOUR)  # the seconds of grace
    assert fields(closed, NOW + 2 * HOUR) == set()
    assert release(sitting, NOW + 2 * HOUR) is True
    assert release(sitting, NOW + 2 * HOUR) is False
    assert fields(closed, NOW + 2 * HOUR) == set(FIELDS)
    assert Event.objects.filter(action="quiz.release_results").count() == 1


def signed_in(user):
    client = Client()
    client.force_login(user, backend="django.contrib.auth.backends.ModelBackend")
    return client


def everything(client, sitting, attempt):
    """Every page and every JSON of a test that a trainee can ask for."""
    at = [
        reverse(f"courses:{name}", args=[attempt.public_id])
        for name in (
            "attempt",
            "attempt_clock",
            "attempt_submit",
            "attempt_receipt",
            "attempt_result",
            "attempt_review",
        )
    ]
    at += [f"{at[0]}?q={place}" for place in range(1, len(sitting.questions) + 1)]
    at += [
        reverse("courses:quiz", args=[sitting.enrolment.public_id, sitting.run_quiz.pk]),
        reverse("courses:course", args=[sitting.enrolment.public_id]),
        reverse("courses:enrolment", args=[sitting.enrolment.public_id]),
        reverse("courses:my"),
    ]
    yield from (client.get(path, follow=True) for path in at)
    body = json.dumps({"epoch": 1, "items": [{"slot": 3, "seq": 9, "value": {"answer": True}}]})
    for accept in ("text/html", "application/json"):
        yield client.post(
            reverse("courses:attempt_answers", args=[attempt.public_id]), body, content_type="application/json",
            HTTP_ACCEPT=accept,
        )  # fmt: skip
        yield client.post(
            reverse("courses:attempt_appeal", args=[attempt.public_id]), {"reason": "Vì"}, HTTP_ACCEPT=accept
        )
        yield client.post(reverse("courses:attempt_submit", args=[attempt.public_id]), {"epoch": 1}, HTTP_ACCEPT=accept)
    for name in ("regrade", "regrade_lower"):
        yield client.get(reverse(f"courses:{name}", args=[attempt.public_id, 1]))
        yield client.post(reverse(f"courses:{name}", args=[attempt.public_id, 1]))
    for mark in Mark.objects.all():
        yield client.get(reverse("courses:mark_essay", args=[mark.pk]))
    yield client.get(reverse("courses:analysis", args=[sitting.quiz.pk]))
    for row in sitting.rows:
        yield client.get(reverse("courses:analysis_of", args=[sitting.quiz.pk, quizzes.version_of(row).pk]))


def secrets_in(answers):
    bodies = [answer.content for answer in answers]
    assert len(bodies) > 20
    return [body for body in bodies if CANARY in body or b"1733.5" in body or b"3333" in body]


@pytest.mark.parametrize("handed_in", [False, True])
def test_no_byte_of_a_key_reaches_a_trainee_before_the_release(sitting, handed_in):
    attempt = sitting.start(NOW)
    if handed_in:
        sitting.submit(attempt, NOW)
        Mark.take_next(make.trainer(sitting.course), now=NOW)
    assert secrets_in(everything(signed_in(sitting.user), sitting, attempt)) == []


def test_no_byte_of_a_key_reaches_a_trainer_of_another_course(sitting, closed):
    assert secrets_in(everything(signed_in(make.trainer(make.course())), sitting, closed)) == []


def test_after_a_regrade_the_review_shows_the_key_in_force(db):
    sitting = quizzes.Sitting("single", run_quiz={"closes_at": NOW + HOUR})
    attempt = sitting.start(NOW)
    sitting.save(attempt, 1, {"choice": sitting.questions[0].options[0].uid}, now=NOW)
    sitting.submit(attempt, NOW)
    trainer = make.trainer(sitting.course)
    draft = sitting.rows[0].new_version(sitting.questions[0], by=trainer, now=NOW)
    write_key(draft, {"weights": {sitting.questions[0].options[0].uid: 10_000}}, {"general": "Sửa theo văn bản mới"})
    draft.make_ready(by=trainer, now=NOW)
    path = reverse("courses:attempt_review", args=[attempt.public_id])
    client = signed_in(trainer)
    assert "Sửa theo văn bản mới" not in client.get(path).content.decode()
    plan = RegradePlan.make(sitting.course, attempt.slots.get().version, RegradeKind.NEW_KEY)
    RegradeRun.apply(plan, plan.plan_hash, reason="Văn bản mới", by=trainer, now=NOW)
    assert "Sửa theo văn bản mới" in client.get(path).content.decode()
