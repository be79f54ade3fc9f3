"""Issuing: a dry run that names every gap, then consecutive numbers, all or none."""

from __future__ import annotations

import dataclasses
from datetime import date, timedelta

import pytest
from django.db import IntegrityError, transaction

from certificates import previewing
from certificates.issuing import carry_out, issue
from certificates.models import Certificate, Series
from courses.models import Completion
from lms.audit.models import Event
from lms.jobs.models import Job
from lms.jobs.running import work
from lms.people.models import Person
from lms.refusal import Refused
from tests.make import certificates as make
from tests.make import courses

pytestmark = pytest.mark.django_db


@pytest.fixture
def sau():
    return courses.account(None, "coordinator")


def test_numbers_are_consecutive_and_in_the_order_of_given_names(sau):
    run = make.completed_run("Trần Mẫu Yến", "Lê Mẫu An", "Phạm Mẫu Đạt")
    issued = issue(make.plan(run), by=sau, now=make.NOW)
    assert [(row.number, row.snapshot["person"]) for row in issued] == [
        (1, "Lê Mẫu An"), (2, "Phạm Mẫu Đạt"), (3, "Trần Mẫu Yến"),
    ]  # fmt: skip


def test_a_second_run_goes_on_where_the_first_one_ended(sau):
    first = make.completed_run("Lê Mẫu An", "Lê Mẫu Bình")
    issue(make.plan(first), by=sau, now=make.NOW)
    second = make.completed_run("Lê Mẫu Chi")
    second.issuer = first.issuer
    second.save()
    assert [row.number for row in issue(make.plan(second), by=sau, now=make.NOW)] == [3]


def test_a_rollback_gives_the_numbers_back(sau):
    run = make.completed_run("Lê Mẫu An")
    plan = make.plan(run)
    with pytest.raises(RuntimeError), transaction.atomic():
        issue(plan, by=sau, now=make.NOW)
        raise RuntimeError("the power fails")
    assert Series.objects.get(issuer=run.issuer).next_number == 1
    assert not Certificate.objects.exists()


def test_whoever_holds_a_valid_certificate_is_not_in_the_next_dry_run(sau):
    run = make.completed_run("Lê Mẫu An")
    issue(make.plan(run), by=sau, now=make.NOW)
    assert make.plan(run).candidates == []


def test_a_voided_completion_is_not_certified(sau):
    run = make.completed_run("Lê Mẫu An")
    Completion.objects.get(enrolment__run=run).void("Chấm nhầm.", by=sau, now=make.NOW)
    assert make.plan(run).candidates == []


def test_the_database_refuses_a_second_valid_certificate_for_an_enrolment(sau):
    row = make.certificates(make.completed_run("Lê Mẫu An"))[0]
    row.pk, row.number, row.public_code = None, 99, "0" * 17
    with pytest.raises(IntegrityError), transaction.atomic():
        row.save(force_insert=True)


def test_the_confirmed_list_must_be_the_one_that_was_looked_at(sau):
    run = make.finished_run("Lê Mẫu An")
    plan = make.plan(run)
    person = Person.objects.get(full_name="Lê Mẫu An")
    person.full_name = "Lê Mẫu Ân"
    person.save()
    with pytest.raises(Refused, match="preview_stale"):
        previewing.ask(make.plan(run), plan_hash=plan.plan_hash, by=sau, now=make.NOW)


def test_asking_twice_makes_one_job_and_doing_it_twice_one_certificate(sau):
    run = make.finished_run("Lê Mẫu An")
    plan = make.plan(run)
    jobs = {previewing.ask(plan, plan_hash=plan.plan_hash, by=sau, now=make.NOW).pk for _click in range(2)}
    assert len(jobs) == 1
    payload = Job.objects.get(pk=jobs.pop()).payload
    carry_out(payload, make.NOW)
    with pytest.raises(Refused, match="preview_stale"):
        carry_out(payload, make.NOW)
    assert Certificate.objects.count() == 1


def test_a_letter_that_the_font_lacks_is_refused_before_a_number_is_taken(sau):
    run = make.finished_run("Y Bŭk Mẫu")
    plan = make.plan(run)
    assert [candidate.missing_characters for candidate in plan.blocked] == ["ŭ"]
    for attempt in (
        lambda: previewing.ask(plan, plan_hash=plan.plan_hash, by=sau, now=make.NOW),
        lambda: issue(plan, by=sau, now=make.NOW),
    ):
        with pytest.raises(Refused, match="glyph_missing"):
            attempt()
    assert Series.objects.get(issuer=run.issuer).next_number == 1


