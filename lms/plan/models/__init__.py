"""The plan, what it requires, when it is reported."""

from lms.plan.models.calendar import Holiday, HolidayKind, SpecialDay
from lms.plan.models.legal_settings import LegalSetting, NewValue
from lms.plan.models.members import PartyMember
from lms.plan.models.periods import Dates, Period, PeriodLock, PeriodSeries, refuse_closed, refuse_closed_days
from lms.plan.models.plan import FilledIn, PartyRole, PeriodKind, Plan, PlanTask, TaskParty, Timing
from lms.plan.models.progress import Level, Said, TaskProgress
from lms.plan.models.requirements import EarlierTerms, Enough, Requirement, Terms
from lms.plan.models.targets import Target

__all__ = [
    "Dates",
    "EarlierTerms",
    "Enough",
    "FilledIn",
    "Holiday",
    "HolidayKind",
    "LegalSetting",
    "Level",
    "NewValue",
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
    "SpecialDay",
    "Target",
    "TaskParty",
    "TaskProgress",
    "Terms",
    "Timing",
    "refuse_closed",
    "refuse_closed_days",
]
