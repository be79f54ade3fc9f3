"""What the public may know of a certificate: one function gives the fields, the page shows no more (Part 2.4)."""

from __future__ import annotations

from typing import Any

from certificates.models import Certificate, Signing
from lms.people.models import Succession


def masked_name(row: Certificate) -> str:
    """«Nguyễn T. P.»: the family name, and initials."""
    first, *rest = row.snapshot["person"].split()
    return " ".join([first, *(f"{word[0]}." for word in rest)])


def public_facts(row: Certificate) -> dict[str, Any]:
    """State, number, course, dates, issuer, decision and the chain of replacements.

    Never: birth date, workplace, position, contacts, score, other certificates.
    """
    printed, signed = row.snapshot, getattr(row, "signed_facts", None) or {}
    return {
        "state": row.state,
        "state_label": str(row.get_state_display()),
        "state_on": row.state_on,
        "ground": str(row.get_ground_display()) if row.ground else "",
        "decision_of_state": row.decision_no,
        "number": row.number_label,
        "kind": str(row.get_kind_display()),
        "course": printed["course"],
        "study_periods": printed["study_periods"],
        "span": printed["span_text"],
        "issuer": printed["issuer"],
        "issued_on": row.issued_on,
        "decision_no": printed["decision_no"],
        "issuer_now": _issuer_now(row),
        "signed": bool(signed),
        "signer": signed.get("signer", ""),
        "signed_at": signed.get("signed_at", ""),
        "signature_trusted": bool(signed.get("trusted")),
        "signature_test": row.series.signing == Signing.TEST,
        "amendments": [
            {"field": one.field, "decision_no": one.decision_no, "decision_on": one.decision_on}
            for one in row.amendments.order_by("decision_on", "pk")
        ],
        "demo": bool(printed["demo"]),
        "replaces": row.replaces.number_label if row.replaces else "",
        "replaced_by": _replacement(row),
    }


def _issuer_now(row: Certificate) -> str:
    """Who answers for a dissolved issuer now: its latest whole successor; "" while the issuer stands."""
    if row.series.issuer.closed_on is None:
        return ""
    steps = Succession.objects.known().filter(predecessor=row.series.issuer_id, successor__isnull=False)
    step = steps.select_related("successor").order_by("-on", "-pk").first()
    return step.successor.name if step and step.successor else ""


def _replacement(row: Certificate) -> str:
    newer = getattr(row, "replaced_by", None)
    return newer.number_label if newer else ""
