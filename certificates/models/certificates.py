"""The register of certificates: rows that live for ever (domain.md §9)."""

from __future__ import annotations

import re
from datetime import date, datetime

from django.conf import settings
from django.db import IntegrityError, models, transaction
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from certificates.codes import normalise
from certificates.models.series import Artefact, Series
from courses.models import Completion, Course, Enrolment
from lms.audit.models import Event
from lms.constraints import both_or_neither, one_of, within
from lms.days import local_day
from lms.people.models import Agency, Person, Role, User
from lms.refusal import Refused
from lms.vietnamese.fields import FoldedField
from lms.vietnamese.text import clean, fold

_NUMBER = re.compile(r"(?P<number>[0-9]{1,8})(?:/(?P<year>[0-9]{4}))?")
AMENDABLE = {"person": _("Full name"), "birth_text": _("Date of birth")}
"""What a later legal change may touch: who somebody is. All else was true on the day of issue, or was a mistake."""


class Kind(models.TextChoices):
    COMPLETION = "completion", _("Certificate of completion")
    PARTICIPATION = "participation", _("Certificate of participation")
    CONFIRMATION = "confirmation", _("Confirmation of equal value")


class State(models.TextChoices):
    VALID = "valid", _("Valid")
    REPLACED = "replaced", _("Replaced")
    REVOKED = "revoked", _("Revoked")
    VOID = "void", _("Void")


class Ground(models.TextChoices):
    """Why a certificate is revoked (Circular 03/2023; to be checked by a lawyer)."""

    NONE = "", _("None")
    FRAUD = "fraud", _("Fraud")
    NOT_ENTITLED = "not_entitled", _("Issued to somebody who was not entitled, or without authority")
    ALTERED = "altered", _("Altered")
    LENT = "lent", _("Lent to somebody else")
    ISSUER_ERROR = "issuer_error", _("Error of the issuer")


def number_label(number: int, year: int) -> str:
    """«05/2026»."""
    return f"{number:02d}/{year}"


def valid_q(at: datetime | None = None) -> Q:
    """Valid as known at a moment (None: now). A replaced one was valid until its replacement was recorded."""
    if at is None:
        return Q(state=State.VALID)
    return Q(issued_at__lte=at) & (Q(state_at__isnull=True) | Q(state_at__gt=at))


class CertificateQuerySet(models.QuerySet["Certificate"]):
    def valid(self, at: datetime | None = None) -> CertificateQuerySet:
        return self.filter(valid_q(at))

    def counted_in(self, first: date, last: date) -> CertificateQuerySet:
        """Counting from `first` to `last`, both inclusive: a replacement counts where the first one did."""
        return self.filter(counts_on__gte=first, counts_on__lte=last)

    def visible_to(self, user: User, on: date) -> CertificateQuerySet:
        """One's own; of people of the agencies one leads; of courses one teaches; all for the department."""
        if user.holds(Role.COORDINATOR, Role.ADMINISTRATOR, on=on):
            return self
        mine = Q(person_id=user.person_id) if user.person_id else Q(pk__in=[])
        if user.holds(Role.FOCAL, on=on):
            mine |= Q(agency__in=Agency.objects.led_by(user, on)) | Q(
                enrolment__agency__in=Agency.objects.led_by(user, on)
            )
        if user.holds(Role.TRAINER, on=on):
            mine |= Q(course__in=Course.objects.taught_by(user, on))
        return self.filter(mine)

    def in_register_order(self) -> CertificateQuerySet:
        return self.order_by("series__year", "series_id", "number")

    def matching(self, text: str) -> CertificateQuerySet:
        """«05/2026» or «5» is a number of the register; a code is a code; else words of the printed name, without
        marks."""
        typed = text.strip()
        if found := _NUMBER.fullmatch(typed):
            wanted = self.filter(number=int(found["number"]))
            return wanted.filter(series__year=int(found["year"])) if found["year"] else wanted
        if code := normalise(typed[:60]):
            return self.filter(public_code=code)
        named = Q()
        for word in fold(clean(typed)).split():
            named &= Q(name_folded__contains=word)
        return self.filter(named)


