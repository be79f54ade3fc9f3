"""The certificates of a class as one file, made by a worker: copies in a ZIP, originals for the printer, four on a
sheet for whoever checks them."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import IO

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from certificates.artefacts import frozen_of
from certificates.copies import in_chunks, write_zip
from certificates.engine.charset import MissingGlyphs
from certificates.engine.checking import check_sheets
from certificates.engine.frozen import Frozen
from certificates.engine.printing import print_file
from certificates.freezing import artefact_for
from certificates.models import Artefact, Certificate, TemplateVersion
from certificates.models.certificates import CertificateQuerySet
from certificates.snapshot import Snapshot
from courses.models import Run
from lms.audit.models import Event
from lms.days import local_day
from lms.jobs.handlers import Chunk, Made
from lms.jobs.making import Progress, make_file
from lms.jobs.models import Job
from lms.jobs.papers import ask_for_paper
from lms.people.asked_work import asker_of, withdrawn
from lms.people.models import User
from lms.people.permissions import allow
from lms.refusal import Refused

ZIP, PRINT, SHEETS = "certificates.zip", "certificates.print", "certificates.sheets"
ACTIONS = {ZIP: "certificate.download_zip", PRINT: "certificate.print_file", SHEETS: "certificate.print_file"}
"""Which row of permissions.csv each kind of work is."""


def lines_of(run: Run, user: User, now: datetime) -> CertificateQuerySet:
    """The valid certificates of the class that `user` sees."""
    seen = Certificate.objects.visible_to(user, local_day(now)).filter(enrolment__run=run)
    return Certificate.objects.valid().filter(pk__in=seen.values("pk"))


def ask(kind: str, run: Run, *, by: User, now: datetime) -> Job:
    """The job that makes the file. Raises Refused: nothing_to_print, too_many_files."""
    rows = lines_of(run, by, now).count()
    if not rows:
        raise Refused("nothing_to_print", _("There is no valid certificate of this class."))
    with transaction.atomic():
        job = ask_for_paper(kind, {"run": run.pk}, rows=rows, by=str(by.public_id), now=now)
        Event.record(
            ACTIONS[kind], object_kind="run", object_id=run.public_id, actor=str(by.public_id), now=now,
            data={"count": rows, "job": job.pk, "kind": kind},
        )  # fmt: skip
    return job


def check(job: Job, now: datetime) -> None:
    """Raises Refused access_withdrawn unless whoever asked may still have it."""
    if not allow(ACTIONS[job.kind], asker_of(job), _run(job), at=now):
        raise withdrawn()


def make(job: Job, now: datetime, *, clock: Callable[[], datetime]) -> Chunk:
    """The whole file in one chunk, certificate by certificate: cancelled or taken over, it stops between two."""
    run = _run(job)
    rows = lines_of(run, asker_of(job), now)
    progress = Progress(job, job.total, clock=clock)
    name = f"giay-chung-nhan-{run.course.code}-{run.number}-{run.year}".lower()
    if job.kind == ZIP:
        made = _file(job, lambda out: write_zip(progress.counted(in_chunks(rows)), out), f"{name}.zip")
    else:
        made = _printed(job, rows, progress, name=name, now=now)
    return Chunk(progress.done, progress.done, finished=True, result={"rows": progress.done}, file=made)


def _run(job: Job) -> Run:
    return Run.objects.select_related("course").get(pk=job.payload["run"])


def _file(job: Job, write: Callable[[IO[bytes]], object], name: str) -> Made:
    media_type = "application/zip" if name.endswith(".zip") else "application/pdf"
    return make_file(job, write, name=name, media_type=media_type)


def _printed(job: Job, rows: CertificateQuerySet, progress: Progress, *, name: str, now: datetime) -> Made:
    """One PDF in register order. Raises Refused several_designs where one paper cannot hold them all."""
    paper = paper_of_all(rows)
    draw, ending = (print_file, "in") if job.kind == PRINT else (check_sheets, "kiem-tra")
    snapshots = (Snapshot.from_json(row.snapshot) for row in progress.counted(in_chunks(rows)))
    return _file(job, lambda out: out.writelines(draw(paper, snapshots, printed_at=now)), f"{name}-{ending}.pdf")


def paper_of_all(rows: CertificateQuerySet) -> Frozen:
    """The paper that holds every letter of these lines; frozen anew if need be. Raises Refused several_designs."""
    used = Artefact.objects.filter(pk__in=rows.values("artefact_id")).values_list("version_id", "extra").distinct()
    versions, extras = {version for version, _extra in used}, "".join(sorted({*"".join(extra for _v, extra in used)}))
    if len(versions) == 1:
        try:
            return frozen_of(artefact_for(TemplateVersion.objects.get(pk=versions.pop()), extras))
        except MissingGlyphs:
            pass
    raise Refused("several_designs", _("These certificates are of several designs. Download them as a ZIP instead."))
