"""«Tình trạng báo cáo»: on time, late, not yet (Biểu 01). Pure."""

from __future__ import annotations

from datetime import date

from django.db import models
from django.utils.translation import gettext_lazy as _


class ReportStatus(models.TextChoices):
    ON_TIME = "on_time", _("Reported on time")
    LATE = "late", _("Reported late")
    NONE = "none", _("Not reported yet")


def report_status(due_on: date | None, confirmed_on: date | None) -> ReportStatus:
    """How an agency stands that first confirmed its figures on `confirmed_on` (None: never); the day it is due still
    counts. Where no day is set, whatever came is on time."""
    if confirmed_on is None:
        return ReportStatus.NONE
    return ReportStatus.LATE if due_on is not None and confirmed_on > due_on else ReportStatus.ON_TIME
