"""The pages of a quiz: without a script, with it, and for everybody who has no business there (learning.md §8, §9)."""

from __future__ import annotations

import gzip
import json
import re
import uuid
from datetime import timedelta
from pathlib import Path
from urllib.parse import urlencode

import pytest
from django.contrib.staticfiles import finders
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from courses.models import Answer, Attempt, AttemptState, LateAnswer
from lms.audit.models import Event
from tests.make import courses as make
from tests.make import quizzes

pytestmark = pytest.mark.django_db
JS = Path(__file__).parents[2] / "lms/web/static/lms/js"


def signed_in(user):
    client = Client()
    client.force_login(user, backend="django.contrib.auth.backends.ModelBackend")
    return client


@pytest.fixture
def sitting():
    return quizzes.Sitting(*quizzes.TYPES, limit_minutes=30)


@pytest.fixture
def trainee(sitting):
    return signed_in(sitting.user)


@pytest.fixture
def attempt(sitting):
    return sitting.start(timezone.now())


def page(name, *args):
    return reverse(f"courses:{name}", args=args)


def of(attempt, name="attempt"):
    return page(name, attempt.public_id)


def body(slot, value, *, seq=1, epoch=1):
    return {"epoch": epoch, "items": [{"slot": slot, "seq": seq, "value": value}]}


def post_json(client, attempt, data):
    sent = json.dumps(data)
    return client.post(
        of(attempt, "attempt_answers"), sent, content_type="application/json", HTTP_ACCEPT="application/json"
    )


def form_of(html):
    """The hidden fields of the page's form, each with all its values."""
    (form,) = re.findall(r'<form id="quiz-form".*?</form>', html, re.DOTALL)
    fields: dict[str, list[str]] = {}
    for name, value in re.findall(r'<input type="hidden" name="(slot|epoch|s\d+-seq)" value="(\d+)">', form):
        fields.setdefault(name, []).append(value)
    return fields


def marked(place, fields):
    """The fields of a question as its page names them."""
    return {f"s{place}-{name}": value for name, value in fields.items()}


def filled_in(question, value):
    """What a browser sends for a value."""
    if "pairs" in value:
        return {f"pair-{left}": right for left, right in value["pairs"].items()}
    if "order" in value:
        return {f"order-{uid}": place for place, uid in enumerate(value["order"], start=1)}
    if "answer" in value:
        return {"answer": "true" if value["answer"] else "false"}
    return value


@pytest.mark.parametrize("size", [1, 3, 8])
def test_the_whole_test_without_a_script_from_the_first_page_to_the_result(sitting, trainee, size):
    sitting.quiz.questions_per_page = size
    sitting.quiz.save()
    start = page("quiz", sitting.enrolment.public_id, sitting.run_quiz.pk)
    assert "CH-" not in trainee.get(start).content.decode()  # no question before the clock runs
    response = trainee.post(start)
    attempt = Attempt.objects.get()
    assert (response.status_code, response.url) == (302, f"{of(attempt)}?q=1#e1")
    for first in range(1, 9, size):
        places = range(first, min(first + size, 9))
        fields = form_of(trainee.get(f"{of(attempt)}?q={places[-1]}").content.decode())
        assert fields == {"slot": [str(n) for n in places], "epoch": ["1"]} | {f"s{n}-seq": ["1"] for n in places}
        for place in places:
            question = sitting.questions[place - 1]
            fields |= marked(place, filled_in(question, quizzes.right(question)))
        response = trainee.post(of(attempt, "attempt_answers"), fields | {"go": places[-1] + 1})
        assert (response.status_code, response.url) == (302, f"{of(attempt)}?q={places[-1] + 1}")
        for place in places:
            assert quizzes.held(attempt, place).value == quizzes.right(sitting.questions[place - 1])
    assert "checked" in trainee.get(f"{of(attempt)}?q=1").content.decode()
    response = trainee.post(of(attempt, "attempt_submit"), {"epoch": 1})
    assert response.url == of(attempt, "attempt_receipt")
    attempt.refresh_from_db()
    assert attempt.receipt in trainee.get(response.url).content.decode()
    assert attempt.state == AttemptState.SUBMITTED  # the essay waits for a trainer
    assert trainee.get(of(attempt)).url == of(attempt, "attempt_receipt")
    assert trainee.get(of(attempt, "attempt_result")).status_code == 200


