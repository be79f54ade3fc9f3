"""How each action of docs/permissions.csv is done through its door: `DRIVERS["run.cancel"](browser, world)`.

A driver prepares what the action needs, does it once, and gives the answer. The world is that of tests/house/world.py.
"""

from __future__ import annotations

import json
import uuid
from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

from django.conf import settings
from django.core.files.uploadedfile import SimpleUploadedFile

from certificates.models import LossRequest
from certificates.previewing import Decision, preview
from cms.course_file import draft_page
from cms.models import CoursePage
from courses.authoring import add_question, edition
from courses.live_codes import live_code, room_key, slot_at
from courses.models import (
    Answer,
    Attempt,
    Attendance,
    Category,
    CourseTrainer,
    Enrolment,
    EnrolmentState,
    EventKind,
    Ground,
    Mark,
    OutsideTraining,
    Policy,
    Question,
    Quiz,
    RegradeKind,
    RegradePlan,
    Reply,
    Run,
    ScanDevice,
    Session,
    SheetPrint,
    Sighting,
    Source,
    Typed,
    Waiver,
    WalkIn,
)
from courses.offline import canonical, link_of
from lms.coverage.models import ClosedReport
from lms.days import local_day
from lms.jobs.models import Job
from lms.people.models import Agency, ApiToken, Approval, RoleGrant, RosterStatement, Succession, User
from lms.people.reorganisation import make_plan as plan_of
from lms.people.reorganising import apply
from lms.plan.models import Period, PeriodKind, PeriodLock, PlanTask, Requirement
from tests.house.world import DECISION, MOMENT, Browser, World
from tests.make import courses as make
from tests.make import coverage as make_coverage
from tests.make import outside as make_outside
from tests.make import plan as make_plan
from tests.make import quizzes
from tests.make.sheets import a_picture

Driver = Callable[[Browser, World], Any]


def _get(path: Callable[[World], str]) -> Driver:
    return lambda client, world: client.get(path(world))


def _post(path: Callable[[World], str], **data: Any) -> Driver:
    return lambda client, world: client.post(path(world), data)


def _agency(world: World) -> str:
    return f"/agencies/{world.own.agency.code}/"


def _run(world: World) -> str:
    return f"/runs/{world.own.run.public_id}/"


def _enrolment(world: World) -> str:
    return f"/enrolments/{world.own.enrolment.public_id}/"


def _session(world: World) -> str:
    return f"/sessions/{world.own.session.pk}/"


def _attempt(world: World) -> str:
    return f"/attempts/{world.own.attempt.public_id}/"


def _register(world: World) -> str:
    assert world.own.certificate
    return f"/register/{world.own.certificate.public_code}/"


def _approval(world: World) -> str:
    assert world.own.approval
    return f"/approvals/{world.own.approval.pk}/"


def _job(world: World) -> str:
    assert world.own.job
    return f"/jobs/{world.own.job.pk}/"


def _job_in(world: World, state: str, done_at: Any) -> str:
    assert world.own.job
    Job.objects.filter(pk=world.own.job.pk).update(state=state, done_at=done_at)
    return _job(world)


def _cancel_job(client: Browser, world: World) -> Any:
    return client.post(f"{_job_in(world, 'queued', None)}cancel/")


def _retry_job(client: Browser, world: World) -> Any:
    return client.post(f"{_job_in(world, 'dead', MOMENT)}retry/")


# --- people -----------------------------------------------------------------------------------------------------------


def _add_person(client: Browser, world: World) -> Any:
    data = {
        "full_name": "Bùi Thị Mẫu Thêm", "birth_date": "01/02/1991", "sex": "female", "group": "communication_officer",
        "position": "Chuyên viên", "starts_on": "01/02/2026",
    }  # fmt: skip
    return client.post(f"{_agency(world)}roster/add/", data)


def _end_entry(client: Browser, world: World) -> Any:
    return client.post(f"{_agency(world)}roster/{world.own.entry.pk}/end/", {"ends_on": "01/04/2026"})


def _void_entry(client: Browser, world: World) -> Any:
    return client.post(f"{_agency(world)}roster/{world.own.entry.pk}/void/", {"reason": "Nhập nhầm người"})


def _confirm_import(client: Browser, world: World) -> Any:
    path = f"{_agency(world)}roster/import/{world.own.import_run.pk}/confirm/"
    return client.post(path, {"only_sound": "1"})


def _own_report(client: Browser, world: World) -> Any:
    """A file that the trainee has sent in."""
    run = world.own.question_run
    type(run).objects.filter(pk=run.pk).update(actor=str(world.users["T"].public_id))
    return client.get(f"/imports/{run.pk}/")


def _asked_by(world: World, user: User) -> str:
    assert world.own.approval
    Approval.objects.filter(pk=world.own.approval.pk).update(requested_by=user)
    return _approval(world)


def _of_another(client: Browser, world: World, verb: str) -> Any:
    """A request of somebody who is none of the columns; but trainers see no requests beside their own."""
    asker = world.users["TR"] if client.column == "TR" else make.account(None, "coordinator")
    return client.post(f"{_asked_by(world, asker)}{verb}/")


def _by_oneself(client: Browser, world: World, verb: str) -> Any:
    """One's own request; for the other trainer, that of the trainer of the course."""
    asker = world.users["TR" if client.column == "TX" else client.column] if client.column in world.users else None
    return client.post(f"{_asked_by(world, asker) if asker else _approval(world)}{verb}/")


def _correct_entry(client: Browser, world: World) -> Any:
    data = {
        "group": "editor", "position": "Biên tập viên", "staff_type": "public_employee", "starts_on": "2025-07-01",
        "reason": "Ghi nhầm nhóm",
    }  # fmt: skip
    return client.post(f"{_agency(world)}roster/{world.own.entry.pk}/correct/", data)


def _take_back(client: Browser, world: World) -> Any:
    said = RosterStatement.nobody(world.own.agency, "editor", on=make.DAY, by=world.users["FO"], now=MOMENT)
    return client.post(f"{_agency(world)}roster/statements/{said.pk}/take-back/")


def _person(world: World) -> str:
    return f"/people/{world.own.person.public_id}/"


def _contacts_of_another(client: Browser, world: World) -> Any:
    """A colleague without an account; the trainee asks for the own row, which has one."""
    person = world.own.person if client.column == "T" else make.person(of=world.own.agency)
    return client.post(f"/people/{person.public_id}/contacts/", {"email": "moi@example.test", "phone": "0912345678"})


def _merge(client: Browser, world: World) -> Any:
    duplicate = make.person(of=world.own.agency)
    return client.post(f"{_person(world)}merge/", {"duplicate": duplicate.public_id})


