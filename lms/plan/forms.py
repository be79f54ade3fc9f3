"""Forms of the plan: periods, targets, progress, tasks."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy as _

from lms.people.forms import DayInput
from lms.plan.models import Dates, PeriodKind
from lms.plan.models.periods import FIRST_YEAR, LAST_YEAR


class DatesForm(forms.Form):
    """The days of a period."""

    starts_on = forms.DateField(label=_("From"), widget=DayInput())
    cutoff_on = forms.DateField(
        label=_("Cut-off day"), widget=DayInput(), help_text=_("The last day that counts.")
    )  # fmt: skip
    due_on = forms.DateField(label=_("Report due on"), required=False, widget=DayInput())

    def dates(self) -> Dates:
        """What was asked for; of a valid form."""
        return Dates(**{name: self.cleaned_data[name] for name in ("starts_on", "cutoff_on", "due_on")})


class PeriodForm(DatesForm):
    """A new period."""

    kind = forms.ChoiceField(label=_("Kind"), choices=PeriodKind.choices, initial=PeriodKind.CUSTOM)
    year = forms.IntegerField(label=_("Reporting year"), min_value=FIRST_YEAR, max_value=LAST_YEAR)
    number = forms.IntegerField(
        label=_("Number in the year"), min_value=1, max_value=12, required=False,
        help_text=_("Of a quarter or a month. Custom periods are numbered as they come."),
    )  # fmt: skip
    field_order = ("kind", "year", "number", "starts_on", "cutoff_on", "due_on")
