"""Series: the books in which certificates are numbered (sổ gốc)."""

from __future__ import annotations

from datetime import date, datetime

from django.db import IntegrityError, models, transaction
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from lms.audit.models import Event
from lms.constraints import both_or_neither, one_of, within
from lms.days import local_day
from lms.people.models import Agency, User
from lms.refusal import Refused


class Signing(models.TextChoices):
    PAPER = "paper", _("Signed on paper")
    EXTERNAL = "external", _("Signed electronically by the office")
    TEST = "test", _("Test signature")


class SeriesQuerySet(models.QuerySet["Series"]):
    def open(self) -> SeriesQuerySet:
        """Not closed by hand; the series of an issuer that has ended takes no number either (`usable`)."""
        return self.filter(closed_on__isnull=True)

    def usable(self, on: date) -> SeriesQuerySet:
        """Open, of an issuer that exists on `on`, for certificates of that calendar year."""
        return self.open().filter(year=on.year, issuer__in=Agency.objects.on(on).values("pk"))

    def for_issue(self, issuer: Agency, on: date) -> SeriesQuerySet:
        """The open series in which `issuer` numbers certificates dated `on`: the calendar year decides."""
        return self.usable(on).filter(issuer=issuer).order_by("code", "pk")

    def in_order(self) -> SeriesQuerySet:
        """The latest year first, then by issuer."""
        return self.order_by("-year", "issuer__sort_key", "code", "pk")


