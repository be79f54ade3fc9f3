"""The plan, what it requires, when it is reported."""

from lms.plan.models.calendar import Holiday, HolidayKind, LegalSetting
from lms.plan.models.periods import Period, PeriodLock, Target, refuse_closed
from lms.plan.models.plan import (
    Enough,
    PartyRole,
    PeriodKind,
    Plan,
    PlanTask,
    Requirement,
    TaskParty,
    Timing,
)

__all__ = [
    "Enough",
    "Holiday",
    "HolidayKind",
    "LegalSetting",
    "PartyRole",
    "Period",
    "PeriodKind",
    "PeriodLock",
    "Plan",
    "PlanTask",
    "Requirement",
    "Target",
    "TaskParty",
    "Timing",
    "refuse_closed",
]
