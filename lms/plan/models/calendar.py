"""Holidays and make-up working days: what working-day arithmetic reckons with (domain.md §9, §10)."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime
from typing import TYPE_CHECKING

from django.db import models, transaction
from django.utils.translation import gettext_lazy as _

from lms.audit.models import Event
from lms.constraints import one_of
from lms.days import local_day
from lms.plan.models.periods import FIRST_YEAR, LAST_YEAR
from lms.plan.workdays import is_working_day
from lms.refusal import Refused
from lms.vietnamese.text import clean

if TYPE_CHECKING:
    from lms.people.models import User

MOST_DAYS = 400
"""In one list; a year has fewer."""


class HolidayKind(models.TextChoices):
    OFF = "off", _("Day off")
    WORK = "work", _("Make-up working day")


@dataclass(frozen=True)
class SpecialDay:
    """A day out of the ordinary, as somebody enters it."""

    on: date
    kind: str
    name: str
    source: str = ""

    def check(self) -> None:
        """Raises Refused (422): choice_unknown, year_implausible, name_required, day_is_ordinary."""
        if self.kind not in HolidayKind.values:
            raise Refused("choice_unknown", _("This value is not one of the choices."), status=422)
        if not FIRST_YEAR <= self.on.year <= LAST_YEAR:
            raise Refused("year_implausible", _("This day lies too far away."), status=422)
        if not clean(self.name):
            raise Refused("name_required", _("Say what the day is called."), status=422)
        if self.is_ordinary:
            raise Refused(
                "day_is_ordinary",
                _("A Saturday or Sunday is free anyway, and on a weekday there is work anyway."),
                status=422,
            )

    @property
    def is_ordinary(self) -> bool:
        """Whether the calendar says so by itself."""
        return is_working_day(self.on, {}) == (self.kind == HolidayKind.WORK)


class HolidayQuerySet(models.QuerySet["Holiday"]):
    def exceptions(self) -> dict[date, bool]:
        """What `workdays.add_working_days` asks for: whether work is done on a day out of the ordinary."""
        return {on: kind == HolidayKind.WORK for on, kind in self.values_list("on", "kind")}

    def of_year(self, year: int) -> HolidayQuerySet:
        """The special days of a calendar year, in order."""
        return self.filter(on__year=year).order_by("on")


class Holiday(models.Model):
    """A weekday off, or a weekend day at work."""

    on = models.DateField(_("on"), unique=True)
    kind = models.CharField(max_length=10, choices=HolidayKind.choices)
    name = models.CharField(_("name"), max_length=200)
    #: Where the date comes from; "cần đối chiếu" until the yearly announcement is at hand.
    source = models.CharField(max_length=200, blank=True)

    objects = HolidayQuerySet.as_manager()

    class Meta:
        constraints = [one_of("kind", HolidayKind, name="holiday_kind_is_known")]

    def __str__(self) -> str:
        return self.name

    def says(self, day: SpecialDay) -> bool:
        """Whether entering the day would change nothing; a source that is not given stays."""
        source = clean(day.source)[:200] or self.source
        return (self.kind, self.name, self.source) == (day.kind, clean(day.name)[:200], source)

    @classmethod
    def enter(cls, days: Collection[SpecialDay], *, by: User, now: datetime) -> int:
        """These days are out of the ordinary: new ones are added, those that stand take the name and source given.

        One event, none where nothing changes; how many rows changed. Raises Refused: those of `SpecialDay.check`,
        too_many_days (422), day_twice (422).
        """
        for day in days:
            day.check()
        wanted = {day.on: day for day in days}
        if len(days) > MOST_DAYS:
            raise Refused("too_many_days", _("At most 400 days at a time."), status=422)
        if len(wanted) < len(days):
            raise Refused("day_twice", _("A day stands in the list twice."), status=422)
        with transaction.atomic():
            there = {row.on: row for row in cls.objects.filter(on__in=wanted)}
            changed = [day for day in wanted.values() if day.on not in there or not there[day.on].says(day)]
            for day in sorted(changed, key=lambda one: one.on):
                values = {"kind": day.kind, "name": clean(day.name)[:200]}
                if source := clean(day.source)[:200]:
                    values["source"] = source
                cls.objects.update_or_create(on=day.on, defaults=values)
            if changed:
                _record("entered", [(day.on, day.kind) for day in changed], by=by, now=now)
        return len(changed)

    def take_away(self, *, by: User, now: datetime) -> None:
        """The day is an ordinary one again; one event. Raises Refused: day_is_over, for deadlines that have passed were
        reckoned with it."""
        if self.on < local_day(now):
            raise Refused("day_is_over", _("This day is over; deadlines were reckoned with it."))
        with transaction.atomic():
            gone, _each = Holiday.objects.filter(pk=self.pk).delete()
            if gone:
                _record("taken_away", [(self.on, self.kind)], by=by, now=now)


def _record(what: str, days: Collection[tuple[date, str]], *, by: User, now: datetime) -> None:
    told = [[on.isoformat(), kind] for on, kind in sorted(days)]
    Event.record(
        "holiday.edit", object_kind="holiday", object_id=told[0][0][:4], actor=str(by.public_id), now=now,
        data={"what": what, "days": told},
    )  # fmt: skip