def _draft(world: World) -> str:
    return f"/reorganisations/{world.own.draft.public_id}/"


def _undo(client: Browser, world: World) -> Any:
    draft, by = world.own.draft, make.account(None, "coordinator")
    apply(draft, plan_of(draft, make.DAY), by=by, now=MOMENT)
    return client.post(f"{_draft(world)}undo/", {"reason": "Văn bản bị bãi bỏ"})


def _create_agency(client: Browser, world: World) -> Any:
    return client.post("/new-agency/", {"code": "MAU-MOI", "name": "Báo Mẫu Mới", "kind": "press"})


def _move_after_split(client: Browser, world: World) -> Any:
    Agency.objects.filter(pk=world.own.agency.pk).update(closed_on=make.DAY)
    heir = make.agency("Phường Mẫu Kế Thừa")
    Succession.objects.create(
        predecessor=world.own.agency, successor=heir, kind="split", scope="part", on=make.DAY
    )  # fmt: skip
    return client.post(f"{_agency(world)}waiting/", {"entries": [world.own.entry.pk], "heir": heir.code})


# --- courses ----------------------------------------------------------------------------------------------------------


def _approve(client: Browser, world: World) -> Any:
    Enrolment.objects.filter(pk=world.own.enrolment.pk).update(state=EnrolmentState.REQUESTED, seat="none")
    Run.objects.filter(pk=world.own.run.pk).update(pool_taken=0)
    return client.post(f"{_enrolment(world)}decide/", {"decision": "approve"})


def _accept(client: Browser, world: World) -> Any:
    Enrolment.objects.filter(pk=world.own.enrolment.pk).update(
        state=EnrolmentState.OFFERED, offer_until=MOMENT + timedelta(hours=1)
    )
    return client.post(f"{_enrolment(world)}accept/")


def _withdraw(client: Browser, world: World) -> Any:
    later = make.DAY + timedelta(days=7)
    Run.objects.filter(pk=world.own.run.pk).update(starts_on=later, ends_on=later)
    return client.post(f"{_enrolment(world)}withdraw/", {"reason": "Bận công tác"})


def _allot(client: Browser, world: World) -> Any:
    return client.post(f"{_run(world)}quotas/", {"agency": world.own.agency.code, "more": 3})


def _replace(client: Browser, world: World) -> Any:
    later = make.DAY + timedelta(days=7)
    Run.objects.filter(pk=world.own.run.pk).update(starts_on=later, ends_on=later)
    data = {"person": make.person(of=world.own.agency).public_id, "reason": "Bận công tác"}
    return client.post(f"{_enrolment(world)}replace/", data)


def _waive_prerequisite(client: Browser, world: World) -> Any:
    data = {"person": make.person(of=world.own.agency).public_id, "reason": "Đã học lớp tương đương"}
    return client.post(f"{_run(world)}waive/", data)


def _attach_dispatch(client: Browser, world: World) -> Any:
    file = SimpleUploadedFile("cv.pdf", make_outside.PDF)
    return client.post(f"/nominate/{world.own.round.pk}/dispatch/", {"agency": world.own.agency.code, "file": file})


def _enrol(client: Browser, world: World) -> Any:
    run = make.run(world.own.course)
    return client.post(f"/runs/{run.public_id}/enrol/")


def _nominate(client: Browser, world: World) -> Any:
    person = make.person(of=world.own.agency)
    data = {"agency": world.own.agency.code, "person": person.public_id}
    return client.post(f"/nominate/{world.own.round.pk}/", data)


def _send_reply(client: Browser, world: World) -> Any:
    return client.post(f"/nominate/{world.own.round.pk}/send/", {"agency": world.own.agency.code})


def _decide_on_reply(client: Browser, world: World) -> Any:
    reply = Reply.objects.get(round=world.own.round)
    reply.send(by=world.users["FO"], now=MOMENT)
    return client.post(f"/replies/{reply.pk}/decide/", {"decision": "approve"})


def _mark_done(client: Browser, world: World) -> Any:
    lesson = world.own.course.lessons.live().in_order().first()
    return client.post(f"/learn/{world.own.enrolment.public_id}/lessons/{lesson.pk}/done/")


def _mark(client: Browser, world: World) -> Any:
    data = {"enrolment": world.own.enrolment.public_id, "uid": uuid.uuid4(), "status": "present"}
    return client.post(f"{_session(world)}mark/", data)


def _correct(client: Browser, world: World) -> Any:
    session = world.own.session
    session.starts_at, session.ends_at = MOMENT - timedelta(hours=3), MOMENT - timedelta(minutes=5)
    session.save(update_fields=["starts_at", "ends_at"])
    data = {"enrolment": world.own.enrolment.public_id, "uid": uuid.uuid4(), "status": "present", "note": "Quên quét"}
    return client.post(f"{_session(world)}mark/", data)


def _void_completion(client: Browser, world: World) -> Any:
    make.completion(world.own.enrolment)
    return client.post(f"{_enrolment(world)}void/", {"reason": "Học hộ"})


def _scan(client: Browser, world: World) -> Any:
    room = world.own.session.session_places.get()
    key = room_key(settings.SECRET_KEY, room.session_id, room.place_id, room.epoch)
    return client.get(f"/D/{room.code}/{live_code(key, slot_at(MOMENT))}")


def _check_in(client: Browser, world: World) -> Any:
    _scan(client, world)
    form = client.get("/d/in/").context["form"]
    data = {"ticket": form["ticket"].value(), "uid": form["uid"].value()}
    if client.column == "AN":
        data["check_in_code"] = world.own.enrolment.check_in_code
    return client.post("/d/in/", data)


def _scan_old_code(client: Browser, world: World) -> Any:
    room = world.own.session.session_places.get()
    key = room_key(settings.SECRET_KEY, room.session_id, room.place_id, room.epoch)
    return client.get(f"/D/{room.code}/{live_code(key, slot_at(MOMENT) - 3)}")


def _find_name(client: Browser, world: World) -> Any:
    _scan(client, world)
    return client.get("/d/names/?q=lan")


def _claim(world: World) -> None:
    seen = Sighting(enrolment=world.own.enrolment, kind=EventKind.IN, source=Source.PIN, at=MOMENT)
    Attendance.record(world.own.session, seen, by=None, action="attendance.check_in_with_ticket", now=MOMENT)


def _confirm_claims(client: Browser, world: World) -> Any:
    _claim(world)
    return client.post(f"{_session(world)}confirm/", {"people": [world.own.enrolment.public_id]})


