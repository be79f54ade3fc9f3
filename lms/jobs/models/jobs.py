"""Work that outlives a request: a row, a lease, and progress (trust.md §9)."""

from __future__ import annotations

import uuid
from datetime import datetime, timedelta
from typing import Any

from django.db import IntegrityError, models, transaction
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from lms.constraints import both_or_neither, one_of
from lms.jobs.handlers import Chunk, label_of, queue_of
from lms.jobs.sentences import sentence_for
from lms.jobs.waking import wake, wake_on_commit
from lms.prepared import prepared

LEASE = timedelta(seconds=60)
"""A worker that has not reported for so long counts as dead."""
MAX_ATTEMPTS = 8
FIRST_BACKOFF = timedelta(seconds=10)
LONGEST_BACKOFF = timedelta(hours=1)
WAKE_AGAIN_AFTER = timedelta(minutes=2)
WAKES_PER_SWEEP = 200
KEPT_FOR = timedelta(days=30)


class JobState(models.TextChoices):
    QUEUED = "queued", _("Waiting")
    RUNNING = "running", _("Running")
    DONE = "done", _("Done")
    DEAD = "dead", _("Failed")


def claimable_q(at: datetime) -> Q:
    """Due and waiting, or held by a worker whose lease has run out."""
    waiting = Q(state=JobState.QUEUED, due_at__lte=at)
    abandoned = Q(state=JobState.RUNNING, lease_until__lt=at)
    return waiting | abandoned


class JobQuerySet(models.QuerySet["Job"]):
    def due(self, at: datetime) -> JobQuerySet:
        """Jobs that a worker may claim at this moment."""
        return self.filter(claimable_q(at))

    def active(self) -> JobQuerySet:
        """Waiting or running."""
        return self.filter(state__in=(JobState.QUEUED, JobState.RUNNING))

    def dead(self) -> JobQuerySet:
        """Given up, refused or cancelled: somebody has to look."""
        return self.filter(state=JobState.DEAD)

    def to_wake(self, at: datetime) -> JobQuerySet:
        """Due, and not woken by a sweep within two minutes: a long backlog must not flood the broker."""
        return self.due(at).filter(Q(woken_at__isnull=True) | Q(woken_at__lt=at - WAKE_AGAIN_AFTER))

    def asked_by(self, public_id: object) -> JobQuerySet:
        """What the account of this public id waits for."""
        return self.filter(requested_by=str(public_id))

    def latest_first(self) -> JobQuerySet:
        """As lists show them."""
        return self.order_by("-created_at", "-pk")

    def outdated(self, at: datetime) -> JobQuerySet:
        """Done for more than 30 days, and no file left on the disk."""
        gone = Q(file__isnull=True) | Q(file__swept_at__isnull=False)
        return self.filter(gone, state=JobState.DONE, done_at__lt=at - KEPT_FOR)

    def wake_due(self, now: datetime, *, limit: int = WAKES_PER_SWEEP) -> int:
        """Wake the jobs that nobody works on, the longest waiting first; the number that the broker took."""
        woken = 0
        for job_id, queue in self.to_wake(now).order_by("due_at", "pk").values_list("pk", "queue")[:limit]:
            if not wake(job_id, queue):
                break
            woken += 1
            self.filter(pk=job_id).update(woken_at=now)
        return woken


@prepared
def _asked(kind: str, key: str) -> JobQuerySet:
    return Job.objects.filter(kind=kind, key=key)