class Certificate(models.Model):
    """A line of the register. Only a named verb writes it; only its state and custody ever change.

    `snapshot` is all that is printed, as it was then (certificates.snapshot). `person`, `course`, `agency`,
    `study_periods` and `counts_on` are frozen for counting: agency is the one on the day of completion, and
    `counts_on` that of the first certificate in a chain of replacements.
    """

    public_code = models.CharField(max_length=17, unique=True)
    series = models.ForeignKey(Series, models.PROTECT, related_name="certificates")
    number = models.PositiveIntegerField()
    enrolment = models.ForeignKey(Enrolment, models.PROTECT, related_name="certificates")
    completion = models.ForeignKey(Completion, models.PROTECT, related_name="certificates")
    person = models.ForeignKey(Person, models.PROTECT, related_name="certificates")
    course = models.ForeignKey(Course, models.PROTECT, related_name="certificates")
    agency = models.ForeignKey(Agency, models.PROTECT, null=True, blank=True, related_name="certificates")
    study_periods = models.PositiveIntegerField()
    kind = models.CharField(max_length=20, choices=Kind.choices, default=Kind.COMPLETION)
    state = models.CharField(max_length=10, choices=State.choices, default=State.VALID)
    snapshot = models.JSONField()
    snapshot_sha256 = models.CharField(max_length=64)
    artefact = models.ForeignKey(Artefact, models.PROTECT, related_name="certificates")
    issued_on = models.DateField()
    issued_at = models.DateTimeField()
    issued_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+")
    counts_on = models.DateField()
    valid_until = models.DateField(null=True, blank=True)
    replaces = models.OneToOneField("self", models.PROTECT, null=True, blank=True, related_name="replaced_by")
    ground = models.CharField(max_length=20, choices=Ground.choices, blank=True, default=Ground.NONE)
    reason = models.CharField(max_length=300, blank=True)
    decision_no = models.CharField(max_length=100, blank=True)
    decision_on = models.DateField(null=True, blank=True)
    state_on = models.DateField(null=True, blank=True)
    state_at = models.DateTimeField(null=True, blank=True)
    blank_no = models.CharField(max_length=60, blank=True)
    delivered_on = models.DateField(null=True, blank=True)
    received_by = models.CharField(max_length=200, blank=True)
    #: The printed name as it is searched; persons are renamed, merged and erased, the register is not.
    name_folded = FoldedField(source="printed_name", max_length=300)

    objects = CertificateQuerySet.as_manager()

    class Meta:
        verbose_name = _("certificate")
        verbose_name_plural = _("certificates")
        constraints = [
            one_of("kind", Kind, name="certificate_kind_is_known"),
            one_of("state", State, name="certificate_state_is_known"),
            one_of("ground", Ground, name="certificate_ground_is_known"),
            within("number", 1, 10_000_000, name="certificate_number_is_positive"),
            models.UniqueConstraint(
                fields=["series", "number"],
                name="certificate_number_once",
                violation_error_message=_("This number is already in the register."),
            ),
            models.UniqueConstraint(
                fields=["enrolment"],
                condition=Q(state="valid"),
                name="certificate_valid_once_per_enrolment",
                violation_error_message=_("This enrolment already has a valid certificate."),
            ),
            models.CheckConstraint(
                condition=Q(state="valid", state_at__isnull=True) | (~Q(state="valid") & Q(state_at__isnull=False)),
                name="certificate_change_of_state_is_dated",
                violation_error_message=_("A change of state has a date."),
            ),
            models.CheckConstraint(
                condition=~Q(state="revoked") | (~Q(ground="") & ~Q(decision_no="")),
                name="certificate_is_revoked_by_a_decision",
                violation_error_message=_("Revoking needs a ground and a decision."),
            ),
            models.CheckConstraint(
                condition=Q(replaces__isnull=True) | ~Q(replaces=F("pk")),
                name="certificate_does_not_replace_itself",
                violation_error_message=_("A certificate cannot replace itself."),
            ),
            models.CheckConstraint(
                condition=~Q(state="void") | (~Q(reason="") & Q(delivered_on__isnull=True)),
                name="certificate_is_void_before_it_is_handed_over",
                violation_error_message=_("Only what was not handed over is void, and a reason says why."),
            ),
            both_or_neither(
                Q(delivered_on__isnull=False),
                ~Q(received_by=""),
                name="certificate_is_handed_to_somebody",
                message=_("The day of handing over stands with who received it."),
            ),
            models.UniqueConstraint(
                fields=["series", "blank_no"],
                condition=~Q(blank_no=""),
                name="certificate_blank_once",
                violation_error_message=_("This blank number is already used."),
            ),
        ]
        indexes = [
            # All that the figures of a period ask of the register: a line is as long as its paper, and is not read.
            models.Index(
                fields=[
                    "counts_on",
                    "course",
                    "person",
                    "agency",
                    "study_periods",
                    "state",
                    "issued_at",
                    "state_at",
                    "completion",
                    "id",
                ],  # fmt: skip
                name="certificate_for_coverage",
            ),
            # Which completions lost their certificate: few rows of very many.
            models.Index(fields=["state", "state_at", "completion"], name="certificate_by_state"),
            models.Index(fields=["person", "counts_on"]),
            models.Index(fields=["agency", "counts_on"]),
        ]

    def __str__(self) -> str:
        return self.number_label

    def revoke(self, *, ground: str, reason: str, decision_no: str, decision_on: date, by: User, now: datetime) -> None:
        """Revoke by decision: the row and its page live for ever, and open periods stop counting it.

        `ground` is one of `Ground`. Raises Refused: reason_required, no_decision (422), already_final.
        """
        if ground not in Ground.values or ground == Ground.NONE or not reason.strip():
            raise Refused("reason_required", _("Give the ground and the reason."), status=422)
        if not decision_no.strip():
            raise Refused("no_decision", _("Give the number and the date of the decision."), status=422)
        with transaction.atomic():
            changed = Certificate.objects.filter(pk=self.pk, state=State.VALID).update(
                state=State.REVOKED,
                ground=ground,
                reason=reason.strip(),
                decision_no=decision_no.strip(),
                decision_on=decision_on,
                state_on=local_day(now),
                state_at=now,
            )
            if not changed:
                raise Refused("already_final", _("This certificate is no longer valid; nothing was changed."))
            self.record("certificate.revoked", by=by, now=now, ground=ground, decision_no=decision_no.strip())
        self.refresh_from_db()

    def void_before_handing_over(self, reason: str, *, by: User, now: datetime) -> None:
        """An error found before it left the house: the number is kept, the enrolment waits for a certificate again.

        Raises Refused: reason_required (422), already_delivered, already_final.
        """
        if not reason.strip():
            raise Refused("reason_required", _("Say why."), status=422)
        with transaction.atomic():
            changed = Certificate.objects.filter(pk=self.pk, state=State.VALID, delivered_on__isnull=True).update(
                state=State.VOID, reason=reason.strip(), state_on=local_day(now), state_at=now
            )
            if not changed:
                self._refuse_delivered()
                raise Refused("already_final", _("This certificate is no longer valid; nothing was changed."))
            self.record("certificate.void_before_handing_over", by=by, now=now)
        self.refresh_from_db()

    def amend(self, field: str, new: str, *, decision_no: str, decision_on: date, by: User, now: datetime) -> None:
        """A later legal change of who somebody is, by decision: the paper stays, page and register tell it.

        `field` is one of AMENDABLE. Raises Refused: not_amendable, no_decision, nothing_to_correct, already_final.
        """
        new = clean(new)
        if field not in AMENDABLE:
            raise Refused("not_amendable", _("A decision may change the name or the date of birth only."), status=422)
        if not decision_no.strip():
            raise Refused("no_decision", _("Give the number and the date of the decision."), status=422)
        with transaction.atomic():
            if not Certificate.objects.filter(pk=self.pk, state=State.VALID).update(state=State.VALID):
                raise Refused("already_final", _("This certificate is no longer valid; nothing was changed."))
            old = self.said(field)
            if not new or new == old:
                raise Refused("nothing_to_correct", _("Nothing was changed."), status=422)
            self.amendments.create(
                field=field, old=old, new=new, decision_no=decision_no.strip(), decision_on=decision_on,
                recorded_at=now, recorded_by=by,
            )  # fmt: skip
            self.record("certificate.amend_by_decision", by=by, now=now, field=field, decision_no=decision_no.strip())

    def said(self, field: str) -> str:
        """What the certificate says now: the last amendment, else what is printed."""
        last = self.amendments.filter(field=field).order_by("-pk").first()
        return last.new if last else str(self.snapshot.get(field, ""))

    def deliver(self, on: date, received_by: str, *, blank_no: str = "", by: User, now: datetime) -> None:
        """Handed over on `on`, to whom; with the number printed on the blank, if it has one. Once.

        Raises Refused: reason_required (422, no receiver), delivery_day (422: before the issue, or in the future),
        blank_used, already_delivered, already_final.
        """
        if not received_by.strip():
            raise Refused("reason_required", _("Say who received it."), status=422)
        if not self.issued_on <= on <= local_day(now):
            raise Refused("delivery_day", _("The day lies between the day of issue and today."), status=422)
        try:
            with transaction.atomic():
                changed = Certificate.objects.filter(pk=self.pk, state=State.VALID, delivered_on__isnull=True).update(
                    delivered_on=on, received_by=received_by.strip(), blank_no=blank_no.strip()
                )
                if not changed:
                    self._refuse_delivered()
                    raise Refused("already_final", _("This certificate is no longer valid; nothing was changed."))
                self.record("certificate.record_delivery", by=by, now=now, on=on.isoformat(), blank=blank_no.strip())
        except IntegrityError as error:
            raise Refused("blank_used", _("This blank number is already used."), status=422) from error
        self.refresh_from_db()

    def _refuse_delivered(self) -> None:
        if Certificate.objects.filter(pk=self.pk, state=State.VALID, delivered_on__isnull=False).exists():
            raise Refused("already_delivered", _("This certificate has been handed over."))

    def record(self, action: str, *, by: User | None, now: datetime, **data: str) -> None:
        """Write the event of a verb, with the hash of what is printed."""
        Event.record(
            action,
            object_kind="certificate",
            object_id=self.public_code,
            actor=str(by.public_id) if by else "system",
            now=now,
            subject=str(self.person.public_id),
            agency=self.agency.code if self.agency else "",
            data={"number": self.number_label, "snapshot": self.snapshot_sha256, **data},
        )

    @property
    def printed_name(self) -> str:
        """As it stands on the paper."""
        return str(self.snapshot.get("person", "")) if isinstance(self.snapshot, dict) else ""

    @property
    def number_label(self) -> str:
        """«05/2026»: numbers below ten are padded (domain.md §13)."""
        return number_label(self.number, self.series.year)