def _later(world: World) -> None:
    """The session is over; its only person is marked."""
    session = world.own.session
    session.starts_at, session.ends_at = MOMENT - timedelta(hours=3), MOMENT - timedelta(minutes=5)
    session.save(update_fields=["starts_at", "ends_at"])
    for enrolment in Enrolment.objects.enrolled().filter(run=session.run):
        seen = Sighting(
            enrolment=enrolment, kind=EventKind.MARK, source=Source.STAFF, at=session.starts_at, status="present",
            note="Có mặt",
        )  # fmt: skip
        Attendance.record(session, seen, by=None, action="attendance.mark_for_person", now=MOMENT)


def _lock(client: Browser, world: World) -> Any:
    _later(world)
    return client.post(f"{_session(world)}lock/")


def _amend(client: Browser, world: World) -> Any:
    _later(world)
    Session.objects.filter(pk=world.own.session.pk).update(locked_at=MOMENT)
    data = {"enrolment": world.own.enrolment.public_id, "status": "absent", "reason": "Nhầm", "document_no": "1/BB"}
    return client.post(f"{_session(world)}amend/", data)


def _grant_leave(client: Browser, world: World) -> Any:
    session = world.own.session
    session.starts_at = MOMENT + timedelta(hours=1)
    session.save(update_fields=["starts_at"])
    data = {"enrolment": world.own.enrolment.public_id, "uid": uuid.uuid4(), "reason": "Công tác"}
    return client.post(f"{_session(world)}leave/", data)


def _match_walk_in(client: Browser, world: World) -> Any:
    came = WalkIn.objects.create(session=world.own.session, name="Lan", recorded_at=MOMENT)
    return client.post(f"/walk-ins/{came.pk}/match/", {"person": world.own.person.public_id})


def _send_batch(client: Browser, world: World) -> Any:
    """By the token of a phone that was granted to whoever asks."""
    headers = {}
    if client.column in world.users and client.column not in ("suspended", "expired"):
        _device, token = ScanDevice.grant(world.own.session, by=world.users[client.column], now=MOMENT)
        headers = {"Authorization": f"Device {token}"}
    item: dict[str, Any] = {
        "uid": str(uuid.uuid4()), "seq": 1, "kind": "mark", "status": "present", "run": "r", "steady_ms": 0,
        "enrolment": str(world.own.enrolment.public_id), "claimed_at": MOMENT.isoformat(),
    }  # fmt: skip
    item["link"] = link_of("", canonical(item))
    body = {"sent_at": MOMENT.isoformat(), "steady_ms": 0, "run": "r", "items": [item]}
    return client.post("/api/v1/attendance/batch", body, content_type="application/json", headers=headers)


def _attach_sheet(client: Browser, world: World) -> Any:
    session = world.own.session
    place = session.session_places.first().place
    printed = SheetPrint.freeze(session, place, [], by=world.users["TR"], now=MOMENT)
    return client.post(f"/sheets/{printed.pk}/pages/", {"picture": SimpleUploadedFile("trang.png", a_picture())})


def _revoke_device(client: Browser, world: World) -> Any:
    device, _token = ScanDevice.grant(world.own.session, by=world.users["TR"], now=MOMENT)
    return client.post(f"/scan/phones/{device.pk}/revoke/")


# --- quizzes ----------------------------------------------------------------------------------------------------------


def _submitted(world: World) -> str:
    attempt = Attempt.objects.get(pk=world.own.attempt.pk)
    attempt.submit(epoch=attempt.epoch, by=world.users["T"], now=MOMENT)
    return _attempt(world)


def _start(client: Browser, world: World) -> Any:
    _submitted(world)
    return client.post(f"/quiz/{world.own.enrolment.public_id}/{world.own.quiz.pk}/")


def _save(client: Browser, world: World, *, path: str = "") -> Any:
    slot = world.own.attempt.slots.in_order().first()
    kind = slot.version.type
    value = {"answer": True} if kind == "true_false" else {"choice": str(slot.version.options.first().uid)}
    body = {"epoch": world.own.attempt.epoch, "items": [{"slot": slot.position, "seq": 1, "value": value}]}
    return client.post(f"{path or _attempt(world)}answers/", json.dumps(body), content_type="application/json")


def _save_late(client: Browser, world: World) -> Any:
    over = MOMENT - timedelta(minutes=10)
    Attempt.objects.filter(pk=world.own.attempt.pk).update(
        started_at=MOMENT - timedelta(hours=1), deadline_at=over, grace_until=over + timedelta(seconds=60)
    )
    return _save(client, world)


def _submit(client: Browser, world: World) -> Any:
    return client.post(f"{_attempt(world)}submit/", {"epoch": world.own.attempt.epoch})


def _take_over(client: Browser, world: World) -> Any:
    return client.post(f"{_attempt(world)}take-over/", {"epoch": world.own.attempt.epoch})


# --- marking, regrading, what a trainer decides -----------------------------------------------------------------------


def _essay(world: World) -> Mark:
    """An essay of the trainee, handed in and taken by the trainer of the course."""
    own = world.own
    quiz = quizzes.quiz(own.course, quizzes.bank(own.course, quizzes.imported("essay")))
    attempt = Attempt.start(own.enrolment, quizzes.offered(quiz, own.run), by=world.users["T"], now=MOMENT)
    typed = [Typed(1, 1, {"text": "Bài làm"}, 1)]
    Answer.save_all(attempt.public_id, epoch=1, typed=typed, by=world.users["T"], now=MOMENT)
    attempt.submit(epoch=1, by=world.users["T"], now=MOMENT)
    Mark.objects.ask([attempt.slots.get().pk], 1, Ground.FIRST, MOMENT)
    mark = Mark.objects.get(slot__attempt=attempt)
    assert mark.take(world.users["TR"], now=MOMENT)
    return mark


def _give_mark(client: Browser, world: World) -> Any:
    return client.post(f"/marking/{_essay(world).pk}/", {"points-0": 5})


def _marked(world: World) -> Mark:
    mark = _essay(world)
    mark.give([9], "", by=world.users["TR"], now=MOMENT)
    return mark


def _give_second_mark(client: Browser, world: World) -> Any:
    first = _marked(world)
    Mark.objects.ask([first.slot_id], 2, Ground.NEAR, MOMENT)
    return client.post(f"/marking/{Mark.objects.get(slot=first.slot_id, round=2).pk}/", {"points-0": 5})


def _appeal(client: Browser, world: World) -> Any:
    attempt = _marked(world).slot.attempt
    return client.post(f"/attempts/{attempt.public_id}/appeal/", {"reason": "Chưa tính ý hai"})


def _regrade(client: Browser, world: World, kind: str, policy: str, ending: str = "") -> Any:
    path = _submitted(world)
    version = world.own.attempt.slots.get(position=1).version
    plan = RegradePlan.make(world.own.course, version, RegradeKind(kind), Policy(policy))
    return client.post(f"{path}regrade/1/{ending}", {"kind": kind, "plan": plan.plan_hash, "reason": "Đáp án sai"})