class Job(models.Model):
    """One piece of work, asked for in the transaction that needs it; tried at least once, its effects happen once."""

    kind = models.CharField(max_length=60)
    #: The natural key of the work: asking twice is asking once.
    key = models.CharField(max_length=150)
    #: Ids only, never names or answers.
    payload = models.JSONField(default=dict, blank=True)
    state = models.CharField(max_length=10, choices=JobState.choices, default=JobState.QUEUED)
    done_count = models.PositiveIntegerField(default=0)
    total = models.PositiveIntegerField(default=0)
    #: Where the next chunk starts.
    cursor = models.JSONField(default=dict, blank=True)
    due_at = models.DateTimeField()
    lease_until = models.DateTimeField(null=True, blank=True)
    #: Empty unless running; whoever holds it may store progress.
    lease_token = models.CharField(max_length=32, blank=True)
    #: Claims since the last progress.
    attempts = models.PositiveIntegerField(default=0)
    #: The class of the last exception, or the code of a refusal; no message, for that may name people.
    error = models.CharField(max_length=100, blank=True)
    result = models.JSONField(default=dict, blank=True)
    #: Public id of the user who waits for it; empty for the system's own work.
    requested_by = models.CharField(max_length=64, blank=True)
    queue = models.CharField(max_length=20)
    created_at = models.DateTimeField()
    #: When it ended, well (done) or badly (dead).
    done_at = models.DateTimeField(null=True, blank=True)
    #: When a sweep last told a worker; not set by the first wake, which may be lost.
    woken_at = models.DateTimeField(null=True, blank=True)

    objects = JobQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["kind", "key"], name="job_once_per_key"),
            one_of("state", JobState, name="job_state_is_known"),
            models.CheckConstraint(
                condition=(Q(state="running", lease_until__isnull=False) & ~Q(lease_token=""))
                | (~Q(state="running") & Q(lease_until__isnull=True, lease_token="")),
                name="job_runs_with_a_lease",
                violation_error_message=_("A job has a lease exactly while it runs."),
            ),
            both_or_neither(
                Q(state__in=("done", "dead")),
                Q(done_at__isnull=False),
                name="job_is_dated_when_it_ends",
                message=_("A job has an end date exactly when it has ended."),
            ),
            models.CheckConstraint(
                condition=Q(done_count__gte=0, total__gte=0, attempts__gte=0),
                name="job_counts_are_not_negative",
                violation_error_message=_("A count cannot be negative."),
            ),
        ]
        indexes = [
            models.Index(fields=["due_at"], condition=Q(state__in=("queued", "running")), name="job_alive_by_due"),
            models.Index(fields=["requested_by", "created_at"], name="job_by_owner"),
        ]

    @classmethod
    def ask(  # noqa: PLR0913 - what a job is, all by name
        cls,
        kind: str,
        *,
        key: str,
        payload: dict[str, Any] | None = None,
        now: datetime,
        total: int = 0,
        requested_by: str = "",
        due_at: datetime | None = None,
    ) -> Job:
        """The job of this kind and key: a new one, or the one that was asked for before, whatever became of it.

        Call it inside the transaction that needs the work. A worker is told on commit; a broker that is down costs
        nothing but up to 30 seconds. `payload` holds ids only. `due_at` postpones the work.
        """
        asked = _asked(kind, key)
        job = asked[0] if asked else cls._new(
            kind, key, payload=payload or {}, total=total, requested_by=requested_by, due_at=due_at or now,
            created_at=now,
        )  # fmt: skip
        if job.state == JobState.QUEUED and job.due_at <= now:
            wake_on_commit(job.pk, job.queue)
        return job

    @classmethod
    def _new(cls, kind: str, key: str, **columns: Any) -> Job:
        """A new row, or that of somebody who asked for the same at the same moment."""
        try:
            with transaction.atomic():
                return cls.objects.create(kind=kind, key=key, queue=queue_of(kind), **columns)
        except IntegrityError:
            return cls.objects.get(kind=kind, key=key)

    @classmethod
    def claim(cls, job_id: int, *, now: datetime) -> Job | None:
        """Take the job for 60 seconds, or None if it is done, not due, or in somebody's hands.

        A job that was claimed eight times without progress (it kills its workers) is buried instead.
        """
        token = uuid.uuid4().hex
        claimed = (
            cls.objects.due(now)
            .filter(pk=job_id)
            .update(state=JobState.RUNNING, lease_until=now + LEASE, lease_token=token, attempts=F("attempts") + 1)
        )
        if not claimed:
            return None
        job = cls.objects.get(pk=job_id)
        if job.attempts > MAX_ATTEMPTS:
            job.bury("lease_lost", now=now)
            return None
        return job

    def store(self, chunk: Chunk, *, now: datetime) -> bool:
        """Write progress, or the end, if the lease is still ours; False if it was lost. Ours is renewed."""
        progress = {
            "done_count": chunk.done_count,
            "total": chunk.total,
            "cursor": chunk.cursor,
            "result": chunk.result or self.result,
            "attempts": 1,
            "error": "",
        }
        if chunk.finished:
            return self._leave(JobState.DONE, done_at=now, **progress)
        return self._update_mine(lease_until=now + LEASE, **progress)

    def tell(self, done_count: int, total: int, *, now: datetime) -> bool:
        """How far a long chunk has come, and the lease renewed; False if it was lost. The tries stay counted: a file
        that kills its workers half way is given up like any other."""
        return self._update_mine(done_count=done_count, total=total, lease_until=now + LEASE)

    def release(self, *, now: datetime) -> bool:
        """Put it back in the queue after progress, for another wake to go on."""
        return self._leave(JobState.QUEUED, due_at=now, attempts=0)

    def fail(self, error: str, *, now: datetime) -> bool:
        """A try went wrong: again after 10 s × 2ⁿ (an hour at most), dead after the eighth."""
        if self.attempts >= MAX_ATTEMPTS:
            return self.bury(error, now=now)
        backoff = min(FIRST_BACKOFF * 2 ** max(self.attempts - 1, 0), LONGEST_BACKOFF)
        return self._leave(JobState.QUEUED, due_at=now + backoff, error=error[:100])

    def bury(self, error: str, *, now: datetime) -> bool:
        """It will never work: dead at once."""
        return self._leave(JobState.DEAD, done_at=now, error=error[:100])

    def cancel(self, now: datetime) -> bool:
        """Stop it: a worker in the middle of a chunk loses that chunk. False if it had ended already."""
        ended = Job.objects.active().filter(pk=self.pk).update(
            state=JobState.DEAD, error="cancelled", lease_until=None, lease_token="", done_at=now
        )  # fmt: skip
        self.refresh_from_db()
        return bool(ended)

    def retry(self, now: datetime) -> bool:
        """Give a dead job eight more tries, from its cursor. False if it is not dead."""
        revived = Job.objects.dead().filter(pk=self.pk)
        if not revived.update(state=JobState.QUEUED, due_at=now, done_at=None, attempts=0, woken_at=None, error=""):
            return False
        wake_on_commit(self.pk, self.queue)
        self.refresh_from_db()
        return True

    @property
    def is_active(self) -> bool:
        """Waiting or running."""
        return self.state in (JobState.QUEUED, JobState.RUNNING)

    @property
    def is_dead(self) -> bool:
        """Given up, refused or cancelled."""
        return self.state == JobState.DEAD

    @property
    def label(self) -> str:
        """What people call this work."""
        return label_of(self.kind)

    @property
    def sentence(self) -> str:
        """Why the last try failed, in the reader's language; empty if none did."""
        return sentence_for(self.error)

    @property
    def percent(self) -> int | None:
        """Whole percent done, rounded down; None while the total is unknown."""
        return min(100, self.done_count * 100 // self.total) if self.total else None

    def _leave(self, state: JobState, **columns: Any) -> bool:
        return self._update_mine(state=state, lease_until=None, lease_token="", **columns)

    def _update_mine(self, **columns: Any) -> bool:
        """The one guarded UPDATE: nothing is written unless the token in the row is the token in hand."""
        mine = Job.objects.filter(pk=self.pk, state=JobState.RUNNING, lease_token=self.lease_token)
        if not mine.update(**columns):
            return False
        for column, value in columns.items():
            setattr(self, column, value)
        return True