def test_a_name_that_does_not_fit_the_paper_is_refused_before_a_number_is_taken(sau):
    run = make.completed_run("Nguyễn " + "Thị Mẫu Dài " * 12 + "Quá")
    with pytest.raises(Refused, match="too_long"):
        issue(make.plan(run), by=sau, now=make.NOW)
    assert Series.objects.get(issuer=run.issuer).next_number == 1


@pytest.mark.parametrize("number", ["", "   "])
def test_there_is_no_certificate_without_a_decision(number):
    run = make.completed_run()
    make.register(run)
    with pytest.raises(Refused, match="no_decision"):
        previewing.preview(run, make.decision(number), make.TODAY)


def test_a_closed_series_takes_no_number(sau):
    run = make.completed_run()
    plan = make.plan(run)
    Series.objects.filter(issuer=run.issuer).update(closed_on=make.TODAY)
    with pytest.raises(Refused, match="series_closed"):
        issue(plan, by=sau, now=make.NOW)
    with pytest.raises(Refused, match="series_closed"):
        previewing.preview(run, make.decision(), make.TODAY)


def test_a_series_that_nobody_opened_is_named_with_its_year():
    make.register(make.completed_run())
    with pytest.raises(Refused, match="series_not_opened") as refusal:
        previewing.preview(make.completed_run(), make.decision(), make.TODAY)
    assert str(make.TODAY.year) in str(refusal.value.message)


def test_a_number_of_another_year_is_not_taken(sau):
    plan = make.plan(make.completed_run())
    with pytest.raises(Refused, match="year_mismatch"):
        issue(dataclasses.replace(plan, issued_on=date(make.TODAY.year + 1, 1, 2)), by=sau, now=make.NOW)
    assert Series.objects.get().next_number == 1


def test_certificates_are_issued_once_the_class_is_over(sau):
    run = make.completed_run()
    plan = make.plan(run)
    with pytest.raises(Refused, match="run_not_over"):
        previewing.ask(plan, plan_hash=plan.plan_hash, by=sau, now=make.NOW)
    last_day = courses.at(9, on=run.ends_on)
    assert previewing.ask(plan, plan_hash=plan.plan_hash, by=sau, now=last_day).state == "queued"


@pytest.mark.parametrize(
    ("state", "over"), [("draft", False), ("open", False), ("running", False), ("ended", True), ("closed", True),
                        ("cancelled", False)],
)  # fmt: skip
def test_a_class_is_over_when_somebody_ended_it(state, over):
    run = courses.run()
    run.state = state
    assert previewing.has_finished(run, run.ends_on - timedelta(days=1)) is over


def test_the_dry_run_needs_a_published_template():
    run = make.completed_run()
    Series.objects.create(issuer=run.issuer, code="GCN", year=make.TODAY.year)
    with pytest.raises(Refused, match="template_missing"):
        previewing.preview(run, make.decision(), make.TODAY)


def test_every_certificate_has_one_event_with_the_hash_of_what_is_printed(sau):
    row = issue(make.plan(make.completed_run()), by=sau, now=make.NOW)[0]
    event = Event.objects.get(action="certificate.issued")
    assert event.object_id == row.public_code
    assert event.data["snapshot"] == row.snapshot_sha256


def test_the_dry_run_asks_the_same_number_of_queries_for_two_people_and_for_twenty(django_assert_num_queries):
    few = make.completed_run("Lê Mẫu An", "Lê Mẫu Bình")
    many = make.completed_run(*(f"Lê Mẫu {letter}" for letter in "ABCDEGHIKLMNOPQRSTUV"))
    for run in (few, many):
        make.register(run)
        with django_assert_num_queries(5):
            previewing.preview(run, make.decision(), make.TODAY)


class Killed(BaseException):
    """As kill -9: nothing catches it."""


def test_a_worker_that_dies_after_the_numbers_leaves_nothing_and_the_next_one_issues_all_once(sau, monkeypatch):
    run = make.finished_run("Lê Mẫu An", "Lê Mẫu Bình")
    plan = make.plan(run)
    job = previewing.ask(plan, plan_hash=plan.plan_hash, by=sau, now=make.NOW)

    def dies(payload, now):
        carry_out(payload, now)
        raise Killed

    with monkeypatch.context() as patched:
        patched.setattr("certificates.tasks.carry_out", dies)
        with pytest.raises(Killed), transaction.atomic():
            work(job.pk, clock=lambda: make.NOW)
    assert (Certificate.objects.count(), Series.objects.get().next_number) == (0, 1)
    for _wake in range(2):
        work(job.pk, clock=lambda: make.NOW + timedelta(minutes=5))
    job.refresh_from_db()
    assert (job.state, job.result) == ("done", {"first": 1, "last": 2})
    assert [row.number for row in Certificate.objects.in_register_order()] == [1, 2]
    assert Event.objects.filter(action="certificate.issued").count() == 2
