"""The copies of a certificate: the unsigned ones are rendered on demand, only signed ones are stored (Part 3.1)."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator
from typing import IO
from zipfile import ZIP_STORED, ZipFile, ZipInfo

from certificates.artefacts import frozen_of
from certificates.engine.frozen import Frozen
from certificates.engine.render import render
from certificates.models import Artefact, Certificate, FileKind
from certificates.models.certificates import CertificateQuerySet
from certificates.signing import store
from certificates.snapshot import Snapshot
from lms.days import HERE
from lms.vietnamese.text import fold

CHUNK = 200


def view_copy(row: Certificate) -> bytes:
    """The trainee's copy, marked as unsigned: a pure function of the frozen snapshot."""
    return render(frozen_of(row.artefact), Snapshot.from_json(row.snapshot), copy="view", issued_at=row.issued_at)


def original_copy(row: Certificate) -> bytes:
    """Without a mark, with its empty signature field: for the signer and the printer alone."""
    return render(frozen_of(row.artefact), Snapshot.from_json(row.snapshot), copy="original", issued_at=row.issued_at)


def owners_copy(row: Certificate) -> bytes:
    """The signed file that is in force, else the view copy."""
    signed = row.files.filter(kind=FileKind.SIGNED, withdrawn_at=None).first()
    return store.read(signed.path) if signed else view_copy(row)


def which_copy(row: Certificate, sha256: str) -> str:
    """ "signed", "withdrawn", "original" or "view": which of our copies has this hash; "" for none."""
    signed = row.files.filter(kind=FileKind.SIGNED, sha256=sha256).first()
    if signed is not None:
        return "withdrawn" if signed.withdrawn_at else "signed"
    for name, make in (("view", view_copy), ("original", original_copy)):
        if hashlib.sha256(make(row)).hexdigest() == sha256:
            return name
    return ""


def file_name(row: Certificate) -> str:
    """«0125-2026_nguyen-thi-phuong_7K2M.pdf»: no two people's files share a name."""
    name = fold(row.snapshot["person"]).replace(" ", "-")
    return f"{row.number:04d}-{row.series.year}_{name}_{row.public_code[:4]}.pdf"


def in_chunks(rows: CertificateQuerySet) -> Iterator[Certificate]:
    """In register order, some at a time, without the papers: memory stays flat, and no cursor stays open."""
    order = list(rows.in_register_order().values_list("pk", flat=True))
    for start in range(0, len(order), CHUNK):
        chunk = Certificate.objects.filter(pk__in=order[start : start + CHUNK]).in_register_order()
        yield from chunk.select_related("series")


def write_zip(rows: Iterable[Certificate], out: IO[bytes]) -> None:
    """The view copies, stored and not deflated (they hardly shrink), each dated by its issue, one at a time."""
    papers: dict[int, Frozen] = {}
    with ZipFile(out, "w", ZIP_STORED) as archive:
        for row in rows:
            if row.artefact_id not in papers:
                papers[row.artefact_id] = _paper(row.artefact_id)
            paper, snapshot = papers[row.artefact_id], Snapshot.from_json(row.snapshot)
            made_at = row.issued_at.astimezone(HERE).timetuple()[:6]
            entry = ZipInfo(file_name(row), date_time=made_at)
            archive.writestr(entry, render(paper, snapshot, copy="view", issued_at=row.issued_at))


def _paper(artefact_id: int) -> Frozen:
    return frozen_of(Artefact.objects.get(pk=artefact_id))
