"""Forms of a reorganisation: what it is, one change at a time, a file, the reason to undo it; sending people on."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from lms.people.agency_forms import AgencyPick, PickForm
from lms.people.forms import DayInput
from lms.people.models import AgencyKind, ChangeKind, Reorganisation
from lms.people.models.agencies import SCOPES
from lms.people.reorganisation_file import LONGEST, MOST_BYTES, scope_of


class ReorganisationForm(forms.ModelForm[Reorganisation]):
    """Title, papers and day."""

    class Meta:
        model = Reorganisation
        fields = ("title", "legal_basis", "document_no", "on")
        widgets = {"on": DayInput()}
        help_texts = {
            "on": _("The first day of the new agencies. It may lie in the past, or up to a year ahead."),
            "legal_basis": _("For example: NQ 202/2025/QH15."),
        }


class ChangeForm(PickForm):
    """One change. The successor is an agency that exists, or a new one that is described here."""

    kind = forms.ChoiceField(label=_("What happens"), choices=ChangeKind.choices)
    predecessor = AgencyPick(label=_("Predecessor"), required=False, help_text=_("Part of the name, or the code."))
    successor = AgencyPick(
        label=_("Successor that exists"), required=False, help_text=_("Part of the name, or the code.")
    )
    scope = forms.ChoiceField(
        label=_("What is passed on"), required=False, choices=SCOPES.items(),
        help_text=_("Counts for a split and for the transfer of a function."),
    )  # fmt: skip
    code = forms.RegexField(
        r"^[\w.-]+$", label=_("Code of the new agency"), required=False, max_length=LONGEST["successor"],
        help_text=_("A new agency of an earlier line: its code is enough."),
    )  # fmt: skip
    name = forms.CharField(label=_("Name of the new agency"), required=False, max_length=LONGEST["name"])
    unit_kind = forms.ChoiceField(
        label=_("Kind of the new agency"), required=False, choices=[("", "–"), *AgencyKind.choices]
    )
    parent = forms.CharField(
        label=_("Code of its parent agency"), required=False, max_length=LONGEST["parent"],
        help_text=_("An agency that exists, or another new one."),
    )  # fmt: skip
    stat_code = forms.CharField(label=_("Statistical code"), required=False, max_length=LONGEST["stat_code"])

    def values(self) -> dict[str, Any] | None:
        """The columns of the line; None if something is wrong with the form."""
        old, heir = self.picked("predecessor"), self.picked("successor")
        if self.errors:
            return None
        asked = self.cleaned_data
        values = {name: asked[name] for name in ("kind", "name", "unit_kind", "parent", "stat_code")}
        successor = asked["code"] or (heir.code if heir else "")
        scope = scope_of(asked["kind"], "" if asked["scope"] == "all" else asked["scope"])
        return values | {"predecessor": old.code if old else "", "successor": successor, "scope": scope}


class ChangesFileForm(forms.Form):
    """The changes as a CSV file."""

    file = forms.FileField(label=_("CSV file"), widget=forms.ClearableFileInput({"accept": ".csv,text/csv"}))

    def clean_file(self) -> Any:
        """Its size is looked at before it is read."""
        found = self.cleaned_data["file"]
        if found.size > MOST_BYTES:
            raise forms.ValidationError(_("The file is larger than 2 MB."), code="file_too_large")
        return found


class UndoForm(forms.Form):
    """Why, and by which document."""

    reason = forms.CharField(label=_("Reason"), max_length=300)
    document_no = forms.CharField(label=_("Document number"), required=False, max_length=100)


class MoveForm(PickForm):
    """Who of those who wait, and where to."""

    entries = forms.TypedMultipleChoiceField(coerce=int, required=False, widget=forms.CheckboxSelectMultiple)
    heir = forms.ChoiceField(label=_("To"), required=False, widget=forms.RadioSelect)
    other = AgencyPick(
        label=_("Another agency"), required=False, help_text=_("Only if it is none of the successors; then say why.")
    )
    reason = forms.CharField(label=_("Reason"), required=False, max_length=300)
