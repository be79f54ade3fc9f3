"""Freezing the rows of a report, a thousand at a time, so that nobody waits for the database meanwhile.

The rows are computed without a transaction, as known when closing was asked for, and are the same whenever that
is done. Each batch is one short transaction that first renews the lease: whoever has lost it writes nothing more. A
worker that takes over goes on after the last whole batch, under the names that the first one kept.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Iterator
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from lms.coverage.freezing import rows_of
from lms.coverage.frozen import FrozenRow, differences, digest
from lms.coverage.models import BATCH, ClosedReport
from lms.jobs.handlers import LeaseLost
from lms.jobs.models import Job
from lms.jobs.sentences import explains
from lms.refusal import Refused

BEAT_SECONDS = 5.0
MOVED = _("What was known at the moment of asking has changed since the work began. Ask for the closing again.")
explains("figures_moved", MOVED)


class Lease:
    """The hold of a worker on the job, renewed as the work goes on. Every method raises LeaseLost where it is gone."""

    def __init__(self, job: Job, *, clock: Callable[[], datetime]) -> None:
        self.job, self.clock, self.done, self.total = job, clock, 0, 0
        self.renewed_at = time.monotonic()

    def renew(self) -> None:
        """Say how far it is. Within a transaction it holds the job: nobody takes it over before the end."""
        self.renewed_at = time.monotonic()
        if not self.job.tell(self.done, self.total, now=self.clock()):
            raise LeaseLost

    def beat(self) -> None:
        """Renew it now and then; called often."""
        if time.monotonic() - self.renewed_at >= BEAT_SECONDS:
            self.renew()

    def counted(self, rows: Iterable[FrozenRow]) -> Iterator[FrozenRow]:
        """The rows as they come."""
        for row in rows:
            self.beat()
            yield row


def freeze(report: ClosedReport, lease: Lease, *, now: datetime) -> int:
    """Freeze what is missing of the rows, seal them and ask the second person; how many rows there are.

    Raises LeaseLost, and Refused `figures_moved` where rows frozen before are not those that follow from the history.
    """
    rows = rows_of(report.question(report.known_at), lease.beat)
    lease.total = len(rows)
    with transaction.atomic():
        lease.renew()
        report.keep_parameters(rows)
    lease.done = _kept(report, rows)
    for start in range(lease.done, len(rows), BATCH):
        batch = rows[start : start + BATCH]
        lease.done = start + len(batch)
        with transaction.atomic():
            lease.renew()
            report.add_rows(batch, after=start)
    sha256 = digest(report.parameters, lease.counted(report.frozen_rows()))
    with transaction.atomic():
        lease.renew()
        report.seal(sha256, len(rows), now=now)
    return len(rows)


def _kept(report: ClosedReport, rows: list[FrozenRow]) -> int:
    """How many rows an earlier worker froze: always the first ones."""
    kept = list(report.frozen_rows())
    if differences(kept, rows[: len(kept)]):
        raise Refused("figures_moved", MOVED)
    return len(kept)
