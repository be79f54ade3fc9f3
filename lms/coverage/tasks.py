"""Work of coverage that outlives a request: looking for what changed under closed reports, long files."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from lms.audit.models import Event
from lms.coverage.adjusting import adjust
from lms.coverage.closing import Lease, freeze
from lms.coverage.exports import PEOPLE, TABLE, check, people_of, sheet_of
from lms.coverage.models import FREEZE, ClosedReport, ReportState
from lms.jobs.handlers import BULK_QUEUE, Chunk, handles
from lms.jobs.models import Job
from lms.jobs.papers import write_paper
from lms.papers.files import Kind

JOB = "coverage.adjust"
NOT_BEFORE = timedelta(minutes=10)
"""A recount of a whole report is not worth more than one in so long."""
READING = Q(action__startswith="coverage.") | Q(action__startswith="job.") | Q(action="period.read_closed_rows")
"""Events that change no figure."""


@handles(JOB, queue=BULK_QUEUE, label=_("What changed under a closed report"))
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


@handles(FREEZE, queue=BULK_QUEUE, atomic=False, label=_("Freezing the figures of a period"))
def freeze_report(job: Job, now: datetime) -> Chunk:
    """One report, batch by batch; one that was dropped meanwhile stays as it is."""
    report = ClosedReport.objects.filter(pk=job.payload["report"], state=ReportState.FREEZING).first()
    done = freeze(report, Lease(job, clock=timezone.now), now=now) if report else job.done_count
    return Chunk(done, done, finished=True, result={"report": job.payload["report"], "rows": done})


@handles(PEOPLE, queue=BULK_QUEUE, atomic=False, label=_("List of the people behind a figure"), check=check)
def write_people(job: Job, now: datetime) -> Chunk:
    """One list as a file, as known when it was asked for."""
    people = people_of(job.payload)
    return write_paper(
        job, people.paper(), Kind(job.payload["kind"]), name=people.file_name(), clock=timezone.now
    )  # fmt: skip


@handles(TABLE, queue=BULK_QUEUE, atomic=False, label=_("Table 01 as a file"), check=check)
def write_table(job: Job, now: datetime) -> Chunk:
    """Biểu 01 as a file, as known when it was asked for."""
    sheet = sheet_of(job.payload)
    name = f"bieu-01-{sheet.report.question.day.isoformat()}"
    return write_paper(job, sheet.paper(), Kind(job.payload["kind"]), name=name, clock=timezone.now)
