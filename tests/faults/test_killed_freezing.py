"""kill -9 while the rows of a report are frozen: whoever takes over seals the same bytes."""

from __future__ import annotations

import subprocess
import sys
from datetime import timedelta

from django.utils import timezone

from lms.coverage.freezing import agencies_of, parameters_of, rows_of
from lms.coverage.frozen import digest
from lms.coverage.models import BATCH, ClosedReport, ReportState
from lms.jobs.models.jobs import LEASE
from lms.jobs.running import work
from tests.faults.processes import ROOT, environment
from tests.make import courses as make_courses
from tests.make import coverage as make
from tests.make import plan as make_plan

PEOPLE = 8
DYING = """
import os, signal, sys, django
django.setup()
from django.utils import timezone
from lms.coverage import closing
from lms.coverage.models import BATCH, ClosedReport
from lms.jobs.running import work
closing.BATCH = 3
add = ClosedReport.add_rows

def dying(self, rows, *, after):
    add(self, rows, after=after)
    if after:
        os.kill(os.getpid(), signal.SIGKILL)

ClosedReport.add_rows = dying
work(int(sys.argv[1]), clock=timezone.now)
"""


def test_rows_of_a_killed_worker_are_kept_and_the_next_one_seals_the_same_bytes(committed):
    assert BATCH > PEOPLE, "the worker that dies freezes in smaller steps"
    task, year = make_plan.requirement(make_plan.task()).task, make_plan.period(2024)
    make.people_at(make.agency("Phường A"), PEOPLE)
    sau, now = make_courses.account(None, "coordinator"), timezone.now()
    report = ClosedReport.ask_to_close(task, year, by=sau, reason="Hết kỳ", document_no="1/BC", now=now)
    died = subprocess.run([sys.executable, "-c", DYING, str(report.job.pk)], cwd=ROOT, env=environment(), check=False)
    assert died.returncode == -9
    assert report.rows.count() == 3, "the batch in which it died left nothing"
    assert report.job.state == "running"
    work(report.job.pk, clock=lambda: timezone.now() + LEASE + timedelta(seconds=1))
    report.refresh_from_db()
    question = report.question(report.known_at)
    rows, parameters = rows_of(question), parameters_of(question)
    parameters["agencies"] = agencies_of(rows, parameters["owing"])
    assert (report.state, report.row_count) == (ReportState.REQUESTED, PEOPLE)
    assert report.sha256 == digest(parameters, rows)
