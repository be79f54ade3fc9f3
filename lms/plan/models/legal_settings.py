"""Law as dated settings: a value from a day on, with its basis; the past is never rewritten (domain.md §10)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import TYPE_CHECKING, Any

from django.db import models, transaction
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from lms.audit.models import Event
from lms.constraints import ordered
from lms.days import local_day
from lms.people.models import StaffType
from lms.plan.legal_values import KINDS, read, told
from lms.plan.models.periods import Period, PeriodLock, closed_refusal
from lms.refusal import Refused
from lms.vietnamese.text import clean

if TYPE_CHECKING:
    from lms.people.models import User

FIRST_DAY, LAST_DAY = date(2000, 1, 1), date(2200, 1, 1)
"""Days on which a value may begin; anything else is a slip of the hand."""


@dataclass(frozen=True)
class NewValue:
    """What somebody wants a setting to be from `valid_from` on. `staff_type` "" stands for everybody."""

    key: str
    text: str
    valid_from: date
    basis: str
    staff_type: str = ""
    check_by: date | None = None

    def read(self) -> Any:
        """The value. Raises Refused (422): setting_unknown, value_unknown, staff_type_unknown, basis_missing,
        day_implausible."""
        value = read(self.key, self.text)
        known = StaffType.values if KINDS[self.key].by_staff_type else []
        if self.staff_type not in ["", *known]:
            raise Refused("staff_type_unknown", _("This setting is the same for every type of staff."), status=422)
        if not clean(self.basis):
            raise Refused("basis_missing", _("Name the document that says so."), status=422)
        if not FIRST_DAY <= self.valid_from < LAST_DAY:
            raise Refused("day_implausible", _("This day lies too far away."), status=422)
        return value


class LegalSettingQuerySet(models.QuerySet["LegalSetting"]):
    def standing(self) -> LegalSettingQuerySet:
        """All but the values that were taken back before their day."""
        return self.filter(voided_at__isnull=True)

    def in_force(self, key: str, on: date, staff_type: str = "") -> LegalSetting | None:
        """The row of `key` that is in force on `on`: the latest `valid_from` not after it."""
        rows = self.standing().filter(key=key, staff_type__in=["", staff_type], valid_from__lte=on)
        return rows.order_by("-valid_from", "-staff_type", "-pk").first()

    def value_of(self, key: str, on: date, staff_type: str = "") -> Any:
        """The value in force on `on`; None where no row is."""
        row = self.in_force(key, on, staff_type)
        return row.value if row else None

    def latest_first(self) -> LegalSettingQuerySet:
        """By setting and type of staff, the latest value first."""
        return self.order_by("key", "staff_type", "-valid_from", "-pk")

    def to_be_checked(self, on: date) -> LegalSettingQuerySet:
        """Values whose basis should have been looked up again by `on`, and that no later value has followed by then."""
        later = LegalSetting.objects.standing().filter(
            key=models.OuterRef("key"), staff_type=models.OuterRef("staff_type"),
            valid_from__gt=models.OuterRef("valid_from"), valid_from__lte=on,
        )  # fmt: skip
        return self.standing().filter(~models.Exists(later), check_by__lte=on)


class LegalSetting(models.Model):
    """A value that a law or decision sets, from a day on, with its basis and the day to check it by."""

    key = models.SlugField(max_length=60)
    value = models.JSONField()
    staff_type = models.CharField(max_length=20, blank=True)
    valid_from = models.DateField()
    basis = models.CharField(max_length=300, blank=True)
    check_by = models.DateField(null=True, blank=True)
    #: Since when we know of it (NULL: it came with the programme), and since when it was taken back before its day.
    recorded_at = models.DateTimeField(null=True, blank=True, editable=False)
    voided_at = models.DateTimeField(null=True, blank=True, editable=False)

    objects = LegalSettingQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=models.Q(staff_type__in=["", *StaffType.values]),
                name="legal_setting_staff_type_is_known",
                violation_error_message=_("This value is not one of the choices."),
            ),
            ordered("recorded_at", "voided_at", name="legal_setting_is_voided_after_it_was_recorded", inclusive=True),
            models.UniqueConstraint(
                fields=["key", "staff_type", "valid_from"],
                condition=Q(voided_at__isnull=True),
                name="legal_setting_once_per_day",
                violation_error_message=_("This setting already has a value from that day."),
            ),
        ]

    @classmethod
    def add(cls, new: NewValue, *, by: User, now: datetime) -> LegalSetting:
        """The setting has this value from its day on, until the next one; one event.

        Raises Refused: those of `NewValue.read`, setting_has_value, period_closed (a report has closed days on which
        the value would hold).
        """
        value = new.read()
        with transaction.atomic():
            _hold_periods(new.valid_from)
            same = cls.objects.standing().filter(key=new.key, staff_type=new.staff_type)
            if same.filter(valid_from=new.valid_from).exists():
                raise Refused("setting_has_value", _("This setting already has a value from that day."))
            _refuse_closed_days(new.valid_from, _next_day(same, new.valid_from))
            made = cls.objects.create(
                key=new.key, value=value, staff_type=new.staff_type, valid_from=new.valid_from,
                basis=clean(new.basis)[:300], check_by=new.check_by, recorded_at=now,
            )  # fmt: skip
            made._record("added", by=by, now=now)
        return made

    def take_back(self, *, by: User, now: datetime) -> None:
        """A value whose day has not come is not to be; one event. Raises Refused: value_in_force."""
        with transaction.atomic():
            waiting = LegalSetting.objects.standing().filter(pk=self.pk, valid_from__gt=local_day(now))
            if not waiting.update(voided_at=now):
                raise Refused(
                    "value_in_force", _("This value is in force or was. Add the right one from a later day instead.")
                )
            self.refresh_from_db()
            self._record("taken_back", by=by, now=now)

    @property
    def label(self) -> str:
        """What the setting is called, in the reader's language; its key where the programme knows none."""
        return str(KINDS[self.key].label) if self.key in KINDS else self.key

    @property
    def told(self) -> str:
        """The value as a screen says it."""
        return told(self.key, self.value)

    @property
    def staff_label(self) -> str:
        """The type of staff; empty for everybody."""
        return str(StaffType(self.staff_type).label) if self.staff_type else ""

    def _record(self, what: str, *, by: User, now: datetime) -> None:
        Event.record(
            "setting.change_dated_legal_value", object_kind="legal_setting", object_id=self.key,
            actor=str(by.public_id), now=now,
            data={
                "what": what, "row": self.pk, "value": self.value, "staff_type": self.staff_type,
                "valid_from": self.valid_from, "basis": self.basis, "check_by": self.check_by,
            },
        )  # fmt: skip


def _next_day(same: LegalSettingQuerySet, day: date) -> date | None:
    """The day on which the next value takes over; None: never."""
    return same.filter(valid_from__gt=day).order_by("valid_from").values_list("valid_from", flat=True).first()


def _hold_periods(day: date) -> None:
    """Hold the periods from `day` on, as a closing does: one at the same moment waits, or has been seen."""
    for pk in Period.objects.filter(cutoff_on__gte=day).order_by("pk").values_list("pk", flat=True):
        Period.objects.filter(pk=pk).update(number=F("number"))


def _refuse_closed_days(first: date, until: date | None) -> None:
    locks = PeriodLock.objects.filter(period__cutoff_on__gte=first)
    if (locks if until is None else locks.filter(period__starts_on__lt=until)).exists():
        raise closed_refusal()
