"""One world for the sweep and the drivers: a class in session, a class that is over, everybody who may ask about them.

Built by builders and verbs, once per process, inside a transaction that is rolled back at the end; each check runs in a
savepoint of its own.
"""

from __future__ import annotations

import json
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any

import time_machine
from django.conf import settings
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
from django.contrib.sessions.backends.db import SessionStore
from django.db import connection, transaction
from django.test import Client

from certificates.freezing import publish_default_template
from certificates.issuing import issue
from certificates.models import Certificate, Series
from certificates.previewing import Decision, preview
from cms.access import sync_groups
from cms.course_file import draft_page, load_course
from cms.models import CoursePage, LessonPage
from cms.site import make_site
from courses.banks import Bank
from courses.formats.files import FORMATS
from courses.importing import check as check_questions
from courses.models import (
    Attempt,
    Course,
    CourseTrainer,
    Enrolment,
    Entry,
    OutsideTraining,
    Round,
    Run,
    RunQuiz,
    Session,
)
from lms.audit.models import Event
from lms.jobs.handlers import Chunk
from lms.jobs.making import make_file
from lms.jobs.models import ImportRun, Job, JobFile
from lms.people import second_factor
from lms.people.importing import check
from lms.people.models import Agency, ApiToken, Approval, Person, Reorganisation, RosterEntry, UnitGroup, User
from lms.plan.models import Period, PlanTask
from tests.make import courses as make
from tests.make import outside as make_outside
from tests.make import plan as make_plan
from tests.make import quizzes

MOMENT = make.at(8, 5)
"""During the first session of the class."""
COLUMNS = ("AN", "T", "TO", "FO", "FX", "TR", "TX", "CO", "AD")
NOBODY = ("AN", "suspended", "expired")
IDENTITIES = (*COLUMNS, *NOBODY[1:])
NAMES = ("Nguyễn Thị Lan Hoàng", "Trần Văn Tài Oanh", "Lê Thị Vân Khuyên", "Phạm Văn Cường Yến")
"""People: no refused page may name them."""
DECISION = {
    "decision_no": "152/QĐ-SVHTTDL", "place": "Đà Lạt", "authority": "KT. GIÁM ĐỐC", "signer_title": "PHÓ GIÁM ĐỐC",
    "signer": "Nguyễn Văn Mẫu",
}  # fmt: skip
TECHNICAL = (
    "django_session", "lms_cache", "usersessions_usersession", "account_emailaddress", "wagtailcore_pagesubscription",
)  # fmt: skip
"""Tables that a refused request may write to: sessions, counters of limits, allauth's copy of one's own address; and
who hears of comments, which Wagtail writes before it reads the form (the gate takes it back)."""


class Browser(Client):
    """Signed in by a session that was made beforehand; keeps the actions of the events and the writes it caused."""

    def __init__(self, key: str = "", column: str = "") -> None:
        super().__init__()
        self.column = column
        self.events: list[str] = []
        self.writes: list[str] = []
        if key:
            self.cookies[settings.SESSION_COOKIE_NAME] = key

    def request(self, **request: Any) -> Any:
        last = Event.objects.order_by("-pk").values_list("pk", flat=True).first() or 0
        with connection.execute_wrapper(self._watch):
            answer = super().request(**request)
        self.events += Event.objects.filter(pk__gt=last).order_by("pk").values_list("action", flat=True)
        return answer

    def _watch(self, execute: Any, sql: str, params: Any, many: bool, context: Any) -> Any:
        done = execute(sql, params, many, context)
        verb = sql.lstrip().split(None, 1)[0].upper()
        is_ours = not any(f'"{name}"' in sql for name in TECHNICAL)
        if verb in ("INSERT", "UPDATE", "DELETE", "REPLACE") and is_ours and context["cursor"].rowcount:
            self.writes.append(sql[:200])
        return done


@dataclass
class Place:
    """A class with everything that hangs on it: what one asks for by an address."""

    agency: Agency
    person: Person
    course: Course
    run: Run
    session: Session
    round: Round
    enrolment: Enrolment
    quiz: RunQuiz
    attempt: Attempt
    entry: RosterEntry
    past: Enrolment
    """An enrolment in a class that is over, with a completion."""
    import_run: ImportRun
    question_run: ImportRun
    draft: Reorganisation
    token: ApiToken
    certificate: Certificate | None = None
    approval: Approval | None = None
    outside: OutsideTraining | None = None
    job: Job | None = None
    """What the person of the class asked for: done, with a file."""


