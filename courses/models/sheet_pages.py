"""The signed sheet of a session: what was printed, the picture that came back (attendance-and-certificates.md §1.5)."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from courses.models.runs import Place
from courses.models.sessions import Session

STORAGE = "private"
FOLDER = "sheets"


class SheetPrint(models.Model):
    """A sheet as it was printed for one room: `rows` are frozen, so that line 17 stays the same person.

    `rows` is a list of {"n": line, "enrolment": primary key, "name", "agency"}; `sha256` is over it.
    """

    session = models.ForeignKey(Session, models.PROTECT, related_name="sheet_prints")
    place = models.ForeignKey(Place, models.PROTECT, related_name="+")
    version = models.PositiveIntegerField()
    rows = models.JSONField()
    sha256 = models.CharField(max_length=64)
    printed_at = models.DateTimeField()
    printed_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["session", "place", "version"],
                name="sheet_print_version_once",
                violation_error_message=_("This version of the sheet has already been printed."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.session_id}/{self.place_id}/{self.version}"

    def lines(self) -> list[dict[str, Any]]:
        """The frozen rows, in order."""
        return sorted(self.rows, key=lambda row: row["n"])


class SheetPage(models.Model):
    """A photograph or a scan of a signed page, re-encoded; it belongs to the session of its sheet."""

    print = models.ForeignKey(SheetPrint, models.PROTECT, related_name="pages")
    image = models.CharField(max_length=200)  # its name in the private storage
    sha256 = models.CharField(max_length=64)
    uploaded_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    uploaded_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["print", "sha256"],
                name="sheet_page_once",
                violation_error_message=_("This picture has already been attached to the sheet."),
            ),
        ]

    def __str__(self) -> str:
        return self.sha256[:12]
