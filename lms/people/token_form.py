"""What somebody says who makes a token."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any, cast

from django import forms
from django.utils.translation import gettext_lazy as _

from lms.people.forms import DayInput
from lms.people.models import Role, User
from lms.people.models.tokens import last_day_from

USUAL_DAYS = 90


class TokenForm(forms.Form):
    """Purpose, one of the roles held today, the last day."""

    name = forms.CharField(
        label=_("Purpose"), max_length=100, help_text=_("Which program will use it, and where it runs.")
    )
    role = forms.ChoiceField(
        label=_("Role"), help_text=_("The program reads what this role sees on the site, and nothing more.")
    )
    last_day = forms.DateField(
        label=_("Last day"), widget=DayInput(), help_text=_("One year at most. A new token takes its place then.")
    )

    def __init__(self, data: Any, *, user: User, on: date) -> None:
        super().__init__(data, initial={"last_day": on + timedelta(days=USUAL_DAYS)})
        held = {grant.role for grant in user.grants_on(on)}
        role = cast(forms.ChoiceField, self.fields["role"])
        role.choices = [(value, label) for value, label in Role.choices if value in held]
        self.fields["last_day"].widget.attrs |= {"min": on.isoformat(), "max": last_day_from(on).isoformat()}
