"""Numbers under threads, on both databases: no gap, no double, and what is rolled back gives its number back."""

from __future__ import annotations

from collections import Counter

from django.db import transaction

from certificates.issuing import issue
from certificates.models import Certificate, LossRequest, Series
from certificates.replacing import Signatory, confirm_lost, replace_with_corrections
from courses.models import Run
from lms.people.models import User
from tests.make import certificates as make
from tests.make import courses
from tests.races.test_seats import at_once

SIGNATORY = Signatory("Đà Lạt", "", "GIÁM ĐỐC", "Trần Mẫu Ký")


class PowerFails(Exception):
    """In the middle of a transaction."""


def numbers() -> list[int]:
    return list(Certificate.objects.in_register_order().values_list("number", flat=True))


def runs_of_one_issuer(count: int) -> list[Run]:
    made = [make.finished_run("Lê Mẫu An", "Lê Mẫu Bình", "Lê Mẫu Chi") for _number in range(count)]
    Run.objects.filter(pk__in=[run.pk for run in made]).update(issuer=made[0].issuer)
    make.register(made[0])
    return list(Run.objects.filter(pk__in=[run.pk for run in made]).select_related("course", "issuer__parent"))


def issuing(run: Run, by: User, *, fails: bool = False):
    plan = make.plan(run)

    def act() -> str:
        try:
            with transaction.atomic():
                issue(plan, by=by, now=make.NOW)
                if fails:
                    raise PowerFails
        except PowerFails:
            return "rolled back"
        return "issued"

    return act


def test_classes_certified_at_once_and_rolled_back_leave_no_gap_and_no_double(committed):
    sau = courses.account(None, "coordinator")
    runs = runs_of_one_issuer(9)
    answers = at_once([issuing(run, sau, fails=place % 3 == 1) for place, run in enumerate(runs)])
    assert answers == Counter({"issued": 6, "rolled back": 3})
    assert numbers() == list(range(1, 19))
    assert Series.objects.get().next_number == 19
    for first in Certificate.objects.filter(number__in=range(1, 19, 3)):
        run = first.enrolment.run_id
        block = Certificate.objects.filter(enrolment__run=run).values_list("number", flat=True)
        assert sorted(block) == list(range(first.number, first.number + 3)), "a class has consecutive numbers"


def test_one_class_certified_eight_times_at_once_is_certified_once(committed):
    sau = courses.account(None, "coordinator")
    (run,) = runs_of_one_issuer(1)
    answers = at_once([issuing(run, sau) for _click in range(8)])
    assert answers == Counter({"issued": 1, "already_certified": 7})
    assert (numbers(), Series.objects.get().next_number) == ([1, 2, 3], 4)


def test_one_certificate_replaced_confirmed_revoked_and_void_at_once_has_one_fate(committed):
    sau = courses.account(None, "coordinator")
    rows = make.certificates(make.finished_run("Lê Mẫu An"))
    asked = LossRequest.ask(rows[0], "Mất", by=sau, now=make.NOW)

    def again() -> Certificate:
        return Certificate.objects.select_related("series__issuer").get(pk=rows[0].pk)

    def replacing():
        row = again()
        return lambda: (
            replace_with_corrections(
                row, {"person": "Lê Mẫu Ân"}, reason="Sai", signatory=SIGNATORY, by=sau, now=make.NOW
            ).kind
        )

    def revoking():
        row = again()
        return lambda: row.revoke(
            ground="fraud", reason="Học hộ", decision_no="1", decision_on=make.TODAY, by=sau, now=make.NOW
        )

    other = again()
    answers = at_once([
        replacing(), replacing(), lambda: confirm_lost(asked, signatory=SIGNATORY, by=sau, now=make.NOW).kind,
        revoking(),
        lambda: other.void_before_handing_over("In hỏng", by=sau, now=make.NOW),
    ])  # fmt: skip
    assert answers.pop("already_final") == 4
    assert sum(answers.values()) == 1, answers
    assert numbers() == list(range(1, Series.objects.get().next_number))
    assert Certificate.objects.valid().count() <= 1
