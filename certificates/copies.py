"""The copies of a certificate, rendered on demand: nothing unsigned is stored (Part 3.1)."""

from __future__ import annotations

from certificates.artefacts import frozen_of
from certificates.engine.render import render
from certificates.models import Certificate
from certificates.snapshot import Snapshot
from lms.vietnamese.text import fold


def view_copy(row: Certificate) -> bytes:
    """The trainee's copy, marked as unsigned: a pure function of the frozen snapshot."""
    return render(frozen_of(row.artefact), Snapshot.from_json(row.snapshot), copy="view", issued_at=row.issued_at)


def file_name(row: Certificate) -> str:
    """«0125-2026_nguyen-thi-phuong_7K2M.pdf»: no two people's files share a name."""
    name = fold(row.snapshot["person"]).replace(" ", "-")
    return f"{row.number:04d}-{row.series.year}_{name}_{row.public_code[:4]}.pdf"
