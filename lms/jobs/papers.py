"""Official papers too long for one request: asked for, written by a worker, kept for whoever asked."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime
from typing import Any

from django.utils.translation import gettext_lazy as _

from lms.jobs.handlers import Chunk
from lms.jobs.making import Progress, make_file
from lms.jobs.models import Job
from lms.papers.files import Kind, write
from lms.papers.paper import PRINTED_ROWS, Paper, Paragraph, too_long
from lms.papers.table import Table
from lms.refusal import Refused

AT_ONCE = {Kind.XLSX: 5000, Kind.CSV: 5000, Kind.DOCX: 500, Kind.PDF: 500}
"""Rows that a request may wait for; more are a job."""
MOST_WAITING = 5
"""Files of one account in the works: a worker is for everybody."""


def is_long(kind: Kind, rows: int) -> bool:
    """Whether a worker should write so many rows. Raises Refused paper_too_long (422) for what nobody would print."""
    if kind in (Kind.DOCX, Kind.PDF) and rows > PRINTED_ROWS:
        raise too_long(PRINTED_ROWS)
    return rows > AT_ONCE[kind]


def ask_for_paper(work: str, payload: dict[str, Any], *, rows: int, by: str, now: datetime) -> Job:
    """The job that writes what `payload` asks, as known `now`; the one at work already, if this account asked before.

    Call it in the transaction of the event. Raises Refused too_many_files.
    """
    asked = hashlib.sha256(json.dumps([by, payload], sort_keys=True).encode()).hexdigest()[:40]
    waiting = Job.objects.asked_by(by).active().filter(kind=work)
    before = waiting.filter(key__startswith=f"{asked}:").order_by("pk").first()
    if before is not None:
        return before
    if waiting.count() >= MOST_WAITING:
        raise Refused(
            "too_many_files", _("Several files of yours are being made already. Wait for them, or cancel one.")
        )
    known = {**payload, "known_at": payload.get("known_at") or now.isoformat()}
    return Job.ask(work, key=f"{asked}:{now.isoformat()}", payload=known, total=rows, requested_by=by, now=now)


def write_paper(job: Job, paper: Paper, kind: Kind, *, name: str, clock: Callable[[], datetime]) -> Chunk:
    """The whole file in one chunk, row by row: cancelled, or taken over, it stops between two rows."""
    progress = Progress(job, job.total, clock=clock)
    blocks = [_counted(block, progress) for block in paper.blocks]
    counted = replace(paper, blocks=blocks)
    made = make_file(
        job, lambda out: write(counted, kind, out), name=f"{name}.{kind}", media_type=kind.content_type
    )  # fmt: skip
    return Chunk(progress.done, progress.done, finished=True, result={"rows": progress.done}, file=made)


def _counted(block: Paragraph | Table, progress: Progress) -> Paragraph | Table:
    return replace(block, rows=progress.counted(block.rows)) if isinstance(block, Table) else block
