"""A certificate names its person for good: such a row cannot be merged into another."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext_lazy as _

from certificates.models import Certificate
from lms.people.merging import vetoes_merge
from lms.people.models import Person


@vetoes_merge
def keeps_certificates(person: Person) -> Any:
    """Whatever its state: the register shows revoked ones, too."""
    if Certificate.objects.filter(person=person).exists():
        return _("The row to be given up has certificates. Keep that row instead.")
    return None
