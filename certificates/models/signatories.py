"""Who signs for an issuer, and when: a dated list of their public certificates (Part 3.3)."""

from __future__ import annotations

from datetime import date

from django.core.validators import RegexValidator
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from lms.people.models import Agency


def on_duty_q(on: date) -> Q:
    """From `starts_on`, up to but not including `ends_on`."""
    return Q(starts_on__lte=on) & (Q(ends_on__isnull=True) | Q(ends_on__gt=on))


class SignatoryQuerySet(models.QuerySet["Signatory"]):
    def on(self, day: date) -> SignatoryQuerySet:
        return self.filter(on_duty_q(day))


class Signatory(models.Model):
    """Somebody whose signature counts for an issuer; known by the SHA-256 of the X.509 certificate, in hex."""

    issuer = models.ForeignKey(Agency, models.PROTECT, related_name="signatories")
    name = models.CharField(_("name"), max_length=200)
    fingerprint = models.CharField(
        _("SHA-256 of the certificate"), max_length=64, validators=[RegexValidator(r"^[0-9a-f]{64}\Z")]
    )
    starts_on = models.DateField(_("from"))
    ends_on = models.DateField(_("until"), null=True, blank=True)

    objects = SignatoryQuerySet.as_manager()

    class Meta:
        verbose_name = _("signatory")
        verbose_name_plural = _("signatories")
        constraints = [
            models.UniqueConstraint(
                fields=["issuer", "fingerprint"],
                name="signatory_once_per_issuer",
                violation_error_message=_("This certificate is on the issuer's list already."),
            ),
            models.CheckConstraint(
                condition=Q(ends_on__isnull=True) | Q(ends_on__gt=F("starts_on")),
                name="signatory_ends_after_it_starts",
                violation_error_message=_("The end must come after the start."),
            ),
        ]

    def __str__(self) -> str:
        return self.name
