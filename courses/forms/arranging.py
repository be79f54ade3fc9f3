"""Forms about how a class is arranged: quotas, sessions, the decision, who comes in all the same."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from courses.models import Place, Run
from lms.people.models import Agency

_MOMENT = {"type": "datetime-local"}


def _moment(**options: Any) -> forms.DateTimeField:
    widget = forms.DateTimeInput(attrs=_MOMENT, format="%Y-%m-%dT%H:%M")
    return forms.DateTimeField(widget=widget, **options)


class QuotaForm(forms.Form):
    """One row a quota, by the code of its agency, and one more agency."""

    until = _moment(
        label=_("Reserved until"), required=False, help_text=_("From then on free seats are open to all. Empty: never.")
    )
    agency = forms.ModelChoiceField(
        label=_("One more agency"), queryset=Agency.objects.none(), to_field_name="code", required=False
    )
    more = forms.IntegerField(label=_("Its seats"), min_value=0, max_value=10_000, required=False)

    def __init__(self, *args: Any, run: Run, agencies: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.quotas = list(run.quotas.select_related("agency").order_by("agency__sort_key", "pk"))
        for quota in self.quotas:
            self.fields[f"seats-{quota.agency.code}"] = forms.IntegerField(
                label=quota.agency.name, min_value=0, max_value=10_000, initial=quota.seats
            )
        if self.quotas:
            self.fields["until"].initial = self.quotas[0].until
        field = self.fields["agency"]
        if isinstance(field, forms.ModelChoiceField):
            field.queryset = agencies.exclude(pk__in=[quota.agency_id for quota in self.quotas])

    def rows(self) -> list[dict[str, Any]]:
        """Each quota with its field, for the table."""
        return [{"quota": quota, "field": self[f"seats-{quota.agency.code}"]} for quota in self.quotas]

    def clean(self) -> dict[str, Any]:
        """An agency comes with its seats."""
        cleaned = super().clean() or self.cleaned_data
        if cleaned.get("agency") and cleaned.get("more") is None:
            self.add_error("more", _("Say how many seats."))
        return cleaned

    def wanted(self) -> list[tuple[Agency, int]]:
        """The agencies whose quota changes, with the seats they shall have; fewer seats first, so that they are free
        for the others."""
        until = self.cleaned_data["until"]
        changes: list[tuple[int, Agency, int]] = []
        for quota in self.quotas:
            seats = self.cleaned_data[f"seats-{quota.agency.code}"]
            if (seats, until) != (quota.seats, quota.until):
                changes.append((seats - quota.seats, quota.agency, seats))
        if self.cleaned_data["agency"]:
            changes.append((self.cleaned_data["more"], self.cleaned_data["agency"], self.cleaned_data["more"]))
        return [(agency, seats) for _more, agency, seats in sorted(changes, key=lambda change: change[0])]


class RunDecisionForm(forms.Form):
    """The decision that recognises the results."""

    number = forms.CharField(label=_("Decision number"), max_length=100)
    day = forms.DateField(label=_("Decision date"), widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"))


class SessionForm(forms.Form):
    """When and where a session is held; more than 8 study periods a day are confirmed."""

    title = forms.CharField(label=_("Title"), max_length=300)
    starts_at = _moment(label=_("Starts at"))
    ends_at = _moment(label=_("Ends at"))
    study_periods = forms.IntegerField(label=_("Study periods"), min_value=0, max_value=20)
    places = forms.ModelMultipleChoiceField(
        label=_("Places"), queryset=Place.objects.none(), required=False, widget=forms.CheckboxSelectMultiple
    )
    more_than_a_day = forms.BooleanField(label=_("More than 8 study periods that day are meant"), required=False)

    def __init__(self, *args: Any, run: Run, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["places"]
        if isinstance(field, forms.ModelMultipleChoiceField):
            field.queryset = run.places.order_by("name", "pk")


class WaivePrerequisiteForm(forms.Form):
    """Who may come in all the same, by public id, and why."""

    person = forms.UUIDField(label=_("Person"))
    reason = forms.CharField(label=_("Reason"), max_length=300)
