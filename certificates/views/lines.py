"""Which line of the register an address means, for whoever asks."""

from __future__ import annotations

from django.db.models import QuerySet
from django.shortcuts import get_object_or_404

from certificates.models import Certificate
from lms.people.views.visit import Visit
from lms.prepared import prepared

SHOWN = (
    "series__issuer__parent", "series__custodian", "artefact", "person", "agency", "course", "enrolment",
    "replaces__series", "replaced_by__series",
)  # fmt: skip


@prepared
def _own(code: str, person_id: int) -> QuerySet[Certificate]:
    return Certificate.objects.filter(public_code=code, person_id=person_id).select_related(*SHOWN)


def visible_line(who: Visit, code: str) -> Certificate:
    """One's own, which everybody sees, else what exists for `who`, with what its pages show. Raises Http404."""
    own = _own(code, who.user.person_id) if who.user.person_id is not None else []
    if own:
        return own[0]
    rows = Certificate.objects.visible_to(who.user, who.on).select_related(*SHOWN)
    return get_object_or_404(rows.distinct(), public_code=code)
