"""The whole chain by requests alone: from the roster of an agency to its count, and back by a revocation."""

from __future__ import annotations

import time
from datetime import timedelta

import pytest
import time_machine
from django.conf import settings
from django.test import Client

from certificates.models import Certificate
from courses.live_codes import live_code, room_key, slot_at
from courses.models import Answer, Attempt, Completion, CourseTask, Enrolment, Entry, Round, RunQuiz
from lms.jobs.models import Job
from lms.jobs.running import work
from lms.people.models import Approval, Person, RosterEntry
from tests.make import certificates as register
from tests.make import courses as make
from tests.make import plan as make_plan
from tests.make import quizzes

pytestmark = pytest.mark.django_db
START = make.at(8, 5)
FORM = {
    "decision_no": "15/QĐ-SVHTTDL", "decision_on": make.DAY.strftime("%d/%m/%Y"), "place": "Đà Lạt",
    "authority": "KT. GIÁM ĐỐC", "signer_title": "PHÓ GIÁM ĐỐC", "signer": "Nguyễn Văn Mẫu",
}  # fmt: skip


def freshly_signed_in(client: Client) -> None:
    """As if the password had been given a moment ago."""
    session = client.session
    session["account_authentication_methods"] = [{"method": "password", "at": time.time()}]
    session["account_authentication_methods_user"] = session["_auth_user_id"]
    session.save()


class Day:
    """A world of one agency, one course and one class; the clock goes on by hand."""

    def __init__(self, clock: time_machine.Traveller) -> None:
        self.clock = clock
        self.now = START
        self.agency = make.agency("Phường Phan Thiết")
        self.course = make.course(lessons=2)
        task = make_plan.task()
        make_plan.period(2026)
        make_plan.requirement(task)
        CourseTask.objects.create(course=self.course, task=task)
        self.questions = [quizzes.imported("single"), quizzes.imported("true_false")]
        quiz = quizzes.quiz(self.course, quizzes.bank(self.course, *self.questions))
        self.run = make.run(self.course, starts_on=make.DAY, ends_on=make.DAY, seats=10, entry=Entry.NOMINATION)
        self.session = make.session(self.run)
        self.run_quiz = RunQuiz.objects.create(run=self.run, quiz=quiz)
        self.round: Round = make.round_(self.run, self.agency)
        register.register(self.run, START)
        self.focal = self.client(make.account(None, "focal", agency=self.agency))
        self.coordinator = self.client(make.account(None, "coordinator"))
        self.administrator = self.client(make.account(None, "administrator"))

    def client(self, user) -> Client:
        """Signed in a moment ago."""
        client = Client()
        client.force_login(user, backend="django.contrib.auth.backends.ModelBackend")
        freshly_signed_in(client)
        return client

    def later(self, minutes: int) -> None:
        """So many minutes pass."""
        self.now += timedelta(minutes=minutes)
        self.clock.move_to(self.now)

    def work(self) -> None:
        """Whatever is queued is done in this process, a minute later."""
        self.later(1)
        for _round in range(5):
            for job in Job.objects.filter(state="queued").order_by("pk"):
                work(job.pk, clock=lambda: self.now)

    def trained(self) -> int:
        """What the coverage page says of the agency."""
        page = self.coordinator.get(f"/coverage/agencies/{self.agency.code}/?group=communication_officer")
        return int(page.context["report"].total.trained)


@pytest.fixture
def day():
    with time_machine.travel(START, tick=False) as clock:
        yield Day(clock)


def moved(answer) -> str:
    """Where a successful POST leads."""
    assert answer.status_code in (302, 303), answer.content.decode()[:3000]
    return str(answer["Location"])


def enters_the_roster(day: Day) -> Person:
    data = {
        "full_name": "Bùi Thị Mẫu Lan", "birth_date": "01/02/1991", "sex": "female", "group": "communication_officer",
        "position": "Chuyên viên", "starts_on": "01/02/2026",
    }  # fmt: skip
    moved(day.focal.post(f"/agencies/{day.agency.code}/roster/add/", data))
    return RosterEntry.objects.get(agency=day.agency).person


