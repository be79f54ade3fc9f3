"""Writing the file of a job: aside, to the disk, under its name; and saying meanwhile how far it has come.

A name holds the lease under which it was written, so two workers never write one file. What no row names is swept.
"""

from __future__ import annotations

import hashlib
import os
import time
from collections.abc import Callable, Iterable, Iterator
from datetime import datetime
from pathlib import Path
from typing import IO, TypeVar

from django.conf import settings

from lms.jobs.handlers import LeaseLost, Made
from lms.jobs.models import Job, JobFile

FOLDER = "jobs"
"""Below the private folder, which stands on no address."""
TELL_SECONDS = 1.0
ORPHAN_AFTER_SECONDS = 3600

Row = TypeVar("Row")


class Progress:
    """So many rows of so many, told at most once a second and never inside the transaction of the work.

    Telling renews the lease; it is also where a cancelled job stops.
    """

    def __init__(self, job: Job, total: int, *, clock: Callable[[], datetime]) -> None:
        self.job, self.total, self.clock, self.done = job, total, clock, 0
        self.told_at = time.monotonic()

    def counted(self, rows: Iterable[Row]) -> Iterator[Row]:
        """The rows as they come. Raises LeaseLost between two of them."""
        for row in rows:
            yield row
            self.done += 1
            if time.monotonic() - self.told_at >= TELL_SECONDS:
                self.tell()

    def tell(self) -> None:
        """Write it down now. Raises LeaseLost if the job was cancelled or is in other hands."""
        self.told_at = time.monotonic()
        if not self.job.tell(self.done, max(self.total, self.done), now=self.clock()):
            raise LeaseLost


def make_file(job: Job, write: Callable[[IO[bytes]], object], *, name: str, media_type: str) -> Made:
    """The file that `write` writes, whole on the disk, or none: whatever goes wrong leaves nothing behind.

    Only a power cut or kill -9 leaves a `.tmp`, which the sweep deletes after an hour.
    """
    folder = settings.PRIVATE_ROOT / FOLDER
    folder.mkdir(parents=True, exist_ok=True)
    target = folder / f"{job.pk}-{job.lease_token}{Path(name).suffix}"
    part = target.with_suffix(".tmp")
    try:
        with part.open("w+b") as out:
            write(out)
            out.flush()
            os.fsync(out.fileno())
            size = out.seek(0, os.SEEK_END)
            out.seek(0)
            digest = hashlib.file_digest(out, "sha256").hexdigest()
        part.rename(target)
    finally:
        part.unlink(missing_ok=True)
    _sync(folder)
    return Made(name, media_type, size, digest, f"{FOLDER}/{target.name}")


def discard(made: Made) -> None:
    """Take back a file that no row will name."""
    (settings.PRIVATE_ROOT / made.path).unlink(missing_ok=True)


def delete_orphans(seconds: float) -> int:
    """Delete whole files that no row names, an hour after they were written (`seconds` since the epoch): their worker
    died before it could say so, or lost its lease; how many."""
    old = [
        path
        for path in (settings.PRIVATE_ROOT / FOLDER).glob("*")
        if path.suffix != ".tmp" and path.stat().st_mtime < seconds - ORPHAN_AFTER_SECONDS
    ]
    named = set(JobFile.objects.filter(swept_at=None).values_list("path", flat=True)) if old else set()
    orphans = [path for path in old if f"{FOLDER}/{path.name}" not in named]
    for path in orphans:
        path.unlink(missing_ok=True)
    return len(orphans)


def _sync(folder: Path) -> None:
    """A new name is on the disk once its folder is."""
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
