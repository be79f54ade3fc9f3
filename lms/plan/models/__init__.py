"""The plan, what it requires, when it is reported."""

from lms.plan.models.calendar import Holiday, HolidayKind, LegalSetting
from lms.plan.models.periods import Dates, Period, PeriodLock, PeriodSeries, Target, refuse_closed
from lms.plan.models.plan import PartyRole, PeriodKind, Plan, PlanTask, TaskParty, Timing
from lms.plan.models.requirements import Enough, Requirement, Terms

__all__ = [
    "Dates",
    "Enough",
    "Holiday",
    "HolidayKind",
    "LegalSetting",
    "PartyRole",
    "Period",
    "PeriodKind",
    "PeriodLock",
    "PeriodSeries",
    "Plan",
    "PlanTask",
    "Requirement",
    "Target",
    "TaskParty",
    "Terms",
    "Timing",
    "refuse_closed",
]
