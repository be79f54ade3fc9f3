"""People. A person is not an account: a roster member may have neither e-mail nor user."""

from __future__ import annotations

import uuid
from datetime import date, datetime
from typing import TYPE_CHECKING, Any

from django.db import models, transaction
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from lms.audit.models import Event
from lms.constraints import one_of
from lms.people.models.agencies import Agency
from lms.refusal import Refused
from lms.vietnamese.fields import CleanCharField, FoldedField, NameField, PersonSortKeyField
from lms.vietnamese.text import clean_name, fold

if TYPE_CHECKING:
    from lms.people.models.users import User


class Sex(models.TextChoices):
    UNKNOWN = "unknown", _("Not given")
    FEMALE = "female", _("Female")
    MALE = "male", _("Male")


class PersonQuerySet(models.QuerySet["Person"]):
    def matching(self, text: str) -> PersonQuerySet:
        """Names that hold every word of `text`, whatever its marks and case."""
        found = Q()
        for word in fold(text).split():
            found &= Q(name_folded__contains=word)
        return self.filter(found)

    def named_alike(self, name: str) -> PersonQuerySet:
        """People of exactly this name, marks and case apart."""
        return self.filter(name_folded=fold(name))

    def in_order(self) -> PersonQuerySet:
        """By given name, as every list of people in Vietnam."""
        return self.order_by("sort_key", "pk")

    def visible_to(self, user: User, on: date) -> PersonQuerySet:
        """A focal person sees those on the own rosters, department and administrator everybody, others themselves."""
        if user.holds("coordinator", "administrator", on=on):
            return self
        reach = Q(user=user)
        if user.holds("focal", on=on):
            mine = Agency.objects.led_by(user, on)
            listed = Person.objects.filter(roster_entries__voided_at__isnull=True, roster_entries__agency__in=mine)
            reach |= Q(pk__in=listed.values("pk"))
        return self.filter(reach)

    def living(self) -> PersonQuerySet:
        """Neither merged into another row nor erased."""
        return self.filter(merged_into__isnull=True, erased_at__isnull=True)


class Person(models.Model):
    """Somebody who is or was on a roster, teaches, or manages."""

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    full_name = NameField(_("full name"), max_length=200)
    #: Overrides the order where the last word is not the given name (Y Thơm Niê).
    sort_name = NameField(_("sort as"), max_length=200, blank=True)
    name_folded = FoldedField(source="full_name")
    sort_key = PersonSortKeyField(source="sort_name,full_name")
    birth_date = models.DateField(_("date of birth"), null=True, blank=True)
    sex = models.CharField(_("sex"), max_length=10, choices=Sex.choices, default=Sex.UNKNOWN)
    email = models.EmailField(_("official e-mail"), blank=True)
    phone = CleanCharField(_("mobile phone"), max_length=20, blank=True)
    merged_into = models.ForeignKey("self", models.PROTECT, null=True, blank=True, related_name="merged")
    #: Set when contacts were erased on request: the row stays for the register (domain.md §11).
    erased_at = models.DateTimeField(null=True, blank=True, editable=False)
    created_at = models.DateTimeField(editable=False)

    objects = PersonQuerySet.as_manager()

    class Meta:
        verbose_name = _("person")
        verbose_name_plural = _("people")
        constraints = [
            one_of("sex", Sex, name="person_sex_is_known"),
            models.CheckConstraint(
                condition=~Q(full_name=""),
                name="person_has_a_name",
                violation_error_message=_("The full name is missing."),
            ),
            models.CheckConstraint(
                condition=Q(merged_into__isnull=True) | ~Q(merged_into=F("pk")),
                name="person_is_not_merged_into_itself",
                violation_error_message=_("A person cannot be merged into the same row."),
            ),
        ]
        indexes = [
            models.Index(fields=["sort_key"]),
            models.Index(fields=["name_folded"]),
            models.Index(fields=["email"]),
        ]

    def __str__(self) -> str:
        return self.full_name

    def has_account(self) -> bool:
        """Whether somebody signs in as this person; one query."""
        return Person.objects.filter(pk=self.pk, user__isnull=False).exists()

    def correct(self, full_name: str, birth_date: date | None, *, by: User, now: datetime) -> None:
        """The name or the date of birth was written wrongly, with one event; the name of the account follows.

        Raises Refused: nothing_to_correct. Papers that were issued keep what they say (decisions.md §9).
        """
        full_name = clean_name(full_name)
        if (full_name, birth_date) == (self.full_name, self.birth_date):
            raise Refused("nothing_to_correct", _("This is what the entry says already."), status=422)
        changed = [name for name, value in (("full_name", full_name), ("birth_date", birth_date))
                   if getattr(self, name) != value]  # fmt: skip
        with transaction.atomic():
            self.hold()
            self.full_name, self.birth_date = full_name, birth_date
            self.save(update_fields=["full_name", "birth_date", "name_folded", "sort_key"])
            user = getattr(self, "user", None)
            if user:
                user.name = full_name
                user.save(update_fields=["name"])
            self.record("person.correct_name_or_birth_date", by=by, now=now, changed=changed)

    def write_contacts(self, email: str, phone: str, *, by: User, now: datetime) -> None:
        """Contacts of somebody who cannot sign in to change them, with one event. Raises Refused: has_account."""
        with transaction.atomic():
            self.hold()
            if self.has_account():
                raise Refused("has_account", _("This person has an account and changes the contacts there."))
            self.email, self.phone = email, phone
            self.save(update_fields=["email", "phone"])
            self.record("person.edit_contacts_without_account", by=by, now=now)

    def record(self, action: str, *, by: User, now: datetime, **data: Any) -> None:
        """Write the event of something done to this person."""
        who = str(self.public_id)
        Event.record(
            action, object_kind="person", object_id=who, actor=str(by.public_id), now=now, subject=who, data=data
        )

    def hold(self) -> None:
        """Hold the row until the transaction ends: an UPDATE locks on both engines."""
        Person.objects.filter(pk=self.pk).update(full_name=F("full_name"))
