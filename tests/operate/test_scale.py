"""The province at full size, made small."""

from __future__ import annotations

from datetime import date

import pytest
from django.db import connection

from certificates.models import Certificate
from courses.models import Completion
from lms.coverage.counting import answer
from lms.coverage.question import Question
from lms.operate.bench import scale
from lms.people.models import RosterEntry

pytestmark = pytest.mark.django_db


def test_its_rows_are_legal_and_every_figure_has_something_to_count() -> None:
    province = scale.build(scale.QUICK)
    connection.check_constraints()
    assert RosterEntry.objects.known().count() > scale.QUICK.entries * 0.9
    assert Certificate.objects.count() >= scale.QUICK.certificates
    assert Completion.objects.standing().count() > scale.QUICK.certificates
    question = Question.ask(province.task, province.period)
    total = answer(question).total
    assert 0 < total.trained < total.headcount <= scale.QUICK.people
    assert total.completions > total.certificates > 0
    assert total.waived
    assert total.outside
    seen = answer(question.seen(date(2026, 11, 1)))
    assert (seen.total.headcount, seen.total.trained) == (total.headcount, total.trained)
    assert any(row.stands_apart for row in answer(question).rows)
