"""Holidays and make-up working days, and law as dated settings (domain.md §10)."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.db import models
from django.utils.translation import gettext_lazy as _

from lms.constraints import one_of
from lms.people.models import StaffType


class HolidayKind(models.TextChoices):
    OFF = "off", _("Day off")
    WORK = "work", _("Make-up working day")


class HolidayQuerySet(models.QuerySet["Holiday"]):
    def exceptions(self) -> dict[date, bool]:
        """What `workdays.add_working_days` asks for: whether work is done on a day out of the ordinary."""
        return {on: kind == HolidayKind.WORK for on, kind in self.values_list("on", "kind")}


class Holiday(models.Model):
    """A weekday off, or a weekend day at work."""

    on = models.DateField(_("on"), unique=True)
    kind = models.CharField(max_length=10, choices=HolidayKind.choices)
    name = models.CharField(_("name"), max_length=200)
    #: Where the date comes from; "to be checked" until the yearly announcement is at hand.
    source = models.CharField(max_length=200, blank=True)

    objects = HolidayQuerySet.as_manager()

    class Meta:
        constraints = [one_of("kind", HolidayKind, name="holiday_kind_is_known")]

    def __str__(self) -> str:
        return self.name


class LegalSettingQuerySet(models.QuerySet["LegalSetting"]):
    def in_force(self, key: str, on: date, staff_type: str = "") -> LegalSetting | None:
        """The row of `key` that is in force on `on`: the latest `valid_from` not after it."""
        rows = self.filter(key=key, staff_type__in=["", staff_type], valid_from__lte=on)
        return rows.order_by("-valid_from", "-staff_type", "-pk").first()

    def value_of(self, key: str, on: date, staff_type: str = "") -> Any:
        """The value in force on `on`; None where no row is."""
        row = self.in_force(key, on, staff_type)
        return row.value if row else None


class LegalSetting(models.Model):
    """A value that a law or decision sets, from a day on, with its basis and the day to check it by."""

    key = models.SlugField(max_length=60)
    value = models.JSONField()
    staff_type = models.CharField(max_length=20, blank=True)
    valid_from = models.DateField()
    basis = models.CharField(max_length=300, blank=True)
    check_by = models.DateField(null=True, blank=True)

    objects = LegalSettingQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=models.Q(staff_type__in=["", *StaffType.values]),
                name="legal_setting_staff_type_is_known",
                violation_error_message=_("This value is not one of the choices."),
            ),
            models.UniqueConstraint(
                fields=["key", "staff_type", "valid_from"],
                name="legal_setting_once_per_day",
                violation_error_message=_("This setting already has a value from that day."),
            ),
        ]
