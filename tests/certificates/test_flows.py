"""What may happen to a line of the register: replaced, confirmed, amended, void, handed over, issued late."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
import time_machine
from django.core.management import CommandError, call_command
from django.db import IntegrityError, transaction

from certificates.forms import RegisterFilters
from certificates.issuing import issue, plan_for_one
from certificates.models import Certificate, LossRequest, Series, State
from certificates.previewing import ask_for_one
from certificates.replacing import Signatory, confirm_lost, replace_with_corrections
from courses.models import Completion
from lms.audit.models import Event
from lms.days import local_day
from lms.people.models import Person
from lms.plan.models import Holiday
from lms.refusal import Refused
from tests.make import certificates as make
from tests.make import courses

pytestmark = pytest.mark.django_db
LATER = courses.at(9, on=date(2026, 4, 7))
SIGNATORY = Signatory("Đà Lạt", "", "GIÁM ĐỐC", "Trần Mẫu Ký")


@pytest.fixture
def sau():
    return courses.account(None, "coordinator")


@pytest.fixture
def row():
    return make.certificates(make.finished_run("Nguyễn Thị Mẫu Phương"))[0]


def fresh(row):
    return Certificate.objects.get(pk=row.pk)


def corrected(row, by, now=LATER, **changed):
    return replace_with_corrections(
        row, changed or {"person": "Nguyễn Thị Mẫu Phượng"}, reason="In sai tên", signatory=SIGNATORY, by=by, now=now
    )


# --- replacing --------------------------------------------------------------------------------------------------------


def test_a_replacement_has_its_own_number_counts_where_the_first_did_and_each_names_the_other(row, sau):
    made = corrected(row, sau)
    assert (made.number, made.state, made.counts_on, made.issued_on) == (2, "valid", row.counts_on, local_day(LATER))
    assert made.snapshot["person"] == "Nguyễn Thị Mẫu Phượng"
    assert made.snapshot["note"] == "Thay thế giấy chứng nhận số 01/2026 cấp ngày 02/3/2026"
    assert (fresh(row).state, fresh(row).replaced_by, made.replaces) == (State.REPLACED, made, row)
    assert Certificate.objects.valid().get() == made
    assert Event.objects.filter(action="certificate.replace_with_corrections").count() == 1


def test_a_replacement_leaves_the_count_of_every_moment_as_it_was(row, sau):
    before = Certificate.objects.valid(LATER - timedelta(seconds=1)).counted_in(make.TODAY, make.TODAY).count()
    corrected(row, sau)
    assert (
        [
            Certificate.objects.valid(at).counted_in(make.TODAY, make.TODAY).count()
            for at in (LATER - timedelta(seconds=1), LATER, None)
        ]
        == [before] * 3
        == [1, 1, 1]
    )


def test_a_second_replacement_goes_on_from_the_first(row, sau):
    third = corrected(corrected(row, sau), sau, LATER + timedelta(days=1), workplace="Sở Mẫu")
    assert (third.number, third.replaces.replaces, third.counts_on) == (3, row, row.counts_on)


@pytest.mark.parametrize("state", ["replaced", "void"])
def test_what_is_no_longer_valid_is_final(row, sau, state):
    if state == "void":
        row.void_before_handing_over("In hỏng", by=sau, now=LATER)
    else:
        corrected(row, sau)
    for act in (
        lambda: corrected(fresh(row), sau),
        lambda: fresh(row).void_before_handing_over("Lại", by=sau, now=LATER),
        lambda: fresh(row).deliver(make.TODAY, "An", by=sau, now=LATER),
        lambda: fresh(row).amend("person", "An", decision_no="1", decision_on=make.TODAY, by=sau, now=LATER),
        lambda: LossRequest.ask(fresh(row), "Mất", by=sau, now=LATER),
    ):
        with pytest.raises(Refused, match="already_final"):
            act()
    assert Series.objects.get().next_number == (3 if state == "replaced" else 2)


def test_an_old_copy_of_the_row_cannot_replace_twice(row, sau):
    stale = fresh(row)
    corrected(row, sau)
    with pytest.raises(Refused, match="already_final"):
        corrected(stale, sau)
    assert Certificate.objects.count() == 2


@pytest.mark.parametrize(
    ("changed", "code"),
    [({"person": "Y Bŭk Mẫu"}, "glyph_missing"), ({"person": "Nguyễn " + "Thị Mẫu Dài " * 12}, "too_long"),
     ({"person": "Nguyễn Thị Mẫu Phương"}, "nothing_to_correct")],
)  # fmt: skip
def test_what_cannot_be_replaced_takes_no_number(row, sau, changed, code):
    with pytest.raises(Refused, match=code):
        corrected(row, sau, **changed)
    assert (Series.objects.get().next_number, fresh(row).state) == (2, State.VALID)


def test_replacing_needs_a_reason(row, sau):
    with pytest.raises(Refused, match="reason_required"):
        replace_with_corrections(row, {"person": "An"}, reason=" ", signatory=SIGNATORY, by=sau, now=LATER)


def test_nothing_is_replaced_once_the_completion_is_void(row, sau):
    Completion.objects.get(pk=row.completion_id).void("Chấm nhầm", by=sau, now=LATER)
    with pytest.raises(Refused, match="not_completed"):
        corrected(row, sau)


def test_a_rollback_gives_the_number_of_a_replacement_back(row, sau):
    with pytest.raises(RuntimeError), transaction.atomic():
        corrected(row, sau)
        raise RuntimeError("the power fails")
    assert (Series.objects.get().next_number, fresh(row).state) == (2, State.VALID)


# --- lost -------------------------------------------------------------------------------------------------------------


def test_what_is_asked_for_on_friday_is_due_five_working_days_later(row, sau):
    friday = courses.at(9, on=date(2026, 11, 20))
    assert LossRequest.ask(row, "Mất", by=sau, now=friday).due_on == date(2026, 11, 27)


def test_a_holiday_moves_the_day_on_which_a_lost_one_is_due(row, sau):
    Holiday.objects.create(on=date(2026, 11, 24), kind="off", name="Nghỉ mẫu")
    friday = courses.at(9, on=date(2026, 11, 20))
    assert LossRequest.ask(row, "Mất", by=sau, now=friday).due_on == date(2026, 11, 30)


def test_a_lost_one_is_confirmed_by_one_of_equal_value_that_names_it(row, sau):
    made = confirm_lost(LossRequest.ask(row, "Bị cháy", by=sau, now=make.NOW), signatory=SIGNATORY, by=sau, now=LATER)
    assert (made.kind, made.number, made.counts_on, made.replaces) == ("confirmation", 2, row.counts_on, row)
    assert made.snapshot["title"] == "Giấy xác nhận"
    assert "số 01/2026" in made.snapshot["note"]
    assert (fresh(row).state, fresh(row).reason) == (State.REPLACED, "Bị cháy")
    assert LossRequest.objects.get().state == "confirmed"


def test_a_request_is_asked_and_answered_once(row, sau):
    asked = LossRequest.ask(row, "Mất", by=sau, now=make.NOW)
    with pytest.raises(Refused, match="already_asked"):
        LossRequest.ask(row, "Mất", by=sau, now=make.NOW)
    asked.refuse("Đã tìm thấy", by=sau, now=LATER)
    with pytest.raises(Refused, match="already_decided"):
        confirm_lost(asked, signatory=SIGNATORY, by=sau, now=LATER)
    assert (fresh(row).state, Series.objects.get().next_number) == (State.VALID, 2)


@pytest.mark.parametrize("act", ["ask", "refuse"])
def test_a_request_and_its_refusal_need_a_reason(row, sau, act):
    asked = LossRequest.ask(row, "Mất", by=sau, now=make.NOW)
    with pytest.raises(Refused, match="reason_required"):
        asked.refuse(" ", by=sau, now=LATER) if act == "refuse" else LossRequest.ask(row, "", by=sau, now=LATER)


# --- amending, void, handing over -------------------------------------------------------------------------------------


def test_an_amendment_leaves_the_paper_and_the_row_and_is_told(row, sau):
    row.amend("person", "Nguyễn Phương", decision_no="5/QĐ", decision_on=make.TODAY, by=sau, now=LATER)
    assert (fresh(row).snapshot["person"], row.said("person")) == ("Nguyễn Thị Mẫu Phương", "Nguyễn Phương")
    change = row.amendments.get()
    assert (change.old, change.new) == ("Nguyễn Thị Mẫu Phương", "Nguyễn Phương")
    with pytest.raises(IntegrityError), transaction.atomic():
        row.amendments.update(new="Khác")


def test_what_replaces_an_amended_one_says_the_amended_name(row, sau):
    row.amend("person", "Nguyễn Phương", decision_no="5/QĐ", decision_on=make.TODAY, by=sau, now=LATER)
    assert corrected(row, sau, workplace="Sở Mẫu").snapshot["person"] == "Nguyễn Phương"


@pytest.mark.parametrize(
    ("field", "new", "decision", "code"),
    [("course", "Khác", "5/QĐ", "not_amendable"), ("person", "Khác", " ", "no_decision"),
     ("person", "Nguyễn Thị Mẫu Phương", "5/QĐ", "nothing_to_correct"), ("person", " ", "5/QĐ", "nothing_to_correct")],
)  # fmt: skip
def test_an_amendment_is_of_who_somebody_is_by_decision(row, sau, field, new, decision, code):
    with pytest.raises(Refused, match=code):
        row.amend(field, new, decision_no=decision, decision_on=make.TODAY, by=sau, now=LATER)
    assert not row.amendments.exists()


def test_a_void_one_keeps_its_number_and_the_person_waits_again(row, sau):
    row.void_before_handing_over("In hỏng", by=sau, now=LATER)
    again = issue(make.plan(row.enrolment.run), by=sau, now=LATER)[0]
    assert [(one.number, one.state) for one in Certificate.objects.in_register_order()] == [(1, "void"), (2, "valid")]
    assert again.enrolment == row.enrolment


def test_what_comes_after_a_void_replacement_still_counts_where_the_first_did(row, sau):
    void = corrected(row, sau)
    void.void_before_handing_over("In hỏng", by=sau, now=LATER)
    with time_machine.travel(LATER, tick=False):
        plan = plan_for_one(row.enrolment, make.decision(), local_day(LATER))
    again = issue(plan, by=sau, now=LATER)[0]
    assert (again.counts_on, again.replaces, again.number) == (row.counts_on, void, 3)


def test_what_was_handed_over_is_not_void(row, sau):
    row.deliver(make.TODAY, "Nguyễn Thị Mẫu Phương", blank_no="A001", by=sau, now=LATER)
    with pytest.raises(Refused, match="already_delivered"):
        row.void_before_handing_over("In hỏng", by=sau, now=LATER)
    with pytest.raises(Refused, match="already_delivered"):
        row.deliver(make.TODAY, "Người khác", by=sau, now=LATER)
    with pytest.raises(IntegrityError), transaction.atomic():
        Certificate.objects.filter(pk=row.pk).update(state="void", state_at=LATER, reason="x")


def test_voiding_needs_a_reason(row, sau):
    with pytest.raises(Refused, match="reason_required"):
        row.void_before_handing_over("", by=sau, now=LATER)


@pytest.mark.parametrize("days", [-1, 40])
def test_a_paper_is_handed_over_between_its_issue_and_today(row, sau, days):
    with pytest.raises(Refused, match="delivery_day"):
        row.deliver(make.TODAY + timedelta(days=days), "An", by=sau, now=LATER)


def test_a_blank_is_used_once(sau):
    first, second = make.certificates(make.finished_run("Lê Mẫu An", "Lê Mẫu Bình"))
    first.deliver(make.TODAY, "An", blank_no="A001", by=sau, now=LATER)
    with pytest.raises(Refused, match="blank_used"):
        second.deliver(make.TODAY, "Bình", blank_no="A001", by=sau, now=LATER)
    with pytest.raises(Refused, match="reason_required"):
        second.deliver(make.TODAY, " ", by=sau, now=LATER)


# --- a late case ------------------------------------------------------------------------------------------------------


def asked_alone(run, by):
    enrolment = run.enrolments.get()
    return ask_for_one(
        plan_for_one(enrolment, make.decision(), make.TODAY), enrolment, reason="Muộn", by=by, now=make.NOW
    )


def test_a_late_case_is_issued_when_a_second_person_confirms(sau):
    run = make.finished_run("Lê Mẫu An")
    make.register(run)
    approval = asked_alone(run, sau)
    with pytest.raises(Refused, match="own_request"):
        approval.confirm(sau, make.NOW)
    assert not Certificate.objects.exists()
    approval.confirm(courses.account(None, "coordinator"), make.NOW)
    assert Certificate.objects.get().number == 1


def test_a_late_case_is_not_issued_when_the_name_changed_since(sau):
    run = make.finished_run("Lê Mẫu An")
    make.register(run)
    approval = asked_alone(run, sau)
    Person.objects.filter(full_name="Lê Mẫu An").update(full_name="Lê Mẫu Ân")
    with pytest.raises(Refused, match="preview_stale"):
        approval.confirm(courses.account(None, "coordinator"), make.NOW)
    assert Series.objects.get().next_number == 1


def test_whoever_benefits_confirms_nothing(sau):
    run = make.finished_run("Lê Mẫu An")
    make.register(run)
    approval = asked_alone(run, sau)
    with pytest.raises(Refused, match="not_permitted"):
        approval.confirm(courses.account(run.enrolments.get().person, "coordinator"), make.NOW)
    assert not Certificate.objects.exists()


def test_nobody_is_certified_without_a_completion_or_twice(sau, row):
    bare = courses.enrolment()
    make.register(bare.run)
    with pytest.raises(Refused, match="not_completed"):
        plan_for_one(bare, make.decision(), make.TODAY)
    with pytest.raises(Refused, match="already_certified"):
        plan_for_one(row.enrolment, make.decision(), make.TODAY)


def test_somebody_certified_meanwhile_takes_no_second_number(sau):
    run = make.finished_run("Lê Mẫu An")
    plan = make.plan(run)
    issue(plan, by=sau, now=make.NOW)
    with pytest.raises(Refused, match="already_certified"):
        issue(plan, by=sau, now=make.NOW)
    assert Series.objects.get(issuer=run.issuer).next_number == 2


# --- the search and the command ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("asked", "found"),
    [({"q": "02/2026"}, ["Trần Mẫu Đạt"]), ({"q": "2"}, ["Trần Mẫu Đạt"]), ({"q": "02/2025"}, []),
     ({"q": "tran dat"}, ["Trần Mẫu Đạt"]), ({"q": "mau"}, ["Lê Mẫu An", "Trần Mẫu Đạt"]), ({"state": "void"}, []),
     ({"state": "valid", "q": "an"}, ["Lê Mẫu An", "Trần Mẫu Đạt"]), ({"course": "kh-không"}, []),
     ({"series": "không"}, ["Lê Mẫu An", "Trần Mẫu Đạt"]), ({"q": ""}, ["Lê Mẫu An", "Trần Mẫu Đạt"])],
)  # fmt: skip
def test_the_register_is_searched_by_number_and_by_name_without_marks(asked, found):
    make.certificates(make.finished_run("Trần Mẫu Đạt", "Lê Mẫu An"))
    rows = RegisterFilters(asked).narrowed(Certificate.objects.all()).in_register_order()
    assert [one.snapshot["person"] for one in rows] == found


def test_a_line_is_found_by_its_printed_name_after_the_person_was_renamed(row):
    Person.objects.filter(pk=row.person_id).update(full_name="Tên Khác", name_folded="ten khac")
    assert Certificate.objects.matching("phuong nguyen").get() == row
    assert Certificate.objects.matching(row.public_code.lower()).get() == row


def test_the_command_does_what_the_screen_does_by_the_same_rules(row, sau, capsys):
    with time_machine.travel(LATER, tick=False):
        call_command("certificates", "delivery", row.public_code, "blank_no=A7", by=sau.username)
        assert (fresh(row).blank_no, fresh(row).received_by) == ("A7", "Nguyễn Thị Mẫu Phương")
        call_command("certificates", "lost", row.public_code, "reason=Mất", by=sau.username)
        signed = ["answer=confirm", "decision_no=7/QĐ", "decision_on=07/04/2026"]
        call_command("certificates", "confirm-lost", row.public_code, *signed, by=sau.username)
    assert (fresh(row).state, fresh(row).decision_no) == (State.REPLACED, "7/QĐ")
    assert "02/2026" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("act", "values", "said"),
    [("void", [], "reason"), ("void", ["x"], "name=value"), ("void", ["colour=red"], "no field"),
     ("amend", ["field=person", "new=An", "decision_no=1", "decision_on=31/02/2026"], "decision_on")],
)  # fmt: skip
def test_the_command_names_what_is_wrong(row, sau, act, values, said):
    with pytest.raises(CommandError, match=said):
        call_command("certificates", act, row.public_code, *values, by=sau.username)
    assert fresh(row).state == State.VALID


def test_the_command_asks_for_the_role_of_the_screen(row):
    with pytest.raises(CommandError, match="not_permitted"):
        call_command("certificates", "void", row.public_code, "reason=x", by=courses.account(None, "trainer").username)
    with pytest.raises(CommandError, match="no active account"):
        call_command("certificates", "void", row.public_code, "reason=x", by="nobody")