def test_starting_twice_goes_on_with_the_open_attempt(sitting, trainee):
    start = page("quiz", sitting.enrolment.public_id, sitting.run_quiz.pk)
    trainee.post(start)
    response = trainee.post(start)
    assert "#" not in response.url  # this tab does not hold the pen just because somebody pressed a button
    assert Attempt.objects.count() == 1


def test_the_check_before_submitting_lists_what_is_unanswered(sitting, trainee, attempt):
    sitting.save(attempt, 3, {"answer": True}, now=timezone.now())
    html = trainee.get(of(attempt, "attempt_submit")).content.decode()
    listed = re.findall(r'\?q=(\d+)"', html)
    assert listed == ["1", "2", "4", "5", "6", "7", "8"]


def test_an_answer_from_the_script_is_acknowledged_after_it_is_in_the_row(sitting, trainee, attempt):
    response = post_json(trainee, attempt, body(7, {"text": "1.734"}))
    assert response.status_code == 200
    (item,) = response.json()["items"]
    assert (item["slot"], item["seq"], item["understood"], item["is_current"]) == (7, 1, "1.734", True)
    assert item["saved_at"] and response.json()["deadline_at"] > response.json()["server_now"]
    assert quizzes.held(attempt, 7).value == {"text": "1.734"}


def test_the_script_may_send_the_fields_of_the_form(sitting, trainee, attempt):
    question = sitting.questions[3]
    fields = urlencode(filled_in(question, quizzes.right(question)))
    post_json(trainee, attempt, {"epoch": 1, "items": [{"slot": 4, "seq": 1, "form": fields}]})
    assert quizzes.held(attempt, 4).value == quizzes.right(question)


@pytest.mark.parametrize(
    "sent",
    ["", "[]", "{}", "null", '{"epoch": 1, "items": 5}', '{"epoch": 1, "items": []}', '{"epoch": "x", "items": []}',
     '{"epoch": 1, "items": [{"slot": 1, "seq": 1}]}', '{"epoch": 1, "items": [{"slot": 99, "seq": 1, "value": null}]}',
     '{"epoch": 1, "items": [{"slot": 1, "seq": 1, "value": {"choice": "\\u0000"}}]}',
     '{"epoch": 1, "items": [{"slot": 1, "seq": 1, "form": 7}], "more": "\\ud800"}',
     '{"epoch": 1, "items": [{"slot": 1e400, "seq": 1, "value": null}]}',
     '{"epoch": 1, "items": [{"slot": 1e30, "seq": 1, "value": null}]}',
     '{"epoch": 1, "items": [{"slot": -99999999999999999999, "seq": 1, "value": null}]}',
     '{"epoch": 1e30, "items": [{"slot": 1, "seq": 1e30, "value": null, "epoch": 1e30}]}',
     '{"epoch": 1, "items": [{"slot": 6, "seq": 1, "value": {"text": "\\ud800"}}]}', "[" * 100_000],
)  # fmt: skip
def test_nonsense_from_a_script_is_refused_and_changes_nothing(trainee, attempt, sent):
    response = trainee.post(
        of(attempt, "attempt_answers"), sent, content_type="application/json", HTTP_ACCEPT="application/json"
    )
    assert (response.status_code, response.json().get("code")) in ((422, "bad_value"), (200, None))
    assert not Answer.objects.exclude(value__isnull=True).exists()


def wrongly_numbered(sitting):
    """The ordering, with the same number on every line."""
    return marked(5, {"seq": 1} | {f"order-{option.uid}": 1 for option in sitting.questions[4].options})


def test_an_ordering_without_every_number_is_refused(sitting, trainee, attempt):
    response = trainee.post(of(attempt, "attempt_answers"), {"slot": 5, "epoch": 1} | wrongly_numbered(sitting))
    assert response.status_code == 422
    assert quizzes.held(attempt, 5).value is None


