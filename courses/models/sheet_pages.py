"""The signed sheet of a session: what was printed, the picture that came back (attendance-and-certificates.md §1.5)."""

from __future__ import annotations

import hashlib
import json
import uuid
from datetime import datetime
from typing import Any

from django.conf import settings
from django.core.files.base import ContentFile
from django.core.files.storage import storages
from django.db import models, transaction
from django.utils.translation import gettext_lazy as _

from courses.models.runs import Place
from courses.models.sessions import Session
from lms.audit.models import Event
from lms.people.models import User
from lms.refusal import Refused
from lms.uploads.documents import Document

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

    @classmethod
    def freeze(
        cls, session: Session, place: Place, rows: list[dict[str, Any]], *, by: User, now: datetime
    ) -> SheetPrint:
        """The sheet of these rows: the last print if nothing has changed since, else a new version."""
        text = json.dumps(rows, sort_keys=True, ensure_ascii=False)
        digest = hashlib.sha256(text.encode()).hexdigest()
        last = cls.objects.filter(session=session, place=place).order_by("-version").first()
        if last is not None and last.sha256 == digest:
            return last
        version = last.version + 1 if last else 1
        return cls.objects.create(
            session=session, place=place, version=version, rows=rows, sha256=digest, printed_at=now, printed_by=by
        )

    def attach(self, picture: Document, *, by: User, now: datetime) -> SheetPage:
        """A signed page that came back; the same picture twice is once. Raises Refused: session_locked."""
        if self.session.locked_at is not None:
            raise Refused("session_locked", _("The attendance of this session is locked."))
        digest = hashlib.sha256(picture.content).hexdigest()
        known = self.pages.filter(sha256=digest).first()
        if known is not None:
            return known
        stored = storages[STORAGE].save(f"{FOLDER}/{uuid.uuid4().hex}.{picture.ending}", ContentFile(picture.content))
        try:
            with transaction.atomic():
                page = self.pages.create(image=stored, sha256=digest, uploaded_by=by, uploaded_at=now)
                Event.record(
                    "attendance.attach_sheet_scan", object_kind="session", object_id=self.session_id,
                    actor=str(by.public_id), now=now, data={"page": page.pk, "sha256": digest},
                )  # fmt: skip
        except BaseException:
            storages[STORAGE].delete(stored)
            raise
        return page

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
