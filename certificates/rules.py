"""Who may do what in the register (permissions.csv, certificate rows)."""

from __future__ import annotations

from datetime import date, datetime

from django.utils.translation import gettext_lazy as _

from certificates.models import Certificate
from courses.access import teaches
from courses.models import Run
from lms.days import local_day
from lms.people.models import Approval, Role, User, approves
from lms.people.permissions import rule
from lms.refusal import Refused


@rule("certificate.preview_before_issue")
def may_preview(user: User, run: Run, *, at: datetime) -> bool:
    """Trainers of the course, coordinators, administrators."""
    return user.holds(Role.COORDINATOR, Role.ADMINISTRATOR, on=local_day(at)) or teaches(user, run.course_id, at)


@rule("certificate.issue_run")
def may_issue(user: User, run: Run, *, at: datetime) -> bool:
    """Coordinators alone; whoever issues does not set up series."""
    return user.holds(Role.COORDINATOR, on=local_day(at))


@rule("certificate.revoke")
def may_revoke(user: User, certificate: Certificate, *, at: datetime) -> bool:
    """Coordinators alone, by decision, and never the one who benefits."""
    return user.holds(Role.COORDINATOR, on=local_day(at)) and certificate.person_id != user.person_id


@rule("certificate.export_for_signing")
@rule("certificate.import_signed")
def may_have_signed(user: User, run: Run, *, at: datetime) -> bool:
    """Coordinators alone: whoever teaches or sets up does not handle originals."""
    return user.holds(Role.COORDINATOR, on=local_day(at))


@approves("certificate.revoke", _("Revoke a certificate"))
def revoke(approval: Approval, by: User, now: datetime) -> None:
    """A second person agreed: revoke by the decision that the request names. Never the one who benefits."""
    certificate = Certificate.objects.select_related("person", "agency", "series").get(public_code=approval.object_id)
    if certificate.person_id == by.person_id:
        raise Refused("not_permitted", _("Your role does not allow this."), status=403)
    certificate.revoke(
        ground=approval.payload["ground"],
        reason=approval.reason,
        decision_no=approval.document_no,
        decision_on=date.fromisoformat(approval.payload["decision_on"]),
        by=by,
        now=now,
    )
