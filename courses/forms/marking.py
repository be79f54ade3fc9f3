"""Forms of trainers: points on a rubric, a regrade, exceptions from the times of a test."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from courses.marking import Criterion
from courses.models import Enrolment, Granted, Policy, RegradeKind, Run
from courses.models.marking import LONGEST_COMMENT
from lms.people.models import Agency


class MarkForm(forms.Form):
    """Whole points on each line of a rubric; the first field has the keyboard."""

    def __init__(self, *args: Any, rubric: Sequence[Criterion], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for place, line in enumerate(rubric):
            self.fields[f"points-{place}"] = forms.IntegerField(
                label=line.text,
                min_value=0,
                max_value=line.points,
                help_text=_("From 0 to %(points)d") % {"points": line.points},
                widget=forms.NumberInput(attrs={"autofocus": True} if not place else {}),
            )
        self.fields["comment"] = forms.CharField(
            label=_("Comment for the trainee"),
            max_length=LONGEST_COMMENT,
            required=False,
            widget=forms.Textarea(attrs={"rows": 4}),
        )

    def points(self) -> list[int]:
        """In the order of the rubric."""
        return [value for name, value in self.cleaned_data.items() if name.startswith("points-")]


class RegradeForm(forms.Form):
    """What is to happen to the question."""

    kind = forms.ChoiceField(label=_("What should count"), choices=RegradeKind.choices)
    policy = forms.ChoiceField(label=_("Whose result may change"), choices=Policy.choices)


class PersonField(forms.ModelChoiceField[Enrolment]):
    """Somebody of a class, by name."""

    def label_from_instance(self, obj: Enrolment) -> str:
        return obj.person.full_name


class ExceptionForm(forms.Form):
    """For one person, one agency, or with neither for the whole class."""

    enrolment = PersonField(
        label=_("Person"), queryset=Enrolment.objects.none(), required=False, to_field_name="public_id"
    )
    agency = forms.ModelChoiceField(
        label=_("Agency"), queryset=Agency.objects.none(), required=False, to_field_name="code"
    )
    opens_at = forms.DateTimeField(
        label=_("Opens at"), required=False, widget=forms.DateTimeInput(attrs={"type": "datetime-local"})
    )
    closes_at = forms.DateTimeField(
        label=_("Closes at"), required=False, widget=forms.DateTimeInput(attrs={"type": "datetime-local"})
    )
    extra_minutes = forms.IntegerField(label=_("More minutes"), min_value=0, max_value=600, required=False)
    extra_attempts = forms.IntegerField(label=_("More attempts"), min_value=0, max_value=20, required=False)
    reason = forms.CharField(label=_("Reason"), max_length=300)
    document_no = forms.CharField(label=_("Document number"), max_length=100, required=False)

    def __init__(self, *args: Any, run: Run, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        people = Enrolment.objects.enrolled().filter(run=run).select_related("person").in_order()
        agencies = Agency.objects.filter(pk__in=people.values("agency")).in_order()
        chosen = {"enrolment": people, "agency": agencies}
        for name, rows in chosen.items():
            field = self.fields[name]
            if isinstance(field, forms.ModelChoiceField):
                field.queryset = rows

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        if data.get("enrolment") and data.get("agency"):
            raise forms.ValidationError(_("An exception is for one person or for one agency."))
        opens, closes = data.get("opens_at"), data.get("closes_at")
        if opens and closes and closes <= opens:
            raise forms.ValidationError(_("The end must come after the start."))
        return data

    def granted(self) -> Granted:
        """What is granted."""
        data = self.cleaned_data
        return Granted(data["opens_at"], data["closes_at"], data["extra_minutes"] or 0, data["extra_attempts"] or 0)
