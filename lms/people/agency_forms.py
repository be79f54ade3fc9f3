"""Forms about agencies: choosing one among homonyms, what it is, how to reach it, what a label means."""

from __future__ import annotations

from datetime import date
from typing import Any

from django import forms
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from lms.days import day_after
from lms.people.agencies_file import LONGEST
from lms.people.correcting import Facts
from lms.people.forms import DayInput
from lms.people.models import Agency, AgencyContact, AgencyKind
from lms.vietnamese.text import clean
from lms.web.templatetags.lms_web import vi_date

MOST_MATCHES = 20


def told_apart(agency: Agency) -> str:
    """Name, code, kind, parent and dates: what tells homonyms apart in a list."""
    parts = [f"{agency.name} ({agency.code})", str(agency.get_kind_display())]
    if agency.parent:
        parts.append(agency.parent.name)
    if agency.established_on:
        parts.append(gettext("since %(first)s") % {"first": vi_date(agency.established_on)})
    if agency.last_day:
        parts.append(gettext("until %(last)s") % {"last": vi_date(agency.last_day)})
    return " · ".join(parts)


class AgencyPick(forms.CharField):
    """Part of a name, or a code. One match is taken; of several the form asks which (`PickForm`)."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(max_length=300, **kwargs)


class PickForm(forms.Form):
    """A form with `AgencyPick` fields: where a name is not one agency, the field turns into a list of matches.

    `day` narrows the matches to agencies of that day (None: of all time). The cleaned value is an Agency or None.
    """

    def __init__(self, *args: Any, day: date | None = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.day = day
        for name, field in list(self.fields.items()):
            chosen = self.data.get(self.add_prefix(name)) if self.is_bound else None
            if isinstance(field, AgencyPick) and chosen:
                self._prepare(name, field, str(chosen))

    def _prepare(self, name: str, field: forms.CharField, text: str) -> None:
        found = self.matches(text)
        if len(found) > 1:
            choices = [(agency.code, told_apart(agency)) for agency in found]
            self.fields[name] = forms.ChoiceField(
                label=field.label, required=field.required, choices=choices, widget=forms.RadioSelect,
                help_text=_("Several agencies match. Choose one."),
                error_messages={"invalid_choice": gettext("Choose one of the agencies below.")},
            )  # fmt: skip

    def matches(self, text: str) -> list[Agency]:
        """The agency with this code, else those whose names match, the closest first."""
        rows = Agency.objects.standing().select_related("parent")
        exact = rows.filter(code=clean(text)).first()
        if exact:
            return [exact]
        if self.day:
            rows = rows.on(self.day)
        return list(rows.matching(text).closest_first(text)[:MOST_MATCHES])

    def picked(self, name: str) -> Agency | None:
        """The agency of a field; an error on the form where nothing matches."""
        text = self.cleaned_data.get(name) or ""
        if not text:
            return None
        found = self.matches(text)
        if len(found) == 1:
            return found[0]
        self.add_error(
            name, gettext("No agency matches.") if not found else gettext("Choose one of the agencies below.")
        )
        return None


class AgencyForm(PickForm):
    """What an agency is. The last day is written as people say it: the agency still exists on it."""

    code = forms.RegexField(
        r"^[\w.-]+$", label=_("Code"), max_length=LONGEST["code"], help_text=_("It never changes and is never reused.")
    )
    name = forms.CharField(label=_("Name"), max_length=LONGEST["name_vi"])
    kind = forms.ChoiceField(label=_("Kind"), choices=AgencyKind.choices)
    parent = AgencyPick(label=_("Parent agency"), required=False, help_text=_("Part of the name, or the code."))
    established_on = forms.DateField(label=_("First day"), required=False, widget=DayInput())
    last_day = forms.DateField(label=_("Last day"), required=False, widget=DayInput())
    stat_code = forms.CharField(label=_("Statistical code"), required=False, max_length=LONGEST["gso_code"])
    reason = forms.CharField(
        label=_("Reason"), max_length=300,
        help_text=_("A correction mends what was never right. What changes from a day on is a reorganisation."),
    )  # fmt: skip

    def __init__(self, *args: Any, agency: Agency | None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.agency = agency
        del self.fields["code" if agency else "reason"]
        self.facts: Facts | None = None

    def clean(self) -> dict[str, Any]:
        """Read the fields; `facts` is what was read."""
        asked = self.cleaned_data
        parent = self.picked("parent")
        last_day = asked.get("last_day")
        if last_day == date.max:
            self.add_error("last_day", gettext("the last day of time is no closing day."))
        elif not self.errors:
            self.facts = Facts(
                name=asked["name"], kind=asked["kind"], parent=parent, established_on=asked["established_on"],
                closed_on=day_after(last_day) if last_day else None, stat_code=asked["stat_code"],
            )  # fmt: skip
        return asked


def initial_of(agency: Agency) -> dict[str, Any]:
    """The form as the agency stands."""
    return {
        "name": agency.name, "kind": agency.kind, "parent": agency.parent.code if agency.parent else "",
        "established_on": agency.established_on, "last_day": agency.last_day, "stat_code": agency.stat_code,
    }  # fmt: skip


class ContactForm(forms.ModelForm[AgencyContact]):
    """Address, telephone, e-mail."""

    class Meta:
        model = AgencyContact
        fields = ("address", "phone", "email")


class UnitGroupForm(PickForm):
    """Kinds, members kept, one more member, and the day for which the agencies are counted."""

    kinds = forms.MultipleChoiceField(
        label=_("Kinds of agencies"), required=False, choices=AgencyKind.choices, widget=forms.CheckboxSelectMultiple
    )
    included = forms.MultipleChoiceField(
        label=_("Also these agencies"), required=False, widget=forms.CheckboxSelectMultiple
    )
    left_out = forms.MultipleChoiceField(
        label=_("Without these agencies"), required=False, widget=forms.CheckboxSelectMultiple
    )
    more = AgencyPick(label=_("One more agency"), required=False, help_text=_("Part of the name, or the code."))
    more_is = forms.ChoiceField(
        label=_("The agency is"), choices=[("in", _("in the group")), ("out", _("left out"))], initial="in"
    )
    on = forms.DateField(label=_("Count the agencies on"), widget=DayInput())

    def offer(self, included: list[Agency], left_out: list[Agency]) -> None:
        """The members that may be kept."""
        for name, agencies in (("included", included), ("left_out", left_out)):
            field = self.fields[name]
            if isinstance(field, forms.MultipleChoiceField):
                field.choices = [(agency.code, told_apart(agency)) for agency in agencies]
            if not agencies:
                del self.fields[name]
