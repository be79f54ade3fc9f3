"""What a reorganisation touches in the register: series whose issuer ends."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from django.db.models import Count
from django.urls import reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from certificates.models import Series
from lms.people.touching import Touched, touches


@touches("series", _("Open series of certificates; custody passes to the successor"))
def series(agencies: Sequence[int], on: date) -> list[Touched]:
    """Open series of the agencies, with the certificates in each."""
    rows = Series.objects.open().filter(issuer__in=agencies).select_related("issuer")
    certificates = dict(rows.values_list("pk").annotate(count=Count("certificates")))
    return [
        Touched(
            gettext("%(issuer)s: %(series)s") % {"issuer": row.issuer.name, "series": row},
            certificates[row.pk], reverse("certificates:register"),
        )
        for row in rows.order_by("issuer__sort_key", "year", "code", "pk")
    ]  # fmt: skip
