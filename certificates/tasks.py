"""Jobs of the register."""

from __future__ import annotations

from datetime import datetime

from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from certificates import run_files
from certificates.issuing import carry_out
from certificates.previewing import JOB
from certificates.proving_jobs import PROVE, prove_as_asked
from certificates.sheet_jobs import CLASSES, REGISTER, check, classes_asked, register_asked
from certificates.signing_jobs import EXPORT, HERE, IMPORT, check_signing, export_chunk, here_chunk, import_chunk
from lms.jobs.handlers import BULK_QUEUE, Chunk, handles
from lms.jobs.models import Job
from lms.jobs.papers import write_paper
from lms.papers.files import Kind


@handles(JOB, queue=BULK_QUEUE, label=_("Certificates of a class"))
def issue(job: Job, now: datetime) -> Chunk:
    """One run, one transaction: the numbers, the rows and the end of the job stand or fall together."""
    issued = carry_out(job.payload, now)
    numbers = [row.number for row in issued]
    result = {"first": min(numbers), "last": max(numbers)} if numbers else {}
    return Chunk(len(issued), len(issued), finished=True, result=result)


@handles(CLASSES, queue=BULK_QUEUE, atomic=False, label=_("Table 02 as a file"), check=check)
def write_classes(job: Job, now: datetime) -> Chunk:
    """Biểu 02 as a file."""
    name = f"bieu-02-{job.payload['on']}"
    return write_paper(job, classes_asked(job, now), Kind(job.payload["kind"]), name=name, clock=timezone.now)


@handles(REGISTER, queue=BULK_QUEUE, atomic=False, label=_("Table 04 as a file"), check=check)
def write_register(job: Job, now: datetime) -> Chunk:
    """Biểu 04 as a file."""
    name = f"bieu-04-{job.payload['on']}"
    return write_paper(job, register_asked(job, now), Kind(job.payload["kind"]), name=name, clock=timezone.now)


@handles(EXPORT, queue=BULK_QUEUE, atomic=False, label=_("Files to be signed"), check=check_signing)
def write_for_signing(job: Job, now: datetime) -> Chunk:
    """The originals of a class and their manifest."""
    return export_chunk(job, now)


@handles(IMPORT, queue=BULK_QUEUE, atomic=False, label=_("Signed files"), check=check_signing)
def take_signed(job: Job, now: datetime) -> Chunk:
    """What came back from the signer; a file that was taken already changes nothing."""
    return import_chunk(job, now)


@handles(HERE, queue=BULK_QUEUE, atomic=False, label=_("Signing on this machine"), check=check_signing)
def sign_here(job: Job, now: datetime) -> Chunk:
    """A test series, or a token in this machine."""
    return here_chunk(job, now)


@handles(PROVE, queue=BULK_QUEUE, label=_("Check of the register"))
def prove_register(job: Job, now: datetime) -> Chunk:
    """Reads everything, writes nothing."""
    return prove_as_asked(job)


@handles(
    run_files.ZIP, queue=BULK_QUEUE, atomic=False, label=_("Certificates of a class as a ZIP"), check=run_files.check
)
def write_zip(job: Job, now: datetime) -> Chunk:
    """View copies."""
    return run_files.make(job, now, clock=timezone.now)


@handles(
    run_files.PRINT, queue=BULK_QUEUE, atomic=False, label=_("Certificates for the printer"), check=run_files.check
)
def write_print_file(job: Job, now: datetime) -> Chunk:
    """Originals, a page each."""
    return run_files.make(job, now, clock=timezone.now)


@handles(run_files.SHEETS, queue=BULK_QUEUE, atomic=False, label=_("Certificates for checking"), check=run_files.check)
def write_check_sheets(job: Job, now: datetime) -> Chunk:
    """Four on a sheet."""
    return run_files.make(job, now, clock=timezone.now)
