"""The screens of markers and trainers: what they show, whom they hide, what they cost."""

from __future__ import annotations

from io import BytesIO

import pytest
import time_machine
from django.test import Client
from django.urls import reverse
from openpyxl import load_workbook  # type: ignore[import-untyped]

from courses.models import Attempt, Mark, RegradeKind, RegradePlan
from lms.audit.models import Event
from tests.make import courses as make
from tests.make import quizzes

pytestmark = pytest.mark.django_db
NOW = make.at(9)


@pytest.fixture(autouse=True)
def clock():
    with time_machine.travel(NOW, tick=False):
        yield


def signed_in(user):
    client = Client()
    client.force_login(user, backend="django.contrib.auth.backends.ModelBackend")
    return client


@pytest.fixture
def sitting():
    return quizzes.Sitting("essay", "single")


@pytest.fixture
def trainer(sitting):
    return make.trainer(sitting.course)


def handed_in(sitting, text="Bài làm của tôi"):
    attempt = sitting.start(NOW)
    if text:
        sitting.save(attempt, 1, {"text": text}, now=NOW)
    return sitting.submit(attempt, NOW)


def test_an_essay_is_taken_marked_and_the_next_one_comes_and_no_name_is_shown(sitting, trainer):
    attempt = handed_in(sitting)
    client = signed_in(trainer)
    assert "1" in client.get(reverse("courses:marking")).content.decode()
    taken = client.post(reverse("courses:mark_next"), follow=True)
    html = taken.content.decode()
    assert "Bài làm của tôi" in html
    assert sitting.enrolment.person.full_name not in html
    assert sitting.enrolment.agency.name not in html
    mark = Mark.objects.get()
    path = reverse("courses:mark_essay", args=[mark.pk])
    wrong = client.post(path, {"points-0": 11, "comment": "Viết tốt"})
    assert wrong.status_code == 422
    assert "Viết tốt" in wrong.content.decode()  # nothing typed is lost
    done = client.post(path, {"points-0": 9, "comment": "Viết tốt", "go": "next"})
    assert done.url == reverse("courses:marking")
    attempt.refresh_from_db()
    assert attempt.points == 9_000
    review = signed_in(sitting.user).get(reverse("courses:attempt_review", args=[attempt.public_id]))
    assert "Viết tốt" in review.content.decode()
    assert trainer.name not in review.content.decode()


def test_an_essay_is_left_to_others(sitting, trainer):
    handed_in(sitting)
    client = signed_in(trainer)
    client.post(reverse("courses:mark_next"))
    client.post(reverse("courses:mark_put_back", args=[Mark.objects.get().pk]))
    assert Mark.objects.get().marker is None


def test_the_desk_is_for_trainers_alone(sitting):
    for user in (sitting.user, make.account(None, "coordinator"), make.account(None, "administrator")):
        assert signed_in(user).get(reverse("courses:marking")).status_code == 404
        assert signed_in(user).post(reverse("courses:mark_next")).status_code == 404


def test_a_regrade_is_looked_at_and_then_applied(sitting, trainer):
    attempt = handed_in(sitting, text="")
    client = signed_in(trainer)
    path = reverse("courses:regrade", args=[attempt.public_id, 2])
    shown = client.get(path, {"kind": "full_marks", "policy": "never_lower"}).content.decode()
    assert sitting.enrolment.person.full_name in shown
    version = attempt.slots.get(position=2).version
    plan = RegradePlan.make(sitting.course, version, RegradeKind.FULL_MARKS)
    assert plan.plan_hash in shown
    stale = client.post(path, {"kind": "full_marks", "plan": "x", "reason": "Sai"})
    assert stale.status_code == 409
    client.post(path, {"kind": "full_marks", "plan": plan.plan_hash, "reason": "Sai"})
    assert Attempt.objects.get().points == 10_000
    assert "Sai" in client.get(path).content.decode()


def test_a_class_has_its_results_by_given_name_on_the_screen_and_in_a_spreadsheet(trainer, sitting):
    run = sitting.run_quiz.run
    for name in ("Nguyễn Văn Yên", "Trần Thị Ánh", "Lê Ăn"):
        make.enrolment(run, make.person(name))
    handed_in(sitting, text="")
    client, path = signed_in(trainer), reverse("courses:run_results", args=[run.public_id])
    html = client.get(path).content.decode()
    places = [html.index(name) for name in ("Trần Thị Ánh", "Lê Ăn", "Nguyễn Văn Yên")]
    assert places == sorted(places)
    sheet = load_workbook(BytesIO(client.post(path).content)).active
    names = [row[1] for row in sheet.iter_rows(values_only=True) if isinstance(row[0], int)]
    assert [name for name in names if name in ("Trần Thị Ánh", "Lê Ăn", "Nguyễn Văn Yên")] == [
        "Trần Thị Ánh", "Lê Ăn", "Nguyễn Văn Yên",
    ]  # fmt: skip
    assert Event.objects.filter(action="run.view_or_export_results").count() == 2


@pytest.mark.parametrize("people", [1, 6])
def test_pages_cost_the_same_however_many_people(sitting, trainer, people, django_assert_max_num_queries):
    run = sitting.run_quiz.run
    for _number in range(people):
        enrolment = make.enrolment(run)
        user = make.account(enrolment.person)
        Attempt.start(enrolment, sitting.run_quiz, by=user, now=NOW).submit(epoch=1, by=user, now=NOW)
    client = signed_in(trainer)
    for name, args in (("run_results", [run.public_id]), ("analysis", [sitting.quiz.pk]), ("marking", [])):
        client.get(reverse(f"courses:{name}", args=args))
        with django_assert_max_num_queries(16):
            client.get(reverse(f"courses:{name}", args=args))


def test_an_exception_is_granted_and_taken_back(sitting, trainer):
    client, path = signed_in(trainer), reverse("courses:exceptions", args=[sitting.run_quiz.pk])
    data = {"enrolment": sitting.enrolment.public_id, "extra_minutes": 10, "reason": "Ốm"}
    client.post(path, data)
    override = sitting.run_quiz.run.overrides.get()
    assert override.enrolment == sitting.enrolment
    both = client.post(path, data | {"agency": sitting.enrolment.agency.code})
    assert both.status_code == 422
    client.post(reverse("courses:end_exception", args=[sitting.run_quiz.pk, override.pk]))
    override.refresh_from_db()
    assert override.voided_at == NOW


def test_the_analysis_of_a_question_shows_its_options_by_thirds(sitting, trainer):
    handed_in(sitting, text="")
    version = quizzes.version_of(sitting.rows[1])
    html = signed_in(trainer).get(reverse("courses:analysis_of", args=[sitting.quiz.pk, version.pk])).content.decode()
    assert "Phương án B" in html
    assert "<svg" in html
    assert "style=" not in html