class Series(models.Model):
    """The gapless numbers of one issuer, code and calendar year: 1, 2, 3 … (domain.md §9).

    `next_number` is taken inside the transaction that inserts the certificates, so that a rollback gives the
    numbers back.
    """

    issuer = models.ForeignKey(Agency, models.PROTECT, related_name="series")
    code = models.CharField(_("code"), max_length=40)
    year = models.PositiveIntegerField(_("year"))
    next_number = models.PositiveIntegerField(default=1)
    signing = models.CharField(_("signing"), max_length=10, choices=Signing.choices, default=Signing.PAPER)
    closed_on = models.DateField(_("closed on"), null=True, blank=True)
    close_reason = models.CharField(_("reason"), max_length=300, blank=True)
    #: Who keeps the book by a decision; null: whoever the successions of the issuer name (certificates.custody).
    custodian = models.ForeignKey(Agency, models.PROTECT, null=True, blank=True, related_name="kept_series")
    custody_basis = models.CharField(_("legal basis"), max_length=300, blank=True)

    objects = SeriesQuerySet.as_manager()

    class Meta:
        verbose_name = _("series")
        verbose_name_plural = _("series")
        constraints = [
            one_of("signing", Signing, name="series_signing_is_known"),
            within("year", 2000, 2200, name="series_year_is_plausible"),
            models.CheckConstraint(
                condition=models.Q(next_number__gte=1),
                name="series_counts_from_one",
                violation_error_message=_("Numbers begin with 1."),
            ),
            models.UniqueConstraint(
                fields=["issuer", "code", "year"],
                name="series_once_a_year",
                violation_error_message=_("The issuer already has this series."),
            ),
            both_or_neither(
                Q(custodian__isnull=False),
                ~Q(custody_basis=""),
                name="series_is_handed_over_by_a_legal_basis",
                message=_("A custodian is named together with the legal basis."),
            ),
            models.CheckConstraint(
                condition=Q(custodian__isnull=True) | Q(closed_on__isnull=False),
                name="series_is_handed_over_closed",
                violation_error_message=_("Only a closed series is handed over."),
            ),
            models.CheckConstraint(
                condition=Q(custodian__isnull=True) | ~Q(custodian=F("issuer")),
                name="series_goes_to_another_custodian",
                violation_error_message=_("The custodian is another agency than the issuer."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.code}/{self.year}"

    @classmethod
    def begin(cls, issuer: Agency, code: str, year: int, *, signing: str, by: User, now: datetime) -> Series:
        """Open a book at number 1; nobody ever sets the next number. For this year or the next.

        Raises Refused: reason_required (422, no code), year_mismatch (422), not_custodian (422: the issuer does not
        exist on that day), series_exists.
        """
        today = local_day(now)
        if not code.strip():
            raise Refused("reason_required", _("Give the code of the series."), status=422)
        if year not in (today.year, today.year + 1):
            raise Refused("year_mismatch", _("A series is opened for this calendar year or the next."), status=422)
        if not issuer.is_on(today):
            raise Refused("not_custodian", _("%(agency)s does not exist any more.") % {"agency": issuer}, status=422)
        try:
            with transaction.atomic():
                made = cls.objects.create(issuer=issuer, code=code.strip(), year=year, signing=Signing(signing))
                made.record("series.create", by=by, now=now, issuer=issuer.code, code=made.code, year=str(year))
        except IntegrityError as error:
            raise Refused("series_exists", _("The issuer already has this series.")) from error
        return made

    def close(self, reason: str, *, by: User, now: datetime) -> None:
        """No more numbers, for ever. Raises Refused: reason_required (422), series_closed."""
        if not reason.strip():
            raise Refused("reason_required", _("Say why."), status=422)
        with transaction.atomic():
            if not self._close(reason, now):
                raise Refused("series_closed", _("This series is closed."))
            self.record("series.close_or_hand_to_custodian", by=by, now=now)
        self.refresh_from_db()

    def hand_over(self, custodian: Agency, basis: str, *, by: User, now: datetime) -> None:
        """Another agency keeps the book by decision; an open series closes with it. May be said again.

        Raises Refused: reason_required (422, no legal basis), not_custodian (422: the issuer itself, or an agency that
        does not exist today).
        """
        if not basis.strip():
            raise Refused("reason_required", _("Give the legal basis."), status=422)
        if custodian.pk == self.issuer_id or not custodian.is_on(local_day(now)):
            raise Refused(
                "not_custodian", _("The custodian is another agency than the issuer, and exists today."), status=422
            )
        with transaction.atomic():
            self._close(basis, now)
            Series.objects.filter(pk=self.pk).update(custodian=custodian, custody_basis=basis.strip())
            self.record("series.close_or_hand_to_custodian", by=by, now=now, custodian=custodian.code)
        self.refresh_from_db()

    def _close(self, reason: str, now: datetime) -> bool:
        """Whether it was open until now."""
        still_open = Series.objects.open().filter(pk=self.pk)
        return bool(still_open.update(closed_on=local_day(now), close_reason=reason.strip()[:300]))

    def is_usable(self, on: date) -> bool:
        """The twin of `SeriesQuerySet.usable`, for a row whose issuer is at hand."""
        return self.closed_on is None and self.year == on.year and self.issuer.is_on(on)

    def counts(self) -> dict[str, int]:
        """How many lines stand in each state; states without lines are left out."""
        rows = self.certificates.order_by("state").values_list("state")
        return dict(rows.annotate(count=models.Count("pk")))

    def record(self, action: str, *, by: User, now: datetime, **data: str) -> None:
        """Write the event of a verb, with the number that would come next."""
        next_number = Series.objects.values_list("next_number", flat=True).get(pk=self.pk)
        Event.record(
            action, object_kind="series", object_id=self.pk, actor=str(by.public_id), now=now,
            data={"next_number": next_number, **data},
        )  # fmt: skip

    def take(self, count: int, on: date) -> range:
        """The next `count` numbers, for certificates dated `on`. Call it last, inside the transaction that inserts the
        certificates: the row lock makes the series gapless, and a rollback gives the numbers back.

        Raises Refused: year_mismatch, series_closed (also when the issuer has ended).
        """
        if on.year != self.year:
            raise Refused("year_mismatch", _("The certificate and the series are of different years."))
        taken = Series.objects.usable(on).filter(pk=self.pk).update(next_number=F("next_number") + count)
        if taken != 1:
            raise Refused("series_closed", _("This series is closed."))
        after = Series.objects.values_list("next_number", flat=True).get(pk=self.pk)
        return range(after - count, after)


class Template(models.Model):
    """A design of certificates."""

    code = models.SlugField(max_length=60, unique=True)
    name = models.CharField(_("name"), max_length=200)
    issuer = models.ForeignKey(Agency, models.PROTECT, null=True, blank=True, related_name="templates")

    def __str__(self) -> str:
        return self.name


class TemplateState(models.TextChoices):
    DRAFT = "draft", _("Draft")
    PUBLISHED = "published", _("Published")
    RETIRED = "retired", _("Retired")


class TemplateVersion(models.Model):
    """A design as it was printed. Published is frozen: a trigger refuses to change it, but for its retirement."""

    template = models.ForeignKey(Template, models.PROTECT, related_name="versions")
    number = models.PositiveIntegerField()
    state = models.CharField(max_length=10, choices=TemplateState.choices, default=TemplateState.DRAFT)
    layout = models.JSONField()
    engine = models.PositiveIntegerField()
    sha256 = models.CharField(max_length=64)
    published_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            one_of("state", TemplateState, name="template_state_is_known"),
            models.UniqueConstraint(
                fields=["template", "number"],
                name="template_version_once",
                violation_error_message=_("This version exists already."),
            ),
            models.UniqueConstraint(
                fields=["template"],
                condition=models.Q(state="published"),
                name="template_has_one_published_version",
                violation_error_message=_("Another version is published; retire it first."),
            ),
        ]


class Artefact(models.Model):
    """A template version drawn once and kept as bytes (attendance-and-certificates.md §3.2).

    `extra` names the characters beyond the usual 243 that this artefact holds.
    """

    version = models.ForeignKey(TemplateVersion, models.PROTECT, related_name="artefacts")
    extra = models.CharField(max_length=60, blank=True)
    prefix = models.BinaryField()
    tables = models.JSONField()
    sha256 = models.CharField(max_length=64)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["version", "extra"],
                name="artefact_once",
                violation_error_message=_("This artefact exists already."),
            ),
        ]