@dataclass
class World:
    """What the checks ask about, and who asks."""

    own: Place
    foreign: Place
    users: dict[str, User]
    course_page: CoursePage
    lesson_page: LessonPage
    other_page: CoursePage
    task: PlanTask
    period: Period
    keys: dict[str, str] = field(default_factory=dict)

    def browser(self, who: str) -> Browser:
        """A browser of a column of the table, "suspended", "expired", or "stale CO": signed in an hour ago."""
        return Browser(self.keys.get(who, ""), who)


def _session_of(user: User, *, signed_in_ago: int = 0) -> str:
    store = SessionStore()
    store[SESSION_KEY] = str(user.pk)
    store[BACKEND_SESSION_KEY] = settings.AUTHENTICATION_BACKENDS[0]
    store[HASH_SESSION_KEY] = user.get_session_auth_hash()
    store["account_authentication_methods"] = [{"method": "password", "at": time.time() - signed_in_ago}]
    store["account_authentication_methods_user"] = str(user.pk)
    second_factor.note_passed(store, user)
    store.set_expiry(3600)
    store.create()
    return str(store.session_key)


def _place(course: Course, agency: Agency, name: str, by: User) -> Place:
    person = make.person(name, of=agency)
    user = make.account(person)
    run = make.run(course, starts_on=make.DAY, ends_on=make.DAY, seats=30, entry=Entry.NOMINATION)
    enrolment = make.enrolment(run, person, agency_=agency)
    questions = [quizzes.imported("single"), quizzes.imported("true_false")]
    quiz = quizzes.quiz(course, quizzes.bank(course, *questions), attempts_allowed=0, review={})
    run_quiz = quizzes.offered(quiz, run)
    session = make.session(run)
    past_run = make.run(course, starts_on=date(2026, 1, 5), ends_on=date(2026, 1, 9))
    past = make.enrolment(past_run, person, agency_=agency)
    make.completion(past, on=date(2026, 1, 9))
    head = "agency_code,full_name,birth_date,sex,position,group,email,phone,starts_on"
    file = f"{head}\n{agency.code},{NAMES[2]},01/02/1990,nữ,Chuyên viên,communication_officer,,,01/01/2026\n"
    import_run = check(
        file.encode(), writable=Agency.objects.filter(pk=agency.pk), agency=agency, by=by, now=MOMENT, on=make.DAY
    )
    return Place(
        agency=agency, person=person, course=course, run=run, session=session, round=make.round_(run, agency),
        enrolment=enrolment, quiz=run_quiz, attempt=Attempt.start(enrolment, run_quiz, by=user, now=MOMENT),
        entry=RosterEntry.objects.get(person=person), past=past, import_run=import_run,
        question_run=_question_run(course, by),
        draft=_draft(by), token=_token(by),
    )  # fmt: skip


def _token(by: User) -> ApiToken:
    name = f"Phần mềm {ApiToken.objects.count()}"
    return ApiToken.make(by, "coordinator", name=name, last_day=date(2026, 12, 31), now=MOMENT)[0]


def _question_run(course: Course, by: User) -> ImportRun:
    """A question file that was checked: one new question, one refused."""
    text = f"// [id:TEP-{course.pk}]\nCâu mới của tệp?{{={quizzes.CANARY} đúng ~Sai}}\n\nCâu hỏng {{=a\n"
    return check_questions(text.encode(), kept=FORMATS["gift"], bank=Bank(course), by=by, now=MOMENT)


def _draft(by: User) -> Reorganisation:
    """A reorganisation that could be carried out: a new agency."""
    draft = Reorganisation.objects.create(
        title="Lập đơn vị Mẫu", legal_basis="NQ 1/NQ-HĐND", on=make.DAY, created_at=MOMENT, created_by=by
    )
    draft.add(MOMENT, kind="establishment", successor=f"MOI-{draft.pk}", name=f"Mới {draft.pk}", unit_kind="press")
    return draft


def _certify(place: Place, by: User) -> None:
    run = place.past.run
    Series.objects.get_or_create(issuer=run.issuer, code="GCN", year=make.DAY.year, defaults={"signing": "external"})
    decision = Decision(
        DECISION["decision_no"], make.DAY, DECISION["place"], DECISION["authority"], DECISION["signer_title"],
        DECISION["signer"],
    )  # fmt: skip
    place.certificate = issue(preview(run, decision, make.DAY), by=by, now=MOMENT)[0]


