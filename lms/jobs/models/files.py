"""What a job made: a file for whoever asked, kept for seven days (domain.md §11)."""

from __future__ import annotations

from datetime import datetime, timedelta
from pathlib import Path

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from lms.jobs.handlers import Made
from lms.jobs.models.jobs import Job
from lms.refusal import Refused

KEPT_FOR = timedelta(days=7)


class JobFileQuerySet(models.QuerySet["JobFile"]):
    def expired(self, at: datetime) -> JobFileQuerySet:
        """Seven days old, and still on the disk as far as we know."""
        return self.filter(made_at__lte=at - KEPT_FOR, swept_at=None)

    def sweep(self, now: datetime) -> int:
        """Delete what has expired: first the file, then the note that it is gone; how many."""
        count = 0
        for file in self.expired(now):
            file.location.unlink(missing_ok=True)
            count += self.filter(pk=file.pk, swept_at=None).update(swept_at=now)
        return count


class JobFile(models.Model):
    """One file of one job. The bytes lie below the private folder; the row says which they are."""

    job = models.OneToOneField(Job, models.CASCADE, related_name="file")
    #: Public id of the account that asked: nobody else takes it.
    owner = models.CharField(max_length=64)
    #: What the browser saves it as.
    name = models.CharField(max_length=150)
    media_type = models.CharField(max_length=100)
    #: Bytes.
    size = models.PositiveBigIntegerField()
    sha256 = models.CharField(max_length=64)
    #: Below the private folder.
    path = models.CharField(max_length=200, unique=True)
    made_at = models.DateTimeField()
    #: When it was deleted.
    swept_at = models.DateTimeField(null=True, blank=True)

    objects = JobFileQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(size__gte=0),
                name="job_file_size_is_not_negative",
                violation_error_message=_("A count cannot be negative."),
            ),
            models.CheckConstraint(
                condition=~Q(owner="") & ~Q(path="") & ~Q(sha256=""),
                name="job_file_has_an_owner_and_a_place",
                violation_error_message=_("A file has an owner, a place and a hash."),
            ),
        ]
        indexes = [models.Index(fields=["made_at"], condition=Q(swept_at=None), name="job_file_to_sweep")]

    @classmethod
    def record(cls, job: Job, made: Made, *, now: datetime) -> JobFile:
        """The row of a file that is whole; in the transaction that ends the job."""
        return cls.objects.create(
            job=job, owner=job.requested_by, name=made.name, media_type=made.media_type, size=made.size,
            sha256=made.sha256, path=made.path, made_at=now,
        )  # fmt: skip

    @property
    def location(self) -> Path:
        """Where the bytes are."""
        return Path(settings.PRIVATE_ROOT / self.path)

    @property
    def expires_at(self) -> datetime:
        """From this moment on it is gone."""
        return self.made_at + KEPT_FOR

    def is_kept(self, at: datetime) -> bool:
        """Whether it can still be taken."""
        return self.swept_at is None and at < self.expires_at

    def require_kept(self, at: datetime) -> None:
        """Raises Refused file_expired (410) when it is gone, by its age or from the disk."""
        if not self.is_kept(at) or not self.location.is_file():
            raise Refused(
                "file_expired", _("Files are kept for seven days; this one has been deleted. Ask for it again."),
                status=410,
            )  # fmt: skip
