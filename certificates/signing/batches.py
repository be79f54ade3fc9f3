"""The files of a class on their way to the signer and back: a ZIP out, a ZIP in (Part 3.3)."""

from __future__ import annotations

import hashlib
import io
import json
import os
import zipfile
from collections.abc import Iterable
from datetime import datetime
from pathlib import Path
from typing import IO, Any

from django.conf import settings
from django.core.files.uploadedfile import UploadedFile
from django.utils.translation import gettext_lazy as _

from certificates.copies import file_name
from certificates.models import Certificate, FileKind, State
from certificates.models.certificates import CertificateQuerySet
from certificates.signing.accepting import hand_out
from courses.models import Run
from lms.refusal import Refused
from lms.uploads.checks import members_of as archived

MOST_BYTES = 100 * 1024 * 1024
MOST_FILES = 400
MOST_RATIO = 20
MOST_FILE_BYTES = 2 * 1024 * 1024
FOLDER = "signing"
"""Below the private folder: what came back and is not looked at yet."""


def unsigned(run: Run) -> CertificateQuerySet:
    """The valid certificates of a class without a signed file in force, in register order."""
    rows = Certificate.objects.filter(enrolment__run=run, state=State.VALID)
    signed = rows.filter(files__kind=FileKind.SIGNED, files__withdrawn_at=None)
    return rows.exclude(pk__in=signed.values("pk")).in_register_order()


def write_batch(run: Run, out: IO[bytes], now: datetime) -> int:
    """Originals and a manifest (code, number, SHA-256) as a ZIP, stored and not deflated; how many."""
    lines = []
    with zipfile.ZipFile(out, "w", zipfile.ZIP_STORED) as archive:
        for row in unsigned(run).select_related("series", "artefact"):
            pdf, digest = hand_out(row, now)
            name = file_name(row)
            archive.writestr(name, pdf)
            lines.append({"code": row.public_code, "number": row.number_label, "file": name, "sha256": digest})
        manifest = {"class": str(run.public_id), "made_at": now.isoformat(), "files": lines}
        archive.writestr("manifest.json", json.dumps(manifest, ensure_ascii=False, indent=1))
    return len(lines)


def receive(files: Iterable[UploadedFile[Any]]) -> str:
    """Keep what was sent until a job looks at it: one ZIP named by its hash.

    Raises Refused (422): nothing_sent, batch_too_large, not_a_pdf, archive_damaged, archive_bomb.
    """
    sent = list(files)
    if not sent:
        raise Refused("nothing_sent", _("Choose the signed files first."), status=422)
    if len(sent) > MOST_FILES or sum(file.size or 0 for file in sent) > MOST_BYTES:
        raise too_large()
    content = sent[0].read() if len(sent) == 1 else b""
    if not content.startswith(b"PK\x03\x04"):
        content = _packed([(str(file.name), content or file.read()) for file in sent])
    check_archive(content)
    digest = hashlib.sha256(content).hexdigest()
    target = _incoming(digest)
    target.parent.mkdir(parents=True, exist_ok=True)
    part = target.with_suffix(".tmp")
    with part.open("wb") as out:
        out.write(content)
        out.flush()
        os.fsync(out.fileno())
    part.rename(target)
    return digest


def _packed(files: list[tuple[str, bytes]]) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_STORED) as archive:
        for place, (name, content) in enumerate(files):
            if not content.startswith(b"%PDF-"):
                raise Refused("not_a_pdf", _("%(name)s is not a PDF file.") % {"name": name}, status=422)
            archive.writestr(f"{place:03d}/{Path(name).name}", content)
    return out.getvalue()


def check_archive(content: bytes) -> None:
    """By the central directory alone; nothing is unpacked. Raises Refused: archive_damaged, archive_bomb."""
    try:
        members = archived(content)
    except zipfile.BadZipFile as error:
        raise Refused("archive_damaged", _("The ZIP file is damaged."), status=422) from error
    size = sum(member.file_size for member in members)
    if len(members) > MOST_FILES + 1 or size > MOST_BYTES or size > MOST_RATIO * max(len(content), 1):
        raise Refused("archive_bomb", _("The ZIP file holds far more than signed certificates."), status=422)
    if any(member.flag_bits & 1 for member in members):
        raise Refused("archive_damaged", _("The ZIP file is locked with a password."), status=422)


def members_of(digest: str) -> list[str]:
    """The names of the PDF files that came, in order."""
    with zipfile.ZipFile(_incoming(digest)) as archive:
        return [
            member.filename
            for member in archive.infolist()
            if member.filename.lower().endswith(".pdf") and not member.filename.startswith("__MACOSX/")
        ]


def member(digest: str, name: str) -> bytes:
    """One file that came. Raises Refused: batch_too_large, archive_damaged."""
    with zipfile.ZipFile(_incoming(digest)) as archive, archive.open(name) as packed:
        try:
            content = packed.read(MOST_FILE_BYTES + 1)
        except (zipfile.BadZipFile, EOFError, OSError) as error:
            raise Refused("archive_damaged", _("The ZIP file is damaged."), status=422) from error
    if len(content) > MOST_FILE_BYTES:
        raise too_large()
    return content


def forget(digest: str) -> None:
    """The job has looked at all of it."""
    _incoming(digest).unlink(missing_ok=True)


def too_large() -> Refused:
    """More or larger than signed certificates of a class ever are."""
    return Refused("batch_too_large", _("At most 400 files, 100 MB in all and 2 MB each."), status=422)


def _incoming(digest: str) -> Path:
    return Path(settings.PRIVATE_ROOT) / FOLDER / f"{digest}.zip"
