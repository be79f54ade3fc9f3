"""A closed period is locked for a task; whatever would change its past asks first."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, date, datetime, timedelta
from threading import Barrier

import pytest
from django.db import connections

from lms.plan.models import Period, PeriodKind, PeriodLock, refuse_closed
from lms.refusal import Refused
from tests.make import plan as make

NOW = datetime(2026, 12, 20, 3, tzinfo=UTC)
SECOND_QUARTER = (PeriodKind.QUARTER, 2)
"""15/3 to 14/6/2026."""


@pytest.mark.django_db
def test_a_period_is_closed_for_one_task_and_open_for_another():
    period, closed, open_ = make.period(2026), make.task("5"), make.task("6")
    PeriodLock.lock(closed, period, now=NOW)
    assert period.is_closed_for(closed)
    assert not period.is_closed_for(open_)
    with pytest.raises(Refused) as refusal:
        refuse_closed(closed, period)
    assert refusal.value.code == "period_closed"
    refuse_closed(open_, period)


@pytest.mark.django_db
def test_closing_twice_is_one_lock_of_the_first_moment():
    period, task = make.period(2026), make.task()
    PeriodLock.lock(task, period, now=NOW)
    assert PeriodLock.lock(task, period, now=NOW + timedelta(hours=1)).locked_at == NOW
    assert PeriodLock.objects.count() == 1


@pytest.mark.django_db
def test_an_unlocked_period_is_open_again():
    period, task = make.period(2026), make.task()
    PeriodLock.lock(task, period, now=NOW)
    assert PeriodLock.unlock(task, period)
    assert not PeriodLock.unlock(task, period)
    refuse_closed(task, period)


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("starts_on", "ends_on", "is_touched"),
    [
        (None, None, True),
        (date(2026, 6, 14), None, True),
        (date(2026, 6, 15), None, False),
        (None, date(2026, 3, 15), False),
        (None, date(2026, 3, 16), True),
        (date(2026, 4, 1), date(2026, 4, 2), True),
    ],
)
def test_a_span_touches_a_lock_when_they_share_a_day(starts_on, ends_on, is_touched):
    task = make.task()
    PeriodLock.lock(task, make.period(2026, *SECOND_QUARTER), now=NOW)
    assert PeriodLock.objects.touching(task, starts_on, ends_on).exists() is is_touched
    assert not PeriodLock.objects.touching(make.task("6"), starts_on, ends_on).exists()


def test_a_period_closed_by_several_hands_at_once_has_one_lock(committed):
    task, period = make.task(), make.period(2026)
    barrier = Barrier(4)

    def close(_number):
        try:
            barrier.wait()
            return PeriodLock.lock(task, Period.objects.get(pk=period.pk), now=NOW).pk
        finally:
            connections.close_all()

    with ThreadPoolExecutor(4) as pool:
        assert len(set(pool.map(close, range(4)))) == 1
    assert PeriodLock.objects.count() == 1
