"""What a person has here stays with the row it names: such a row cannot be merged into another."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext_lazy as _

from courses.models import Enrolment, OutsideTraining, Waiver
from lms.people.merging import vetoes_merge
from lms.people.models import Person


@vetoes_merge
def keeps_training(person: Person) -> Any:
    """Enrolments, outside training and waivers are evidence of one person."""
    if any(model.objects.filter(person=person).exists() for model in (Enrolment, OutsideTraining, Waiver)):
        return _("The row to be given up has enrolments, outside training or a waiver. Keep that row instead.")
    return None
