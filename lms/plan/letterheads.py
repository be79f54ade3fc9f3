"""Who signs the papers of a plan: the agency that consolidates it, as of a day (domain.md §8)."""

from __future__ import annotations

from datetime import date

from lms.papers.letterhead import Letterhead, Signer
from lms.people.models import Agency, Succession
from lms.plan.models import Plan
from lms.plan.parties import holder

SIGNER = Signer("Thủ trưởng cơ quan")
RECIPIENTS = ("……", "Lưu: VT")
UNKNOWN = "……"


def of_agency(agency: Agency | None, *, kind: str, abstract: str, label: str = "") -> Letterhead:
    """The head of a paper of `agency`, else of what the plan calls `label`; number, day and name are left blank."""
    return Letterhead(
        issuer=agency.name if agency else label or UNKNOWN,
        superior=agency.parent.name if agency and agency.parent else "",
        kind=kind,
        abstract=abstract,
        recipients=RECIPIENTS,
        signer=SIGNER,
    )


def of_plan(plan: Plan | None, day: date, *, kind: str, abstract: str) -> Letterhead:
    """The head of a paper of the agency that consolidates the plan on `day`."""
    if plan is None or plan.consolidating_id is None:
        return of_agency(None, kind=kind, abstract=abstract, label=plan.consolidating_label if plan else "")
    found = holder(Succession.objects.graph(), plan.consolidating_id, day) or 0
    agency = Agency.objects.select_related("parent").filter(pk=found).first()
    return of_agency(agency, kind=kind, abstract=abstract, label=plan.consolidating_label)
