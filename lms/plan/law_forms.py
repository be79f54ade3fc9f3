"""Forms of what the law sets: dated values, holidays."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from lms.people.forms import DayInput
from lms.people.models import StaffType
from lms.plan.legal_values import KINDS, Shape
from lms.plan.models import Holiday, HolidayKind, LegalSetting, NewValue, SpecialDay

MOST_PASTED = 100_000
"""Letters; a year's list has some 2,000."""


class ValueForm(forms.Form):
    """A value from a day on."""

    value = forms.CharField(label=_("Value"), max_length=100)
    staff_type = forms.ChoiceField(
        label=_("Type of staff"), required=False, choices=[("", _("Everybody")), *StaffType.choices]
    )
    valid_from = forms.DateField(label=_("In force from"), widget=DayInput())
    basis = forms.CharField(
        label=_("Legal basis"), max_length=LegalSetting._meta.get_field("basis").max_length,
        help_text=_("Number, day and article of the document that says so."),
    )  # fmt: skip
    check_by = forms.DateField(
        label=_("Check again by"), required=False, widget=DayInput(),
        help_text=_("On that day the setting is listed for somebody to look the basis up again."),
    )  # fmt: skip

    def __init__(self, *args: Any, key: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.key, kind = key, KINDS[key]
        if not kind.by_staff_type:
            del self.fields["staff_type"]
        if kind.shape == Shape.FLAG:
            self.fields["value"] = forms.ChoiceField(label=_("Value"), choices=[("no", _("no")), ("yes", _("yes"))])
        elif kind.shape == Shape.NUMBER:
            said = {"least": kind.least, "most": kind.most, "unit": kind.unit}
            self.fields["value"].help_text = (
                _("A whole number from %(least)s to %(most)s (%(unit)s).") % said if kind.unit
                else _("A whole number from %(least)s to %(most)s.") % said
            )  # fmt: skip
            self.fields["value"].widget.attrs["inputmode"] = "numeric"

    def new(self) -> NewValue:
        """What was asked for; of a valid form."""
        said = self.cleaned_data
        return NewValue(
            self.key, said["value"], said["valid_from"], said["basis"], said.get("staff_type", ""), said["check_by"]
        )


class HolidayForm(forms.Form):
    """A day out of the ordinary."""

    on = forms.DateField(label=_("Day"), widget=DayInput())
    kind = forms.ChoiceField(label=_("Kind"), choices=HolidayKind.choices)
    name = forms.CharField(label=_("Name"), max_length=Holiday._meta.get_field("name").max_length)
    source = forms.CharField(
        label=_("Source"), required=False, max_length=Holiday._meta.get_field("source").max_length,
        help_text=_("The announcement that says so."),
    )  # fmt: skip

    def day(self) -> SpecialDay:
        """What was asked for; of a valid form."""
        return SpecialDay(**self.cleaned_data)


class HolidayListForm(forms.Form):
    """A list as it was copied from the announcement or from a sheet."""

    pasted = forms.CharField(
        label=_("List of days"), strip=False, max_length=MOST_PASTED,
        widget=forms.Textarea({"rows": 12, "spellcheck": "false"}),
        help_text=format_lazy(
            _("One day a line: day, off or work, name, source; divided by tabs or semicolons. Example: {example}"),
            example="02/9/2027; nghỉ; Quốc khánh; Thông báo số 1",
        ),
    )  # fmt: skip