def test_an_answer_that_does_not_fit_keeps_no_other_of_its_page_from_being_saved(sitting, trainee, attempt):
    sent = {"slot": [3, 5], "epoch": 1, "s3-seq": 1, "s3-answer": "true", "go": "submit"} | wrongly_numbered(sitting)
    response = trainee.post(of(attempt, "attempt_answers"), sent, follow=True)
    assert response.redirect_chain[-1][0] == f"{of(attempt)}?q=5"
    (message,) = response.context["messages"]
    assert "5" in str(message)
    assert quizzes.held(attempt, 3).value == {"answer": True}
    assert quizzes.held(attempt, 5).value is None


def test_a_form_from_the_past_says_that_a_newer_answer_stands(sitting, trainee, attempt):
    sitting.save(attempt, 3, {"answer": True}, seq=4, now=timezone.now())
    sent = {"slot": 3, "epoch": 1, "s3-seq": 1, "s3-answer": "false", "go": 4}
    response = trainee.post(of(attempt, "attempt_answers"), sent, follow=True)
    assert response.redirect_chain[-1][0] == f"{of(attempt)}?q=3"
    assert list(response.context["messages"])
    assert quizzes.held(attempt, 3).value == {"answer": True}


def test_a_second_tab_takes_over_and_the_first_is_told(sitting, trainee, attempt):
    response = trainee.post(of(attempt, "attempt_take_over"), {"epoch": 1, "q": 2})
    assert response.url == f"{of(attempt)}?q=2#e2"
    old = post_json(trainee, attempt, body(3, {"answer": True}))
    assert (old.status_code, old.json()["code"]) == (409, "epoch_stale")
    assert trainee.get(of(attempt, "attempt_clock")).json()["epoch"] == 2
    assert not Event.objects.filter(action__contains="take_over").exists()


def test_answers_missing_is_told_with_the_slots(sitting, trainee, attempt):
    response = trainee.post(
        of(attempt, "attempt_submit"), {"epoch": 1, "have": '{"3": [1, 2]}'}, HTTP_ACCEPT="application/json"
    )
    assert (response.status_code, response.json()["details"]) == (409, {"slots": [3]})
    bad = trainee.post(of(attempt, "attempt_submit"), {"epoch": 1, "have": "[1]"}, HTTP_ACCEPT="application/json")
    assert bad.status_code == 422


def test_every_repeat_of_the_submit_has_an_equal_body(sitting, trainee, attempt):
    sitting.save(attempt, 3, {"answer": True}, now=timezone.now())
    bodies = {
        trainee.post(of(attempt, "attempt_submit"), {"epoch": 1}, HTTP_ACCEPT="application/json").content
        for _again in range(3)
    }
    assert len(bodies) == 1
    assert Event.objects.filter(action="attempt.submit").count() == 1


def test_what_comes_after_the_clock_is_kept_apart_with_202(sitting, trainee):
    attempt = sitting.start(timezone.now() - timedelta(hours=1))
    response = post_json(trainee, attempt, body(3, {"answer": True}))
    assert (response.status_code, response.json()["late"]) == (202, [3])
    assert LateAnswer.objects.count() == 1
    assert trainee.get(of(attempt)).url == of(attempt, "attempt_receipt")


def test_a_visit_closes_an_attempt_whose_time_is_over(sitting, trainee):
    attempt = sitting.start(timezone.now() - timedelta(hours=1))
    assert trainee.get(of(attempt)).url == of(attempt, "attempt_receipt")
    attempt.refresh_from_db()
    assert not attempt.is_open


# --- who may not -----------------------------------------------------------------------------------------------------


