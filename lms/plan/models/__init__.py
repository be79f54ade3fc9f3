"""The plan, what it requires, when it is reported."""

from lms.plan.models.calendar import Holiday, HolidayKind, LegalSetting
from lms.plan.models.periods import Period, Target
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
    "Plan",
    "PlanTask",
    "Requirement",
    "Target",
    "TaskParty",
    "Timing",
]