def _accept_late(client: Browser, world: World) -> Any:
    attempt, over = world.own.attempt, MOMENT - timedelta(minutes=10)
    Attempt.objects.filter(pk=attempt.pk).update(
        started_at=MOMENT - timedelta(hours=1), deadline_at=over, grace_until=over + timedelta(seconds=15)
    )
    typed = [Typed(2, 1, {"answer": True}, 1)]
    Answer.save_all(attempt.public_id, epoch=1, typed=typed, by=world.users["T"], now=MOMENT)
    return client.post(f"{_attempt(world)}late/", {"reason": "Mất điện"})


# --- outside training and waivers -------------------------------------------------------------------------------------


def _submit_outside(client: Browser, world: World) -> Any:
    return client.post(f"{_person(world)}outside-training/", make_outside.fields())


def _outside(world: World, *, by: User | None = None) -> str:
    made = make_outside.submitted(world.own.person, by=by or make.account(None, "coordinator"), now=MOMENT)
    return f"/outside-training/{made.pk}/"


def _decide_on_outside(client: Browser, world: World) -> Any:
    return client.post(f"{_outside(world)}decide/", {"decision": "accept"})


def _decide_on_own_outside(client: Browser, world: World) -> Any:
    by = world.users.get(client.column)
    return client.post(f"{_outside(world, by=by)}decide/", {"decision": "accept"})


def _take_back_outside(client: Browser, world: World) -> Any:
    path = _outside(world)
    OutsideTraining.objects.latest("pk").decide(accepts=True, reason="", by=world.users["CO"], now=MOMENT)
    return client.post(f"{path}take-back/", {"reason": "Giấy không có thật"})


def _grant_waiver(client: Browser, world: World) -> Any:
    data = {"requirement": Requirement.objects.get().pk, "period": Period.objects.get().pk, "ground": "Nghỉ thai sản"}
    return client.post(f"{_person(world)}waivers/grant/", data)


def _void_waiver(client: Browser, world: World) -> Any:
    waiver = Waiver.grant(
        world.own.person, Requirement.objects.get(), Period.objects.get(), ground="Nghỉ ốm", by=world.users["CO"],
        now=MOMENT,
    )  # fmt: skip
    return client.post(f"/waivers/{waiver.pk}/void/", {"reason": "Đã đi làm lại"})


# --- certificates -----------------------------------------------------------------------------------------------------


def _issue(client: Browser, world: World) -> Any:
    make.completion(world.own.enrolment)
    run = world.own.run
    from_form = DECISION | {"decision_on": make.DAY.strftime("%d/%m/%Y")}
    decision = Decision(
        DECISION["decision_no"], make.DAY, DECISION["place"], DECISION["authority"], DECISION["signer_title"],
        DECISION["signer"],
    )  # fmt: skip
    run.issuer.series.get_or_create(code="GCN", year=make.DAY.year)
    plan = preview(Run.objects.select_related("course", "issuer__parent").get(pk=run.pk), decision, make.DAY)
    return client.post(f"{_run(world)}certificates/issue/", from_form | {"plan_hash": plan.plan_hash})


def _ask_to_revoke(client: Browser, world: World) -> Any:
    Approval.objects.filter(pk=world.own.approval.pk if world.own.approval else 0).delete()
    data = {"ground": "fraud", "reason": "Học hộ", "decision_no": "9/QĐ", "decision_on": "02/03/2026"}
    return client.post(f"{_register(world)}revoke/", data)


SIGNER = {"place": "Đà Lạt", "authority": "", "signer_title": "PHÓ GIÁM ĐỐC", "signer": "Nguyễn Văn Mẫu"}


def _late_case(client: Browser, world: World) -> Any:
    if not world.own.enrolment.completions.exists():
        make.completion(world.own.enrolment)
    world.own.run.issuer.series.get_or_create(code="GCN", year=make.DAY.year)
    return _ask_for_one(client, world.own.enrolment)


def _ask_for_one(client: Browser, enrolment: Enrolment) -> Any:
    data = DECISION | {"decision_on": make.DAY.strftime("%d/%m/%Y"), "reason": "Nộp bài muộn"}
    return client.post(f"/enrolments/{enrolment.public_id}/certificate/", data)


def _replace_certificate(client: Browser, world: World) -> Any:
    assert world.own.certificate
    said = world.own.certificate.snapshot
    data = SIGNER | {
        "reason": "In sai tên", "person": "Nguyễn Thị Lan Hoàng Anh", "birth_text": "", "position": said["position"],
        "workplace": said["workplace"], "course": said["course"], "study_periods": said["study_periods"],
        "started_on": said["started_on"], "ended_on": said["ended_on"], "result": said["result"],
    }  # fmt: skip
    return client.post(f"{_register(world)}replace/", data)


def _confirm_lost(client: Browser, world: World) -> Any:
    assert world.own.certificate
    LossRequest.ask(world.own.certificate, "Bị cháy", by=world.users["T"], now=MOMENT)
    return client.post(f"{_register(world)}confirm-lost/", SIGNER | {"answer": "confirm"})


def _deliver(client: Browser, world: World) -> Any:
    return client.post(
        f"{_register(world)}delivery/", {"on": make.DAY.strftime("%d/%m/%Y"), "received_by": "Người nhận"}
    )


def _past(world: World) -> str:
    return f"/runs/{world.own.past.run.public_id}/certificates/"


def _open_series(client: Browser, world: World, **more: Any) -> Any:
    data = {"issuer": world.own.agency.code, "code": "GCN-MOI", "year": MOMENT.year, "signing": "paper", **more}
    return client.post("/series/begin/", data)


def _series(world: World) -> str:
    assert world.own.certificate
    return f"/series/{world.own.certificate.series_id}/"


def _closed(world: World) -> ClosedReport:
    """The figures of last year, closed by two of the department."""
    task = PlanTask.objects.filter(requirements__isnull=False).first() or make_plan.requirement(make_plan.task()).task
    report = make_coverage.ask_to_close(
        task, make_plan.period(MOMENT.year - 1), by=world.users["CO"], reason="Chốt số liệu", document_no="1/BC",
        now=MOMENT,
    )  # fmt: skip
    report.close(by=world.users["AD"], sha256=report.sha256, now=MOMENT)
    return report


def _close(client: Browser, world: World) -> Any:
    task = PlanTask.objects.filter(requirements__isnull=False).first() or make_plan.requirement(make_plan.task()).task
    period = make_plan.period(MOMENT.year - 1)
    data = {"task": task.pk, "period": period.pk, "reason": "Chốt số liệu", "document_no": "1/BC"}
    return client.post("/coverage/close/", data)


