"""Who closes and reopens a period, and what a second person's yes carries out (permissions.csv, period.*)."""

from __future__ import annotations

from datetime import datetime

from django.utils.translation import gettext_lazy as _

from lms.coverage.models import ClosedReport
from lms.days import local_day
from lms.people.models import Approval, Role, User, approves
from lms.people.permissions import rule


@rule("period.close")
def may_close(user: User, *, at: datetime) -> bool:
    """A coordinator asks; another coordinator or an administrator confirms."""
    return user.holds(Role.COORDINATOR, on=local_day(at))


@rule("period.reopen")
def may_reopen(user: User, *, at: datetime) -> bool:
    """As closing."""
    return user.holds(Role.COORDINATOR, on=local_day(at))


@rule("period.read_closed_rows")
def may_read_rows(user: User, *, at: datetime) -> bool:
    """The department; a focal person reads the rows of the own agencies."""
    return user.holds(Role.FOCAL, Role.COORDINATOR, Role.ADMINISTRATOR, on=local_day(at))


@approves("period.close", _("Close the figures of a period"))
def close(approval: Approval, by: User, now: datetime) -> None:
    """The figures that were frozen when it was asked are in force."""
    report = ClosedReport.objects.get(pk=approval.payload["report"])
    report.close(by=by, sha256=approval.payload["sha256"], now=now)


@approves("period.reopen", _("Reopen the figures of a period"))
def reopen(approval: Approval, by: User, now: datetime) -> None:
    """The period is open again; the closed version stays readable."""
    report = ClosedReport.objects.get(pk=approval.payload["report"])
    report.reopen(by=by, reason=approval.reason, document_no=approval.document_no, now=now)
