"""Forms of the coverage screens that change something."""

from __future__ import annotations

from datetime import date
from typing import Any, cast

from django import forms
from django.utils.translation import gettext_lazy as _

from lms.plan.models import Period, PlanTask


class ReasonForm(forms.Form):
    """Why, and by which document."""

    reason = forms.CharField(label=_("Reason"), max_length=300, widget=forms.Textarea(attrs={"rows": 2}))
    document_no = forms.CharField(label=_("Document number"), max_length=100)


class ReopenForm(ReasonForm):
    """What reopening a period needs."""


class CloseForm(ReasonForm):
    """Which figures are to be closed: of a task that requires training, in a period that is over on `on`."""

    task = forms.ModelChoiceField(label=_("Task"), queryset=PlanTask.objects.none(), empty_label=None)
    period = forms.ModelChoiceField(label=_("Period"), queryset=Period.objects.none(), empty_label=None)
    field_order = ("task", "period", "reason", "document_no")

    def __init__(self, *args: Any, on: date, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        tasks = PlanTask.objects.filter(requirements__isnull=False).distinct().select_related("plan").in_order()
        over = Period.objects.filter(cutoff_on__lt=on).order_by("-cutoff_on", "starts_on", "pk")
        cast("forms.ModelChoiceField[PlanTask]", self.fields["task"]).queryset = tasks
        cast("forms.ModelChoiceField[Period]", self.fields["period"]).queryset = over
