"""Training of other providers: the fields of its form, small files, submissions by the verb."""

from __future__ import annotations

import itertools
from datetime import date, datetime
from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile

from courses.models import Claim, OutsideTraining
from lms.people.models import Person, User
from lms.plan.models import PlanTask
from lms.uploads.documents import Document, checked_document

PDF = b"%PDF-1.7\n1 0 obj\n<<>>\nendobj\ntrailer\n<<>>\n%%EOF\n"
_numbers = itertools.count(1)


def png(width: int = 3, height: int = 2) -> bytes:
    """The header of a picture, which is all that is looked at."""
    size = width.to_bytes(4, "big") + height.to_bytes(4, "big")
    return b"\x89PNG\r\n\x1a\n" + b"\x00\x00\x00\rIHDR" + size + b"\x08\x02\x00\x00\x00" + b"\x00" * 8


def jpeg(width: int = 3, height: int = 2) -> bytes:
    """The segments of a picture up to its first frame."""
    size = height.to_bytes(2, "big") + width.to_bytes(2, "big")
    return b"\xff\xd8\xff\xe0\x00\x10JFIF\x00" + b"\x00" * 9 + b"\xff\xc0\x00\x11\x08" + size + b"\x03" * 8


def evidence(name: str = "chứng nhận.pdf", content: bytes = PDF) -> Document:
    """A file that passes."""
    return checked_document(name, content)


def claim(task: PlanTask, on: date = date(2026, 2, 20), **said: Any) -> Claim:
    """A course of 16 tiết that ended on `on`."""
    facts: dict[str, Any] = {
        "title": "Bồi dưỡng nghiệp vụ báo chí", "provider": "Trường Bồi dưỡng Mẫu", "study_periods": 16,
        "certificate_no": f"{next(_numbers)}/GCN-TBD",
    }  # fmt: skip
    return Claim(task=task, starts_on=on, ends_on=on, **facts | said)


def submitted(person: Person, *, by: User, now: datetime, task: PlanTask | None = None, **said: Any) -> OutsideTraining:
    """Submitted for `person`, with a PDF."""
    task = task or PlanTask.objects.filter(requirements__isnull=False).earliest("pk")
    return OutsideTraining.submit(person, claim(task, **said), evidence(), by=by, now=now)


def fields(**said: Any) -> dict[str, Any]:
    """What the form sends."""
    task = PlanTask.objects.filter(requirements__isnull=False).earliest("pk")
    return {
        "task": task.pk, "title": "Bồi dưỡng nghiệp vụ báo chí", "provider": "Trường Bồi dưỡng Mẫu",
        "starts_on": "2026-02-18", "ends_on": "2026-02-20", "study_periods": 16, "certificate_no": "12/GCN-TBD",
        "evidence": SimpleUploadedFile("chung-nhan.pdf", PDF, "application/pdf"),
    } | said  # fmt: skip
