"""Series: the books in which certificates are numbered (sổ gốc)."""

from __future__ import annotations

from datetime import date

from django.db import models
from django.db.models import F
from django.utils.translation import gettext_lazy as _

from lms.constraints import one_of, within
from lms.people.models import Agency
from lms.refusal import Refused


class Signing(models.TextChoices):
    PAPER = "paper", _("Signed on paper")
    EXTERNAL = "external", _("Signed electronically by the office")
    TEST = "test", _("Test signature")


class SeriesQuerySet(models.QuerySet["Series"]):
    def open(self) -> SeriesQuerySet:
        return self.filter(closed_on__isnull=True)

    def for_issue(self, issuer: Agency, on: date) -> SeriesQuerySet:
        """The open series in which `issuer` numbers certificates dated `on`: the calendar year decides."""
        return self.open().filter(issuer=issuer, year=on.year).order_by("code", "pk")


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
        ]

    def __str__(self) -> str:
        return f"{self.code}/{self.year}"

    def take(self, count: int) -> range:
        """The next `count` numbers. Call it last, inside the transaction that inserts the certificates: the row lock
        makes the series gapless, and a rollback gives the numbers back. Raises Refused "series_closed"."""
        taken = Series.objects.open().filter(pk=self.pk).update(next_number=F("next_number") + count)
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
