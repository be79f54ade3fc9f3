"""The copies of a certificate: the unsigned ones are rendered on demand, only signed ones are stored (Part 3.1)."""

from __future__ import annotations

import hashlib

from certificates.artefacts import frozen_of
from certificates.engine.render import render
from certificates.models import Certificate, FileKind
from certificates.signing import store
from certificates.snapshot import Snapshot
from lms.vietnamese.text import fold


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
