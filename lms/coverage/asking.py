"""The filters of the coverage screens: a GET form that becomes a question."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any, cast
from urllib.parse import urlencode

from django import forms
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from lms.coverage.question import Question, View
from lms.days import HERE, start_of
from lms.people.models import Group
from lms.plan.models import Period, PlanTask
from lms.refusal import Refused

FIRST_KNOWN, LAST_KNOWN = start_of(date(2000, 1, 1)), start_of(date(2200, 1, 1))
"""Moments of knowing; nothing was recorded before, and databases refuse the ends of time."""


class FilterForm(forms.Form):
    """Task, period, group, as-of day, moment of knowing, attribution; what is not given takes today's default."""

    period = forms.ModelChoiceField(label=_("Period"), queryset=Period.objects.none(), required=False)
    group = forms.ChoiceField(label=_("Group"), choices=[("", _("All groups")), *Group.choices], required=False)
    as_of = forms.DateField(
        label=_("As of"),
        required=False,
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        input_formats=["%Y-%m-%d", "%d/%m/%Y"],
    )

    view = forms.ChoiceField(
        label=_("Agencies"),
        choices=[(View.THEN, _("as they were")), (View.NOW, _("as they are today"))],
        required=False,
    )
    known_at = forms.DateTimeField(
        label=_("As known at"),
        required=False,
        widget=forms.DateTimeInput(attrs={"type": "datetime-local"}, format="%Y-%m-%dT%H:%M"),
        input_formats=["%Y-%m-%dT%H:%M", "%Y-%m-%dT%H:%M:%S", "%H:%M %d/%m/%Y", "%d/%m/%Y %H:%M"],
    )

    def __init__(self, data: Any) -> None:
        super().__init__(data)
        field = cast("forms.ModelChoiceField[Period]", self.fields["period"])
        field.queryset = Period.objects.order_by("-year", "starts_on", "-cutoff_on", "pk")
        field.empty_label = None

    def clean_known_at(self) -> datetime | None:
        """A moment of our time."""
        known_at: datetime | None = self.cleaned_data["known_at"]
        if known_at and not FIRST_KNOWN <= known_at < LAST_KNOWN:
            raise forms.ValidationError(_("This moment lies too far away."))
        return known_at

    def clean(self) -> dict[str, Any]:
        """The day must lie in the period."""
        data = super().clean() or {}
        period, as_of = data.get("period"), data.get("as_of")
        if period and as_of and not period.has(as_of):
            self.add_error("as_of", _("The day must lie between the first and the last day of the period."))
        return data


class Asked:
    """What a request asks. `question` is None while no task requires training, no period is loaded, or the form is
    wrong; where it has no answer, `refusal` says why."""

    refusal: Refused | None = None

    def __init__(self, request: HttpRequest, on: date, form: type[FilterForm] = FilterForm) -> None:
        self.task = _task(request.GET.get("task", ""))
        given = request.GET.copy()
        if not given.get("period"):
            years = Period.objects.years()
            default = years.covering(on).first() or years.last()
            given["period"] = str(default.pk) if default else ""
        self.form = form(given)
        valid = self.form.is_valid()
        data = self.form.cleaned_data
        self.period: Period | None = data.get("period")
        self.group: str = data.get("group") or ""
        self.as_of: date | None = data.get("as_of")
        self.known_at: datetime | None = data.get("known_at")
        self.seen_on = on if data.get("view") == View.NOW else None
        self.days_left = (self.period.cutoff_on - on).days if self.period else None
        self.question = self._question() if valid else None

    def _question(self) -> Question | None:
        if self.task is None or self.period is None:
            return None
        try:
            asked = Question.ask(
                self.task, self.period, group=self.group or None, as_of=self.as_of, known_at=self.known_at
            )
            return asked.seen(self.seen_on)
        except Refused as refused:
            self.refusal = refused
            self.form.add_error(None, refused.message)
            return None

    @property
    def query(self) -> str:
        """The filters as a query string, for links that lead deeper."""
        return self._query(self.group)

    @property
    def query_without_group(self) -> str:
        """As `query`, for links that name a group of their own."""
        return self._query("")

    def _query(self, group: str) -> str:
        return urlencode({name: value for name, value in self.filters.items() if name != "group" or group})

    @property
    def filters(self) -> dict[str, str]:
        """What was chosen, by the names of the address; what was not is left out."""
        given: dict[str, Any] = {
            "task": self.task.pk if self.task else "",
            "period": self.period.pk if self.period else "",
            "group": self.group,
            "as_of": self.as_of.isoformat() if self.as_of else "",
            "known_at": self.known_at.astimezone(HERE).strftime("%Y-%m-%dT%H:%M") if self.known_at else "",
            "view": View.NOW if self.seen_on else "",
        }
        return {name: str(value) for name, value in given.items() if value}


def _task(given: str) -> PlanTask | None:
    """The task asked for, else the first that requires training."""
    tasks = PlanTask.objects.filter(requirements__isnull=False).distinct().select_related("plan").in_order()
    return (tasks.filter(pk=int(given)).first() if given.isdecimal() and len(given) < 10 else None) or tasks.first()
