"""Who may do what in the register (permissions.csv, certificate rows)."""

from __future__ import annotations

from datetime import date, datetime

from django.utils.translation import gettext_lazy as _

from certificates.issuing import issue_one, plan_for_one
from certificates.models import Certificate, Series
from certificates.previewing import Decision, stale
from courses.access import is_own, leads, teaches
from courses.models import Enrolment, Run
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


def _decides(user: User, person_id: int, at: datetime) -> bool:
    """A coordinator, and never the one who benefits."""
    return user.holds(Role.COORDINATOR, on=local_day(at)) and person_id != user.person_id


@rule("certificate.issue_manual")
def may_issue_one(user: User, enrolment: Enrolment, *, at: datetime) -> bool:
    """Coordinators ask; another one confirms."""
    return _decides(user, enrolment.person_id, at)


@rule("certificate.replace_with_corrections")
def may_replace(user: User, certificate: Certificate, *, at: datetime) -> bool:
    """Coordinators."""
    return _decides(user, certificate.person_id, at)


@rule("certificate.confirm_lost")
def may_confirm_lost(user: User, certificate: Certificate, *, at: datetime) -> bool:
    """Coordinators."""
    return _decides(user, certificate.person_id, at)


@rule("certificate.amend_by_decision")
def may_amend(user: User, certificate: Certificate, *, at: datetime) -> bool:
    """Coordinators."""
    return _decides(user, certificate.person_id, at)


@rule("certificate.void_before_handing_over")
def may_void(user: User, certificate: Certificate, *, at: datetime) -> bool:
    """Coordinators."""
    return user.holds(Role.COORDINATOR, on=local_day(at))


@rule("certificate.request_for_lost")
def may_ask_for_lost(user: User, certificate: Certificate, *, at: datetime) -> bool:
    """Whose it is, the focal person, the department."""
    is_department = user.holds(Role.COORDINATOR, on=local_day(at))
    return is_department or is_own(user, certificate.enrolment) or _leads(user, certificate, at)


@rule("certificate.record_delivery")
def may_record_delivery(user: User, certificate: Certificate, *, at: datetime) -> bool:
    """Whoever hands it out: the department, a trainer of the course, the focal person."""
    is_department = user.holds(Role.COORDINATOR, on=local_day(at))
    return is_department or teaches(user, certificate.course_id, at) or _leads(user, certificate, at)


def _leads(user: User, certificate: Certificate, at: datetime) -> bool:
    return leads(user, certificate.agency_id, at) or leads(user, certificate.enrolment.agency_id, at)


@rule("certificate.download_zip")
def may_download_zip(user: User, run: Run, *, at: datetime) -> bool:
    """The department, trainers of the course, focal persons: each the certificates that they see."""
    return user.holds(Role.COORDINATOR, Role.FOCAL, on=local_day(at)) or teaches(user, run.course_id, at)


@rule("certificate.print_file")
def may_print(user: User, run: Run, *, at: datetime) -> bool:
    """Coordinators: the file holds originals without a mark."""
    return user.holds(Role.COORDINATOR, on=local_day(at))


@rule("series.create")
def may_open_a_series(user: User, *, at: datetime) -> bool:
    """Administrators; whoever sets up series does not issue."""
    return user.holds(Role.ADMINISTRATOR, on=local_day(at))


@rule("series.close_or_hand_to_custodian")
def may_close_a_series(user: User, series: Series, *, at: datetime) -> bool:
    """Administrators."""
    return user.holds(Role.ADMINISTRATOR, on=local_day(at))


@approves("certificate.issue_manual", _("Issue one certificate"))
def issue_manually(approval: Approval, by: User, now: datetime) -> None:
    """A second person agreed: issue today what was looked at on the day of asking, if the paper is still the same.

    Never by or for the one who benefits.
    """
    enrolment = Enrolment.objects.select_related("person").get(public_id=approval.object_id)
    if enrolment.person_id == by.person_id:
        raise Refused("not_permitted", _("Your role does not allow this."), status=403)
    kept = approval.payload
    decision = Decision(**{**kept["decision"], "on": date.fromisoformat(kept["decision"]["on"])})
    if plan_for_one(enrolment, decision, date.fromisoformat(kept["asked_on"])).printed_hash != kept["printed"]:
        raise stale()
    issue_one(plan_for_one(enrolment, decision, local_day(now)), by=by, now=now)


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
