"""Who may come into a run: the roster, the groups of the course (learning.md §5)."""

from __future__ import annotations

from calendar import monthrange
from datetime import date

from django.utils.translation import gettext_lazy as _

from courses.models.catalogue import Course
from lms.people.models import Agency, Person, RosterEntry
from lms.refusal import Refused


def entry_on_roster(course: Course, person: Person, on: date, agency: Agency | None = None) -> RosterEntry | None:
    """The roster entry that lets `person` in on `on`; the newest if several do. None where the course is for all.

    Raises Refused "not_on_roster" (of `agency`, if it is given) or "wrong_group".
    """
    entries = RosterEntry.objects.known().on(on).filter(person=person).order_by("-starts_on", "-pk")
    if agency is not None:
        entries = entries.filter(agency=agency)
    held = list(entries)
    groups = {row.group for row in course.groups.all()}
    if not held and (groups or agency is not None):
        raise Refused("not_on_roster", _("This person is not on the roster."), status=422)
    fitting = [entry for entry in held if not groups or entry.group in groups]
    if held and not fitting:
        raise Refused("wrong_group", _("The course is for other groups of people."), status=422)
    return fitting[0] if fitting else None


def months_before(day: date, months: int) -> date:
    """The same day so many months ago, or the last day of that month."""
    total = day.year * 12 + day.month - 1 - months
    year, month = divmod(total, 12)
    return date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))