def _reopen(client: Browser, world: World) -> Any:
    return client.post(f"/coverage/closed/{_closed(world).pk}/reopen/", {"reason": "Sai", "document_no": "2/CV"})


def _export_coverage(client: Browser, world: World) -> Any:
    if not PlanTask.objects.filter(requirements__isnull=False).exists():
        make_plan.requirement(make_plan.task())
    period = make_plan.period(MOMENT.year)
    return client.post(f"/coverage/export/?period={period.pk}&agency={world.own.agency.code}", {"kind": "xlsx"})


def _read_closed_rows(client: Browser, world: World) -> Any:
    return client.get(f"/coverage/closed/{_closed(world).pk}/people/?agency={world.own.agency.code}")


def _public(world: World, ending: str = "") -> str:
    assert world.own.certificate
    return f"/c/{world.own.certificate.public_code}{ending}"


def _to_sign(world: World) -> str:
    """A class with a certificate that waits for the office's signature."""
    assert world.own.certificate
    return f"/runs/{world.own.certificate.enrolment.run.public_id}/certificates/signing/"


def _send_signed(client: Browser, world: World) -> Any:
    return client.post(f"{_to_sign(world)}import/", {"files": SimpleUploadedFile("a.pdf", b"%PDF-1.4")})


def _find_by_number(client: Browser, world: World) -> Any:
    assert world.own.certificate
    name = world.own.certificate.snapshot["person"]
    return client.get("/c/", {"number": world.own.certificate.number_label, "name": name}, follow=True)


def _confirm_figures(client: Browser, world: World) -> Any:
    over = make_plan.period(2026, PeriodKind.MONTH, 2)
    return client.post(f"/agency/{world.own.agency.code}/confirm/?period={over.pk}")


def _remind(client: Browser, world: World) -> Any:
    return client.post("/coverage/remind/send/", {"agency": world.own.agency.code})


# --- the plan ---------------------------------------------------------------------------------------------------------

REQUIRED = {
    "group": "editor",
    "period_kind": "year",
    "enough": "certificates",
    "needed": "2",
    "starts_on": "2026-06-01",
}


def _task(world: World) -> str:
    return f"/plan/tasks/{world.task.pk}/"


def _change_in_closed_period(client: Browser, world: World) -> Any:
    PeriodLock.lock(world.task, world.period, now=MOMENT)
    return client.post(f"/plan/requirements/{world.task.requirements.get().pk}/", REQUIRED)


ROLES = {"FO": "focal", "FX": "focal", "TR": "trainer", "TX": "trainer", "CO": "coordinator", "AD": "administrator"}


def _token(user: User, role: str) -> tuple[ApiToken, dict[str, str]]:
    """A token that was used today already: whatever is written then is not ours to count. And its header."""
    made, secret = ApiToken.make(user, role, name="Phần mềm theo dõi", last_day=date(2026, 12, 31), now=MOMENT)
    ApiToken.objects.filter(pk=made.pk).update(last_used_on=local_day(MOMENT))
    return made, {"Authorization": f"Bearer {secret}"}


def _read_figures(client: Browser, world: World) -> Any:
    """By token. A trainee can have none; who trains as well has a trainer's, for whom there are no figures either."""
    headers = {}
    if user := world.users.get(client.column):
        role = ROLES.get(client.column, "trainer")
        if client.column not in ROLES:
            RoleGrant.give(user, role, starts_on=date(2026, 1, 1), by=None, now=MOMENT)
        headers = _token(user, role)[1]
    return client.get(f"/api/v1/coverage/?agency={world.own.agency.code}", headers=headers)


def _make_token(client: Browser, world: World) -> Any:
    role = ROLES.get(client.column.removeprefix("stale "), "trainer")
    data = {"name": "Phần mềm theo dõi kế hoạch", "role": role, "last_day": "2026-12-31"}
    return client.post("/tokens/new/", data)


def _revoke_own_token(client: Browser, world: World) -> Any:
    """The own one; strangers try that of the focal person or the trainer."""
    owner = {"FO": "FO", "TR": "TR", "TX": "TR", "CO": "CO", "AD": "AD"}.get(client.column, "FO")
    made, _headers = _token(world.users[owner], ROLES[owner])
    return client.post(f"/tokens/{made.public_id}/revoke/")


def _revoke_token_of_another(client: Browser, world: World) -> Any:
    made, _headers = _token(make.account(None, "coordinator"), "coordinator")
    return client.post(f"/tokens/{made.public_id}/revoke/")


def _use_dead_token(client: Browser, world: World) -> Any:
    made, headers = _token(world.users["CO"], "coordinator")
    made.revoke(by=world.users["CO"], now=MOMENT)
    return client.get("/api/v1/coverage/", headers=headers)


def _write_with_token(client: Browser, world: World) -> Any:
    _made, headers = _token(world.users["CO"], "coordinator")
    return client.post("/api/v1/plans/", {"code": "KH-2"}, headers=headers)


# --- questions --------------------------------------------------------------------------------------------------------


def _question(world: World) -> Question:
    """The first question of the course; ready, and asked."""
    return Question.objects.filter(category__course=world.own.course).order_by("pk")[0]


def _bank(verb: str, pk: int) -> str:
    return f"/cms/questions/{verb}/{pk}/"


def _shared_question(client: Browser, world: World) -> Any:
    shared = add_question(quizzes.imported(), Category.at(["Chung"], None), by=world.users["AD"], now=MOMENT)
    return client.get(_bank("inspect", shared.pk))


def _edit_draft(client: Browser, world: World) -> Any:
    category = _question(world).category
    draft = add_question(quizzes.imported("true_false"), category, by=world.users["TR"], now=MOMENT)
    version = draft.versions.get()
    data = {
        "category": category.pk, "stem": "Câu đã sửa", "stem_format": "plain", "difficulty": 3, "more-answer": "false",
        "version": edition(version), "rows-TOTAL_FORMS": 0, "rows-INITIAL_FORMS": 0,
    }  # fmt: skip
    return client.post(_bank("edit", draft.pk), data)


def _make_question_ready(client: Browser, world: World) -> Any:
    draft = add_question(quizzes.imported(), _question(world).category, by=world.users["TR"], now=MOMENT)
    return client.post(_bank("ready", draft.pk))


def _on_question(verb: str) -> Driver:
    return lambda client, world: client.post(_bank(verb, _question(world).pk))


SCRIPT = {"X-Requested-With": "XMLHttpRequest"}
"""Wagtail answers its own scripts with 403, and sends a browser home."""
UNCOMMENTED = {f"comments-{name}_FORMS": 0 for name in ("TOTAL", "INITIAL", "MIN_NUM", "MAX_NUM")}
NOTHING = '{"entityMap": {}, "blocks": []}'


