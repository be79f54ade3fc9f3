"""Work of signing that outlives a request: the files out, the files back, and signing on this machine."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.db import transaction

from certificates.signing.accepting import accept, hand_out, take_in
from certificates.signing.batches import forget, member, members_of, unsigned, write_batch
from certificates.signing.inspection import inspect
from certificates.signing.signers import signer_for
from courses.models import Run
from lms.audit.models import Event
from lms.days import local_day
from lms.jobs.handlers import Chunk
from lms.jobs.making import make_file
from lms.jobs.models import Job
from lms.people.asked_work import asker_of, withdrawn
from lms.people.models import Role, User
from lms.refusal import Refused

EXPORT, IMPORT, HERE = "certificates.sign_export", "certificates.sign_import", "certificates.sign_here"
FILES_A_CHUNK = 40
TOLD = 50
"""Refused files that a result names; the rest are counted."""


def ask(kind: str, run: Run, *, by: User, now: datetime, action: str, batch: str = "") -> Job:
    """The job, and the event of whoever asked; the same batch again is the same job."""
    with transaction.atomic():
        Event.record(
            action, object_kind="run", object_id=run.public_id, actor=str(by.public_id), now=now,
            data={"batch": batch} if batch else {},
        )  # fmt: skip
        key = f"run:{run.pk}:{batch or now.isoformat()}"
        return Job.ask(kind, key=key, payload={"run": run.pk, "batch": batch}, requested_by=str(by.public_id), now=now)


def check_signing(job: Job, now: datetime) -> None:
    """Raises Refused access_withdrawn unless whoever asked is a coordinator still."""
    if not asker_of(job).holds(Role.COORDINATOR, on=local_day(now)):
        raise withdrawn()


def _run(job: Job) -> Run:
    return Run.objects.get(pk=job.payload["run"])


def export_chunk(job: Job, now: datetime) -> Chunk:
    """The whole ZIP at once: 300 files are drawn in a second."""
    run = _run(job)
    counted: list[int] = []
    made = make_file(
        job, lambda out: counted.append(write_batch(run, out, now)), name=f"ky-so-{run.public_id}.zip",
        media_type="application/zip",
    )  # fmt: skip
    return Chunk(counted[0], counted[0], finished=True, result={"files": counted[0]}, file=made)


def import_chunk(job: Job, now: datetime) -> Chunk:
    """Forty files a chunk. One that is refused holds up no other; the result says which, and why."""
    run, by, batch = _run(job), asker_of(job), job.payload["batch"]
    names = members_of(batch)
    start, told = int(job.cursor.get("next", 0)), dict(job.cursor.get("told") or {"taken": 0, "same": 0, "refused": []})
    refused: list[list[str]] = list(told["refused"])
    for name in names[start : start + FILES_A_CHUNK]:
        try:
            taken = accept(member(batch, name), run, by=by, now=now)
            told["taken" if taken else "same"] += 1
        except Refused as reason:
            refused.append([name[-80:], reason.code, str(reason.message)])
    told["refused"] = refused
    done = min(start + FILES_A_CHUNK, len(names))
    if done < len(names):
        return Chunk(done, len(names), cursor={"next": done, "told": told})
    forget(batch)
    result: dict[str, Any] = {**told, "refused": refused[:TOLD], "refused_count": len(refused)}
    return Chunk(done, len(names), finished=True, result=result)


def here_chunk(job: Job, now: datetime) -> Chunk:
    """Forty certificates a chunk; those that are signed already are not asked for again."""
    run, by = _run(job), asker_of(job)
    rows = list(unsigned(run).select_related("series", "artefact", "person", "agency")[:FILES_A_CHUNK])
    done = job.done_count
    for row in rows:
        pdf, _digest = hand_out(row, now)
        signed = signer_for(row.series).sign(pdf)
        done += bool(take_in(row, signed, inspect(signed), by=by, now=now))
    left = unsigned(run).count()
    return Chunk(done, done + left, finished=not left, result={} if left else {"files": done})
