"""Forms of outside training and of waivers."""

from __future__ import annotations

from datetime import date
from typing import Any

from django import forms
from django.db.models import CharField
from django.utils.translation import gettext_lazy as _

from courses.models import Claim, OutsideTraining
from lms.people.forms import DayInput
from lms.people.models import Person, RosterEntry
from lms.plan.models import Period, PlanTask, Requirement
from lms.uploads.checks import FileError, check_size
from lms.uploads.documents import KINDS, MOST_DOCUMENT_BYTES, Document, checked_document


class TaskField(forms.ModelChoiceField[PlanTask]):
    """A task of the plan by its code and words."""

    def label_from_instance(self, obj: PlanTask) -> str:
        """Code and the first words."""
        return f"{obj.code}. {obj.title[:100]}"


class RequirementField(forms.ModelChoiceField[Requirement]):
    """A requirement by task, group and kind of agency."""

    def label_from_instance(self, obj: Requirement) -> str:
        """Task, group, unit group."""
        parts = [obj.task.code, obj.get_group_display(), str(obj.unit_group or "")]
        return " · ".join(part for part in parts if part)


def _longest(column: str) -> int | None:
    field = OutsideTraining._meta.get_field(column)
    return field.max_length if isinstance(field, CharField) else None


class ClaimForm(forms.Form):
    """What was learned elsewhere, and the paper that shows it."""

    task = TaskField(label=_("Task of the plan"), queryset=PlanTask.objects.none(), empty_label=None)
    title = forms.CharField(label=_("Name of the course"), max_length=_longest("title"))
    provider = forms.CharField(label=_("Provider"), max_length=_longest("provider"))
    starts_on = forms.DateField(label=_("First day"), widget=DayInput())
    ends_on = forms.DateField(label=_("Last day"), widget=DayInput())
    study_periods = forms.IntegerField(label=_("Study periods"), min_value=1, max_value=2000)
    certificate_no = forms.CharField(label=_("Certificate number"), max_length=_longest("certificate_no"))
    evidence = forms.FileField(
        label=_("Evidence"),
        required=False,
        help_text=_("PDF, DOCX, JPEG or PNG, at most 10 MB. Do not upload documents that are state secrets."),
        widget=forms.FileInput({"accept": ",".join(f".{ending}" for ending in KINDS)}),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["task"]
        if isinstance(field, TaskField):
            field.queryset = PlanTask.objects.filter(requirements__isnull=False).distinct().in_order()
        self.document: Document | None = None

    def clean_evidence(self) -> Any:
        """Look at the file before anybody opens it."""
        file = self.cleaned_data["evidence"]
        if file:
            try:
                check_size(file.size, MOST_DOCUMENT_BYTES)
                self.document = checked_document(file.name, file.read())
            except FileError as error:
                raise forms.ValidationError(str(error), code=error.code) from error
        return file

    @property
    def claim(self) -> Claim:
        """What the fields say."""
        return Claim(**{name: value for name, value in self.cleaned_data.items() if name != "evidence"})


class OutsideDecisionForm(forms.Form):
    """Accept or reject; the verb refuses a missing reason."""

    decision = forms.ChoiceField(choices=[("accept", _("Recognise")), ("reject", _("Reject"))])
    reason = forms.CharField(label=_("Reason"), max_length=300, required=False)


class ReasonForm(forms.Form):
    """Why; the verb refuses a missing one."""

    reason = forms.CharField(label=_("Reason"), max_length=300, required=False)


class WaiverForm(forms.Form):
    """From what, when and why somebody is excused."""

    requirement = RequirementField(label=_("Requirement"), queryset=Requirement.objects.none(), empty_label=None)
    period = forms.ModelChoiceField(label=_("Period"), queryset=Period.objects.none(), empty_label=None)
    ground = forms.CharField(
        label=_("Ground"), max_length=300, help_text=_("For example: maternity leave; long sick leave.")
    )
    document_no = forms.CharField(label=_("Document number"), max_length=100, required=False)

    def __init__(self, *args: Any, person: Person, on: date, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        groups = RosterEntry.objects.known().filter(person=person).values("group")
        requirement, period = self.fields["requirement"], self.fields["period"]
        if isinstance(requirement, RequirementField):
            found = Requirement.objects.filter(group__in=groups).select_related("task", "unit_group")
            requirement.queryset = found.order_by("task__position", "group", "pk")
        if isinstance(period, forms.ModelChoiceField):
            period.queryset = Period.objects.order_by("-year", "starts_on", "-cutoff_on", "pk")
            period.initial = Period.objects.years().covering(on).first()
