"""The plan, what it requires, when it is reported."""

from lms.plan.models.calendar import Holiday, HolidayKind, LegalSetting
from lms.plan.models.members import PartyMember
from lms.plan.models.periods import Dates, Period, PeriodLock, PeriodSeries, refuse_closed, refuse_closed_days
from lms.plan.models.plan import FilledIn, PartyRole, PeriodKind, Plan, PlanTask, TaskParty, Timing
from lms.plan.models.progress import Level, Said, TaskProgress
from lms.plan.models.requirements import Enough, Requirement, Terms
from lms.plan.models.targets import Target

__all__ = [
    "Dates",
    "Enough",
    "FilledIn",
    "Holiday",
    "HolidayKind",
    "LegalSetting",
    "Level",
    "PartyMember",
    "PartyRole",
    "Period",
    "PeriodKind",
    "PeriodLock",
    "PeriodSeries",
    "Plan",
    "PlanTask",
    "Requirement",
    "Said",
    "Target",
    "TaskParty",
    "TaskProgress",
    "Terms",
    "Timing",
    "refuse_closed",
    "refuse_closed_days",
]