def _ask_to_revoke(place: Place, by: User) -> None:
    assert place.certificate
    place.approval = Approval.ask(
        "certificate.revoke", object_kind="certificate", object_id=place.certificate.public_code, by=by, now=MOMENT,
        payload={"ground": "fraud", "decision_on": make.DAY.isoformat()}, reason="Học hộ", document_no="9/QĐ",
    )  # fmt: skip


def _ask_for_a_file(place: Place) -> None:
    """Made already; the bytes stay on the disk of the tests when the row is gone."""
    by = str(place.person.user.public_id)
    asked = Job.ask("house.file", key=by, now=MOMENT, requested_by=by, total=3)
    place.job = Job.claim(asked.pk, now=MOMENT)
    assert place.job
    made = make_file(place.job, lambda out: out.write(b"STT"), name="danh-sach.csv", media_type="text/csv")
    assert place.job.store(Chunk(3, 3, finished=True), now=MOMENT)
    JobFile.record(place.job, made, now=MOMENT)


def build() -> World:
    """Everything, at MOMENT."""
    make_site("localhost", 80)
    publish_default_template(MOMENT)
    UnitGroup.objects.create(code="nhom-mau", label="Nhóm Mẫu").kinds.create(kind="press")
    home, elsewhere = make.agency("Phường Phan Thiết"), make.agency("Xã Tuy Phong")
    data = json.loads((settings.BASE_DIR / "courses/data/ttcs-01.json").read_text(encoding="utf-8"))
    task = make_plan.task()
    task.parties.create(role="coordinating", position=1, label=home.name, agency=home)
    period = make_plan.period(2026)
    make_plan.requirement(task)
    loaded = load_course(data, tasks=[task], now=MOMENT)
    other_course = make.course()
    coordinator, administrator = make.account(None, "coordinator"), make.account(None, "administrator")
    own = _place(loaded.course, home, NAMES[0], coordinator)
    foreign = _place(other_course, elsewhere, NAMES[1], coordinator)
    _certify(own, coordinator)
    _certify(foreign, coordinator)
    _ask_to_revoke(own, coordinator)
    _ask_to_revoke(foreign, administrator)
    for place in (own, foreign):
        _ask_for_a_file(place)
        place.outside = make_outside.submitted(place.person, by=coordinator, now=MOMENT, task=task)
    trainer = make.account(None, "trainer")
    CourseTrainer.objects.create(course=loaded.course, user=trainer, starts_on=date(2026, 1, 1))
    users = {
        "T": own.person.user, "TO": foreign.person.user, "FO": make.account(None, "focal", agency=home),
        "FX": make.account(None, "focal", agency=elsewhere), "TR": trainer, "TX": make.trainer(other_course),
        "CO": coordinator, "AD": administrator,
    }  # fmt: skip
    world = World(
        own=own, foreign=foreign, users=users, course_page=loaded.page, other_page=draft_page(other_course),
        lesson_page=LessonPage.objects.child_of(loaded.page).first(), task=task, period=period,
    )  # fmt: skip
    for name in ("TR", "TX", "AD"):
        sync_groups(users[name], make.DAY)
    _sign_in_everybody(world)
    return world


def _sign_in_everybody(world: World) -> None:
    world.keys = {name: _session_of(user) for name, user in world.users.items()}
    world.keys |= {f"stale {name}": _session_of(user, signed_in_ago=3600) for name, user in world.users.items()}
    gone = make.account(None, "coordinator")
    world.keys["suspended"] = _session_of(gone)
    gone.deactivate(by=None, now=MOMENT)
    store = SessionStore(world.keys["CO"])
    data = store.load()
    old = SessionStore()
    old.update(data)
    old.set_expiry(MOMENT - timedelta(days=1))
    old.create()
    world.keys["expired"] = str(old.session_key)


@contextmanager
def standing() -> Iterator[World]:
    """The world, until the end of the block."""
    with transaction.atomic():
        with time_machine.travel(MOMENT, tick=False):
            world = build()
        yield world
        transaction.set_rollback(True)


@contextmanager
def untouched() -> Iterator[None]:
    """The clock stands at MOMENT, and whatever happens in here is taken back."""
    with time_machine.travel(MOMENT, tick=False), transaction.atomic():
        yield
        transaction.set_rollback(True)