@pytest.fixture
def others(sitting):
    """permissions.csv's columns: the identity, and whether the attempt exists for it."""
    other_course = make.course()
    return {
        "TO": signed_in(make.account(make.person())),
        "FO": signed_in(make.account(None, "focal", agency=sitting.enrolment.agency)),
        "FX": signed_in(make.account(None, "focal", agency=make.agency())),
        "TR": signed_in(make.trainer(sitting.course)),
        "TX": signed_in(make.trainer(other_course)),
        "CO": signed_in(make.account(None, "coordinator")),
        "AD": signed_in(make.account(None, "administrator")),
    }


HIDDEN, REFUSED = 404, 403
ACTS = dict.fromkeys(("TO", "FX", "TX"), HIDDEN) | dict.fromkeys(("FO", "TR", "CO", "AD"), REFUSED)
CELLS = {
    "save": ACTS,
    "take_over": ACTS,
    "submit": ACTS,
    "start": ACTS,
    "read": dict.fromkeys(("TO", "FO", "FX", "TR", "TX", "CO", "AD"), HIDDEN),
    "clock": dict.fromkeys(("TO", "FO", "FX", "TR", "TX", "CO", "AD"), HIDDEN),
    "result": dict.fromkeys(("TO", "FX", "TX"), HIDDEN) | dict.fromkeys(("FO", "TR", "CO", "AD"), 200),
    "review": dict.fromkeys(("TO", "FO", "FX", "TX", "CO"), HIDDEN) | dict.fromkeys(("TR", "AD"), 200),
}


def act(client, action, sitting, attempt):
    """One request of an action."""
    match action:
        case "save":
            return post_json(client, attempt, body(3, {"answer": True}))
        case "start":
            return client.post(page("quiz", sitting.enrolment.public_id, sitting.run_quiz.pk))
        case "read":
            return client.get(of(attempt))
        case "clock" | "result" | "review":
            return client.get(of(attempt, f"attempt_{action}"))
        case _:
            return client.post(of(attempt, f"attempt_{action}"), {"epoch": 1})


@pytest.mark.parametrize("action", CELLS)
def test_everybody_else_gets_the_answer_of_the_permission_table(sitting, attempt, others, action):
    if action in ("result", "review"):
        sitting.submit(attempt, timezone.now())
    before = Event.objects.count()
    got = {who: act(client, action, sitting, attempt).status_code for who, client in others.items()}
    assert got == CELLS[action]
    assert Event.objects.count() - before == (1 if action == "review" else 0)  # the administrator's look is an event
    attempt.refresh_from_db()
    assert (attempt.epoch, attempt.answered_count) == (1, 0)


@pytest.mark.parametrize("action", CELLS)
def test_an_unknown_id_and_a_visitor_without_account(sitting, trainee, attempt, action):
    anonymous = act(Client(), action, sitting, attempt)
    assert anonymous.status_code in (302, 401)
    attempt.public_id = sitting.enrolment.public_id = uuid.uuid4()
    assert act(trainee, action, sitting, attempt).status_code == 404


def test_a_quiz_of_another_class_does_not_exist_for_ones_enrolment(sitting, trainee):
    foreign = quizzes.Sitting()
    assert trainee.get(page("quiz", sitting.enrolment.public_id, foreign.run_quiz.pk)).status_code == 404
    assert trainee.post(page("quiz", sitting.enrolment.public_id, foreign.run_quiz.pk)).status_code == 404


def test_unsafe_requests_need_the_token(sitting, attempt):
    client = Client(enforce_csrf_checks=True)
    client.force_login(sitting.user, backend="django.contrib.auth.backends.ModelBackend")
    for action in ("save", "take_over", "submit", "start"):
        assert act(client, action, sitting, attempt).status_code == 403
    token = client.get(of(attempt, "attempt_clock")).json()["csrf"]
    saved = client.post(
        of(attempt, "attempt_answers"), json.dumps(body(3, {"answer": True})), content_type="application/json",
        HTTP_X_CSRFTOKEN=token,
    )  # fmt: skip
    assert saved.status_code == 200


# --- keys ------------------------------------------------------------------------------------------------------------


