"""Files that came in: what was read, what it would change, what it changed (learning.md §4)."""

from __future__ import annotations

from datetime import datetime

from django.core.serializers.json import DjangoJSONEncoder
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from lms.constraints import one_of


class ImportState(models.TextChoices):
    DRY = "dry", _("Checked, not applied")
    APPLIED = "applied", _("Applied")
    UNDONE = "undone", _("Undone")
    LAPSED = "lapsed", _("Lapsed")


class Verdict(models.TextChoices):
    NEW = "new", _("New")
    CHANGED = "changed", _("Changed")
    MOVED = "moved", _("Moved here")
    NEW_VERSION = "new_version", _("New version")
    UNCHANGED = "unchanged", _("Unchanged")
    CONVERTED = "converted", _("Converted")
    ENDED = "ended", _("Ended")
    DUPLICATE_IN_FILE = "duplicate_in_file", _("Repeated in this file")
    REFUSED = "refused", _("Refused")


class ImportRunQuerySet(models.QuerySet["ImportRun"]):
    def applied(self, kind: str, scope: str, sha256: str) -> ImportRunQuerySet:
        """The run that applied this very file here: at most one."""
        return self.filter(kind=kind, scope=scope, sha256=sha256, state=ImportState.APPLIED)


class ImportRun(models.Model):
    """One reading of one file. The same file again gives the first report and changes nothing.

    `scope` is where it was loaded (an agency's code, a course's code). `plan_hash` is over what would change: if it
    differs when the person confirms, the world has moved (`preview_stale`).
    """

    kind = models.CharField(max_length=40)
    scope = models.CharField(max_length=100, blank=True)
    sha256 = models.CharField(max_length=64)
    plan_hash = models.CharField(max_length=64, blank=True)
    state = models.CharField(max_length=10, choices=ImportState.choices, default=ImportState.DRY)
    #: Public id of the user, or "system".
    actor = models.CharField(max_length=64)
    created_at = models.DateTimeField()
    applied_at = models.DateTimeField(null=True, blank=True)
    #: Verdict → number of rows.
    counts = models.JSONField(default=dict, blank=True)

    objects = ImportRunQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["kind", "scope", "sha256"],
                condition=Q(state="applied"),
                name="import_applied_once_per_file",
                violation_error_message=_("This file has been loaded here before."),
            ),
            one_of("state", ImportState, name="import_state_is_known"),
            models.CheckConstraint(
                condition=Q(state__in=("dry", "lapsed"), applied_at__isnull=True)
                | Q(state__in=("applied", "undone"), applied_at__isnull=False),
                name="import_is_dated_when_applied",
                violation_error_message=_("An import has a date exactly when it was applied."),
            ),
        ]

    def mark_applied(self, now: datetime) -> bool:
        """Claim the confirmation, in the transaction that makes the changes; False if it was confirmed before.

        IntegrityError if the same file was applied in another run.
        """
        dry = ImportRun.objects.filter(pk=self.pk, state=ImportState.DRY)
        claimed = dry.update(state=ImportState.APPLIED, applied_at=now)
        self.refresh_from_db()
        return bool(claimed)


class ImportLine(models.Model):
    """What became of one row of the file. `row` is its number as a person counts: the header is row 1."""

    run = models.ForeignKey(ImportRun, models.CASCADE, related_name="lines")
    row = models.PositiveIntegerField()
    verdict = models.CharField(max_length=20, choices=Verdict.choices)
    #: Why, as a stable code; empty where the verdict says it all.
    code = models.CharField(max_length=60, blank=True)
    message = models.CharField(max_length=500, blank=True)
    #: Public id or code of what the row is about.
    target = models.CharField(max_length=120, blank=True)
    data = models.JSONField(default=dict, blank=True, encoder=DjangoJSONEncoder)

    class Meta:
        constraints = [one_of("verdict", Verdict, name="import_line_verdict_is_known")]
        indexes = [models.Index(fields=["run", "row"], name="import_line_by_row")]
