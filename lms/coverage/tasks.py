"""Work of coverage that outlives a request: looking for what changed under closed reports."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.db.models import Q

from lms.audit.models import Event
from lms.coverage.adjusting import adjust
from lms.coverage.models import ClosedReport
from lms.jobs.handlers import BULK_QUEUE, Chunk, handles
from lms.jobs.models import Job

JOB = "coverage.adjust"
NOT_BEFORE = timedelta(minutes=10)
"""A recount of a whole report is not worth more than one in so long."""
READING = Q(action__startswith="coverage.") | Q(action="period.read_closed_rows")
"""Events that change no figure."""


@handles(JOB, queue=BULK_QUEUE)
def look(job: Job, now: datetime) -> Chunk:
    """One closed report: number what changed since it was last looked at."""
    report = ClosedReport.objects.standing().filter(pk=job.payload["report"]).first()
    lines = adjust(report, now=now) if report else []
    return Chunk(done_count=1, total=1, finished=True, result={"lines": len(lines)})


def ask_for_adjustments(now: datetime) -> int:
    """Ask for a look at every closed report after which something happened; how many. Called by the sweep."""
    asked = 0
    for report in ClosedReport.objects.standing().filter(Q(adjusted_at=None) | Q(adjusted_at__lte=now - NOT_BEFORE)):
        since = report.adjusted_at or report.known_at
        if Event.objects.filter(at__gt=since).exclude(READING).exists():
            Job.ask(JOB, key=f"{report.pk}:{since.isoformat()}", payload={"report": report.pk}, now=now)
            asked += 1
    return asked
