"""The states of an enrolment, where its seat came from and how somebody entered (learning.md §5)."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _


class EnrolmentState(models.TextChoices):
    REQUESTED = "requested", _("Requested")
    NOMINATED = "nominated", _("Nominated")
    WAITING = "waiting", _("On the waiting list")
    OFFERED = "offered", _("Seat offered")
    ENROLLED = "enrolled", _("Enrolled")
    REJECTED = "rejected", _("Rejected")
    WITHDRAWN = "withdrawn", _("Withdrawn")
    LAPSED = "lapsed", _("Offer lapsed")
    CANCELLED = "cancelled", _("Cancelled")


ACTIVE = (
    EnrolmentState.REQUESTED,
    EnrolmentState.NOMINATED,
    EnrolmentState.WAITING,
    EnrolmentState.OFFERED,
    EnrolmentState.ENROLLED,
)
SEATED = (EnrolmentState.NOMINATED, EnrolmentState.OFFERED, EnrolmentState.ENROLLED)


class Origin(models.TextChoices):
    SELF = "self", _("By oneself")
    NOMINATION = "nomination", _("Nominated by the agency")
    DEPARTMENT = "department", _("By the department")
    WALK_IN = "walk_in", _("At the door")


class Seat(models.TextChoices):
    """Where the seat came from, and so where it goes back to."""

    NONE = "none", _("No seat")
    QUOTA = "quota", _("Seat of the agency's quota")
    POOL = "pool", _("Seat open to all")
    UNLIMITED = "unlimited", _("Run without a limit")