def _submit_page(client: Browser, world: World) -> Any:
    page = world.course_page
    form = {
        "title": page.title, "slug": page.slug, "course": world.own.course.pk, "intro": NOTHING, "action-submit": "1",
        **UNCOMMENTED,
    }  # fmt: skip
    return client.post(f"/cms/pages/{page.pk}/edit/", form, headers=SCRIPT)


def _edit_site_page(client: Browser, world: World) -> Any:
    page = world.course_page.get_parent().get_parent().get_children().get(slug="huong-dan")
    line = {"key": "a", "text": "Chào", "type": "unstyled", "depth": 0, "inlineStyleRanges": [], "entityRanges": []}
    body = json.dumps({"entityMap": {}, "blocks": [line]})
    form = {"title": page.title, "slug": page.slug, "body": body, "action-publish": "1", **UNCOMMENTED}
    return client.post(f"/cms/pages/{page.pk}/edit/", form, headers=SCRIPT)


def _approve_words_of(client: Browser, world: World, editor: User) -> Any:
    page = CoursePage.objects.get(pk=world.course_page.pk)
    page.save_revision(user=editor)
    state = page.get_workflow().start(page, editor)
    return client.post(f"/cms/pages/workflow/action/{page.pk}/approve/{state.current_task_state.pk}/", headers=SCRIPT)


def _approve_page(client: Browser, world: World) -> Any:
    return _approve_words_of(client, world, world.users["TO"])


def _approve_own_page(client: Browser, world: World) -> Any:
    return _approve_words_of(client, world, world.users.get(client.column, world.users["TO"]))


def _confirm_citation(client: Browser, world: World) -> Any:
    source = world.own.course.citations.order_by("pk").first()
    return client.post(f"/cms/sources/{source.pk}/confirm/", {"until": "2030-01-01"})


def _delete_draft(client: Browser, world: World) -> Any:
    draft = make.course(lessons=0)
    CourseTrainer.objects.create(course=draft, user=world.users["TR"], starts_on=make.DAY)
    draft_page(draft)
    return client.post(f"/cms/copies/course/{draft.pk}/discard/")


# --- setting up quizzes -----------------------------------------------------------------------------------------------


def _settings(quiz: Quiz, **fields: Any) -> dict[str, Any]:
    """What the editor of a quiz sends, unchanged but for `fields`."""
    section = quiz.sections.get()
    codes = section.questions.order_by("position").values_list("question__code", flat=True)
    data = {
        "title": quiz.title, "kind": quiz.kind, "attempts_allowed": quiz.attempts_allowed,
        "pass_percent": quiz.pass_percent, "counting": quiz.counting, "questions_per_page": quiz.questions_per_page,
        "is_shuffled": "on", "version": quiz.version, "rows-TOTAL_FORMS": 1, "rows-INITIAL_FORMS": 0,
        "rows-0-questions": " ".join(codes), "rows-0-points": 1,
    }  # fmt: skip
    return data | fields


def _edit_quiz(client: Browser, world: World) -> Any:
    own = world.own.course
    draft = quizzes.quiz(own, [_question(world)])
    return client.post(f"/cms/quizzes/edit/{draft.pk}/", _settings(draft, pass_percent=80))


def _move_pass_mark(client: Browser, world: World) -> Any:
    taken = world.own.quiz.quiz
    return client.post(f"/cms/quizzes/edit/{taken.pk}/", _settings(taken, pass_percent=10))


