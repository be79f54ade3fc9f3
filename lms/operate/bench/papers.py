"""Certificates drawn one after the other in this process, as a job draws them."""

from __future__ import annotations

import time

from certificates.artefacts import frozen_of
from certificates.engine.render import render
from certificates.models import Certificate
from certificates.snapshot import Snapshot

AT_LEAST_SECONDS = 1.0


def per_cpu_second() -> float:
    """How many PDFs a CPU second of one core: certificates of many people, from the paper that lies frozen."""
    rows = list(Certificate.objects.select_related("artefact").in_register_order())
    frozen = {row.artefact_id: frozen_of(row.artefact) for row in rows}
    snapshots = [(frozen[row.artefact_id], Snapshot.from_json(row.snapshot), row.issued_at) for row in rows]
    done = 0
    began = time.process_time()
    while (used := time.process_time() - began) < AT_LEAST_SECONDS:
        for paper, snapshot, issued_at in snapshots:
            render(paper, snapshot, issued_at=issued_at)
        done += len(snapshots)
    return done / used
