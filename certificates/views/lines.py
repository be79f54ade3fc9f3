"""Which line of the register an address means, for whoever asks."""

from __future__ import annotations

from django.shortcuts import get_object_or_404

from certificates.models import Certificate
from lms.people.views.visit import Visit


def visible_line(who: Visit, code: str) -> Certificate:
    """The line, with what its pages show. Raises 404 for what `who` may not see."""
    rows = Certificate.objects.visible_to(who.user, who.on).select_related(
        "series__issuer__parent", "series__custodian", "artefact", "person", "agency", "course", "enrolment",
        "replaces__series", "replaced_by__series",
    )  # fmt: skip
    return get_object_or_404(rows.distinct(), public_code=code)