DRIVERS: dict[str, Driver] = {
    "agency.view": _get(_agency),
    "agency.edit_address_and_phone": _post(lambda world: f"{_agency(world)}contact/", address="1 Trần Hưng Đạo"),
    "agency.create_or_correct": _create_agency,
    "agency.reorganise_dry_run": _get(_draft),
    "agency.reorganise": _post(lambda world: f"{_draft(world)}ask/"),
    "agency.undo_reorganisation": _undo,
    "unitgroup.edit": _post(
        lambda world: "/unit-groups/nhom-mau/", kinds="office", on="2026-01-01", more_is="in", save="1"
    ),
    "roster.move_after_split": _move_after_split,
    "roster.view": _get(lambda world: f"{_agency(world)}roster/"),
    "roster.add_or_end_entry": _end_entry,
    "roster.void_entry_with_reason": _void_entry,
    "roster.confirm_nobody": _post(lambda world: f"{_agency(world)}roster/nobody/", group="editor"),
    "roster.confirm_list": lambda client, world: client.post(
        f"{_agency(world)}roster/confirm/", {"group": world.own.entry.group, "on": make.DAY}
    ),
    "roster.take_back_statement": _take_back,
    "roster.correct_entry": _correct_entry,
    "roster.export": _post(lambda world: f"{_agency(world)}roster/export/xlsx/"),
    "person.view_card": _get(_person),
    "person.correct_name_or_birth_date": lambda client, world: client.post(
        f"{_person(world)}correct/", {"full_name": "Nguyễn Thị Lan Hoàn", "birth_date": "1990-02-01"}
    ),
    "person.edit_contacts_without_account": _contacts_of_another,
    "person.merge_duplicates": _merge,
    "roster.import_dry_run": _get(lambda world: f"{_agency(world)}roster/import/{world.own.import_run.pk}/"),
    "roster.import_confirm": _confirm_import,
    "person.create": _add_person,
    "approval.view_requests": _get(lambda world: "/approvals/"),
    "approval.confirm_of_another": lambda client, world: _of_another(client, world, "confirm"),
    "approval.confirm_own": lambda client, world: _by_oneself(client, world, "confirm"),
    "approval.refuse_or_let_lapse": lambda client, world: _of_another(client, world, "refuse"),
    "approval.withdraw_own": lambda client, world: _by_oneself(client, world, "withdraw"),
    "period.close": _close,
    "period.reopen": _reopen,
    "period.read_closed_rows": _read_closed_rows,
    "plan.view": _get(lambda world: "/plan/"),
    "requirement.view": _get(lambda world: f"{_task(world)}requirements/"),
    "requirement.create_or_edit": _post(lambda world: f"{_task(world)}requirements/add/", **REQUIRED),
    "requirement.edit_in_closed_period": _change_in_closed_period,
    "period.view": _get(lambda world: "/plan/periods/"),
    "setting.change_dated_legal_value": _post(
        lambda world: "/plan/settings/pass_percent/", value="60", valid_from="2031-01-01", basis="Quyết định số 1/QĐ"
    ),
    "holiday.edit": _post(
        lambda world: "/plan/holidays/", on="2031-09-02", kind="off", name="Quốc khánh", source="Thông báo số 1"
    ),
    "period.create_or_edit_open": _post(
        lambda world: f"/plan/periods/{world.period.pk}/", starts_on="2025-12-15", cutoff_on="2026-12-10"
    ),
    "plan.edit_tasks": _post(lambda world: f"{_task(world)}edit/", due_on="2026-12-31"),
    "plan.import": _post(
        lambda world: "/plan/import/",
        confirm="1",
        content=(settings.BASE_DIR / "lms/plan/data/plan_tasks.json").read_text(encoding="utf-8"),
    ),
    "coverage.set_target": _post(
        lambda world: f"{_task(world)}targets/?agency={world.own.agency.code}&period={world.period.pk}",
        group="editor",
        percent="80",
        for_all="on",
    ),
    "plan.report_progress": lambda client, world: client.post(
        f"{_task(world)}progress/",
        {
            "period": world.period.pk,
            "agency": world.own.agency.code,
            "level": "ongoing",
            "result": "Đã mở 01 lớp",
        },
    ),
    "course.set_task_served_and_groups": _post(lambda world: f"/plan/courses/{world.own.course.pk}/", groups="editor"),
    "run.list_open": _get(lambda world: "/runs/"),
    "run.view": _get(_run),
    "run.open_or_close_enrolment": _post(lambda world: f"{_run(world)}state/", verb="end"),
    "run.edit_dates_places_quotas": _allot,
    "run.record_decision_number": _post(lambda world: f"{_run(world)}decision/", number="12/QĐ", day="2026-03-02"),
    "session.edit_or_cancel": _post(lambda world: f"{_session(world)}cancel/"),
    "run.cancel": _post(lambda world: f"{_run(world)}cancel/", reason="Mưa bão"),
    "round.open_or_close": _post(lambda world: f"/rounds/{world.own.round.pk}/close/"),
    "round.view": _get(lambda world: f"/rounds/{world.own.round.pk}/"),
    "round.nominate_person": _nominate,
    "round.attach_dispatch": _attach_dispatch,
    "round.send_reply": _send_reply,
    "round.return_or_approve_reply": _decide_on_reply,
    "enrolment.enrol_or_request_self": _enrol,
    "enrolment.view_status": _get(_enrolment),
    "enrolment.approve_or_reject": _approve,
    "enrolment.accept_offer": _accept,
    "enrolment.withdraw_before_start": _withdraw,
    "enrolment.replace_nominee": _replace,
    "enrolment.waive_prerequisite": _waive_prerequisite,
    "progress.view": _get(lambda world: f"/learn/{world.own.enrolment.public_id}/"),
    "progress.mark_lesson_done": _mark_done,
    "completion.view_why": _get(_enrolment),
    "completion.void_with_reason": _void_completion,
    "attendance.view_of_person": _get(_enrolment),
    "attendance.view_sheet": _get(_session),
    "attendance.show_live_code": _get(lambda world: f"{_session(world)}code/"),
    "attendance.change_live_code": _post(lambda world: f"{_session(world)}code/change/"),
    "attendance.mark_for_person": _mark,
    "attendance.correct_before_lock": _correct,
    "attendance.exchange_live_code_for_ticket": _scan,
    "attendance.check_in_with_ticket": _check_in,
    "attendance.check_in_with_old_or_used_code": _scan_old_code,
    "attendance.find_name_with_ticket": _find_name,
    "attendance.confirm_claims": _confirm_claims,
    "attendance.show_personal_code": _get(lambda world: f"{_session(world)}my-code/"),
    "attendance.upload_offline_batch": _send_batch,
    "attendance.attach_sheet_scan": _attach_sheet,
    "scanner.grant_device": _post(lambda world: f"/scan/{world.own.session.pk}/"),
    "scanner.revoke_device": _revoke_device,
    "attendance.lock": _lock,
    "attendance.amend_after_lock": _amend,
    "attendance.grant_leave": _grant_leave,
    "attendance.match_walk_in": _match_walk_in,
    "question.read_in_attempt": _get(_attempt),
    "question.import_dry_run": _get(lambda world: f"/cms/question-files/runs/{world.own.question_run.pk}/"),
    "question.import_confirm": lambda client, world: client.post(
        f"/cms/question-files/runs/{world.own.question_run.pk}/confirm/", {"only_sound": "1"}
    ),
    "question.export_with_keys": lambda client, world: client.post(
        f"/cms/question-files/{world.own.course.pk}/export/", {"format": "gift"}
    ),
    "import.view_report_and_refused_rows": _own_report,
    "question.read_bank_with_keys": lambda client, world: client.get(_bank("inspect", _question(world).pk)),
    "question.read_shared_category_with_keys": _shared_question,
    "question.create_or_edit_draft": _edit_draft,
    "question.make_ready": _make_question_ready,
    "question.edit_ready_in_place": _on_question("edit"),
    "question.make_new_version": _on_question("new-version"),
    "question.retire": _on_question("retire"),
    "question.delete_used": _on_question("delete"),
    "attempt.start": _start,
    "attempt.save_open": _save,
    "attempt.save_after_submit": lambda client, world: _save(client, world, path=_submitted(world)),
    "attempt.save_late_kept_apart": _save_late,
    "attempt.take_over_in_second_tab": _take_over,
    "attempt.submit": _submit,
    "attempt.mark_essay": _give_mark,
    "attempt.mark_essay_twice": _give_second_mark,
    "attempt.appeal": _appeal,
    "attempt.regrade_never_lower": lambda client, world: _regrade(client, world, "full_marks", "never_lower"),
    "attempt.regrade_lowering": lambda client, world: _regrade(client, world, "drop", "as_computed", "lower/"),
    "attempt.accept_late_answers": _accept_late,
    "attempt.override_score_or_void_after_grading": lambda client, world: client.post(
        f"{_submitted(world)}override/", {"what": "void", "reason": "Làm hộ"}
    ),
    "quiz.edit_before_first_attempt": _edit_quiz,
    "quiz.change_pass_mark_after_first_attempt": _move_pass_mark,
    "quiz.release_results": _post(lambda world: f"/tests/{world.own.quiz.pk}/release/"),
    "quiz.grant_override_with_reason": _post(
        lambda world: f"/tests/{world.own.quiz.pk}/exceptions/", extra_minutes=10, reason="Ốm"
    ),
    "question.view_item_analysis": _get(lambda world: f"/quizzes/{world.own.quiz.quiz_id}/analysis/"),
    "attempt.view_result": _get(lambda world: f"{_submitted(world)}result/"),
    "attempt.view_answers": _get(lambda world: f"{_submitted(world)}review/"),
    "certificate.verify_by_code": _get(_public),
    "certificate.reveal_name_by_typing_it": _get(lambda world: _public(world, "?name=Lan")),
    "certificate.verify_by_number_and_name": _find_by_number,
    "certificate.verify_file": lambda client, world: client.post(_public(world, "/file"), {"sha256": "0" * 64}),
    "certificate.export_for_signing": lambda client, world: client.post(f"{_to_sign(world)}export/"),
    "certificate.import_signed": _send_signed,
    "audit.verify_seals": _get(lambda world: "/register/integrity/"),
    "certificate.view_or_list": _get(_register),
    "certificate.download_pdf": _get(lambda world: f"{_register(world)}pdf"),
    "certificate.preview_before_issue": _get(lambda world: f"{_run(world)}certificates/"),
    "certificate.issue_run": _issue,
    "certificate.revoke": _ask_to_revoke,
    "certificate.issue_manual": _late_case,
    "certificate.issue_without_completion": lambda client, world: _ask_for_one(client, world.own.enrolment),
    "certificate.replace_with_corrections": _replace_certificate,
    "certificate.request_for_lost": _post(lambda world: f"{_register(world)}lost/", reason="Bị cháy"),
    "certificate.confirm_lost": _confirm_lost,
    "certificate.amend_by_decision": _post(
        lambda world: f"{_register(world)}amend/",
        field="person",
        new="Nguyễn Lan",
        decision_no="3/QĐ",
        decision_on="02/03/2026",
    ),
    "certificate.void_before_handing_over": _post(lambda world: f"{_register(world)}void/", reason="In hỏng"),
    "certificate.record_delivery": _deliver,
    "certificate.download_zip": _post(lambda world: f"{_past(world)}zip/"),
    "certificate.print_file": _post(lambda world: f"{_past(world)}print/"),
    "series.view": _get(_series),
    "series.create": _open_series,
    "series.set_next_number": lambda client, world: _open_series(client, world, next_number=50),
    "series.close_or_hand_to_custodian": _post(lambda world: f"{_series(world)}close/", reason="Hết năm"),
    "register.view": _get(lambda world: "/register/"),
    "outside_training.view": lambda client, world: client.get(_outside(world)),
    "outside_training.view_evidence": lambda client, world: client.get(f"{_outside(world)}evidence/"),
    "outside_training.submit": _submit_outside,
    "outside_training.decide": _decide_on_outside,
    "outside_training.decide_own_submission": _decide_on_own_outside,
    "outside_training.withdraw": lambda client, world: client.post(f"{_outside(world)}withdraw/"),
    "outside_training.take_back": _take_back_outside,
    "waiver.view": _get(lambda world: f"{_person(world)}waivers/"),
    "waiver.grant": _grant_waiver,
    "waiver.void": _void_waiver,
    "run.view_or_export_results": _post(lambda world: f"{_run(world)}results/export/", kind="xlsx"),
    "register.export": _post(lambda world: "/register/export/", kind="csv"),
    "coverage.export": _export_coverage,
    "job.view_progress": _get(lambda world: _job(world)),
    "job.cancel": _cancel_job,
    "job.download_result": _get(lambda world: f"{_job(world)}file/"),
    "job.view_all": _get(lambda world: "/jobs/all/"),
    "job.retry_dead": _retry_job,
    "coverage.view_all_agencies": _get(lambda world: "/coverage/"),
    "coverage.view_agency": _get(lambda world: f"/coverage/agencies/{world.own.agency.code}/"),
    "coverage.read_api": _read_figures,
    "api.read_schema": _get(lambda world: "/api/v1/schema"),
    "token.create_own": _make_token,
    "token.list_or_revoke_own": _revoke_own_token,
    "token.revoke_of_other": _revoke_token_of_another,
    "token.use_expired_or_revoked": _use_dead_token,
    "token.write_with_read_scope": _write_with_token,
    "coverage.drill_to_people": _get(lambda world: f"/coverage/agencies/{world.own.agency.code}/people/"),
    "coverage.drill_to_evidence": _get(lambda world: f"/coverage/people/{world.own.person.public_id}/"),
    "coverage.why_counted": _get(lambda world: f"/coverage/people/{world.own.person.public_id}/why/"),
    "notification.copy_text_for_zalo": _get(lambda world: f"{_run(world)}zalo/"),
    "coverage.send_reminder_to_agencies": _remind,
    "period.confirm_agency_figures": _confirm_figures,
    "health.live_and_ready": _get(lambda world: "/healthz"),
    "cms.open": _get(lambda world: "/cms/"),
    "cms.explorer_and_choosers": _get(lambda world: "/cms/pages/"),
    "cms.reports_and_site_history": _get(lambda world: "/cms/reports/site-history/"),
    "cms.users_groups_account": _get(lambda world: "/cms/users/"),
    "cms.spreadsheet_export": _get(lambda world: "/cms/courses/?export=xlsx"),
    "cms.public_content_api": _get(lambda world: "/cms/api/main/pages/"),
    "media.direct_url_of_stored_file": _get(lambda world: "/media/original_images/a.jpg"),
    "app.manifest_worker_language": _post(lambda world: "/i18n/setlang/", language="en"),
    "course.view_public_page": _get(lambda world: str(world.course_page.url)),
    "course.view_lesson_published": _get(lambda world: str(world.lesson_page.url)),
    "course.submit_for_approval": _submit_page,
    "course.approve_edit_of_another": _approve_page,
    "course.approve_own_edit": _approve_own_page,
    "page.edit_or_publish_site_page": _edit_site_page,
    "course.confirm_citation": _confirm_citation,
    "course.copy_for_new_year": _post(
        lambda world: f"/cms/copies/course/{world.own.course.pk}/edition/", code="MOI-2027"
    ),
    "course.delete_unused_draft": _delete_draft,
    "course.delete_with_runs": _post(lambda world: f"/cms/copies/course/{world.own.course.pk}/discard/"),
}

LISTS: dict[str, Callable[[World], str]] = {
    "approval.view_requests": lambda world: str(world.own.approval and world.own.approval.document_no),
    "register.view": lambda world: str(world.own.certificate and world.own.certificate.public_code),
    "register.export": lambda world: str(world.own.certificate and world.own.certificate.snapshot["person"]),
}
"""Pages that list what one may see: «does not exist» means that this text is not on the page."""

NOT_DRIVEN: dict[str, str] = {
    "attempt.edit_answer_of_other": "the same request as attempt.save_open, made by everybody but the owner",
    "lesson_file.download": "needs a picture on the disk; the sweep tries the address without one",
    "question.read_key_after_release": "a part of the review page, whose row is attempt.view_answers",
    "question.read_key_or_feedback_before_release": "a part of the review page, whose row is attempt.view_answers",
    "run.list_names": "a part of the page of a run, whose row is run.view",
    "session.view": "shown on the page of a run; the sheet has the row attendance.view_sheet",
}
"""Rows of our doors that no request of their own shows, each with the reason."""