def test_no_byte_of_a_key_leaves_the_server_before_its_time(sitting, trainee, attempt):
    seen = [trainee.get(f"{of(attempt)}?q={place}").content for place in range(1, 9)]
    seen += [
        trainee.get(page("quiz", sitting.enrolment.public_id, sitting.run_quiz.pk)).content,
        trainee.get(of(attempt, "attempt_submit")).content,
        trainee.get(of(attempt, "attempt_clock")).content,
        trainee.get(of(attempt, "attempt_result")).content,
        trainee.get(of(attempt, "attempt_review"), follow=True).content,
        post_json(trainee, attempt, body(1, {"choice": sitting.questions[0].options[0].uid})).content,
        trainee.post(of(attempt, "attempt_submit"), {"epoch": 1}, HTTP_ACCEPT="application/json").content,
        trainee.get(of(attempt, "attempt_receipt")).content,
        trainee.get(of(attempt, "attempt_result")).content,
        trainee.get(of(attempt, "attempt_review")).content,
    ]
    for content in seen:
        assert quizzes.CANARY.encode() not in content
        assert b"3333" not in content  # a weight
        assert b"1733.5" not in content


def test_after_the_closing_the_person_reads_what_was_right_and_why(sitting, trainee, attempt):
    sitting.answer_rightly(attempt, timezone.now())
    sitting.submit(attempt, timezone.now())
    sitting.run_quiz.closes_at = timezone.now() - timedelta(minutes=1)
    sitting.run_quiz.save()
    html = trainee.get(of(attempt, "attempt_review")).content.decode()
    assert f"{quizzes.CANARY} đáp án" in html
    assert f"{quizzes.CANARY} chung" in html
    assert f"{quizzes.CANARY} riêng" in html
    assert "Trái 1 → Phải 1" in html


def test_a_trainer_reads_answers_and_keys(sitting, attempt, others):
    sitting.submit(attempt, timezone.now())
    assert f"{quizzes.CANARY} chung" in others["TR"].get(of(attempt, "attempt_review")).content.decode()


# --- weight ----------------------------------------------------------------------------------------------------------


def test_queries_stay_the_same_however_many_questions_there_are(django_assert_num_queries):
    for size in (4, 40):
        sitting = quizzes.Sitting(*["single"] * size, limit_minutes=30)
        client, attempt = signed_in(sitting.user), sitting.start(timezone.now())
        choice = {"choice": sitting.questions[0].options[0].uid}
        with django_assert_num_queries(4):
            assert post_json(client, attempt, body(1, choice)).status_code == 200
        with django_assert_num_queries(3):
            client.get(of(attempt, "attempt_clock"))
        with django_assert_num_queries(8):
            client.get(of(attempt))
        sitting.submit(attempt, timezone.now())
        with django_assert_num_queries(6):
            client.get(of(attempt, "attempt_result"))


def test_eight_answers_at_once_cost_no_more_than_five_queries(sitting, trainee, attempt):
    items = [{"slot": slot, "seq": 1, "value": quizzes.right(sitting.questions[slot - 1])} for slot in range(1, 9)]
    with CaptureQueriesContext(connection) as counted:
        assert post_json(trainee, attempt, {"epoch": 1, "items": items}).status_code == 200
    assert len([row for row in counted if "SAVEPOINT" not in row["sql"]]) <= 5


def test_a_first_view_of_a_question_weighs_at_most_25_kilobytes(sitting, trainee, attempt):
    html = trainee.get(of(attempt)).content
    assert len(gzip.compress((JS / "quiz.js").read_bytes(), 9)) <= 4500
    links = re.findall(r'(?:href|src)="(/static/[^"]+)"', html.decode())
    weight = len(gzip.compress(html, 6))
    for link in links:
        weight += len(gzip.compress(static_bytes(link), 9))
    assert len(links) >= 3
    assert weight <= 25_000


def static_bytes(link):
    return Path(finders.find(link.removeprefix("/static/")) or "missing").read_bytes()


def test_pages_of_an_attempt_are_kept_by_no_cache(trainee, attempt):
    for name in ("attempt", "attempt_submit", "attempt_clock"):
        assert "no-store" in trainee.get(of(attempt, name))["Cache-Control"]
