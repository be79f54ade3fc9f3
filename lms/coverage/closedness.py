"""Tells the storeys below which days of a task stand in a closed report."""

from __future__ import annotations

from datetime import date

from lms.coverage.models import ClosedReport, ReportState
from lms.plan.closed import says_closed
from lms.plan.models import PlanTask


@says_closed
def is_closed(task: PlanTask, first: date, last: date) -> bool:
    """Whether a report in force of the task covers one of the days, both ends included."""
    closed = ClosedReport.objects.filter(task=task, state=ReportState.CLOSED)
    return closed.filter(period__starts_on__lte=last, period__cutoff_on__gte=first).exists()