def is_nominated_and_approved(day: Day, person: Person) -> Enrolment:
    path = f"/nominate/{day.round.pk}/"
    moved(day.focal.post(path, {"agency": day.agency.code, "person": person.public_id}))
    moved(day.focal.post(f"{path}send/", {"agency": day.agency.code}))
    reply = day.round.replies.get(agency=day.agency)
    moved(day.coordinator.post(f"/replies/{reply.pk}/decide/", {"decision": "approve"}))
    enrolment = Enrolment.objects.get(run=day.run, person=person)
    assert enrolment.state == "enrolled"
    return enrolment


def reads(day: Day, lan: Client, enrolment: Enrolment) -> None:
    for lesson in day.course.lessons.in_order():
        moved(lan.post(f"/learn/{enrolment.public_id}/lessons/{lesson.pk}/done/"))


def checks_in(day: Day, lan: Client) -> None:
    room = day.session.session_places.get()
    key = room_key(settings.SECRET_KEY, room.session_id, room.place_id, room.epoch)
    moved(lan.get(f"/D/{room.code}/{live_code(key, slot_at(day.now))}"))
    form = lan.get("/d/in/").context["form"]
    answer = lan.post("/d/in/", {"ticket": form["ticket"].value(), "uid": form["uid"].value()})
    assert answer.status_code in (200, 302), answer.content.decode()[:3000]


def takes_the_test(day: Day, lan: Client, enrolment: Enrolment) -> None:
    moved(lan.post(f"/quiz/{enrolment.public_id}/{day.run_quiz.pk}/"))
    attempt = Attempt.objects.get(enrolment=enrolment)
    right = {question.code: quizzes.right(question) for question in day.questions}
    items = [
        {"slot": slot.position, "seq": 1, "value": right[slot.version.question.code]}
        for slot in attempt.slots.select_related("version__question").in_order()
    ]
    body = {"epoch": attempt.epoch, "items": items}
    saved = lan.post(f"/attempts/{attempt.public_id}/answers/", body, content_type="application/json")
    assert saved.status_code == 200
    assert Answer.objects.filter(slot__attempt=attempt).count() == 2
    moved(lan.post(f"/attempts/{attempt.public_id}/submit/", {"epoch": attempt.epoch}))
    attempt.refresh_from_db()
    assert (attempt.state, attempt.points) == ("graded", attempt.points_possible)


def is_certified(day: Day) -> Certificate:
    path = f"/runs/{day.run.public_id}/certificates/"
    plan = day.coordinator.get(path, FORM).context["plan"]
    assert [one.facts.person for one in plan.ready] == ["Bùi Thị Mẫu Lan"]
    moved(day.coordinator.post(f"{path}issue/", FORM | {"plan_hash": plan.plan_hash}))
    day.work()
    return Certificate.objects.get()


def is_revoked(day: Day, line: Certificate) -> None:
    data = {"ground": "issuer_error", "reason": "Cấp nhầm", "decision_no": "20/QĐ", "decision_on": FORM["decision_on"]}
    moved(day.coordinator.post(f"/register/{line.public_code}/revoke/", data))
    moved(day.administrator.post(f"/approvals/{Approval.objects.get().pk}/confirm/"))


def test_a_certificate_adds_one_to_the_count_and_its_revocation_takes_it_away(day: Day):
    before = day.trained()
    person = enters_the_roster(day)
    enrolment = is_nominated_and_approved(day, person)
    lan = day.client(make.account(person))
    reads(day, lan, enrolment)
    takes_the_test(day, lan, enrolment)
    checks_in(day, lan)
    day.later(5 * 60)
    Job.ask("courses.evaluate", key=f"after:{enrolment.pk}", payload={"enrolment": enrolment.pk}, now=day.now)
    day.work()
    assert Completion.objects.standing().get().enrolment == enrolment
    assert day.trained() == before
    for client in (day.coordinator, day.administrator):
        freshly_signed_in(client)
    line = is_certified(day)
    assert line.agency == day.agency
    assert day.trained() == before + 1
    assert Client().get(f"/c/{line.public_code}").status_code == 200
    assert lan.get(f"/register/{line.public_code}/pdf").content.startswith(b"%PDF-")
    is_revoked(day, line)
    assert day.trained() == before
