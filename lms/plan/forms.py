"""Forms of the plan: periods, targets, progress, tasks."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from lms.people.forms import DayInput
from lms.people.models import Agency, Group, UnitGroup
from lms.people.models.agencies import AgencyQuerySet
from lms.plan.models import Dates, FilledIn, Level, Period, PeriodKind, Plan, Said
from lms.plan.models.periods import FIRST_YEAR, LAST_YEAR, PeriodQuerySet
from lms.uploads.checks import check_size, extension

MOST_PLAN_BYTES = 1024 * 1024
"""The real plan has some 30 kB."""


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


class AgenciesField(forms.ModelMultipleChoiceField):  # type: ignore[type-arg]
    """Agencies to be ticked."""

    widget = forms.CheckboxSelectMultiple


class UnitGroupFilter(forms.Form):
    """Which agencies are offered."""

    unit_group = forms.ModelChoiceField(
        UnitGroup.objects.in_order(), label=_("Agencies offered"), required=False, empty_label=_("Every agency")
    )

    def offered(self, day: date) -> AgencyQuerySet:
        """The agencies of the unit group on `day`, or all that report."""
        found = self.cleaned_data["unit_group"] if self.is_valid() else None
        agencies: AgencyQuerySet = found.on(day) if found else Agency.objects.on(day)
        return agencies.reporting().in_order()


class TargetForm(forms.Form):
    """One percentage for every agency, or for those that are ticked."""

    group = forms.ChoiceField(label=_("Group"), choices=Group.choices)
    percent = forms.IntegerField(
        label=_("Percent to be reached"), min_value=0, max_value=100, required=False,
        help_text=_("Empty: the target is taken away."),
    )  # fmt: skip
    for_all = forms.BooleanField(label=_("For every agency without a target of its own"), required=False)
    agencies = AgenciesField(Agency.objects.none(), label=_("For these agencies"), required=False)

    def __init__(self, *args: Any, agencies: AgencyQuerySet, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["agencies"].queryset = agencies  # type: ignore[attr-defined]

    def chosen(self) -> list[Agency] | None:
        """The agencies ticked; None for all of them."""
        return None if self.cleaned_data["for_all"] else list(self.cleaned_data["agencies"])


class ProgressForm(forms.Form):
    """The columns of Biểu 05 that are written by hand."""

    period = forms.ModelChoiceField(Period.objects.none(), label=_("Period"), empty_label=None)
    agency = forms.ChoiceField(label=_("Agency"), required=False)
    level = forms.ChoiceField(label=_("Level"), choices=Level.choices, initial=Level.ONGOING)
    result = forms.CharField(
        label=_("Result in the period"), required=False, max_length=5000, widget=forms.Textarea({"rows": 4})
    )
    evidence = forms.CharField(
        label=_("Evidence"), required=False, max_length=2000, widget=forms.Textarea({"rows": 2}),
        help_text=_("Numbers of documents, addresses of pages. No state secrets."),
    )  # fmt: skip
    difficulties = forms.CharField(
        label=_("Difficulties"), required=False, max_length=2000, widget=forms.Textarea({"rows": 2})
    )
    proposals = forms.CharField(
        label=_("Proposals"), required=False, max_length=2000, widget=forms.Textarea({"rows": 2})
    )

    def __init__(self, *args: Any, periods: PeriodQuerySet, agencies: Sequence[tuple[str, Any]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["period"].queryset = periods  # type: ignore[attr-defined]
        self.fields["agency"].choices = agencies  # type: ignore[attr-defined]

    def said(self) -> Said:
        """What is reported; of a valid form."""
        columns = ("level", "result", "evidence", "difficulties", "proposals")
        return Said(**{column: self.cleaned_data[column] for column in columns})


class FilledInForm(forms.Form):
    """What the text of the plan leaves open."""

    number = forms.CharField(label=_("Number"), required=False, max_length=Plan._meta.get_field("number").max_length)
    dated_on = forms.DateField(label=_("Dated"), required=False, widget=DayInput())
    starts_on = forms.DateField(label=_("In force from"), required=False, widget=DayInput())
    ends_on = forms.DateField(
        label=_("In force until"), required=False, widget=DayInput(), help_text=_("This day does not count any more.")
    )

    def filled(self) -> FilledIn:
        """What was filled in; of a valid form."""
        return FilledIn(**self.cleaned_data)


class DueForm(forms.Form):
    """The day by which a task is to be done."""

    due_on = forms.DateField(
        label=_("Due on"), required=False, widget=DayInput(), help_text=_("Empty: the plan sets no day.")
    )


class MembersForm(forms.Form):
    """Whom a party of the plan means in a period."""

    agencies = AgenciesField(Agency.objects.none(), label=_("Agencies that take part"), required=False)

    def __init__(self, *args: Any, agencies: AgencyQuerySet, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["agencies"].queryset = agencies  # type: ignore[attr-defined]


class PlanFileForm(forms.Form):
    """A plan file: chosen, or handed on from the page that tried it."""

    file = forms.FileField(label=_("Plan file (JSON)"), required=False)
    content = forms.CharField(required=False, widget=forms.HiddenInput(), strip=False)

    def raw(self) -> bytes:
        """The bytes of the file. Raises FileError."""
        file = self.cleaned_data["file"]
        if file is None:
            content = str(self.cleaned_data["content"]).encode()
            check_size(len(content), MOST_PLAN_BYTES)
            return content
        extension(file.name, ["json"])
        check_size(file.size, MOST_PLAN_BYTES)
        return bytes(file.read())
